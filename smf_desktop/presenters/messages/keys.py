"""Who may come in, with what, and who may do a thing: the words for what can go wrong."""

from smf_core.domain.teaching_trouble import LastManager, WorksElsewhere
from smf_core.policy.rules import NotAllowed, Reason
from smf_desktop.presenters.days import day
from smf_desktop.presenters.messages.words import Spoken, Words
from smf_desktop.trouble import (
    DeviceSecretMissing,
    DraftHereAlready,
    DraftSealedBefore,
    GrantLapsed,
    IdleMinutesOutOfRange,
    JoinedAlready,
    JoiningUnfinished,
    KeyFileDamaged,
    KeyFileMissing,
    KeyFileNotSaved,
    KeyForAnotherStore,
    KeyStoreSilent,
    LastUser,
    LockedByHub,
    NobodyFound,
    NoLongerHere,
    NoSuchUser,
    NotJoined,
    PasswordTooShort,
    QuickCodeGone,
    QuickCodeNotSixDigits,
    QuickCodeUnavailable,
    RecoveryKeyMistyped,
    RekeyWaits,
    SeveralFound,
    StoreInUse,
    StoreWiped,
    UnlockMustWait,
    UsernameTaken,
    WrongPassword,
    WrongQuickCode,
    WrongRecoveryKey,
)


def _wrong_password(error: WrongPassword) -> Words:
    left = {0: "", 1: " One more try before a wait."}.get(error.tries_left, f" {error.tries_left} tries before a wait.")
    return Words(
        "That password did not open the store.", f"Nothing was changed.{left} Check Caps Lock and the keyboard layout."
    )


def _unlock_must_wait(error: UnlockMustWait) -> Words:
    unit, count = ("second", error.seconds) if error.seconds < 60 else ("minute", -(-error.seconds // 60))
    wait = f"{count} {unit}{'' if count == 1 else 's'}"
    return Words("Too many tries with a wrong password.", f"Your work is safe. Try again in {wait}.")


def _wrong_quick_code(error: WrongQuickCode) -> Words:
    if not error.tries_left:
        return Words("That quick code did not match, and it can no longer be used.", "Enter your password.")
    tries = "1 try" if error.tries_left == 1 else f"{error.tries_left} tries"
    return Words("That quick code did not match.", f"You have {tries} left, then your password is needed.")


def _store_in_use(error: StoreInUse) -> Words:
    held = f" by process {error.pid} since {error.since:%d-%b-%Y %H:%M}" if error.pid and error.since else ""
    return Words(f"This store is already open{held}.", "Use the window that is open, or close it and try again.")


def _not_allowed(error: NotAllowed) -> Words:
    match error.reason:
        case Reason.REGISTERED_NURSE:
            return Words("Only a registered nurse can do this.", "Nothing was changed. Ask a registered nurse.")
        case Reason.CLINICAL_LEAD:
            return Words("Only the clinical lead can do this.", "Nothing was changed. Ask your clinical lead.")
        case Reason.ADMINISTRATOR:
            return Words("Only an administrator can do this.", "Nothing was changed. Ask your administrator.")
        case Reason.GRANT:
            return Words(
                "The time that this laptop may work without the hub is over.",
                "Visits of today can still be written up. Connect to the hub for everything else.",
            )
        case Reason.INACTIVE:
            return Words("This user no longer works on this laptop.", "Nothing was changed. Ask your team lead.")
        case _:
            return Words("Your role does not allow this.", "Nothing was changed. Ask your team lead.")


KEYS: Spoken = {
    WrongPassword: _wrong_password,
    UnlockMustWait: _unlock_must_wait,
    NoSuchUser: Words("Nobody of that username uses this laptop.", "Choose a name from the list."),
    UsernameTaken: Words("That username is in use on this laptop.", "Choose another one."),
    LastUser: Words("This is the only person who can unlock this laptop.", "Add someone else first."),
    PasswordTooShort: lambda error: (
        Words(f"The password has fewer than {error.least} characters.", "Three random words are easy to remember.")
        if error.least > 1
        else Words("The password is empty.", "Enter a password.")
    ),
    RecoveryKeyMistyped: Words(
        "The recovery key has a letter or number wrong.", "Check each group of 4 and try again."
    ),
    WrongRecoveryKey: Words(
        "This recovery key is for another store.",
        "Nothing was changed. Use the key that was shown when this store was made.",
    ),
    QuickCodeNotSixDigits: Words("A quick code is 6 digits.", "Enter 6 digits."),
    WrongQuickCode: _wrong_quick_code,
    QuickCodeGone: Words("The quick code can no longer be used.", "Your work is safe. Enter your password."),
    QuickCodeUnavailable: Words(
        "This laptop has no safe place to keep a quick code.",
        "Use your password; your IT desk can turn on the key store.",
    ),
    IdleMinutesOutOfRange: lambda error: Words(
        f"The laptop can lock after {error.least} to {error.most} minutes.",
        f"Enter a number from {error.least} to {error.most}.",
    ),
    KeyFileMissing: Words(
        "The file that holds the keys of this store is missing.",
        "The records were not touched. Put slots.json back from a backup, or tell your IT desk.",
    ),
    KeyFileDamaged: Words(
        "The file that holds the keys of this store is damaged.",
        "The records were not touched. Put slots.json back from a backup, or tell your IT desk.",
    ),
    KeyFileNotSaved: Words(
        "The change to who can unlock this laptop could not be saved.",
        "Everything is as it was before. Check that the disk has room and can be written, then try again.",
    ),
    KeyForAnotherStore: Words(
        "This key is for another store.", "Nothing was changed. Put back the slots.json that belongs to this store."
    ),
    DeviceSecretMissing: Words(
        "This computer no longer holds its part of the key.",
        "The records are safe and unchanged. Use the recovery key to set a new password.",
    ),
    KeyStoreSilent: Words(
        "The key store of this computer is locked or did not answer.",
        "The records are safe. Sign in to the computer again and retry, or tell your IT desk.",
    ),
    RekeyWaits: lambda error: Words(
        {
            "battery": "The records keep their key for now: this laptop runs on its battery.",
            "room": "The records keep their key for now: the disk has no room for a second copy of them.",
            "busy": "The records keep their key for now: another window or a backup has them open.",
            "fault": "The records keep their key for now: a copy of them could not be proven.",
        }[error.why],
        "They get a new one by themselves when somebody next unlocks with a password and it can be done.",
    ),
    StoreInUse: _store_in_use,
    GrantLapsed: lambda error: Words(
        f"The time that you may work without the hub ended on {day(error.until)}."
        if error.until
        else "The hub has not yet said that you may work on this laptop.",
        "Your work is safe. Connect this laptop to the hub's network and unlock again."
        + ("" if error.until else " If that does not help, ask the administrator to add you at the hub."),
    ),
    JoinedAlready: Words(
        "This store has joined a hub already.", "Nothing was changed. Unlock it: F9 exchanges work with the hub."
    ),
    NotJoined: Words("This store has not joined a hub.", "Everything is on this laptop. Tools, Join a hub joins one."),
    JoiningUnfinished: Words(
        "This laptop has joined the hub and has not yet fetched everything.",
        "What came is kept. Connect to the hub's network and unlock again: only the rest is fetched.",
    ),
    DraftHereAlready: Words(
        "You have a draft of this on this laptop already.", "Nothing was changed. Finish or discard that one first."
    ),
    NobodyFound: Words(
        "The hub knows nobody of your team by that.",
        "Check the number, or the name and the date of birth. People of another team come with a transfer or a new "
        "referral. That you asked is in the audit.",
    ),
    SeveralFound: Words(
        "More than one person is meant.", "Add the given name, or use the NHS number. That you asked is in the audit."
    ),
    DraftSealedBefore: Words(
        "This draft was kept before this laptop had joined, so it does not open here.",
        "Nothing was changed. Open it on the laptop it was written on: what is typed there next can be brought here.",
    ),
    NoLongerHere: Words(
        "You no longer work in this service, so its records are closed to you.",
        "What you wrote is kept, and what was not sent goes with the next exchange of this laptop. If you do work "
        "here, ask your team lead.",
    ),
    LockedByHub: Words(
        "The hub ordered this laptop to be locked.",
        "Your work is safe. Unlock again while you are connected to the hub, or ask your team lead.",
    ),
    StoreWiped: Words(
        "The hub ordered the records on this laptop to be destroyed, and they were.",
        "What had been sent is safe at the hub. Ask your team lead.",
    ),
    NotAllowed: _not_allowed,
    WorksElsewhere: Words(
        "This person works in another team, too.",
        "Nothing was changed. Ask whoever looks after the hub to end their work in your team.",
    ),
    LastManager: Words(
        "Nobody would be left who may manage the users of this laptop.", "Nothing was changed. Add a lead first."
    ),
}

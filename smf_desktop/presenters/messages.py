"""The words for every trouble, in one place: what happened, what is safe, what to do.

Keyed by exception type; a subclass without words of its own uses its parent's. `str(error)` is never shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from smf_core.domain.caseload_trouble import (
    CoversThemselves,
    CoverTurnedRound,
    NobodyChosen,
    UnknownCover,
    UnknownView,
    ViewNameNeeded,
)
from smf_core.domain.dates import BadDate, BadTime
from smf_core.domain.day_trouble import (
    DaysTurnedRound,
    DoseNeeded,
    GiverNeedsName,
    NotReadyToSave,
    SecondLook,
    SeriesNotPossible,
    TaskTextNeeded,
    UnknownCall,
    UnknownDoseCover,
    UnknownTask,
)
from smf_core.domain.document import DocumentTooBig, DocumentUnreadable, NotADocument, UnknownDocument
from smf_core.domain.letter_trouble import (
    BadPracticeFile,
    CannotReopen,
    LetterWithdrawn,
    NoSuccessor,
    NotAskedToStop,
    SentHowNeeded,
    TeamNameNeeded,
    UnknownLetter,
    WhoConfirmedNeeded,
)
from smf_core.domain.nhs_number import BadNhsNumber
from smf_core.domain.teaching_trouble import (
    AllergiesOnRecord,
    AlreadyClosed,
    AlreadyCosigned,
    AlreadyDecided,
    AlreadySigned,
    BadChecklist,
    BirthNotPossible,
    CareInFuture,
    DeathNotPossible,
    FamilyNameNeeded,
    GateRecordIncomplete,
    ImportStopped,
    LastManager,
    MergedMeanwhile,
    NeedsRegisteredNurse,
    NotAnInformalCarer,
    NotApproved,
    NotAVisitsNumber,
    NotDied,
    NothingChanged,
    NothingToSettle,
    NotMerged,
    NotOnHold,
    NotReadyToAdd,
    NotReadyToDischarge,
    NotReadyToSign,
    NotTaughtThat,
    OneHasDied,
    OwnSignature,
    ReadOnlyRecord,
    ReasonNeeded,
    ReviewDateNeeded,
    RoleNeeded,
    SameChecklist,
    SamePerson,
    SamePersonAlready,
    SettledAlready,
    SomeoneHasDied,
    TooMuchText,
    UnknownBooking,
    UnknownChecklist,
    UnknownEpisode,
    UnknownGate,
    UnknownPatient,
    UnknownRedFlag,
    UnknownReferral,
    UnknownVisit,
    WhatWasDoneNeeded,
)
from smf_core.policy.rules import NotAllowed, Reason
from smf_desktop.ports import (
    BackupDamaged,
    BackupExists,
    BackupNoRoom,
    BackupNotSound,
    BackupStopped,
    BackupUnwritable,
    BadReferralFile,
    CipherTooOld,
    DemoStopped,
    DeviceSecretMissing,
    DiskFaulty,
    DiskFull,
    FileUnreadable,
    FileUnwritable,
    FolderIsShared,
    FolderNotEmpty,
    FolderTaken,
    IdleMinutesOutOfRange,
    KeyFileDamaged,
    KeyFileMissing,
    KeyFileNotSaved,
    KeyForAnotherStore,
    KeyStoreSilent,
    LastUser,
    NoStoreHere,
    NoSuchUser,
    NotABackup,
    NotOurStore,
    PasswordTooShort,
    QuickCodeGone,
    QuickCodeNotSixDigits,
    QuickCodeUnavailable,
    RecoveryKeyMistyped,
    StoreDamaged,
    StoreExists,
    StoreInUse,
    StoreNewer,
    StoreUnwritable,
    UnknownTeam,
    UnlockMustWait,
    UpgradeFailed,
    UsernameTaken,
    WrongPassword,
    WrongQuickCode,
    WrongRecoveryKey,
)
from smf_desktop.presenters.diary_words import concern_words


@dataclass(frozen=True, slots=True)
class Words:
    """`happened` stands first and alone is true; `do` says what is safe and what to do."""

    happened: str
    do: str

    def __str__(self) -> str:
        return f"{self.happened} {self.do}".strip()


OUR_FAULT = Words(
    "Something went wrong in the program.",
    "What was saved is safe. Close the page and open it again; tell your IT desk if it happens twice.",
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


_NHS_NUMBER = {
    "characters": Words(
        "An NHS number has only digits, spaces and hyphens.", "Check it against the referral, or leave it empty."
    ),
    "length": Words("An NHS number has 10 digits.", "Check it against the referral, or leave it empty."),
    "zeros": Words("An NHS number is not all zeros.", "Leave it empty when it is not known."),
    "check_digit": Words(
        "The NHS number does not match its check digit.", "Check it against the referral, or leave it empty."
    ),
    "live_in_training": Words(
        "A training store takes only NHS numbers that begin with 999.", "Keep real people in the live store."
    ),
    "test_in_live": Words(
        "NHS numbers that begin with 999 are for training.", "Check the number against the referral."
    ),
}

_DATE = {
    "file_shape": Words("Write the date as 2026-11-17, 17/11/2026 or 17-Nov-2026.", ""),
    "shape": Words("Enter a date such as 17/11, 17 nov, tomorrow or +2w.", ""),
    "impossible": Words("There is no such day.", "Check the day and the month."),
    "weekday": Words("That date falls on another day of the week.", "Check the date or leave out the day name."),
    "far": Words("That date is more than 150 years away.", "Check the year."),
}

_TIME = {
    "shape": Words("Enter a time such as 9:05 or 1430.", ""),
    "impossible": Words("Enter a time from 00:00 to 23:59.", ""),
}


_REOPEN = {
    "open": Words("Teaching of this skill goes on.", "There is no discharge to take back."),
    "late": Words(
        "The discharge is over 30 days old, so it is not taken back.",
        "Nothing was changed. Write a new referral; it is linked to the discharge.",
    ),
    "died": Words(
        "This person has died.", "Nothing was changed. Reverse the death first if it was recorded by mistake."
    ),
    "again": Words(
        "This skill is taught again since the discharge.", "Nothing was changed. Go on with the newer teaching."
    ),
}
_PRACTICES = {
    "too_big": Words("The file is over 20 MB.", "Nothing was changed. Split it and import the parts one by one."),
    "not_text": Words("The file is not CSV text.", 'Nothing was changed. Save it as "CSV UTF-8" and import that.'),
    "no_header": Words("The file is empty.", "Nothing was changed. Choose another file."),
    "missing_columns": Words(
        "The first row does not name the columns code and name.", "Nothing was changed. Add a header row."
    ),
    "row": Words(
        "A row has no code, no name, or a date that cannot be read.",
        "Nothing was changed. Correct it and try again.",
    ),
}


def _bad_referral_file(error: BadReferralFile) -> Words:
    columns = ", ".join(error.columns)
    happened, do = {
        "empty": ("The file is empty.", "Choose another file."),
        "not_text": ("The file is not CSV text.", 'In the spreadsheet, save it as "CSV UTF-8" and import that.'),
        "too_big": ("The file is over 50 MB.", "Split it and import the parts one by one."),
        "no_header": ("The first row does not name the columns.", "Add a header row such as family_name, given_name."),
        "missing_columns": (f"The file has no column {columns}.", "Add what is missing to the header row."),
        "columns_twice": (f"The file has more than one column {columns}.", "Keep one and take out the other."),
        "quotation_marks": (
            f"The quotation marks in row {error.line} do not pair.",
            "Cells cannot be told apart from there on. Put the row right and import again.",
        ),
    }[error.code]
    return Words(happened, f"Nothing was imported. {do}")


Speak = Words | Callable[[Any], Words]


def _not_allowed(error: NotAllowed) -> Words:
    match error.reason:
        case Reason.REGISTERED_NURSE:
            return Words("Only a registered nurse can do this.", "Nothing was changed. Ask a registered nurse.")
        case Reason.CLINICAL_LEAD:
            return Words("Only the clinical lead can do this.", "Nothing was changed. Ask your clinical lead.")
        case Reason.INACTIVE:
            return Words("This user no longer works on this laptop.", "Nothing was changed. Ask your team lead.")
        case _:
            return Words("Your role does not allow this.", "Nothing was changed. Ask your team lead.")


WORDS: dict[type[Exception], Speak] = {
    # what a person types or brings in
    BadNhsNumber: lambda error: _NHS_NUMBER[error.code],
    BadDate: lambda error: _DATE[error.code],
    BadTime: lambda error: _TIME[error.code],
    BadReferralFile: _bad_referral_file,
    FileUnwritable: Words(
        "Nothing can be written in that place.", "Nothing was saved and nothing was changed. Choose another place."
    ),
    FileUnreadable: Words("The file cannot be opened.", "Nothing was changed. Check that it is there and not in use."),
    # security
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
    # the store on disk
    NoStoreHere: Words(
        "There is no store in this folder.",
        "Nothing was made here. Choose the folder of your store, or put its records.db back from a backup.",
    ),
    NotOurStore: Words(
        "The file records.db in this folder is not a store this laptop can read.",
        "It was not changed, and no new one was made over it. Put the right file back, or tell your IT desk.",
    ),
    StoreDamaged: Words(
        "Part of the store on this laptop's disk is damaged.",
        "It is only read from now on, so nothing more is lost. Keep your notes on paper and tell your IT desk today.",
    ),
    StoreNewer: Words(
        "This store was written by a newer version of SMF Desktop.",
        "Nothing was changed. Update the program on this laptop.",
    ),
    CipherTooOld: Words(
        "The encryption library of this installation is missing or too old.",
        "The store was not opened and not changed. Tell your IT desk to install SMF Desktop again.",
    ),
    DiskFull: Words(
        "The disk of this laptop is full.",
        "What was saved before is safe and this page still holds your work. Make room, then save again.",
    ),
    DiskFaulty: Words(
        "The disk of this laptop reported a fault, so this was not saved.",
        "What was saved before was read again and is safe. Save again; tell your IT desk if it happens twice.",
    ),
    StoreUnwritable: Words(
        "The folder of the store cannot be written.",
        "What was saved before is safe. Check that you may write there and that no other program holds the file.",
    ),
    StoreExists: Words("There is a store in this folder already.", "It was not changed. Choose another folder."),
    FolderNotEmpty: Words(
        "There are other files in this folder.", "Nothing was changed. Choose an empty folder, or a new one."
    ),
    StoreInUse: _store_in_use,
    UpgradeFailed: Words(
        "The records could not be brought to this version of SMF Desktop.",
        "They are as they were, and the version before opens them. Tell your IT desk today.",
    ),
    # backups
    BackupExists: Words(
        "A file of that name is there already.", "It was not changed and no backup was made. Choose another name."
    ),
    BackupStopped: Words("This was stopped.", "Nothing of it was kept, and the records were not changed."),
    NotABackup: Words(
        "This file is not a backup of SMF Desktop, or it cannot be read.",
        "Nothing was changed. Choose the file that the backup wrote.",
    ),
    BackupDamaged: Words(
        "This backup is damaged or was cut short.",
        "Nothing was restored from it and nothing was changed. Copy it again from where it is kept, or use another.",
    ),
    BackupNotSound: Words(
        "The backup could not be proven to be whole, so it was not kept.",
        "The records on this laptop were not changed. Tell your IT desk today.",
    ),
    BackupNoRoom: Words(
        "There is no room for the backup on that disk.",
        "No backup was made and the records were not changed. Make room or choose another disk.",
    ),
    BackupUnwritable: Words(
        "Nothing can be written in that place.",
        "No backup was made and the records were not changed. Choose another place.",
    ),
    FolderIsShared: lambda error: Words(
        "This folder is on a network drive."
        if error.why == "network"
        else "This folder is copied elsewhere by a sync program.",
        "A store kept there can be damaged. Choose a folder on this laptop's own disk.",
    ),
    BadChecklist: lambda error: Words(
        f"The checklist {error.file} breaks a rule at line {error.line}: {error.rule}.",
        "It is not used, and nothing that was recorded has changed. Correct the file or tell your clinical lead.",
    ),
    UnknownChecklist: Words(
        "This laptop does not have the version of the checklist that this teaching started with.",
        "The records are safe. Connect to get it, or tell your IT desk.",
    ),
    GateRecordIncomplete: lambda error: Words(
        "This answer needs the evidence for it." if error.needs == "evidence" else "This answer needs a reason.",
        "Nothing was saved yet. Type it, then save again.",
    ),
    RoleNeeded: Words("An approval needs the role it is given in.", "Nothing was approved. Enter your role."),
    ReviewDateNeeded: Words(
        "An approval needs a review date after today.", "Nothing was approved. Enter a date such as +52w or 17/11/2027."
    ),
    NotReadyToDischarge: Words(
        "The record has changed, and this discharge now needs more.",
        "Nothing was signed and the draft is kept. F8 goes to what is missing.",
    ),
    UnknownLetter: Words("This letter is not on this laptop.", "Nothing was changed. Read the list again with F5."),
    LetterWithdrawn: Words("This letter was withdrawn.", "Nothing was changed. The list shows why."),
    SentHowNeeded: Words(
        "It is not said how the letter was sent.", "Nothing was changed. Choose post, email or another."
    ),
    WhoConfirmedNeeded: Words(
        "It is not said who confirmed that the visits stop.", "Nothing was changed. Enter the name of who answered."
    ),
    NotAskedToStop: Words(
        "Nothing of this letter waits to be confirmed.", "Nothing was changed. It was confirmed or withdrawn meanwhile."
    ),
    CannotReopen: lambda error: _REOPEN[error.code],
    NoSuccessor: Words(
        "No practice is known to have taken this one over.",
        "Nothing was changed. Choose one under Edit details.",
    ),
    BadPracticeFile: lambda error: _PRACTICES[error.code],
    TeamNameNeeded: Words("A core team needs a name.", "Nothing was changed. Enter it as on its letters."),
    AlreadyClosed: Words(
        "Teaching of this skill has ended already.", "Nothing was signed again. The first discharge is in History."
    ),
    NotAllowed: _not_allowed,
    LastManager: Words(
        "Nobody would be left who may manage the users of this laptop.", "Nothing was changed. Add a lead first."
    ),
    UnknownTeam: Words("The store has no team of that name.", "Nothing was changed. Check the name and try again."),
    FolderTaken: Words("That folder is there already.", "Nothing was written. Choose a folder that is not there yet."),
    NotReadyToSign: lambda error: Words(
        f"{len(error.missing)} things are still missing on this visit.",
        "Nothing was signed and the draft is kept. F8 goes to the first.",
    ),
    AlreadySigned: Words(
        "This visit is already signed.", "Nothing was signed again. Amend it: both versions are kept."
    ),
    OwnSignature: Words("You signed this visit yourself.", "It stands as it is. Another registered nurse co-signs it."),
    AlreadyCosigned: Words(
        "This visit is co-signed already.", "Nothing was changed. Who and when stands on the visit."
    ),
    SameChecklist: Words(
        "The pathway is taught from this version already.", "Nothing was changed. Choose another version."
    ),
    NothingChanged: Words(
        "Nothing differs from what is signed.", "Nothing was written. Change something, or close the page."
    ),
    UnknownPatient: Words(
        "This person is not on this laptop.", "Nothing was changed. Go back to the list and open them again."
    ),
    UnknownEpisode: Words(
        "This teaching has ended or is not on this laptop.", "Nothing was changed. Open the person again."
    ),
    UnknownVisit: Words(
        "This visit is not on this laptop, or was entered in error.", "Nothing was changed. Open the person again."
    ),
    UnknownBooking: Words("This visit is no longer planned.", "Nothing was changed. Open the person again."),
    UnknownReferral: Words("This referral is not on this laptop.", "Nothing was changed. Go back to the list."),
    UnknownGate: Words(
        "The checklist of this person has no such question.", "Nothing was changed. Open the page again."
    ),
    UnknownRedFlag: Words("This red flag is not on this laptop.", "Nothing was changed. Open the person again."),
    ReadOnlyRecord: Words(
        "A newer version of the application wrote to this record.",
        "You can read it here. Update this laptop to write to it.",
    ),
    SomeoneHasDied: Words("This person has died.", "Nothing was started. The record can still be read."),
    NotReadyToAdd: lambda error: Words(
        "One field of this referral has to be corrected."
        if len(error.fields) == 1
        else f"{len(error.fields)} fields of this referral have to be corrected.",
        "Nothing was added and the draft is kept. F8 goes to the first.",
    ),
    SamePersonAlready: Words("These are one person already.", "Nothing was changed. Go back to the list."),
    NotMerged: Words("This record is not merged with another.", "Nothing was changed. Go back to the list."),
    MergedMeanwhile: Words(
        "This record was merged with another of the same person while this page was open.",
        "Nothing was saved, and what you typed is still here. Open the person again and type it there.",
    ),
    OneHasDied: Words(
        "One of the two records says that the person died, the other does not.",
        "Nothing was merged. Record the death on both, or take it back, then merge.",
    ),
    NothingToSettle: Words(
        "Nobody marked this referral as a possible duplicate.", "Nothing was changed. Go back to the list."
    ),
    AlreadyDecided: Words(
        "This referral has been decided already.", "Nothing was changed. The decision is in its history."
    ),
    NotApproved: Words(
        "No approved checklist of this skill is on this laptop.",
        "Nothing was accepted. The clinical lead approves it in Tools, Checklists.",
    ),
    ReasonNeeded: Words("This needs a reason.", "Nothing was changed. Type the reason, then try again."),
    NeedsRegisteredNurse: Words(
        "The accountable nurse has to be a registered nurse.", "Nothing was changed. Choose a registered nurse."
    ),
    NotAnInformalCarer: Words(
        "A learner is the person or an informal carer among the contacts.",
        "Nothing was changed. Paid carers need the service's delegation policy.",
    ),
    NotOnHold: Words("This teaching is not on hold.", "Nothing was changed."),
    TooMuchText: Words(
        "One text here is longer than a record can hold, about 60,000 characters.",
        "Nothing was saved and what you typed is kept. Shorten it, then save again.",
    ),
    CareInFuture: Words("That time has not come yet.", "Nothing was changed. Check the date, the time and the clock."),
    BirthNotPossible: Words(
        "A date of birth is a day gone by, and not over 130 years ago.", "Nothing was changed. Check the year."
    ),
    FamilyNameNeeded: Words("A person needs a family name.", "Nothing was changed. Enter it as on the referral."),
    NotAVisitsNumber: Words(
        "Core visits a month are a number from 0 to 300.", "Nothing was changed. Check the number."
    ),
    DeathNotPossible: Words(
        "A day of death is not to come, and not before the birth.", "Nothing was changed. Check the date."
    ),
    NotDied: Words("No death of this person is recorded.", "Nothing was changed. Open the person again."),
    AllergiesOnRecord: Words(
        "There are allergies on this record.", "Nothing was changed. End those that are not so, each with a reason."
    ),
    SettledAlready: Words("Somebody settled this meanwhile.", "Nothing was changed. Open the person again."),
    SamePerson: Words("The note is about this person already.", "Nothing was changed. Choose somebody else."),
    NotTaughtThat: Words(
        "The other person is not taught the skill this note is about.",
        "Nothing was moved. Accept a referral for it first, or choose somebody else.",
    ),
    NotADocument: Words(
        "This file is neither a picture (JPEG, PNG, HEIC) nor a PDF.",
        "Nothing was added. Its content counts, not the ending of its name.",
    ),
    DocumentTooBig: lambda error: Words(
        {
            "file": "This file is over 40 MB.",
            "pdf": "This PDF is over 10 MB.",
            "picture": "This picture is too large to be read safely.",
        }[error.of],
        "Nothing was added. Make it smaller, or take the picture again with fewer pixels.",
    ),
    DocumentUnreadable: Words(
        "This file begins as a picture or PDF does, but cannot be read.",
        "Nothing was added. Save it again as JPEG, PNG or PDF.",
    ),
    UnknownDocument: Words(
        "The content of this document is not on this laptop.", "Nothing was changed. What is known of it stands."
    ),
    NotReadyToSave: lambda error: Words(
        f"{len(error.gaps)} to fill in.", "Nothing was recorded and the draft is kept. F8 goes to the first."
    ),
    SecondLook: lambda error: Words(
        f"Check this time. {concern_words(error.warned)}", "Nothing is booked yet. Press again to book it anyway."
    ),
    SeriesNotPossible: Words(
        "A series has 2 to 60 visits, 1 to 90 days apart.", "Nothing was booked. Change how many or how often."
    ),
    UnknownCall: Words(
        "This call is not on this laptop, or was entered in error.", "Nothing was changed. Open the person again."
    ),
    UnknownTask: Words("This task is not on this laptop.", "Nothing was changed. Open the list again."),
    TaskTextNeeded: Words("A task says what is to be done.", "Nothing was saved. Type it, then try again."),
    UnknownDoseCover: Words("This line is no longer there.", "Nothing was changed. Open the person again."),
    GiverNeedsName: Words(
        "A carer, or somebody else, who gives a dose is named.", "Nothing was saved. Type the name, then try again."
    ),
    DaysTurnedRound: Words("The last day is before the first.", "Nothing was saved. Change one of them."),
    DoseNeeded: Words("Which dose is not said.", "Nothing was saved. Choose or type the dose, then try again."),
    WhatWasDoneNeeded: Words("A red flag needs what was done.", "Nothing was changed. Type it, then try again."),
    ImportStopped: lambda error: Words(
        f"The import was stopped after {error.imported} rows.",
        "Those rows are in. Read the file again to take in the rest: those already here are marked.",
    ),
    UnknownView: Words("This view is not on this laptop.", "Nothing was changed. Look at the tabs again."),
    ViewNameNeeded: Words("A view needs a name.", "Type one of up to 40 characters."),
    CoverTurnedRound: Words("The last day lies before the first, or is over.", "Nothing was changed. Check both days."),
    CoversThemselves: Words("Nobody covers their own absence.", "Nothing was changed. Choose a colleague."),
    UnknownCover: Words("This cover is not on this laptop.", "Nothing was changed. Open the list again."),
    NobodyChosen: Words("Nobody is chosen.", "Nothing was changed. Choose one or more people in the list."),
    DemoStopped: Words("The demo is not finished: it was stopped.", "Nothing of it was kept. Make it again."),
}


def words_for(error: BaseException) -> Words:
    """The sentence for a trouble; our own fault when nothing more exact is known."""
    for kind in type(error).__mro__:
        spoken = WORDS.get(kind)
        if spoken is not None:
            return spoken if isinstance(spoken, Words) else spoken(error)
    return OUR_FAULT

"""A person, their referrals and what two laptops say of them: the words for what can go wrong."""

from smf_core.domain.teaching_trouble import (
    AllergiesOnRecord,
    AlreadyDecided,
    ChangedMeanwhile,
    DeathNotPossible,
    MergedMeanwhile,
    NotDied,
    NothingToSettle,
    NotMerged,
    NotTaughtThat,
    OneHasDied,
    ReadOnlyRecord,
    ReasonNeeded,
    SamePerson,
    SamePersonAlready,
    SettledAlready,
    SomeoneHasDied,
    UnknownPatient,
    UnknownReferral,
)
from smf_desktop.presenters.messages.words import Spoken, Words

PEOPLE: Spoken = {
    UnknownPatient: Words(
        "This person is not on this laptop.", "Nothing was changed. Go back to the list and open them again."
    ),
    UnknownReferral: Words("This referral is not on this laptop.", "Nothing was changed. Go back to the list."),
    SomeoneHasDied: Words("This person has died.", "Nothing was started. The record can still be read."),
    ReadOnlyRecord: Words(
        "A newer version of the application wrote to this record.",
        "You can read it here. Update this laptop to write to it.",
    ),
    SamePersonAlready: Words("These are one person already.", "Nothing was changed. Go back to the list."),
    NotMerged: Words("This record is not merged with another.", "Nothing was changed. Go back to the list."),
    MergedMeanwhile: Words(
        "This record was merged with another of the same person while this page was open.",
        "Nothing was saved, and what you typed is still here. Open the person again and type it there.",
    ),
    ChangedMeanwhile: Words(
        "Somebody changed this meanwhile.",
        "Nothing was saved, and what you typed is still here. Open it again to see what is there now.",
    ),
    OneHasDied: Words(
        "One of the two records says that the person died, the other does not.",
        "Nothing was merged. Record the death on both, or take it back, then merge.",
    ),
    NothingToSettle: Words(
        "Nobody marked this referral as a possible duplicate.", "Nothing was changed. Go back to the list."
    ),
    SettledAlready: Words("Somebody settled this meanwhile.", "Nothing was changed. Open the person again."),
    AlreadyDecided: Words(
        "This referral has been decided already.", "Nothing was changed. The decision is in its history."
    ),
    ReasonNeeded: Words("This needs a reason.", "Nothing was changed. Type the reason, then try again."),
    DeathNotPossible: Words(
        "A day of death is not to come, and not before the birth.", "Nothing was changed. Check the date."
    ),
    NotDied: Words("No death of this person is recorded.", "Nothing was changed. Open the person again."),
    AllergiesOnRecord: Words(
        "There are allergies on this record.", "Nothing was changed. End those that are not so, each with a reason."
    ),
    SamePerson: Words("The note is about this person already.", "Nothing was changed. Choose somebody else."),
    NotTaughtThat: Words(
        "The other person is not taught the skill this note is about.",
        "Nothing was moved. Accept a referral for it first, or choose somebody else.",
    ),
}

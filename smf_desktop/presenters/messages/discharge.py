"""Discharge, and letters: the words for what can go wrong."""

from smf_core.domain.letter_trouble import (
    CannotReopen,
    LetterWithdrawn,
    NoSuccessor,
    NotAskedToStop,
    SentHowNeeded,
    TeamNameNeeded,
    UnknownLetter,
    WhoConfirmedNeeded,
)
from smf_core.domain.teaching_trouble import AlreadyClosed, NotReadyToDischarge
from smf_desktop.presenters.messages.words import Spoken, Words

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

DISCHARGE: Spoken = {
    NotReadyToDischarge: Words(
        "The record has changed, and this discharge now needs more.",
        "Nothing was signed and the draft is kept. F8 goes to what is missing.",
    ),
    AlreadyClosed: Words(
        "Teaching of this skill has ended already.", "Nothing was signed again. The first discharge is in History."
    ),
    CannotReopen: lambda error: _REOPEN[error.code],
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
    NoSuccessor: Words(
        "No practice is known to have taken this one over.",
        "Nothing was changed. Choose one under Edit details.",
    ),
    TeamNameNeeded: Words("A core team needs a name.", "Nothing was changed. Enter it as on its letters."),
}

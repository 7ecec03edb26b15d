"""Reports and their files: the words for what can go wrong."""

from smf_desktop.presenters.messages.words import Spoken, Words
from smf_desktop.trouble import (
    BaselineHalfSaid,
    NoRoomForFile,
    ReportStopped,
    UnknownLocality,
    UnknownNurse,
    UnknownSkill,
)

REPORTS: Spoken = {
    ReportStopped: Words("The report is not finished: it was stopped.", "Nothing of it was kept. Make it again."),
    NoRoomForFile: Words(
        "The disk has no room for this file.", "Nothing of it was kept. Make room or choose another place."
    ),
    UnknownNurse: Words("Nobody of that name works here.", "Nothing was written. Check the name and try again."),
    UnknownSkill: Words("No skill of that name is taught here.", "Nothing was written. Check it and try again."),
    UnknownLocality: Words(
        "No core team is of that locality.", "Nothing was written. Check its name on the page of the core teams."
    ),
    BaselineHalfSaid: Words("A baseline has a first and a last day.", "Nothing was written. Give both, or neither."),
}

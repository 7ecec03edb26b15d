"""Reports and their files: the words for what can go wrong."""

from smf_core.domain.core_counts import written_month
from smf_desktop.presenters.messages.words import Spoken, Words
from smf_desktop.trouble import (
    BaselineHalfSaid,
    MonthNotSaved,
    NoRoomForFile,
    NoSchedule,
    ReportStopped,
    ScheduleNotPossible,
    UnknownLocality,
    UnknownNurse,
    UnknownSkill,
)

_SCHEDULES = {
    "day": Words("The day is a number from 1 to 28: every month has those.", "Nothing was changed. Enter another day."),
    "reports": Words("No report is chosen.", "Nothing was changed. Choose one or more."),
    "formats": Words("No kind of file is chosen.", "Nothing was changed. Choose one or more."),
    "folder": Words("That folder is not there.", "Nothing was changed. Choose a folder of this laptop."),
}
_NOT_SAVED = {
    "folder": ("its folder is not there or cannot be written", "It is tried again. Check {folder}, or choose another."),
    "room": ("the disk has no room", "It is tried again. Make room in {folder}, or choose another folder."),
    "differs": (
        "another file of its name is there",
        "That file stays as it is. Move it out of {folder}, and it is tried again.",
    ),
}


def _not_saved(error: MonthNotSaved) -> Words:
    why, do = _NOT_SAVED[error.why]
    return Words(f"The monthly export of {written_month(error.month)} is not saved: {why}.", do.format_map(vars(error)))


REPORTS: Spoken = {
    ScheduleNotPossible: lambda error: _SCHEDULES[error.code],
    MonthNotSaved: _not_saved,
    NoSchedule: Words(
        "You have no monthly export on this laptop.", "Nothing was saved. Set one on the page of the closed months."
    ),
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

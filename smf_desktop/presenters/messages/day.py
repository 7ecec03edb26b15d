"""The nurse's day: bookings, calls, tasks, doses, lists: the words for what can go wrong."""

from smf_core.domain.caseload_trouble import (
    CoversThemselves,
    CoverTurnedRound,
    NobodyChosen,
    UnknownCover,
    UnknownView,
    ViewNameNeeded,
)
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
from smf_core.domain.teaching_trouble import UnknownBooking
from smf_desktop.presenters.diary_words import concern_words
from smf_desktop.presenters.messages.words import Spoken, Words

DAY: Spoken = {
    UnknownBooking: Words("This visit is no longer planned.", "Nothing was changed. Open the person again."),
    SecondLook: lambda error: Words(
        f"Check this time. {concern_words(error.warned)}", "Nothing is saved yet. Press again to keep this time."
    ),
    SeriesNotPossible: Words(
        "A series has 2 to 60 visits, 1 to 90 days apart.", "Nothing was booked. Change how many or how often."
    ),
    NotReadyToSave: lambda error: Words(
        f"{len(error.gaps)} to fill in.", "Nothing was recorded and the draft is kept. F8 goes to the first."
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
    UnknownView: Words("This view is not on this laptop.", "Nothing was changed. Look at the tabs again."),
    ViewNameNeeded: Words("A view needs a name.", "Type one of up to 40 characters."),
    CoverTurnedRound: Words("The last day lies before the first, or is over.", "Nothing was changed. Check both days."),
    CoversThemselves: Words("Nobody covers their own absence.", "Nothing was changed. Choose a colleague."),
    UnknownCover: Words("This cover is not on this laptop.", "Nothing was changed. Open the list again."),
    NobodyChosen: Words("Nobody is chosen.", "Nothing was changed. Choose one or more people in the list."),
}

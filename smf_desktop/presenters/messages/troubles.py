"""The words for every trouble, in one place: what happened, what is safe, what to do.

Keyed by exception type; a subclass without words of its own uses its parent's. `str(error)` is never shown.
"""

from smf_desktop.presenters.messages.day import DAY
from smf_desktop.presenters.messages.discharge import DISCHARGE
from smf_desktop.presenters.messages.figures import FIGURES
from smf_desktop.presenters.messages.keys import KEYS
from smf_desktop.presenters.messages.people import PEOPLE
from smf_desktop.presenters.messages.planning import PLANNING
from smf_desktop.presenters.messages.reports import REPORTS
from smf_desktop.presenters.messages.store import STORE
from smf_desktop.presenters.messages.sync import SYNC
from smf_desktop.presenters.messages.teaching import TEACHING
from smf_desktop.presenters.messages.typed import TYPED
from smf_desktop.presenters.messages.words import Spoken, Words

OUR_FAULT = Words(
    "Something went wrong in the program.",
    "What was saved is safe. Close the page and open it again; tell your IT desk if it happens twice.",
)

WORDS: Spoken = {
    **TYPED,
    **KEYS,
    **STORE,
    **PEOPLE,
    **TEACHING,
    **DISCHARGE,
    **DAY,
    **SYNC,
    **FIGURES,
    **REPORTS,
    **PLANNING,
}


def words_for(error: BaseException) -> Words:
    """The sentence for a trouble; our own fault when nothing more exact is known."""
    for kind in type(error).__mro__:
        spoken = WORDS.get(kind)
        if spoken is not None:
            return spoken if isinstance(spoken, Words) else spoken(error)
    return OUR_FAULT

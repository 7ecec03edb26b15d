"""The words for what goes wrong: one place for each trouble."""

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
from smf_desktop.presenters.messages.troubles import WORDS
from smf_desktop.presenters.messages.typed import TYPED


def test_no_trouble_has_words_in_two_places() -> None:
    rooms = (DAY, DISCHARGE, FIGURES, KEYS, PEOPLE, PLANNING, REPORTS, STORE, SYNC, TEACHING, TYPED)
    assert sum(map(len, rooms)) == len(WORDS)

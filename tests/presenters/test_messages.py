"""The words for what goes wrong: one place for each trouble."""

from smf_desktop.presenters.messages import WORDS
from smf_desktop.presenters.messages_day import DAY
from smf_desktop.presenters.messages_discharge import DISCHARGE
from smf_desktop.presenters.messages_keys import KEYS
from smf_desktop.presenters.messages_people import PEOPLE
from smf_desktop.presenters.messages_store import STORE
from smf_desktop.presenters.messages_teaching import TEACHING
from smf_desktop.presenters.messages_typed import TYPED


def test_no_trouble_has_words_in_two_places() -> None:
    rooms = (DAY, DISCHARGE, KEYS, PEOPLE, STORE, TEACHING, TYPED)
    assert sum(map(len, rooms)) == len(WORDS)

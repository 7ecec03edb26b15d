"""A laptop says for what of its work it waits, and hears what leads decided of it."""

import pytest

from smf_core.operations.change_set import Item
from smf_core.operations.protocol import Hello, team_feed
from smf_hub.service.reviewing import became
from tests.support.pushing import HubTown, Writer, new_id, person, phone


def held(nurse: Writer) -> str:
    """Work of theirs that waits for a lead."""
    patient, items = person(nurse.team)
    nurse.write(*items, patient=patient)
    lost = nurse.write(phone(patient, "01632 960001"), patient=patient, author=new_id())
    nurse.send()
    return lost.head.cs_id


def decides(lead: Writer, cs_id: str, state: str) -> None:
    said = {"state": state, "reason": "Write it in your own name"}
    lead.write(Item(entity="review", entity_id=cs_id, kind="decided", payload=said))
    lead.send()


def told(laptop: Writer, *waits: str) -> list[tuple[str, str, str]]:
    said = Hello(protos=(1,), app="4", schema=1, replicas={}, feeds={}, local_time="2026-11-17T09:00:00Z", waits=waits)
    return [(each.cs_id, each.state, each.word) for each in laptop.hub.hello(said).decided]


def test_what_was_returned_is_told_with_the_leads_reason_to_the_laptop_that_sent_it(
    nurse: Writer, lead: Writer
) -> None:
    one = held(nurse)
    assert told(nurse, one) == [], "nobody has decided"
    decides(lead, one, "returned")
    assert told(nurse, one) == [(one, "returned", "Write it in your own name")]
    assert told(nurse) == [], "of what it does not wait for it hears nothing"
    assert told(lead, one) == [], "it is not the work of that laptop"


@pytest.mark.parametrize("waits", ["", "' OR 1=1", "x" * 5000, "\0"])
def test_what_is_no_id_is_nothing(nurse: Writer, waits: str) -> None:
    assert told(nurse, *[waits] * 200) == []


def test_what_was_adopted_is_told_where_the_laptop_does_not_follow_the_feed_it_went_to(
    here: HubTown, nurse: Writer, lead: Writer
) -> None:
    one = held(nurse)
    decides(lead, one, "adopted")
    assert told(nurse, one) == [], "it comes by the feed"
    (decided,) = became(here.place, nurse.device, (one,), ())
    assert (decided.state, decided.by) == ("elsewhere", min(lead.users))
    assert became(here.place, nurse.device, (one,), (team_feed(here.team),)) == ()

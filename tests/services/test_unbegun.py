"""Something was written about somebody whose record has not come: it is told at once, and a lead hears of it."""

from collections.abc import Sequence
from typing import cast

import pytest
from msgspec.json import encode

from smf_core.operations.change_set import ChangeSet, Head, Item
from smf_core.operations.protocol import HeldWork, Review
from smf_core.policy.rules import NotAllowed
from smf_desktop.presenters.sync.centre import centre_rows
from smf_desktop.presenters.sync.held import HeldRow, held_rows
from smf_desktop.presenters.today.lists import side_lists
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.sync.centre import centre
from smf_desktop.services.sync.reviews import ADOPTED, RETURNED, decide, read_held
from smf_desktop.services.sync.state import HubAccess
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]


def comes_from_elsewhere(team: Team) -> str:
    """Two saves about a person, without what began the record. Answers who."""
    who, visit = team.nurse.new_id(), team.nurse.new_id()
    said = {"patient": who, "reason": "no_access", "note": "", "at": team.clock.now().isoformat()}
    with team.nurse.work() as work:
        work.save([new_item("visit", visit, "not_gone_ahead", **said)], patient=who)
        work.save([new_item("patient", who, "phone", phone="01632 960777")], patient=who)
    return who


def late(session: Session) -> list[tuple[str, str]]:
    """What Today says under what nobody has settled."""
    lists = side_lists(today_facts(session), session.checklists)
    return [(row.name, row.about) for one in lists if one.key == "late" for row in one.rows]


def test_F61_it_stands_in_the_sync_centre_at_once_and_on_a_leads_today_after_five_days(team: Team) -> None:
    at_home(team)
    comes_from_elsewhere(team)
    for session in (team.nurse, team.lead):
        held = centre_rows(centre(session), team.clock.now().tzinfo).held
        ((who, what, when),) = [(one.who, one.what, one.when) for one in held.lines]
        assert (who, what, when) == ("Someone whose record has not come", "2 saves wait for it", "17-Nov-2026 09:00")
        assert held.count == 1
    team.clock.forward(days=5)
    assert late(team.lead) == []
    team.clock.forward(minutes=1)
    (row,) = late(team.lead)
    about = "2 saves wait for it, for over 5 days · since 17-Nov-2026 09:00"
    assert row == ("Someone whose record has not come", about)
    assert late(team.nurse) == []


def test_F61_once_the_record_comes_nothing_is_waited_for(team: Team) -> None:
    who = comes_from_elsewhere(team)
    team.clock.forward(days=6)
    with team.nurse.work() as work:
        work.save([new_item("patient", who, "name", family="Okafor", given="Chidi")], patient=who)
    assert late(team.lead) == []
    assert centre(team.lead).unbegun == ()
    assert who in centre(team.lead).people


class OneHeld:
    """A hub that holds one change set for the lead."""

    def __init__(self, held: ChangeSet | None = None) -> None:
        self._held = held

    def held(self) -> tuple[HeldWork, Sequence[ChangeSet]]:
        if self._held is None:
            return HeldWork(reviews=()), ()
        head = self._held.head
        at = START.isoformat()
        review = Review(
            cs_id=head.cs_id, author=head.author, patient=head.patient_id, reason="author_unknown", at=at, device="one"
        )
        return HeldWork(reviews=(review,)), (self._held,)


def written(team: Team, who: str, unit: str, **said: str) -> ChangeSet:
    """As a laptop sent it that is not this one."""
    said_of = Item(entity="patient", entity_id=who, kind=unit, payload=said)
    head = Head(
        cs_id=team.nurse.new_id(),
        replica_id=team.nurse.new_id(),
        seq=1,
        hlc=(0, 0),
        author=team.nurse2.user.id,
        patient_id=who,
        care_time=START.isoformat(),
        schema=1,
        n=1,
    )
    return ChangeSet(encode(head), encode((said_of,)))


def tray(session: Session, held: ChangeSet | None) -> tuple[HeldRow, ...]:
    found = read_held(session, cast(HubAccess, OneHeld(held)))
    return held_rows(found.waiting, found.people, found.names, START.tzinfo, found.unbegun)


def told(session: Session) -> list[str]:
    return [line.what for line in centre_rows(centre(session), START.tzinfo).held.lines]


def test_F61_what_waits_for_a_record_is_returned_with_what_begins_it_and_its_author_is_told_why(team: Team) -> None:
    who = comes_from_elsewhere(team)
    (row,) = tray(team.lead, written(team, who, "name", family="Okafor", given="Chidi"))
    assert row.beside == "2 saves wait for this record. They are taken in or returned with it."
    with pytest.raises(NotAllowed):
        decide(team.nurse, row.key, RETURNED, "Not ours", row.unbegun)
    decide(team.lead, row.key, RETURNED, "Not ours", row.unbegun)
    team.clock.forward(days=6)
    assert late(team.lead) == []
    assert told(team.nurse) == ["Returned: 2 saves · Not ours"]
    assert told(team.nurse2) == [], "who wrote none of it need not know"
    assert tray(team.lead, None) == (), "nobody is asked again"
    team.clock.forward(days=30)
    assert told(team.nurse) == []
    with team.nurse.work() as work:
        work.save([new_item("patient", who, "name", family="Okafor", given="Chidi")], patient=who)
    assert centre(team.nurse).unbegun == ()


def test_F61_what_is_taken_in_or_begins_no_record_returns_nothing_with_it(team: Team) -> None:
    who = comes_from_elsewhere(team)
    held, unbegun = tray(team.lead, written(team, who, "phone", phone="01632 960333"))
    assert (held.beside, held.unbegun, held.adoptable) == ("", None, True)
    assert (unbegun.who, unbegun.what, unbegun.adoptable) == ("Someone whose record has not come", "2 saves", False)
    decide(team.lead, held.key, RETURNED, "Not hers", held.unbegun)
    decide(team.lead, held.key, ADOPTED, "Hers", who)
    assert told(team.nurse) == ["2 saves wait for it"]


def test_F61_a_lead_returns_what_waits_for_a_record_that_nothing_here_begins(team: Team) -> None:
    who = comes_from_elsewhere(team)
    (row,) = tray(team.lead, None)
    assert (row.key, row.by) == (who, "Nurse Example")
    decide(team.lead, "", RETURNED, "The laptop was lost", row.unbegun)
    assert told(team.nurse) == ["Returned: 2 saves · The laptop was lost"]

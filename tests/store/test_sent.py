"""What of a laptop's work is where, as the store has it: waiting, sent, for review; marks on the record."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select

from smf_core.records.tables import change_set
from smf_desktop.services.people import change_demographics, open_person
from smf_desktop.services.record.disputes import SETTLED, keep, settle_all, unsettle
from smf_desktop.services.record.overview import overview
from smf_desktop.services.session import Session
from smf_desktop.services.sync.centre import centre, how_it_stands, reviews_waiting, sync_history
from smf_desktop.store.tables import exchange, joined_hub, outbox, review, sent_change_set
from tests.services.test_disputes import open_disputes
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home, taught

__all__ = ["laptop", "store_template", "team"]

SINCE = START.replace(hour=0)


def joined(team: Team, complete: datetime | None = SINCE) -> None:
    row = {"hub": "h", "url": "https://hub", "hub_key": b"k", "recovery_key": b"r", "device": "d", "team": ""}
    row |= {"device_key": b"s", "ratchet": b"", "offset_ms": 400_000, "joined_at": SINCE.isoformat(), "heard_ms": 0}
    row |= {"complete_at": complete.isoformat() if complete else None}
    with team.nurse.work() as work:
        work.connection.execute(insert(joined_hub), [row])


def sent(team: Team, *, at: datetime) -> None:
    """The hub has confirmed everything."""
    with team.nurse.work() as work:
        ids = list(work.connection.scalars(select(outbox.c.cs_id)))
        work.connection.execute(insert(sent_change_set), [{"cs_id": one, "at": at.isoformat()} for one in ids])
        work.connection.execute(outbox.delete())


def apart(session: Session, other: Session, patient: str) -> None:
    one, two = open_person(session, patient), open_person(other, patient)
    change_demographics(session, one, {"phone": {"phone": "01632 960001"}})
    change_demographics(other, two, {"phone": {"phone": "01632 960002"}})


def test_what_waits_and_what_was_sent_today_is_named_by_person(team: Team) -> None:
    home = at_home(team)
    joined(team)
    sent(team, at=START)
    taught(team, home)
    way = team.store.on_the_way(SINCE)
    assert way.joined
    assert (way.offset_ms, way.complete) == (400_000, True)
    assert way.unsent == len(way.waiting) > 0
    assert {one.patient for one in way.waiting} == {home.patient}
    assert ("visit", "signed") in {what for one in way.waiting for what in one.what}
    assert len(way.sent) > 0
    assert all(one.sent_at == START for one in way.sent)
    assert (way.sent_count, way.sent_joining) == (len(way.sent), 0)
    assert team.store.on_the_way(START + timedelta(seconds=1)).sent == ()


def test_what_the_joining_took_to_the_hub_is_counted_and_is_nobodys_work_of_today(team: Team) -> None:
    at_home(team)
    joined(team, START + timedelta(minutes=1))
    sent(team, at=START)
    way = team.store.on_the_way(SINCE)
    assert (way.sent, way.sent_count) == ((), 0)
    assert way.sent_joining > 0


def test_a_laptop_whose_first_sync_goes_on_has_sent_nothing_but_by_joining(team: Team) -> None:
    joined(team, None)
    sent(team, at=START)
    way = team.store.on_the_way(SINCE)
    assert (way.complete, way.sent) == (False, ())
    assert way.sent_joining > 0


def test_more_is_counted_than_is_listed(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    at_home(team)
    joined(team)
    sent(team, at=START)
    whole = team.store.on_the_way(SINCE).sent_count
    monkeypatch.setattr("smf_desktop.store.sent.SHOWN", 2)
    way = team.store.on_the_way(SINCE)
    assert (len(way.sent), way.sent_count) == (2, whole)
    assert whole > 2


def test_what_was_sent_late_yesterday_was_not_sent_today_in_summer(team: Team) -> None:
    joined(team)
    summer = timezone(timedelta(hours=1))
    today = datetime(2027, 7, 10, tzinfo=summer)
    sent(team, at=today - timedelta(minutes=30))
    assert team.store.on_the_way(today).sent_count == 0
    assert team.store.on_the_way(today - timedelta(hours=1)).sent_count > 0


def test_how_it_stands_is_told_without_the_lists(team: Team) -> None:
    home = at_home(team)
    joined(team)
    began = {"began_at": START.isoformat(), "sent": 0, "received": 0, "quarantined": 0, "conflicts": 0}
    with team.nurse.work() as work:
        for outcome, ended in (("complete", START), ("stopped", None), ("unreachable", START + timedelta(hours=1))):
            row = began | {"outcome": outcome, "ended_at": ended.isoformat() if ended else None}
            work.connection.execute(insert(exchange), [row])
        ours, taken_on = work.connection.scalars(select(change_set.c.cs_id).limit(2))
        held = {"cs_id": ours, "reason": "role", "at": START.isoformat(), "state": "waiting"}
        others = [held | {"cs_id": "not written here"}, held | {"cs_id": taken_on, "state": "adopted"}]
        work.connection.execute(insert(review), [held, *others])
    way = how_it_stands(team.nurse)
    assert way.last is not None
    assert (way.last.outcome, way.last.ended_at, way.held) == ("complete", START, 1)
    assert way.unsent > 0
    assert (way.waiting, way.sent, way.exchanges) == ((), (), ())
    assert team.store.is_waiting_about(home.patient)
    assert not team.store.is_waiting_about("somebody-else")


def test_a_visit_not_yet_at_the_hub_is_marked_until_it_is(team: Team) -> None:
    home = at_home(team)
    visit = taught(team, home)
    assert overview(team.nurse, home.patient).unsent == frozenset()  # without a hub nothing is on its way
    joined(team)
    assert visit in overview(team.nurse, home.patient).unsent
    sent(team, at=START)
    assert overview(team.nurse, home.patient).unsent == frozenset()


def test_what_was_sent_for_review_is_said_on_the_record_of_whom_it_is_about(team: Team) -> None:
    home = at_home(team)
    joined(team)
    change_demographics(team.nurse, open_person(team.nurse, home.patient), {"phone": {"phone": "01632 960001"}})
    saved = team.store.on_the_way(SINCE).waiting[0]
    row = {"cs_id": saved.cs_id, "reason": "role", "at": START.astimezone(UTC).isoformat(), "state": "waiting"}
    with team.nurse.work() as work:
        work.connection.execute(insert(review), [row])
    (found,) = overview(team.nurse, home.patient).for_review
    assert (found.reason, found.saved.what) == ("role", {("patient", "phone")})


def test_the_centre_counts_people_and_the_history_knows_what_can_be_taken_back(team: Team) -> None:
    home = at_home(team)
    apart(team.nurse, team.nurse2, home.patient)
    assert reviews_waiting(team.nurse) == 1
    (one,) = centre(team.nurse).reviews
    assert (one.who.id, one.kinds) == (home.patient, {"phone": 1})
    saved, _ = settle_all(team.nurse, home.patient, [keep(each, 0) for each in open_disputes(team.nurse, home.patient)])
    assert [(each.saved.cs_id, each.undone) for each in sync_history(team.nurse).settlings] == [(saved, False)]
    team.clock.forward(days=29)
    unsettle(team.nurse, home.patient, saved)
    assert [each.undone for each in sync_history(team.nurse).settlings] == [True]
    assert {each.act for each in team.store.own_acts(30, team.clock.at)} == {SETTLED, saved}
    team.clock.forward(days=2)
    assert sync_history(team.nurse).settlings == ()

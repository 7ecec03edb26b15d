"""A nurse's work is sent for review: a lead reads it and returns it with a reason, and the nurse writes it again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from smf_core.policy.roles import Role
from smf_core.policy.rules import NotAllowed
from smf_core.records.tables import metadata
from smf_desktop.presenters.sync.centre import centre_rows
from smf_desktop.presenters.today.lists import side_lists
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.record.overview import overview
from smf_desktop.services.session import new_item
from smf_desktop.services.sync.centre import centre
from smf_desktop.services.sync.returned import put_by, read_returned
from smf_desktop.services.sync.reviews import ADOPTED, RETURNED, Held, decide, read_held
from smf_desktop.services.sync.written import Written, read_written
from smf_hub.service import managing
from smf_hub.service.place import Place
from smf_hub.service.projecting import catch_up
from tests.support.three_laptops import Nurse, Three, at_laptops, home, north, three
from tests.support.visits import Home, at_home

__all__ = ["home", "north", "three"]


def while_not_a_member(three: Three, north: Place, home: Home, notes: str) -> None:
    """By mistake the administrator takes Tom out of the team for an hour, and he hears nothing of it at the door."""
    managing.end_membership(north, "tom")
    passes(three, north, minutes=30)
    three.tom.signs(home, notes=notes)
    passes(three, north, minutes=30)
    managing.add_user(north, "tom", role=Role.NURSE, team="North", name="Tom Okafor")
    three.meet()


def passes(three: Three, north: Place, minutes: int) -> None:
    three.passes(minutes=minutes)
    north.world.clock.passes(minutes * 60)


def tray(nurse: Nurse) -> Held:
    return read_held(nurse.session, nurse.hub)


def signed_visit(nurse: Nurse) -> tuple[str, Written]:
    """The visit in the tray, with what was written in it."""
    held = tray(nurse)
    (one,) = [each for each in held.waiting if each.what == "Visit signed"]
    return one.cs_id, read_written(nurse.session, held, one.cs_id)


def came_back(nurse: Nurse) -> list[tuple[str, str]]:
    """What stands on Today of what was returned: key and words."""
    lists = side_lists(today_facts(nurse.session), nurse.session.checklists)
    return [(row.record, row.about) for one in lists if one.key == "returned" for row in one.rows]


def rows(nurse: Nurse) -> dict[str, int]:
    with nurse.session.read() as connection:
        counted = {each.name: select(func.count()).select_from(each) for each in metadata.sorted_tables}
        return {name: connection.execute(asked).scalar_one() for name, asked in counted.items()}


def test_a_lead_reads_a_visit_that_waits_as_the_record_would_say_it(three: Three, north: Place, home: Home) -> None:
    while_not_a_member(three, north, home, "Held the pen too low")
    before = rows(three.priya)
    _, written = signed_visit(three.priya)
    assert written.about == ""
    assert [line for line in written.lines if line.startswith(("Notes", "Signed", "Steps", "Insulin,", "Self-"))] == [
        "Self-management facilitator visit, 17-Nov-2026 09:30, 45 minutes, home.",
        "Insulin, visit 1 of about 7. Learner: the person.",
        "Steps on own: 18 of 18 rated.",
        "Notes: Held the pen too low",
        "Signed 17-Nov-2026 09:30 by Tom Okafor, registered nurse.",
    ]
    assert written.lines[-1] == "Visit booked: 18-Nov-2026 11:30 · 45 minutes · Tom Okafor"
    assert rows(three.priya) == before, "nothing of it is in the record"
    noted = "SELECT action, patient, detail FROM pending_access WHERE detail = 'held'"
    with three.priya.session.read() as connection:
        assert connection.exec_driver_sql(noted).all() == [("read", home.patient, "held")]


def test_what_is_in_the_tray_is_read_by_a_lead_alone(three: Three, north: Place, home: Home) -> None:
    while_not_a_member(three, north, home, "")
    held = tray(three.priya)
    with pytest.raises(NotAllowed):
        read_written(three.anna.session, held, held.waiting[0].cs_id)


def test_what_a_lead_returned_is_read_by_its_author_who_writes_it_again(three: Three, north: Place, home: Home) -> None:
    while_not_a_member(three, north, home, "Held the pen too low")
    assert three.anna.notes(home) == []
    waiting, _ = signed_visit(three.priya)
    decide(three.priya.session, waiting, RETURNED, "Write it again: you are in the team")
    three.meet()
    told = "Visit signed, 17-Nov-2026 09:30 · Returned by Priya Nair, 17-Nov-2026 10:00: "
    ((save, words),) = came_back(three.tom)
    assert (save, words.replace("\u2068", "").replace("\u2069", "")) == (
        waiting,
        f"{told}Write it again: you are in the team",
    )
    assert came_back(three.anna) == []
    found = read_returned(three.tom.session, save)
    assert found is not None
    assert found.here
    assert "Notes: Held the pen too low" in found.lines
    assert "Write it again: you are in the team" in found.about
    assert read_returned(three.anna.session, save) is None
    (said,) = [one for one in overview(three.tom.session, home.patient).for_review if one.state == "returned"]
    assert said.decision is not None
    three.tom.signs(home, notes="Held the pen too low")
    put_by(three.tom.session, save)
    three.meet()
    assert came_back(three.tom) == []
    assert three.anna.notes(home) == three.tom.notes(home) == [("Held the pen too low",)]
    lines = centre_rows(centre(three.tom.session), three.tom.session.now().tzinfo).held.lines
    told = [line.what.replace("\u2068", "").replace("\u2069", "") for line in lines]
    assert "Returned: Write it again: you are in the team · Priya Nair · Visit signed" in told, "still told here"


@pytest.fixture
def south(north: Place, tmp_path: Path) -> Iterator[tuple[Nurse, Nurse, Nurse, str]]:
    """Tom and the lead Priya of the team North, the lead Sue of the team South, and the id of her team."""
    team = managing.add_team(north, "South")
    managing.add_user(north, "sue", role=Role.LEAD, team="South", name="Sue Hall", clinical_lead=True)
    with at_laptops(north, tmp_path, "tom", "priya", "sue") as (tom, priya, sue):
        yield tom, priya, sue, team


@pytest.mark.parametrize(("state", "told"), [(RETURNED, "returned"), (ADOPTED, "elsewhere")])
def test_what_a_lead_of_another_team_decides_reaches_the_author_though_that_feed_is_not_followed(
    south: tuple[Nurse, Nurse, Nurse, str], north: Place, state: str, told: str
) -> None:
    tom, priya, sue, team = south
    everyone = (tom, priya, sue)

    def meet(*who: Nurse) -> None:
        for each in (*who, *who):
            each.exchange()
        catch_up(north)

    def later() -> None:
        north.world.clock.passes(1800)
        for each in everyone:
            each.laptop.clock.passes(1800)

    home, other = at_home(tom.team, "insulin"), at_home(tom.team, "insulin")
    with tom.session.work() as work:
        for said in ("Yes", "No"):  # on top of nothing, so both stand
            work.save([new_item("patient", other.patient, "language", language=said)], patient=other.patient)
    meet(*everyone)
    later()
    with priya.session.work() as work:
        work.save([work.change("patient", home.patient, "team", {"team": team})], patient=home.patient)
    meet(priya, sue)
    later()
    tom.signs(home, notes="She did it alone")
    meet(tom)
    held, written = signed_visit(sue)
    assert "Notes: She did it alone" in written.lines
    decide(sue.session, held, state, "You saw her on the day she came to us")
    meet(sue)
    assert tom.hub.exchange(lambda told: None, lambda: False).conflicts == 0, "what was apart already is no news"
    states = {one.saved.cs_id: one.state for one in centre(tom.session).way.reviews}
    assert states[held] == told
    if state == RETURNED:
        ((save, words),) = came_back(tom)
        assert save == held
        assert "Returned by Sue Hall" in words
        found = read_returned(tom.session, held)
        assert found is not None
        assert "She did it alone" in " ".join(found.lines)
        assert "Teach-back: " in " ".join(found.lines)
        assert not found.here, "she is another team's by now"
    else:
        assert came_back(tom) == []
    tom.exchange()
    assert tom.laptop.reach.heard[-1] == "hello", "what is known is not asked again"

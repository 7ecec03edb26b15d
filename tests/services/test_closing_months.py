"""A month is closed once it is over, kept as it was, and held against the records as they stand later."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text

from smf_core.domain.planned import ClosedBefore, MonthRuns, NoSuchMonth, ToDo, ToDoIncomplete
from smf_core.figures.month_changes import Change
from smf_core.figures.report import NotHeard
from smf_core.policy.rules import NotAllowed
from smf_core.records.log import held_operations
from smf_core.records.queries import planned
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.presenters.service.months import NOTHING_CHANGED, closed_words, month_rows, summary
from smf_desktop.services.service.months import ThenAndNow, close_month, closed_months, note_month, then_and_now
from smf_desktop.services.session import Session
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import DOREEN, Home, at_home, taught

__all__ = ["laptop", "store_template", "team"]

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def home(team: Team) -> Home:
    """Somebody seen twice in November, and the fifth of December has come."""
    home = at_home(team)
    taught(team, home, days_ago=5)
    taught(team, home)
    team.clock.at = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)
    return home


def only(session: Session) -> str:
    (found,) = closed_months(session)
    return found.closed.id


def changes(found: ThenAndNow) -> dict[Change, int]:
    return {change: many for row in found.rows for change, many in row.why.items()}


def test_a_month_is_kept_with_who_when_and_by_which_definitions(team: Team, home: Home) -> None:
    close_month(team.admin, date(2026, 11, 17))
    (found,) = closed_months(team.lead)
    closed = found.closed
    assert (closed.month, closed.team, closed.at) == (NOVEMBER, team.lead.team, team.clock.at)
    assert (found.name, closed.definitions, closed.intact, closed.reason) == ("Admin Example", "1", True, "")
    shown = then_and_now(team.lead, closed.id)
    assert (shown.kept.since, shown.kept.until, shown.kept.as_of) == (NOVEMBER, date(2026, 11, 30), date(2026, 12, 5))
    groups = {tuple(each.group.items()) for each in shown.kept.figures}
    assert groups == {(), (("skill", "insulin"),)}
    assert all(row.meant.words for row in shown.rows)


def test_nothing_changed(team: Team, home: Home) -> None:
    close_month(team.lead, NOVEMBER)
    team.clock.forward(days=30)
    found = then_and_now(team.lead, only(team.lead))
    assert not any(row.changed for row in found.rows)
    assert summary(found.rows) == NOTHING_CHANGED


def test_a_visit_signed_after_the_closing_is_why(team: Team, home: Home) -> None:
    close_month(team.lead, NOVEMBER)
    taught(team, home, days_ago=10)
    found = then_and_now(team.lead, only(team.lead))
    assert changes(found) == {Change.VISITS_LATE: 1}
    rows = {(row.key, row.why) for row in month_rows(found.rows, {"insulin": "Insulin"}) if row.why}
    assert ("no_access_rate", "1 visit came after the month was closed.") in rows
    assert summary(found.rows) != NOTHING_CHANGED


def test_the_caseload_of_today_is_not_a_change_of_the_month(team: Team, home: Home) -> None:
    close_month(team.lead, NOVEMBER)
    at_home(team, "wound", person=replace(DOREEN, family_name="Baker", nhs_number=""))
    found = then_and_now(team.lead, only(team.lead))
    assert {row.meant.label for row in found.rows if Change.NOW in row.why} == {"On the caseload now"}


def test_only_a_whole_month_that_is_over(team: Team, home: Home) -> None:
    for day in (date(2026, 12, 1), date(2027, 1, 1)):
        with pytest.raises(MonthRuns):
            close_month(team.lead, day)
    team.clock.at = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    with pytest.raises(MonthRuns):
        close_month(team.lead, NOVEMBER)
    team.clock.forward(minutes=1)
    close_month(team.lead, NOVEMBER)


def test_a_month_before_the_service_and_one_without_anybody(team: Team) -> None:
    for day in (date(1990, 5, 1), date(2026, 10, 1)):
        close_month(team.lead, day)
    for each in closed_months(team.lead):
        found = then_and_now(team.lead, each.closed.id)
        assert all(row.then and (row.then.value is not None or row.then.reason) for row in found.rows)
        assert summary(found.rows) == NOTHING_CHANGED


def test_again_only_with_a_reason_and_both_stay(team: Team, home: Home) -> None:
    close_month(team.lead, NOVEMBER)
    first = only(team.lead)
    for reason in ("", "  "):
        with pytest.raises(ClosedBefore):
            close_month(team.admin, NOVEMBER, reason)
    assert only(team.lead) == first
    team.clock.forward(hours=1)
    close_month(team.admin, NOVEMBER, "Two laptops came back")
    newest, earlier = closed_months(team.lead)
    assert (newest.closed.reason, newest.name, earlier.closed.id) == ("Two laptops came back", "Admin Example", first)
    assert closed_words(newest.closed, newest.name) == (
        "Nov-2026, closed 05-Dec-2026 10:00, Admin Example, definitions version 1. Closed again: Two laptops came back"
    )


def test_notes_and_actions_stand_beside_the_figures_and_may_be_put_right(team: Team, home: Home) -> None:
    close_month(team.lead, NOVEMBER)
    closed = only(team.lead)
    ring = ToDo("Ring the practices", "Dr Osei", date(2026, 12, 31))
    note_month(team.lead, closed, "A quiet month")
    note_month(team.admin, closed, "A quiet month, with one nurse away", [ring])
    (found,) = closed_months(team.lead)
    assert (found.closed.note, found.closed.actions) == ("A quiet month, with one nurse away", (ring,))
    assert found.closed.intact
    with team.lead.read() as connection:
        ops = held_operations(connection, "closed_month", closed)
    assert [op.author for op in ops if op.kind == "note"] == [team.lead.user.id, team.admin.user.id]
    for unfit in (replace_todo(ring, what=" "), replace_todo(ring, owner="")):
        with pytest.raises(ToDoIncomplete):
            note_month(team.lead, closed, "", [unfit])
    with pytest.raises(NoSuchMonth):
        note_month(team.lead, "0193", "No such month")
    with pytest.raises(NoSuchMonth):
        then_and_now(team.lead, "0193")


def replace_todo(action: ToDo, **changes: Any) -> ToDo:
    return replace(action, **changes)


def test_laptops_that_were_not_heard_of_are_kept_with_the_month(team: Team, home: Home) -> None:
    close_month(team.lead, NOVEMBER, missing=(NotHeard("Car 2", "2026-11-20"),))
    found = then_and_now(team.lead, only(team.lead))
    assert not found.kept.complete
    assert found.kept.missing_devices == (NotHeard("Car 2", "2026-11-20"),)
    close_month(team.lead, NOVEMBER, "Nobody could say", missing=None)
    newest = closed_months(team.lead)[0].closed.id
    assert not then_and_now(team.lead, newest).kept.complete


def test_figures_that_were_changed_in_the_file_are_told(team: Team, home: Home) -> None:
    close_month(team.lead, NOVEMBER)
    (found,) = closed_months(team.lead)
    assert "digest" not in closed_words(found.closed, found.name)
    broken = replace(found.closed, intact=False)
    assert "the digest written down with them is another" in closed_words(broken, found.name)
    with team.lead.read() as connection:
        kept = planned.kept_of(connection, found.closed.id)
        assert kept
        size = connection.scalar(text("SELECT length(content) FROM closed_month"))
    assert size == len(kept[1]) < 64 * 1024


def test_who_may_close_a_month_and_who_may_read_one(team: Team, home: Home) -> None:
    for session in (team.nurse, team.assistant):
        with pytest.raises(NotAllowed):
            close_month(session, NOVEMBER)
        with pytest.raises(NotAllowed):
            closed_months(session)
    close_month(team.admin, NOVEMBER)
    assert closed_months(team.lead)
    with pytest.raises(NotAllowed):
        note_month(team.nurse, only(team.lead), "Mine")
    with pytest.raises(NotAllowed):
        then_and_now(team.nurse, only(team.lead))


@pytest.mark.parametrize("error", [MonthRuns(), ClosedBefore(), NoSuchMonth(), ToDoIncomplete()])
def test_every_trouble_has_its_sentence(error: Exception) -> None:
    assert words_for(error) != OUR_FAULT

"""Reports saved to a folder every month: when, once, in order, never over another file, and what is said otherwise."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from smf_core.policy.rules import NotAllowed
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.services.auditing import REPORT
from smf_desktop.services.reporting.exporting import FORMATS, PACK, Format
from smf_desktop.services.service.months import close_month
from smf_desktop.services.service.schedule import (
    Schedule,
    due,
    kept_as,
    new_schedule,
    run_schedule,
    schedule_in,
)
from smf_desktop.trouble import MonthNotSaved, NoSchedule, ReportStopped, ScheduleNotPossible
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "figures"
    made.mkdir()
    return made


def wanted(team: Team, folder: Path, *reports: str, day: int = 5, formats: tuple[Format, ...] = ("json",)) -> Schedule:
    return new_schedule(team.admin, day, str(folder), reports or ("caseload",), formats)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def at(team: Team, month: int, day: int, year: int = 2026) -> None:
    team.clock.at = datetime(year, month, day, 9, 0, tzinfo=UTC)


def test_the_last_month_is_saved_on_its_day_and_once(team: Team, folder: Path) -> None:
    schedule = wanted(team, folder, day=20)
    assert run_schedule(team.admin, None, schedule).saved == ()
    at(team, 11, 20)
    ran = run_schedule(team.admin, None, schedule)
    assert ran.saved == (folder / "caseload-2026-10.json",)
    said = json.loads(ran.saved[0].read_bytes())
    assert (said["period"], said["small_numbers_shown"]) == ({"from": "2026-10-01", "to": "2026-10-31"}, False)
    ran.saved[0].unlink()
    assert run_schedule(team.lead, None, schedule).saved == (), "somebody took it away: it was saved all the same"
    assert len(team.lead.store.noted(REPORT)) == 1


def test_missed_months_are_made_up_in_order(team: Team, folder: Path) -> None:
    schedule = wanted(team, folder, "caseload", "core-referrals", formats=("csv", "json"))
    at(team, 2, 4, 2027)
    months = [(each.month, each.report, each.format) for each in due(team.admin, schedule)]
    assert months == [
        (date(2026, month, 1), report, form)
        for month in (10, 11, 12)
        for report in ("caseload", "core-referrals")
        for form in ("csv", "json")
    ]
    assert len(run_schedule(team.admin, None, schedule).saved) == 12
    at(team, 2, 5, 2027)
    assert [each.month for each in due(team.admin, schedule)] == [date(2027, 1, 1)] * 4


def test_the_pack_waits_until_its_month_is_closed_and_the_rest_does_not(team: Team, folder: Path) -> None:
    schedule = wanted(team, folder, PACK, "caseload")
    ran = run_schedule(team.admin, None, schedule)
    assert (ran.waiting, names(folder)) == ((OCTOBER,), ["caseload-2026-10.json"])
    close_month(team.lead, OCTOBER)
    ran = run_schedule(team.admin, None, schedule)
    assert (ran.waiting, ran.saved) == ((), (folder / "monthly-pack-2026-10.pdf",))
    assert due(team.admin, schedule) == ()


def test_another_file_of_that_name_stays_as_it_is_and_the_others_are_saved(team: Team, folder: Path) -> None:
    other = folder / "caseload-2026-10.json"
    other.write_text("somebody's own")
    schedule = wanted(team, folder, "caseload", "discharge-rates")
    ran = run_schedule(team.admin, None, schedule)
    assert ran.trouble is not None
    assert (ran.trouble.why, other.read_text()) == ("differs", "somebody's own")
    assert ran.saved == (folder / "discharge-rates-2026-10.json",)
    other.unlink()
    assert run_schedule(team.admin, None, schedule).saved == (other,)


def test_a_file_that_was_saved_before_the_end_came_is_not_saved_again(team: Team, folder: Path) -> None:
    first = wanted(team, folder)
    run_schedule(team.admin, None, first)
    before = (folder / "caseload-2026-10.json").read_bytes()
    team.clock.forward(hours=1)
    again = replace_id(first)
    ran = run_schedule(team.admin, None, again)
    assert (ran.saved, ran.trouble) == ((), None)
    assert (folder / "caseload-2026-10.json").read_bytes() == before
    assert len(team.lead.store.noted(REPORT)) == 1
    assert due(team.admin, again) == ()


def replace_id(schedule: Schedule) -> Schedule:
    return Schedule("another", schedule.day, schedule.folder, schedule.reports, schedule.formats, schedule.first)


def test_a_folder_that_is_gone_is_told_and_tried_again(team: Team, folder: Path) -> None:
    schedule = wanted(team, folder)
    folder.rmdir()
    ran = run_schedule(team.admin, None, schedule)
    assert ran.trouble is not None
    words = str(words_for(ran.trouble))
    assert "The monthly export of Oct-2026 is not saved" in words
    assert str(folder) in words
    folder.mkdir()
    assert run_schedule(team.admin, None, schedule).saved


def test_what_is_stopped_goes_on_with_the_next_file(team: Team, folder: Path) -> None:
    schedule = wanted(team, folder, "caseload", "core-referrals")
    with pytest.raises(ReportStopped):
        run_schedule(team.admin, None, schedule, lambda done, total: done < 1)
    assert names(folder) == ["caseload-2026-10.json"]
    assert run_schedule(team.admin, None, schedule).saved == (folder / "core-referrals-2026-10.json",)


def test_what_cannot_be_kept_to_is_said(team: Team, folder: Path) -> None:
    for code, day, where, reports, formats in (
        ("day", 0, folder, ("caseload",), FORMATS),
        ("day", 29, folder, ("caseload",), FORMATS),
        ("reports", 5, folder, (), FORMATS),
        ("reports", 5, folder, ("../../etc",), FORMATS),
        ("formats", 5, folder, ("caseload",), ()),
        ("folder", 5, folder / "not there", ("caseload",), FORMATS),
        ("folder", 5, Path("figures"), ("caseload",), FORMATS),
    ):
        with pytest.raises(ScheduleNotPossible) as told:
            new_schedule(team.admin, day, str(where), reports, formats)
        assert told.value.code == code
        assert words_for(told.value) != OUR_FAULT
    assert new_schedule(team.admin, 28, str(folder), (PACK,), ()).formats == ()
    assert words_for(NoSchedule()) != OUR_FAULT
    assert all(words_for(MonthNotSaved(OCTOBER, "/x", why)) != OUR_FAULT for why in ("folder", "room", "differs"))


def test_who_may_not_has_nothing_due_and_sets_nothing(team: Team, folder: Path) -> None:
    schedule = wanted(team, folder)
    assert due(team.nurse, schedule) == ()
    with pytest.raises(NotAllowed):
        run_schedule(team.nurse, None, schedule)
    with pytest.raises(NotAllowed):
        new_schedule(team.nurse, 5, str(folder), ("caseload",), ("csv",))
    grace = replace(team.admin, user=replace(team.admin.user, in_grace=True))
    assert due(grace, schedule) == ()
    assert names(folder) == []


def test_a_setting_is_read_back_and_what_cannot_be_read_is_none(team: Team, folder: Path) -> None:
    schedule = wanted(team, folder, PACK, "caseload", formats=("csv", "pdf"))
    assert schedule_in(kept_as(schedule)) == schedule
    for unreadable in (None, b"", b"{}", b"\xff", b'{"id": 1}'):
        assert schedule_in(unreadable) is None

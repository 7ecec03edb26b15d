"""A report saved to a file: who may, what is hidden, what the audit keeps, what is said of those saved before."""

import json
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from smf_core.domain.day_trouble import DaysTurnedRound
from smf_core.figures.figure import Split
from smf_core.figures.report import REPORTS, NoSuchReport
from smf_core.operations.hub import Trouble
from smf_core.policy.rules import NotAllowed
from smf_desktop.ports import Noted
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.services.auditing import REPORT
from smf_desktop.services.ending.death import record_death
from smf_desktop.services.reporting.exporting import How, WhyShown, earlier, rows_beside, save_report
from smf_desktop.services.reporting.making import Wanted, asked_for, laptops_missing, make_report
from smf_desktop.services.session import Session
from smf_desktop.trouble import (
    BaselineHalfSaid,
    FileUnwritable,
    NoRoomForFile,
    ReportStopped,
    UnknownLocality,
    UnknownNurse,
    UnknownSkill,
    UnknownTeam,
)
from tests.support.heard_of import Hub, note
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home, taught

__all__ = ["laptop", "store_template", "team"]

YEAR = Wanted(since=date(2026, 1, 1), until=date(2026, 12, 31))
HIDE = How(format="json")


def save(session: Session, out: Path, how: How = HIDE, wanted: Wanted = YEAR, name: str = "caseload") -> object:
    made = make_report(session, name, asked_for(session, wanted), joined=False)
    return save_report(session, "City SMF", made, out, how)


def notes(session: Session) -> list[Noted]:
    return list(session.store.noted(REPORT))


@pytest.fixture
def one_person(team: Team) -> Team:
    """Somebody who is taught insulin: every count is a small one."""
    taught(team, at_home(team, "insulin"))
    return team


def test_small_numbers_are_hidden_unless_a_lead_says_why(one_person: Team, tmp_path: Path) -> None:
    team, out = one_person, tmp_path / "out.json"
    save(team.admin, out)
    now = {each["id"]: each for each in json.loads(out.read_bytes())["figures"]}["caseload_now"]
    assert (now["suppressed"], now["numerator"], now["value"], now["reason"]) == (True, None, None, "under 5")
    shown = How(format="json", show_small=WhyShown.COMMISSIONER)
    with pytest.raises(NotAllowed):
        save(team.admin, tmp_path / "never.json", shown)
    assert not (tmp_path / "never.json").exists()
    save(team.lead, out, shown)
    told = json.loads(out.read_bytes())
    assert told["small_numbers_shown"] is True
    assert {each["id"]: each["numerator"] for each in told["figures"]}["caseload_now"] == 1


def test_only_those_who_may_have_figures_save_them(team: Team, tmp_path: Path) -> None:
    for session in (team.nurse, team.assistant):
        with pytest.raises(NotAllowed):
            save(session, tmp_path / "out.json")
    assert list(tmp_path.glob("out*")) == []


def test_the_audit_has_who_what_and_the_digest_before_the_file_is_there(one_person: Team, tmp_path: Path) -> None:
    out, lead = tmp_path / "out.csv", one_person.lead
    save(lead, out, How(format="csv", show_small=WhyShown.SAFETY), name="discharge-rates")
    (noted,) = notes(lead)
    digest = sha256(out.read_bytes()).hexdigest()
    assert noted.author == lead.user.id
    assert noted.detail == (
        f"report=discharge-rates format=csv from=2026-01-01 to=2026-12-31 small=safety rows=0 sha256={digest}"
    )
    (was,) = earlier(lead)
    assert (was.name, was.since, was.until, was.by) == (
        "discharge-rates",
        date(2026, 1, 1),
        date(2026, 12, 31),
        lead.user.id,
    )


def test_a_report_that_was_stopped_or_cannot_be_written_leaves_neither_file_nor_note(
    one_person: Team, tmp_path: Path
) -> None:
    lead = one_person.lead
    made = make_report(lead, "caseload", asked_for(lead, YEAR), joined=False)
    folder = tmp_path / "out"
    folder.mkdir()
    how = How(format="csv", with_rows=True)
    with pytest.raises(ReportStopped):
        save_report(lead, "City SMF", made, folder / "out.csv", how, lambda done, total: False)
    with pytest.raises(FileUnwritable):
        save_report(lead, "City SMF", made, folder / "no" / "out.csv", HIDE)
    assert list(folder.iterdir()) == []
    assert notes(lead) == []


def test_other_days_that_overlap_are_said_and_the_same_days_are_not(team: Team, tmp_path: Path) -> None:
    def overlaps(since: date, until: date, name: str = "discharge-rates") -> list[date]:
        wanted = Wanted(since=since, until=until)
        made = make_report(team.lead, name, asked_for(team.lead, wanted), joined=False)
        return [each.since for each in save_report(team.lead, "City", made, tmp_path / "out.json", HIDE).overlaps]

    spring, summer = date(2026, 3, 1), date(2026, 6, 1)
    assert overlaps(spring, date(2026, 5, 31)) == []
    assert overlaps(spring, date(2026, 5, 31)) == []
    assert overlaps(summer, date(2026, 8, 31)) == []
    assert overlaps(date(2026, 5, 1), date(2026, 6, 30)) == [summer, spring, spring]
    assert overlaps(spring, date(2026, 6, 30), "caseload-reduction") != []
    assert overlaps(spring, date(2026, 6, 15), "core-referrals") == [spring], "only what shares a figure"


def test_other_people_of_the_same_days_are_said_and_those_who_share_nobody_are_not(team: Team, tmp_path: Path) -> None:
    def overlaps(**whose: str) -> list[str]:
        asked = replace(asked_for(team.lead, YEAR), **whose)
        made = make_report(team.lead, "caseload", asked, joined=False)
        saved = save_report(team.lead, "City", made, tmp_path / "out.json", HIDE)
        return [" ".join(each.whose[of] for of in ("skill", "locality") if of in each.whose) for each in saved.overlaps]

    assert overlaps(skill="insulin", locality="High Peak & Dales") == []
    assert overlaps(skill="wound") == [], "nobody's pathway is of both"
    assert overlaps(skill="wound") == []
    assert overlaps(team=team.lead.team, skill="wound") == [], "there is no other team"
    both = [*["wound"] * 3, "insulin High Peak & Dales"]
    assert overlaps() == both, "what is left of all of them is the others"
    assert overlaps(locality="High Peak & Dales") == ["", *both]


def test_each_export_has_codes_of_its_own_and_nothing_that_names_anybody(one_person: Team, tmp_path: Path) -> None:
    team = one_person
    with team.lead.read() as connection:
        (person,) = connection.exec_driver_sql("SELECT id FROM patient").scalars().all()
    record_death(team.nurse, person, team.nurse.today(), told_by="Her daughter")
    made = make_report(team.lead, "caseload", asked_for(team.lead, YEAR), joined=False)
    how = How(format="json", show_small=WhyShown.CHECKING, with_rows=True)
    codes = set()
    for turn in range(2):
        out = tmp_path / f"{turn}.json"
        saved = save_report(team.lead, "City SMF", made, out, how)
        text = out.read_text()
        (row,) = json.loads(text)["rows"]
        assert (saved.rows, row["skill"], row["outcome"], row["visits"]) == (1, "insulin", "deceased", 1)
        assert not [word for word in (person, "Abernathy", "Doreen") if word in text]
        codes.add(row["code"])
    assert len(codes) == 2
    save_report(team.lead, "City SMF", made, tmp_path / "rows.csv", replace(how, format="csv", show_small=None))
    header, beside = "code,age_band,sex,skill,month,outcome,visits,minutes", rows_beside(tmp_path / "rows.csv")
    assert beside.read_text("utf-8-sig").splitlines() == [header], "one row is too few"
    save_report(team.lead, "City SMF", made, tmp_path / "rows.csv", replace(how, format="csv"))
    assert beside.read_text("utf-8-sig").splitlines()[0] == f"{header},Small numbers shown"


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "pdf"])
@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_report_is_made_where_nothing_was_counted(team: Team, tmp_path: Path, name: str, form: str) -> None:
    """Before the service, and in days that are still to come."""
    for since in (date(1999, 1, 1), date(2031, 1, 1)):
        wanted = Wanted(since=since, until=since + timedelta(days=30), by=Split.SKILL)
        out = tmp_path / f"{since.year}.{form}"
        save(team.lead, out, How(format=form), wanted, name)  # type: ignore[arg-type]  # one of the four
        assert out.stat().st_size > 0
        if form == "json":
            for each in json.loads(out.read_bytes())["figures"]:
                assert bool(each["reason"]) == (each["value"] is None), each


# --- what is asked for ---------------------------------------------------------------------------


def test_teams_nurses_and_skills_are_found_by_name_in_whatever_case(team: Team) -> None:
    asked = asked_for(team.lead, replace(YEAR, team="CITY", nurse="nurse", skill="insulin"))
    assert (asked.team, asked.nurse, asked.skill) == (team.lead.team, team.nurse.user.id, "insulin")
    assert asked_for(team.lead, replace(YEAR, nurse="Nurse2 example")).nurse == team.nurse2.user.id
    assert asked_for(team.lead, replace(YEAR, skill="Catheter valve")).skill == "catheter_valve"


@pytest.mark.parametrize(
    ("wanted", "trouble"),
    [
        (replace(YEAR, team="Leeds"), UnknownTeam),
        (replace(YEAR, nurse="nobody"), UnknownNurse),
        (replace(YEAR, skill="juggling"), UnknownSkill),
        (replace(YEAR, locality="Atlantis"), UnknownLocality),
        (replace(YEAR, until=date(2025, 1, 1)), DaysTurnedRound),
        (replace(YEAR, before_since=date(2025, 1, 1)), BaselineHalfSaid),
        (replace(YEAR, before_since=date(2025, 1, 1), before_until=date(2024, 1, 1)), DaysTurnedRound),
    ],
)
def test_what_is_not_known_is_said_in_a_sentence(team: Team, wanted: Wanted, trouble: type[Exception]) -> None:
    with pytest.raises(trouble) as raised:
        asked_for(team.lead, wanted)
    assert words_for(raised.value) != OUR_FAULT


def test_every_trouble_of_a_report_has_words() -> None:
    assert OUR_FAULT not in [words_for(error) for error in (ReportStopped(), NoRoomForFile(), FileUnwritable())]


def test_a_report_nobody_made_up_is_none(team: Team) -> None:
    with pytest.raises(NoSuchReport):
        make_report(team.lead, "happiness", asked_for(team.lead, YEAR), joined=False)


# --- what may be missing -------------------------------------------------------------------------


def test_laptops_that_were_not_heard_of_since_are_named_and_the_report_is_not_complete(team: Team) -> None:
    hub = Hub(
        note("heard", "2026-11-17T08:00:00+00:00"),
        note("silent", "2026-10-02T08:00:00+00:00"),
        note("full", "2026-11-17T08:00:00+00:00", unsent=3),
        note("never", None),
        note("gone", "2026-01-02T08:00:00+00:00", revoked=True),
    )
    asked = asked_for(team.lead, replace(YEAR, since=date(2026, 8, 1), until=date(2026, 10, 31)))
    missing = laptops_missing(team.lead, hub, asked)
    assert missing is not None
    assert [each.device for each in missing] == ["silent", "full", "never"]
    made = make_report(team.lead, "caseload", asked, joined=True, missing=missing)
    assert (made.complete, made.missing_devices) == (False, missing)
    assert make_report(team.lead, "caseload", asked, joined=True, missing=()).complete


def test_where_nobody_can_say_the_report_does_not_claim_to_be_complete(team: Team) -> None:
    asked = asked_for(team.lead, replace(YEAR, since=date(2026, 8, 1)))
    silent = Hub(trouble=Trouble.UNREACHABLE)
    missing = laptops_missing(team.lead, silent, asked)
    assert missing is None
    assert laptops_missing(team.admin, silent, asked) is None
    assert laptops_missing(team.lead, None, asked) == ()
    assert not make_report(team.lead, "caseload", asked, joined=True, missing=missing).complete

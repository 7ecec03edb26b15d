"""The demo: made-up people, and a service whose every record went through the doors a nurse uses."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import mean, median
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from smf_core.domain import nhs_number
from smf_core.domain.discharge import FAVOURABLE, Outcome
from smf_core.domain.gates import unmet_hard_gates
from smf_core.domain.pathway import PATIENT, Episode
from smf_core.domain.patient import Name
from smf_core.domain.visit import Level, Purpose, VisitForm
from smf_core.operations.change_set import ChangeSet
from smf_core.records import tables as t
from smf_core.records.queries.caseload import caseload, no_next_visit, overdue
from smf_core.records.queries.caseload import today as visits_between
from smf_core.records.queries.episodes import episodes, open_episodes
from smf_core.records.queries.patients import patient, similar_names
from smf_core.records.queries.referrals import referrals
from smf_core.records.queries.visits import visits_of_episode
from smf_core.records.writing import broken_links
from smf_desktop.compose import House
from smf_desktop.demo.clock import as_of_moment, opening_moment
from smf_desktop.demo.generate import build
from smf_desktop.demo.people import LEAD, STAFF, Dice
from smf_desktop.demo.plan import CURVES, Life, course, crowd
from smf_desktop.demo.report import DemoReport
from smf_desktop.ports import DemoStopped, Progress
from smf_desktop.services.drafts import draft, drafts
from smf_desktop.services.readiness import ready_pathways
from smf_desktop.services.session import Session
from smf_desktop.services.setup import new_user
from tests.support.houses import PASSWORD, computer, new_service
from tests.support.keys import ToldClock
from tests.support.teaching import shipped

AS_OF = date(2026, 11, 17)
LONDON = ZoneInfo("Europe/London")
NOW = as_of_moment(AS_OF)


@dataclass(frozen=True)
class Demo:
    house: House
    sessions: dict[str, Session]
    report: DemoReport

    @property
    def nurse(self) -> Session:
        return self.sessions["nurse"]


def demo_in(
    folder: Path, *, patients: int, months: int, seed: int = 1, progress: Progress | None = None
) -> Iterator[Demo]:
    """A demo as the command makes it, but with cheap keys."""
    clock = ToldClock(opening_moment(AS_OF, months))
    house = House(computer(clock=clock), folder)
    opened, _ = house.make(new_service(name=LEAD.name, username=LEAD.username))
    sitting = house.enter(opened)
    sessions = {LEAD.username: sitting.session}
    for staff in STAFF:
        if staff != LEAD:
            user, _ = new_user(sitting.session, username=staff.username, name=staff.name, role=staff.role)
            sessions[staff.username] = replace(sitting.session, user=user)
    try:
        report = build(
            sessions.__getitem__, as_of=AS_OF, patients=patients, months=months, seed=seed, progress=progress
        )
        clock.wall = NOW
        yield Demo(house, sessions, report)
    finally:
        sitting.close()
        house.release()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The whole cast and a small crowd, over half a year."""
    yield from demo_in(tmp_path_factory.mktemp("demo") / "store", patients=40, months=6)


# --- what was written -------------------------------------------------------------------------------------------


def test_every_change_set_follows_from_the_one_before_and_the_tables_from_all_of_them(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    (made,) = [
        each.house for each in demo_in(tmp_path_factory.mktemp("verified") / "store", patients=6, months=2)
    ]  # closed again
    with made:
        findings = made.verify(made.unlock(LEAD.username, PASSWORD))
    assert findings.ok
    assert findings.change_sets > 100


def test_acts_are_written_in_order_of_time_each_at_its_own(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        assert not list(broken_links(connection))
        rows = connection.execute(select(t.change_set).order_by(t.change_set.c.replica, t.change_set.c.seq)).all()
    records = Counter(row.replica for row in rows).most_common(1)[0][0]
    heads = [ChangeSet(row.head, row.body).head for row in rows if row.replica == records]
    stamps = [head.hlc for head in heads]
    assert stamps == sorted(stamps)
    for head in heads:
        written = datetime.fromtimestamp(head.hlc[0] / 1000, LONDON)
        assert opening_moment(AS_OF, 6) <= written <= NOW
        assert timedelta(0) <= written - datetime.fromisoformat(head.care_time) < timedelta(hours=2)
        assert written.second == 0 or head.seq < 10  # nobody waited for another: the stamp is the act's own minute


def test_no_visit_is_signed_before_it_was_made_or_after_the_last_day(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        signed = connection.execute(select(t.visit).where(t.visit.c.status == "signed")).all()
    assert len(signed) == demo.report.visits > 100
    for row in signed:
        assert row.started_at < row.signed_at <= NOW.astimezone(ZoneInfo("UTC")).isoformat().replace("+00:00", "Z")


def closed(session: Session) -> list[Episode]:
    with session.read() as connection:
        ids = connection.scalars(select(t.episode.c.id).where(t.episode.c.closed_on.is_not(None))).all()
        return list(episodes(connection, ids))


def test_nobody_is_discharged_as_independent_who_did_not_show_it_twice(demo: Demo) -> None:
    favourable = [one for one in closed(demo.nurse) if one.outcome in FAVOURABLE]
    assert len(favourable) > 5
    for one in favourable:
        checklist = demo.nurse.checklists.checklist(one.skill, one.checklist_version)
        with demo.nurse.read() as connection:
            visits = visits_of_episode(connection, one.id)
        last_two = [visit for visit in visits if visit.purpose is Purpose.TEACHING][-2:]
        assert len(last_two) == 2
        for visit in last_two:
            levels = visit.sections[0].ratings
            usual = [step.id for step in checklist.critical_steps if not step.occasional]
            assert {levels[step].level for step in usual} == {Level.INDEPENDENT}


def test_the_figures_are_those_of_the_records(demo: Demo) -> None:
    ended = closed(demo.nurse)
    assert demo.report.outcomes == Counter(one.outcome for one in ended)
    people: dict[str, set[bool]] = {}
    for one in ended:  # a small crowd: nobody ends the same skill twice in it
        people.setdefault(one.patient, set()).add(one.outcome in FAVOURABLE)
    assert demo.report.closed == len(people)
    assert demo.report.discharged == sum(all(well) for well in people.values())


def test_everyone_is_made_up(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        people = connection.execute(select(t.patient)).all()
        phones = [*connection.scalars(select(t.contact.c.phone)), *(person.phone for person in people)]
    assert demo.report.patients == len(people) == 40
    numbers = [person.nhs_number for person in people]
    assert len(set(numbers)) == len(numbers)
    assert all(nhs_number.is_test_range(nhs_number.check(number)) for number in numbers)
    assert all(phone.startswith("01632 960") and len(phone) == 12 for phone in phones)


def test_the_same_seed_tells_the_same_story(tmp_path: Path) -> None:
    def story(name: str) -> tuple[DemoReport, list[tuple[object, ...]]]:
        (told,) = (
            (made.report, _visits(made.nurse)) for made in demo_in(tmp_path / name, patients=27, months=1, seed=7)
        )
        return told

    assert story("one") == story("two")


def test_another_seed_tells_another_story() -> None:
    def lives(seed: int) -> list[Life]:
        return list(crowd(20, seed=seed, first=date(2026, 1, 1), last=AS_OF, library=shipped()))

    assert lives(1) == lives(1)
    assert lives(1) != lives(2)


def _visits(session: Session) -> list[tuple[object, ...]]:
    visits = select(t.visit.c.started_at, t.visit.c.status, t.visit.c.minutes, t.patient.c.nhs_number)
    with session.read() as connection:
        rows = connection.execute(visits.join(t.patient, t.patient.c.id == t.visit.c.patient))
        return sorted(map(tuple, rows), key=str)


def test_a_person_may_stop_it(tmp_path: Path) -> None:
    with pytest.raises(DemoStopped):
        list(demo_in(tmp_path / "store", patients=10, months=2, progress=lambda done, total: done == 0))


# --- the last day -----------------------------------------------------------------------------------------------


def the_day(session: Session) -> list[tuple[str, str, str]]:
    with session.read() as connection:
        midnight = datetime.combine(AS_OF, time.min, LONDON)
        visits = visits_between(connection, midnight, midnight + timedelta(days=1), session.user.id)
    return [(f"{one.at:%H:%M}", one.person.name.family, one.status) for one in visits]


def test_the_nurse_has_six_visits_and_is_in_the_middle_of_the_morning(demo: Demo) -> None:
    assert the_day(demo.nurse) == [
        ("09:00", "Chaudhry", "signed"),
        ("10:15", "Llewellyn", "started"),
        ("11:30", "Abernathy", "planned"),
        ("13:15", "Featherstone", "planned"),
        ("14:30", "Kowalczyk", "planned"),
        ("15:45", "Wrigley", "planned"),
    ]


def test_the_visit_begun_is_a_draft_of_two_skills_half_filled_in(demo: Demo) -> None:
    (kept,) = drafts(demo.nurse)
    form = draft(demo.nurse, "visit", kept.record, VisitForm)
    assert form is not None
    assert kept.saved_at <= NOW
    assert len(form.sections) == 2
    assert all(0 < len(section.marks) < 18 for section in form.sections)


def test_every_list_of_the_day_has_someone_in_it(demo: Demo) -> None:
    nurse = demo.nurse
    with nurse.read() as connection:
        late = {one.person.name.family: one.status for one in overdue(connection, NOW, nurse.user.id)}
        idle = {one.person.name.family for one in no_next_visit(connection, NOW, nurse.user.id)}
        ready = ready_pathways(nurse, connection, open_episodes(connection, nurse.user.id))
        names = {row.pathways[0].id: row for row in caseload(connection)}
        waiting = [one.referral for one in referrals(connection)]
    assert late["Blackwood"] == "not_gone_ahead"
    assert late["Nowicki"] == "planned"
    assert {"Pemberton", "Hargreaves"} <= idle
    assert {"Chaudhry", "Oyelaran", "Hargreaves"} <= {names[each].person.name.family for each in ready}
    assert len(waiting) >= 4
    assert any(one.review_duplicate_of for one in waiting)
    assert any(one.status == "waiting_information" for one in waiting)


def test_every_case_of_the_record_has_someone_in_it(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        rows = {(row.person.name.family, row.person.name.given): row for row in caseload(connection)}
        people = {name: patient(connection, row.person.id) for name, row in rows.items()}
        pathways = {
            row.person.name: list(episodes(connection, [one.id for one in row.pathways])) for row in rows.values()
        }
        doreen = rows["Abernathy", "Doreen"].person.id
        similar = [one.name.given for one in similar_names(connection, doreen)]
        taught = {one.id: visits_of_episode(connection, one.id) for each in pathways.values() for one in each}
    assert similar == ["Dora"]
    assert any(person and person.allergies for person in people.values())
    assert any(person and person.no_known_allergies_on for person in people.values())
    assert any(person and not person.allergies and not person.no_known_allergies_on for person in people.values())
    assert any(person and person.preferred_name for person in people.values())
    assert sum(len(row.pathways) > 1 for row in rows.values()) >= 2
    assert sum(row.open_red_flag for row in rows.values()) >= 3
    assert any(pathway.hold for row in rows.values() for pathway in row.pathways)
    assert any(pathway.visits > 2 * pathway.expected_visits for row in rows.values() for pathway in row.pathways)
    (with_carer,) = pathways[Name("Campbell", "Winston", "Mr")]
    assert {section.learner for visit in taught[with_carer.id] for section in visit.sections} != {PATIENT}
    (shared,) = pathways[Name("Wrigley", "Beryl", "Mrs")]
    assert {len(visit.sections) for visit in taught[shared.id]} == {2}
    lapsed = {
        Name("Froggatt", "Edna", "Mrs"): {"p01"},
        Name("Sandhu", "Gurdeep", "Mr"): {"p01", "p02", "p08"},
    }
    for name, gates in lapsed.items():
        (one,) = pathways[name]
        checklist = demo.nurse.checklists.checklist(one.skill, one.checklist_version)
        assert {gate.id for gate in unmet_hard_gates(checklist.all_gates, one, AS_OF)} == gates


# --- what chance has in store -----------------------------------------------------------------------------------


def test_a_large_crowd_ends_as_the_table_of_chances_says() -> None:
    lives = list(crowd(3_000, seed=1, first=date(2025, 5, 17), last=AS_OF, library=shipped()))
    assert [life.received for life in lives] == sorted(life.received for life in lives)
    courses = [life.courses[0] for life in lives]
    well = [one for one in courses if one.outcome in FAVOURABLE]
    assert len(well) / len(courses) == pytest.approx(0.738, abs=0.025)
    assert mean(one.outcome is Outcome.INDEPENDENT for one in courses) == pytest.approx(0.597, abs=0.03)
    for skill, curve in CURVES.items():
        share = mean(one.skill == skill for one in courses)
        assert share == pytest.approx(curve.share, abs=0.03)
        assert median(len(one.lessons) for one in well if one.skill == skill) == pytest.approx(curve.visits[0], abs=0.9)


def test_a_skill_is_learned_at_the_pace_of_the_table() -> None:
    dice = Dice(1)
    checklist = shipped().newest("insulin")
    on_own = [0.0] * 7
    for _ in range(200):
        drawn = course(dice, checklist, Outcome.INDEPENDENT, 7, 7)
        for place, lesson in enumerate(drawn.lessons):
            on_own[place] += mean(level is Level.INDEPENDENT for level in lesson.levels.values()) / 200
    assert on_own == pytest.approx([0.06, 0.18, 0.33, 0.51, 0.68, 0.90, 0.96], abs=0.07)


@pytest.mark.parametrize("skill", CURVES)
def test_a_course_cut_short_leaves_a_critical_step_open(skill: str) -> None:
    dice, checklist = Dice(2), shipped().newest(skill)
    for visits in [2, 3, 5, 9] * 20:
        drawn = course(dice, checklist, Outcome.RETURNED_CORE, visits, max(1, round(visits * 0.6)))
        last = drawn.lessons[-1].levels
        seen = [step for step in checklist.critical_steps if not step.occasional]
        assert any(last[step.id] not in (Level.INDEPENDENT, Level.NOT_OBSERVED) for step in seen)


@pytest.mark.nightly
def test_a_whole_demo_comes_near_the_pilot(tmp_path: Path) -> None:
    for made in demo_in(tmp_path / "store", patients=240, months=18):
        assert made.report.discharge_rate == pytest.approx(0.74, abs=0.06)
        assert made.report.insulin_visits == pytest.approx(7, abs=1)
        assert made.report.patients == 240

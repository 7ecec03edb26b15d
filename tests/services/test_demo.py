"""The demo: made-up people, and a service whose every record went through the doors a nurse uses."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from smf_core.domain import nhs_number
from smf_core.domain.discharge import FAVOURABLE, Outcome
from smf_core.domain.gates import unmet_hard_gates
from smf_core.domain.pathway import PATIENT, Episode
from smf_core.domain.patient import Name
from smf_core.domain.planned import PlanOf
from smf_core.domain.task import TaskKind
from smf_core.domain.visit import Level, Purpose, VisitForm
from smf_core.figures.core_chart import core_referral_chart
from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked as Counting
from smf_core.figures.month_changes import Change
from smf_core.figures.people import splits_of_people
from smf_core.figures.referrals import acceptance_by_core_team
from smf_core.operations.change_set import ChangeSet
from smf_core.records import tables as t
from smf_core.records.checking import broken_links
from smf_core.records.queries.covers import absences_from
from smf_core.records.queries.episodes import episodes, episodes_of, open_episodes
from smf_core.records.queries.letters import core_stops_waiting
from smf_core.records.queries.note_copies import not_copied
from smf_core.records.queries.patients import patient, private_marks, same_address, similar_names
from smf_core.records.queries.referrals import referrals
from smf_core.records.queries.tasks import open_tasks
from smf_core.records.queries.today import cosign_waiting, no_next_visit, overdue
from smf_core.records.queries.today import today as visits_between
from smf_core.records.queries.users import users
from smf_core.records.queries.visits import next_bookings, visits_of_episode
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.demo.clock import opening_moment
from smf_desktop.demo.generate import ASSISTANT
from smf_desktop.demo.people import LEAD
from smf_desktop.demo.plan import CURVES, Life, crowd
from smf_desktop.presenters.caseload.views import Asked
from smf_desktop.services.caseload.caseload import caseload_page
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.drafts import draft, drafts
from smf_desktop.services.ending.readiness import ready_pathways
from smf_desktop.services.letters.letters import Pile, letters_to_send
from smf_desktop.services.letters.practices import find_practices
from smf_desktop.services.referral.inbox import inbox
from smf_desktop.services.referral.merging import merged_people
from smf_desktop.services.service.baselines import usual_visits
from smf_desktop.services.service.months import closed_months, then_and_now
from smf_desktop.services.service.plans import plans
from smf_desktop.services.service.self_check import self_checks
from smf_desktop.services.session import Session
from smf_desktop.services.sync.centre import centre
from smf_desktop.trouble import DemoStopped
from tests.support.demos import AS_OF, NOW, Demo, demo_in, half_a_year
from tests.support.houses import PASSWORD
from tests.support.keys import ToldClock
from tests.support.teaching import shipped

LONDON = ZoneInfo("Europe/London")
EVERYONE = Asked(mine=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    yield from half_a_year(tmp_path_factory)


# --- what was written -------------------------------------------------------------------------------------------


def test_every_change_set_follows_from_the_one_before_and_the_tables_from_all_of_them(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    (made,) = [each.house for each in half_a_year(tmp_path_factory)]  # closed again
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
    late = []
    for head in heads:
        written = datetime.fromtimestamp(head.hlc[0] / 1000, LONDON)
        assert opening_moment(AS_OF, 6) <= written <= NOW
        assert written >= datetime.fromisoformat(head.care_time)
        if written - datetime.fromisoformat(head.care_time) >= timedelta(hours=2):
            late.append(head.patient_id)
        assert written.second == 0 or head.seq < 10  # nobody waited for another: the stamp is the act's own minute
    assert len(late) == 2  # a visit that was moved to the right person: begun there, then signed
    assert len(set(late)) == 1


def test_no_visit_is_signed_before_it_was_made_or_after_the_last_day(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        stands = t.visit.c.status == "signed", t.visit.c.struck_reason == ""
        signed = connection.execute(select(t.visit).where(*stands)).all()
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


def test_the_same_seed_tells_the_same_story(demo: Demo, tmp_path: Path) -> None:
    for again in demo_in(tmp_path / "again", patients=40, months=6):
        assert (again.report, _told(again.nurse)) == (demo.report, _told(demo.nurse))


def test_another_seed_tells_another_story() -> None:
    def lives(seed: int) -> list[Life]:
        return list(crowd(20, seed=seed, first=date(2026, 1, 1), last=AS_OF, library=shipped()))

    assert lives(1) == lives(1)
    assert lives(1) != lives(2)


def _told(session: Session) -> list[tuple[object, ...]]:
    """Every visit, call, letter, task and dose giver, without their ids."""
    number = t.patient.c.nhs_number
    about = (
        (t.visit, (t.visit.c.started_at, t.visit.c.status, t.visit.c.minutes, t.visit.c.dose)),
        (t.call, (t.call.c.made_at, t.call.c.purpose, t.call.c.outcome, t.call.c.words)),
        (t.letter, (t.letter.c.written_at, t.letter.c.kind, t.letter.c.state, t.letter.c.sent_at)),
        (t.task, (t.task.c.asked_at, t.task.c.text, t.task.c.state, t.task.c.due_on)),
        (t.dose_cover, (t.dose_cover.c.dose, t.dose_cover.c.giver, t.dose_cover.c["from"], t.dose_cover.c.until)),
    )
    with session.read() as connection:
        found = [
            (table.name, *row)
            for table, columns in about
            for row in connection.execute(select(number, *columns).join(table, table.c.patient == t.patient.c.id))
        ]
    return sorted(found, key=str)


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
        names = {row.pathways[0].id: row for row in caseload_page(nurse, EVERYONE).rows}
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
        rows = {
            (row.person.name.family, row.person.name.given): row for row in caseload_page(demo.nurse, EVERYONE).rows
        }
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


def named(session: Session, family: str, given: str) -> str:
    """The id of somebody in the demo."""
    with session.read() as connection:
        wanted = t.patient.c.family_name == family, t.patient.c.given_name == given
        return str(connection.scalar(select(t.patient.c.id).where(*wanted)))


def test_letters_wait_are_late_are_sent_and_are_out_of_date(demo: Demo) -> None:
    nurse, admin = demo.nurse, demo.sessions["admin"]
    piles = {pile: letters_to_send(admin, pile).letters for pile in Pile}
    assert {one.letter.patient for one in piles[Pile.TO_PRINT]} >= {
        named(nurse, "Pemberton", "Audrey"),
        named(nurse, "Dyson", "Marjorie"),
    }
    assert len(piles[Pile.SENT]) > 2 * len(piles[Pile.TO_PRINT])
    assert piles[Pile.PRINTED]
    late = today_facts(nurse).letters
    assert {one.letter.patient for one in late} == {named(nurse, "Dyson", "Marjorie")}
    stale = {one.letter.patient for one in piles[Pile.SENT] if one.letter.stale}
    assert stale == {named(nurse, "Buckley", "Noreen")}
    with nurse.read() as connection:
        stops = core_stops_waiting(connection)
        confirmed = connection.scalars(select(t.letter.c.id).where(t.letter.c.confirmed_on.is_not(None))).all()
    assert named(nurse, "Pemberton", "Audrey") in {stop.patient for stop in stops}
    assert len(confirmed) > len(stops)


def test_notes_are_copied_but_for_today_and_two_that_are_late(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        waiting = not_copied(connection, NOW - timedelta(days=125))
        late = [one for one in waiting if NOW - one.at > timedelta(hours=24)]
        assert sorted(one.person.name.family for one in late) == ["Pemberton", "Turton"]
        assert all(one.at.date() == AS_OF for one in waiting if one not in late)
        copies = set(connection.scalars(select(t.note_copy.c.of)))
    assert copies == {"visit", "call", "discharge"}


def test_every_task_of_the_day_is_asked(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        still_open = open_tasks(connection)
        done = connection.scalars(select(t.task.c.kind).where(t.task.c.state == "done")).all()
    red = [one for one in still_open if one.urgent]
    assert [(one.kind, one.patient) for one in red] == [
        (TaskKind.WHO_GIVES_DOSE, named(demo.nurse, "Campbell", "Winston"))
    ]
    kinds = {one.kind for one in still_open}
    assert kinds >= {TaskKind.CHECK_IN, TaskKind.AFTER_DEATH, TaskKind.CALL_BACK, TaskKind.CORE_INFORMATION}
    assert {TaskKind.CHECK_IN, TaskKind.AFTER_DEATH, TaskKind.OTHER} <= {TaskKind(each) for each in done}


def test_calls_ask_after_those_who_were_discharged(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        calls = connection.execute(select(t.call)).all()
        told = connection.scalars(select(t.red_flag.c.patient).where(t.red_flag.c.call.is_not(None))).all()
    assert {call.purpose for call in calls} >= {"advice", "check_in_early", "check_in_90"}
    again = [call.patient for call in calls if call.outcome == "core_visiting"]
    assert named(demo.nurse, "Crossley", "Vernon") in again
    assert told == [named(demo.nurse, "Turton", "Sheila")]


def test_a_colleagues_visit_waits_for_a_co_signature(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        (waiting,) = cosign_waiting(connection, demo.nurse.user.id)
        names = {one.id: one.name for one in users(connection)}
        cosigned = connection.scalars(select(t.visit.c.signed_by).where(t.visit.c.cosigned_by.is_not(None))).all()
    assert waiting.person.name.family == "Bestwick"
    assert {names[each] for each in cosigned} == {ASSISTANT}
    assert sorted(demo.report.users) == ["admin", "lead", "nurse", "nurse2"]


def test_who_gives_each_dose_is_named(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        rows = connection.execute(select(t.dose_cover)).all()
        tied = connection.execute(select(t.visit).where(t.visit.c.dose != "")).all()
    assert {row.giver for row in rows} >= {"core_team", "smf", "patient", "carer"}
    assert any(row.until for row in rows)
    assert sum(one.status == "planned" and not one.cancelled for one in tied) >= 2
    assert any(one.cancelled for one in tied)


def test_the_inbox_has_someone_in_each_of_its_boxes(demo: Demo) -> None:
    lead = replace(demo.sessions["lead"], clock=ToldClock(NOW))
    found = inbox(lead)
    assert sorted(one.person.name.family for one in found.open if one.referral.status == "waiting_information") == [
        "Eastwood",
        "Hussain",
    ]
    marked = {one.person.name.family for one in found.open if one.referral.review_duplicate_of}
    assert marked == {"Marples", "Swindell"}
    booked = {one.referred.person.name.family: one.booked_at is not None for one in found.waiting}
    assert booked == {"Fairbrother": False, "Garside": True}
    (merged,) = merged_people(lead)
    assert (merged.person.name.given, merged.kept.name.given) == ("Ken", "Kenneth")
    with lead.read() as connection:
        referrers = connection.scalars(select(t.referral.c.referrer).where(t.referral.c.referrer != "")).all()
    assert len(set(referrers)) > 3


def test_people_are_known_with_all_that_is_around_them(demo: Demo) -> None:
    nurse = demo.nurse
    with nurse.read() as connection:
        contacts = connection.execute(select(t.contact)).all()
        medicines = connection.execute(select(t.medicine)).all()
        standings = set(connection.scalars(select(t.equipment.c.standing)))
        capacity = set(connection.scalars(select(t.episode.c.capacity)))
        private = private_marks(connection, [named(nurse, "Turton", "Sheila"), named(nurse, "Blackwood", "Terence")])
        sisters = same_address(connection, named(nurse, "Holmes", "Jean"))
        similar = similar_names(connection, named(nurse, "Holmes", "Jean"))
    assert {one.kind for one in contacts} == {"", "pharmacy", "service"}
    assert any(one.may_talk and one.emergency for one in contacts)
    assert all(one.prescriber and one.prescribed_on and one.source for one in medicines)
    assert standings >= {"in_home", "lent", "return_at_discharge", "returned"}
    assert capacity >= {"not_doubted", "has_capacity", "lacks_capacity"}
    assert sorted(mark.kind for marks in private.values() for mark in marks) == ["safeguarding", "staff_safety"]
    assert [one.name.given for one in sisters] == [one.name.given for one in similar] == ["Joan"]


def test_a_practice_closed_and_another_took_over(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        person = patient(connection, named(demo.nurse, "Hargreaves", "Kenneth"))
    assert person
    (practice,) = find_practices(demo.nurse, person.practice_code)
    assert practice.closed(AS_OF)
    assert find_practices(demo.nurse, practice.successor)


def test_leave_is_covered_and_visits_are_planned_ahead(demo: Demo) -> None:
    tomorrow = AS_OF + timedelta(days=1)
    away, nurse = demo.sessions["nurse2"].user.id, demo.nurse.user.id
    with demo.nurse.read() as connection:
        (leave,) = absences_from(connection, tomorrow)
        lent = connection.execute(select(t.nurse_cover)).all()
        series = Counter(connection.scalars(select(t.visit.c.series).where(t.visit.c.series.is_not(None))))
    assert (leave.nurse, leave.covered_by) == (away, nurse)
    assert [one.nurse for one in lent] == [nurse]
    assert list(series.values()) == [5]


def test_a_death_closed_everything_and_a_note_moved_to_the_right_sister(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        derek = patient(connection, named(demo.nurse, "Ashworth", "Derek"))
        assert derek
        assert derek.died_on == AS_OF - timedelta(days=7)
        assert not next_bookings(connection, [derek.id])
        assert {one.outcome for one in episodes_of(connection, derek.id)} == {Outcome.DECEASED}
        (struck,) = connection.execute(select(t.visit).where(t.visit.c.moved_to.is_not(None))).all()
        moved = visit_of(connection, struck.moved_to)
    assert moved
    assert moved.stands
    assert moved.copied_from == struck.id
    assert (struck.patient, moved.patient) == (named(demo.nurse, "Holmes", "Jean"), named(demo.nurse, "Holmes", "Joan"))


def test_what_two_nurses_wrote_of_one_person_waits_for_over_a_day(demo: Demo) -> None:
    (one,) = centre(demo.sessions[LEAD.username]).reviews
    assert one.who.name.family == "Turton"
    assert one.kinds == {"access_note": 1, "phone": 1, "allergy": 1}
    assert one.late is not None
    assert one.late.kinds == {"allergy": 1}


def test_core_teams_counted_a_year_before_and_every_month_since(demo: Demo) -> None:
    since = Counting(since=date(2026, 5, 1), until=date(2026, 10, 31), as_of=AS_OF)
    with demo.nurse.read() as connection:
        chart = core_referral_chart(connection, since)
        (change,) = figures(connection, "core_referral_change", since)
        (compared,) = figures(connection, "core_referral_change_compared", since)
    assert [each.month for each in chart.months] == [f"{2025 + n // 12}-{n % 12 + 1:02}" for n in range(4, 22)]
    assert all(each.count and each.point for each in chart.months)
    assert [(each.month, each.by, each.applied) for each in chart.rebases] == [("2026-05", LEAD.name, True)]
    assert chart.baseline == ("2025-05", "2026-04")
    assert change.value is not None
    assert -0.2 < change.value < 0
    assert change.beside[1] == "May-2026 is left out, as the service was only beginning."
    assert compared.value is not None


# --- what the figures are held against --------------------------------------------------------------------------


def test_months_are_closed_with_notes_and_one_says_why_it_is_another_now(demo: Demo) -> None:
    lead = demo.sessions["lead"]
    closed = [each.closed for each in closed_months(lead)]
    assert [each.month for each in closed] == [date(2026, 10, 1), date(2026, 9, 1), date(2026, 8, 1)]
    assert all(each.intact and each.note and each.actions for each in closed)
    changes = {change for row in then_and_now(lead, closed[0].id).rows for change in row.why}
    assert Change.CORE_COUNTS in changes


def test_plans_and_a_self_check_are_stated(demo: Demo) -> None:
    lead = demo.sessions["lead"]
    assert {each.what.of for each in plans(lead, PlanOf.PEOPLE)} == {"North", "South"}
    assert {each.what.of for each in plans(lead, PlanOf.CASELOAD)} == {"", demo.sessions["nurse2"].user.id}
    assert len(self_checks(lead)) == 1
    assert set(usual_visits(lead)) == set(CURVES)


def test_people_differ_in_what_figures_tell_them_apart_by(demo: Demo) -> None:
    whole = Counting(since=date(2026, 5, 1), until=AS_OF, as_of=AS_OF)
    with demo.nurse.read() as connection:
        found = {each.by: {one.part for one in each.parts} for each in splits_of_people(connection, whole)}
        referrers = {each.part for each in acceptance_by_core_team(connection, whole)}
        said = {row.language for row in connection.execute(select(t.patient.c.language))}
    assert "english" in found["language"]
    assert "A" in found["ethnic_category"]
    assert len(found["deprivation"] - {""}) > 1
    assert referrers == {"North core nursing team", "South core nursing team"}
    assert len(said - {""}) > 1

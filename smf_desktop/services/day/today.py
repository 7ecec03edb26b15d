"""What the Today page stands on, read in one snapshot."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from smf_core.domain.call import Call
from smf_core.domain.checklist_pieces import Step
from smf_core.domain.competence import last_seen_levels, learners_on, own_steps, steps_on_own
from smf_core.domain.diary import days_away
from smf_core.domain.letter import LetterState
from smf_core.domain.pathway import PATIENT, Episode, Learner
from smf_core.domain.patient import Patient, Private
from smf_core.domain.task import Task
from smf_core.domain.visit import RISING, Level, Visit
from smf_core.policy.roles import Role
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.calls import calls_by
from smf_core.records.queries.caseload import CaseloadRow
from smf_core.records.queries.diary import absences
from smf_core.records.queries.episodes import episodes as episodes_named
from smf_core.records.queries.episodes import open_episodes
from smf_core.records.queries.letters import CoreStop, LetterOf, core_stops_waiting, letters_in
from smf_core.records.queries.note_copies import not_copied
from smf_core.records.queries.patients import Known, patients, people_known, private_marks
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.red_flags import open_flags_for
from smf_core.records.queries.referrals import TRIAGE_DUE, count_by_status
from smf_core.records.queries.tasks import open_tasks_for
from smf_core.records.queries.today import DayVisit, cosign_waiting, no_next_visit, overdue
from smf_core.records.queries.today import today as visits_between
from smf_core.records.queries.twice import visits_seen_twice
from smf_core.records.queries.users import teams, users
from smf_core.records.queries.visits import booking, visits_of_episodes
from smf_desktop.ports import SentForReview
from smf_desktop.presenters.letters.rows import is_overdue
from smf_desktop.presenters.patient.returned import came_back
from smf_desktop.presenters.today.facts import CameBack, Draft, NextVisit, OpenFlag, Ready, SafetyNote, TodayFacts
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.drafts import ANYWHERE, REFERRAL, TASKS, drafts, is_kept_aside, page_of
from smf_desktop.services.ending.readiness import ready_pathways
from smf_desktop.services.session import Session
from smf_desktop.services.sync.centre import people_late, waiting_too_long
from smf_desktop.services.sync.returned import returned_to
from smf_desktop.services.visit.note_copies import LOOKED_BACK

WEEK = timedelta(days=7)


def today_facts(session: Session, day: date | None = None) -> TodayFacts:
    """This user's day (today unless another is asked for), its week, and what waits."""
    require(session.user, Action.OPEN_RECORD)
    now = session.now()
    shown, nurse = day or now.date(), session.user.id
    monday = shown - timedelta(days=shown.weekday())
    returned = returned_to(session)
    with session.read() as connection:
        week = visits_between(connection, _start(session, monday), _start(session, monday + WEEK), nurse)
        by_day: dict[date, list[DayVisit]] = {monday + timedelta(days=place): [] for place in range(7)}
        for visit in week:
            by_day.setdefault(visit.at.astimezone(now.tzinfo).date(), []).append(visit)
        own = {one.id: one for one in open_episodes(connection, nurse)}
        late = overdue(connection, _start(session, now.date()), nurse)
        drafts = _drafts(session, connection)
        of_day = tuple(by_day.get(shown, ()))
        ready = _ready(session, connection, own)
        tasks = open_tasks_for(connection, nurse, session.team)
        calls = calls_by(connection, nurse, _start(session, shown), _start(session, shown + timedelta(days=1)))
        stops = core_stops_waiting(connection, nurse)
        holidays = bank_holidays_around(shown)
        last = monday + WEEK - timedelta(days=1)
        names = {one.id: one.name for one in users(connection)} | {one.id: one.name for one in teams(connection)}
        return TodayFacts(
            now=now,
            day=shown,
            visits=of_day,
            week=tuple(sorted((on, tuple(held)) for on, held in by_day.items())),
            next=_next(session, connection, of_day, drafts) if shown == now.date() else None,
            ready=ready,
            overdue=late,
            no_next=_without_next(no_next_visit(connection, now, nurse), ready, late, drafts),
            drafts=drafts,
            flags=_flags(connection, nurse),
            triage_due=sum(count_by_status(connection)[status] for status in TRIAGE_DUE),
            tasks=tasks,
            calls=calls,
            cosign=cosign_waiting(connection, nurse),
            not_copied=not_copied(connection, now - LOOKED_BACK, nurse),
            letters=_late_letters(connection, now.date(), holidays),
            core_stops=stops,
            notes=_notes(connection, of_day),
            late=people_late(session, connection) if session.user.role is Role.LEAD else (),
            unbegun=waiting_too_long(connection, now) if session.user.role is Role.LEAD else (),
            returned=tuple(CameBack(one.saved.cs_id, one.saved.patient, came_back(one, names)) for one in returned),
            twice=visits_seen_twice(connection, {one.person.id for one in of_day}, _start(session, shown)),
            away=days_away(absences(connection, nurse, monday, last), monday, last),
            holidays=holidays,
            people=people_known(connection, _people_of(tasks, stops, calls, returned)),
            names=names,
            me=nurse,
        )


def _people_of(
    tasks: Sequence[Task], stops: Sequence[CoreStop], calls: Sequence[Call], returned: Sequence[SentForReview]
) -> set[str]:
    about = {one.patient for one in tasks} | {one.saved.patient for one in returned}
    return {one for one in about if one} | {one.patient for one in stops} | {one.patient for one in calls}


def _late_letters(connection: Connection, today: date, holidays: frozenset[date]) -> tuple[LetterOf, ...]:
    waiting = letters_in(connection, (LetterState.TO_PRINT, LetterState.PRINTED))
    return tuple(one for one in waiting if is_overdue(one.letter, today, holidays))


def _notes(connection: Connection, visits: Sequence[DayVisit]) -> tuple[SafetyNote, ...]:
    """The staff-safety notes about who is seen that day; only that there is one is read here."""
    people = {one.person.id: one.person for one in visits}
    marks = private_marks(connection, people, Private.STAFF_SAFETY)
    return tuple(SafetyNote(people[person], mark.id) for person, found in marks.items() for mark in found)


def _start(session: Session, day: date) -> datetime:
    return session.local(day, time.min)


def _drafts(session: Session, connection: Connection) -> tuple[Draft, ...]:
    rows = drafts(session)
    people = {person.id: person for person in patients(connection, (row.patient for row in rows))}
    visits = {row.record: booking(connection, row.record) for row in rows if row.page == "visit"}
    return tuple(
        Draft(
            page=page_of(row.page),
            record=row.record,
            person=_known(people[row.patient]) if row.patient in people else None,
            saved_at=row.saved_at,
            newer=is_kept_aside(row.page),
            episodes=held.episodes if (held := visits.get(row.record)) else (),
        )
        for row in rows
        if row.patient in people or page_of(row.page) == REFERRAL or row.page in (ANYWHERE, TASKS)
    )


def _next(
    session: Session, connection: Connection, visits: Sequence[DayVisit], drafts: Sequence[Draft]
) -> NextVisit | None:
    """The first visit of the day that nobody has begun."""
    begun = {one.record for one in drafts}
    visit = next((one for one in visits if one.status == "planned" and one.id not in begun), None)
    person = patient_of(connection, visit.person.id) if visit else None
    if visit is None or person is None:
        return None
    episodes = episodes_named(connection, (one.episode for one in visit.skills))
    taught = visits_of_episodes(connection, (one.id for one in episodes))
    focus = [each for one in episodes for each in _not_on_own(session, one, taught.get(one.id, ()))]
    focus.sort(key=lambda each: RISING.index(each[1]) if each[1] in RISING else -1)
    return NextVisit(visit, person, tuple(focus))


def _not_on_own(session: Session, episode: Episode, visits: tuple[Visit, ...]) -> list[tuple[Step, Level | None]]:
    """The steps of the learner that were not on own when last seen, critical ones first; none before a first visit."""
    if not visits:
        return []
    checklist = session.checklists.checklist(episode.skill, episode.checklist_version)
    who = usual_learner(episode, session.today())
    levels = last_seen_levels(visits, episode.id, who.who)
    steps = [step for step in own_steps(checklist, who) if levels.get(step.id) is not Level.INDEPENDENT]
    return [(step, levels.get(step.id)) for step in sorted(steps, key=lambda step: not step.critical)]


def usual_learner(episode: Episode, on: date) -> Learner:
    """The patient where the patient learns, else the first who does."""
    learning = learners_on(episode, on) or (Learner(PATIENT),)
    return next((one for one in learning if one.who == PATIENT), learning[0])


def _ready(session: Session, connection: Connection, own: Mapping[str, Episode]) -> tuple[Ready, ...]:
    found = ready_pathways(session, connection, own.values())
    people = {person.id: person for person in patients(connection, (own[each].patient for each in found))}
    taught = visits_of_episodes(connection, found)
    rows = []
    for each in found:
        episode = own[each]
        checklist = session.checklists.checklist(episode.skill, episode.checklist_version)
        learner = usual_learner(episode, session.today())
        on_own = steps_on_own(checklist, taught.get(each, ()), each, learner)
        rows.append(Ready(_known(people[episode.patient]), each, episode.skill, on_own))
    return tuple(rows)


def _without_next(
    rows: Sequence[CaseloadRow], ready: Sequence[Ready], late: Sequence[DayVisit], drafts: Sequence[Draft]
) -> tuple[CaseloadRow, ...]:
    """Not listed here: people who are ready, overdue or on hold, who have died, or whose visit is being written."""
    listed = {one.person.id for one in ready} | {one.person.id for one in late}
    listed |= {one.person.id for one in drafts if one.person}
    return tuple(
        row
        for row in rows
        if row.person.id not in listed
        and row.person.died_on is None
        and not all(pathway.hold for pathway in row.pathways)
    )


def _flags(connection: Connection, nurse: str) -> tuple[OpenFlag, ...]:
    flags = open_flags_for(connection, nurse)
    people = {person.id: person for person in patients(connection, (flag.patient for flag in flags))}
    skills = {one.id: one.skill for one in episodes_named(connection, (flag.episode for flag in flags if flag.episode))}
    return tuple(OpenFlag(_known(people[flag.patient]), flag, skills.get(flag.episode or "", "")) for flag in flags)


def _known(person: Patient) -> Known:
    return Known(
        id=person.id,
        nhs_number=person.nhs_number,
        name=person.name,
        date_of_birth=person.date_of_birth,
        nhs_number_status=person.nhs_number_status,
        preferred_name=person.preferred_name,
        died_on=person.died_on,
    )

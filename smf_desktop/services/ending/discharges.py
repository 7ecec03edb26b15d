"""Ending a pathway: the evidence, the outcome, and what the outcome needs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.competence import CompetenceSettings, readiness
from smf_core.domain.dates import parse_typed
from smf_core.domain.discharge import FAVOURABLE, DischargeForm, Outcome, SignedWord, SupportType
from smf_core.domain.discharge_facts import Closing
from smf_core.domain.letter import has_check_in
from smf_core.domain.patient import Patient
from smf_core.domain.readings import number
from smf_core.domain.task import CheckIn, TaskKind
from smf_core.domain.teaching_trouble import AlreadyClosed, NotReadyToDischarge
from smf_core.domain.working_days import working_day_from
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, require, to_close
from smf_core.records import Connection
from smf_core.records.queries.documents import documents_of, equipment_of
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.practices import core_teams, practices
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.users import service, users
from smf_core.records.queries.visits import Booking, bookings_not_begun, visits_of_episode
from smf_desktop.services.auditing import READ, note
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.booking.bookings import doses_left_open, settled
from smf_desktop.services.drafts import DISCHARGE, draft, drafts
from smf_desktop.services.ending.death import death_items
from smf_desktop.services.known import known_episode, known_patient
from smf_desktop.services.letters.items import discharge_letters, letterhead, proposed_core_team
from smf_desktop.services.pathways import ended_hold
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, Work, new_item
from smf_desktop.services.tasks import task_item

EXTRA_AFTER = 7
"""Days from the first call to the extra one."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page begins with. `saved_at` is when the draft was kept that is taken up again; None: there is none."""

    form: DischargeForm
    closing: Closing
    saved_at: datetime | None = None


def dose_times(patient: Patient, skill: str) -> tuple[str, ...]:
    """The prescribed dose times of a skill, by the names its medicines give them."""
    named = (time.strip() for one in patient.medicines if one.skill == skill for time in one.times.split(","))
    return tuple(dict.fromkeys(time for time in named if time))


def competence_settings(connection: Connection) -> CompetenceSettings:
    """The service's two competence settings, as its clinical lead last set them."""
    held = service(connection).settings
    default = CompetenceSettings()
    return CompetenceSettings(
        bool(held.get("registered_nurse_in_run", default.registered_nurse_in_run)),
        bool(held.get("video_ratings_of_critical_steps", default.video_ratings_of_critical_steps)),
    )


def open_discharge(session: Session, episode_id: str) -> Opened:
    """Open the Discharge page on a pathway: this user's draft where there is one. The reading is noted first.

    Raises `NotAllowed`, `UnknownEpisode` or `UnknownPatient`.
    """
    stand = closing(session, episode_id)
    note(session, READ, stand.patient.id)
    kept = next((row for row in drafts(session) if (row.page, row.record) == (DISCHARGE, episode_id)), None)
    form = draft(session, DISCHARGE, episode_id, DischargeForm) if kept else None
    if kept is None or form is None:
        return Opened(DischargeForm(episode_id), stand)
    return Opened(form, stand, kept.saved_at)


def closing(session: Session, episode_id: str) -> Closing:
    """What the Discharge page stands on, read again."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        return _closing(session, connection, episode_id)


def _closing(session: Session, connection: Connection, episode_id: str) -> Closing:
    episode = known_episode(connection, episode_id)
    patient = known_patient(connection, episode.patient)
    checklist = session.checklists.checklist(episode.skill, episode.checklist_version)
    visits = visits_of_episode(connection, episode_id)
    flags = open_flags(connection, episode.patient)
    times = dose_times(patient, episode.skill)
    settings = competence_settings(connection)
    teams = core_teams(connection)
    return Closing(
        patient=patient,
        episode=episode,
        checklist=checklist,
        visits=visits,
        open_flags=flags,
        readiness=readiness(checklist, episode, visits, flags, settings, session.today(), times),
        dose_times=times,
        registered_nurse=session.user.is_registered_nurse,
        names={one.id: one.name for one in users(connection)},
        equipment=equipment_of(connection, patient.id),
        documents=documents_of(connection, patient.id),
        letterhead=letterhead(session, connection),
        practice=practices(connection, filter(None, (patient.practice_code,))).get(patient.practice_code),
        core_teams=teams,
        core_team_proposed=proposed_core_team(connection, episode.referral, teams),
        holidays=bank_holidays_around(session.today()),
    )


@dataclass(frozen=True, slots=True)
class Discharged:
    """What signing did. `questions` are the red tasks about doses of visits that it took back."""

    touched: Touched
    questions: tuple[str, ...] = ()


def discharge(session: Session, form: DischargeForm) -> Discharged:
    """Sign a discharge: the pathway closes, and what follows from the outcome is written with it, its letters and the
    calls afterwards among it. A dose that a visit was to give which is taken back is asked for in red.

    Raises `NotAllowed`, `AlreadyClosed` or `NotReadyToDischarge`; then nothing has changed.
    """
    with session.work() as work:
        stand = _closing(session, work.connection, form.episode)
        writable(work.connection, stand.patient.id)
        if not stand.episode.is_open:
            raise AlreadyClosed
        if what := stand.missing(form, session.today()):
            raise NotReadyToDischarge(what)
        assert form.outcome is not None
        require(session.user, to_close(form.outcome))
        items, questions = _items(session, work, form, form.outcome, stand)
        work.save(items, patient=stand.patient.id)
        work.discard_draft(DISCHARGE, form.episode)
    return Discharged(frozenset(work.touched), questions)


def _items(
    session: Session, work: Work, form: DischargeForm, outcome: Outcome, stand: Closing
) -> tuple[list[Item], tuple[str, ...]]:
    """The operations of a discharge, and the ids of its red questions among them."""
    today = session.today()
    on = parse_typed(form.on, today, past=True) if form.on.strip() else today
    closing = _discharge(session, form, outcome, stand) | {"on": on.isoformat()}
    items = [work.change("episode", stand.episode.id, "discharge", closing)]
    died = outcome is Outcome.DECEASED and stand.patient.died_on is None
    if died:
        items += death_items(session, work, stand.patient.id, on, closed_by_caller=stand.episode.id)
    if outcome is Outcome.SHARED_CORE:
        row = {"visits_per_month": number(form.visits_per_month_left), "source": "discharge", "from": on.isoformat()}
        row |= {"patient": stand.patient.id, "episode": stand.episode.id}
        items.append(new_item("core_visits", session.new_id(), "row", **row))
    items += [
        ended_hold(work, stand.patient.id, stand.episode.id, hold, on)
        for hold in stand.episode.holds
        if hold.until is None
    ]
    items += _calls_afterwards(session, form, outcome, stand)
    items += discharge_letters(session, work, form, outcome, stand)
    if died:
        return items, ()
    gone = _bookings_taken_back(work, outcome, stand, today)
    items += [settled(work, booked, cancelled=True) for booked in gone]
    if outcome is Outcome.DECEASED:
        return items, ()
    left = doses_left_open(session, work, gone, tell=False)
    return [*items, *left.items], left.questions


def _calls_afterwards(session: Session, form: DischargeForm, outcome: Outcome, stand: Closing) -> list[Item]:
    """The calls that ask whether the person still manages: within a week, after three months, and one more between
    them where the discharge went on with low confidence."""
    if not has_check_in(outcome):
        return []
    today = session.today()
    first, second = stand.first_call(form, today), stand.second_call(form, today)
    calls = [
        (CheckIn.EARLY, "After the discharge", first),
        (CheckIn.AT_90_DAYS, "90 days after the discharge", second),
    ]
    if _overridden(stand):
        extra = working_day_from(first + timedelta(days=EXTRA_AFTER), stand.holidays)
        calls.append((CheckIn.EXTRA, "Extra, since confidence was under 7 at the discharge", extra))
    return [
        task_item(
            session,
            TaskKind.CHECK_IN,
            words,
            patient=stand.patient.id,
            to_user=stand.episode.nurse,
            due_on=on,
            about=stand.episode.id,
            purpose=purpose.value,
        )
        for purpose, words, on in calls
    ]


def _overridden(stand: Closing) -> bool:
    return any(line.key is CompetenceKey.MIN_CONFIDENCE for line in stand.readiness.unmet)


def _bookings_taken_back(work: Work, outcome: Outcome, stand: Closing, today: date) -> list[Booking]:
    """From today on nobody calls on someone who has died, or for teaching of which nothing goes on."""
    others = episodes_of(work.connection, stand.patient.id)
    go_on = {one.id for one in others if one.is_open and one.id != stand.episode.id}
    if outcome is Outcome.DECEASED:
        go_on = set()
    standing = bookings_not_begun(work.connection, stand.patient.id)
    return [one for one in standing if one.at.date() >= today and go_on.isdisjoint(one.episodes)]


def _discharge(session: Session, form: DischargeForm, outcome: Outcome, stand: Closing) -> dict[str, Any]:
    today = session.today()
    said: dict[str, Any] = {"outcome": outcome.value, "by": session.user.id, "reason": form.reason.strip()}
    if outcome is Outcome.INDEPENDENT_SUPPORT:
        said |= {
            "support_type": form.support_type.value if form.support_type else None,
            "support_who": form.support_who,
            "support_what": form.support_what,
            "support_how_often": form.support_how_often,
            "support_review_on": parse_typed(form.support_review_on, today).isoformat(),
        }
    if outcome is Outcome.INDEPENDENT_SUPPORT and form.support_type is SupportType.INFORMAL_CARER:
        words = {"person_consents": form.person_consents, "carer_agrees": form.carer_agrees, "back_up": form.back_up}
        said |= {name: _word(word, session) for name, word in words.items() if word.name.strip()}
    if outcome is Outcome.SHARED_CORE:
        said["visits_per_month_left"] = number(form.visits_per_month_left)
    if outcome is Outcome.RETURNED_CORE and form.main_reason:
        said["main_reason"] = form.main_reason.value
    said["core_from"] = form.core_from.strip()
    team = stand.core_team(form)
    said["core_team"] = team.id if team else None
    if has_check_in(outcome):
        said["check_in_on"] = stand.first_call(form, today).isoformat()
    if outcome in FAVOURABLE:
        said["attestations"] = [
            {"id": each, "by": session.user.id, "on": today.isoformat()} for each in sorted(form.attestations)
        ]
        if _overridden(stand):
            said["confidence_override"] = form.confidence_override.strip()
        said["evidence"] = [
            {"key": line.key.value, "learner": line.learner, "met": line.met, "have": line.have, "need": line.need}
            for line in stand.readiness.evidence
        ]
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _word(word: SignedWord, session: Session) -> dict[str, str]:
    return {"name": word.name.strip(), "on": parse_typed(word.on, session.today(), past=True).isoformat()}

"""One person's record, read whole in one snapshot. Reading it is noted in the audit first."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import time, timedelta

from smf_core.domain.competence import readiness
from smf_core.domain.equipment import Equipment
from smf_core.domain.patient import Patient
from smf_core.domain.teaching_trouble import UnknownPatient
from smf_core.domain.usual_visits import UsualVisits, usual_visits
from smf_core.policy.rules import Action, require
from smf_core.records.queries.disputes import disputes
from smf_core.records.queries.documents import documents_of, equipment_of
from smf_core.records.queries.episodes import discharges_of, episodes_of
from smf_core.records.queries.history import Said, said_of
from smf_core.records.queries.letters import core_stops
from smf_core.records.queries.note_copies import note_copies
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.patients import same_address, similar_names
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.tasks import tasks_of
from smf_core.records.queries.today import history
from smf_core.records.queries.twice import seen_twice, visits_against
from smf_core.records.queries.users import teams, users
from smf_core.records.queries.usual_visits import visits_to_discharge
from smf_core.records.queries.visits import next_bookings, signed_visits_of_patient
from smf_desktop.presenters.patient.facts import PatientFacts
from smf_desktop.services.auditing import READ, note
from smf_desktop.services.booking.dose_covers import cover_of
from smf_desktop.services.ending.discharges import competence_settings, dose_times
from smf_desktop.services.figures import holds_all_since
from smf_desktop.services.known import known_patient
from smf_desktop.services.record.opening import held_until
from smf_desktop.services.session import Session


def open_record(session: Session, patient: str) -> PatientFacts:
    """Open someone's record: the reading is noted, then answered. Raises `UnknownPatient`."""
    require(session.user, Action.OPEN_RECORD)
    note(session, READ, patient)
    return overview(session, patient)


def overview(session: Session, patient: str) -> PatientFacts:
    """The record again, after something in it changed while it is open."""
    require(session.user, Action.OPEN_RECORD)
    drafts, for_review = session.store.drafts(session.user.id), session.store.sent_for_review(patient)
    with session.read() as connection:
        person = known_patient(connection, patient)
        episodes = episodes_of(connection, patient)
        signed = signed_visits_of_patient(connection, patient, with_struck=True)
        standing = tuple(visit for visit in signed if visit.stands)
        flags = open_flags(connection, patient)
        equipment = equipment_of(connection, patient)
        settings, today = competence_settings(connection), session.today()
        entries = history(connection, patient)
        checklists = session.checklists
        facts = PatientFacts(
            patient=person,
            similar=tuple(one.name for one in similar_names(connection, patient)),
            episodes=episodes,
            signed=signed,
            flags=flags,
            entries=entries,
            for_review=for_review,
            me=session.user.id,
            readiness={
                one.id: readiness(
                    checklists.checklist(one.skill, one.checklist_version),
                    one,
                    standing,
                    flags,
                    settings,
                    today,
                    dose_times(person, one.skill),
                )
                for one in episodes
                if one.is_open
            },
            booking=next_bookings(connection, (patient,)).get(patient),
            drafts=tuple(row.record for row in drafts if row.page == "visit" and row.patient == patient),
            names={one.id: one.name for one in users(connection)} | {one.id: one.name for one in teams(connection)},
            now=session.now(),
            registered=session.user.is_registered_nurse,
            same_address=tuple(one.name for one in same_address(connection, patient)),
            disputes=disputes(connection, patient)
            if _apart(person, equipment) or seen_twice(connection, patient)
            else (),
            against=visits_against(connection, patient, session.local(today, time.min)),
            equipment=equipment,
            documents=documents_of(connection, patient),
            covers=tuple(cover_of(connection, person, episodes, today)),
            stops=core_stops(connection, (patient,)).get(patient, ()),
            tasks=tasks_of(connection, patient),
            ended=discharges_of(connection, (one.id for one in episodes)),
            copies=note_copies(connection, (entry.record for entry in entries)),
        )
    if (until := held_until(session, patient)) is not None:
        facts = replace(facts, held_until=until)
    if not session.store.is_waiting_about(patient):
        return facts
    return replace(facts, waits=True, unsent=session.store.records_waiting([entry.record for entry in facts.entries]))


def _apart(person: Patient, equipment: Iterable[Equipment]) -> bool:
    """Whether two laptops disagree about anything: then, and only then, its operations are read."""
    settled = [one.settled for one in person.allergies]
    settled += [one.settled for one in person.alerts]
    settled += [one.settled for one in person.private]
    settled += [one.settled for one in person.contacts]
    settled += [one.settled for one in person.medicines]
    settled += [one.settled for one in equipment]
    return bool(person.conflicts) or not all(settled)


def usual(session: Session, skills: Iterable[str], *, joined: bool) -> Mapping[str, UsualVisits]:
    """How many visits people needed in these skills in the last 12 months, where enough were discharged to say so.

    A store that has `joined` a hub does not keep all of them.
    """
    require(session.user, Action.OPEN_RECORD)
    to = session.today()
    from_ = to - timedelta(days=365)
    whole = holds_all_since(session, from_, joined=joined)
    with session.read() as connection:
        found = {
            skill: usual_visits(visits_to_discharge(connection, skill, from_, to), from_, to, whole=whole)
            for skill in set(skills)
        }
    return {skill: range_ for skill, range_ in found.items() if range_ is not None}


def field_history(session: Session, patient: str) -> tuple[Said, ...]:
    """Everything that was ever said of one person, newest first."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        if patient_of(connection, patient) is None:
            raise UnknownPatient
        return said_of(connection, patient)

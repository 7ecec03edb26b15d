"""One person's record, read whole in one snapshot. Reading it is noted in the audit first."""

from smf_core.domain.competence import readiness
from smf_core.domain.teaching_trouble import UnknownPatient
from smf_core.policy.rules import Action, require
from smf_core.records.queries.caseload import history
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.patients import similar_names
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.users import users
from smf_core.records.queries.visits import next_bookings, signed_visits_of_patient
from smf_desktop.presenters.patient import PatientFacts
from smf_desktop.services.auditing import READ, note
from smf_desktop.services.discharges import competence_settings, dose_times
from smf_desktop.services.session import Session


def open_record(session: Session, patient: str) -> PatientFacts:
    """Open someone's record: the reading is noted, then answered. Raises `UnknownPatient`."""
    require(session.user, Action.OPEN_RECORD)
    note(session, READ, patient)
    return overview(session, patient)


def overview(session: Session, patient: str) -> PatientFacts:
    """The record again, after something in it changed while it is open."""
    require(session.user, Action.OPEN_RECORD)
    drafts = session.store.drafts(session.user.id)
    with session.read() as connection:
        person = patient_of(connection, patient)
        if person is None:
            raise UnknownPatient
        episodes = episodes_of(connection, patient)
        signed = signed_visits_of_patient(connection, patient, with_struck=True)
        standing = tuple(visit for visit in signed if visit.stands)
        flags = open_flags(connection, patient)
        settings, today = competence_settings(connection), session.today()
        checklists = session.checklists
        return PatientFacts(
            patient=person,
            similar=tuple(one.name for one in similar_names(connection, patient)),
            episodes=episodes,
            signed=signed,
            flags=flags,
            entries=history(connection, patient),
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
            names={one.id: one.name for one in users(connection)},
            now=session.now(),
            registered=session.user.is_registered_nurse,
        )

"""What is read for the form of a visit: pathways and checklists, earlier visits, colleagues' visits near it, what was
said to come next."""

from collections.abc import Iterable, Mapping

from smf_core.domain.checklist import Checklist, Library
from smf_core.domain.pathway import Episode
from smf_core.domain.teaching_trouble import UnknownEpisode
from smf_core.domain.twice import Made
from smf_core.domain.visit import NextForm, NextKind, Section, SectionForm, VisitForm
from smf_core.domain.visit_facts import VisitFacts
from smf_core.domain.visit_rules import Taught
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.log import held_record
from smf_core.records.queries.batches import code
from smf_core.records.queries.twice import Side, seen_twice, signed_near
from smf_core.records.queries.users import users
from smf_core.records.queries.visits import booking, latest_readings, visits_of_episodes
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.services.known import known_episode, known_patient
from smf_desktop.services.session import Session
from smf_desktop.services.visit.cosigning import cosigners


def visit_page(session: Session, form: VisitForm) -> VisitFacts:
    """What the visit page holds a form against, read at once: nothing typed waits for the store."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        return visit_facts(session, connection, form)


def visit_facts(session: Session, connection: Connection, form: VisitForm) -> VisitFacts:
    """`visit_page` within a read or a save. Raises `UnknownPatient` or `UnknownEpisode`."""
    patient = known_patient(connection, form.patient)
    episodes = {name: known_episode(connection, name) for name in {section.episode: None for section in form.sections}}
    if any(episode.patient != patient.id for episode in episodes.values()):
        raise UnknownEpisode
    checklists = held_against(session.checklists, episodes, form.sections)
    visits = visits_of_episodes(connection, episodes)
    signed = visit_of(connection, form.visit) if form.amends else None
    common = session.checklists.common
    asked = {one.id for checklist in checklists.values() for one in checklist.observations}
    last = latest_readings(connection, patient.id, asked | {one.id for one in common.vital_signs})
    own = {reading.id for section in signed.sections for reading in section.readings} if signed else set()
    return VisitFacts(
        patient=patient,
        taught={
            name: Taught(
                episode,
                checklists[name],
                tuple(visit for visit in visits.get(name, ()) if visit.id != form.visit),
            )
            for name, episode in episodes.items()
        },
        common=common,
        registered_nurse=session.user.is_registered_nurse,
        last_readings={name: reading for name, reading in last.items() if reading.id not in own},
        names={user.id: user.name for user in users(connection)},
        signed=signed,
        cosigners=cosigners(connection, session.user.id),
        near=_near(session, connection, form),
        twice=() if form.amends else _twice(connection, patient.id),
    )


def held_against(
    checklists: Library, episodes: Mapping[str, Episode], sections: Iterable[SectionForm | Section]
) -> dict[str, Checklist]:
    """The checklist each pathway of a visit is rated against: the one the visit was begun with, though the pathway may
    have changed to another version since."""
    begun = {section.episode: section.checklist_version for section in sections if section.checklist_version}
    return {
        name: checklists.checklist(episode.skill, begun.get(name, episode.checklist_version))
        for name, episode in episodes.items()
    }


def _twice(connection: Connection, patient: str) -> tuple[tuple[Made, Made], ...]:
    """Visits of which nobody has said yet whether they are one: what was given may have been given by both."""

    def made(side: Side) -> Made:
        signed = not side.missed
        return Made(side.id, patient, side.at, side.minutes, side.by, frozenset(), signed, side.dose, not signed)

    return tuple((made(pair.one), made(pair.other)) for pair in seen_twice(connection, patient))


def _near(session: Session, connection: Connection, form: VisitForm) -> tuple[Made, ...]:
    """What colleagues signed that may be the visit of this form, also under the very booking it was begun for."""
    if form.amends:
        return ()
    booked = booking(connection, form.visit)
    made = Made(
        id="",
        patient=form.patient,
        at=form.started_at,
        minutes=0,
        nurse=session.user.id,
        episodes=frozenset(section.episode for section in form.sections),
        signed=False,
        dose=booked.dose if booked else "",
    )
    return signed_near(connection, made)


def said_next(connection: Connection, visit_id: str) -> NextForm:
    """What was said at a visit to come next, as it was typed; an empty form where nothing was."""
    said = held_record(connection, "visit", visit_id).value("next")
    if said is None or not said["kind"]:
        return NextForm()
    words = {name: str(said[name] or "") for name in ("on", "at", "minutes", "reason", "focus")}
    return NextForm(code(NextKind, said["kind"], NextKind.VISIT), **words)

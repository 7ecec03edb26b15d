"""A signed visit taken up again to be amended: as a form, with what each of its values came from."""

from dataclasses import replace

from smf_core.domain.teaching_trouble import UnknownVisit
from smf_core.domain.visit import (
    AnswerForm,
    FlagForm,
    Method,
    OpenedForm,
    Reading,
    ReadingForm,
    SectionForm,
    StepMark,
    Visit,
    VisitForm,
)
from smf_core.policy.roles import User
from smf_core.policy.rules import Action, NotAllowed, Reason, require
from smf_core.records import Connection
from smf_core.records.log import held_record
from smf_core.records.queries.red_flags import flags_of_visit
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.services.known import known_episode
from smf_desktop.services.session import Session
from smf_desktop.services.visit.facts import held_against, said_next
from smf_desktop.services.visit.items import unit_name


def amend_visit(session: Session, visit_id: str) -> VisitForm:
    """A signed visit as a form to amend. Nothing is written until it is signed again, with a reason."""
    require(session.user, Action.AMEND_VISIT)
    with session.read() as connection:
        visit = amendable(session.user, visit_of(connection, visit_id))
        form = _as_form(session, connection, visit)
        return replace(form, opened=OpenedForm(form, _bases(connection, visit)))


def amendable(user: User, standing: Visit | None) -> Visit:
    """Raises unless the visit stands and is this user's to amend.

    The competence rule counts a visit that a registered nurse carried out as such, whoever amends it later: only
    registered nurses may.
    """
    if standing is None or not standing.stands:
        raise UnknownVisit
    if standing.signed_by_registered and not user.is_registered_nurse:
        raise NotAllowed(Action.AMEND_VISIT, Reason.REGISTERED_NURSE)
    return standing


def _as_form(session: Session, connection: Connection, visit: Visit) -> VisitForm:
    flags = _flags(session, connection, visit)
    return VisitForm(
        visit=visit.id,
        patient=visit.patient,
        started_at=visit.started_at,
        right_person=True,
        also_present=visit.also_present,
        place=visit.place,
        methods=visit.methods or (Method.DEMONSTRATION,),
        minutes=str(visit.minutes),
        late_reason=visit.late_reason,
        copied_from=visit.copied_from or "",
        draft_of=visit.draft_of or "",
        purpose=visit.purpose,
        stopped_reason=visit.stopped_reason,
        sections=tuple(
            SectionForm(
                episode=section.episode,
                learner=section.learner,
                id=section.id,
                marks={
                    step: StepMark(rating.level, rating.note, rating.reason) for step, rating in section.ratings.items()
                },
                answers={
                    question: AnswerForm(answer.answer, answer.words) for question, answer in section.answers.items()
                },
                confidence=section.confidence,
                readings=tuple(_reading_form(reading, visit) for reading in section.readings),
                flags=flags.pop(section.episode, {}),
                strategies=section.strategies,
                notes=section.notes,
                checklist_version=section.checklist_version,
            )
            for section in visit.sections
        ),
        vital_signs=tuple(_reading_form(reading, visit) for reading in visit.vital_signs),
        next=said_next(connection, visit.id),  # it stands: an amendment does not book again
    )


def _reading_form(reading: Reading, visit: Visit) -> ReadingForm:
    at = "" if reading.at == visit.started_at else f"{reading.at:%H:%M}"
    return ReadingForm(reading.observation, reading.value, at, reading.note, reading.id)


def _flags(session: Session, connection: Connection, visit: Visit) -> dict[str, dict[str, FlagForm]]:
    """The red flags of a signed visit by pathway. Each was answered, so one that is not on record was a No."""
    episodes = {section.episode: known_episode(connection, section.episode) for section in visit.sections}
    found = {
        name: {sign.id: FlagForm(seen=False) for sign in checklist.red_flags}
        for name, checklist in held_against(session.checklists, episodes, visit.sections).items()
    }
    for flag in flags_of_visit(connection, visit.id):
        if flag.episode in found:
            said = FlagForm(True, flag.action, flag.told, flag.advised, flag.next_check, flag.id)
            found[flag.episode][flag.sign] = said
    return found


def _bases(connection: Connection, visit: Visit) -> dict[str, tuple[tuple[str, int], ...]]:
    """For each unit of the visit, the operations its values came from."""
    records = [held_record(connection, "visit", visit.id)]
    for section in visit.sections:
        records.append(held_record(connection, "section", section.id))
        records += [held_record(connection, "observation", reading.id) for reading in section.readings]
    records += [held_record(connection, "observation", reading.id) for reading in visit.vital_signs]
    records += [held_record(connection, "red_flag", flag.id) for flag in flags_of_visit(connection, visit.id)]
    return {
        unit_name(record.entity_id, kind, key or ""): value.bases
        for record in records
        for (kind, key), value in record.units.items()
    }

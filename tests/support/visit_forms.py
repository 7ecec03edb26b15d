"""A visit as typed, for the rules of signing."""

from dataclasses import replace
from datetime import UTC, datetime

from smf_core.domain.missing import Missing
from smf_core.domain.pathway import PATIENT
from smf_core.domain.visit import (
    AnswerForm,
    FlagForm,
    Level,
    NextForm,
    NextKind,
    ReadingForm,
    SectionForm,
    StepMark,
    TeachBackAnswer,
    VisitForm,
)
from smf_core.domain.visit_rules import Taught, missing
from tests.support.teaching import checklist, episode, patient, shipped

INSULIN = checklist()
NOW = datetime(2026, 11, 17, 12, 30, tzinfo=UTC)
START = datetime(2026, 11, 17, 11, 31, tzinfo=UTC)


def part(taught=INSULIN, episode_id="episode-1", learner=PATIENT) -> SectionForm:
    """One skill filled in completely."""
    return SectionForm(
        episode=episode_id,
        learner=learner,
        marks={step.id: StepMark(Level.INDEPENDENT) for step in taught.steps},
        answers={question.id: AnswerForm(TeachBackAnswer.EXPLAINED) for question in taught.must_pass},
        confidence=8,
        flags={sign.id: FlagForm(seen=False) for sign in taught.red_flags},
    )


COMPLETE = VisitForm(
    visit="visit-9",
    patient="patient-1",
    started_at=START,
    sections=(part(),),
    right_person=True,
    minutes="40",
    next=NextForm(NextKind.VISIT, on="19/11", at="11:30", minutes="40"),
)
EMPTY = VisitForm("visit-9", "patient-1", START, (SectionForm("episode-1", PATIENT),))


def taught(*visits, **changes: object) -> dict[str, Taught]:
    return {"episode-1": Taught(episode(**changes), INSULIN, visits)}


def lacks(form: VisitForm, known=None, *, registered=True, now=NOW, who=None) -> tuple[Missing, ...]:
    return missing(form, known or taught(), who or patient(), shipped().common, registered_nurse=registered, now=now)


def with_part(form: VisitForm = COMPLETE, **changes: object) -> VisitForm:
    return replace(form, sections=(replace(form.sections[0], **changes),))


def read(*readings: ReadingForm) -> VisitForm:
    return with_part(readings=readings)

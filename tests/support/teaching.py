"""Checklists as shipped, and short ways to say "a visit at which ..."."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from smf_core.domain.checklist import Checklist, Library, library
from smf_core.domain.checklist_file import parse_common, parse_skill
from smf_core.domain.pathway import PATIENT, Episode, GateRecord, GateState
from smf_core.domain.patient import Contact, Name, Patient, Sex
from smf_core.domain.visit import (
    Answer,
    Level,
    Place,
    Purpose,
    Rating,
    Section,
    TeachBackAnswer,
    Visit,
)

SKILLS = Path(__file__).parents[2] / "resources" / "skills"
TODAY = date(2026, 11, 17)
MORNING = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
CARER = "contact-1"


@cache
def shipped() -> Library:
    """Every checklist of `resources/skills`."""
    common = parse_common((SKILLS / "common.yaml").read_text("utf-8"), "common.yaml")
    return library(
        common,
        [
            parse_skill((SKILLS / f"{skill}.yaml").read_text("utf-8"), f"{skill}.yaml", common)
            for skill in common.skills
        ],
    )


def checklist(skill: str = "insulin") -> Checklist:
    return shipped().newest(skill)


def met(gate: str, **changes: object) -> GateRecord:
    """A gate met in October, with evidence."""
    record = GateRecord(
        gate,
        GateState.MET,
        by="nurse-1",
        on=date(2026, 10, 1),
        written_at=datetime(2026, 10, 1, 10, 0, tzinfo=UTC),
        evidence="seen in the referral",
    )
    return replace(record, **changes)  # type: ignore[arg-type]  # a test names the fields


def episode(skill: str = "insulin", **changes: object) -> Episode:
    """An open episode with every gate met and the patient as its learner."""
    taught = checklist(skill)
    made = Episode(
        id="episode-1",
        patient="patient-1",
        referral="referral-1",
        skill=skill,
        checklist_version=taught.version,
        expected_visits=taught.expected_visits,
        opened_on=date(2026, 10, 1),
        nurse="nurse-1",
        accountable_nurse="nurse-1",
        gates={gate.id: met(gate.id) for gate in taught.all_gates},
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test names the fields


def patient(**changes: object) -> Patient:
    made = Patient(
        id="patient-1",
        name=Name("Abernathy", "Doreen", "Mrs"),
        date_of_birth=date(1951, 3, 14),
        sex=Sex.FEMALE,
        contacts=(Contact(CARER, "Bisi", informal_carer=True), Contact("contact-2", "Ade")),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test names the fields


def at(day: float, hour: float = 9) -> datetime:
    """Care time: so many days and hours from 1 November 2026."""
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day, hours=hour)


def section(
    taught: Checklist,
    *,
    level: Level = Level.INDEPENDENT,
    levels: Mapping[str, Level] | None = None,
    answer: TeachBackAnswer | None = TeachBackAnswer.EXPLAINED,
    confidence: int | None = 8,
    learner: str = PATIENT,
    episode_id: str = "episode-1",
    visit_id: str = "visit",
) -> Section:
    """One learner's part of a visit: every step at one level but for those named."""
    given = {step.id: level for step in taught.steps} | dict(levels or {})
    reason = {Level.NA: "does not apply here"}
    return Section(
        id=f"{visit_id}-{learner}",
        visit=visit_id,
        episode=episode_id,
        learner=learner,
        ratings={step: Rating(step, one, reason=reason.get(one, "")) for step, one in given.items()},
        answers={} if answer is None else {q.id: Answer(q.id, answer) for q in taught.teach_back},
        confidence=confidence,
    )


def visit(
    when: datetime,
    *sections: Section,
    name: str = "",
    purpose: Purpose = Purpose.TEACHING,
    place: Place = Place.HOME,
    registered: bool = True,
    struck: str = "",
) -> Visit:
    return Visit(
        id=name or f"visit-{when:%d%H%M}",
        patient="patient-1",
        started_at=when,
        minutes=40,
        place=place,
        purpose=purpose,
        signed_by="nurse-1" if registered else "assistant-1",
        signed_at=when + timedelta(hours=1),
        signed_by_registered=registered,
        sections=sections,
        struck_reason=struck,
    )

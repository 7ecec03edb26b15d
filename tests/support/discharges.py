"""Mrs Abernathy taught so far as a test of her discharge needs."""

from collections.abc import Mapping
from dataclasses import replace

from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.visit import AnswerForm, FlagForm, Level, NextForm, NextKind, StepMark, TeachBackAnswer
from smf_desktop.services.session import Session
from smf_desktop.services.visit.visits import sign_visit, start_visit
from tests.support.sessions import Team
from tests.support.visits import at_home

ATTESTED = frozenset({"a01", "a02"})


def teach(
    team: Team,
    episode: str,
    *,
    by: Session | None = None,
    levels: Mapping[str, Level] | None = None,
    confidence: int = 8,
    explained: bool = True,
    flag: str = "",
    learner: str = "",
) -> None:
    """One signed visit, every step on own but for those named; then a day goes by."""
    session = by or team.nurse
    form, _ = start_visit(session, [episode])
    checklist = session.checklists.newest("insulin")
    (section,) = form.sections
    said = TeachBackAnswer.EXPLAINED if explained else TeachBackAnswer.PROMPTED
    seen = FlagForm(seen=True, action="Rang the diabetes team", told="On-call nurse")
    section = replace(
        section,
        learner=learner or section.learner,
        marks={step.id: StepMark((levels or {}).get(step.id, Level.INDEPENDENT)) for step in checklist.steps},
        answers={question.id: AnswerForm(said) for question in checklist.teach_back},
        confidence=confidence,
        flags={sign.id: seen if sign.id == flag else FlagForm(seen=False) for sign in checklist.red_flags},
    )
    coming = NextForm(NextKind.VISIT, on="tomorrow", at="11:30", minutes="45")
    sign_visit(session, replace(form, right_person=True, minutes="45", sections=(section,), next=coming))
    team.clock.forward(days=1)


def ready(team: Team, *, confidence: int = 8) -> str:
    """A pathway whose evidence is complete but for a low confidence; answers it."""
    episode = at_home(team).episodes["insulin"]
    for _ in range(2):
        teach(team, episode, confidence=confidence)
    return episode


def independent(episode: str) -> DischargeForm:
    """The whole form of an independent discharge."""
    return DischargeForm(episode, Outcome.INDEPENDENT, attestations=ATTESTED, checked=True)

"""Mrs Abernathy at home: a person with pathways in a real store, and visits to her."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from smf_core.domain.pathway import GateState
from smf_core.domain.visit import (
    AnswerForm,
    FlagForm,
    Level,
    NextForm,
    NextKind,
    ReadingForm,
    StepMark,
    TeachBackAnswer,
    VisitForm,
)
from smf_desktop.services.people import Member, NewPerson, add_member, new_patient
from smf_desktop.services.referral.triage import Acceptance, accept
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.visit.visits import sign_visit, start_visit
from tests.support.sessions import Team


@dataclass(frozen=True)
class Home:
    """A person with pathways: ids of the person, the pathways by skill, and a daughter who cares for her."""

    patient: str
    referral: str
    episodes: Mapping[str, str]
    daughter: str

    def of(self, *skills: str) -> tuple[str, ...]:
        """The pathways of these skills, of all when none is named."""
        return tuple(self.episodes[skill] for skill in skills or self.episodes)


DOREEN = NewPerson("Abernathy", "Doreen", date(1951, 3, 14), title="Mrs", sex="female", nhs_number="9990079323")


def at_home(team: Team, *skills: str, gates: bool = True, person: NewPerson = DOREEN) -> Home:
    """A referral accepted for these skills (insulin when none is named), gates met unless said."""
    wanted = skills or ("insulin",)
    session = team.nurse
    patient, items = new_patient(session, person)
    referral = session.new_id()
    received = {"patient": patient, "team": session.team, "received_on": "2026-10-01", "source": "gp"}
    items.append(new_item("referral", referral, "received", **received, reason="New treatment", skills=list(wanted)))
    with session.work() as work:
        work.save(items, patient=patient)
    episodes, _ = accept(session, referral, Acceptance(session.user.id, session.user.id))
    said = {"name": "Anne Abernathy", "relation": "daughter", "informal_carer": True}
    daughter, _ = add_member(session, patient, Member("contact", said))
    home = Home(patient, referral, dict(zip(wanted, episodes, strict=True)), daughter)
    if gates:
        meet_gates(session, home)
    return home


def meet_gates(session: Session, home: Home) -> None:
    """Every gate met, in one save."""
    said = {"state": GateState.MET.value, "by": session.user.id, "on": session.today().isoformat()}
    said |= {"evidence": "Seen at home"}
    items = []
    for skill, episode in home.episodes.items():
        checklist = session.checklists.newest(skill)
        items += [("episode", episode, gate.id) for gate in checklist.gates]
        items += [("referral", home.referral, gate.id) for gate in checklist.universal_gates]
    with session.work() as work:
        work.save(
            [new_item(entity, owner, "gate", gate=gate, **said) for entity, owner, gate in dict.fromkeys(items)],
            patient=home.patient,
        )


def taught(team: Team, home: Home, *, days_ago: int = 0, levels: Mapping[str, Level] | None = None) -> str:
    """A signed visit some days ago, as `filled_form` has it."""
    now = team.clock.at
    team.clock.at = now - timedelta(days=days_ago)
    form = filled_form(team, home, levels=levels)
    sign_visit(team.nurse, form)
    team.clock.at = now
    return form.visit


def filled_form(team: Team, home: Home, *, levels: Mapping[str, Level] | None = None) -> VisitForm:
    """A visit ready to sign: every step on own but for those named, three questions explained, confidence 7."""
    form, _ = start_visit(team.nurse, list(home.episodes.values()))
    sections = []
    for skill, section in zip(home.episodes, form.sections, strict=True):
        checklist = team.nurse.checklists.newest(skill)
        given = {step.id: Level.INDEPENDENT for step in checklist.steps} | dict(levels or {})
        explained = {question.id for question in checklist.teach_back[:3]}
        readings = {"insulin": (ReadingForm("cbg_mmol_l", "6.8"), ReadingForm("insulin_units", "12"))}
        sections.append(
            replace(
                section,
                marks={step: StepMark(level) for step, level in given.items()},
                answers={
                    question.id: AnswerForm(
                        TeachBackAnswer.EXPLAINED if question.id in explained else TeachBackAnswer.PROMPTED
                    )
                    for question in checklist.teach_back
                },
                confidence=7,
                readings=readings.get(skill, ()),
                flags={sign.id: FlagForm(seen=False) for sign in checklist.red_flags},
            )
        )
    form = replace(form, right_person=True, minutes="45", sections=tuple(sections))
    return replace(form, next=NextForm(NextKind.VISIT, on="tomorrow", at="11:30", minutes="45"))

"""What is taught: the checklist of a skill in one version, what is asked of it, and all that this laptop holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from smf_core.domain.checklist_pieces import (
    Approval,
    Common,
    CompetenceRule,
    Gate,
    Observation,
    Question,
    ReviewInterval,
    Sign,
    Step,
    WhenToGetHelp,
)
from smf_core.domain.teaching_trouble import BadChecklist, UnknownChecklist


@dataclass(frozen=True, slots=True)
class Checklist:
    """One version of one skill. `observations` holds its own and the vital signs it asks for, resolved."""

    id: str
    title: str
    label: str
    icon: str
    version: str
    scope: str
    expected_visits: int
    approval: Approval
    universal_gates: tuple[Gate, ...]
    gates: tuple[Gate, ...]
    steps: tuple[Step, ...]
    teach_back: tuple[Question, ...]
    red_flags: tuple[Sign, ...]
    observations: tuple[Observation, ...]
    equipment: tuple[str, ...]
    review_interval: ReviewInterval
    competence_rule: CompetenceRule
    what_you_do: tuple[str, ...]
    when_to_get_help: WhenToGetHelp

    @property
    def approved(self) -> bool:
        return self.approval.is_given

    @property
    def all_gates(self) -> tuple[Gate, ...]:
        """The universal gates of the referral, then the skill's own."""
        return self.universal_gates + self.gates

    @property
    def critical_steps(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.critical)

    @property
    def must_pass(self) -> tuple[Question, ...]:
        return tuple(question for question in self.teach_back if question.must_pass)

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)

    def observation(self, observation: str) -> Observation | None:
        return next((seen for seen in self.observations if seen.id == observation), None)

    def gate(self, gate_id: str) -> Gate | None:
        return next((gate for gate in self.all_gates if gate.id == gate_id), None)

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.teach_back if question.id == question_id), None)

    def red_flag(self, sign_id: str) -> Sign | None:
        return next((sign for sign in self.red_flags if sign.id == sign_id), None)


@dataclass(frozen=True, slots=True)
class Library:
    """Every checklist version on this laptop, keyed by (skill, version)."""

    common: Common
    checklists: Mapping[tuple[str, str], Checklist]

    @property
    def skills(self) -> tuple[str, ...]:
        """The skills that have a checklist, in the service's order."""
        held = {skill for skill, _ in self.checklists}
        return tuple(skill for skill in self.common.skills if skill in held)

    def checklist(self, skill: str, version: str) -> Checklist:
        """The version a pathway is pinned to; raises UnknownChecklist where this laptop lacks it."""
        try:
            return self.checklists[skill, version]
        except KeyError:
            raise UnknownChecklist(skill, version) from None

    def versions(self, skill: str) -> tuple[Checklist, ...]:
        """Every version of a skill, newest first."""
        held = (each for each in self.checklists.values() if each.id == skill)
        return tuple(sorted(held, key=lambda each: _version_key(each.version), reverse=True))

    def newest(self, skill: str) -> Checklist:
        """The newest version of a skill, approved or not; raises UnknownChecklist for a skill without one."""
        return self._newest_of(skill, (held for held in self.checklists.values() if held.id == skill))

    def newest_approved(self, skill: str) -> Checklist:
        """The version a pathway starts from in a live store; raises UnknownChecklist while none is approved."""
        return self._newest_of(skill, (held for held in self.checklists.values() if held.id == skill and held.approved))

    def with_approvals(self, approvals: Mapping[tuple[str, str], Approval]) -> "Library":
        """The same checklists under the approvals recorded in Tools; a file's own approval gives way to one."""
        return Library(
            self.common,
            {key: replace(held, approval=approvals.get(key, held.approval)) for key, held in self.checklists.items()},
        )

    @staticmethod
    def _newest_of(skill: str, held: Iterable[Checklist]) -> Checklist:
        newest = max(held, key=lambda checklist: _version_key(checklist.version), default=None)
        if newest is None:
            raise UnknownChecklist(skill, "")
        return newest


def library(common: Common, checklists: Iterable[Checklist]) -> Library:
    """All checklists in one value; refuses two of one skill and version, and a skill the common file does not name."""
    held: dict[tuple[str, str], Checklist] = {}
    for checklist in checklists:
        key = (checklist.id, checklist.version)
        if key in held:
            raise BadChecklist(f"{checklist.id}.yaml", 1, f"version {checklist.version} is there twice")
        if checklist.id not in common.skills:
            raise BadChecklist(f"{checklist.id}.yaml", 1, "the skill is not in the list of skills of the common file")
        held[key] = checklist
    return Library(common, MappingProxyType(held))


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))

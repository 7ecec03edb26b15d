"""A checklist from its file of content, and the rules that such a file has to keep.

A checklist is approved clinical content. A file that breaks any rule is refused whole, and the refusal names
the file, the line and the rule. `common.yaml` holds what all skills share.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal

import msgspec
from msgspec import Struct

from smf_core.domain.checklist import Checklist
from smf_core.domain.checklist_pieces import (
    Approval,
    Common,
    CompetenceKey,
    CompetenceRule,
    Gate,
    HelpGroup,
    LearnerType,
    Observation,
    ObservationType,
    Question,
    ReviewInterval,
    Sign,
    Status,
    Step,
    StepGroup,
    WhenToGetHelp,
)
from smf_core.domain.checklist_yaml import Plain, Source, read
from smf_core.domain.pathway import GateState
from smf_core.domain.red_flag import URGENCY_ORDER, RedFlagState
from smf_core.domain.visit import RISING, Level, TeachBackAnswer

SHORT_AT_MOST = 48
"""Characters in the label of a row; the row has no room for more."""

_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_ID = re.compile(r"[a-z][a-z0-9_]*")


class _Uses(Struct, frozen=True, forbid_unknown_fields=True):
    """A vital sign that a skill asks for by name, with what the skill may change of it."""

    uses: str
    label: str | None = None
    soft_min: Decimal | None = None
    soft_max: Decimal | None = None
    each_visit: bool = False


class _SkillFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One skill as its file holds it, but for the observations, which come in two kinds."""

    schema: Literal["smf-skill"]
    schema_version: Literal[1]
    status: Status
    approval: Approval
    id: str
    title: str
    label: str
    icon: str
    version: str
    scope: str
    expected_visits: int
    prerequisites: tuple[Gate, ...]
    steps: tuple[Step, ...]
    teach_back: tuple[Question, ...]
    red_flags: tuple[Sign, ...]
    equipment: tuple[str, ...]
    review_interval: ReviewInterval
    competence_rule: CompetenceRule
    what_you_do: tuple[str, ...]
    when_to_get_help: WhenToGetHelp


def parse_common(text: str, filename: str) -> Common:
    """What all skills share, from the text of `common.yaml`; raises BadChecklist."""
    source, tree = read(text, filename)
    common = source.convert(tree, Common)
    _check_common(common, source)
    return common


def parse_skill(text: str, filename: str, common: Common) -> Checklist:
    """One skill from the text of its file; raises BadChecklist."""
    source, tree = read(text, filename)
    entries = tree.pop("observations", None)
    if not isinstance(entries, list):
        raise source.bad("`observations` is missing or is not a list", "observations")
    skill = source.convert(tree, _SkillFile)
    observations = tuple(_observation(entry, index, source, common) for index, entry in enumerate(entries))
    _check_skill(skill, source, common)
    _check_observations(observations, source, "observations")
    return Checklist(
        id=skill.id,
        title=skill.title,
        label=skill.label,
        icon=skill.icon,
        version=skill.version,
        scope=skill.scope,
        expected_visits=skill.expected_visits,
        approval=skill.approval,
        universal_gates=common.universal_gates,
        gates=skill.prerequisites,
        steps=skill.steps,
        teach_back=skill.teach_back,
        red_flags=skill.red_flags,
        observations=observations,
        equipment=skill.equipment,
        review_interval=skill.review_interval,
        competence_rule=skill.competence_rule,
        what_you_do=skill.what_you_do,
        when_to_get_help=skill.when_to_get_help,
    )


def _check_common(common: Common, source: Source) -> None:
    for name, listed, expected in (
        ("level_scale", tuple(words.code for words in common.level_scale), tuple(Level)),
        ("teach_back_answers", tuple(words.code for words in common.teach_back_answers), tuple(TeachBackAnswer)),
        ("urgency_codes", tuple(common.urgency_codes), URGENCY_ORDER),
        ("help_groups", tuple(group.code for group in common.help_groups), tuple(HelpGroup)),
        ("step_groups", common.step_groups, tuple(StepGroup)),
        ("red_flag_states", common.red_flag_states, tuple(RedFlagState)),
        ("gate_states", common.gate_states, tuple(GateState)),
        ("learner_types", common.learner_types, tuple(LearnerType)),
        ("competence_keys", tuple(common.competence_keys), tuple(CompetenceKey)),
    ):
        if listed != expected:
            raise source.bad(f"`{name}` must be {', '.join(expected)}, in this order", name)
    if any(words.safe is not (words.code is TeachBackAnswer.EXPLAINED) for words in common.teach_back_answers):
        raise source.bad("only `explained` is a safe answer", "teach_back_answers")
    if tuple(urgency for group in common.help_groups for urgency in group.holds) != URGENCY_ORDER:
        raise source.bad("every urgency stands under one heading of help, most urgent first", "help_groups")
    _check_keys_of_levels(common, source)
    _check_unique(common.skills, source, "skills")
    _check_gates(common.universal_gates, source, "universal_gates")
    if any(not gate.is_hard for gate in common.universal_gates):
        raise source.bad("a universal gate is hard", "universal_gates")
    _check_observations(common.vital_signs, source, "vital_signs")
    _check_approval(common.status, common.approval, source)


def _check_keys_of_levels(common: Common, source: Source) -> None:
    keys = [words.key for words in common.level_scale]
    for index, key in enumerate(keys):
        if len(key) != 1 or key in keys[:index]:
            raise source.bad("each level has one key of its own", "level_scale", index, "key")


def _check_skill(skill: _SkillFile, source: Source, common: Common) -> None:
    if skill.id not in common.skills:
        raise source.bad(f"`{skill.id}` is not in the list of skills of the common file", "id")
    if not _VERSION.fullmatch(skill.version):
        raise source.bad("a version is three numbers, such as 0.1.0", "version")
    if skill.expected_visits < 1:
        raise source.bad("at least 1 visit is expected", "expected_visits")
    for name, text in (("title", skill.title), ("label", skill.label), ("icon", skill.icon), ("scope", skill.scope)):
        if not text.strip():
            raise source.bad(f"`{name}` is empty", name)
    _check_approval(skill.status, skill.approval, source)
    _check_gates(skill.prerequisites, source, "prerequisites")
    universal = {gate.id for gate in common.universal_gates}
    for index, gate in enumerate(skill.prerequisites):
        if gate.id in universal:
            raise source.bad(f"`{gate.id}` is the id of a universal gate", "prerequisites", index, "id")
    _check_steps(skill.steps, source)
    _check_unique((question.id for question in skill.teach_back), source, "teach_back")
    if not any(question.must_pass for question in skill.teach_back):
        raise source.bad("at least 1 teach-back question must be passed", "teach_back")
    _check_unique((sign.id for sign in skill.red_flags), source, "red_flags")
    _check_shorts([sign.short for sign in skill.red_flags], source, "red_flags")
    if not skill.red_flags:
        raise source.bad("a skill has red flags", "red_flags")
    if skill.review_interval.during_teaching_days < 1:
        raise source.bad("a review is at least 1 day away", "review_interval", "during_teaching_days")
    _check_competence(skill.competence_rule, source)
    _check_help(skill, source, common)


def _check_approval(status: Status, approval: Approval, source: Source) -> None:
    given = (approval.approved_by, approval.role, approval.approved_on, approval.next_review_due)
    if any(given) and not approval.is_given:
        raise source.bad("an approval has a name, a role, a day and a day of review", "approval")
    if (status is Status.APPROVED) is not approval.is_given:
        raise source.bad("the status is `approved` when there is an approval, and only then", "status")


def _check_unique(ids: Iterable[str], source: Source, *path: str | int) -> None:
    seen: set[str] = set()
    for index, one in enumerate(ids):
        if not _ID.fullmatch(one):
            raise source.bad("an id is small letters, digits and underscores", *path, index, "id")
        if one in seen:
            raise source.bad(f"the id `{one}` is there twice", *path, index, "id")
        seen.add(one)


def _check_shorts(shorts: Sequence[str], source: Source, name: str) -> None:
    for index, short in enumerate(shorts):
        if not 0 < len(short.strip()) <= SHORT_AT_MOST:
            rule = f"`short` has 1 to {SHORT_AT_MOST} characters, this one {len(short)}"
            raise source.bad(rule, name, index, "short")


def _check_gates(gates: Sequence[Gate], source: Source, name: str) -> None:
    _check_unique((gate.id for gate in gates), source, name)
    if not any(gate.is_hard for gate in gates):
        raise source.bad("there is at least 1 hard gate", name)


def _check_steps(steps: Sequence[Step], source: Source) -> None:
    _check_unique((step.id for step in steps), source, "steps")
    _check_shorts([step.short for step in steps], source, "steps")
    if not any(step.critical for step in steps):
        raise source.bad("at least 1 step is critical", "steps")
    order = tuple(StepGroup)
    for index, (step, following) in enumerate(pairwise(steps), start=1):
        if order.index(following.group) < order.index(step.group):
            raise source.bad("steps are listed before, during, after", "steps", index, "group")
    for index, step in enumerate(steps):
        if step.occasional and not step.critical:
            raise source.bad("only a critical step is occasional", "steps", index, "occasional")


def _check_competence(rule: CompetenceRule, source: Source) -> None:
    name = "competence_rule"
    if rule.critical_steps_level not in RISING:
        raise source.bad("the level of critical steps is one of the rising four", name, "critical_steps_level")
    for key, value in (
        ("occasional_observations", rule.occasional_observations),
        ("consecutive_completed_visits", rule.consecutive_completed_visits),
    ):
        if value < 1:
            raise source.bad(f"`{key}` is 1 or more", name, key)
    if not rule.visits_apart_by or len(set(rule.visits_apart_by)) < len(rule.visits_apart_by):
        raise source.bad("`visits_apart_by` names each way once, at least one", name, "visits_apart_by")
    if not 0 <= rule.min_confidence <= 10:
        raise source.bad("confidence is 0 to 10", name, "min_confidence")
    _check_unique((attestation.id for attestation in rule.attestations), source, name, "attestations")


def _check_help(skill: _SkillFile, source: Source, common: Common) -> None:
    """Lines name red flags that exist, and no flag stands only under headings less urgent than it is."""
    heading_of = {urgency: group.code for group in common.help_groups for urgency in group.holds}
    order = tuple(HelpGroup)
    urgency_of = {sign.id: sign.urgency for sign in skill.red_flags}
    most_urgent: dict[str, tuple[HelpGroup, int]] = {}
    for group in order:
        for index, line in enumerate(skill.when_to_get_help.lines(group)):
            for flag in line.flags:
                if flag not in urgency_of:
                    rule = f"`{flag}` is not a red flag of this skill"
                    raise source.bad(rule, "when_to_get_help", group.value, index, "flags")
                most_urgent.setdefault(flag, (group, index))
    for flag, (group, index) in most_urgent.items():
        if order.index(group) > order.index(heading_of[urgency_of[flag]]):
            rule = f"`{flag}` is more urgent than every heading it stands under"
            raise source.bad(rule, "when_to_get_help", group.value, index, "flags")


def _observation(entry: Plain, index: int, source: Source, common: Common) -> Observation:
    path = ("observations", index)
    if not (isinstance(entry, dict) and "uses" in entry):
        own = source.convert(entry, Observation, *path)
        if common.vital_sign(own.id) is not None:
            raise source.bad(f"`{own.id}` is a vital sign: ask for it with `uses`", *path, "id")
        return own
    asked = source.convert(entry, _Uses, *path)
    vital_sign = common.vital_sign(asked.uses)
    if vital_sign is None:
        raise source.bad(f"`{asked.uses}` is not a vital sign of the common file", *path, "uses")
    return msgspec.structs.replace(
        vital_sign,
        label=vital_sign.label if asked.label is None else asked.label,
        soft_min=vital_sign.soft_min if asked.soft_min is None else asked.soft_min,
        soft_max=vital_sign.soft_max if asked.soft_max is None else asked.soft_max,
        each_visit=asked.each_visit,
    )


def _check_observations(observations: Sequence[Observation], source: Source, name: str) -> None:
    _check_unique((seen.id for seen in observations), source, name)
    for index, seen in enumerate(observations):
        limits = (seen.min, seen.max, seen.soft_min, seen.soft_max)
        if seen.type is ObservationType.CHOICE:
            if len(seen.options) < 2 or len(set(seen.options)) < len(seen.options):
                raise source.bad("a choice has 2 options or more, each once", name, index, "options")
            if any(limit is not None for limit in limits) or seen.step or seen.soft_change or seen.flags or seen.unit:
                raise source.bad("a choice has no unit, limits, step, flags or change", name, index)
            continue
        if seen.options:
            raise source.bad("only a choice has options", name, index, "options")
        if not seen.unit:
            raise source.bad("a number has a unit", name, index, "unit")
        hard_min, hard_max, soft_min, soft_max = limits
        if hard_min is None or hard_max is None or soft_min is None or soft_max is None:
            raise source.bad("a number has hard limits and soft limits", name, index)
        if not hard_min < hard_max or not soft_min <= soft_max:
            raise source.bad("the lower limit is below the upper one", name, index)
        if soft_min < hard_min or soft_max > hard_max:
            raise source.bad("soft limits lie inside the hard ones", name, index)
        if len(set(seen.flags)) < len(seen.flags) or any(flag != flag.upper() or not flag for flag in seen.flags):
            raise source.bad("flags are capital letters, each once", name, index, "flags")
        if seen.step is not None and not seen.step > 0:
            raise source.bad("a step is more than 0", name, index, "step")
        if seen.soft_change is not None and not (seen.soft_change.more_than > 0 and seen.soft_change.days > 0):
            raise source.bad("a change is more than 0, over 1 day or more", name, index, "soft_change")

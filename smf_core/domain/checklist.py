"""What is taught: the checklist of a skill, read strictly from its YAML.

A checklist is approved clinical content. A file that breaks any rule is refused whole, and the refusal names
the file, the line and the rule. `common.yaml` holds what all skills share.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeVar

import msgspec
import yaml
from msgspec import Struct

from smf_core.domain.pathway import GateState
from smf_core.domain.red_flag import URGENCY_ORDER, RedFlagState, Urgency
from smf_core.domain.teaching_trouble import BadChecklist, UnknownChecklist
from smf_core.domain.visit import RISING, Level, TeachBackAnswer

SHORT_AT_MOST = 48
"""Characters in the label of a row; the row has no room for more."""

FILE_AT_MOST = 1_000_000
"""Characters in one file; the largest of ours has 20,000."""


# --- the pieces of a checklist, as the files hold them -------------------------------------------------------------


class StepGroup(StrEnum):
    """The three parts of a skill, in the order in which they are done and listed."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class GateKind(StrEnum):
    """A hard gate stops teaching until it is met; a soft one is only asked."""

    HARD = "hard"
    SOFT = "soft"


class LapsesOn(StrEnum):
    PRESCRIPTION_CHANGE = "prescription_change"


class ObservationType(StrEnum):
    NUMBER = "number"
    INTEGER = "integer"
    CHOICE = "choice"


class Apart(StrEnum):
    """How counted visits must differ: other calendar days, or care that starts 4 hours apart or more."""

    DAY = "day"
    DOSE_TIME = "dose_time"


class HelpGroup(StrEnum):
    """The headings of "when to get help", most urgent first."""

    CALL_999 = "call_999"
    SAME_DAY = "same_day"
    ASK_US = "ask_us"


class LearnerType(StrEnum):
    """Who may learn. Paid carers need the service's delegation policy, not a checklist."""

    PATIENT = "patient"
    INFORMAL_CARER = "informal_carer"


class Status(StrEnum):
    TEMPLATE_UNAPPROVED = "template_unapproved"
    APPROVED = "approved"


class CompetenceKey(StrEnum):
    """The keys of a competence rule; `competence_keys` of the common file says how each is read."""

    PER_LEARNER = "per_learner"
    LEARNER_TASKS = "learner_tasks"
    CRITICAL_STEPS_LEVEL = "critical_steps_level"
    OCCASIONAL_OBSERVATIONS = "occasional_observations"
    CONSECUTIVE_COMPLETED_VISITS = "consecutive_completed_visits"
    VISITS_APART_BY = "visits_apart_by"
    REGISTERED_NURSE_IN_RUN = "registered_nurse_in_run"
    VIDEO_RATINGS_OF_CRITICAL_STEPS = "video_ratings_of_critical_steps"
    TEACH_BACK = "teach_back"
    MIN_CONFIDENCE = "min_confidence"
    MIN_CONFIDENCE_OVERRIDE = "min_confidence_override"
    MAX_OPEN_RED_FLAG = "max_open_red_flag"
    HARD_GATES = "hard_gates"
    ATTESTATIONS = "attestations"


class Approval(Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for a version of a checklist. All of it is empty in a template."""

    approved_by: str | None
    role: str | None
    approved_on: date | None
    next_review_due: date | None

    @property
    def is_given(self) -> bool:
        """A name, a role, a day and a day of review: all four, or it is not approved."""
        return bool(self.approved_by and self.role and self.approved_on and self.next_review_due)


NOT_APPROVED = Approval(None, None, None, None)


class Gate(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that must be so before teaching starts (hard), or that is worth asking (soft)."""

    id: str
    gate: GateKind
    text: str
    lapses_on: LapsesOn | None = None

    @property
    def is_hard(self) -> bool:
        return self.gate is GateKind.HARD


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One observable action. An occasional step cannot happen at every visit (a bag change)."""

    id: str
    group: StepGroup
    critical: bool
    short: str
    text: str
    occasional: bool = False


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    """One teach-back question, and what a safe answer holds."""

    id: str
    must_pass: bool
    question: str
    listen_for: str


class Sign(Struct, frozen=True, forbid_unknown_fields=True):
    """One red flag to ask about, how urgent it is, and what to do."""

    id: str
    short: str
    sign: str
    urgency: Urgency
    action: str


class SoftChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Also ask when the value moved by more than this within so many days."""

    more_than: Decimal
    days: int


class Observation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is read or measured. Hard limits are `min` and `max`; soft ones say what is expected."""

    id: str
    label: str
    type: ObservationType
    unit: str | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    soft_min: Decimal | None = None
    soft_max: Decimal | None = None
    each_visit: bool = False
    options: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    step: Decimal | None = None
    soft_change: SoftChange | None = None
    rule: str | None = None


class _Uses(Struct, frozen=True, forbid_unknown_fields=True):
    """A vital sign that a skill asks for by name, with what the skill may change of it."""

    uses: str
    label: str | None = None
    soft_min: Decimal | None = None
    soft_max: Decimal | None = None
    each_visit: bool = False


class ReviewInterval(Struct, frozen=True, forbid_unknown_fields=True):
    during_teaching_days: int
    after_discharge: str
    usual_range: str


class Override(Struct, frozen=True, forbid_unknown_fields=True):
    by: Literal["registered_nurse"]
    reason: Literal["required"]
    adds: str


class Attestation(Struct, frozen=True, forbid_unknown_fields=True):
    """What cannot be computed and is ticked on the discharge page."""

    id: str
    text: str


class CompetenceRule(Struct, frozen=True, forbid_unknown_fields=True):
    """When a learner is safe alone. `common.yaml` says how each key is read."""

    critical_steps_level: Level
    occasional_observations: int
    consecutive_completed_visits: int
    visits_apart_by: tuple[Apart, ...]
    teach_back: Literal["all_must_pass"]
    min_confidence: int
    min_confidence_override: Override
    max_open_red_flag: Urgency
    hard_gates: Literal["met_or_na_with_reason"]
    attestations: tuple[Attestation, ...]


class HelpLine(Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence to the person, and the red flags that it comes from."""

    text: str
    flags: tuple[str, ...]


class WhenToGetHelp(Struct, frozen=True, forbid_unknown_fields=True):
    call_999: tuple[HelpLine, ...]
    same_day: tuple[HelpLine, ...]
    ask_us: tuple[HelpLine, ...]

    def lines(self, group: HelpGroup) -> tuple[HelpLine, ...]:
        return {
            HelpGroup.CALL_999: self.call_999,
            HelpGroup.SAME_DAY: self.same_day,
            HelpGroup.ASK_US: self.ask_us,
        }[group]


class LevelWords(Struct, frozen=True, forbid_unknown_fields=True):
    """A level as people meet it: the key that sets it and the words on screen and in the booklet."""

    code: Level
    key: str
    screen: str
    meaning: str
    ladder_word: str | None


class AnswerWords(Struct, frozen=True, forbid_unknown_fields=True):
    code: TeachBackAnswer
    screen: str
    safe: bool


class HelpHeading(Struct, frozen=True, forbid_unknown_fields=True):
    code: HelpGroup
    heading: str
    holds: tuple[Urgency, ...]


class OnOrOff(Struct, frozen=True, forbid_unknown_fields=True):
    default: bool


class ServiceSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the service that only its clinical lead changes."""

    registered_nurse_in_run: OnOrOff
    video_ratings_of_critical_steps: OnOrOff


class GateRecordWords(Struct, frozen=True, forbid_unknown_fields=True):
    state: str
    by: str
    on: str
    evidence: str
    reason: str
    valid_until: str


class GateRules(Struct, frozen=True, forbid_unknown_fields=True):
    asked: str
    who: str
    lapses: str


class Common(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all skills share: levels, answers, urgency, universal gates, vital signs, settings."""

    schema: Literal["smf-skill-templates"]
    schema_version: Literal[1]
    status: Status
    approval: Approval
    skills: tuple[str, ...]
    level_scale: tuple[LevelWords, ...]
    level_notes: tuple[str, ...]
    teach_back_answers: tuple[AnswerWords, ...]
    urgency_codes: dict[Urgency, str]
    help_groups: tuple[HelpHeading, ...]
    step_groups: tuple[StepGroup, ...]
    red_flag_states: tuple[RedFlagState, ...]
    red_flag_rule: str
    gate_states: tuple[GateState, ...]
    gate_record: GateRecordWords
    gate_rules: GateRules
    universal_gates: tuple[Gate, ...]
    learner_types: tuple[LearnerType, ...]
    teaching_record: tuple[str, ...]
    roles_note: str
    vital_signs: tuple[Observation, ...]
    settings: ServiceSettings
    competence_keys: dict[CompetenceKey, str]

    def level(self, code: Level) -> LevelWords:
        return next(words for words in self.level_scale if words.code is code)

    def answer(self, code: TeachBackAnswer) -> AnswerWords:
        return next(words for words in self.teach_back_answers if words.code is code)

    def vital_sign(self, observation: str) -> Observation | None:
        return next((sign for sign in self.vital_signs if sign.id == observation), None)


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


# --- what the rest of the product holds ----------------------------------------------------------------------------


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


def parse_common(text: str, filename: str) -> Common:
    """What all skills share, from the text of `common.yaml`; raises BadChecklist."""
    source, tree = _read(text, filename)
    common = source.convert(tree, Common)
    _check_common(common, source)
    return common


def parse_skill(text: str, filename: str, common: Common) -> Checklist:
    """One skill from the text of its file; raises BadChecklist."""
    source, tree = _read(text, filename)
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


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


# --- reading: YAML to plain values that know their lines -----------------------------------------------------------

_Plain: TypeAlias = "bool | int | Decimal | str | list[_Plain] | dict[str, _Plain] | None"
_Path: TypeAlias = tuple[str | int, ...]
_Read = TypeVar("_Read")

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C reader where the library has one: it is ten times faster and answers the same nodes."""

_KEY_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:bool")
_NUMBERS = ("min", "max", "soft_min", "soft_max", "step", "more_than")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_ID = re.compile(r"[a-z][a-z0-9_]*")
_PATH_PART = re.compile(r"\.([A-Za-z_0-9]+)|\[(\d+)\]|\[\.\.\.\]")


@dataclass(frozen=True, slots=True)
class _Source:
    """A file's name and the line of each value in it."""

    file: str
    lines: dict[_Path, int]

    def bad(self, rule: str, *path: str | int) -> BadChecklist:
        """The refusal, at the line of the value or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return BadChecklist(self.file, self.lines.get(path, 1), rule)

    def convert(self, tree: object, kind: type[_Read], *path: str | int) -> _Read:
        try:
            return msgspec.convert(tree, kind)
        except msgspec.ValidationError as error:
            rule, _, where = str(error).partition(" - at `$")
            inner: _Path = ()
            for part in _PATH_PART.finditer(where.removesuffix("`")):
                if part[0] == "[...]":  # the key of a mapping, which msgspec does not name
                    break
                inner += (part[1] if part[1] is not None else int(part[2]),)
            named = re.search(r"unknown field `([^`]*)`", rule)
            raise self.bad(rule, *path, *inner, *(named.groups() if named else ())) from None


def _read(text: str, file: str) -> tuple[_Source, dict[str, _Plain]]:
    source = _Source(file, {(): 1})
    if len(text) > FILE_AT_MOST:
        raise source.bad("the file is too large")
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadChecklist(file, line, f"not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise source.bad("not YAML") from None
    try:
        tree = _plain(node, (), source, set())
    except RecursionError:
        raise source.bad("nested too deep") from None
    if not isinstance(tree, dict):
        raise source.bad("the file is not a mapping of keys to values")
    return source, tree


def _plain(node: yaml.Node | None, path: _Path, source: _Source, seen: set[int]) -> _Plain:
    """The value of a node, exact (no floats), with its line noted. Only what these files need is taken."""
    if node is None:
        return None
    source.lines[path] = node.start_mark.line + 1
    if id(node) in seen:
        raise source.bad("a value is used twice by an alias; write it out", *path)
    seen.add(id(node))
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if isinstance(node, yaml.MappingNode) and kind == "map":
        found: dict[str, _Plain] = {}
        for key_node, value_node in node.value:
            # A key is its text: YAML 1.1 would read the key `on` as true.
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag not in _KEY_TAGS:
                raise BadChecklist(source.file, key_node.start_mark.line + 1, "a key is not plain text")
            key = str(key_node.value)
            if key in found:
                raise BadChecklist(source.file, key_node.start_mark.line + 1, f"the key `{key}` is there twice")
            found[key] = _plain(value_node, (*path, key), source, seen)
            # msgspec would read a number from text such as "1e3" or "NaN".
            if key in _NUMBERS and isinstance(found[key], str):
                raise source.bad(f"`{key}` is not a number", *path, key)
            source.lines[*path, key] = key_node.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return [_plain(item, (*path, index), source, seen) for index, item in enumerate(node.value)]
    text = str(node.value)
    match kind:
        case "str":
            return text
        case "null":
            return None
        case "bool" if text in ("true", "false"):
            return text == "true"
        case "int" if _INTEGER.fullmatch(text):
            return int(text)
        case "float" if _NUMBER.fullmatch(text):
            return Decimal(text)
        case "timestamp":  # a day of approval; msgspec reads it from its text
            return text
    raise source.bad(f"`{text}` is not a plain text, number, true, false or null", *path)


# --- the rules of the files ----------------------------------------------------------------------------------------


def _check_common(common: Common, source: _Source) -> None:
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


def _check_keys_of_levels(common: Common, source: _Source) -> None:
    keys = [words.key for words in common.level_scale]
    for index, key in enumerate(keys):
        if len(key) != 1 or key in keys[:index]:
            raise source.bad("each level has one key of its own", "level_scale", index, "key")


def _check_skill(skill: _SkillFile, source: _Source, common: Common) -> None:
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


def _check_approval(status: Status, approval: Approval, source: _Source) -> None:
    given = (approval.approved_by, approval.role, approval.approved_on, approval.next_review_due)
    if any(given) and not approval.is_given:
        raise source.bad("an approval has a name, a role, a day and a day of review", "approval")
    if (status is Status.APPROVED) is not approval.is_given:
        raise source.bad("the status is `approved` when there is an approval, and only then", "status")


def _check_unique(ids: Iterable[str], source: _Source, *path: str | int) -> None:
    seen: set[str] = set()
    for index, one in enumerate(ids):
        if not _ID.fullmatch(one):
            raise source.bad("an id is small letters, digits and underscores", *path, index, "id")
        if one in seen:
            raise source.bad(f"the id `{one}` is there twice", *path, index, "id")
        seen.add(one)


def _check_shorts(shorts: Sequence[str], source: _Source, name: str) -> None:
    for index, short in enumerate(shorts):
        if not 0 < len(short.strip()) <= SHORT_AT_MOST:
            rule = f"`short` has 1 to {SHORT_AT_MOST} characters, this one {len(short)}"
            raise source.bad(rule, name, index, "short")


def _check_gates(gates: Sequence[Gate], source: _Source, name: str) -> None:
    _check_unique((gate.id for gate in gates), source, name)
    if not any(gate.is_hard for gate in gates):
        raise source.bad("there is at least 1 hard gate", name)


def _check_steps(steps: Sequence[Step], source: _Source) -> None:
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


def _check_competence(rule: CompetenceRule, source: _Source) -> None:
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


def _check_help(skill: _SkillFile, source: _Source, common: Common) -> None:
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


def _observation(entry: _Plain, index: int, source: _Source, common: Common) -> Observation:
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


def _check_observations(observations: Sequence[Observation], source: _Source, name: str) -> None:
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

"""The pieces of a checklist, as the files of content hold them, and what all skills share."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from smf_core.domain.pathway import GateState
from smf_core.domain.red_flag import RedFlagState, Urgency
from smf_core.domain.visit import Level, TeachBackAnswer


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

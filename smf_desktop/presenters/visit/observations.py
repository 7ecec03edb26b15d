"""The right-hand column of a visit: observations with the last value beside, and red flags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from smf_core.domain.checklist_pieces import Common, Observation, ObservationType
from smf_core.domain.missing import Missing, Part
from smf_core.domain.readings import DIASTOLIC, SYSTOLIC, Finding, FindingCode, FindingKind
from smf_core.domain.visit import FlagForm, Reading, ReadingForm, VisitForm
from smf_core.domain.visit_edits import home
from smf_core.domain.visit_facts import VisitFacts
from smf_core.domain.visit_rules import findings, vital_sign_findings
from smf_desktop.presenters.identity import clock, day

State = Literal["", "hard", "soft"]


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One reading. `section` is None for a vital sign of the visit; `index` is its place in that list.

    `options` is empty for a number. `timed` shows the time beside it; `note_wanted` the note below.
    """

    section: int | None
    index: int
    observation: str
    label: str
    unit: str
    options: tuple[tuple[str, str], ...]
    value: str
    at: str
    timed: bool
    note: str
    note_wanted: bool
    last: str
    last_spoken: str
    state: State
    message: str
    may_recheck: bool


@dataclass(frozen=True, slots=True)
class AddChoice:
    """Something that can be added to the readings: one observation, or the two of a blood pressure."""

    section: int | None
    observations: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One red flag. `urgency` and `action` are approved words, shown once it was seen."""

    section: int
    sign: str
    short: str
    full: str
    seen: bool | None
    urgency: str
    action: str
    did: str
    told: str
    advised: str
    next_check: str
    did_missing: bool
    told_missing: bool


def readings(form: VisitForm, facts: VisitFacts, section: int) -> tuple[ReadingRow, ...]:
    """The readings of the pathway shown; they are kept with its first section."""
    place = home(form, form.sections[section].episode)
    mine = form.sections[place]
    taught = facts.taught[mine.episode]
    found = findings(mine, taught, facts.patient, form.started_at)
    known = {one.id: one for one in taught.checklist.observations}
    signed = _signed_readings(form)
    return tuple(
        _reading(facts, place, index, reading, known.get(reading.observation), finding, mine.readings, signed)
        for index, (reading, finding) in enumerate(zip(mine.readings, found, strict=True))
    )


def vital_signs(form: VisitForm, facts: VisitFacts) -> tuple[ReadingRow, ...]:
    found = vital_sign_findings(form, facts.taught, facts.patient, facts.common)
    known = {one.id: one for one in facts.common.vital_signs}
    signed = _signed_readings(form)
    return tuple(
        _reading(facts, None, index, reading, known.get(reading.observation), finding, form.vital_signs, signed)
        for index, (reading, finding) in enumerate(zip(form.vital_signs, found, strict=True))
    )


def addable(form: VisitForm, facts: VisitFacts, section: int) -> tuple[AddChoice, ...]:
    """What is not on the page yet: the rest of the skill's observations, then the vital signs of the visit."""
    place = home(form, form.sections[section].episode)
    mine = form.sections[place]
    own = facts.taught[mine.episode].checklist.observations
    there = {reading.observation for reading in mine.readings}
    choices = [AddChoice(place, (one.id,), one.label) for one in own if one.id not in there]
    return (*choices, *_addable_vital_signs(form, facts.common, {one.id for one in own}))


def flags(form: VisitForm, facts: VisitFacts, section: int, missing: Sequence[Missing]) -> tuple[FlagRow, ...]:
    """The red flags of the pathway shown; they are kept with its first section."""
    place = home(form, form.sections[section].episode)
    mine = form.sections[place]
    wanted = {(item.id, item.why.value) for item in missing if item.part is Part.RED_FLAG and item.section == place}
    rows = []
    for sign in facts.taught[mine.episode].checklist.red_flags:
        said = mine.flags.get(sign.id, FlagForm())
        rows.append(
            FlagRow(
                section=place,
                sign=sign.id,
                short=sign.short,
                full=sign.sign,
                seen=said.seen,
                urgency=facts.common.urgency_codes[sign.urgency],
                action=sign.action,
                did=said.action,
                told=said.told,
                advised=said.advised,
                next_check=said.next_check,
                did_missing=(sign.id, "action_needed") in wanted,
                told_missing=(sign.id, "told_needed") in wanted,
            )
        )
    return tuple(rows)


def option_words(code: str) -> str:
    """`thigh_left` as `Thigh left`."""
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]


def finding_words(finding: Finding, reading: ReadingForm) -> tuple[State, str]:
    """How a reading is marked, and what to do about it."""
    if finding.kind is None or finding.code is None:
        return "", ""
    state: State = "hard" if finding.kind is FindingKind.HARD else "soft"
    low, high = _plain(finding.low), _plain(finding.high)
    match finding.code:
        case FindingCode.NOT_A_NUMBER | FindingCode.OUTSIDE_LIMITS:
            return state, f"Enter a number from {low} to {high}"
        case FindingCode.AMBIGUOUS:
            return state, "The comma can be read in two ways. Write the number with a point, or without the comma"
        case FindingCode.NOT_WHOLE:
            return state, f"Enter a whole number from {low} to {high}"
        case FindingCode.NOT_AN_OPTION:
            return state, "Choose one of the list"
        case FindingCode.NOT_A_TIME:
            return state, "Enter a time such as 9:05 or 1430"
        case FindingCode.UNKNOWN:
            return state, "This checklist does not ask for this reading"
        case FindingCode.NOT_A_STEP:
            return state, f"Enter a number in steps of {low}"
        case FindingCode.OUTSIDE_EXPECTED:
            return state, f"{_side(reading.value, finding)}. Check it, then note what you did"
        case FindingCode.METER_FLAG:
            return state, f"The meter shows {reading.value.strip().upper()}. Note what you did"
        case FindingCode.CHANGED:
            was = low if low == high else f"{low} to {high}"
            return state, f"Was {was} not long ago. Check it, then note why"
        case FindingCode.NOT_BELOW_SYSTOLIC:
            return state, f"Enter less than the systolic, {high}"
        case FindingCode.NOT_100_PERCENT:
            return state, f"The tissue types come to {high}%. Together they make 100%"
        case FindingCode.FEMALE_LENGTH:
            return state, "A female-length catheter does harm in a male urethra. Check the length and the route"


def _reading(
    facts: VisitFacts,
    section: int | None,
    index: int,
    reading: ReadingForm,
    observation: Observation | None,
    finding: Finding,
    beside: Sequence[ReadingForm],
    signed: Mapping[str, ReadingForm],
) -> ReadingRow:
    state, message = finding_words(finding, reading)
    earlier = sum(one.observation == reading.observation for one in beside[:index])
    label = observation.label if observation else reading.observation
    choice = observation is not None and observation.type is ObservationType.CHOICE
    was = facts.last_readings.get(reading.observation)
    before = signed.get(reading.id)
    changed = before is not None and before.value != reading.value
    return ReadingRow(
        section=section,
        index=index,
        observation=reading.observation,
        label=f"{label}, recheck" if earlier else label,
        unit=(observation.unit or "") if observation else "",
        options=tuple((code, option_words(code)) for code in observation.options) if choice and observation else (),
        value=reading.value,
        at=reading.at,
        timed=bool(earlier or reading.at),
        note=reading.note,
        note_wanted=state == "soft" or bool(reading.note),
        last=f"Signed {before.value}" if before and changed else _last(was, choice),
        last_spoken=_last_spoken(was, choice),
        state=state,
        message=message,
        may_recheck=bool(reading.value.strip()) and state == "soft" and not choice,
    )


def _last(was: Reading | None, choice: bool) -> str:
    if was is None:
        return ""
    return f"{option_words(was.value) if choice else was.value} last"


def _last_spoken(was: Reading | None, choice: bool) -> str:
    if was is None:
        return "Not recorded before"
    return f"Was {option_words(was.value) if choice else was.value} on {day(was.at.date())} at {clock(was.at)}"


def _addable_vital_signs(form: VisitForm, common: Common, asked: set[str]) -> list[AddChoice]:
    there = {reading.observation for reading in form.vital_signs}
    choices = []
    for sign in common.vital_signs:
        if sign.id in there or sign.id in asked or sign.id == DIASTOLIC:
            continue
        pair = sign.id == SYSTOLIC
        choices.append(
            AddChoice(None, (SYSTOLIC, DIASTOLIC) if pair else (sign.id,), "Blood pressure" if pair else sign.label)
        )
    return choices


def _signed_readings(form: VisitForm) -> Mapping[str, ReadingForm]:
    if form.opened is None:
        return {}
    signed = form.opened.form
    readings = (*signed.vital_signs, *(one for section in signed.sections for one in section.readings))
    return {one.id: one for one in readings if one.id}


def _side(typed: str, finding: Finding) -> str:
    value = Decimal(typed.strip().replace(",", "."))
    if finding.low is not None and value < finding.low:
        return f"Under {_plain(finding.low)}"
    return f"Over {_plain(finding.high)}"


def _plain(number: Decimal | None) -> str:
    return "" if number is None else format(number, "f")

"""Record a visit: from the form and what it is held against to every word on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from smf_core.domain.competence import visit_number
from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.pathway import PATIENT
from smf_core.domain.twice import Made
from smf_core.domain.visit import NextKind, Purpose, SectionForm, VisitForm
from smf_core.domain.visit_facts import VisitFacts
from smf_desktop.presenters.identity import clock, day, weekday_day
from smf_desktop.presenters.visit.checklist import (
    ConfidenceRow,
    GroupRow,
    QuestionRow,
    all_explained,
    confidence,
    groups,
    last_heading,
    questions,
    rated,
)
from smf_desktop.presenters.visit.gates import GatesRow, gates
from smf_desktop.presenters.visit.observations import (
    AddChoice,
    FlagRow,
    ReadingRow,
    addable,
    flags,
    readings,
    vital_signs,
)
from smf_desktop.presenters.visit.words import (
    METHODS,
    NEXT,
    PLACES,
    PURPOSES,
    missing_count,
    missing_sentence,
    missing_summary,
)

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TabRow:
    """One skill of the visit: `Insulin 8/18`."""

    label: str
    spoken: str
    complete: bool


@dataclass(frozen=True, slots=True)
class StripRow:
    right_person: bool
    learners: Choices
    learner: str
    also_present: str
    place: str
    methods: tuple[str, ...]
    minutes: str
    minutes_error: str
    purpose: str
    stopped_reason: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason that is asked for, what it is about, and what changed."""

    about: str
    reason: str
    changes: str


@dataclass(frozen=True, slots=True)
class NextRow:
    """What comes next. `fields` names those the choice needs: `on`, `at`, `minutes`, `focus`, `reason`.

    `errors` are (field, sentence) of what was typed and cannot be; `fixed` while a signed visit is amended.
    """

    kind: str
    fields: tuple[str, ...]
    on: str
    at: str
    minutes: str
    focus: str
    reason: str
    words: str
    errors: tuple[tuple[str, str], ...]
    fixed: bool


@dataclass(frozen=True, slots=True)
class DockRow:
    """What is missing, in words; `short` is for where there is little room."""

    words: str
    short: str
    tone: Literal["warn", "ok"]
    missing: int


@dataclass(frozen=True, slots=True)
class VisitRows:
    """The whole page, for one of its sections."""

    section: int
    title: str
    about: str
    training: str
    rated: int
    steps: int
    tabs: tuple[TabRow, ...]
    strip: StripRow
    amend: ReasonRow | None
    late: ReasonRow | None
    gates: GatesRow | None
    last_heading: str
    groups: tuple[GroupRow, ...]
    questions: tuple[QuestionRow, ...]
    no_questions: str
    confidence: ConfidenceRow
    strategies: tuple[str, ...]
    notes: str
    readings: tuple[ReadingRow, ...]
    vital_signs: tuple[ReadingRow, ...]
    addable: tuple[AddChoice, ...]
    flags: tuple[FlagRow, ...]
    next: NextRow
    cosigners: Choices
    cosign_of: str
    dock: DockRow
    near: tuple[str, str] = ("", "")
    """What is true and what to do where a colleague may have made this very visit; empty words where nobody has."""


PLACE_CHOICES: Choices = tuple((place.value, words) for place, words in PLACES)
METHOD_CHOICES: Choices = tuple((method.value, words) for method, words in METHODS)
PURPOSE_CHOICES: Choices = tuple((purpose.value, words) for purpose, words in PURPOSES)
NEXT_CHOICES: Choices = tuple((kind.value, words) for kind, words in NEXT)


def visit_rows(form: VisitForm, facts: VisitFacts, section: int, missing: Sequence[Missing]) -> VisitRows:
    """Every word of the page. `missing` is what the rules say of the form as it stands."""
    mine = form.sections[section]
    taught = facts.taught[mine.episode]
    checklist = taught.checklist
    number = visit_number(taught.visits, taught.episode.id, form.started_at, form.visit)
    done, steps = rated(form, facts, section)
    return VisitRows(
        section=section,
        title=f"{'Amend visit' if form.amends else 'Visit'} {number}: {checklist.label.lower()}",
        about=f"{weekday_day(form.started_at.date())}, started {clock(form.started_at)}, checklist {checklist.version}",
        training="" if checklist.approved else "Training only: this checklist is not approved",
        rated=done,
        steps=steps,
        tabs=tuple(_tab(form, facts, place) for place in range(len(form.sections))),
        strip=_strip(form, facts, mine, missing),
        amend=_amend(form, facts),
        late=_late(form, missing),
        gates=gates(form, facts, section),
        last_heading=last_heading(taught, form, mine.learner),
        groups=groups(form, facts, section, missing),
        questions=questions(form, facts, section),
        no_questions=all_explained(facts, mine),
        confidence=confidence(form, facts, section),
        strategies=mine.strategies,
        notes=mine.notes,
        readings=readings(form, facts, section),
        vital_signs=vital_signs(form, facts),
        addable=addable(form, facts, section),
        flags=flags(form, facts, section, missing),
        next=_next(form, missing),
        cosigners=() if form.amends else facts.cosigners,
        cosign_of=form.cosign_of,
        dock=DockRow(missing_summary(missing), missing_count(missing), "warn" if missing else "ok", len(missing)),
        near=near_words(facts),
    )


CHECK_GIVEN = "Check what was given."
"""What stands of `near_words` where a small page has no room for more."""


TWICE = "A visit may be recorded twice"
SIGNED_AND_MISSED = "A visit was signed, and recorded as not gone ahead"


def near_words(facts: VisitFacts) -> tuple[str, str]:
    """What is true and what to do where a colleague signed a visit that may be this one, or one was signed twice."""
    paired = {one.id for pair in facts.twice for one in pair}
    near = [one for one in facts.near if one.id not in paired]
    said = [
        f"{SIGNED_AND_MISSED if one.missed or other.missed else TWICE}: {_made(one, facts)}, and {_made(other, facts)}."
        for one, other in facts.twice
    ]
    if near:
        said.append(f"A visit near this one is already recorded: {' and '.join(_made(one, facts) for one in near)}.")
    kept = "If you sign, both" if near else "Both"
    return (
        (
            " ".join(said),
            f"Check what was given before you give a dose. {kept} are kept until somebody says which stands.",
        )
        if said
        else ("", "")
    )


def _made(one: Made, facts: VisitFacts) -> str:
    return f"{facts.names.get(one.nurse, 'someone who left')}, {day(one.at.date())} {clock(one.at)}"


def learner_words(facts: VisitFacts, learner: str) -> str:
    """`Doreen (patient)`, `Anne Abernathy (daughter)`."""
    if learner == PATIENT:
        return f"{facts.patient.preferred_name or facts.patient.name.given} (patient)"
    contact = facts.patient.contact(learner)
    if contact is None:
        return "No longer on the record"
    return f"{contact.name} ({contact.relation})" if contact.relation else contact.name


def draft_saved(at: str) -> str:
    """What the status bar says: `Draft saved 11:52:08`."""
    return f"Draft saved {at}"


def _tab(form: VisitForm, facts: VisitFacts, place: int) -> TabRow:
    section = form.sections[place]
    checklist = facts.taught[section.episode].checklist
    done, steps = rated(form, facts, place)
    shared = sum(one.episode == section.episode for one in form.sections) > 1
    who = f", {learner_words(facts, section.learner).partition(' (')[0]}" if shared else ""
    return TabRow(
        f"{checklist.label}{who} {done}/{steps}", f"{checklist.label}{who}, {done} of {steps} rated", done == steps
    )


def _wrong_minutes(item: Missing) -> bool:
    return item.part is Part.MINUTES and item.why is not Why.NEEDED


def _strip(form: VisitForm, facts: VisitFacts, mine: SectionForm, missing: Sequence[Missing]) -> StripRow:
    carers = [contact.id for contact in facts.patient.contacts if contact.informal_carer]
    learners = dict.fromkeys((PATIENT, *carers, mine.learner))
    return StripRow(
        right_person=form.right_person,
        learners=tuple((who, learner_words(facts, who)) for who in learners),
        learner=mine.learner,
        also_present=form.also_present,
        place=form.place.value,
        methods=tuple(method.value for method in form.methods),
        minutes=form.minutes,
        minutes_error=next((missing_sentence(one) for one in missing if _wrong_minutes(one)), ""),
        purpose=form.purpose.value,
        stopped_reason=form.stopped_reason if form.purpose is Purpose.STOPPED_EARLY else "",
    )


def _late(form: VisitForm, missing: Sequence[Missing]) -> ReasonRow | None:
    """Asked for when care began over a day ago, or when the nurse set the time herself."""
    if form.amends or not (form.late_reason or any(item.part is Part.LATE for item in missing)):
        return None
    began = f"Care began {weekday_day(form.started_at.date())} at {clock(form.started_at)}."
    return ReasonRow(f"{began} The record keeps when it was signed, too.", form.late_reason, "")


def _amend(form: VisitForm, facts: VisitFacts) -> ReasonRow | None:
    if form.opened is None:
        return None
    signed = facts.signed
    about = ""
    if signed is not None:
        by = facts.names.get(signed.signed_by, "")
        about = f"Signed{f' by {by}' if by else ''} on {day(signed.signed_at.date())} at {clock(signed.signed_at)}. "
    return ReasonRow(f"{about}Both versions are kept.", form.amend_reason, _changes(form, form.opened.form))


def _changes(form: VisitForm, signed: VisitForm) -> str:
    """What differs from the signed version, in a line."""
    changed = [
        words
        for words, differs in (
            ("who was present", form.also_present != signed.also_present),
            ("place", form.place is not signed.place),
            ("method", form.methods != signed.methods),
            ("minutes", form.minutes != signed.minutes),
            ("purpose", form.purpose is not signed.purpose),
            ("vital signs", form.vital_signs != signed.vital_signs),
        )
        if differs
    ]
    before = {section.id: section for section in signed.sections}
    for section in form.sections:
        was = before.get(section.id)
        if was is None:
            changed.append("a learner added")
            continue
        steps = sum(mark != was.marks.get(step) for step, mark in section.marks.items())
        if steps:
            changed.append("1 step" if steps == 1 else f"{steps} steps")
        kept = [one for one in section.readings if one.value.strip() or one.id]
        changed += [
            words
            for words, differs in (
                ("teach-back", section.answers != was.answers),
                ("confidence", section.confidence != was.confidence),
                ("readings", tuple(kept) != was.readings),
                ("red flags", section.flags != was.flags),
                ("strategies", section.strategies != was.strategies),
                ("notes", section.notes != was.notes),
            )
            if differs
        ]
    return f"Changed: {', '.join(dict.fromkeys(changed))}." if changed else "Nothing is changed yet."


_NEXT_FIELDS = {
    NextKind.VISIT: ("on", "at", "minutes", "focus"),
    NextKind.CALL: ("on", "at", "focus"),
    NextKind.HOLD: ("on", "reason"),
}
_NEXT_WORDS = {
    NextKind.DISCHARGE: "Signing opens the discharge page.",
    NextKind.CORE_TEAM: "Signing opens the discharge page, to hand over to the core team.",
    NextKind.HOLD: "Teaching stops until the review.",
}


def _next(form: VisitForm, missing: Sequence[Missing]) -> NextRow:
    said = form.next
    return NextRow(
        kind=said.kind.value if said.kind else "",
        fields=_NEXT_FIELDS.get(said.kind, ()) if said.kind else (),
        on=said.on,
        at=said.at,
        minutes=said.minutes,
        focus=said.focus,
        reason=said.reason,
        words="What comes next was decided when the visit was signed."
        if form.amends
        else _NEXT_WORDS.get(said.kind, "")
        if said.kind
        else "",
        errors=tuple(
            (item.id, missing_sentence(item))
            for item in missing
            if item.part is Part.NEXT and item.why not in (Why.NEEDED, Why.REASON_NEEDED)
        ),
        fixed=form.amends,
    )

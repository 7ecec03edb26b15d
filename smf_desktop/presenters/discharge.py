"""Discharge in words: the evidence learner by learner, every way teaching ends, and what is left before signing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from smf_core.domain.checklist import CompetenceKey
from smf_core.domain.competence import (
    Counted,
    Evidence,
    carer_does_critical_part,
    latest_confidence,
    learners_on,
    steps_on_own,
    visit_number,
)
from smf_core.domain.discharge import FAVOURABLE, DischargeForm, Outcome, ReturnReason, SignedWord, SupportType
from smf_core.domain.discharge_facts import Closing
from smf_core.domain.discharge_rules import confidence_may_be_overridden
from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.pathway import PATIENT, Learner
from smf_core.domain.visit import TeachBackAnswer, Visit
from smf_desktop.presenters.evidence import evidence_words
from smf_desktop.presenters.identity import day, isolated

Choices = tuple[tuple[str, str], ...]
Tile = tuple[str, str, str]
Tone = Literal["info", "ok", "warn", "danger"]

OTHER = "other"
"""The fourth tile: opens the list of every other outcome."""

TILES: tuple[Tile, ...] = (
    (Outcome.INDEPENDENT.value, "Independent", "Does the whole task alone"),
    (Outcome.INDEPENDENT_SUPPORT.value, "With agreed support", "Does it with named help at home"),
    (Outcome.RETURNED_CORE.value, "Back to core team", "Still needs nursing visits"),
    (OTHER, "Other outcome", "Hospital, moved, own choice, died"),
)
OTHER_TILES: tuple[Tile, ...] = (
    (Outcome.SHARED_CORE.value, "Shared with the core team", "Some care stays with them"),
    (Outcome.NOT_SUITABLE.value, "Found unsuitable", "At the first visit or after it"),
    (Outcome.DECLINED.value, "Chose not to, or asked to stop", "The person's own choice"),
    (Outcome.NO_CONTACT.value, "Could not be reached", "After the no-access procedure"),
    (Outcome.HOSPITAL.value, "In hospital", "Not expected back within 14 days"),
    (Outcome.DECEASED.value, "Died", "The record will say so"),
    (Outcome.MOVED.value, "Moved", "Out of the area, or changed provider"),
    (Outcome.TREATMENT_ENDED.value, "Treatment ended", "Course done, healed, or catheter out"),
    (Outcome.TRANSFERRED.value, "Transferred", "Other service, care home with nursing"),
    (Outcome.ENTERED_IN_ERROR.value, "Entered in error", "Duplicate, or the wrong person"),
)
"""Every outcome of `clinical.md` 3.1 stands in one of the two lists, as (code, title, note)."""

SUPPORT_TYPES: Choices = (
    (SupportType.INFORMAL_CARER.value, "Informal carer"),
    (SupportType.PHARMACY.value, "Pharmacy"),
    (SupportType.TELEHEALTH.value, "Telehealth or text check"),
    (SupportType.EQUIPMENT.value, "Equipment or aid"),
    (SupportType.COMMUNITY_GROUP.value, "Community group"),
    (SupportType.NURSE_REVIEW.value, "Planned periodic nurse review"),
)
RETURN_REASONS: Choices = (
    (ReturnReason.DEXTERITY.value, "Dexterity"),
    (ReturnReason.SIGHT.value, "Sight"),
    (ReturnReason.MEMORY.value, "Memory"),
    (ReturnReason.CONFIDENCE.value, "Confidence"),
    (ReturnReason.CLINICAL_CHANGE.value, "Clinical change"),
    (ReturnReason.WOUND_DETERIORATION.value, "Wound deterioration"),
    (ReturnReason.CARER_WITHDREW.value, "Carer withdrew"),
    (ReturnReason.ENVIRONMENT.value, "Environment"),
    (ReturnReason.OTHER.value, "Other"),
)
CARER_WORDS: Choices = (
    ("person_consents", "The person's consent, or a best-interests decision"),
    ("carer_agrees", "The carer's own agreement"),
    ("back_up", "Back-up for when the carer is away"),
)
STEPS: Choices = (
    ("evidence", "Evidence"),
    ("outcome", "Outcome"),
    ("support", "Agreed support"),
    ("sign", "Sign"),
)
SHOWN = 4
"""Things named in one line before the rest are only counted."""


# --- what is shown -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One line of the evidence. `met` is None where the rule does not ask for it; `open` says what is missing."""

    key: str
    learner: str
    met: bool | None
    words: str
    detail: str = ""
    open: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    """The lines of one learner, or of the pathway as a whole; no title where only one person learns."""

    title: str
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True)
class TickRow:
    id: str
    words: str
    on: bool


@dataclass(frozen=True, slots=True)
class NoticeRow:
    true: str
    do: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field as it stands: `error` is said once the field is left, `needed` once signing was tried."""

    value: str
    error: str = ""
    needed: str = ""


@dataclass(frozen=True, slots=True)
class DockRow:
    words: str
    tone: Literal["warn", "ok"]
    missing: bool


@dataclass(frozen=True, slots=True)
class DischargeRows:
    """The whole page in words. `shown` names the fields and parts that the chosen outcome asks for."""

    title: str
    ended: str
    trail: tuple[tuple[str, Literal["done", "now", "ahead"]], ...]
    evidence_about: str
    evidence_met: bool
    evidence: tuple[EvidenceGroup, ...]
    attestations: tuple[TickRow, ...]
    attested: str
    override_hint: str
    notices: tuple[NoticeRow, ...]
    tile: str
    other: str
    counts: str
    date_label: str
    date_hint: str
    reason_label: str
    reason_optional: bool
    carer_about: str
    signs_as: str
    checked: bool
    fields: Mapping[str, FieldRow]
    shown: frozenset[str]
    dock: DockRow


def discharge_rows(
    form: DischargeForm, closing: Closing, missing: Sequence[Missing], today: date, *, author: str, other_open: bool
) -> DischargeRows:
    """The page of one pathway. `author` is who would sign; `other_open`: the list of other outcomes stands open."""
    carer = carer_does_critical_part(closing.checklist, closing.episode, today, closing.dose_times)
    tile = _tile(form, other_open)
    about_carer = (
        "A carer does a critical part, so each of these is needed."
        if carer
        else "Needed as soon as one of them is filled in."
    )
    return DischargeRows(
        title=f"Discharge: {closing.checklist.label}",
        ended=_ended(closing),
        trail=_trail(form, closing, missing),
        evidence_about=_visits_about(closing),
        evidence_met=closing.readiness.ready,
        evidence=evidence_groups(closing, today),
        attestations=tuple(
            TickRow(one.id, one.text, one.id in form.attestations)
            for one in closing.checklist.competence_rule.attestations
        ),
        attested=f"Each tick is signed as {author}, {day(today)}.",
        override_hint=_override_hint(closing),
        notices=tuple(_notices(form, closing, carer)),
        tile=tile,
        other=str(form.outcome) if tile == OTHER and form.outcome else "",
        counts=_counts(form.outcome),
        date_label=_date_label(form.outcome),
        date_hint=f"Empty means today, {day(today)}",
        reason_label="Note" if form.outcome in FAVOURABLE else "Reason, in a few words",
        reason_optional=not _reason_needed(form),
        carer_about=about_carer,
        signs_as=f"Signs as {author}.",
        checked=form.checked,
        fields=_fields(form, missing),
        shown=_shown(form, closing, tile, carer),
        dock=_dock(form, missing),
    )


# --- the evidence --------------------------------------------------------------------------------


def evidence_groups(closing: Closing, today: date) -> tuple[EvidenceGroup, ...]:
    """The competence rule line by line: each learner's lines, then those of the pathway."""
    learners = _patient_first(closing, today)
    lines = closing.readiness.evidence
    groups = []
    for learner in learners:
        theirs = [line for line in lines if line.learner == learner.who]
        own = steps_on_own(closing.checklist, closing.visits, closing.episode.id, learner)
        all_steps = _row(
            "steps",
            learner.who,
            own.have == own.of or None,
            f"{own.have} of {own.of} steps on own",
            "When last seen" if closing.visits else "No visit signed yet",
        )
        title = learner_name(closing, learner.who) if len(learners) > 1 or learner.who != PATIENT else ""
        groups.append(EvidenceGroup(title, (all_steps, *(_line(line, closing, today) for line in theirs))))
    whole = [_line(line, closing, today) for line in lines if not line.learner]
    title = "For everyone" if groups and groups[0].title else ""
    return (*groups, EvidenceGroup(title, (*whole, _accountable(closing))))


def learner_name(closing: Closing, who: str) -> str:
    """`Doreen (patient)`, `Anne Abernathy (daughter)`."""
    patient = closing.patient
    if who == PATIENT:
        return isolated(f"{patient.preferred_name or patient.name.given} (patient)")
    contact = patient.contact(who)
    if contact is None:
        return "Someone no longer on the record"
    return isolated(f"{contact.name} ({contact.relation})" if contact.relation else contact.name)


def _patient_first(closing: Closing, today: date) -> list[Learner]:
    return sorted(learners_on(closing.episode, today), key=lambda one: one.who != PATIENT)


def _line(line: Evidence, closing: Closing, today: date) -> EvidenceRow:
    words = evidence_words(line, closing.checklist)
    score = latest_confidence(closing.visits, closing.episode.id, line.learner)
    if line.key is CompetenceKey.MIN_CONFIDENCE and score is None:  # 0 is a score
        words = f"Confidence not scored yet, needs {line.need} or more"
    still_open = "" if line.met else _open_words(line, closing)
    return _row(line.key.value, line.learner, line.met, words, _detail(line, closing, today), still_open)


def _accountable(closing: Closing) -> EvidenceRow:
    nurse = closing.episode.accountable_nurse
    if nurse is None:
        return _row("accountable_nurse", "", False, "No accountable registered nurse named")
    name = closing.names.get(nurse, "someone not on this laptop")
    return _row("accountable_nurse", "", True, "Accountable registered nurse named", name)


def _row(key: str, learner: str, met: bool | None, words: str, detail: str = "", still_open: str = "") -> EvidenceRow:
    state = {True: "Met", False: "Not met", None: "Not asked by the rule"}[met]
    spoken = ". ".join(filter(None, (f"{state}: {words}", detail, still_open)))
    return EvidenceRow(key, learner, met, words, detail, still_open, spoken)


def _detail(line: Evidence, closing: Closing, today: date) -> str:
    """Where the evidence was seen: visits, dates, names."""
    run = closing.readiness.line(CompetenceKey.CONSECUTIVE_COMPLETED_VISITS, line.learner)
    counted = run.visits if run else ()
    match line.key:
        case CompetenceKey.LEARNER_TASKS:
            return _joined([learner_name(closing, one.who) for one in _patient_first(closing, today)])
        case CompetenceKey.CRITICAL_STEPS_LEVEL:
            return _joined(_once(day(one.on) for one in counted)) if line.met else ""
        case CompetenceKey.CONSECUTIVE_COMPLETED_VISITS:
            return _visits(counted)
        case CompetenceKey.VISITS_APART_BY:
            return _apart(line.visits) if line.met else ""
        case CompetenceKey.REGISTERED_NURSE_IN_RUN:
            made = next((one for one in reversed(line.visits) if one.registered), None)
            return f"{closing.names.get(made.by, 'A colleague')}, visit {made.number}" if made else ""
        case CompetenceKey.TEACH_BACK:
            asked = _last_day(closing, line.learner, answered=True)
            return day(asked) if asked else ""
        case CompetenceKey.MIN_CONFIDENCE:
            return _confidence_before(closing, line.learner)
    return ""


def _open_words(line: Evidence, closing: Closing) -> str:
    """What is still missing of one line."""
    checklist = closing.checklist
    steps = [step.short for step in checklist.steps if step.id in line.open]
    match line.key:
        case CompetenceKey.LEARNER_TASKS:
            times = [one for one in line.open if checklist.step(one) is None]
            return f"Nobody learns: {_listed([*steps, *times])}" if line.open else "Nobody learns today"
        case CompetenceKey.CRITICAL_STEPS_LEVEL:
            return f"Not yet on own: {_listed(steps)}"
        case CompetenceKey.OCCASIONAL_OBSERVATIONS:
            return f"Not seen on own yet: {_listed(steps)}"
        case CompetenceKey.CONSECUTIVE_COMPLETED_VISITS:
            return "A lower level on a critical step starts the count again"
        case CompetenceKey.VISITS_APART_BY:
            return "Visits count that lie on different days, or start 4 hours apart"
        case CompetenceKey.REGISTERED_NURSE_IN_RUN:
            return "One of the visits that count is made by a registered nurse"
        case CompetenceKey.TEACH_BACK:
            return f"Still to explain: {_listed([one.question for one in checklist.teach_back if one.id in line.open])}"
        case CompetenceKey.MIN_CONFIDENCE:
            return "Ask what would help"
        case CompetenceKey.MAX_OPEN_RED_FLAG:
            return f"A registered nurse closes it on the overview: {_listed(_flags(line, closing))}"
        case CompetenceKey.HARD_GATES:
            return f"Not met: {_listed([gate.text for gate in checklist.all_gates if gate.id in line.open])}"
    return ""


def _flags(line: Evidence, closing: Closing) -> list[str]:
    named = []
    for flag in closing.open_flags:
        if flag.id in line.open:
            sign = closing.checklist.red_flag(flag.sign) if flag.episode == closing.episode.id else None
            words = sign.short if sign else flag.sign.replace("_", " ")
            named.append(f"{words}, {day(flag.at.date())}")
    return named


def _visits(counted: Sequence[Counted]) -> str:
    """`Visits 5 and 6`."""
    if not counted:
        return ""
    numbers = _joined([str(one.number) for one in counted])
    return f"Visit {numbers}" if len(counted) == 1 else f"Visits {numbers}"


_NUMBER_WORDS = {2: "two", 3: "three", 4: "four"}


def _apart(counted: Sequence[Counted]) -> str:
    """`Visits 5 and 6, two different days`."""
    days = len({one.on for one in counted})
    if days != len(counted):
        return f"{_visits(counted)}, 4 hours or more apart"
    return f"{_visits(counted)}, {_NUMBER_WORDS.get(days, days)} different days" if days > 1 else _visits(counted)


def _taught(closing: Closing, learner: str) -> Iterator[tuple[Visit, int | None, bool]]:
    """The learner's visits in order of care: each with the confidence scored and whether a question was asked."""
    for visit in closing.visits:
        theirs = [one for one in visit.sections if one.learner == learner]
        scores = [one.confidence for one in theirs if one.confidence is not None]
        asked = any(said.answer is not TeachBackAnswer.NOT_COVERED for one in theirs for said in one.answers.values())
        if theirs:
            yield visit, scores[-1] if scores else None, asked


def _last_day(closing: Closing, learner: str, *, answered: bool) -> date | None:
    days = [visit.started_at.date() for visit, _, asked in _taught(closing, learner) if asked or not answered]
    return days[-1] if days else None


def _confidence_before(closing: Closing, learner: str) -> str:
    """`Was 4 at visit 1`; the day alone where it was scored once."""
    scored = [(visit, score) for visit, score, _ in _taught(closing, learner) if score is not None]
    if len(scored) < 2:
        return day(scored[0][0].started_at.date()) if scored else ""
    first, score = scored[0]
    return f"Was {score} at visit {visit_number(closing.visits, closing.episode.id, first.started_at, first.id)}"


def _visits_about(closing: Closing) -> str:
    """`6 visits · typical 7`."""
    count = len(closing.visits)
    return f"{count} visit{'' if count == 1 else 's'} · typical {closing.episode.expected_visits}"


# --- the outcome ---------------------------------------------------------------------------------


def _tile(form: DischargeForm, other_open: bool) -> str:
    if form.outcome is None:
        return OTHER if other_open else ""
    first = {code for code, _, _ in TILES}
    return form.outcome.value if form.outcome in first else OTHER


def _counts(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    if outcome is Outcome.ENTERED_IN_ERROR:
        return "Left out of every figure"
    does = "Counts" if outcome in FAVOURABLE else "Does not count"
    return f"{does} as “discharged to self-care”"


def _reason_needed(form: DischargeForm) -> bool:
    if form.outcome is Outcome.RETURNED_CORE:
        return form.main_reason is ReturnReason.OTHER
    return form.outcome is Outcome.ENTERED_IN_ERROR


def _date_label(outcome: Outcome | None) -> str:
    if outcome is Outcome.DECEASED:
        return "Date of death"
    return "Date of discharge" if outcome is None or outcome in FAVOURABLE else "Day teaching ended"


def _override_hint(closing: Closing) -> str:
    """Empty where confidence cannot be overridden."""
    if not confidence_may_be_overridden(closing.readiness, registered_nurse=closing.registered_nurse):
        return ""
    adds = closing.checklist.competence_rule.min_confidence_override.adds
    return f"Only confidence is low. Going on with a reason adds {adds}."


def _notices(form: DischargeForm, closing: Closing, carer: bool) -> Iterator[NoticeRow]:
    considered = form.outcome is None or form.outcome in FAVOURABLE
    tone: Tone = "warn" if form.outcome in FAVOURABLE else "info"
    if closing.patient.unknown:
        yield NoticeRow(
            "A newer version of the application wrote to this record.",
            "It can only be read here, so nothing can be signed.",
            "danger",
        )
    if not closing.registered_nurse and considered:
        yield NoticeRow(
            "Only a registered nurse signs an independent discharge, with or without agreed support.",
            "You can sign every other outcome, or ask a registered nurse to open this page.",
            tone,
        )
    if carer and form.outcome is Outcome.INDEPENDENT:
        yield NoticeRow(
            "A carer does a critical part.", "Choose With agreed support, of the kind informal carer.", "warn"
        )
    overridable = confidence_may_be_overridden(closing.readiness, registered_nurse=closing.registered_nurse)
    if considered and not closing.readiness.ready and not overridable:
        yield NoticeRow(
            "The evidence is not complete, so discharge to self-care cannot be signed yet.",
            "What is missing stands with the evidence. Every other outcome can be signed.",
            tone,
        )


def _shown(form: DischargeForm, closing: Closing, tile: str, carer: bool) -> frozenset[str]:
    """The fields and parts of the page that are asked for."""
    outcome = form.outcome
    shown = {"others"} if tile == OTHER else set()
    if _override_hint(closing) and (outcome is None or outcome in FAVOURABLE):
        shown.add("confidence_override")
    if closing.checklist.competence_rule.attestations and (outcome is None or outcome in FAVOURABLE):
        shown.add("attestations")
    if outcome is not None:
        shown.add("reason")
    if outcome is Outcome.RETURNED_CORE:
        shown.add("main_reason")
    if outcome is Outcome.SHARED_CORE:
        shown.add("visits_per_month_left")
    if outcome is Outcome.INDEPENDENT_SUPPORT:
        shown.add("support")
        if carer or form.support_type is SupportType.INFORMAL_CARER:
            shown.add("carer")
    return frozenset(shown)


def _fields(form: DischargeForm, missing: Iterable[Missing]) -> Mapping[str, FieldRow]:
    values = {
        "support_type": form.support_type or "",
        "support_who": form.support_who,
        "support_what": form.support_what,
        "support_how_often": form.support_how_often,
        "support_review_on": form.support_review_on,
        "main_reason": form.main_reason or "",
        "reason": form.reason,
        "visits_per_month_left": form.visits_per_month_left,
        "on": form.on,
        "confidence_override": form.confidence_override,
    }
    for field, word in words_said(form).items():
        values |= {f"{field}.name": word.name, f"{field}.on": word.on}
    overrides = {CompetenceKey.MIN_CONFIDENCE.value: "confidence_override"}
    wanting = {overrides.get(item.id, item.id): item for item in missing}
    return {field: _field(str(value), wanting.get(field)) for field, value in values.items()}


def words_said(form: DischargeForm) -> Mapping[str, SignedWord]:
    """The three agreements about a carer, by field."""
    return {
        "person_consents": form.person_consents,
        "carer_agrees": form.carer_agrees,
        "back_up": form.back_up,
    }


def _field(value: str, item: Missing | None) -> FieldRow:
    if item is None:
        return FieldRow(value)
    sentence = missing_sentence(item)
    if item.why in (Why.NEEDED, Why.REASON_NEEDED, Why.NOT_MET):
        return FieldRow(value, needed=sentence)
    return FieldRow(value, error=sentence, needed=sentence)


def _ended(closing: Closing) -> str:
    """`Teaching of insulin ended on 17-Nov-2026: Independent`; "" while it goes on."""
    episode = closing.episode
    if episode.closed_on is None:
        return ""
    titles = {code: title for code, title, _ in TILES + OTHER_TILES}
    how = titles.get(episode.outcome or "", "")
    ended = f"Teaching of {_in_sentence(closing.checklist.label)} ended on {day(episode.closed_on)}"
    return f"{ended}: {how[:1].lower()}{how[1:]}" if how else ended


# --- what is left --------------------------------------------------------------------------------

_STEP_OF = {
    Part.EPISODE: "evidence",
    Part.EVIDENCE: "evidence",
    Part.ATTESTATION: "evidence",
    Part.OUTCOME: "outcome",
    Part.SHARED: "outcome",
    Part.RETURNED: "outcome",
    Part.REASON: "outcome",
    Part.SUPPORT: "support",
    Part.CARER: "support",
    Part.ON: "sign",
    Part.CHECKED: "sign",
}


def _trail(
    form: DischargeForm, closing: Closing, missing: Sequence[Missing]
) -> tuple[tuple[str, Literal["done", "now", "ahead"]], ...]:
    """The steps of the page: done, the first that is not, and those after it.

    Evidence that an outcome does not ask for is done only where it is complete.
    """
    wanting = {_STEP_OF[item.part] for item in missing}
    steps = [key for key, _ in STEPS if key != "support" or form.outcome is Outcome.INDEPENDENT_SUPPORT]
    done = {key for key in steps if key not in wanting} - {"sign"}
    if form.outcome not in FAVOURABLE and not closing.readiness.ready:
        done.discard("evidence")
    skipped = {"evidence"} if "evidence" not in wanting else set()
    now = next((key for key in steps if key not in done | skipped), "sign")
    return tuple((key, "done" if key in done else "now" if key == now else "ahead") for key in steps)


def _dock(form: DischargeForm, missing: Sequence[Missing]) -> DockRow:
    if missing:
        return DockRow(missing_summary(missing), "warn", True)
    if form.outcome in FAVOURABLE:
        return DockRow("Evidence complete. Nothing is stopping discharge.", "ok", False)
    return DockRow("Nothing is stopping this discharge.", "ok", False)


def missing_summary(missing: Sequence[Missing]) -> str:
    """`Before you sign: 2 statements to confirm, outcome to choose`; `Ready to sign` when nothing is missing."""
    if not missing:
        return "Ready to sign"
    counts = Counter(_COUNTED.get((item.part, item.why)) or _COUNTED[item.part, None] for item in missing)
    named = [(one if count == 1 else several).replace("%", str(count)) for (one, several), count in counts.items()]
    left = sum(list(counts.values())[SHOWN:])
    return "Before you sign: " + ", ".join(named[:SHOWN] + ([f"and {left} more"] if left else []))


def missing_sentence(item: Missing) -> str:
    """What F8 says on arriving at one of them."""
    for key in ((item.part, item.why, item.id), (item.part, None, item.id), (item.part, item.why, "")):
        if key in _SENTENCES:
            return _SENTENCES[key]
    return _SENTENCES.get((item.part, None, ""), "This is still needed")


def _same(words: str) -> tuple[str, str]:
    return words, words


_COUNTED: Mapping[tuple[Part, Why | None], tuple[str, str]] = {
    (Part.EPISODE, None): _same("accountable nurse to name"),
    (Part.EPISODE, Why.CLOSED): _same("teaching has ended already"),
    (Part.EVIDENCE, None): ("1 part of the evidence not met", "% parts of the evidence not met"),
    (Part.ATTESTATION, None): ("1 statement to confirm", "% statements to confirm"),
    (Part.OUTCOME, None): _same("outcome to choose"),
    (Part.OUTCOME, Why.REGISTERED_NURSE): _same("registered nurse to sign"),
    (Part.OUTCOME, Why.CARER_DOES_A_CRITICAL_PART): _same("outcome to change"),
    (Part.SHARED, None): _same("visits a month to enter"),
    (Part.RETURNED, None): _same("main reason to choose"),
    (Part.REASON, None): _same("reason to enter"),
    (Part.SUPPORT, None): ("1 answer on agreed support", "% answers on agreed support"),
    (Part.CARER, None): ("1 answer about the carer", "% answers about the carer"),
    (Part.ON, None): _same("date to correct"),
    (Part.CHECKED, None): _same("right person to check"),
}
"""One and several of a kind of missing thing; `%` stands for the count."""

_A_DATE = "Enter a date such as 17/11, yesterday or 17-Nov-2026"
_SENTENCES: Mapping[tuple[Part, Why | None, str], str] = {
    (Part.EPISODE, None, "accountable_nurse"): "Name the accountable registered nurse on the overview first",
    (Part.EPISODE, Why.CLOSED, ""): "Teaching of this skill has ended already",
    (Part.EVIDENCE, None, ""): "Not met yet. It needs another visit, or another outcome",
    (Part.EVIDENCE, None, CompetenceKey.MAX_OPEN_RED_FLAG): "A registered nurse closes the red flag first",
    (Part.EVIDENCE, None, CompetenceKey.HARD_GATES): "A registered nurse answers the gate first",
    (Part.EVIDENCE, None, CompetenceKey.LEARNER_TASKS): "Name a learner for every critical step and dose time",
    (
        Part.EVIDENCE,
        Why.NOT_MET,
        CompetenceKey.MIN_CONFIDENCE,
    ): "Enter a reason, or see the person again",
    (Part.EVIDENCE, Why.REGISTERED_NURSE, ""): "Only a registered nurse goes on with confidence under 7",
    (Part.ATTESTATION, None, ""): "Confirm this if you have seen it",
    (Part.OUTCOME, None, ""): "Choose how teaching ended",
    (Part.OUTCOME, Why.REGISTERED_NURSE, ""): "Only a registered nurse signs an independent discharge",
    (Part.OUTCOME, Why.CARER_DOES_A_CRITICAL_PART, ""): "A carer does a critical part. Choose With agreed support",
    (Part.SHARED, None, ""): "Enter the visits a month that the core team still makes",
    (Part.SHARED, Why.NOT_A_NUMBER, ""): "Enter the visits a month as a number",
    (Part.SHARED, Why.OUT_OF_RANGE, ""): "Enter a number of visits above 0, up to 300 a month",
    (Part.RETURNED, None, ""): "Choose the main reason",
    (Part.REASON, None, ""): "Enter the reason",
    (Part.SUPPORT, None, "support_type"): "Choose the kind of support",
    (
        Part.SUPPORT,
        Why.CARER_DOES_A_CRITICAL_PART,
        "support_type",
    ): "A carer does a critical part. Choose informal carer",
    (Part.SUPPORT, None, "support_who"): "Enter who helps",
    (Part.SUPPORT, None, "support_what"): "Enter what they help with",
    (Part.SUPPORT, None, "support_how_often"): "Enter how often",
    (Part.SUPPORT, None, "support_review_on"): "Enter the day of review",
    (Part.SUPPORT, Why.NOT_A_DATE, "support_review_on"): "Enter a date such as 17/11, tomorrow or +2w",
    (Part.SUPPORT, Why.IN_PAST, "support_review_on"): "Enter a review date from today on",
    (Part.CARER, Why.NEEDED, ""): "Enter a name and a date",
    (Part.CARER, Why.NOT_A_DATE, ""): _A_DATE,
    (Part.CARER, Why.IN_FUTURE, ""): "Enter a date up to today",
    (Part.ON, None, ""): _A_DATE,
    (Part.ON, Why.IN_FUTURE, ""): "Enter a date up to today",
    (Part.ON, Why.IN_PAST, ""): "Enter a date from the day teaching started",
    (Part.CHECKED, None, ""): "Confirm that this is the right person and pathway",
}


# --- words ---------------------------------------------------------------------------------------


def _in_sentence(label: str) -> str:
    return label[:1].lower() + label[1:]


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _joined(words: Sequence[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def _listed(words: Sequence[str]) -> str:
    """At most `SHOWN` of them; the rest are counted."""
    more = [f"and {len(words) - SHOWN} more"] if len(words) > SHOWN else []
    return "; ".join([*words[:SHOWN], *more])

"""Discharge in words: the evidence learner by learner, every way teaching ends, and what is left before signing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.competence import (
    carer_does_critical_part,
)
from smf_core.domain.discharge import FAVOURABLE, DischargeForm, Outcome, ReturnReason, SignedWord, SupportType
from smf_core.domain.discharge_facts import Closing
from smf_core.domain.discharge_rules import confidence_may_be_overridden
from smf_core.domain.missing import Missing, Part, Why
from smf_desktop.presenters.discharge.afterwards import AfterwardsRow, afterwards, letter_count
from smf_desktop.presenters.discharge.around import AroundRow, around_rows
from smf_desktop.presenters.discharge.evidence import EvidenceGroup, evidence_groups, visits_about
from smf_desktop.presenters.discharge.missing import missing_sentence, missing_summary
from smf_desktop.presenters.identity import day

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
    ("letter", "Letters"),
    ("sign", "Sign"),
)
SHOWN = 4
"""Things named in one line before the rest are only counted."""


# --- what is shown -------------------------------------------------------------------------------


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
    afterwards: AfterwardsRow
    around: tuple[AroundRow, ...]


def discharge_rows(
    form: DischargeForm, closing: Closing, missing: Sequence[Missing], today: date, *, author: str, other_open: bool
) -> DischargeRows:
    """The page of one pathway. `author` is who would sign; `other_open`: the list of other outcomes stands open."""
    carer = carer_does_critical_part(closing.checklist, closing.episode, today, closing.dose_times)
    tile = _tile(form, other_open)
    after = afterwards(form, closing, today)
    about_carer = (
        "A carer does a critical part, so each of these is needed."
        if carer
        else "Needed as soon as one of them is filled in."
    )
    return DischargeRows(
        title=f"Discharge: {closing.checklist.label}",
        ended=_ended(closing),
        trail=_trail(form, closing, missing),
        evidence_about=visits_about(closing),
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
        fields=_fields(form, missing) | {"core_team": FieldRow(after.core_team)},
        shown=_shown(form, closing, tile, carer) | after.shown,
        dock=_dock(form, missing),
        afterwards=after,
        around=around_rows(closing, today),
    )


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


def _fields(form: DischargeForm, missing: Iterable[Missing]) -> dict[str, FieldRow]:
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
        "check_in_on": form.check_in_on,
        "core_from": form.core_from,
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
    Part.CHECK_IN: "letter",
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
    left_out = set() if form.outcome is Outcome.INDEPENDENT_SUPPORT else {"support"}
    left_out |= set() if letter_count(form.outcome) or form.outcome is None else {"letter"}
    steps = [key for key, _ in STEPS if key not in left_out]
    done = {key for key in steps if key not in wanting} - {"sign"}
    if form.outcome not in FAVOURABLE and not closing.readiness.ready:
        done.discard("evidence")
    if form.outcome is None:
        done.discard("letter")
    skipped = {"evidence"} if "evidence" not in wanting else set()
    now = next((key for key in steps if key not in done | skipped), "sign")
    return tuple((key, "done" if key in done else "now" if key == now else "ahead") for key in steps)


def _dock(form: DischargeForm, missing: Sequence[Missing]) -> DockRow:
    if missing:
        return DockRow(missing_summary(missing), "warn", True)
    if form.outcome in FAVOURABLE:
        return DockRow("Evidence complete. Nothing is stopping discharge.", "ok", False)
    return DockRow("Nothing is stopping this discharge.", "ok", False)


def _in_sentence(label: str) -> str:
    return label[:1].lower() + label[1:]

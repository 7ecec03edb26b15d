"""What each ending of an episode needs (`clinical.md` 3.1).

Independent, alone or with agreed support, needs the competence rule. Every other ending is always possible.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from smf_core.domain.check_in import first_call_window
from smf_core.domain.checklist import Checklist
from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.competence import Readiness, carer_does_critical_part
from smf_core.domain.dates import parse_typed
from smf_core.domain.discharge import (
    FAVOURABLE,
    DischargeForm,
    Outcome,
    ReturnReason,
    SupportType,
)
from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.pathway import Episode
from smf_core.domain.readings import number
from smf_core.domain.trouble import DomainError
from smf_core.domain.visit_rules import day_missing

VISITS_A_MONTH_AT_MOST = Decimal(300)


def missing_for(
    form: DischargeForm,
    readiness: Readiness,
    checklist: Checklist,
    episode: Episode,
    *,
    registered_nurse: bool,
    today: date,
    dose_times: Sequence[str] = (),
) -> tuple[Missing, ...]:
    """Everything that stands between this form and a signed discharge, in the order of the page.

    `readiness` is read today; `registered_nurse` is the author's role; `dose_times` as for `readiness`.
    """
    favourable = form.outcome in FAVOURABLE
    carer = carer_does_critical_part(checklist, episode, today, dose_times)
    return (
        *(() if episode.is_open else (Missing(Part.EPISODE, Why.CLOSED),)),
        *(_evidence(form, readiness, registered_nurse) if favourable else ()),
        *_outcome(form, episode, carer, registered_nurse),
        *_ending(form),
        *(_attestations(form, checklist) if favourable else ()),
        *(_support(form, today) if form.outcome is Outcome.INDEPENDENT_SUPPORT else ()),
        *(_carer(form, carer, today) if form.outcome is Outcome.INDEPENDENT_SUPPORT else ()),
        *(_check_in(form, today) if favourable else ()),
        *_day(form, readiness, episode, today),
        *(() if form.checked else (Missing(Part.CHECKED),)),
    )


def confidence_may_be_overridden(readiness: Readiness, *, registered_nurse: bool) -> bool:
    """Only low confidence may be overridden, and only by a registered nurse, who then gives a reason."""
    return registered_nurse and readiness.only_confidence_is_low


def _evidence(form: DischargeForm, readiness: Readiness, registered_nurse: bool) -> Iterator[Missing]:
    overridden = form.confidence_override.strip() != ""
    for line in readiness.unmet:
        if line.key is CompetenceKey.MIN_CONFIDENCE and overridden:
            if not registered_nurse:
                yield Missing(Part.EVIDENCE, Why.REGISTERED_NURSE, id=line.key, learner=line.learner)
        else:
            yield Missing(Part.EVIDENCE, Why.NOT_MET, id=line.key, learner=line.learner)


def _attestations(form: DischargeForm, checklist: Checklist) -> Iterator[Missing]:
    for attestation in checklist.competence_rule.attestations:
        if attestation.id not in form.attestations:
            yield Missing(Part.ATTESTATION, id=attestation.id)


def _outcome(form: DischargeForm, episode: Episode, carer: bool, registered_nurse: bool) -> Iterator[Missing]:
    if form.outcome is None:
        yield Missing(Part.OUTCOME)
    if form.outcome in FAVOURABLE:
        if not registered_nurse:
            yield Missing(Part.OUTCOME, Why.REGISTERED_NURSE)
        if not episode.accountable_nurse:
            yield Missing(Part.EPISODE, id="accountable_nurse")
    if form.outcome is Outcome.INDEPENDENT and carer:
        yield Missing(Part.OUTCOME, Why.CARER_DOES_A_CRITICAL_PART)


def _day(form: DischargeForm, readiness: Readiness, episode: Episode, today: date) -> Iterator[Missing]:
    """The day of discharge, empty for today. An independent one stands on its counted visits, so none comes later."""
    days = [] if form.outcome is Outcome.ENTERED_IN_ERROR else [episode.opened_on]
    if form.outcome in FAVOURABLE:
        days += [visit.on for line in readiness.evidence for visit in line.visits]
    if form.on.strip():
        earliest = max((each for each in days if each is not None), default=None)
        yield from day_missing(Part.ON, "on", form.on, today, earliest=earliest, latest=today)


def discharge_day(form: DischargeForm, today: date) -> date:
    """The day of discharge as typed; today while it is empty or cannot be read."""
    try:
        return parse_typed(form.on, today, past=True) if form.on.strip() else today
    except DomainError:
        return today


def _check_in(form: DischargeForm, today: date) -> Iterator[Missing]:
    """The first call after the discharge: empty for the day proposed, else 3 to 7 days after."""
    if not form.check_in_on.strip():
        return
    first, last = first_call_window(discharge_day(form, today), today)
    try:
        on = parse_typed(form.check_in_on, today)
    except DomainError:
        yield Missing(Part.CHECK_IN, Why.NOT_A_DATE, id="check_in_on")
        return
    if not first <= on <= last:
        yield Missing(Part.CHECK_IN, Why.OUT_OF_RANGE, id="check_in_on")


def _support(form: DischargeForm, today: date) -> Iterator[Missing]:
    """Agreed support: what kind, who, what, how often and a day of review, all of them."""
    if form.support_type is None:
        yield Missing(Part.SUPPORT, id="support_type")
    for field, typed in (
        ("support_who", form.support_who),
        ("support_what", form.support_what),
        ("support_how_often", form.support_how_often),
    ):
        if not typed.strip():
            yield Missing(Part.SUPPORT, id=field)
    yield from day_missing(Part.SUPPORT, "support_review_on", form.support_review_on, today, earliest=today)


def _carer(form: DischargeForm, carer: bool, today: date) -> Iterator[Missing]:
    """A carer who does a critical part: three agreements, each with a name and a day. Others may leave them empty."""
    if carer and form.support_type not in (None, SupportType.INFORMAL_CARER):
        yield Missing(Part.SUPPORT, Why.CARER_DOES_A_CRITICAL_PART, id="support_type")
    for field, word in (
        ("person_consents", form.person_consents),
        ("carer_agrees", form.carer_agrees),
        ("back_up", form.back_up),
    ):
        begun = form.support_type is SupportType.INFORMAL_CARER and (word.name + word.on).strip() != ""
        if carer or begun:
            if not word.name.strip():
                yield Missing(Part.CARER, id=f"{field}.name")
            yield from day_missing(Part.CARER, f"{field}.on", word.on, today, latest=today)


def _ending(form: DischargeForm) -> Iterator[Missing]:
    match form.outcome:
        case Outcome.SHARED_CORE:
            typed = form.visits_per_month_left.strip()
            left = number(typed)
            if not typed:
                yield Missing(Part.SHARED, id="visits_per_month_left")
            elif not left:
                yield Missing(Part.SHARED, Why.NOT_A_NUMBER, id="visits_per_month_left")
            elif not 0 < Decimal(left) <= VISITS_A_MONTH_AT_MOST:
                yield Missing(Part.SHARED, Why.OUT_OF_RANGE, id="visits_per_month_left")
        case Outcome.RETURNED_CORE:
            if form.main_reason is None:
                yield Missing(Part.RETURNED, Why.REASON_NEEDED, id="main_reason")
            elif form.main_reason is ReturnReason.OTHER and not form.reason.strip():
                yield Missing(Part.REASON, Why.REASON_NEEDED, id="reason")
        case Outcome.ENTERED_IN_ERROR:
            if not form.reason.strip():
                yield Missing(Part.REASON, Why.REASON_NEEDED, id="reason")
        case _:
            pass

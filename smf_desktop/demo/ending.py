"""How a pathway ends: the discharge as drawn, its override, and one visit more where the rules refuse it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.discharge import FAVOURABLE, DischargeForm, Outcome, ReturnReason, SignedWord, SupportType
from smf_core.domain.missing import Missing, Part
from smf_core.domain.teaching_trouble import NotReadyToDischarge
from smf_core.domain.visit import Level, Place, Purpose
from smf_desktop.demo import around, words
from smf_desktop.demo.known import brought_back
from smf_desktop.demo.plan import CURVES
from smf_desktop.demo.so_far import Pathway, SoFar
from smf_desktop.services.ending.discharges import discharge
from smf_desktop.services.visit.note_copies import NoteOf

MORE_VISITS_AT_MOST = 4
"""How often a nurse visits once more before the pathway ends another way."""

AFTER_BOOKED = frozenset({Outcome.DECLINED, Outcome.NO_CONTACT, Outcome.HOSPITAL, Outcome.DECEASED})
"""Endings that come while another visit is booked."""


def closed(so_far: SoFar, pathway: Pathway) -> bool:
    """Whether the pathway could be ended as drawn."""
    if pathway.outcome in FAVOURABLE:
        so_far.core_visits(pathway, 0)
    try:
        discharge(so_far.session, _closing(so_far, pathway))
    except NotReadyToDischarge as refused:
        if not _overridden(so_far, pathway, refused.missing):
            return False
    if pathway.outcome in FAVOURABLE:
        so_far.service.left.append((so_far.life.person, so_far.session.today()))
    if pathway.outcome is not Outcome.DECEASED and len(so_far.pathways) == 1:
        brought_back(so_far)
    so_far.note_copied(NoteOf.DISCHARGE, pathway.episode)
    return True


def _closing(so_far: SoFar, pathway: Pathway) -> DischargeForm:
    form = DischargeForm(
        pathway.episode,
        outcome=pathway.outcome,
        reason=words.WHY.get(pathway.outcome, ""),
        attestations=frozenset(one.id for one in pathway.checklist.competence_rule.attestations),
        checked=True,
        core_team=so_far.service.teams.get(around.locality(so_far.life.person.postcode), ""),
    )
    match pathway.outcome:
        case Outcome.INDEPENDENT_SUPPORT:
            return _supported(so_far, form, pathway)
        case Outcome.SHARED_CORE:
            return replace(form, visits_per_month_left=str(max(2, CURVES[pathway.course.skill].baseline // 4)))
        case Outcome.RETURNED_CORE:
            reason = words.RETURNED.get(pathway.course.skill, ReturnReason.CONFIDENCE)
            return replace(form, main_reason=reason)
        case _:
            return form


def _supported(so_far: SoFar, form: DischargeForm, pathway: Pathway) -> DischargeForm:
    today = so_far.session.today()
    review = (today + timedelta(days=42)).isoformat()
    carer = so_far.life.person.carer
    if carer is not None and so_far.contact and so_far.life.learners:
        person = so_far.life.person
        said = SignedWord(f"{person.given} {person.family}", today.isoformat())
        agreed = SignedWord(carer.name, today.isoformat())
        return replace(
            form,
            support_type=SupportType.INFORMAL_CARER,
            support_who=f"{carer.name} ({carer.relation})",
            support_what="Does the care as taught",
            support_how_often="Every time",
            support_review_on=review,
            person_consents=said,
            carer_agrees=agreed,
            back_up=SignedWord("Core team, by the number on the sheet", today.isoformat()),
        )
    kind, who, what, how_often = so_far.dice.choice(words.SUPPORT)
    return replace(
        form,
        support_type=kind,
        support_who=who,
        support_what=what,
        support_how_often=how_often,
        support_review_on=review,
    )


def _overridden(so_far: SoFar, pathway: Pathway, missing: Sequence[Missing]) -> bool:
    """Low confidence alone: a registered nurse may say why the person is safe all the same."""
    if any(one.part is not Part.EVIDENCE or one.id != CompetenceKey.MIN_CONFIDENCE for one in missing):
        return False
    discharge(so_far.session, replace(_closing(so_far, pathway), confidence_override=words.OVERRIDE))
    return True


def once_more(pathway: Pathway) -> None:
    """Another visit; after a few of them, back to the core team."""
    pathway.more += 1
    last = pathway.lessons[-1]
    levels = dict.fromkeys(last.levels, Level.INDEPENDENT)
    confidence = min(10, last.confidence + 1)
    pathway.lessons.append(
        replace(last, levels=levels, confidence=confidence, purpose=Purpose.TEACHING, place=Place.HOME, sign="")
    )
    if pathway.more > MORE_VISITS_AT_MOST:
        pathway.outcome = Outcome.RETURNED_CORE

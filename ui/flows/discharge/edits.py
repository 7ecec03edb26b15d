"""One field of the discharge form typed or chosen."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from smf_core.domain.discharge import DischargeForm, ReturnReason, SignedWord, SupportType

Edit = Callable[[DischargeForm, str], DischargeForm]

EDITS: Mapping[str, Edit] = {
    "support_type": lambda form, code: replace(form, support_type=SupportType(code)),
    "support_who": lambda form, words: replace(form, support_who=words),
    "support_what": lambda form, words: replace(form, support_what=words),
    "support_how_often": lambda form, words: replace(form, support_how_often=words),
    "support_review_on": lambda form, words: replace(form, support_review_on=words),
    "main_reason": lambda form, code: replace(form, main_reason=ReturnReason(code)),
    "reason": lambda form, words: replace(form, reason=words),
    "visits_per_month_left": lambda form, words: replace(form, visits_per_month_left=words),
    "on": lambda form, words: replace(form, on=words),
    "confidence_override": lambda form, words: replace(form, confidence_override=words),
    "check_in_on": lambda form, words: replace(form, check_in_on=words),
    "core_from": lambda form, words: replace(form, core_from=words),
    "core_team": lambda form, code: replace(form, core_team=code),
    "person_consents.name": lambda form, words: replace(form, person_consents=_name(form.person_consents, words)),
    "person_consents.on": lambda form, words: replace(form, person_consents=_on(form.person_consents, words)),
    "carer_agrees.name": lambda form, words: replace(form, carer_agrees=_name(form.carer_agrees, words)),
    "carer_agrees.on": lambda form, words: replace(form, carer_agrees=_on(form.carer_agrees, words)),
    "back_up.name": lambda form, words: replace(form, back_up=_name(form.back_up, words)),
    "back_up.on": lambda form, words: replace(form, back_up=_on(form.back_up, words)),
}
"""By field, as `FieldRow`s name them: the form after it was typed or chosen."""


def edited(form: DischargeForm, field: str, words: str) -> DischargeForm:
    """The form after one field was typed or chosen."""
    return EDITS[field](form, words)


def _name(said: SignedWord, words: str) -> SignedWord:
    return replace(said, name=words)


def _on(said: SignedWord, words: str) -> SignedWord:
    return replace(said, on=words)

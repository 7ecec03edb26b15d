"""Drafts: what is on a page and not signed yet. One per author, page and record, replaced in place."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from smf_core.domain.call import CallForm
from smf_core.domain.discharge import DischargeForm
from smf_core.domain.not_gone_ahead import NotGoneAheadForm
from smf_core.domain.referral_form import ReferralForm
from smf_core.domain.text import REPLACEMENT
from smf_core.domain.visit import VisitForm
from smf_desktop.services.session import DraftRow, Session

VISIT, DISCHARGE, REFERRAL, CALL, NOT_GONE_AHEAD = "visit", "discharge", "referral", "call", "not_gone_ahead"
HALVES = re.compile("[\ud800-\udfff]")
Form = TypeVar("Form", VisitForm, DischargeForm, ReferralForm, CallForm, NotGoneAheadForm)
AnyForm = VisitForm | DischargeForm | ReferralForm | CallForm | NotGoneAheadForm


def save_draft(session: Session, page: str, record: str, patient: str, form: AnyForm) -> datetime:
    """Keep the form as it stands. Answers when it was kept."""
    with session.work() as work:
        work.keep_draft(page, record, patient, encoded(form))
        return work.now


def encoded(form: AnyForm) -> bytes:
    """The form as bytes. Half a character, which no file can hold, costs that character and never the draft."""
    try:
        return msgspec.json.encode(form)
    except UnicodeEncodeError:
        return msgspec.json.encode(_storable(msgspec.to_builtins(form)))


def _storable(value: object) -> object:
    match value:
        case str():
            return HALVES.sub(REPLACEMENT, value)
        case dict():
            return {key: _storable(part) for key, part in value.items()}
        case list() | tuple():
            return [_storable(part) for part in value]
        case _:
            return value


def drafts(session: Session) -> Sequence[DraftRow]:
    """This user's drafts, newest first. A colleague's draft is never among them."""
    return session.store.drafts(session.user.id)


def draft(session: Session, page: str, record: str, form: type[Form]) -> Form | None:
    """The form as it was last kept, to the character."""
    found = session.store.draft(session.user.id, page, record)
    return None if found is None else msgspec.json.decode(found, type=form)


def discard_draft(session: Session, page: str, record: str) -> None:
    """Take a draft away because the person said so."""
    with session.work() as work:
        work.discard_draft(page, record)

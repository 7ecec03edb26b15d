"""Drafts: what is on a page and not signed yet. One per author, page and record, replaced in place."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
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
from smf_desktop.trouble import StoreDamaged

VISIT, DISCHARGE, REFERRAL, CALL, NOT_GONE_AHEAD = "visit", "discharge", "referral", "call", "not_gone_ahead"
COMMISSIONING, CORE_TEAMS, MONTHS, TASKS = "commissioning", "core_counts", "months", "tasks"
"""Pages whose forms are drafts while they are typed: about nobody, `record` names the form."""

RECORD = "patient"
"""The page of a person's record; `record` names the person and the form, with the entry that it is of."""

ANYWHERE = "today"
"""Short forms that are asked over whatever page is in front: of nobody, of several people, or of somebody who may not
be on this laptop. `record` names the form."""

HALVES = re.compile("[\ud800-\udfff]")
_ASIDE = "@"
"""Between a page and the moment a draft of it was kept, where this version cannot read that draft."""


@dataclass(frozen=True, slots=True)
class TypedForm:
    """What was typed in a form, by field: only what is not as the form began.

    `title` and `lines` tell the form and its words where it is not asked any more.
    """

    fields: Mapping[str, str]
    title: str = ""
    lines: tuple[str, ...] = ()


AnyForm = VisitForm | DischargeForm | ReferralForm | CallForm | NotGoneAheadForm | TypedForm
Form = TypeVar("Form", bound=AnyForm)
_FORMS: Mapping[str, type[AnyForm]] = {
    VISIT: VisitForm,
    DISCHARGE: DischargeForm,
    REFERRAL: ReferralForm,
    CALL: CallForm,
    NOT_GONE_AHEAD: NotGoneAheadForm,
    COMMISSIONING: TypedForm,
    CORE_TEAMS: TypedForm,
    MONTHS: TypedForm,
    TASKS: TypedForm,
    RECORD: TypedForm,
    ANYWHERE: TypedForm,
}


def save_draft(session: Session, page: str, record: str, patient: str, form: AnyForm) -> datetime:
    """Keep the form as it stands. Answers when it was kept."""
    with session.work() as work:
        work.keep_draft(page, record, patient, encoded(form))
        return work.now


def keep_typed(session: Session, page: str, record: str, typed: TypedForm, patient: str = "") -> datetime | None:
    """Keep what was typed in a form; where that is nothing there is no draft. Answers when it was kept."""
    if not typed.fields:
        discard_draft(session, page, record)
        return None
    return save_draft(session, page, record, patient, typed)


def typed_before(session: Session, page: str, record: str) -> tuple[TypedForm, datetime] | None:
    """What was typed in a form and not saved, and when that was kept; None where nothing was."""
    row = next((one for one in drafts(session) if (one.page, one.record) == (page, record)), None)
    form = draft(session, page, record, TypedForm) if row else None
    return (form, row.saved_at) if row and form else None


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
    """This user's drafts, newest first. A colleague's draft is never among them.

    One that was kept aside comes back to its page as soon as this version reads all of it.
    """
    found = session.store.drafts(session.user.id)
    back = [row for row in found if is_kept_aside(row.page) and _comes_back(session, row, found)]
    if not back:
        return found
    with suppress(StoreDamaged), session.work() as work:  # a damaged store can only be read
        for row in back:
            work.move_draft(row.page, row.record, page_of(row.page))
    return session.store.drafts(session.user.id)


def draft(session: Session, page: str, record: str, form: type[Form]) -> Form | None:
    """The form as it was last kept, to the character; None where there is none.

    One that this version cannot read whole, because a newer one wrote it, is kept aside: it is listed still, nothing
    replaces it, and the page begins anew.
    """
    found = session.store.draft(session.user.id, page, record)
    if found is None:
        return None
    read = _read(found, form)
    if read is None:
        row = next(one for one in session.store.drafts(session.user.id) if (one.page, one.record) == (page, record))
        with session.work() as work:
            work.move_draft(page, record, f"{page}{_ASIDE}{row.saved_at.isoformat()}")
    return read


def is_kept_aside(page: str) -> bool:
    """Whether a draft of this page was written by a newer version, and is kept until that is back."""
    return _ASIDE in page


def page_of(page: str) -> str:
    """The page that a draft is of, also where it is kept aside."""
    return page.partition(_ASIDE)[0]


def _comes_back(session: Session, row: DraftRow, among: Sequence[DraftRow]) -> bool:
    page = page_of(row.page)
    if page not in _FORMS or any((one.page, one.record) == (page, row.record) for one in among):
        return False
    found = session.store.draft(session.user.id, row.page, row.record)
    return found is not None and _read(found, _FORMS[page]) is not None


def _read(found: bytes, form: type[Form]) -> Form | None:
    """The form, unless there is something in these bytes that it does not hold and would lose."""
    try:
        read = msgspec.json.decode(found, type=form)
    except msgspec.DecodeError:
        return None
    return read if _holds(msgspec.to_builtins(read, str_keys=True), msgspec.json.decode(found)) else None


def _holds(read: object, written: object) -> bool:
    match read, written:
        case dict(), dict():
            return all(key in read and _holds(read[key], part) for key, part in written.items())
        case (list() | tuple(), list()):
            return len(read) == len(written) and all(map(_holds, read, written))
        case _:
            return True


def discard_draft(session: Session, page: str, record: str) -> None:
    """Take a draft away because the person said so."""
    with session.work() as work:
        work.discard_draft(page, record)

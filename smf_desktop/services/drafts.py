"""Drafts: what is on a page and not signed yet. One per author, page and record, replaced in place."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from smf_core.domain.discharge import DischargeForm
from smf_core.domain.visit import VisitForm
from smf_desktop.services.session import DraftRow, Session

VISIT, DISCHARGE = "visit", "discharge"
Form = TypeVar("Form", VisitForm, DischargeForm)


def save_draft(session: Session, page: str, record: str, patient: str, form: VisitForm | DischargeForm) -> datetime:
    """Keep the form as it stands. Answers when it was kept."""
    with session.work() as work:
        work.keep_draft(page, record, patient, msgspec.json.encode(form))
        return work.now


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

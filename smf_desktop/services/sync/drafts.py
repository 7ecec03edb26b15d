"""Drafts on other laptops: the user's own are brought here, an absent colleague's is taken over by a lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from smf_core.domain.visit import VisitForm
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import DraftNote
from smf_core.policy.rules import Action, may, require
from smf_core.records.queries.patients import Known, people_known
from smf_core.records.queries.users import users
from smf_desktop.services.drafts import VISIT, draft, encoded
from smf_desktop.services.session import Session
from smf_desktop.services.sync.state import HubAccess
from smf_desktop.trouble import DraftHereAlready

UNSIGNED = timedelta(hours=24)
"""From that age on a lead sees that a colleague's draft exists."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The drafts the hub keeps that this user may have, the newest first, with who is named in them."""

    notes: Sequence[DraftNote]
    people: Mapping[str, Known]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Brought:
    """Where a draft that came is gone on with."""

    page: str
    record: str
    patient: str


def drafts_elsewhere(session: Session, hub: HubAccess | None) -> Elsewhere:
    """Asked of the hub now, which answers for everybody who uses this laptop. Raises `HubTrouble`."""
    require(session.user, Action.OPEN_RECORD)
    found = [one for one in _asked(hub).drafts_elsewhere() if _is_for(session, one)]
    notes = sorted(found, key=lambda note: note.saved_at, reverse=True)
    with session.read() as connection:
        people = people_known(connection, {one.patient for one in notes if one.patient})
        names = {one.id: one.name for one in users(connection)}
    return Elsewhere(notes, people, names)


def bring(session: Session, hub: HubAccess | None, note: DraftNote) -> Brought:
    """Have one's own draft here. Raises `DraftHereAlready`, `HubTrouble`."""
    if not _asked(hub).bring_draft(note):
        raise DraftHereAlready
    return _brought(session, note)


def take_over(session: Session, hub: HubAccess | None, note: DraftNote, reason: str, recovery_key: str) -> Brought:
    """Have a colleague's draft to finish: what is signed says whose draft it was. `reason` is a code.

    Raises `NotAllowed`, `DraftHereAlready`, `HubTrouble`, `RecoveryKeyMistyped`, `WrongRecoveryKey`.
    """
    require(session.user, Action.SETTLE_HELD)
    if not _asked(hub).take_over_draft(note, reason, recovery_key):
        raise DraftHereAlready
    came = _brought(session, note)
    if came.page == VISIT and (form := draft(session, VISIT, came.record, VisitForm)) is not None:
        with session.work() as work:
            work.keep_draft(VISIT, came.record, came.patient, encoded(replace(form, draft_of=note.author)))
    return came


def _is_for(session: Session, note: DraftNote) -> bool:
    """One's own; for a lead a colleague's that is unsigned for a day, too."""
    old = session.now() - datetime.fromisoformat(note.saved_at) >= UNSIGNED
    return note.author == session.user.id or (old and may(session.user, Action.SETTLE_HELD).allowed)


def _asked(hub: HubAccess | None) -> HubAccess:
    if hub is None:
        raise HubTrouble(Trouble.UNREACHABLE)
    return hub


def _brought(session: Session, note: DraftNote) -> Brought:
    """The newest draft of that page and person is the one that came."""
    rows = session.store.drafts(session.user.id)
    row = next(one for one in rows if (one.page, one.patient) == (note.page, note.patient))
    return Brought(row.page, row.record, row.patient)

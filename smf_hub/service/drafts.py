"""Drafts in keeping: what somebody has not signed yet, sealed to them and to the service's recovery key.

The hub sees that a draft exists, whose and since when. Each laptop has slots of its own, so no laptop replaces what
the author wrote on another.
"""

from collections.abc import Sequence
from datetime import datetime

from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import DraftNote
from smf_core.policy.roles import Role
from smf_hub.ports import Caller
from smf_hub.service.place import Place
from smf_hub.service.times import iso, ms
from smf_hub.store import drafts as rows
from smf_hub.store.database import insert_one
from smf_hub.store.tables import event

LARGEST = 256 * 1024
"""Bytes of one sealed draft."""

SLOT_LONGEST, PAGE_LONGEST, REASON_LONGEST = 160, 60, 40
UNSIGNED_MS = 24 * 60 * 60 * 1000
"""From that age on a lead of the team sees that a draft exists."""


def keep(place: Place, caller: Caller, slot: str, note: DraftNote, content: bytes) -> None:
    """Keep the latest of one draft, in place of what the slot held. Raises `HubTrouble`."""
    if len(content) > LARGEST:
        raise HubTrouble(Trouble.TOO_LARGE, {"max_bytes": LARGEST})
    if not 0 < len(slot) <= SLOT_LONGEST or len(note.page) > PAGE_LONGEST or len(note.patient) > 36:
        raise HubTrouble(Trouble.BAD_REQUEST)
    if note.author not in caller.users or note.device != caller.device:
        raise HubTrouble(Trouble.NOT_ALLOWED)
    now = place.now_ms()
    saved = min(_moment(note.saved_at), now)
    with place.hub.write() as connection:
        there = rows.slot_of(connection, slot)
        if there is not None and (there.author, there.device) != (note.author, caller.device):
            raise HubTrouble(Trouble.NOT_ALLOWED)
        made = rows.Slot(slot, note.author, caller.device, caller.team, note.page, note.patient, saved)
        rows.put(connection, made, content)


def drop(place: Place, caller: Caller, slot: str) -> None:
    """It was signed or discarded. One that is not there, or not an author's of this laptop, stays as it is."""
    with place.hub.write() as connection:
        there = rows.slot_of(connection, slot)
        if there is not None and there.author in caller.users:
            rows.drop(connection, slot)


def notes(place: Place, caller: Caller) -> Sequence[DraftNote]:
    """The drafts of this laptop's users on all their laptops; for a lead those of the team unsigned for a day."""
    now = place.now_ms()
    with place.hub.read() as connection:
        teams = rows.led_by(connection, caller.users, now, Role.LEAD.value)
        found = rows.slots_for(connection, caller.users, teams, now - UNSIGNED_MS)
    return [
        DraftNote(
            slot=each.slot,
            author=each.author,
            page=each.page,
            patient=each.patient,
            saved_at=iso(each.saved_ms),
            device=each.device,
        )
        for each in found
    ]


def sealed(place: Place, caller: Caller, slot: str, reason: str = "") -> bytes:
    """The sealed bytes. A lead of the team gets a colleague's after a day, with the reason as a code: it is written
    down. What is not there and what is not the caller's to have are answered alike."""
    moment = place.world.clock.now()
    now = ms(moment)
    with place.hub.write() as connection:
        there = rows.slot_of(connection, slot)
        if there is None:
            raise HubTrouble(Trouble.UNKNOWN)
        own = there.author in caller.users
        allowed = own or (
            there.saved_ms <= now - UNSIGNED_MS
            and there.team in rows.led_by(connection, caller.users, now, Role.LEAD.value)
            and 0 < len(reason.strip()) <= REASON_LONGEST
        )
        if not own:
            insert_one(
                connection,
                event,
                event=place.world.new_id(),
                at=now,
                kind="draft_taken" if allowed else "draft_refused",
                device=caller.device,
                user=there.author,
                detail=reason.strip()[:REASON_LONGEST] if allowed else "",
            )
        found = rows.sealed(connection, slot) if allowed else None
    if found is None:
        raise HubTrouble(Trouble.UNKNOWN)
    return found


def _moment(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise HubTrouble(Trouble.BAD_REQUEST)
        return ms(at)
    except (ValueError, OverflowError):
        raise HubTrouble(Trouble.BAD_REQUEST) from None

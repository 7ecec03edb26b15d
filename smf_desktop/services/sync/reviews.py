"""Work of the team that the hub set aside: a lead reads it, and takes it into the record or returns it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from smf_core.domain.teaching_trouble import ReasonNeeded
from smf_core.domain.text import clean_note
from smf_core.operations.change_set import ChangeSet, UnreadableChangeSet
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.policy.rules import Action, require
from smf_core.records.queries.patients import Known, people_known
from smf_core.records.queries.unbegun import Unbegun, begins, unbegun
from smf_core.records.queries.users import users
from smf_desktop.ports import Saved
from smf_desktop.presenters.patient.saved import what_is_saved
from smf_desktop.presenters.sync.held import HeldFact
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.sync.state import HubAccess

ADOPTED, RETURNED = "adopted", "returned"


@dataclass(frozen=True, slots=True)
class Held:
    """The tray, the oldest first, with who is named in it; `saves` are the change sets themselves, by id.

    `unbegun`: those whose record has not come, and of whom nothing in the tray begins it.
    """

    waiting: tuple[HeldFact, ...]
    people: Mapping[str, Known]
    names: Mapping[str, str]
    saves: Mapping[str, ChangeSet]
    unbegun: tuple[Unbegun, ...] = ()


def read_held(session: Session, hub: HubAccess | None) -> Held:
    """What waits for a lead of this user's teams, asked of the hub now. Raises `HubTrouble`."""
    require(session.user, Action.SETTLE_HELD)
    if hub is None:
        raise HubTrouble(Trouble.UNREACHABLE)
    said, change_sets = hub.held()
    with session.read() as connection:
        unsaid = {one.patient: one for one in unbegun(connection, session.now()) if one.returned is None}
        names = {one.id: one.name for one in users(connection)}
        people = people_known(connection, {one.patient for one in said.reviews if one.patient})
    facts = []
    for review, change_set in zip(said.reviews, change_sets, strict=True):
        at = datetime.fromisoformat(review.at)
        begun = unsaid.pop(_begins(change_set), None)
        facts.append(
            HeldFact(
                cs_id=review.cs_id,
                author=review.author,
                patient=review.patient,
                reason=review.reason,
                at=at,
                what=_what(change_set, review.author, at),
                device=review.device,
                waiting=begun.saves if begun else 0,
            )
        )
    saves = {review.cs_id: each for review, each in zip(said.reviews, change_sets, strict=True)}
    return Held(tuple(facts), people, names, saves, tuple(unsaid.values()))


def decide(session: Session, cs_id: str, state: str, reason: str, unbegun: str | None = None) -> Touched:
    """Take a save into the record (`ADOPTED`) or return it (`RETURNED`). The hub does so at the next exchange.

    `unbegun`: for whose record work of others waits that the save begins, or that nothing in the tray begins (then
    there is no `cs_id`): it is returned with it, by the same word. Raises `NotAllowed` or `ReasonNeeded`.
    """
    require(session.user, Action.SETTLE_HELD)
    if not reason.strip():
        raise ReasonNeeded
    said = {"reason": clean_note(reason), "by": session.user.id, "at": session.now().isoformat()}
    with session.work() as work:
        items = [work.change("review", cs_id, "decided", {"state": state, **said})] if cs_id else []
        if unbegun and state == RETURNED:
            items.append(work.change("review", unbegun, "unbegun", said))
        work.save(items, patient=None)
    return frozenset(work.touched)


def _begins(change_set: ChangeSet) -> str:
    try:
        return begins(change_set) or ""
    except UnreadableChangeSet:
        return ""


def _what(change_set: ChangeSet, author: str, at: datetime) -> str:
    try:
        kinds = frozenset((each.entity, each.kind) for each in change_set.items)
    except UnreadableChangeSet:
        return "Something that could not be read"
    return what_is_saved(Saved("", author, None, at, kinds))

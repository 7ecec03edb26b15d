"""Settling what two laptops said apart: every version stays in the history, what was chosen stands."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from smf_core.domain.teaching_trouble import ChangedMeanwhile, SettledAlready, UnknownPatient
from smf_core.domain.text import clean_identity
from smf_core.operations.change_set import Item
from smf_core.operations.fold import Operation, Value, fold
from smf_core.policy.roles import User
from smf_core.policy.rules import Action, may, require
from smf_core.records import Connection
from smf_core.records.log import held_operations, held_record, operations_saved
from smf_core.records.queries.disputes import Dispute, apart
from smf_core.records.queries.merges import same_person
from smf_desktop.services.people import writable
from smf_desktop.services.record.twice import OF_VISITS, STANDS, told_again, told_items, untold_item
from smf_desktop.services.session import Session, Touched, Work, new_item

SETTLED = "settled"
"""Marks a save that settled what two laptops said apart; one that takes it back names it in the same place."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the record says of one unit from now on. `also` are versions kept beside it, each an entry of its own."""

    dispute: Dispute
    payload: Mapping[str, Any]
    also: tuple[Mapping[str, Any], ...] = ()


def keep(dispute: Dispute, version: int) -> Choice:
    """One of the versions stands."""
    if dispute.twice is not None:
        return Choice(dispute, {STANDS: (dispute.twice.one, dispute.twice.other)[version].id})
    return Choice(dispute, dict(_heads(dispute)[version]))


def keep_both(dispute: Dispute, version: int = 0) -> Choice:
    """An entry of which every version that does not end it stands, each as an entry of its own."""
    if dispute.twice is not None:
        return Choice(dispute, {})
    heads = _heads(dispute)
    others = (each for place, each in enumerate(heads) if place != version)
    return Choice(dispute, dict(heads[version]), tuple(each for each in others if not each.get("ended")))


def say(dispute: Dispute, words: str) -> Choice:
    """Other words than any of the versions, for a unit that is `typed`."""
    text = words if dispute.is_text else clean_identity(words).text
    return Choice(dispute, {dispute.typed: text.strip()})


def who_settles(dispute: Dispute) -> Action:
    """What somebody must be allowed to do to settle this."""
    if dispute.clinical:
        return Action.SETTLE_CLINICAL
    return _BY_UNIT.get(dispute.unit, Action.EDIT_PERSON) if dispute.entity == "patient" else Action.EDIT_PERSON


def may_settle(user: User, dispute: Dispute) -> bool:
    return may(user, who_settles(dispute)).allowed


_BY_UNIT = {
    "same_person": Action.MERGE_PEOPLE,
    "team": Action.ASSIGN_NURSE,
    "death": Action.REVERSE_DEATH,
}


def settle(session: Session, patient: str, dispute: Dispute, version: int, *, both: bool = False) -> Touched:
    """The record says this version from now on; every version stays in its history.

    `both` also keeps the other versions that do not end the entry, each as an entry of its own. Settles only what was
    shown: a version that has arrived since stands apart again. Raises `NotAllowed` or `SettledAlready`.
    """
    keep_many = both and (dispute.unit == "member" or dispute.twice is not None)
    choice = keep_both(dispute, version) if keep_many else keep(dispute, version)
    return settle_all(session, patient, (choice,))[1]


def settle_all(session: Session, patient: str, choices: Sequence[Choice]) -> tuple[str, Touched]:
    """Apply the choices for one person in one save, on top of every version that was shown. Answers the save's id.

    Nothing is applied when one of them may not be (`NotAllowed`) or was settled meanwhile (`SettledAlready`).
    """
    for choice in choices:
        require(session.user, who_settles(choice.dispute))
    with session.work() as work:
        writable(work.connection, patient)
        items = [item for choice in choices for item in _items(session, work, patient, choice)]
        saved = work.save(items, patient=patient, act=SETTLED) if items else ""
    return saved, frozenset(work.touched)


def settle_again(session: Session, patient: str, choices: Sequence[Choice]) -> tuple[str, Touched]:
    """The same choices once more, after they were taken back. Answers the save's id.

    Raises `ChangedMeanwhile` where other versions stand apart now than were shown then, `NotAllowed`.
    """
    with session.read() as connection:
        now = {_whose(one): one for one in apart(connection, patient).disputes}
    found = []
    for choice in choices:
        one = now.get(_whose(choice.dispute))
        if one is None or _said(one) != _said(choice.dispute):
            raise ChangedMeanwhile
        found.append(replace(choice, dispute=one))
    return settle_all(session, patient, found)


def unsettle(session: Session, patient: str, saved: str) -> Touched:
    """Take a settling back: all versions stand apart again, as they did. It is a new save that names the old one.

    Raises `ChangedMeanwhile` where somebody has written on top of it since.
    """
    require(session.user, Action.EDIT_PERSON)
    with session.work() as work:
        writable(work.connection, patient)
        items: list[Item] = []
        for op in operations_saved(work.connection, saved):
            if told_again(op):
                items.append(untold_item(session, work, op))
                continue
            if op.entity in OF_VISITS:
                continue  # a signature that was told apart keeps the record it has now
            held = held_operations(work.connection, op.entity, op.entity_id)
            now = fold(op.entity, op.entity_id, held).value(op.kind)
            if now is None or now.bases != (op.ref,):
                raise ChangedMeanwhile
            if op.bases:
                before = {each.ref: each for each in held}
                items += [_again(op, before[ref].payload) for ref in op.bases]
            else:
                ended = {**op.payload, "ended": True, "ended_reason": "Taken back"}
                items.append(_again(op, ended))
        if items:
            work.save(items, patient=patient, act=saved)
    return frozenset(work.touched)


def _again(op: Operation, payload: Mapping[str, Any]) -> Item:
    """Something else said of the unit of an operation, on top of it."""
    return Item(entity=op.entity, entity_id=op.entity_id, kind=op.kind, bases=(op.ref,), payload=dict(payload))


def _items(session: Session, work: Work, patient: str, choice: Choice) -> list[Item]:
    dispute = choice.dispute
    if dispute.twice is not None:
        if not same_person(work.connection, dispute.twice.patient, patient):
            raise UnknownPatient
        return told_items(work, dispute, str(choice.payload.get(STANDS, "")))
    now = _standing(work.connection, dispute)
    if now.settled:
        raise SettledAlready
    whose = dispute.record if dispute.entity == "patient" else now["patient"]
    if not same_person(work.connection, whose, patient):
        raise UnknownPatient
    made = Item(
        entity=dispute.entity,
        entity_id=dispute.record,
        kind=dispute.unit,
        bases=dispute.shown.units[dispute.unit, None].bases,
        payload=dict(choice.payload),
    )
    return [made, *(new_item(dispute.entity, session.new_id(), "member", **each) for each in choice.also)]


def _whose(dispute: Dispute) -> tuple[str, str, str]:
    return dispute.entity, dispute.record, dispute.unit


def _said(dispute: Dispute) -> list[str]:
    """What the versions say, in an order of its own: each is another operation once it was put back."""
    said = [one.said for one in dispute.versions] if dispute.twice is not None else _heads(dispute)
    return sorted(json.dumps(each, sort_keys=True, default=str) for each in said)


def _heads(dispute: Dispute) -> tuple[Mapping[str, Any], ...]:
    return tuple(head.payload for head in dispute.shown.units[dispute.unit, None].heads)


def _standing(connection: Connection, dispute: Dispute) -> Value:
    found = held_record(connection, dispute.entity, dispute.record)
    return found.units[dispute.unit, None]

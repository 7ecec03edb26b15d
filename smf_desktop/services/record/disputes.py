"""Settling what two laptops said apart: every version stays in the history, one of them stands."""

from smf_core.domain.teaching_trouble import SettledAlready, UnknownPatient
from smf_core.operations.change_set import Item
from smf_core.operations.fold import Value, fold
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.disputes import Dispute
from smf_core.records.queries.merges import same_person
from smf_core.records.writing import held_operations
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, new_item


def settle(session: Session, patient: str, dispute: Dispute, version: int, *, both: bool = False) -> Touched:
    """The record says this version from now on; every version stays in its history.

    `both` also keeps the other versions that do not end the entry, each as an entry of its own. Settles only what was
    shown: a version that has arrived since stands apart again. Raises `NotAllowed` or `SettledAlready`.
    """
    require(session.user, Action.SETTLE_CLINICAL if dispute.clinical else Action.EDIT_PERSON)
    value = dispute.shown.units[dispute.unit, None]
    with session.work() as work:
        writable(work.connection, patient)
        now = _standing(work.connection, dispute)
        if now.settled:
            raise SettledAlready
        whose = dispute.record if dispute.entity == "patient" else now["patient"]
        if not same_person(work.connection, whose, patient):
            raise UnknownPatient
        chosen = value.heads[version]
        items = [
            Item(
                entity=dispute.entity,
                entity_id=dispute.record,
                kind=dispute.unit,
                bases=value.bases,
                payload=dict(chosen.payload),
            )
        ]
        if both and dispute.unit == "member":
            items += [
                new_item(dispute.entity, session.new_id(), "member", **head.payload)
                for head in value.heads
                if head is not chosen and not head.payload.get("ended")
            ]
        work.save(items, patient=patient)
    return frozenset(work.touched)


def _standing(connection: Connection, dispute: Dispute) -> Value:
    found = fold(dispute.entity, dispute.record, held_operations(connection, dispute.entity, dispute.record))
    return found.units[dispute.unit, None]

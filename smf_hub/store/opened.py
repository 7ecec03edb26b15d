"""Whom laptops asked for beyond their scope, and until when they hold them."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, delete

from smf_core.records.rows import asked
from smf_hub.store.database import insert_one
from smf_hub.store.tables import opened


def let_have(connection: Connection, device: str, patient: str, *, user: str, why: str, until: int) -> None:
    """A laptop holds somebody until then, whatever was said before."""
    connection.execute(delete(opened).where(opened.c.device == device, opened.c.patient == patient))
    insert_one(connection, opened, device=device, patient=patient, user=user, why=why, until=until)


def standing(connection: Connection, now: int) -> Mapping[str, frozenset[str]]:
    """By laptop whom it holds now because it asked for them."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for device, patient in asked(connection, "SELECT device, patient FROM opened WHERE until > ?", (now,)):
        found[device].add(patient)
    return {device: frozenset(people) for device, people in found.items()}

"""Change sets as a laptop sends them, for judging: one operation in few words."""

from typing import Any

from smf_core.operations.change_set import Item

NORTH, SOUTH, EAST = "team-north", "team-south", "team-east"
PERSON, OTHER = "patient-1", "patient-2"
BASE = (("cs-0", 0),)


def item(entity: str, kind: str, *, changed: bool = False, entity_id: str = "", **payload: Any) -> Item:
    of = entity_id or (PERSON if entity == "patient" else f"{entity}-1")
    return Item(entity=entity, entity_id=of, kind=kind, bases=BASE if changed else (), payload=payload)


NOTE = item("visit", "signed", patient=PERSON)

"""A nurse's saves for the benchmarks of sync: visits with their ratings, calls, changed phones; no two texts alike."""

import random
from collections.abc import Iterator

import msgspec

from smf_core.operations.change_set import ChangeSet, Item
from smf_desktop.ports import NewId

SAVES = (1, 1, 4, 6, 12, 18, 20, 22, 24, 28)
"""Operations of one save after another."""

_TEXT = """
needle site rotated dose dialled pen primed bag emptied valve tap skin intact stocking smoothed
dressing clean asked again for help with the cap hands washed first today son was there did it alone
after one prompt tired this morning slept badly glucose higher than last week will ring the practice
about strips garden steps
"""
WORDS = _TEXT.split()
LEVELS = ("not_yet", "with_help", "prompts", "independent")


def text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(words))


def items(chance: random.Random, new_id: NewId, patient: str, nurse: str, size: int) -> list[Item]:
    """What one save of so many operations says."""
    hour, minute = chance.randrange(8, 18), chance.randrange(0, 60, 5)
    at = f"2026-{chance.randrange(1, 12):02}-{chance.randrange(1, 29):02}T{hour:02}:{minute:02}:00+00:00"
    if size == 1:
        booked = {"patient": patient, "at": at, "minutes": 45, "nurse": nurse, "focus": text(chance, 5)}
        return [Item(entity="visit", entity_id=new_id(), kind="planned", payload=booked)]
    visit, section, episode = new_id(), new_id(), new_id()
    said = {
        "patient": patient,
        "started_at": at,
        "minutes": chance.randrange(15, 70),
        "contact": "home",
        "purpose": "teaching",
        "agreed": text(chance, 6),
        "role": "nurse",
        "registered": True,
        "signed_at": at,
    }
    taught = {
        "patient": patient,
        "visit": visit,
        "episode": episode,
        "learner": "patient",
        "confidence": chance.randrange(4, 11),
        "notes": text(chance, 14),
        "checklist_version": "3.2",
    }
    made = [
        Item(entity="visit", entity_id=visit, kind="signed", payload=said),
        Item(entity="section", entity_id=section, kind="taught", payload=taught),
    ]
    for number in range(size - 3):
        rating = {"step": f"step_{number + 1}", "level": chance.choice(LEVELS), "note": text(chance, number % 5)}
        made.append(Item(entity="section", entity_id=section, kind="rating", payload=rating))
    reading = {
        "patient": patient,
        "visit": visit,
        "section": section,
        "observation": "glucose",
        "at": at,
        "value": f"{chance.randrange(40, 180) / 10}",
        "unit": "mmol/L",
    }
    return [*made, Item(entity="observation", entity_id=new_id(), kind="reading", payload=reading)]


def plain(change_set: ChangeSet) -> Iterator[dict[str, object]]:
    """The operations of a change set as anybody would send them one by one: the measure of what goes over the line."""
    head = change_set.head
    for index, item in enumerate(change_set.items):
        yield {
            "op_id": f"{head.cs_id}:{index}",
            "entity": f"{item.entity}/{item.entity_id}/{item.kind}",
            "hlc": f"{head.hlc[0]:015d}-{head.hlc[1]:04x}-{head.replica_id[-12:]}",
            "payload": dict(item.payload),
        }


def plain_json(sets: list[ChangeSet]) -> bytes:
    return msgspec.json.encode([each for one in sets for each in plain(one)])

"""A hub full of people for the benchmarks, and a laptop that has just joined it.

`python -m benchmarks._filled FOLDER PEOPLE` makes both in a folder.

Everything comes in through the hub's own door, signed and judged, and is folded into its records before anybody asks.
"""

import random
import sys
from pathlib import Path

from benchmarks._hub import world
from benchmarks._pen import pen
from benchmarks.sync import HUB_KEY, laptop
from smf_core.operations.change_set import ChangeSet
from smf_core.policy.roles import Role
from smf_hub.service.managing import add_team, add_user
from smf_hub.service.place import make_place
from smf_hub.service.projecting import catch_up

VISITS_EACH, VISIT, AT_ONCE = 12, 14, 150


def fill(folder: Path, people: int) -> None:
    """A hub on SQLite with so many people, twelve visits of fourteen operations each, and a laptop beside it."""
    chance = random.Random(people)
    url = f"sqlite:///{folder / 'hub.db'}"
    place = make_place(url, HUB_KEY, world(), service="Derby", kind="training", recovery_key=bytes(range(32)))
    team = add_team(place, "North")
    for name in ("ann", "bea"):
        add_user(place, name, role=Role.NURSE, team=team)
    writer = pen(place, team, "ann", "SMF-LT-001")
    waiting: list[ChangeSet] = []

    def say(each: ChangeSet | None) -> None:
        if each is not None:
            waiting.append(each)
        if waiting and (each is None or len(waiting) == AT_ONCE):
            writer.send(place, waiting)
            waiting.clear()

    known = []
    for _ in range(people):
        who, said = writer.person(chance)
        known.append(who)
        say(said)
    seen = known * VISITS_EACH
    chance.shuffle(seen)  # as the weeks go: everybody's visits between those of everybody else
    for who in seen:
        say(writer.visit(chance, who, VISIT))
    say(None)
    catch_up(place)
    laptop(place, folder / "bea", "bea", 12).store.close()
    place.close()


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]))

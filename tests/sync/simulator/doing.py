"""What is done on a simulated laptop how often."""

from collections.abc import Callable

from tests.sync.simulator import asking, merging, visiting
from tests.sync.simulator.acts import Hands
from tests.sync.simulator.laptop import SimLaptop

OFTEN: tuple[tuple[Callable[[Hands], str | None], float], ...] = (
    (Hands.new_person, 3),
    (Hands.change, 6),
    (Hands.visit, 4),
    (Hands.amend, 0.7),
    (Hands.accept, 3),
    (Hands.allergy, 2),
    (Hands.task, 2.5),
    (Hands.settle, 2),
    (Hands.undo, 0.5),
    (Hands.discharge, 0.7),
    (Hands.transfer, 0.4),
    (Hands.review, 1),
    (Hands.draft, 1),
    (Hands.read, 5),
    (visiting.book, 1.5),
    (visiting.sign_booked, 2),
    (visiting.not_gone_ahead, 1.5),
    (visiting.strike, 1),
    (visiting.decide, 2),
    (asking.known_once, 0.7),
    (asking.ask, 0.5),
    (asking.refer_again, 0.3),
    (merging.refer_anew, 0.5),
    (merging.merge, 1),
    (merging.separate, 0.4),
)
"""One against another."""


def something(laptop: SimLaptop) -> None:
    """One of the laptop's users does one of these."""
    acts, weights = zip(*OFTEN, strict=True)
    act = laptop.dice.choices(acts, weights)[0]
    act(Hands(laptop))

"""How many examples a property is tried on, where each of them takes long."""

from hypothesis import settings

USUAL = 100
"""Examples of a property that says nothing of them, in the suite."""


def examples(number: int) -> int:
    """So many in the suite; in a night as many times more as a night tries of any other property."""
    return number * max(1, settings.default.max_examples // USUAL)

"""Folders that take long to make: made by the first process of tests that asks, and copied by all of them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder of this run that `make` has filled, only to be copied from; the processes of a run share it.

    Where two ask at the same moment both make it, and the first to end has made it for both.
    """
    base = factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"made-once-{name}"
    if not place.exists():
        making = factory.mktemp(name)
        make(making)
        try:
            making.rename(place)
        except OSError:  # made by another meanwhile
            assert place.exists()
    return place

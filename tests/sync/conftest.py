"""A town with its hub, made anew for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.laptops import Town, town_at
from tests.support.stores import store_template

__all__ = ["store_template"]


@pytest.fixture
def town(tmp_path: Path, store_template: Path) -> Iterator[Town]:
    with town_at(tmp_path, store_template) as made:
        yield made

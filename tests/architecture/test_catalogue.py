"""The catalogues of faults: bugs that others shipped (B) and faults that a laptop and a hub meet (F).

Each row that concerns sync has a test whose name holds its number.
"""

import re

import pytest

from tests.architecture.sources import names_of_tests

_ROW = re.compile(r"(?:^|_)([BF]\d\d)(?=_|$)")


def rows(letter: str, *numbers: int | tuple[int, int]) -> list[str]:
    """`(3, 5)` means 3 to 5."""
    spans = (number if isinstance(number, tuple) else (number, number) for number in numbers)
    return [f"{letter}{row:02}" for first, last in spans for row in range(first, last + 1)]


WANTED = [
    *rows("B", (1, 45)),
    *rows("F", (26, 30), (34, 61), (63, 74), (83, 84), 88),
]


def test_every_row_that_concerns_sync_has_a_test_of_its_name() -> None:
    named = {row for name in names_of_tests() for row in _ROW.findall(name)}
    missing = [row for row in WANTED if row not in named]
    assert not missing, f"no test is named after {', '.join(missing)}"


@pytest.mark.parametrize("name", ["test_reg_B17_B18_F64_x", "test_F66_x", "test_x_B18"])
def test_a_name_may_hold_several_rows(name: str) -> None:
    assert len(_ROW.findall(name)) == {"test_reg_B17_B18_F64_x": 3}.get(name, 1)

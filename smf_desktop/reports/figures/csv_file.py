"""Rows as CSV that a spreadsheet opens as it is, and runs nothing of."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from smf_desktop.reports.figures.cells import Cell, harmless


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """UTF-8 with its mark; numbers are numbers, an empty cell is what is not known."""
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(
            [harmless(cell) if isinstance(cell, str) and not cell.isalnum() else cell for cell in row] for row in rows
        )

"""A hundred thousand rows as CSV and as a workbook, against the csv module and xlsxwriter with nothing to guard.

Each runs in a process of its own that tells how long it wrote and how much more memory it took than at its start:
`python -m benchmarks.exports ours_csv FILE`.
"""

import csv
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path

from benchmarks._timing import Figure, tell

ROWS, ROUNDS = 100_000, 5
CSV_GOAL, XLSX_GOAL, MEMORY_GOAL = 1.5, 1.2, 30.0
SKILLS = ("self_injection", "insulin", "catheter_care", "catheter_valve", "wound", "compression")
OUTCOMES = ("independent", "independent_support", "returned_core", "deceased", "moved")
BANDS = ("40 to 64", "65 to 74", "75 to 84", "85 and over")
Row = tuple[str, str, str, str, str, str, int, int]


def rows() -> Iterator[Row]:
    """What the store gives, one by one."""
    for n in range(ROWS):
        code, month = f"{n * 2654435761 % 2**64:016x}", f"2026-{n % 12 + 1:02}"
        yield code, BANDS[n % 4], "female", SKILLS[n % 6], month, OUTCOMES[n % 5], n % 23, n % 600


def ours_csv(path: Path) -> None:
    from smf_desktop.reports.figures.content import ROW_COLUMNS
    from smf_desktop.reports.figures.csv_file import write_csv

    write_csv(path, ROW_COLUMNS, noticed(rows()))


def bare_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows())


def ours_xlsx(path: Path) -> None:
    from smf_desktop.reports.figures.xlsx_file import write_rows, write_workbook

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        write_workbook(path, Path(folder), lambda book: write_rows(book.add_worksheet(), noticed(rows())))


def bare_xlsx(path: Path) -> None:
    from xlsxwriter import Workbook

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        book = Workbook(str(path), {"constant_memory": True, "tmpdir": folder})
        sheet = book.add_worksheet()
        for place, row in enumerate(rows()):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(place, column, cell)
                else:
                    sheet.write_number(place, column, cell)
        book.close()


def noticed(found: Iterable[Row]) -> Iterator[Row]:
    """The rows with somebody told of them, who may stop it."""
    from smf_desktop.reports.figures.whole import counting

    return counting(found, ROWS, lambda done, total: True)


ARMS: dict[str, Callable[[Path], None]] = {
    "ours_csv": ours_csv,
    "bare_csv": bare_csv,
    "ours_xlsx": ours_xlsx,
    "bare_xlsx": bare_xlsx,
}


def child(arm: str, path: Path) -> None:
    """Prints seconds of processor and megabytes over start."""
    for name in ("xlsxwriter", *(f"smf_desktop.reports.figures.{each}" for each in ("csv_file", "whole", "xlsx_file"))):
        import_module(name)  # paid before the start
    began, start = time.process_time(), held()
    ARMS[arm](path)
    took, peak = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(took * 1000, (peak - start) / 1024)


def held() -> int:
    """The kilobytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024


def main() -> int:
    took: dict[str, list[float]] = {arm: [] for arm in ARMS}
    memory: dict[str, list[float]] = {arm: [] for arm in ARMS}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(ROUNDS):
            for arm in ARMS:
                path = Path(folder) / f"{turn}-{arm}"
                command = [sys.executable, "-m", "benchmarks.exports", arm, str(path)]
                said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
                took[arm].append(float(said[0]))
                memory[arm].append(float(said[1]))
                path.unlink()
    middle = {arm: statistics.median(each) for arm, each in took.items()}
    found = (
        Figure("100,000 rows as CSV", middle["ours_csv"], middle["bare_csv"], "csv module", CSV_GOAL, ROUNDS),
        Figure("100,000 rows as XLSX", middle["ours_xlsx"], middle["bare_xlsx"], "bare xlsxwriter", XLSX_GOAL, ROUNDS),
        Figure("memory over start, XLSX", max(memory["ours_xlsx"]), MEMORY_GOAL, "30 MB", 1.0, ROUNDS, "MB"),
    )
    for figure in found:
        tell(figure)
    return int(any(figure.ratio > figure.goal for figure in found))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(sys.argv[1], Path(sys.argv[2]))
    else:
        sys.exit(main())

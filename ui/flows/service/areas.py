"""Tools: a list of areas taken in, or what is wrong with its rows."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from smf_desktop.presenters.service.areas import areas_words, row_words
from smf_desktop.services.referral.cells import Finding
from smf_desktop.services.service.areas import AreasImported, import_areas
from ui.desk import Desk
from ui.flows.csv_files import ask_csv, take_csv
from ui.views.table_dialog import TableDialog

COLUMNS = (("Row", 70), ("Column", 110), ("What is wrong", 620))


def ask_areas(desk: Desk, over: QWidget) -> QFileDialog:
    """Ask for a CSV list of areas and take it in."""
    return ask_csv(over, "Choose a list of areas", partial(take_in_areas, desk, over))


def take_in_areas(desk: Desk, over: QWidget, path: Path) -> None:
    """Take a list of areas in and say what it changed, or show which rows are to be put right."""

    def done(found: AreasImported) -> None:
        if found.refused:
            _show(over, found.findings)
            return
        desk.changed(found.touched)
        desk.toast(_told(found))

    take_csv(desk, path, import_areas, done)


def _told(found: AreasImported) -> str:
    return areas_words(added=found.added, changed=found.changed, unchanged=found.unchanged, gone=found.gone)


def _cells(found: Finding) -> tuple[str, ...]:
    return row_words(found.line, found.column, found.reason)


def _show(over: QWidget, findings: Sequence[Finding]) -> None:
    dialog: TableDialog[Finding] = TableDialog(
        "Nothing was taken in",
        "Put these rows right in the file and import it again. The first row is the header.",
        COLUMNS,
        _cells,
        lambda found: ", ".join(filter(None, ("Row", *_cells(found)))),
        empty=("check", "Nothing is wrong", ""),
        parent=over.window(),
    )
    dialog.show_rows(findings)
    dialog.open()

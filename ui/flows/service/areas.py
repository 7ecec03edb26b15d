"""Tools: a list of areas taken in with the edition it is of, or what is wrong with its rows."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from smf_desktop.presenters.service.areas import areas_words, row_words
from smf_desktop.services.referral.cells import Finding
from smf_desktop.services.service.areas import AreasImported, import_areas
from smf_desktop.services.session import Session
from ui.desk import Desk
from ui.flows.asking import Asker, Typed
from ui.flows.csv_files import ask_csv, read_csv
from ui.views.form_dialog import Ask, FormDialog
from ui.views.table_dialog import TableDialog

COLUMNS = (("Row", 70), ("Column", 110), ("What is wrong", 620))
EDITION_HINT = "Such as English Indices of Deprivation 2025. Left empty it is told as not recorded"


def ask_areas(desk: Desk, asker: Asker, over: QWidget) -> QFileDialog:
    """Ask for a CSV list of areas, then which edition it is of, and take it in."""
    return ask_csv(over, "Choose a list of areas", partial(take_in_areas, desk, asker, over))


def take_in_areas(desk: Desk, asker: Asker, over: QWidget, path: Path) -> None:
    """Ask which edition a list is of; take it in and say what it changed, or which rows are to be put right."""
    dialog = FormDialog(
        "Import this list of areas?",
        (Ask("edition", "Edition of the index", hint=EDITION_HINT, optional=True),),
        "Import",
        about=f"{path.name} takes the place of the list before. Its edition stands beside what is told by deprivation.",
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], AreasImported]:
        return partial(_take_in, desk.session, path, typed["edition"])

    def done(found: AreasImported) -> None:
        if found.refused:
            _show(over, found.findings)
            return
        desk.changed(found.touched)
        desk.toast(_told(found))

    asker.ask(dialog, job, done, "Importing")


def _take_in(session: Session, path: Path, edition: str) -> AreasImported:
    return import_areas(session, read_csv(path), edition)


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

"""A CSV file chosen in a window and taken in, off the interface thread."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QFileDialog, QWidget

from smf_desktop.services.referral.bytes import LARGEST_FILE
from smf_desktop.services.session import Session
from smf_desktop.trouble import FileUnreadable
from ui.desk import Desk

T = TypeVar("T")


def ask_csv(over: QWidget, title: str, chosen: Callable[[Path], object]) -> QFileDialog:
    """Ask for a CSV file."""
    dialog = QFileDialog(over, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["CSV (*.csv)", "Every file (*)"])
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def take_csv(desk: Desk, path: Path, take_in: Callable[[Session, bytes], T], done: Callable[[T], object]) -> None:
    """Give a service what is in a file, and then tell `done`."""
    desk.lanes.store.run(lambda: take_in(desk.session, read_csv(path)), done=done, failed=desk.tell)


def read_csv(path: Path) -> bytes:
    """What is in a file; of one that is too large, enough for a service to say so. Raises `FileUnreadable`."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError:
        raise FileUnreadable from None

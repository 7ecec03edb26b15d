"""Saving visit times, without names, for another calendar."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from smf_desktop.services.day.ics import diary_times
from smf_desktop.services.session import Session
from smf_desktop.trouble import FileUnwritable
from ui.desk import Desk

FILE = "visit-times.ics"


def ask_save_diary(desk: Desk, over: QWidget) -> None:
    """Ask where, and save the times. The file holds times and the word "Visit", nothing of anybody."""
    dialog = QFileDialog(over, "Save diary times, without names")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("Calendar (*.ics)")
    dialog.setDefaultSuffix("ics")
    dialog.selectFile(FILE)
    dialog.fileSelected.connect(lambda path: save_diary(desk, Path(path)))
    dialog.open()


def save_diary(desk: Desk, path: Path) -> None:
    """Write the file off the interface thread, and say so."""
    job = partial(write_diary, desk.session, path)
    desk.lanes.work.run(job, done=lambda _: desk.toast("Diary times saved"), failed=desk.tell)


def write_diary(session: Session, path: Path) -> None:
    """The times in a file. Raises `FileUnwritable` where it cannot be written."""
    times = diary_times(session)
    try:
        path.write_bytes(times)
    except OSError:
        raise FileUnwritable from None

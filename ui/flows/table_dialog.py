"""A window with a list that is read off the interface thread, and read again when something was done with a line."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.messages.troubles import words_for
from ui.desk import Desk
from ui.tasks import Lane
from ui.views.table_dialog import Offer, TableDialog

T = TypeVar("T")
Row = TypeVar("Row")

RECORD = "record"
"""What a reading dialog offers where it is about somebody."""


def reading_dialog(
    over: QWidget, title: str, about: str, who: str, ends: Offer, nothing: str, *, has_record: bool
) -> TableDialog[str]:
    """A window in which somebody's words are read, line by line; `ends` is done with them, `nothing` says they are."""
    return TableDialog(
        title,
        about,
        ((who, 900),),
        lambda line: (line,),
        lambda line: line,
        empty=("circle-check", "Nothing here", nothing),
        offers=(*((Offer(RECORD, "Open record", "primary"),) if has_record else ()), ends),
        counted=False,
        parent=over.window(),
    )


def keep_read(
    desk: Desk, dialog: TableDialog[Row], lane: Lane, job: Callable[[], T], show: Callable[[T], object]
) -> Callable[[], None]:
    """Open the window and fill it. Answers what reads it again; once it is closed nothing is shown any more."""
    standing = [dialog]
    dialog.finished.connect(standing.clear)

    def shown(found: T) -> None:
        if standing:
            show(found)

    def failed(error: BaseException) -> None:
        words = words_for(error)
        for one in standing:
            one.state.show_error(words.happened, words.do)

    def read() -> None:
        if standing:
            dialog.state.begin()
            lane.run(job, done=shown, failed=failed)

    dialog.state.again_wanted.connect(read)
    dialog.open()
    read()
    return read

"""A window with a list that is read off the interface thread, and read again when something was done with a line."""

from collections.abc import Callable
from typing import TypeVar

from smf_desktop.presenters.messages.troubles import words_for
from ui.desk import Desk
from ui.tasks import Lane
from ui.views.table_dialog import TableDialog

T = TypeVar("T")
Row = TypeVar("Row")


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

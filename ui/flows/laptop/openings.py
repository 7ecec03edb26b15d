"""What a lead reads of records that were opened outside a list."""

from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.opening import OpenedRow
from smf_desktop.services.record.opening import opened_off_list
from ui.desk import Desk, Place
from ui.flows.opening import go_to_record
from ui.views.openings import OpeningsDialog


def show_openings(desk: Desk, over: QWidget) -> OpeningsDialog:
    """A window with the list; it fills when it is read."""
    dialog = OpeningsDialog(over)
    standing = [dialog]  # closed before it was read, it is filled no more
    dialog.finished.connect(standing.clear)

    def show(rows: tuple[OpenedRow, ...]) -> None:
        for one in standing:
            one.show_rows(rows)

    def failed(error: BaseException) -> None:
        words = words_for(error)
        for one in standing:
            one.state.show_error(words.happened, words.do)

    def read() -> None:
        dialog.state.begin()
        desk.lanes.read.run(partial(opened_off_list, desk.session), done=show, failed=failed)

    dialog.state.again_wanted.connect(read)
    dialog.open_wanted.connect(lambda row: go_to_record(desk, over, Place("patient", row.patient), row.name))
    dialog.open()
    read()
    return dialog

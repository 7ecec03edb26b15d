"""A dialog grows with the text, and never past the window it lies over."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from ui.theme import apply, load
from ui.views.form_dialog import GAP, Ask, FormDialog
from ui.views.help import HelpView
from ui.views.key_settings import KeysDialog
from ui.views.keys import KeySheet
from ui.views.table_dialog import Offer, TableDialog


def _listed(over: QWidget) -> TableDialog[str]:
    dialog: TableDialog[str] = TableDialog(
        "A list",
        "What it is about.",
        (("What", 300), ("Why", 500)),
        lambda row: (row, f"{row} because it takes some words to say why, then more, and yet some more"),
        lambda row: row,
        empty=("eye", "Nothing", "Something."),
        offers=(Offer("open", "Open"),),
        parent=over,
    )
    dialog.show_rows(["One", "Two"])
    return dialog


DIALOGS: dict[str, Callable[[QWidget], QDialog]] = {
    "help": lambda over: HelpView("Today", "# Today", over),
    "keys of a page": lambda over: KeySheet((("Ctrl+K", "Find"),) * 40, over),
    "key settings": lambda over: KeysDialog(True, over),
    "a list": lambda over: _listed(over),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_stays_inside_its_window_at_text_size_200(qtbot: QtBot, qapp: QApplication, name: str) -> None:
    apply(qapp, load("light", 2))
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(1366, 690)
    window.show()
    dialog = DIALOGS[name](window)
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert dialog.width() <= window.width()
    assert dialog.height() <= window.height()


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_grows_with_the_text(qtbot: QtBot, qapp: QApplication, name: str) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(3000, 2000)
    small = DIALOGS[name](window)
    apply(qapp, load("light", 2))
    large = DIALOGS[name](window)
    assert large.width() > 1.5 * small.width()


@pytest.mark.parametrize("text", [1.0, 2.0])
def test_a_list_shows_every_word_without_going_sideways(qtbot: QtBot, qapp: QApplication, text: float) -> None:
    apply(qapp, load("light", text))
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(683, 384)
    window.show()
    dialog = _listed(window)
    with qtbot.waitExposed(dialog):
        dialog.show()
    table = dialog.table
    assert sum(table.columnWidth(column) for column in range(2)) <= table.viewport().width()
    assert table.rowHeight(0) >= table.sizeHintForRow(0) > table.fontMetrics().height() * 2


@pytest.mark.parametrize("text", [1.0, 2.0])
def test_what_is_said_under_the_last_field_stands_clear_of_the_buttons(
    qapp: QApplication, qtbot: QtBot, text: float
) -> None:
    apply(qapp, load("light", text))
    over = QMainWindow()
    qtbot.addWidget(over)
    over.resize(1366, 900)
    over.show()
    about = "For somebody of your team whose teaching ended too long ago for this laptop. " * 3
    form = FormDialog("Why?", [Ask("first", "First"), Ask("last", "Last")], "Save", about=about, parent=over)
    with qtbot.waitExposed(form):
        form.open()
    form.tell({"first": "Say something here.", "last": "And here, too."})
    message = form.fields["last"].message

    before = form.height()
    qtbot.waitUntil(lambda: message.isVisible() and form.height() > before)
    for _ in range(3):
        QApplication.processEvents()
    bottom = message.mapTo(form, message.rect().bottomLeft()).y()
    assert bottom + GAP <= form.primary.geometry().top()
    form.reject()


def test_a_form_may_go_away_while_it_grows(qtbot: QtBot) -> None:
    form = FormDialog("Why?", [Ask("first", "First")], "Save")
    qtbot.addWidget(form)
    form.open()
    form.tell({"first": "Say something here."})
    form.deleteLater()
    qtbot.wait(20)

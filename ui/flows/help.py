"""Help: what a page is for with the keys it has, the sheet of keys, and what the control with the focus is for."""

from collections.abc import Callable
from importlib.resources import files

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWhatsThis, QWidget

from smf_desktop.presenters.help import help_page, what_words
from ui.actions import Action, Menu
from ui.menus import key_words, plain_words
from ui.views.help import HelpView
from ui.widgets.text import announce, plain_tip

ANYWHERE = "anywhere"
FIRST = (Menu.VISIT, Menu.PATIENT, Menu.EDIT, Menu.FILE, Menu.GO)


def show_help(window: QWidget, page: str, can: Callable[[Action], bool]) -> HelpView:
    """A window with the page's own words and the commands it has now."""
    title, words = help_page(_text(page) or _text(ANYWHERE), help_rows(can))
    view = HelpView(title, words, window)
    view.show()
    view.activateWindow()
    return view


def help_rows(can: Callable[[Action], bool]) -> list[tuple[str, str, str]]:
    """Key, command and hint of all that can be done: what is about the page and its person first."""
    able = [action for action in Action if can(action)]
    able.sort(key=lambda action: FIRST.index(action.menu) if action.menu in FIRST else len(FIRST))
    return [(key_words(action), plain_words(action), action.hint) for action in able]


def key_rows(can: Callable[[Action], bool]) -> list[tuple[str, str]]:
    return [(key, hint) for key, _words, hint in help_rows(can) if key]


def say_what_it_is(widget: QWidget | None) -> str:
    """Show beside a control what it is and what it is for, and say it to a screen reader."""
    if widget is None:
        return ""
    words = what_words(
        widget.accessibleName() or widget.windowTitle(), widget.accessibleDescription(), widget.toolTip()
    )
    QWhatsThis.showText(widget.mapToGlobal(QPoint(8, widget.height())), plain_tip(words), widget)
    announce(widget, words, now=True)
    return words


def _text(page: str) -> str:
    path = files("resources").joinpath("help", f"{page}.md")
    return path.read_text(encoding="utf-8") if page and path.is_file() else ""

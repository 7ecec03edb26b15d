"""Light, dark, or high contrast, and how large: what one person wants and what the system says, put on as one theme."""

from collections.abc import Callable, Mapping
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from smf_desktop.settings import Look
from ui.theme import Theme, apply, load, theme_in_use

CONTRAST = "contrast"
"""The name of the theme made from the system's colours, for those who set a high contrast there."""

EDGES = (
    "QTableView::item:selected, QListView::item:selected, QMenu::item:selected, QTabBar::tab:selected"
    " { border: 2px solid palette(highlight); }"
    "QFrame#toast, QFrame#rail, QFrame#banner { border: 1px solid palette(window-text); }"
)
"""With one ground for all, what a fill marks elsewhere has an edge."""

CHOSEN = 0.3
"""How far the ground of a chosen row is on its way to the system's mark: words on it stay as easy to read."""

_ROLE = QPalette.ColorRole
_TOKENS: Mapping[QPalette.ColorRole, str] = {
    _ROLE.Window: "canvas surface surface-2 surface-3 soft ok-soft warn-soft danger-soft violet-soft "
    "nav nav-2 banner r1 r2 r3 cband papertext toast titlebar",
    _ROLE.WindowText: "text text-2 text-3 line line-strong soft-line ok ok-line warn warn-line danger danger-line "
    "violet violet-line nav-text nav-on nav-mark focus-a banner-edge r1t r2t r3t rline grid paper toast-text "
    "c1 c2 c3 c4 c5 c6 ok-fill danger-fill",
    _ROLE.Highlight: "primary primary-hover primary-press focus-b r4 warn-fill",
    _ROLE.HighlightedText: "on-primary r4t c3t",
    _ROLE.Link: "link toast-link",
}


def wear(app: QApplication, look: Look, text: float) -> None:
    """Put on what `look` means now, unless it is worn already."""
    if _wants_contrast():
        apply(app, contrast(_system_palette(app), text), more=EDGES)
        return
    name, now = _named(look), theme_in_use()
    if (now.name, now.text) != (name, text):
        apply(app, load(name, text))


def when_system_changes(do: Callable[[], None]) -> None:
    """Call when the system turns light or dark, or to high contrast and back."""
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.connect(do)
    hints.accessibility().contrastPreferenceChanged.connect(do)


def contrast(system: QPalette, text: float) -> Theme:
    """The system's own colours in the place of ours: grounds, words and edges stay apart because it keeps them so."""
    colours = {
        token: system.color(QPalette.ColorGroup.Active, role).name()
        for role, tokens in _TOKENS.items()
        for token in tokens.split()
    }
    ground, mark = (system.color(QPalette.ColorGroup.Active, role) for role in (_ROLE.Window, _ROLE.Highlight))
    colours["selected"] = _between(ground, mark, CHOSEN).name()
    colours["disabled"] = system.color(QPalette.ColorGroup.Disabled, _ROLE.WindowText).name()
    return Theme(CONTRAST, colours, min(2.0, max(0.8, text)))


def _between(one: QColor, other: QColor, part: float) -> QColor:
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(a + (b - a) * part) for a, b in pairs))


def _named(look: Look) -> Literal["light", "dark"]:
    if look == "system":
        return "dark" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"
    return look


def _wants_contrast() -> bool:
    hints = QGuiApplication.styleHints()  # held: what it answers goes with it
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def _system_palette(app: QApplication) -> QPalette:
    app.setStyleSheet("")
    app.setPalette(QPalette())  # ours is let go, so that the system's can be read
    return app.palette()

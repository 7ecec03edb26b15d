"""The look of every window, from the tokens: colours, type, icons, one style sheet.

A theme belongs to the application, as its palette and its font do: `apply` puts one on,
`theme_in_use` is what controls ask while they paint, so a change of theme is one call.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QColor,
    QFont,
    QFontDatabase,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAccessibleWidget, QApplication, QWidget

import resources
from ui.focus import FocusWatcher

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from ui.style import Style

FAMILY = "Atkinson Hyperlegible Next"
FALLBACK = "Segoe UI"

POINTS: Mapping[str, float] = {
    "hero": 25.5,
    "figure": 20,
    "page": 16,
    "name": 14.5,
    "section": 11,
    "body": 10.5,
    "cell": 10,
    "dense": 9.75,
    "caption": 9,
    "tick": 8.5,
}
"""Type sizes in points at 100 %, by role."""

WEIGHTS: Mapping[str, int] = {"hero": 700, "figure": 700, "page": 700, "name": 700, "section": 600}
"""Roles that are not regular (400)."""

_RESOURCES = Path(resources.__path__[0])
_PLACE = re.compile(r"\{(?:(pt|px):)?([a-z0-9.-]+)\}")


@dataclass(frozen=True, slots=True)
class Theme:
    """One look: colours by token, and how large the text is (1.0 is 100 %, 0.8 to 2.0)."""

    name: str
    colours: Mapping[str, str]
    text: float = 1.0
    _drawn: dict[tuple[str, str, int, float], QPixmap] = field(default_factory=dict, compare=False, repr=False)
    _read: dict[str, QColor] = field(default_factory=dict, compare=False, repr=False)
    _set: dict[tuple[str, int | None, bool], QFont] = field(default_factory=dict, compare=False, repr=False)

    def colour(self, token: str) -> QColor:
        """A colour of one's own each time: it may be changed."""
        if token not in self._read:
            self._read[token] = QColor(self.colours[token])
        return QColor(self._read[token])

    def focus_colours(self) -> tuple[QColor, QColor]:
        """The ring from inside out. Light: yellow, then dark. Dark: the two swap."""
        a, b = self.colour("focus-a"), self.colour("focus-b")
        return (a, b) if self.name == "dark" else (b, a)

    def px(self, size: float) -> int:
        """A control's size in pixels: grows with the text, and never falls below the smallest pointer target."""
        return round(size * max(1.0, self.text))

    def font(self, role: str, weight: int | None = None, *, tabular: bool = False) -> QFont:
        """A font of one's own each time: it may be changed."""
        key = (role, weight, tabular)
        if key not in self._set:
            font = QFont()
            font.setFamilies([FAMILY, FALLBACK])
            font.setPointSizeF(POINTS[role] * self.text)
            font.setWeight(QFont.Weight(weight or WEIGHTS.get(role, 400)))
            self._set[key] = tabular_figures(font) if tabular else font
        return QFont(self._set[key])

    def pixmap(self, name: str, token: str, size: int, dpr: float = 1.0) -> QPixmap:
        """The icon `name` in the colour `token`, `size` logical pixels square."""
        key = (name, token, size, dpr)
        if key not in self._drawn:
            self._drawn[key] = _render(name, self.colours[token], size, dpr)
        return self._drawn[key]

    def icon(self, name: str, token: str, size: int = 16) -> "QIcon":
        from PySide6.QtGui import QIcon  # no first page has one

        icon = QIcon()
        for dpr in (1.0, 1.5, 2.0, 3.0):
            icon.addPixmap(self.pixmap(name, token, size, dpr))
        return icon

    def style_sheet(self) -> str:
        """The template with every `{token}`, `{pt:role}` and `{px:size}` filled in; KeyError for an unknown one."""
        return _PLACE.sub(self._fill, _resource("theme/app.qss").decode())

    def _fill(self, place: re.Match[str]) -> str:
        kind, name = place.groups()
        if kind == "pt":
            return f"{POINTS[name] * self.text:.2f}pt"
        if kind == "px":
            return f"{self.px(float(name))}px"
        return self.colours[name]

    def palette(self) -> QPalette:
        role, group = QPalette.ColorRole, QPalette.ColorGroup
        palette = QPalette()
        for place, token in {
            role.Window: "canvas",
            role.WindowText: "text",
            role.Base: "surface",
            role.AlternateBase: "surface-2",
            role.Text: "text",
            role.PlaceholderText: "text-3",
            role.Button: "surface",
            role.ButtonText: "text",
            role.BrightText: "on-primary",
            role.Highlight: "primary",
            role.HighlightedText: "on-primary",
            role.Accent: "primary",
            role.Link: "link",
            role.LinkVisited: "link",
            role.ToolTipBase: "toast",
            role.ToolTipText: "toast-text",
            role.Light: "surface",
            role.Midlight: "surface-3",
            role.Mid: "line",
            role.Dark: "line-strong",
            role.Shadow: "line-strong",
        }.items():
            palette.setColor(place, self.colour(token))
        for place in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(group.Disabled, place, self.colour("disabled"))
        palette.setColor(group.Disabled, role.Base, self.colour("surface-2"))
        return palette


class Look(QObject):
    """What the application wears: the theme and the drawing that follows it. Until `draw`, its own style draws."""

    def __init__(self, app: QApplication, theme: Theme) -> None:
        super().__init__(app)
        self.theme = theme
        self.style: Style | None = None
        self.focus = FocusWatcher(app, theme)

    def use(self, theme: Theme) -> None:
        self.theme = theme
        self.focus.use(theme)
        if self.style is not None:
            self.style.ink = theme

    def draw(self, app: QApplication) -> None:
        """From here on controls are drawn from the tokens."""
        if self.style is None:
            from ui.style import Style  # its Qt classes take longer to read than a first page takes to paint

            self.style = Style(self.theme)
            app.setStyle(self.style)


def load(name: Literal["light", "dark"] = "light", text: float = 1.0) -> Theme:
    """A theme of `tokens.json`. Text outside 80 % to 200 % is brought back to the nearer end."""
    return Theme(name, json.loads(_resource("theme/tokens.json"))["color"][name], min(2.0, max(0.8, text)))


def apply(app: QApplication, theme: Theme, *, drawn: bool = True, more: str = "") -> None:
    """Put the theme on, now and on every open window; `more` is added to its style sheet.

    Without `drawn` the application draws in the style it was made with until `draw_controls`: for a first page, which
    has no check box, radio button or sort arrow.
    """
    look = app.property("look")
    if not isinstance(look, Look):
        for font in sorted(_RESOURCES.glob("fonts/*.ttf")):
            QFontDatabase.addApplicationFontFromData(QByteArray(font.read_bytes()))
        QAccessible.installFactory(_accessible)
        look = Look(app, theme)
        app.setProperty("look", look)
    look.use(theme)
    if drawn:
        look.draw(app)
    app.setStyleSheet("")  # changing one sheet for another polishes each control once for every control it stands in
    app.setFont(theme.font("body"))
    app.setPalette(theme.palette())
    app.setStyleSheet(theme.style_sheet() + more)


def draw_controls(app: QApplication) -> None:
    """What a first page did without; nothing when the theme was applied whole."""
    look = app.property("look")
    if isinstance(look, Look):
        look.draw(app)


def theme_in_use() -> Theme:
    """The theme last applied; LookupError when none was."""
    app = QCoreApplication.instance()
    look = app.property("look") if app is not None else None
    if not isinstance(look, Look):
        raise LookupError("no theme has been applied")
    return look.theme


def tabular_figures(font: QFont) -> QFont:
    """The same font with figures of one width, for tables, fields and counts."""
    figures = QFont(font)
    figures.setFeature(QFont.Tag("tnum"), 1)
    return figures


def _accessible(key: str, thing: QObject) -> QAccessibleInterface | None:
    """Gives a control of ours the role it names in its `accessibleRole` property."""
    if not isinstance(thing, QWidget):
        return None
    role = thing.property("accessibleRole")
    return QAccessibleWidget(thing, role) if isinstance(role, QAccessible.Role) else None


def _resource(path: str) -> bytes:
    return (_RESOURCES / path).read_bytes()


def _render(name: str, colour: str, size: int, dpr: float) -> QPixmap:
    drawing = _resource(f"icons/{name}.svg").replace(b"currentColor", colour.encode())
    pixmap = QPixmap(round(size * dpr), round(size * dpr))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap

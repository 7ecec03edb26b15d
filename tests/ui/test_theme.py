"""The look: contrast is computed from the tokens, fonts are really there, the ring is always seen."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import ui.widgets
from ui.focus import RING, FocusRing
from ui.theme import FAMILY, POINTS, Theme, apply, load, tabular_figures, theme_in_use
from ui.widgets.text import Icon

THEMES = ("light", "dark")

PAIRS = [
    *((text, ground, 4.5) for text in ("text", "text-3") for ground in ("surface", "canvas", "selected")),
    *(("text-2", ground, 4.5) for ground in ("surface", "canvas", "surface-2", "selected", "banner")),
    *(("link", ground, 4.5) for ground in ("surface", "canvas", "selected", "soft")),
    *(("on-primary", ground, 4.5) for ground in ("primary", "primary-hover", "primary-press")),
    *(("ok", ground, 4.5) for ground in ("ok-soft", "surface")),
    *(("warn", ground, 4.5) for ground in ("warn-soft", "surface", "canvas")),
    *(("danger", ground, 4.5) for ground in ("danger-soft", "surface", "selected", "banner")),
    ("violet", "violet-soft", 4.5),
    ("nav-text", "nav", 4.5),
    ("nav-on", "nav-2", 4.5),
    ("toast-text", "toast", 4.5),
    ("toast-link", "toast", 4.5),
    *((f"r{level}t", f"r{level}", 4.5) for level in range(1, 5)),
    *(("line-strong", ground, 3) for ground in ("surface", "canvas", "selected")),
    ("primary", "surface", 3),
    ("primary", "surface-3", 3),
    ("ok-fill", "surface", 3),
    ("danger-fill", "surface", 3),
    ("warn", "surface", 3),
    ("rline", "surface", 3),
    ("nav-mark", "nav-2", 3),
    ("focus-a", "focus-b", 3),
    ("on-primary", "danger-fill", 4.5),
    *((f"c{series}", "surface", 3) for series in range(1, 7)),
]


def luminance(colour: QColor) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(theme: Theme, one: str, other: str) -> float:
    lighter, darker = sorted((luminance(theme.colour(one)), luminance(theme.colour(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("mark", "ground", "needs"), PAIRS)
def test_what_is_read_stands_out_from_its_ground(name: str, mark: str, ground: str, needs: float) -> None:
    assert contrast(load(name), mark, ground) >= needs


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("ground", ["surface", "primary", "canvas", "nav", "nav-2", "selected"])
def test_one_colour_of_the_ring_is_seen_on_every_ground(name: str, ground: str) -> None:
    assert max(contrast(load(name), ring, ground) for ring in ("focus-a", "focus-b")) >= 3


def test_the_contrast_sum_is_the_published_one() -> None:
    assert round(contrast(load("light"), "text", "surface"), 2) == 15.22
    assert round(contrast(load("dark"), "r3t", "r3"), 2) == 4.88


def test_both_themes_speak_of_the_same_tokens() -> None:
    assert load("light").colours.keys() == load("dark").colours.keys()


@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_has_no_place_left_empty(name: str) -> None:
    assert re.search(r"\{(pt:|px:)?[a-z0-9-]+\}", load(name).style_sheet()) is None


def test_no_control_names_a_colour_by_itself() -> None:
    written = [path for path in Path(ui.widgets.__file__).parent.glob("*.py") if "#" in path.read_text()]
    assert not [path.name for path in written if re.search(r"[\"']#[0-9A-Fa-f]{3,8}[\"']", path.read_text())]


def test_the_typeface_is_the_shipped_one_in_every_weight() -> None:
    theme = load()
    infos = [QFontInfo(theme.font("cell", weight)) for weight in (400, 500, 600, 700)]
    assert {info.family() for info in infos} == {FAMILY}
    assert [info.weight() for info in infos] == [400, 500, 600, 700]


def test_figures_of_one_width_line_up() -> None:
    usual = load().font("cell")
    ones, noughts = ("1111", "0000")
    assert QFontMetricsF(usual).horizontalAdvance(ones) < QFontMetricsF(usual).horizontalAdvance(noughts)
    even = QFontMetricsF(tabular_figures(usual))
    assert even.horizontalAdvance(ones) == even.horizontalAdvance(noughts)


@pytest.mark.parametrize(("asked", "given"), [(0.1, 0.8), (1.0, 1.0), (1.5, 1.5), (9.0, 2.0)])
def test_text_grows_between_80_and_200_percent(asked: float, given: float) -> None:
    theme = load("light", asked)
    assert theme.text == given
    assert all(theme.font(role).pointSizeF() == pytest.approx(size * given) for role, size in POINTS.items())


def test_a_pointer_target_never_shrinks_with_the_text() -> None:
    assert load("light", 0.8).px(26) == 26
    assert load("light", 2.0).px(26) == 52


def test_every_icon_draws_in_the_colour_asked_for() -> None:
    theme = load("light")
    for path in files("resources").joinpath("icons").iterdir():
        if not path.name.endswith(".svg"):
            continue
        image = theme.pixmap(path.name.removesuffix(".svg"), "danger", 24, 2.0).toImage()
        assert image.width() == 48, path.name
        wanted = theme.colour("danger").getRgb()
        pixels = [image.pixelColor(x, y).getRgb() for x in range(48) for y in range(48)]
        solid = [pixel for pixel in pixels if pixel[3] == 255]
        assert solid, path.name
        assert all(abs(got - want) <= 1 for pixel in solid for got, want in zip(pixel, wanted, strict=True)), path.name


def test_an_icon_is_drawn_once_for_a_colour_size_and_screen() -> None:
    theme = load()
    first = theme.pixmap("sun", "text", 16)
    assert theme.pixmap("sun", "text", 16) is first
    assert theme.pixmap("sun", "link", 16) is not first
    assert theme.icon("sun", "text").availableSizes()


def test_a_new_theme_is_worn_at_once_by_what_is_open(qtbot: QtBot, qapp: QApplication) -> None:
    icon = Icon("square", "text", 24)
    qtbot.addWidget(icon)
    before = icon.grab().toImage()
    apply(qapp, load("dark", 1.5))
    assert theme_in_use().name == "dark"
    assert qapp.palette().window().color() == load("dark").colour("canvas")
    assert icon.sizeHint().width() == 36
    assert icon.grab().toImage() != before


def ring_of(window: QWidget) -> FocusRing | None:
    return next((ring for ring in window.findChildren(FocusRing) if ring.isVisible()), None)


def shown(qtbot: QtBot, window: QWidget) -> None:
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


@pytest.mark.parametrize("name", THEMES)
def test_the_ring_surrounds_what_has_the_focus_in_both_its_colours(qtbot: QtBot, qapp: QApplication, name: str) -> None:
    apply(qapp, load(name))
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(20, 20, 20, 20)
    first, second = QPushButton("One"), QLineEdit()
    column.addWidget(first)
    column.addWidget(second)
    shown(qtbot, window)
    for target in (first, second):
        target.setFocus()
        ring = ring_of(window)
        assert ring is not None
        assert ring.geometry() == target.geometry().adjusted(-RING, -RING, RING, RING)
        drawn = window.grab().toImage()
        middle, left = target.geometry().center().y(), target.geometry().left()
        colours = [drawn.pixelColor(QPoint(left - far, middle)).name() for far in (1, 3)]
        inner, outer = ("focus-b", "focus-a") if name == "light" else ("focus-a", "focus-b")
        assert colours == [load(name).colour(inner).name(), load(name).colour(outer).name()]


def test_the_ring_follows_what_moves_and_leaves_what_is_scrolled_away(qtbot: QtBot) -> None:
    area, inside = QScrollArea(), QWidget()
    column = QVBoxLayout(inside)
    buttons = [QPushButton(str(n)) for n in range(30)]
    for button in buttons:
        column.addWidget(button)
    area.setWidget(inside)
    window = QWidget()
    QVBoxLayout(window).addWidget(area)
    window.resize(200, 200)
    shown(qtbot, window)
    buttons[0].setFocus()
    ring = ring_of(window)
    assert ring is not None
    at_first = ring.pos()
    area.verticalScrollBar().setValue(5)
    qtbot.waitUntil(lambda: ring.y() == at_first.y() - 5)
    area.verticalScrollBar().setValue(400)
    qtbot.waitUntil(lambda: ring_of(window) is None)


def test_the_ring_is_not_in_the_way_and_goes_with_its_control(qtbot: QtBot) -> None:
    window, pressed = QWidget(), []
    button = QPushButton("One", window)
    button.setGeometry(20, 20, 80, 30)
    button.clicked.connect(lambda: pressed.append(1))
    shown(qtbot, window)
    button.setFocus()
    qtbot.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(60, 35))
    assert pressed == [1]
    button.deleteLater()
    qtbot.waitUntil(lambda: ring_of(window) is None)


class Polished(QLabel):
    """Counts how often it is told of another style."""

    times = 0

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.times += event.type() == QEvent.Type.StyleChange


def test_another_size_polishes_a_control_as_often_however_deep_it_stands(qtbot: QtBot, qapp: QApplication) -> None:
    apply(qapp, load("light"))
    window = QWidget()
    qtbot.addWidget(window)
    shallow = Polished("Above", window)
    within = window
    for _ in range(20):
        within = QFrame(within)
    deep = Polished("Below", within)
    window.show()
    shallow.times = deep.times = 0
    apply(qapp, load("light", 1.1))
    assert 0 < deep.times == shallow.times
    apply(qapp, load("light"))

"""The charts as pictures: drawn on the work lane, one at a time; saved to a file or put on the clipboard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from smf_core.figures.suppression import WhyShown
from smf_desktop.reports.charts.chart import Heading, Mark, Size, Style, packaged
from smf_desktop.reports.charts.pictures import AnyChart, draw, pixels, save
from smf_desktop.services.team.pictures import copy_picture, leaving, may_show_small, save_picture
from ui.desk import Desk
from ui.theme import theme_in_use
from ui.views.team.chart import ChartPane

Kind = Literal["png", "svg", "pdf"]
KINDS: dict[str, Kind] = {"Picture (*.png)": "png", "Drawing (*.svg)": "svg", "PDF (*.pdf)": "pdf"}
SAVED = Size(1000, 480, 2.0)
"""What is saved or copied, as it would stand on a page."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as the screen takes it, four bytes for each of its pixels, and what can be pointed at in it."""

    width: int
    height: int
    pixels: bytes
    marks: Sequence[Mark]


class Pictures:
    """Draws what the panes ask for. A picture that came too late, for another size or other figures, is let go."""

    def __init__(self, desk: Desk, panes: dict[str, ChartPane]) -> None:
        self._desk, self._panes = desk, panes
        self.charts: dict[str, AnyChart] = {}
        """As they were last held."""

        self._turns = dict.fromkeys(panes, 0)
        for name, pane in panes.items():
            pane.drawing_wanted.connect(partial(self._draw, name))

    def hold(self, charts: dict[str, AnyChart]) -> None:
        """The charts as they are now; their panes ask for pictures when they are told of them."""
        self.charts = charts

    def forget(self) -> None:
        self.charts = {}
        for name in self._turns:
            self._turns[name] += 1

    def may_show_small(self, name: str) -> bool:
        """Whether a chart has small numbers that this user may let out for a reason."""
        return name in self.charts and may_show_small(self._desk.session, self.charts[name])

    def copy(self, name: str, heading: Heading, why: WhyShown | None = None) -> None:
        """The picture on the clipboard, in the look of paper. `why` its small numbers are shown; else they are not."""
        chart, heading = self._leaving(name, heading, why)

        def copied(found: Drawn) -> None:
            QGuiApplication.clipboard().setImage(_image(found, 1.0))
            self._desk.toast("Picture copied")

        made = partial(_drawn, chart, packaged("light"), SAVED, heading)
        job = partial(copy_picture, self._desk.session, name, made, why)
        self._desk.lanes.work.run(job, done=copied, failed=self._desk.tell)

    def ask_save(self, name: str, heading: Heading, over: QWidget, why: WhyShown | None = None) -> QFileDialog:
        """Ask where the picture is to be saved, and as what."""
        chart, said = self._leaving(name, heading, why)
        dialog = QFileDialog(over, "Save chart as picture")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(KINDS))
        dialog.setDefaultSuffix("png")
        dialog.filterSelected.connect(lambda said: dialog.setDefaultSuffix(KINDS[said]))
        dialog.selectFile(f"{name}.png")
        dialog.fileSelected.connect(lambda path: self._save(chart, said, name, Path(path), why))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def save_to(self, name: str, heading: Heading, path: Path) -> None:
        """Save a picture as what the end of the file's name says; as PNG where it says nothing known."""
        chart, said = self._leaving(name, heading, None)
        self._save(chart, said, name, path, None)

    def _leaving(self, name: str, heading: Heading, why: WhyShown | None) -> tuple[AnyChart, Heading]:
        """The chart as it may leave, under a heading that says what became of its small numbers."""
        chart, small = leaving(self.charts[name], why)
        return chart, replace(heading, note=" ".join(filter(None, (heading.note, small))))

    def _save(self, chart: AnyChart, heading: Heading, name: str, path: Path, why: WhyShown | None) -> None:
        kind: Kind = next((each for each in KINDS.values() if path.suffix.lower() == f".{each}"), "png")

        def made() -> bytes:
            return save(draw(chart, packaged("light"), SAVED, heading).figure, kind)

        job = partial(save_picture, self._desk.session, name, made, path, why)
        self._desk.lanes.work.run(job, done=lambda _: self._desk.toast("Picture saved"), failed=self._desk.tell)

    def _draw(self, name: str) -> None:
        chart, pane = self.charts.get(name), self._panes[name]
        if chart is None or pane.width() < 2:
            return
        self._turns[name] += 1
        turn, theme, ratio = self._turns[name], theme_in_use(), pane.devicePixelRatioF()
        size = Size(pane.width(), pane.height(), ratio)

        def drawn(found: Drawn) -> None:
            if turn == self._turns[name]:
                pane.show_picture(_image(found, ratio), found.marks)

        job = partial(_drawn, chart, Style(theme.colours, theme.text), size, Heading())
        self._desk.lanes.work.run(job, done=drawn, failed=self._desk.tell)


def _drawn(chart: AnyChart, style: Style, size: Size, heading: Heading) -> Drawn:
    picture = draw(chart, style, size, heading)
    return Drawn(*pixels(picture.figure), picture.marks)


def _image(found: Drawn, ratio: float) -> QImage:
    bytes_a_line = found.width * 4
    image = QImage(found.pixels, found.width, found.height, bytes_a_line, QImage.Format.Format_RGBA8888).copy()
    image.setDevicePixelRatio(ratio)
    return image

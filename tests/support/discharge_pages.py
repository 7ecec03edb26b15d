"""The discharge page on a desk of its own, and short ways to press keys on it."""

from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.discharge import DischargeForm
from smf_core.domain.pathway import Episode
from smf_core.records.queries.episodes import episode as episode_of
from smf_desktop.services.drafts import DISCHARGE, draft
from smf_desktop.services.session import Session
from tests.support.desks import OnDesk, on_desk
from tests.support.pressing import Ctrl, Key, Shift, press
from ui.desk import Place
from ui.flows.discharge.page import DischargePage
from ui.views.discharge.page import DischargeView

Open = Callable[[Session, str], "Opened"]


class Opened:
    """The page on its desk, and short ways to press keys on what has the focus."""

    def __init__(self, qtbot: QtBot, desk: OnDesk, episode: str) -> None:
        self.qtbot, self.desk, self.episode = qtbot, desk, episode
        page, view = desk.page, desk.page.widget
        assert isinstance(page, DischargePage)
        assert isinstance(view, DischargeView)
        self.page, self.view = page, view

    @property
    def form(self) -> DischargeForm:
        assert self.page.form is not None
        return self.page.form

    @property
    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(self, *keys: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        press(self.qtbot, *keys, held=held)

    def sign(self) -> None:
        self.press(Key.Key_Return, held=Ctrl | Shift)

    def settle(self) -> None:
        """Every job given so far has run and its answer is shown."""
        for lane in (self.desk.lanes.store, self.desk.lanes.read):
            lane.drain()
        QApplication.processEvents()
        QApplication.processEvents()

    def dock(self) -> str:
        return self.view.dock.words.text()

    def evidence(self) -> list[str]:
        return [line.row.spoken for line in self.view.evidence.rows]


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Open]:
    made: list[OnDesk] = []

    def opened(session: Session, episode: str) -> Opened:
        one = on_desk(session, DischargePage)
        made.append(one)
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        one.page.enter(Place("discharge", record=episode))
        qtbot.waitUntil(lambda: bool(one.told) or one.page.banner is not None)
        return Opened(qtbot, one, episode)

    yield opened
    for one in made:
        page = one.page
        one.close()
        shiboken6.delete(page)


def episode_in(session: Session, episode: str) -> Episode:
    with session.read() as connection:
        found = episode_of(connection, episode)
    assert found is not None
    return found


def kept(session: Session, episode: str) -> DischargeForm | None:
    return draft(session, DISCHARGE, episode, DischargeForm)


def to_tile(place: int) -> list[Qt.Key]:
    """The arrow keys from the first of tiles in two columns to another."""
    return [Key.Key_Down] * (place // 2) + [Key.Key_Right] * (place % 2)


def in_turn(tiles: int) -> Iterator[list[Qt.Key]]:
    """The keys that choose each of tiles in two columns, one after another, from before the first."""
    yield [Key.Key_Space]
    for place in range(1, tiles):
        yield [Key.Key_Right] if place % 2 else [Key.Key_Left, Key.Key_Down]

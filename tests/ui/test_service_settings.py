"""Tools, Service settings: by keys, on a real store."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.teaching_trouble import ReasonNeeded
from smf_core.policy.rules import NotAllowed
from smf_desktop.services.laptop.accounts import ServiceSettings, change_settings, settings
from smf_desktop.trouble import IdleMinutesOutOfRange
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from ui.desk import Desk
from ui.flows.asking import Asker
from ui.flows.laptop.service_settings import ask_settings
from ui.tasks import Lanes
from ui.views.form_dialog import FormDialog

__all__ = ["laptop", "store_template", "team"]


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    made = Lanes()
    yield made
    made.close()


@pytest.fixture
def over(qapp: QApplication) -> Iterator[QWidget]:
    """A window that Qt takes down, as those of the application: left to Python its dialog went half before it."""
    window = QWidget()
    window.show()
    yield window
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_clinical_lead_sets_the_idle_lock_by_keys_and_with_a_reason(
    qtbot: QtBot, team: Team, lanes: Lanes, over: QWidget
) -> None:
    told: list[BaseException] = []
    toasts: list[str] = []
    desk = Desk(team.lead, lanes, lambda place: None, told.append, toasts.append, lambda kinds: None)
    ask_settings(desk, Asker(desk, over), over)
    qtbot.waitUntil(lambda: bool(over.findChildren(FormDialog)), timeout=5_000)
    (dialog,) = over.findChildren(FormDialog)
    minutes, reason = dialog.fields["minutes"].control, dialog.fields["reason"].control
    qtbot.keyClick(minutes, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(minutes, "30")
    qtbot.keyClicks(reason, "Shared room")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert settings(team.lead) == ServiceSettings()
    qtbot.keyClick(minutes, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(minutes, "12")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: toasts == ["Settings saved"], timeout=5_000)
    assert settings(team.lead) == ServiceSettings(idle_minutes=12)
    assert not told


def test_settings_outside_their_bounds_or_without_a_reason_or_by_another_change_nothing(team: Team) -> None:
    with pytest.raises(IdleMinutesOutOfRange):
        change_settings(team.lead, ServiceSettings(idle_minutes=16), "Shared room")
    with pytest.raises(ReasonNeeded):
        change_settings(team.lead, ServiceSettings(registered_nurse_in_run=False), " ")
    with pytest.raises(NotAllowed):
        change_settings(team.nurse, ServiceSettings(idle_minutes=6), "Shared room")
    assert settings(team.lead) == ServiceSettings()

"""The referrals page on a desk of its own, and the keys pressed on it."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.referral import ReferralStatus
from smf_core.records.queries.referrals import count_by_status
from smf_desktop.presenters.referral.inbox import Box
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.session import Session
from tests.support.desks import OnDesk, on_desk
from tests.support.pressing import Key, press
from tests.support.sessions import Team
from ui.desk import Place
from ui.flows.referral.intake import ReferralsPage
from ui.views.referral.intake import ReferralsView

HEAD = "nhs_number,family_name,given_name,date_of_birth,skill,referral_received,source\n"
TWO = HEAD + (
    "999 055 4463,Llewellyn,Ceri,02/05/1960,insulin,10/11/2026,gp\n"
    "999 023 7700,Featherstone,Rosalind,1944-02-01,catheter_care|catheter_valve,2026-11-12,hospital\n"
)
Open = Callable[..., OnDesk]


@pytest.fixture(autouse=True)
def calendar() -> None:
    """The calendar of bank holidays is read from its package once; on a thread beside a waiting test that is slow."""
    bank_holidays_around(date(2026, 11, 17))


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Open]:
    """Opens the page at a place, and waits until its form and its inbox are there."""
    made: list[OnDesk] = []

    def opened(session: Session, record: str | None = None, *, width: int = 1282) -> OnDesk:
        one = on_desk(session, ReferralsPage)
        one.window.resize(width, 640)
        made.append(one)
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        one.page.enter(Place("referrals", record=record))
        qtbot.waitUntil(lambda: one.page.form is not None and bool(view(one).inbox.chips[Box.TRIAGE].text()))
        return one

    yield opened
    for one in made:
        one.close()


def view(one: OnDesk) -> ReferralsView:
    found = one.page.widget
    assert isinstance(found, ReferralsView)
    return found


def to(qtbot: QtBot, name: str) -> QWidget:
    """Tab until what has the focus has a name that begins so."""
    for _ in range(60):
        focus = QApplication.focusWidget()
        assert focus is not None
        if (focus.accessibleName() or getattr(focus, "text", str)()).startswith(name):
            return focus
        press(qtbot, Key.Key_Tab)
    raise AssertionError(name)


def referred(session: Session, text: str = TWO) -> None:
    take_in(session, examine(session, text.encode()), accept_valid=True)


def received(team: Team) -> int:
    with team.nurse.read() as connection:
        return count_by_status(connection)[ReferralStatus.RECEIVED]


def skill(qtbot: QtBot, name: str) -> None:
    """The skills are one stop; the arrow keys move among them."""
    to(qtbot, "Self-injection")
    while QApplication.focusWidget().text() != name:
        press(qtbot, Key.Key_Right)
    press(qtbot, Key.Key_Space)

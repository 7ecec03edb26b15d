"""F87: two windows of one session on two people. Nothing that is done in one can reach the other's record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from smf_core.records.queries.patients import patient as patient_of
from smf_desktop.services.people import NewPerson, new_patient
from smf_desktop.services.referral.triage import Acceptance, accept
from smf_desktop.services.session import Session, new_item
from tests.support.desks import OnDesk, on_desk
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from ui.actions import Action
from ui.desk import Place
from ui.flows.patient.page import PatientPage
from ui.views.form_dialog import FormDialog

__all__ = ["laptop", "store_template", "team"]


def another_person(session: Session) -> str:
    """Of nearly the same name: the pair that is mixed up."""
    patient, items = new_patient(
        session, NewPerson("Abernethy", "Doreen", date(1951, 3, 14), title="Mrs", nhs_number="9990554463")
    )
    referral = session.new_id()
    received = {"patient": patient, "team": session.team, "received_on": "2026-10-01", "source": "gp"}
    items.append(new_item("referral", referral, "received", **received, reason="New", skills=["insulin"]))
    with session.work() as work:
        work.save(items, patient=patient)
    accept(session, referral, Acceptance(session.user.id, session.user.id))
    return patient


@dataclass
class Two:
    """Windows on two people, each with its own page, lanes and dialogs."""

    one: OnDesk
    other: OnDesk
    people: tuple[str, str]


@pytest.fixture
def two(qtbot: QtBot, team: Team) -> Iterator[Two]:
    people = at_home(team).patient, another_person(team.nurse)
    windows = [on_desk(team.nurse, PatientPage) for _ in people]
    for window, patient in zip(windows, people, strict=True):
        window.page.enter(Place("patient", patient))
    for window in windows:
        qtbot.waitUntil(lambda window=window: window.page.banner is not None)
    QApplication.processEvents()  # what was just put into a layout is shown in the next turn of the loop
    yield Two(windows[0], windows[1], people)
    for window in windows:
        window.close()


def dialog_of(qtbot: QtBot, window: OnDesk) -> FormDialog:
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.window.findChildren(FormDialog)), timeout=5_000)
    return next(d for d in window.window.findChildren(FormDialog) if d.isVisible())


def type_into(qtbot: QtBot, dialog: FormDialog, key: str, text: str) -> None:
    control = dialog.fields[key].control
    assert isinstance(control, QLineEdit)
    control.clear()
    qtbot.keyClicks(control, text)


def test_F87_each_window_says_whose_record_it_shows(two: Two) -> None:
    banners = [window.page.banner for window in (two.one, two.other)]
    assert all(banners)
    assert [banner.patient for banner in banners if banner] == list(two.people)
    assert len({banner.nhs_copy for banner in banners if banner}) == 2


def test_F87_forms_open_in_both_windows_at_once_are_saved_each_to_its_own_person(
    qtbot: QtBot, two: Two, team: Team
) -> None:
    """Opened in one order, saved in the other: what a form is about is fixed when it opens."""
    for window in (two.one, two.other):
        window.page.do(Action.ADD_ALERT)
    first, second = dialog_of(qtbot, two.one), dialog_of(qtbot, two.other)
    type_into(qtbot, first, "text", "Dog at the back door")
    type_into(qtbot, second, "text", "Key safe")
    for window, dialog in ((two.other, second), (two.one, first)):
        dialog.primary.click()
        qtbot.waitUntil(lambda window=window: bool(window.changed), timeout=5_000)
    with team.nurse.read() as connection:
        said = [
            [alert.text for alert in found.alerts] for found in (patient_of(connection, p) for p in two.people) if found
        ]
    assert said == [["Dog at the back door"], ["Key safe"]]
    assert not two.one.told + two.other.told


def test_F87_a_change_told_to_both_windows_leaves_each_on_its_own_person(qtbot: QtBot, two: Two, team: Team) -> None:
    two.one.page.do(Action.ADD_ALERT)
    dialog = dialog_of(qtbot, two.one)
    type_into(qtbot, dialog, "text", "Dog at the back door")
    dialog.primary.click()
    qtbot.waitUntil(lambda: bool(two.one.changed), timeout=5_000)
    two.other.page.refresh(two.one.changed[0])  # as the application passes it on
    qtbot.waitUntil(lambda: two.other.lanes.read.is_idle and two.one.lanes.read.is_idle)
    banners = [window.page.banner for window in (two.one, two.other)]
    assert [banner.patient for banner in banners if banner] == list(two.people)
    assert not [label for label in two.other.page.widget.findChildren(QLabel) if "Dog" in label.text()]


def test_F87_what_one_window_did_cannot_be_taken_back_in_the_other(qtbot: QtBot, two: Two, team: Team) -> None:
    two.one.page.do(Action.ADD_ALERT)
    dialog = dialog_of(qtbot, two.one)
    type_into(qtbot, dialog, "text", "Dog at the back door")
    dialog.primary.click()
    qtbot.waitUntil(lambda: two.one.page.can(Action.UNDO), timeout=5_000)
    assert not two.other.page.can(Action.UNDO)
    two.other.page.do(Action.UNDO)
    with team.nurse.read() as connection:
        found = patient_of(connection, two.people[0])
    assert found is not None
    assert [alert.text for alert in found.alerts] == ["Dog at the back door"]

"""A record on a colleague's list: why it is opened is asked first, once, and stands in the audit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from smf_core.domain.opening import WhyOpened
from smf_core.records.queries.patients import search
from smf_desktop.services.caseload.covering import cover_pathways
from smf_desktop.services.record.opening import give_reason, needs_reason
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.tasks import NewTask, ask_task
from smf_desktop.store.audit import gather_access
from smf_desktop.store.store import Work
from smf_desktop.store.tables import pending_access
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from ui.desk import Desk, Place
from ui.flows.laptop.openings import show_openings
from ui.flows.opening import go_to_record
from ui.tasks import Lanes
from ui.views.form_dialog import FormDialog

__all__ = ["laptop", "store_template", "team"]

WAITING = (
    "nhs_number,family_name,given_name,date_of_birth,skill,referral_received,source\n"
    ",Idowu,Grace,03/02/1968,insulin,16/11/2026,gp\n"
)
Ctrl = Qt.KeyboardModifier.ControlModifier


class Bench:
    """A window with nothing in it, from which records are opened."""

    def __init__(self, session: Session) -> None:
        self.window, self.lanes = QMainWindow(), Lanes()
        self.went: list[Place] = []
        self.told: list[BaseException] = []
        self.toasts: list[str] = []
        self.changed: list[Touched] = []
        self.desk = Desk(
            session, self.lanes, self.went.append, self.told.append, self.toasts.append, self.changed.append
        )
        self.window.resize(900, 600)
        self.window.show()

    def open(self, patient: str) -> None:
        go_to_record(self.desk, self.window, Place("patient", patient), "ABERNATHY, Doreen")


@pytest.fixture
def bench(team: Team) -> Iterator[Bench]:
    one = Bench(team.nurse2)
    yield one
    one.lanes.close()
    for thing in (one.window, one.lanes.store, one.lanes.read, one.lanes.work):
        shiboken6.delete(thing)


def asked(qtbot: QtBot) -> FormDialog:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FormDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, FormDialog)
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.fields["why"].control.hasFocus())
    return dialog


def test_the_reason_is_asked_once_and_kept_as_a_code(team: Team, qtbot: QtBot, bench: Bench) -> None:
    home = at_home(team)
    bench.open(home.patient)
    dialog = asked(qtbot)
    qtbot.keyClick(dialog.fields["why"].control, Qt.Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: dialog.fields["why"].message.words.text() == "Choose a reason")
    assert bench.went == []
    qtbot.keyClick(dialog.fields["why"].control, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.fields["why"].control, Qt.Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: bench.went == [Place("patient", home.patient)])
    with team.nurse.read() as connection:
        (row,) = connection.execute(select(pending_access).where(pending_access.c.action == "off_list"))
    assert (row.author, row.patient, row.detail) == (team.nurse2.user.id, home.patient, "rang")
    bench.open(home.patient)
    assert len(bench.went) == 2, "the same sitting asks once"
    assert bench.told == []


def test_escape_opens_nothing(team: Team, qtbot: QtBot, bench: Bench) -> None:
    home = at_home(team)
    bench.open(home.patient)
    qtbot.keyClick(asked(qtbot), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert bench.went == []
    assert bench.desk.reasons == set()


def test_whose_work_it_is_goes_straight_in(team: Team) -> None:
    home = at_home(team)
    assert not needs_reason(team.nurse, home.patient), "who teaches them"
    assert not needs_reason(team.lead, home.patient), "a lead"
    assert needs_reason(team.nurse2, home.patient)
    assert needs_reason(team.assistant, home.patient)
    ask_task(team.nurse, NewTask("Ring them", patient=home.patient, to_user=team.assistant.user.id))
    assert not needs_reason(team.assistant, home.patient), "who has something to do about them"


def test_who_stands_in_goes_straight_in_on_those_days_alone(team: Team) -> None:
    home = at_home(team)
    today = team.nurse.today()
    cover_pathways(team.lead, tuple(home.episodes.values()), team.nurse2.user.id, today, today + timedelta(days=1))
    assert not needs_reason(team.nurse2, home.patient)
    team.clock.forward(days=2)
    assert needs_reason(team.nurse2, home.patient)


def test_somebody_on_nobodys_list_is_open_to_all(team: Team) -> None:
    take_in(team.nurse, examine(team.nurse, WAITING.encode()), accept_valid=True)
    with team.nurse.read() as connection:
        (found,) = search(connection, "idowu")
    assert not needs_reason(team.nurse2, found.id)


def gathered(team: Team) -> None:
    """What was noted is put into the audit, as it is each minute."""
    team.clock.forward(minutes=2)
    with team.nurse.work() as work:
        assert isinstance(work, Work)
        gather_access(work)


def test_a_lead_reads_who_opened_a_record_outside_their_list_and_why(team: Team, qtbot: QtBot, bench: Bench) -> None:
    home = at_home(team)
    give_reason(team.nurse2, (home.patient,), WhyOpened.RANG)
    team.clock.forward(minutes=5)
    give_reason(team.assistant, (home.patient,), WhyOpened.SAFETY)
    gathered(team)
    bench.desk = replace(bench.desk, session=team.lead)
    dialog = show_openings(bench.desk, bench.window)
    qtbot.waitUntil(lambda: len(dialog.model.rows) == 2)
    first, second = dialog.model.rows
    assert (first.by, first.name, first.why) == (
        "Assistant Example",
        "ABERNATHY, Doreen (Mrs)",
        "Somebody may be in danger",
    )
    assert (second.at, second.by) == ("17-Nov-2026 09:00", "Nurse2 Example")
    with team.nurse.read() as connection:
        noted = connection.execute(select(pending_access).where(pending_access.c.author == team.lead.user.id)).all()
    assert [(row.action, row.detail) for row in noted] == [("read", "openings")], "reading the audit is audited"
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    qtbot.waitUntil(dialog.table.hasFocus)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bench.went == [Place("patient", home.patient)])
    assert bench.told == []


def test_nobody_but_a_lead_or_the_privacy_officer_reads_it(team: Team, qtbot: QtBot, bench: Bench) -> None:
    dialog = show_openings(bench.desk, bench.window)
    qtbot.waitUntil(lambda: "role does not allow" in dialog.state.shown.accessibleName())
    dialog.reject()


def test_a_list_without_openings_says_so(team: Team, qtbot: QtBot, bench: Bench) -> None:
    bench.desk = replace(bench.desk, session=team.lead)
    dialog = show_openings(bench.desk, bench.window)
    qtbot.waitUntil(dialog.empty.isVisible)
    assert not dialog.table.isVisible()
    dialog.reject()

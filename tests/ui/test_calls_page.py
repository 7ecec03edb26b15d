"""The call page with a keyboard and nothing else."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_core.domain.call import CallForm, CallNext, CallOutcome, CallPurpose, FlagsTold
from smf_core.domain.task import CheckIn, TaskKind
from smf_core.records.queries.calls import calls_of
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.referrals import referrals_of
from smf_desktop.services.day.calls import open_call, save_call
from smf_desktop.services.drafts import CALL, draft, drafts
from smf_desktop.services.session import new_item
from smf_desktop.services.tasks import task_item
from tests.support.keyboard import words_held
from tests.support.opened import Open, open_page
from tests.support.pressing import in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import at_home
from ui.actions import Action
from ui.desk import Place
from ui.flows.day.call_place import AMEND, TASK
from ui.flows.day.calls import CallFlow
from ui.places import record_call
from ui.views.palette import PaletteView

__all__ = ["laptop", "open_page", "store_template", "team"]

Tab, Enter = Qt.Key.Key_Tab, Qt.Key.Key_Return
SAVE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_a_call_is_on_record_with_ten_keys_beyond_its_words(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse, CallFlow, Place("call", home.patient))
    qtbot.waitUntil(lambda: one.page.widget.fields.get("who") is not None)
    qtbot.waitUntil(lambda: QApplication.focusWidget() in one.page.widget.fields["who"].control.picks.values())
    keys = 1  # Ctrl+J brought us here
    for digit in ("1", "1", "1", "1"):  # the person; advice; settled; no red flags
        press(qtbot, digit)
        keys += 1
    press(qtbot, "Asked about the pen", Tab, "Talked it through", Tab)
    keys += 2
    press(qtbot, "1")  # nothing more
    keys += 1
    press(qtbot, Enter, held=SAVE)
    keys += 1
    qtbot.waitUntil(lambda: one.toasts == ["Call saved"])
    assert keys <= 10
    with team.nurse.read() as connection:
        (call,) = calls_of(connection, home.patient)
    assert (call.who, call.purpose, call.outcome) == ("patient", CallPurpose.ADVICE, CallOutcome.SETTLED)
    assert (call.words, call.action) == ("Asked about the pen", "Talked it through")
    assert one.went == [Place("patient", home.patient)]
    assert Action.CALL.shortcut == "Ctrl+J"


def test_saving_says_what_is_missing_and_goes_there(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse, CallFlow, Place("call", home.patient))
    qtbot.waitUntil(lambda: one.page.form is not None)
    one.page.do(Action.SIGN)
    who = one.page.widget.fields["who"]
    assert who.message.words.text() == "Choose who was on the line"
    qtbot.waitUntil(lambda: QApplication.focusWidget() in who.control.picks.values())
    press(qtbot, "1")
    one.page.do(Action.NEXT_PROBLEM)
    assert one.toasts == []


def test_what_is_typed_is_a_draft_and_comes_back(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse, CallFlow, Place("call", home.patient))
    qtbot.waitUntil(lambda: one.page.form is not None)
    one.page.widget.take_focus("words")
    press(qtbot, "She said that")
    one.page.save_now()
    qtbot.waitUntil(lambda: one.page.facts != "")
    (row,) = drafts(team.nurse)
    kept = draft(team.nurse, CALL, row.record, CallForm)
    assert kept is not None
    assert kept.words == "She said that"
    one.page.clear()
    one.page.enter(Place("call", home.patient))
    qtbot.waitUntil(lambda: one.page.form is not None)
    assert one.page.widget.fields["words"].control.toPlainText() == "She said that"


def test_undo_is_the_pages_own(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse, CallFlow, Place("call", home.patient))
    qtbot.waitUntil(lambda: one.page.form is not None)
    one.page.widget.take_focus("purpose")
    press(qtbot, "3")
    assert one.page.form.purpose is CallPurpose.ARRANGE
    one.page.do(Action.UNDO)
    assert one.page.form.purpose is None
    assert one.page.widget.fields["purpose"].control.value == ""


def test_a_red_flag_told_on_the_phone_is_open_after_saving(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse, CallFlow, Place("call", home.patient))
    view = one.page.widget
    qtbot.waitUntil(lambda: one.page.form is not None)
    qtbot.waitUntil(lambda: QApplication.focusWidget() in view.fields["who"].control.picks.values())
    press(qtbot, "1", "1", "1", "2")  # told on the phone
    qtbot.waitUntil(lambda: "signs" in view.fields and view.fields["signs"].isVisible())
    qtbot.waitUntil(lambda: QApplication.focusWidget() in view.fields["signs"].control.chips.values())
    press(qtbot, Qt.Key.Key_Space, Tab, "Sent for help", Tab, "GP", Tab, "Feels faint", Tab, Tab, "1")
    press(qtbot, Enter, held=SAVE)
    qtbot.waitUntil(lambda: one.toasts == ["Call saved"])
    with team.nurse.read() as connection:
        (flag,) = open_flags(connection, home.patient)
    assert (flag.action, flag.told) == ("Sent for help", "GP")


def test_a_check_in_that_needs_help_offers_a_referral(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    session = team.nurse
    ended = {"on": session.today().isoformat(), "outcome": "independent", "by": session.user.id}
    asked = {"patient": home.patient, "due_on": session.today(), "about": home.episodes["insulin"]}
    task = task_item(session, TaskKind.CHECK_IN, "First call", purpose=CheckIn.EARLY.value, **asked)
    with session.work() as work:
        work.save([new_item("episode", home.episodes["insulin"], "discharge", **ended), task], patient=home.patient)
    one = open_page(session, CallFlow, Place("call", home.patient, f"{TASK}{task.entity_id}"))
    view = one.page.widget
    qtbot.waitUntil(lambda: one.page.form is not None)
    assert view.fields["purpose"].control.value == "check_in_early"
    qtbot.waitUntil(lambda: QApplication.focusWidget() in view.fields["who"].control.picks.values())
    press(qtbot, "1", Tab, "2", "1", "Cannot draw it up", Tab, Tab, "1")
    press(qtbot, Enter, held=SAVE)
    in_front(qtbot, "Take them back as a new referral?")
    press(qtbot, Enter, held=Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: one.toasts == ["Call saved", "Referral made, to triage"])
    assert tasks_about(session, home.patient).open == ()
    with session.read() as connection:
        again = [each for each in referrals_of(connection, home.patient) if each.earlier_episode]
    assert len(again) == 1


def test_a_call_entered_in_error_is_taken_out_with_a_reason(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    opened = open_call(team.nurse, home.patient).form
    said = {"who": "patient", "purpose": CallPurpose.ADVICE, "outcome": CallOutcome.SETTLED, "words": "About pens"}
    call = save_call(
        team.nurse,
        replace(opened, flags=FlagsTold.NONE, next=CallNext.NOTHING, **said),
    ).call
    one = open_page(team.nurse, CallFlow, Place("call", home.patient, f"{AMEND}{call}"))
    qtbot.waitUntil(lambda: one.page.can(Action.ENTERED_IN_ERROR))
    one.page.do(Action.ENTERED_IN_ERROR)
    in_front(qtbot, "Was this call entered in error?")
    press(qtbot, "Wrong")
    one.page.clear()  # a lock takes nothing of it
    one.page.enter(Place("call", home.patient, f"{AMEND}{call}"))
    qtbot.waitUntil(lambda: one.page.can(Action.ENTERED_IN_ERROR))
    one.page.do(Action.ENTERED_IN_ERROR)
    assert in_front(qtbot, "Was this call entered in error?").values()["reason"] == "Wrong"
    press(qtbot, " person", Enter)
    qtbot.waitUntil(lambda: one.toasts == ["Call taken out"])
    assert list(drafts(team.nurse)) == []
    with team.nurse.read() as connection:
        assert calls_of(connection, home.patient) == ()
        assert [one.struck_reason for one in calls_of(connection, home.patient, with_struck=True)] == ["Wrong person"]


def test_locking_leaves_no_one_on_the_page(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse, CallFlow, Place("call", home.patient))
    qtbot.waitUntil(lambda: one.page.form is not None)
    one.page.widget.take_focus("words")
    press(qtbot, "Doreen rang")
    assert words_held("Abernathy")
    one.page.clear()
    assert words_held("Abernathy") == words_held("Doreen") == []


def test_ctrl_j_where_nobody_is_on_the_screen_asks_for_the_person(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse, CallFlow, Place("call", home.patient))
    went: list[Place] = []
    desk = replace(one.page._desk, go=went.append)
    record_call(desk, one.window, one.window.menuBar(), None)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), PaletteView))
    chooser = QApplication.activeModalWidget()
    assert isinstance(chooser, PaletteView)
    with qtbot.waitActive(chooser):
        chooser.activateWindow()
    qtbot.waitUntil(chooser.field.hasFocus)
    press(qtbot, "abern")
    qtbot.waitUntil(lambda: chooser.current is not None and chooser.current.key == home.patient)
    press(qtbot, Enter)
    qtbot.waitUntil(lambda: went == [Place("call", home.patient)])

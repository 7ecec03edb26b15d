"""The sync centre by keyboard alone: what two laptops changed apart, chosen, typed, applied, taken back."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_core.domain.patient import Patient
from smf_core.domain.task import TaskKind
from smf_core.records.queries.disputes import disputes
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.twice import seen_twice
from smf_desktop.presenters.sync.centre import OVER, centre_rows
from smf_desktop.services.drafts import drafts, keep_typed
from smf_desktop.services.people import (
    Member,
    NewPerson,
    add_member,
    change_demographics,
    change_member,
    end_member,
    open_member,
    open_person,
)
from smf_desktop.services.session import Session
from smf_desktop.services.sync.centre import centre
from smf_desktop.trouble import DiskFull
from tests.support.desks import OnDesk
from tests.support.keyboard import rich_labels, words_held
from tests.support.opened import Open, open_page
from tests.support.pressing import Ctrl, Shift, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import Home, at_home, taught
from ui.actions import Action
from ui.desk import Place
from ui.flows.sync.page import SyncPage
from ui.views.sync.page import SyncView
from ui.views.sync.review import ReviewRow
from ui.widgets.text import Chip

__all__ = ["laptop", "open_page", "store_template", "team"]

SAFE = "Key safe by the back door."


def apart(team: Team, home: Home) -> None:
    """A phone, a preferred name, an access note and an allergy that two nurses changed apart."""
    one, other = open_person(team.nurse, home.patient), open_person(team.nurse2, home.patient)
    team.clock.forward(minutes=5)
    change_demographics(
        team.nurse,
        one,
        {
            "phone": {"phone": "01632 960174"},
            "preferred_name": {"preferred_name": "Dot"},
            "access_note": {"access_note": f"{SAFE} Dog is friendly."},
        },
    )
    team.clock.forward(minutes=5)
    change_demographics(
        team.nurse2,
        other,
        {
            "phone": {"phone": "01632 960163"},
            "preferred_name": {"preferred_name": "Dottie"},
            "access_note": {"access_note": f"{SAFE} Ring first, she is hard of hearing."},
        },
    )


def allergy(team: Team, home: Home) -> None:
    made, _ = add_member(team.nurse, home.patient, Member("allergy", {"substance": "Latex", "reaction": "rash"}))
    one, other = (open_member(each, home.patient, "allergy", made) for each in (team.nurse, team.nurse2))
    end_member(team.nurse, home.patient, one, "Tested, none")
    change_member(team.nurse2, home.patient, other, {"substance": "Latex", "reaction": "swollen lips"})


def stored(session: Session, home: Home) -> Patient:
    with session.read() as connection:
        found = patient_of(connection, home.patient)
    assert found is not None
    return found


def left(session: Session, home: Home) -> int:
    with session.read() as connection:
        return len(disputes(connection, home.patient))


def view_of(one: OnDesk) -> SyncView:
    assert isinstance(one.page.widget, SyncView)
    return one.page.widget


def open_centre(qtbot: QtBot, open_page: Open, session: Session, rows: int) -> OnDesk:
    one = open_page(session, SyncPage, Place("sync"))
    qtbot.waitUntil(lambda: len(view_of(one).table.rows) == rows)
    if rows:
        qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), ReviewRow))
    return one


def row_of(one: OnDesk, what: str) -> ReviewRow:
    return next(each for each in view_of(one).table.rows if each.row.what == what)


def at(what: str) -> bool:
    focus = QApplication.focusWidget()
    return isinstance(focus, ReviewRow) and focus.row.what == what


def test_the_whole_page_by_keyboard_choose_both_type_and_apply(qtbot: QtBot, team: Team, open_page: Open) -> None:
    home = at_home(team)
    apart(team, home)
    one = open_centre(qtbot, open_page, team.nurse, 3)
    view = view_of(one)
    assert [column.where for column in view.table.columns] == ["On this laptop", "On this laptop"]
    assert at("Access note")
    press(qtbot, "b")
    note = row_of(one, "Access note").text
    qtbot.waitUntil(note.hasFocus)
    assert note.toPlainText() == f"{SAFE} Dog is friendly. Ring first, she is hard of hearing."
    assert len(note.extraSelections()) == 2
    press(qtbot, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: at("Phone"))
    press(qtbot, "2")
    qtbot.waitUntil(lambda: at("Preferred name"))
    assert row_of(one, "Phone").line.text() == "01632 960163"
    press(qtbot, Qt.Key.Key_F2)
    qtbot.waitUntil(row_of(one, "Preferred name").line.hasFocus)
    press(qtbot, "Dorrie")
    assert view.left.words == "All 3 chosen"
    assert left(team.nurse, home) == 3  # nothing is applied until Apply
    before = team.store.unsent()
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Applied, all versions kept"])
    assert team.store.unsent() == before + 1
    found = stored(team.nurse, home)
    assert (found.phone, found.preferred_name) == ("01632 960163", "Dorrie")
    assert found.access_note == f"{SAFE} Dog is friendly. Ring first, she is hard of hearing."
    qtbot.waitUntil(lambda: not view.reviews.buttons)
    assert view.nobody.isVisible()
    assert one.told == []


def test_undo_puts_all_versions_side_by_side_again(qtbot: QtBot, team: Team, open_page: Open) -> None:
    home = at_home(team)
    apart(team, home)
    one = open_centre(qtbot, open_page, team.nurse, 3)
    press(qtbot, "1", "1", "1")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: len(one.offered) == 1 and not view_of(one).table.rows)
    assert left(team.nurse, home) == 0
    one.offered[0]()
    qtbot.waitUntil(lambda: len(view_of(one).table.rows) == 3)
    assert left(team.nurse, home) == 3


def test_undo_goes_back_to_whom_it_was_about_where_the_next_person_is_shown(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    first = at_home(team)
    second = at_home(team, person=NewPerson("Zane", "Jo", date(1950, 1, 1), sex="female"))
    allergy(team, first)
    apart(team, second)
    one = open_centre(qtbot, open_page, team.nurse, 1)
    press(qtbot, "1")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: at("Access note"))
    one.page.do(Action.UNDO)
    qtbot.waitUntil(lambda: at("Allergy: Latex"))
    (chosen,) = [button.row.key for button in view_of(one).reviews.buttons if button.isChecked()]
    assert chosen == first.patient
    assert left(team.nurse, second) == 3


def test_choices_are_undone_and_redone_before_they_are_applied(qtbot: QtBot, team: Team, open_page: Open) -> None:
    home = at_home(team)
    apart(team, home)
    one = open_centre(qtbot, open_page, team.nurse, 3)
    press(qtbot, "1", "2")
    assert view_of(one).left.words == "1 of 3 still to choose"
    press(qtbot, Qt.Key.Key_Z, held=Ctrl)
    assert view_of(one).left.words == "2 of 3 still to choose"
    press(qtbot, Qt.Key.Key_Y, held=Ctrl)
    assert view_of(one).left.words == "1 of 3 still to choose"
    press(qtbot, Qt.Key.Key_Up)
    press(qtbot, Qt.Key.Key_Backspace)
    assert view_of(one).left.words == "2 of 3 still to choose"
    assert left(team.nurse, home) == 3


def test_f8_goes_round_what_is_still_to_choose_and_then_to_apply(qtbot: QtBot, team: Team, open_page: Open) -> None:
    home = at_home(team)
    apart(team, home)
    one = open_centre(qtbot, open_page, team.nurse, 3)
    press(qtbot, "1")
    qtbot.waitUntil(lambda: at("Phone"))
    press(qtbot, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: at("Preferred name"))
    press(qtbot, Qt.Key.Key_F8, held=Shift)
    qtbot.waitUntil(lambda: at("Phone"))
    press(qtbot, "1", "1")
    press(qtbot, Qt.Key.Key_F8)
    qtbot.waitUntil(view_of(one).apply.hasFocus)


def test_an_assistant_sees_an_allergy_and_cannot_settle_it(qtbot: QtBot, team: Team, open_page: Open) -> None:
    home = at_home(team)
    allergy(team, home)
    one = open_centre(qtbot, open_page, team.assistant, 1)
    (row,) = view_of(one).table.rows
    assert row.row.refused == "A registered nurse settles this."
    press(qtbot, "1")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    assert left(team.nurse, home) == 1
    assert one.told == []


def test_a_registered_nurse_keeps_an_allergy_by_one_key(qtbot: QtBot, team: Team, open_page: Open) -> None:
    home = at_home(team)
    allergy(team, home)
    one = open_centre(qtbot, open_page, team.nurse, 1)
    assert "Latex" in row_of(one, "Allergy: Latex").accessibleName()
    press(qtbot, "2")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts != [])
    assert [each.substance for each in stored(team.nurse, home).allergies] == ["Latex"]


def test_what_has_waited_over_a_day_is_marked_in_the_list_and_in_the_table(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    home = at_home(team)
    allergy(team, home)
    team.clock.forward(hours=24, seconds=1)
    apart(team, home)
    one = open_centre(qtbot, open_page, team.nurse, 4)
    view = view_of(one)
    assert [button.row.mark for button in view.reviews.buttons] == [OVER]
    assert "1 over 24\u00a0h" in view.header.about.text()
    marked = [row.row.what for row in view.table.rows if any(chip.words == OVER for chip in row.findChildren(Chip))]
    assert marked == ["Allergy: Latex"]
    assert at("Allergy: Latex")
    assert OVER in QApplication.focusWidget().accessibleName()


def test_somebody_settled_it_meanwhile_and_nothing_is_written_over(qtbot: QtBot, team: Team, open_page: Open) -> None:
    from smf_desktop.services.record.disputes import keep, settle_all

    home = at_home(team)
    apart(team, home)
    one = open_centre(qtbot, open_page, team.nurse, 3)
    press(qtbot, "1", "1", "1")
    with team.nurse2.read() as connection:
        found = disputes(connection, home.patient)
    settle_all(team.nurse2, home.patient, [keep(each, 1) for each in found])
    settled = stored(team.nurse, home)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: len(one.told) == 1)
    assert stored(team.nurse, home) == settled


def test_review_later_goes_to_the_next_person_and_keeps_the_choices(qtbot: QtBot, team: Team, open_page: Open) -> None:
    from tests.services.test_wrong_person import neighbour

    home = at_home(team)
    other = neighbour(team)
    apart(team, home)
    apart(team, other)
    one = open_centre(qtbot, open_page, team.nurse, 3)
    view = view_of(one)
    assert [button.isChecked() for button in view.reviews.buttons] == [True, False]
    press(qtbot, "1")
    view.later.setFocus()
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [button.isChecked() for button in view.reviews.buttons] == [False, True])
    assert view.left.words == "3 of 3 still to choose"
    view.reviews.buttons[0].setFocus()
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.left.words == "2 of 3 still to choose")


def test_locking_leaves_nothing_of_anyone_on_the_page(qtbot: QtBot, team: Team, open_page: Open) -> None:
    home = at_home(team)
    apart(team, home)
    one = open_centre(qtbot, open_page, team.nurse, 3)
    press(qtbot, "b")
    assert rich_labels() == []
    one.page.leave()
    one.page.clear()
    QApplication.processEvents()
    qtbot.waitUntil(lambda: words_held("960174") == [])
    assert words_held("ABERNATHY") == []
    assert words_held("hard of hearing") == []


def test_nothing_to_review_says_so_and_where_the_work_is(qtbot: QtBot, team: Team, open_page: Open) -> None:
    at_home(team)
    one = open_centre(qtbot, open_page, team.nurse, 0)
    qtbot.waitUntil(lambda: view_of(one).nobody.isVisible())
    qtbot.waitUntil(view_of(one).history.hasFocus)
    assert not view_of(one).now.isVisible(), "without a hub nothing is offered that asks one"
    assert not one.page.can(Action.MAIN)


def test_a_colleague_is_asked_to_decide_by_a_task_and_nothing_is_settled(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    home = at_home(team)
    apart(team, home)
    one = open_centre(qtbot, open_page, team.nurse, 3)
    name = team.nurse2.user.name
    ask = view_of(one).ask
    assert ask.text() == f"Ask {name.split()[0]} to decide"
    qtbot.keyClick(ask, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: one.toasts == [f"{name} is asked to decide"])
    (task,) = tasks_about(team.nurse2, home.patient).open
    assert (task.to_user, task.kind) == (team.nurse2.user.id, TaskKind.DECIDE)
    assert left(team.nurse, home) == 3
    press(qtbot, Qt.Key.Key_Z, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts[-1] == f"Taken back: {name} asked")


def rows_stand(qtbot: QtBot, one: OnDesk, count: int) -> None:
    """Until the page shows so many rows and one of them has the keyboard."""
    qtbot.waitUntil(lambda: len(view_of(one).table.rows) == count)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), ReviewRow))


def test_what_was_taken_back_is_applied_once_more_and_taken_back_again(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    home = at_home(team)
    apart(team, home)
    one = open_centre(qtbot, open_page, team.nurse, 3)
    press(qtbot, "b")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Applied, all versions kept"])
    for number in (1, 2):
        rows_stand(qtbot, one, 2)
        press(qtbot, Qt.Key.Key_Z, held=Ctrl)
        qtbot.waitUntil(lambda number=number: one.toasts.count("Taken back: Applied") == number)
        assert left(team.nurse, home) == 3
        rows_stand(qtbot, one, 3)
        press(qtbot, Qt.Key.Key_Y, held=Ctrl)
        qtbot.waitUntil(lambda number=number: one.toasts.count("Applied") == number)
        assert left(team.nurse, home) == 2
    assert one.told == []


def recorded_twice(team: Team) -> Home:
    """Two nurses wrote down a visit to somebody, forty minutes apart."""
    home = at_home(team)
    taught(team, home)
    team.clock.forward(minutes=40)
    taught(replace(team, nurse=team.nurse2), home)
    return home


def pairs(session: Session, home: Home) -> int:
    with session.read() as connection:
        return len(seen_twice(connection, home.patient))


def test_F60_a_visit_recorded_twice_is_settled_by_keyboard_and_taken_back(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    home = recorded_twice(team)
    one = open_centre(qtbot, open_page, team.nurse, 1)
    view = view_of(one)
    (listed,) = centre_rows(centre(team.nurse), None).reviews
    assert listed.what == "1 visit may be recorded twice"
    assert at("Visit recorded twice")
    (row,) = view.table.rows
    assert [cell.words for cell in row.row.cells] == [
        "17-Nov-2026 09:00 · 45 minutes · insulin",
        "17-Nov-2026 09:40 · 45 minutes · insulin",
    ]
    press(qtbot, "1")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Applied, all versions kept"])
    assert pairs(team.nurse, home) == 0
    assert one.page.can(Action.UNDO)
    one.page.do(Action.UNDO)
    qtbot.waitUntil(lambda: pairs(team.nurse, home) == 1)
    qtbot.waitUntil(lambda: at("Visit recorded twice"))
    press(qtbot, "b")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: pairs(team.nurse, home) == 0)
    assert one.told == []


def test_words_typed_in_place_of_a_version_are_there_again_after_a_lock_until_they_are_applied(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    home = at_home(team)
    apart(team, home)
    one = open_centre(qtbot, open_page, team.nurse, 3)
    press(qtbot, "b", Qt.Key.Key_F8, Qt.Key.Key_F2)
    qtbot.waitUntil(row_of(one, "Phone").line.hasFocus)
    press(qtbot, "01632 96")
    one.page.leave()
    one.page.clear()
    one.lanes.store.drain()
    assert [(row.page, row.patient) for row in drafts(team.nurse)] == [("patient", home.patient)]
    again = open_centre(qtbot, open_page, team.nurse, 3)
    both, line = row_of(again, "Access note"), row_of(again, "Phone").line
    assert (both.row.chosen.both, both.text.toPlainText()) == (
        True,
        f"{SAFE} Dog is friendly. Ring first, she is hard of hearing.",
    )
    assert line.text() == "01632 96"
    line.setFocus()
    press(qtbot, "0199")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: again.toasts == ["Applied, all versions kept"])
    assert stored(team.nurse, home).phone == "01632 960199"
    assert list(drafts(team.nurse)) == []
    assert again.told == []


def test_words_that_could_not_be_kept_are_told_once_and_tried_again(
    qtbot: QtBot, team: Team, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart(team, at_home(team))
    monkeypatch.setattr("ui.flows.sync.other_words.LOOK_MS", 100)
    one = open_centre(qtbot, open_page, team.nurse, 3)
    full = [True, True]

    def keep(*what: Any) -> object:
        if full:
            full.pop()
            raise DiskFull
        return keep_typed(*what)

    monkeypatch.setattr("ui.flows.sync.other_words.keep_typed", keep)
    press(qtbot, Qt.Key.Key_F8, Qt.Key.Key_F2)
    qtbot.waitUntil(row_of(one, "Phone").line.hasFocus)
    press(qtbot, "01632 96")
    qtbot.waitUntil(lambda: len(drafts(team.nurse)) == 1, timeout=15_000)
    assert not full
    assert [type(error) for error in one.told] == [DiskFull]

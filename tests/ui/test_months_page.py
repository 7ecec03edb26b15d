"""The page of closed months by keyboard alone: closing, then and now, what is noted, the pack, the monthly export."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from smf_core.domain.planned import ToDo
from smf_core.operations.hub import Trouble
from smf_desktop.presenters.service.months_page import ALL_HERE, MAY_NOT, NO_EXPORT, NOT_KNOWN
from smf_desktop.services.reporting.exporting import PACK
from smf_desktop.services.service.months import close_month, closed_months, note_month, then_and_now
from smf_desktop.services.service.schedule import Schedule, kept_as, new_schedule
from smf_desktop.services.session import Session
from smf_desktop.settings import MONTHLY_EXPORT
from smf_desktop.trouble import MonthNotSaved
from tests.support.desks import OnDesk
from tests.support.heard_of import Hub, note
from tests.support.keyboard import rich_labels
from tests.support.opened import Open, open_page
from tests.support.pressing import Ctrl, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home, taught
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.service.months import MonthsPage
from ui.flows.service.scheduled import HOUR_S, MonthlyExport
from ui.views.form_dialog import FormDialog
from ui.views.service.months import MonthsView
from ui.views.table_dialog import TableDialog
from ui.widgets.choices import ToggleChips

__all__ = ["laptop", "open_page", "store_template", "team"]

Key = Qt.Key
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
Shown = Callable[..., OnDesk]


@pytest.fixture
def shown(qtbot: QtBot, open_page: Open) -> Shown:
    """The page with its list in front; `kept` is what the person's settings hold."""

    def opened(session: Session, hub: object = None, kept: dict[str, bytes] | None = None) -> OnDesk:
        held = {} if kept is None else kept

        def make(desk: Desk) -> MonthsPage:
            return MonthsPage(replace(desk, hub=hub, kept=held.get, keep=held.__setitem__))

        one = open_page(session, make, Place("months"))
        qtbot.waitUntil(lambda: bool(view(one).model.rows) and view(one).table.hasFocus())
        return one

    return opened


def view(desk: OnDesk) -> MonthsView:
    assert isinstance(desk.page.widget, MonthsView)
    return desk.page.widget


def words(desk: OnDesk) -> list[tuple[str, str]]:
    return [(line.words[0], line.words[1]) for line in view(desk).model.rows]


def settled(qtbot: QtBot, desk: OnDesk) -> None:
    qtbot.waitUntil(lambda: desk.is_idle)


def back(qtbot: QtBot, desk: OnDesk) -> None:
    """The page has the keyboard again."""
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    with qtbot.waitActive(desk.window):
        desk.window.activateWindow()


def december(team: Team) -> None:
    team.clock.at = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)


# --- closing -------------------------------------------------------------------------------------


def test_the_last_month_is_closed_by_two_keys(qtbot: QtBot, shown: Shown, team: Team) -> None:
    desk = shown(team.lead)
    assert words(desk)[0] == ("Oct-2026", "Not closed")
    assert view(desk).close_month.text() == "Close Oct-2026"
    press(qtbot, Key.Key_Return, held=Ctrl)
    dialog = in_front(qtbot, "Close Oct-2026?")
    assert ALL_HERE in " ".join(each.text() for each in dialog.findChildren(type(view(desk).exported)))
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: words(desk)[0] == ("Oct-2026", "17-Nov-2026 09:00"))
    assert desk.toasts == ["Oct-2026 is closed"]
    (found,) = closed_months(team.lead)
    assert (found.closed.month, found.name) == (OCTOBER, "Lead Example")
    assert not desk.told
    assert rich_labels() == []


def test_again_only_with_a_reason(qtbot: QtBot, shown: Shown, team: Team) -> None:
    close_month(team.lead, OCTOBER)
    desk = shown(team.lead)
    assert view(desk).close_month.text() == "Close Oct-2026 again"
    press(qtbot, Key.Key_Return, held=Ctrl)
    dialog = in_front(qtbot)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: dialog.fields["reason"].message.words.text() == "Say why it is closed again")
    press(qtbot, "Two laptops came back")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: [line[0] for line in words(desk)][:2] == ["Oct-2026", "Oct-2026"])
    assert closed_months(team.lead)[0].closed.reason == "Two laptops came back"


def test_laptops_whose_work_is_missing_are_named_before_and_kept_with_it(
    qtbot: QtBot, shown: Shown, team: Team
) -> None:
    desk = shown(team.lead, Hub(note("Car 2", "2026-10-20T10:00:00+00:00")))
    press(qtbot, Key.Key_Return)
    dialog = in_front(qtbot, "Close Oct-2026?")
    said = " ".join(each.text() for each in dialog.findChildren(type(view(desk).exported)))
    assert "1 laptop has not sent all work of Oct-2026: Car 2 (last heard 20-Oct-2026)." in said
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: bool(closed_months(team.lead)))
    kept = then_and_now(team.lead, closed_months(team.lead)[0].closed.id).kept
    assert [each.device for each in kept.missing_devices] == ["Car 2"]
    assert not kept.complete


def test_a_hub_that_says_nothing_is_no_promise(qtbot: QtBot, shown: Shown, team: Team) -> None:
    desk = shown(team.lead, Hub(trouble=Trouble.UNREACHABLE))
    press(qtbot, Key.Key_Return, held=Ctrl)
    dialog = in_front(qtbot)
    assert NOT_KNOWN in " ".join(each.text() for each in dialog.findChildren(type(view(desk).exported)))
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert closed_months(team.lead) == ()
    assert desk.page.can(Action.MAIN)


def test_gaps_are_months_that_can_still_be_closed(qtbot: QtBot, shown: Shown, team: Team) -> None:
    close_month(team.lead, date(2026, 7, 1))
    desk = shown(team.lead)
    assert [line[0] for line in words(desk)] == ["Oct-2026", "Sep-2026", "Aug-2026", "Jul-2026"]
    assert view(desk).dock.words.text() == "Not closed yet: Oct-2026, Sep-2026, Aug-2026."
    press(qtbot, Key.Key_Down, Key.Key_Return)
    in_front(qtbot, "Close Sep-2026?")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: view(desk).dock.words.text() == "Not closed yet: Oct-2026, Aug-2026.")
    chosen = view(desk).chosen
    assert chosen is not None
    assert chosen.month == date(2026, 9, 1)


# --- then and now, what is noted -----------------------------------------------------------------


def test_enter_shows_then_and_now_with_what_changed_first(qtbot: QtBot, shown: Shown, team: Team) -> None:
    home = at_home(team)
    taught(team, home, days_ago=5)
    december(team)
    close_month(team.lead, NOVEMBER)
    taught(team, home, days_ago=10)
    desk = shown(team.lead)
    press(qtbot, Key.Key_Return)
    dialog = in_front(qtbot, kind=TableDialog)
    qtbot.waitUntil(lambda: bool(dialog.model.rows))
    rows = dialog.model.rows
    changed = [bool(row.why) for row in rows]
    assert changed == sorted(changed, reverse=True)
    assert rows[0].why == "1 visit came after the month was closed."
    assert "changed since." in dialog.note.text()
    press(qtbot, Key.Key_Escape)
    back(qtbot, desk)
    qtbot.waitUntil(view(desk).table.hasFocus)


def test_a_note_and_several_actions_are_written_and_taken_back(qtbot: QtBot, shown: Shown, team: Team) -> None:
    close_month(team.lead, OCTOBER)
    desk = shown(team.lead)
    view(desk).note.setFocus()
    press(qtbot, Key.Key_Space)
    dialog: FormDialog = in_front(qtbot)
    typed = ("A quiet month", "Ring the practices", "Dr Osei", "01/12/2026", "Order packs", "Tom Reed", "")
    for place, words_of_it in enumerate(typed):
        if words_of_it:
            press(qtbot, words_of_it)
        if place < len(typed) - 1:
            press(qtbot, Key.Key_Tab)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: bool(dialog.fields["1 due"].message.words.text()))
    dialog.fields["1 due"].control.setFocus()
    press(qtbot, "08/12/2026")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: desk.toasts == ["Note saved"])
    settled(qtbot, desk)
    (found,) = closed_months(team.lead)
    assert found.closed.note == "A quiet month"
    ring = ToDo("Ring the practices", "Dr Osei", date(2026, 12, 1))
    assert found.closed.actions == (ring, ToDo("Order packs", "Tom Reed", date(2026, 12, 8)))
    chosen = view(desk).chosen
    assert chosen is not None
    assert "Order packs. Tom Reed, by 08-Dec-2026" in chosen.spoken
    back(qtbot, desk)
    press(qtbot, Key.Key_Z, held=Ctrl)
    qtbot.waitUntil(lambda: desk.toasts[-1] == "Taken back: Note saved")
    assert (closed_months(team.lead)[0].closed.note, closed_months(team.lead)[0].closed.actions) == ("", ())
    press(qtbot, Key.Key_Y, held=Ctrl)
    qtbot.waitUntil(lambda: len(closed_months(team.lead)[0].closed.actions) == 2)


def test_an_action_whose_fields_are_emptied_is_taken_off(qtbot: QtBot, shown: Shown, team: Team) -> None:
    close_month(team.lead, OCTOBER)
    closed = closed_months(team.lead)[0].closed.id
    note_month(team.lead, closed, "Quiet", [ToDo("Ring", "Dr Osei", date(2026, 12, 1)), ToDo("Order", "Tom", NOVEMBER)])
    desk = shown(team.lead)
    view(desk).note.setFocus()
    press(qtbot, Key.Key_Space)
    dialog: FormDialog = in_front(qtbot)
    for field in ("0 what", "0 who", "0 due"):
        dialog.fields[field].control.setFocus()
        press(qtbot, Key.Key_A, held=Ctrl)
        press(qtbot, Key.Key_Delete)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: desk.toasts == ["Note saved"])
    assert closed_months(team.lead)[0].closed.actions == (ToDo("Order", "Tom", NOVEMBER),)


# --- the pack ------------------------------------------------------------------------------------


def test_ctrl_p_saves_the_pack_of_the_month_that_is_chosen(
    qtbot: QtBot, shown: Shown, team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_month(team.lead, OCTOBER)
    named: list[str] = []

    def choose(over: object, title: str, name: str, files: str) -> tuple[str, str]:
        named.append(name)
        return str(tmp_path / "mine.pdf"), files

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    desk = shown(team.lead)
    press(qtbot, Key.Key_P, held=Ctrl)
    in_front(qtbot, "Small numbers in the pack")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: bool(desk.toasts), timeout=20_000)
    assert named == ["monthly-pack-2026-10.pdf"]
    assert (tmp_path / "mine.pdf").read_bytes()[:4] == b"%PDF"
    assert "small=hidden" in team.lead.store.noted("report")[0].detail


def test_a_month_that_is_not_closed_has_no_pack_and_a_reader_changes_nothing(
    qtbot: QtBot, shown: Shown, team: Team
) -> None:
    desk = shown(team.lead)
    assert not desk.page.can(Action.PRINT)
    assert not view(desk).dock.offers(view(desk).pack)
    reader = replace(team.admin, user=replace(team.admin.user, role=type(team.admin.user.role).PRIVACY_OFFICER))
    desk = shown(reader)
    assert view(desk).dock.words.text() == MAY_NOT
    assert not any(desk.page.can(each) for each in (Action.MAIN, Action.PRINT, Action.MONTHLY_EXPORT))
    assert not view(desk).change.isEnabled()


# --- every month ---------------------------------------------------------------------------------


def test_a_monthly_export_is_set_and_what_is_due_is_there_at_once(
    qtbot: QtBot, shown: Shown, team: Team, tmp_path: Path
) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    kept: dict[str, bytes] = {}
    desk = shown(team.admin, kept=kept)
    assert view(desk).exported.text() == NO_EXPORT
    desk.page.do(Action.MONTHLY_EXPORT)
    dialog: FormDialog = in_front(qtbot, "Save reports every month")
    dialog.fields["folder"].control.setFocus()
    press(qtbot, str(tmp_path / "nowhere"))
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: "That folder is not there." in dialog.trouble.accessibleName())
    assert not kept
    chips = dialog.fields["reports"].control
    assert isinstance(chips, ToggleChips)
    chips.set_value(("caseload",))
    dialog.fields["folder"].control.setFocus()
    press(qtbot, Key.Key_A, held=Ctrl)
    press(qtbot, str(folder))
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: f"Monthly export: 1 file saved in {folder}" in desk.toasts, timeout=20_000)
    assert [path.name for path in folder.iterdir()] == ["caseload-2026-10.xlsx"]
    assert view(desk).exported.text().startswith("On day 5 of each month, of the month before: Caseload. As XLSX")
    view(desk).end.click()
    qtbot.waitUntil(lambda: view(desk).exported.text() == NO_EXPORT)
    desk.offered[-1]()
    assert view(desk).exported.text().startswith("On day 5")


def looking(session: Session, desk: OnDesk, schedule: Schedule) -> MonthlyExport:
    """As the window looks after it, over the same bench."""
    kept = {MONTHLY_EXPORT: kept_as(schedule)}
    plain = Desk(session, desk.lanes, desk.went.append, desk.told.append, desk.toasts.append, desk.changed.append)
    return MonthlyExport(lambda: replace(plain, kept=kept.get), desk.window)


def test_what_fails_is_told_once_and_tried_again_every_hour(
    qtbot: QtBot, shown: Shown, team: Team, tmp_path: Path
) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    schedule = new_schedule(team.admin, 5, str(folder), ("caseload", PACK), ("json",))
    folder.rmdir()
    desk = shown(team.admin)
    export = looking(team.admin, desk, schedule)
    for _ in range(3):
        export.look()
        settled(qtbot, desk)
        team.clock.forward(seconds=HOUR_S)
    assert [type(each) for each in desk.told] == [MonthNotSaved]
    folder.mkdir()
    export.look()
    settled(qtbot, desk)
    assert [path.name for path in folder.iterdir()] == ["caseload-2026-10.json"]
    assert desk.toasts == [f"Monthly export: 1 file saved in {folder}", "The pack waits until Oct-2026 is closed"]
    close_month(team.lead, OCTOBER)
    export.look()
    settled(qtbot, desk)
    assert len(list(folder.iterdir())) == 1, "it is looked after once an hour"
    team.clock.forward(seconds=HOUR_S)
    export.look()
    settled(qtbot, desk)
    assert len(list(folder.iterdir())) == 2
    assert len(desk.told) == 1


def test_whoever_may_not_save_figures_now_is_left_in_peace(
    qtbot: QtBot, shown: Shown, team: Team, tmp_path: Path
) -> None:
    schedule = new_schedule(team.admin, 5, str(tmp_path), ("caseload",), ("json",))
    desk = shown(team.admin)
    grace = replace(team.admin, user=replace(team.admin.user, in_grace=True))
    looking(grace, desk, schedule).look()
    settled(qtbot, desk)
    assert (desk.told, desk.toasts) == ([], [])
    assert not (tmp_path / "caseload-2026-10.json").exists()


def test_nothing_of_the_service_is_left_when_the_page_is_emptied(qtbot: QtBot, shown: Shown, team: Team) -> None:
    close_month(team.lead, OCTOBER)
    note_month(team.lead, closed_months(team.lead)[0].closed.id, "A quiet month")
    desk = shown(team.lead)
    desk.page.clear()
    assert view(desk).model.rows == ()
    assert "quiet" not in " ".join(
        each.text() for each in view(desk).findChildren(type(view(desk).exported)) if each.isVisible()
    )

"""A lead's tray, the laptops of the team, and the history of what was settled: by keyboard alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from smf_core.domain.visit import VisitForm
from smf_core.operations.change_set import ChangeSet
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import DraftNote, HeldWork, LaptopNote, Review, Scope
from smf_core.records.queries.scope import signed_visits
from smf_desktop.presenters.sync.facts import Progress, Result
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.drafts import VISIT, draft, save_draft
from smf_desktop.services.people import change_demographics, open_person
from smf_desktop.services.record.disputes import keep, settle_all
from smf_desktop.services.session import Session
from tests.services.test_disputes import open_disputes, several
from tests.services.test_unbegun import comes_from_elsewhere
from tests.support.desks import OnDesk
from tests.support.opened import Open, open_page
from tests.support.pressing import in_front, press
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home, taught
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.day.today import TodayPage
from ui.flows.sync.page import SyncPage
from ui.views.form_dialog import FormDialog
from ui.views.table_dialog import TableDialog

__all__ = ["laptop", "open_page", "store_template", "team"]


@dataclass
class OneHub:
    """A hub that holds these saves for a lead; None: it does not answer."""

    held_work: Sequence[tuple[Review, ChangeSet]] | None = ()
    visits: int = 0
    drafts: Sequence[DraftNote] = ()
    taken: list[tuple[str, str, str]] = field(default_factory=list)

    def exchange(self, tell: Callable[[Progress], None], stop: Callable[[], bool]) -> Result:
        return Result(START)

    def held(self) -> tuple[HeldWork, Sequence[ChangeSet]]:
        self._answer()
        found = self.held_work or ()
        return HeldWork(reviews=tuple(one for one, _ in found)), [each for _, each in found]

    def laptops(self) -> Sequence[LaptopNote]:
        self._answer()
        return [
            LaptopNote(device="a", name="SMF-LT-014", users=(), last_seen=START.isoformat(), unsent=0, drafts=0),
            LaptopNote(device="b", name="SMF-LT-021", users=(), last_seen=None, unsent=3, drafts=1),
        ]

    def scope(self, feed: str) -> Scope:
        self._answer()
        return Scope(scope=b"", people=self.people, signed_visits=self.visits)

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        raise HubTrouble(Trouble.UNREACHABLE)

    def drafts_elsewhere(self) -> Sequence[DraftNote]:
        return self.drafts

    def bring_draft(self, note: DraftNote) -> bool:
        return True

    def take_over_draft(self, note: DraftNote, reason: str, recovery_key: str) -> bool:
        self.taken.append((note.slot, reason, recovery_key))
        return True

    def close(self) -> None:
        return None

    people: tuple[str, ...] = ()

    def _answer(self) -> None:
        if self.held_work is None:
            raise HubTrouble(Trouble.UNREACHABLE)


def centre(open_page: Open, session: Session, hub: OneHub) -> OnDesk:
    def make(desk: Desk) -> SyncPage:
        return SyncPage(replace(desk, hub=hub))

    return open_page(session, make, Place("sync"))


def listed(qtbot: QtBot, title: str, rows: int) -> "TableDialog[object]":
    def there() -> bool:
        front = QApplication.activeModalWidget()
        return isinstance(front, TableDialog) and front.windowTitle() == title and len(front.model.rows) == rows

    qtbot.waitUntil(there)
    found = QApplication.activeModalWidget()
    assert isinstance(found, TableDialog)
    with qtbot.waitActive(found):
        found.activateWindow()
    qtbot.waitUntil(lambda: found.isAncestorOf(QApplication.focusWidget()))
    return found


def waiting(team: Team, home: Home) -> tuple[Review, ChangeSet]:
    """A save about somebody, as the hub would hold it."""
    change_demographics(team.nurse, open_person(team.nurse, home.patient), {"phone": {"phone": "01632 960009"}})
    with team.nurse.read() as connection:
        row = connection.exec_driver_sql("SELECT cs_id, head, body FROM change_set ORDER BY cs_id DESC").first()
    assert row is not None
    review = Review(
        cs_id=row[0],
        author=team.nurse.user.id,
        patient=home.patient,
        reason="left",
        at=START.isoformat(),
        device="d",
    )
    return review, ChangeSet(bytes(row[1]), bytes(row[2]))


def test_a_lead_takes_work_into_the_record_with_a_reason(qtbot: QtBot, team: Team, open_page: Open) -> None:
    home = at_home(team)
    held = waiting(team, home)
    one = centre(open_page, team.lead, OneHub((held,)))
    one.page.do(Action.HELD_WORK)
    tray = listed(qtbot, "Sent for review", 1)
    assert tray.table.hasFocus()
    before = team.store.unsent()
    press(qtbot, Qt.Key.Key_Return)
    reading = listed(qtbot, f"Phone, {team.nurse.user.name}", 1)
    assert reading.model.rows == ("Phone: 01632 960009",)
    press(qtbot, Qt.Key.Key_Return)
    asked = in_front(qtbot, "Take this into the record?")
    press(qtbot, Qt.Key.Key_Return)  # without a reason nothing is decided
    assert team.store.unsent() == before
    press(qtbot, "Seen on paper", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.toasts == ["Taken into the record"])
    assert team.store.unsent() == before + 1
    (saved, *_) = team.store.on_the_way(START).waiting
    assert saved.what == {("review", "decided")}
    listed(qtbot, "Sent for review", 0)
    assert asked is not None
    press(qtbot, Qt.Key.Key_Escape)


def test_a_reason_for_what_waits_in_the_tray_is_there_again_after_a_lock(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    home = at_home(team)
    held = waiting(team, home)

    def asked() -> tuple[OnDesk, FormDialog]:
        one = centre(open_page, team.lead, OneHub((held,)))
        one.page.do(Action.HELD_WORK)
        listed(qtbot, "Sent for review", 1)
        press(qtbot, Qt.Key.Key_Return)
        listed(qtbot, f"Phone, {team.nurse.user.name}", 1)
        press(qtbot, Qt.Key.Key_Return)
        return one, in_front(qtbot, "Take this into the record?")

    one, form = asked()
    press(qtbot, "Seen on pap")
    for dialog in one.window.findChildren(QDialog):  # as the window does at a lock
        dialog.reject()
    one.page.clear()
    one.lanes.store.drain()
    (row,) = today_facts(team.lead).drafts
    assert (row.page, row.person and row.person.id) == ("today", home.patient)
    again, back = asked()
    assert (back.values()["reason"], back.left_off.isVisible()) == ("Seen on pap", True)
    press(qtbot, "er", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: again.toasts == ["Taken into the record"])
    again.lanes.store.drain()
    assert today_facts(team.lead).drafts == ()
    assert form is not back
    listed(qtbot, "Sent for review", 0)
    press(qtbot, Qt.Key.Key_Escape)


def test_the_tray_says_when_the_hub_does_not_answer(qtbot: QtBot, team: Team, open_page: Open) -> None:
    one = centre(open_page, team.lead, OneHub(None))
    one.page.do(Action.HELD_WORK)
    tray = listed(qtbot, "Sent for review", 0)
    qtbot.waitUntil(lambda: "The hub did not answer" in tray.state.shown.accessibleName())
    press(qtbot, Qt.Key.Key_Escape)


def test_a_nurse_has_no_tray(team: Team, open_page: Open) -> None:
    one = centre(open_page, team.nurse, OneHub())
    assert not one.page.can(Action.HELD_WORK)
    assert not one.page.can(Action.TEAM_LAPTOPS)


def test_figures_here_and_at_the_hub_stand_side_by_side(qtbot: QtBot, team: Team, open_page: Open) -> None:
    home = at_home(team)
    taught(team, home)
    with team.lead.read() as connection:
        assert signed_visits(connection, (home.patient,)) == 1
    hub = OneHub(visits=1)
    hub.people = (home.patient,)
    one = centre(open_page, team.lead, hub)
    one.page.do(Action.TEAM_LAPTOPS)
    laptops = listed(qtbot, "Laptops of the team", 2)
    assert laptops.note.text() == "This laptop 1 signed visit, hub 1"
    press(qtbot, Qt.Key.Key_Escape)


def test_what_was_settled_is_taken_back_from_the_history(qtbot: QtBot, team: Team, open_page: Open) -> None:
    home = at_home(team)
    several(team, home.patient)
    settle_all(team.nurse, home.patient, [keep(each, 0) for each in open_disputes(team.nurse, home.patient)])
    one = centre(open_page, team.nurse, OneHub())
    one.page.do(Action.SYNC_HISTORY)
    history = listed(qtbot, "Sync history", 1)
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.toasts == ["Taken back"])
    assert len(open_disputes(team.nurse, home.patient)) == 3
    qtbot.waitUntil(lambda: not history.buttons["undo"].isEnabled())
    press(qtbot, Qt.Key.Key_Escape)


def draft_note(team: Team, home: Home, author: str, days: int) -> DraftNote:
    saved = (team.nurse.now() - timedelta(days=days)).isoformat()
    return DraftNote(slot=author, author=author, page="visit", patient=home.patient, saved_at=saved, device="d")


@dataclass
class Keeping(OneHub):
    """Its drafts come as a draft of whoever asks."""

    session: Session | None = None
    visit: str = ""

    def take_over_draft(self, note: DraftNote, reason: str, recovery_key: str) -> bool:
        super().take_over_draft(note, reason, recovery_key)
        assert self.session is not None
        form = VisitForm(visit=self.visit, patient=note.patient, started_at=START, sections=())
        save_draft(self.session, VISIT, self.visit, note.patient, form)
        return True


def test_a_lead_takes_a_colleagues_draft_over_and_it_stays_known_whose_it_was(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    home = at_home(team)
    hub = Keeping(session=team.lead, visit=team.lead.new_id())
    hub.drafts = (
        draft_note(team, home, team.nurse.user.id, 2),
        draft_note(team, home, team.lead.user.id, 1),
        draft_note(team, home, team.nurse2.user.id, 0),  # of today: nobody's business but the author's
    )
    one = centre(open_page, team.lead, hub)
    one.page.do(Action.DRAFTS_ELSEWHERE)
    dialog = listed(qtbot, "Drafts on other laptops", 2)
    words = [dialog.model.index(row, 0).data() for row in range(2)]
    assert words == ["Visit draft of yours, 1 day old", f"Visit draft by {team.nurse.user.name}, 2 days old"]
    assert dialog.buttons["bring"].isEnabled()
    assert not dialog.buttons["take"].isEnabled()
    press(qtbot, Qt.Key.Key_Down)
    assert not dialog.buttons["bring"].isEnabled()
    qtbot.keyClick(dialog.buttons["take"], Qt.Key.Key_Space)
    in_front(qtbot, "Take this draft over?")
    press(qtbot, "Ill", Qt.Key.Key_Tab, "0000-1111", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.toasts == ["The draft is on this laptop"])
    assert hub.taken == [(team.nurse.user.id, "ill", "0000-1111")]
    assert one.went == [Place("visit", home.patient, hub.visit)]
    kept = draft(team.lead, VISIT, hub.visit, VisitForm)
    assert kept is not None
    assert kept.draft_of == team.nurse.user.id


def test_a_lead_goes_from_a_record_that_has_not_come_to_the_tray_and_returns_what_waits_for_it(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    at_home(team)
    comes_from_elsewhere(team)
    team.clock.forward(days=5, minutes=1)
    one = open_page(team.lead, lambda desk: TodayPage(replace(desk, hub=OneHub())), Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: "late" in view._cards)
    qtbot.waitUntil(view._cards["late"].table.hasFocus)
    press(qtbot, Qt.Key.Key_Return)
    listed(qtbot, "Sent for review", 1)
    press(qtbot, Qt.Key.Key_Return)
    reading = listed(qtbot, f"2 saves, {team.nurse.user.name}", 2)
    assert list(reading.buttons) == ["returned"], "there is nothing to take in"
    assert reading.model.rows == ("Visit did not go ahead: 17-Nov-2026 09:00 · no access", "Phone: 01632 960777")
    assert "This person is not on this laptop" in reading.note.text()
    press(qtbot, Qt.Key.Key_Tab, Qt.Key.Key_Space)
    in_front(qtbot, "Return this to its author?")
    press(qtbot, "The laptop was lost", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.toasts == ["Returned"])
    listed(qtbot, "Sent for review", 0)
    press(qtbot, Qt.Key.Key_Escape)
    assert one.went == []
    one.page.refresh(frozenset({"review"}))
    qtbot.waitUntil(lambda: "late" not in view._cards)

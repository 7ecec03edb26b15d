"""The short forms, of which there is one everywhere: a lock takes nothing of them, Cancel lets go, saving ends it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smf_desktop.presenters.referral.inbox import Box, InboxRow, inbox_rows
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.drafts import drafts
from smf_desktop.services.referral.inbox import inbox
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.session import Session
from smf_desktop.store.store import Store
from tests.support.pressing import Ctrl, in_front, press
from tests.support.referral_pages import TWO
from tests.support.sessions import Team, team_at
from tests.support.stores import raw_key, store_template
from tests.support.today import ELEVEN, planned
from tests.support.visits import Home, at_home, taught
from ui.desk import Desk
from ui.flows.after_signing import AfterSigning
from ui.flows.asking import Asker
from ui.flows.consent import ask_consent
from ui.flows.day.booking import ask_call_off, book
from ui.flows.day.dose_cover import ask_dose_cover
from ui.flows.day.handing_over import Hands
from ui.flows.laptop.service_settings import ask_settings
from ui.flows.letters.core_stop import ask_core_visits
from ui.flows.letters.practices import ask_core_teams
from ui.flows.referral.triage import AcceptDialog, ask_accept, ask_reject, ask_wait
from ui.flows.referral.triage_many import TriageMany
from ui.tasks import Lanes
from ui.views.form_dialog import FormDialog

__all__ = ["store_template"]

WHO = "ABERNATHY, Doreen (Mrs)"
WORDS = "Her son rang, <b> & said so"


@dataclass
class Service:
    """One store for every form: somebody who is taught, and two referrals that wait."""

    team: Team
    home: Home
    visit: str
    booked: str

    def rows(self) -> Sequence[InboxRow]:
        return inbox_rows(inbox(self.team.lead), self.team.lead.checklists).boxes[Box.TRIAGE]


@pytest.fixture(scope="module")
def service(store_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    store = Store(shutil.copytree(store_template, tmp_path_factory.mktemp("forms") / "store"), raw_key())
    team = team_at(store)
    home = at_home(team)
    take_in(team.lead, examine(team.lead, TWO.encode()), accept_valid=True)
    yield Service(team, home, taught(team, home, days_ago=1), planned(team, home, ELEVEN + timedelta(days=2)))
    store.close()


@dataclass
class Room:
    """A window to ask forms over, in somebody's hands."""

    service: Service
    desk: Desk
    over: QWidget
    asker: Asker
    toasts: list[str] = field(default_factory=list)
    told: list[BaseException] = field(default_factory=list)

    @property
    def here(self) -> tuple[Desk, Asker, QWidget]:
        return self.desk, self.asker, self.over

    def lock(self) -> None:
        """What every page does at a lock."""
        self.asker.forget()
        self.desk.lanes.store.drain()


Ask = Callable[[Room], object]


@dataclass(frozen=True)
class Short:
    """How a form is asked, the field of its words, and what is said once it is saved with nothing but those; "" where
    it needs more."""

    ask: Ask
    field: str
    saved: str = ""
    by: str = "nurse"


def patient(room: Room) -> str:
    return room.service.home.patient


def episode(room: Room) -> str:
    return room.service.home.episodes["insulin"]


def cosign(room: Room) -> None:
    def form(title: str, asks: Sequence[object], primary: str, about: str) -> FormDialog:
        return FormDialog(title, asks, primary, who=WHO, about=about, parent=room.over)

    AfterSigning(room.desk, room.asker).cosign(room.service.visit, patient(room), form)


def many(room: Room) -> TriageMany:
    return TriageMany(room.desk, room.asker, room.over)


def cover(room: Room, *others: str) -> None:
    Hands(room.desk, room.asker, room.over).ask_cover((patient(room), *others), WHO)


SHORT = {
    "call off": Short(
        lambda r: ask_call_off(*r.here, patient=patient(r), who=WHO, visit=r.service.booked),
        "reason",
        "Visit called off",
    ),
    "book": Short(lambda r: book(*r.here, patient=patient(r), who=WHO, episodes=(episode(r),)), "focus"),
    "dose cover": Short(lambda r: ask_dose_cover(*r.here, patient(r), WHO), "note"),
    "cover of one": Short(cover, "reason"),
    "cover of several": Short(lambda r: cover(r, r.service.rows()[0].patient), "reason"),
    "consent": Short(lambda r: ask_consent(*r.here, episode(r), who=WHO, skill="Insulin"), "note"),
    "co-sign": Short(cosign, "note"),
    "core visits": Short(lambda r: ask_core_visits(*r.here, episode(r), patient(r), WHO), "source"),
    "core team": Short(lambda r: ask_core_teams(*r.here), "name", "Core team saved", "lead"),
    "settings": Short(lambda r: ask_settings(*r.here), "reason", "Settings saved", "lead"),
    "accept": Short(lambda r: ask_accept(*r.here, r.service.rows()[0]), "waits", "Referral accepted"),
    "wait for several": Short(lambda r: many(r).wait(r.service.rows()), "reason", "", "lead"),
    "wait": Short(lambda r: ask_wait(*r.here, r.service.rows()[0]), "reason", "", "lead"),
    "send several back": Short(lambda r: many(r).send_back(r.service.rows()), "reason", "", "lead"),
    "send back": Short(lambda r: ask_reject(*r.here, r.service.rows()[-1]), "reason", "Referral sent back", "lead"),
}

OF_NOBODY = {"core team", "settings", "cover of several", "wait for several", "send several back"}


@pytest.fixture
def room_of(qtbot: QtBot, service: Service) -> Iterator[Callable[[Session], Room]]:
    made: list[Room] = []

    def opened(session: Session) -> Room:
        over, lanes, toasts, told = QWidget(), Lanes(), list[str](), list[BaseException]()
        over.resize(1280, 640)
        desk = Desk(session, lanes, lambda _place: None, told.append, toasts.append, lambda _kinds: None)
        over.show()
        with qtbot.waitActive(over):
            over.activateWindow()
        made.append(Room(service, desk, over, Asker(desk, over), toasts, told))
        return made[-1]

    yield opened
    for one in made:
        one.lock()
        one.desk.lanes.close()
        for thing in (one.over, one.desk.lanes.store, one.desk.lanes.read, one.desk.lanes.work):
            shiboken6.delete(thing)


def test_what_follows_from_an_answer_is_said_again_with_it(
    qtbot: QtBot, service: Service, room_of: Callable[[Session], Room]
) -> None:
    room = room_of(service.team.nurse)

    def asked() -> AcceptDialog:
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        ask_accept(*room.here, service.rows()[0])
        return in_front(qtbot, kind=AcceptDialog)

    asked().fields["priority"].control.setFocus()
    press(qtbot, Qt.Key.Key_Down, Qt.Key.Key_Down)
    room.lock()
    back = asked()
    assert (back.values()["priority"], back.follows.isVisible()) == ("same_day", True)
    back.left_off.link.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert (back.values()["priority"], back.follows.isVisible()) == ("routine", False)
    press(qtbot, Qt.Key.Key_Escape)


@pytest.mark.parametrize("of", SHORT)
def test_what_is_typed_in_a_short_form_is_there_again_after_a_lock(
    qtbot: QtBot, service: Service, room_of: Callable[[Session], Room], of: str
) -> None:
    short = SHORT[of]
    session: Session = getattr(service.team, short.by)
    room = room_of(session)

    def asked() -> FormDialog:
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        short.ask(room)
        form = in_front(qtbot)
        form.fields[short.field].control.setFocus()
        return form

    began = asked().values()[short.field]
    press(qtbot, WORDS)
    room.lock()
    (waiting,) = today_facts(session).drafts
    assert (waiting.person is None) == (of in OF_NOBODY)
    back = asked()
    assert (back.values()[short.field], back.left_off.isVisible()) == (WORDS, True)
    press(qtbot, Qt.Key.Key_Escape)
    room.desk.lanes.store.drain()
    assert list(drafts(session)) == []
    anew = asked()
    assert (anew.values()[short.field], anew.left_off.isVisible()) == (began, False)
    if short.saved:
        press(qtbot, WORDS)
        press(qtbot, Qt.Key.Key_Return, held=Ctrl)
        qtbot.waitUntil(lambda: room.toasts != [])
        assert room.toasts[0].startswith(short.saved)
        room.lock()
        assert list(drafts(session)) == []
    assert not room.told

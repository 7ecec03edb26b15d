"""Joining a hub by key presses: its address, the code beside its fingerprint, a password, the first exchange."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from smf_core.operations.enrolment import fingerprint
from smf_core.operations.hub import HubTrouble, Trouble
from smf_desktop.presenters.sync.facts import Progress, Result, Stage
from smf_desktop.presenters.sync.joining import NO_ADDRESS, NOT_SAFE, address_of, code_problem, in_fours, join_words
from smf_desktop.services.laptop.door import Key
from smf_desktop.services.laptop.joiner import Fetched
from smf_desktop.trouble import WrongPassword
from tests.support.keyboard import spoken
from tests.support.sessions import START
from ui.flows.laptop.joining import JoinFlow
from ui.tasks import Lane
from ui.views.joining import CONNECT, ENROL, FETCH, PROTECT
from ui.widgets.buttons import Button

TAB_STOP = Qt.FocusPolicy.TabFocus
ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab
HUB_KEY = bytes(range(32))
CODE = "K7QM4TXD9W2A"


@dataclass
class Told:
    username: str = "tom"
    team_name: str = "North"


@dataclass
class HeldKey:
    user_id: str = "u"
    wiped: bool = False

    def again(self) -> "HeldKey":
        return HeldKey(self.user_id)

    def zero(self) -> None:
        self.wiped = True


@dataclass
class OneJoiner:
    """Joins as the test says; `asked` is what it was given."""

    is_empty: bool = True
    refuses: Exception | None = None
    silent: bool = False
    asked: dict[str, object] = field(default_factory=dict)
    key: HeldKey = field(default_factory=HeldKey)

    def hub_at(self, url: str) -> bytes:
        if self.silent:
            raise HubTrouble(Trouble.UNREACHABLE)
        return HUB_KEY

    def join(
        self, *, url: str, code: str, username: str, password: str, device_name: str = "", hub_key: bytes | None = None
    ) -> tuple[Key, Told]:
        self.asked = {"url": url, "code": code, "user": username, "password": password, "hub": hub_key}
        if self.refuses is not None:
            raise self.refuses
        return self.key, Told()

    def fetch(self, key: Key, tell: Callable[[Progress], None], stop: Callable[[], bool]) -> Fetched:
        tell(Progress(Stage.FETCHING, 1, 2))
        return Result(START, whole=True), (148, 148)


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("door")
    yield made
    made.close()


def opened(qtbot: QtBot, joiner: OneJoiner, lane: Lane, username: str = "") -> JoinFlow:
    made = JoinFlow(joiner, lane, device="SMF-LT-014", username=username, parent=None)
    qtbot.addWidget(made.view)
    made.view.resize(1366, 690)
    made.view.show()
    made.view.activateWindow()
    made.view.show_step(CONNECT)
    qtbot.waitUntil(made.view.url.hasFocus)
    return made


def to_enrol(qtbot: QtBot, flow: JoinFlow) -> None:
    qtbot.keyClicks(flow.view.url, "hub.smf-derby.example")
    qtbot.keyClick(flow.view.url, ENTER)
    qtbot.waitUntil(lambda: flow.view.step == ENROL)


def to_protect(qtbot: QtBot, flow: JoinFlow, user: str = "tom") -> None:
    to_enrol(qtbot, flow)
    qtbot.keyClicks(flow.view.code, CODE)
    qtbot.keyClicks(flow.view.username, user)
    qtbot.keyClick(flow.view.username, ENTER)
    assert flow.view.step == PROTECT


def protect(qtbot: QtBot, flow: JoinFlow) -> None:
    for edit in (flow.view.password.edit, flow.view.again.edit):
        qtbot.keyClicks(edit, "three plain words")
    qtbot.keyClick(flow.view.again.edit, ENTER)


def test_from_the_address_to_everything_fetched(qtbot: QtBot, lane: Lane) -> None:
    joiner = OneJoiner()
    flow = opened(qtbot, joiner, lane)
    to_protect(qtbot, flow)
    assert fingerprint(HUB_KEY) in flow.view.checked.accessibleName()
    protect(qtbot, flow)
    qtbot.waitUntil(lambda: flow.view.step == FETCH)
    assert joiner.asked["url"] == "https://hub.smf-derby.example"
    assert joiner.asked["hub"] == HUB_KEY
    assert flow.view.password.edit.text() == flow.view.code.text() == ""
    fetch = flow._fetch
    assert fetch is not None
    qtbot.waitUntil(fetch.view.begin.isVisible)
    with qtbot.waitSignal(flow.joined) as joined:
        qtbot.keyClick(fetch.view.begin, ENTER)
    assert joined.args == [joiner.key]
    assert not joiner.key.wiped


def test_a_short_code_is_told_in_figures_before_anything_is_sent(qtbot: QtBot, lane: Lane) -> None:
    flow = opened(qtbot, OneJoiner(), lane)
    to_enrol(qtbot, flow)
    qtbot.keyClicks(flow.view.code, "k7qm4txd9w")
    assert flow.view.code.text() == "K7QM 4TXD 9W"
    qtbot.keyClick(flow.view.code, ENTER)
    assert flow.view.step == ENROL
    said = flow.view.fields["code"].message.words
    assert said.text() == "The code is 12 characters. This one has 10."
    assert flow.view.code.hasFocus()
    qtbot.keyClicks(flow.view.code, "2")
    assert said.text() != "The code is 12 characters. This one has 10."


def test_a_hub_that_does_not_answer_is_told_and_nothing_is_joined(qtbot: QtBot, lane: Lane) -> None:
    flow = opened(qtbot, OneJoiner(silent=True), lane)
    qtbot.keyClicks(flow.view.url, "hub.smf-derby.example")
    qtbot.keyClick(flow.view.url, ENTER)
    qtbot.waitUntil(flow.view.trouble.isVisible)
    assert "Nothing was joined" in flow.view.trouble.accessibleName()
    assert flow.view.step == CONNECT


def test_a_code_that_no_longer_holds_leads_back_to_the_code(qtbot: QtBot, lane: Lane) -> None:
    flow = opened(qtbot, OneJoiner(refuses=HubTrouble(Trouble.CODE)), lane)
    to_protect(qtbot, flow)
    protect(qtbot, flow)
    qtbot.waitUntil(lambda: flow.view.step == ENROL)
    assert "A code holds for 15 minutes" in flow.view.fields["code"].message.words.text()
    assert flow.view.code.hasFocus()


def test_who_has_records_joins_with_them_by_their_own_password(qtbot: QtBot, lane: Lane) -> None:
    joiner = OneJoiner(is_empty=False, refuses=WrongPassword(4))
    flow = opened(qtbot, joiner, lane, username="priya")
    to_enrol(qtbot, flow)
    assert flow.view.username.text() == "priya"
    assert flow.view.username.isReadOnly()
    qtbot.keyClicks(flow.view.code, CODE)
    qtbot.keyClick(flow.view.code, ENTER)
    qtbot.keyClicks(flow.view.password.edit, "wrong words here")
    qtbot.keyClick(flow.view.password.edit, ENTER)
    qtbot.waitUntil(lambda: bool(flow.view.fields["password"].message.words.text()))
    joiner.refuses = None
    qtbot.keyClicks(flow.view.password.edit, "x")
    with qtbot.waitSignal(flow.joined):
        qtbot.keyClick(flow.view.password.edit, ENTER)


def test_alt_left_goes_back_as_far_as_where_one_came_from(qtbot: QtBot, lane: Lane) -> None:
    flow = opened(qtbot, OneJoiner(), lane)
    to_enrol(qtbot, flow)
    qtbot.keyClick(flow.view.code, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert flow.view.step == CONNECT
    assert flow.view.url.text() == "hub.smf-derby.example"
    with qtbot.waitSignal(flow.back):
        qtbot.keyClick(flow.view.url, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)


def test_every_control_of_every_step_has_a_name_and_at_twice_the_size_fetching_needs_no_scrolling(
    qtbot: QtBot, lane: Lane
) -> None:
    flow = opened(qtbot, OneJoiner(), lane)
    view = flow.view
    view.resize(683, 345)
    for step in (CONNECT, ENROL, PROTECT):
        view.show_step(step)
        stops = [each for each in view.findChildren(QWidget) if each.isVisible() and each.focusPolicy() & TAB_STOP]
        assert len(stops) >= 3
        assert [each for each in stops if not spoken(each).strip()] == []
    said = " ".join(label.text() for label in view.findChildren(QLabel))
    assert "This laptop will keep" in said
    flow.resume(OneJoiner().key)
    assert view.step == FETCH
    begin = next(button for button in view.findChildren(Button) if button.text() == "Start work")
    qtbot.waitUntil(begin.isVisible)
    qtbot.waitUntil(lambda: begin.mapTo(view, begin.rect().bottomLeft()).y() <= view.height())
    assert view.pages.mapTo(view, view.pages.rect().topLeft()).y() >= 0
    flow.stop()


def test_a_key_that_is_not_handed_on_is_wiped(qtbot: QtBot, lane: Lane) -> None:
    joiner = OneJoiner()
    flow = opened(qtbot, joiner, lane)
    flow.resume(joiner.key)
    flow.stop()
    assert joiner.key.wiped


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("hub.example.org", ("https://hub.example.org", "")),
        (" https://hub.example.org:8443/ ", ("https://hub.example.org:8443", "")),
        ("http://127.0.0.1:8443", ("http://127.0.0.1:8443", "")),
        ("http://hub.example.org", ("", NOT_SAFE)),
        ("hub example", ("", NO_ADDRESS)),
        ("hub.example.org:65535", ("https://hub.example.org:65535", "")),
        ("hub.example.org:65536", ("", NO_ADDRESS)),
        ("ftp://hub.example.org", ("", NO_ADDRESS)),
        ("", ("", NO_ADDRESS)),
    ],
)
def test_an_address_is_read_as_people_write_it(typed: str, address: tuple[str, str]) -> None:
    assert address_of(typed) == address


OF_JOINING = (
    *(Trouble.UNREACHABLE, Trouble.NOT_A_HUB, Trouble.CERTIFICATE, Trouble.OTHER_HUB, Trouble.BAD_REPLY),
    *(Trouble.CODE, Trouble.NOT_ALLOWED, Trouble.CONFLICT, Trouble.BAD_REQUEST, Trouble.BUSY, Trouble.HUB_FAULT),
)


@pytest.mark.parametrize("why", OF_JOINING)
def test_why_a_laptop_did_not_join_promises_no_try_that_nobody_makes(why: Trouble) -> None:
    words = str(join_words(HubTrouble(why)))
    assert "Nothing was" in words or "Nothing is lost" in words
    for promise in ("by itself", "is asked again", "is sent", "F9", "you may not see"):
        assert promise not in words.casefold() + words


def test_a_code_is_read_whatever_stands_between_its_letters() -> None:
    assert code_problem("k7qm-4txd 9w2a") == ""
    assert code_problem("O7QM 4TXD 9W2A") == ""
    assert "no U" in code_problem("U7QM 4TXD 9W2A")
    assert in_fours("k7qm-4txd 9w") == "K7QM 4TXD 9W"

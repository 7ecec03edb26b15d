"""Two laptops of a demo and their hub, a process of its own, over real sockets: what both changed apart, settled and
seen on the other, by keys."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from sqlalchemy import select

from smf_core.records.queries import disputes
from smf_core.records.queries.patients import patient
from smf_core.records.tables import patient as people
from smf_desktop.compose import Computer, House, SystemClock
from smf_desktop.compose.demo import SERVICE, TEAM, build_demo
from smf_desktop.compose.network import Network
from smf_desktop.compose.second_laptop import FIRST, NOTES, PHONES, SECOND, join_two
from smf_desktop.demo import loopback
from smf_desktop.presenters.palette import PaletteRow
from smf_desktop.presenters.sync.centre import NO_HUB_WAITS
from smf_desktop.presenters.sync.facts import Link
from smf_desktop.services.people import change_demographics, open_person
from smf_desktop.services.session import new_item
from smf_desktop.sync.steps import Exchanged
from tests.support.houses import PASSWORD, computer
from tests.support.keyboard import CTRL, ENTER, TAB, Nurse, someone_at, spoken, until, words_held
from tests.support.keys import chance
from tests.support.served import HubHouse, run
from ui.flows.sync.page import SyncPage
from ui.views.joining import ENROL, FETCH, PROTECT
from ui.views.palette import PaletteView
from ui.views.sync.page import SyncView
from ui.views.sync.review import ReviewRow
from ui.views.table_dialog import TableDialog

F9, DOWN, SPACE = Qt.Key.Key_F9, Qt.Key.Key_Down, Qt.Key.Key_Space


def on(number: int) -> Computer:
    """A computer whose clock goes, since what waits for the hub waits by it."""
    clock, random = SystemClock(), chance(200 + number)
    made = computer(first_id=number * 10_000_000, seed=number, reach=lambda: Network(clock, random))
    return replace(made, clock=clock)


@dataclass(frozen=True)
class Two:
    """The folders of two laptops, and their hub."""

    first: Path
    second: Path
    hub: HubHouse


@contextmanager
def serving(hub: HubHouse) -> Iterator[str]:
    url = hub.serve()
    try:
        yield url
    finally:
        hub.stop()


@dataclass(frozen=True)
class Template:
    """What `smf demo --second-laptop` makes, and what it told; beside it the first laptop as it was before."""

    folder: Path
    made: dict[str, Any]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("two")
    first, second, hub = (folder / name for name in ("first", "second", "hub"))

    def told(done: int, total: int) -> bool:
        return True

    # A morning that is over, whatever the hour: what is yet to come is not a stranger's to write.
    yesterday = on(1).clock.now().date() - timedelta(days=1)
    build_demo(on(1), first, patients=6, months=2, seed=1, as_of=yesterday, password=PASSWORD, progress=told)
    shutil.copytree(first, folder / "alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loopback.subprocess, "run", begun)
        made = join_two(on(2), first, second, hub, service=SERVICE, team=TEAM, password=PASSWORD, progress=told)
    return Template(folder, made)


def begun(words: list[str], *, text: bool = False, **_: object) -> subprocess.CompletedProcess[Any]:
    """In place of `subprocess.run` for what is asked of a hub that is not served: a process with its imports done."""
    _python, _m, module, *more = words
    said = run(module, *more, within=Path.cwd())
    return subprocess.CompletedProcess(words, said.code, said.out if text else said.out.encode())


@pytest.fixture
def two(template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Two:
    monkeypatch.setattr("ui.away.system_signals", lambda window, left: None)
    for name in ("first", "second", "hub"):
        shutil.copytree(template.folder / name, tmp_path / name)
    return Two(tmp_path / "first", tmp_path / "second", HubHouse(tmp_path / "hub", url=template.made["url"]))


@pytest.fixture
def alone(template: Template, tmp_path: Path) -> Path:
    """The first laptop as it was before it joined."""
    return Path(shutil.copytree(template.folder / "alone", tmp_path / "alone"))


@contextmanager
def nurse_at(store: Path, number: int, user: str, qapp: QApplication) -> Iterator[Nurse]:
    house = House(on(number), store)
    with someone_at(house, qapp) as someone:
        shown = [person.username for person in house.card().users]
        until(lambda: spoken(someone.keys.focus()).startswith("Password for"))
        someone.keys.press(*[DOWN] * shown.index(user))
        someone.unlock(PASSWORD)
        someone.waits_for("today")
        yield someone
    house.release()


def linked(nurse: Nurse, link: Link) -> None:
    until(lambda: nurse.shell.desk.syncer.state.link is link, 30)
    nurse.settle()


def all_sent(nurse: Nurse) -> None:
    until(lambda: nurse.shell.desk.syncer.state.waiting == 0 and "1" not in bar(nurse, "unsent"), 30)


def bar(nurse: Nurse, part: str) -> str:
    return nurse.shell.status.part(part).accessibleName()


def centre(nurse: Nurse) -> SyncView:
    nurse.keys.press("8", held=CTRL)
    nurse.waits_for("sync")
    return view(nurse)


def view(nurse: Nurse) -> SyncView:
    assert isinstance(nurse.shell.page, SyncPage)
    found = nurse.shell.page.widget
    assert isinstance(found, SyncView)
    return found


def on_row(nurse: Nurse, what: str) -> None:
    """Until the row of a field has the keyboard."""

    def there() -> bool:
        focus = nurse.keys.focus()
        return isinstance(focus, ReviewRow) and focus.row.what == what

    until(there)


def people_apart(nurse: Nurse) -> list[str]:
    return [button.row.key for button in view(nurse).reviews.buttons]


def said_of(nurse: Nurse, person: str) -> tuple[str | None, str | None]:
    """Their phone and their access note, as this laptop has them."""
    with nurse.shell.desk.session.read() as connection:
        found = patient(connection, person)
    assert found is not None
    return found.phone, found.access_note


def exchanged(house: House, user: str) -> Exchanged:
    key = house.unlock(user, PASSWORD)
    try:
        return house.exchange(key, lambda told: None, lambda: False)
    finally:
        key.zero()


def apart(house: House, user: str) -> int:
    sitting = house.enter(house.unlock(user, PASSWORD))
    try:
        with sitting.session.read() as connection:
            return len(disputes.people_apart(connection))
    finally:
        sitting.close()


def test_a_demo_has_a_second_laptop_whose_work_meets_that_of_the_first(template: Template, two: Two) -> None:
    assert template.made["apart"] == 2
    with House(on(3), two.first) as one, House(on(4), two.second) as other:
        assert exchanged(one, FIRST).trouble == "unreachable"
        with loopback.serving(two.hub.folder, int(two.hub.url.rpartition(":")[2])) as url:
            assert url == two.hub.url
            here = exchanged(one, FIRST)
            assert (here.trouble, here.conflicts, here.pending) == (None, 2, 0)
            assert here.digest_equal
            there = exchanged(other, SECOND)
            assert (there.trouble, there.conflicts) == (None, 2)
        assert apart(one, FIRST) == apart(other, SECOND) == 2
        assert {each.username for each in other.card().users} == {"lead", "nurse", "nurse2", "admin"}


def test_what_both_changed_is_settled_taken_back_done_again_and_seen_on_the_other(two: Two, qapp: QApplication) -> None:
    with nurse_at(two.first, 11, "nurse", qapp) as nurse:
        keys = nurse.keys
        linked(nurse, Link.OFFLINE)
        assert bar(nurse, "hub").startswith("Offline")
        with serving(two.hub):
            linked(nurse, Link.CONNECTED)  # by itself: nobody pressed anything
            all_sent(nurse)
            shown = centre(nurse)
            until(lambda: len(shown.reviews.buttons) == 2)
            (phone_of, note_of) = people_apart(nurse)
            if said_of(nurse, phone_of)[0] not in PHONES:
                phone_of, note_of = note_of, phone_of
            fields = []
            for _ in range(2):
                row = shown.table.rows[0].row.what
                fields.append(row)
                on_row(nurse, row)
                keys.press("2" if row == "Phone" else "b")
                keys.press(ENTER, held=CTRL)
                nurse.toast("Applied, all versions kept")
                nurse.settle()
                until(lambda: len(shown.reviews.buttons) == 2 - len(fields))
            assert sorted(fields) == ["Access note", "Phone"]
            assert shown.isAncestorOf(keys.focus()), "with nothing left the keyboard is on the page"
            last = fields[-1]
            keys.press("z", held=CTRL)
            nurse.toast("Taken back: Applied")
            on_row(nurse, last)
            keys.press("y", held=CTRL)
            nurse.toast("Applied")
            nurse.settle()
            until(lambda: not shown.reviews.buttons)
            settled = said_of(nurse, phone_of)[0], said_of(nurse, note_of)[1]
            assert settled[0] == PHONES[1]
            assert all(words in str(settled[1]) for words in NOTES)
            keys.press(F9)
            all_sent(nurse)
            keys.press(F9)
            nurse.lock()  # an exchange has just begun: it stops, and the lock does not wait for the hub
            nurse.unlock(PASSWORD)
            nurse.waits_for("sync")
    with serving(two.hub), nurse_at(two.second, 12, "nurse2", qapp) as other:
        linked(other, Link.CONNECTED)
        shown = centre(other)
        until(lambda: not shown.reviews.buttons)
        assert (said_of(other, phone_of)[0], said_of(other, note_of)[1]) == settled


def test_work_of_somebody_who_left_goes_to_the_lead_and_comes_back_when_she_takes_it(
    two: Two, qapp: QApplication
) -> None:
    two.hub.ask("user", "end", "nurse", "--team", TEAM).done()
    with nurse_at(two.first, 11, "nurse", qapp) as nurse:
        person = somebody(nurse)
        before, _ = said_of(nurse, person)
        session_change(nurse, person, "01632 960333")
        assert "waiting to sync" in bar(nurse, "unsent")
        with serving(two.hub):
            nurse.keys.press(F9)
            until(lambda: nurse.app.shell is None, 30)
            until(lambda: words_held("You no longer work in this service"))
    with serving(two.hub):
        with nurse_at(two.second, 12, "lead", qapp) as lead:
            linked(lead, Link.CONNECTED)
            centre(lead)
            lead.keys.to("Sent for review", back=True)
            lead.keys.press(SPACE)
            tray = lead.dialog("Sent for review")
            assert isinstance(tray, TableDialog)
            until(lambda: tray.chosen is not None and tray.chosen.what == "Phone" and tray.table.hasFocus())
            assert said_of(lead, person)[0] == before, "what waits for review is not in the record"
            lead.keys.press(ENTER)
            reading = lead.dialog("Phone, Priya Nair")
            assert isinstance(reading, TableDialog)
            until(lambda: any("01632 960333" in line for line in reading.model.rows) and reading.table.hasFocus())
            lead.keys.press(ENTER)
            lead.dialog("Take this into the record?")
            lead.keys.press("She had a bank shift")
            lead.keys.press(ENTER, held=CTRL)
            lead.toast("Taken into the record")
            lead.keys.press(Qt.Key.Key_Escape)
            lead.keys.press(F9)
            all_sent(lead)
            until(lambda: said_of(lead, person)[0] == "01632 960333", 30)
        two.hub.ask("user", "add", "nurse", "--role", "nurse", "--team", TEAM, "--name", "Priya Nair").done()
        with nurse_at(two.first, 21, "nurse", qapp) as nurse:
            until(lambda: said_of(nurse, person)[0] == "01632 960333", 30)


def test_a_lead_returns_work_with_a_reason_and_its_author_reads_that_it_came_back(two: Two, qapp: QApplication) -> None:
    two.hub.ask("user", "end", "nurse", "--team", TEAM).done()
    with nurse_at(two.first, 11, "nurse", qapp) as nurse:
        person = somebody(nurse)
        before, _ = said_of(nurse, person)
        session_change(nurse, person, "01632 960333")
        with serving(two.hub):
            nurse.keys.press(F9)
            until(lambda: nurse.app.shell is None, 30)
    two.hub.ask("user", "add", "nurse", "--role", "nurse", "--team", TEAM, "--name", "Priya Nair").done()
    with serving(two.hub):
        with nurse_at(two.second, 12, "lead", qapp) as lead:
            keys = lead.keys
            linked(lead, Link.CONNECTED)
            centre(lead)
            keys.to("Sent for review", back=True)
            keys.press(SPACE)
            tray = lead.dialog("Sent for review")
            assert isinstance(tray, TableDialog)
            until(lambda: tray.chosen is not None and tray.chosen.what == "Phone" and tray.table.hasFocus())
            assert len(tray.model.rows) == 1, "what somebody only looked at is nobody's to decide"
            assert not tray.table.horizontalScrollBar().isVisible()
            keys.press(ENTER)
            reading = lead.dialog("Phone, Priya Nair")
            assert isinstance(reading, TableDialog)
            until(lambda: any("01632 960333" in line for line in reading.model.rows) and reading.table.hasFocus())
            keys.press(TAB, TAB)
            assert spoken(keys.focus()) == "Return"
            keys.press(SPACE)
            form = lead.dialog("Return this to its author?")
            keys.press(ENTER)
            assert "Type the reason" in words_of(form), "nothing is returned without a reason"
            keys.press("It is her sister's phone", ENTER)
            lead.toast("Returned")
            until(lambda: not tray.model.rows and keys.focus() is tray.close_button)
            keys.press(Qt.Key.Key_Escape, F9)
            all_sent(lead)
        with nurse_at(two.first, 21, "nurse", qapp) as nurse:
            linked(nurse, Link.CONNECTED)
            shown = centre(nurse)
            told = "Returned: It is her sister's phone · Siân Hughes"
            until(lambda: any(line.what.startswith(told) for line in shown.held.row.lines), 30)
            assert said_of(nurse, person)[0] == before, "what was returned is not in the record"


def test_a_laptop_with_records_of_its_own_joins_by_window(two: Two, qapp: QApplication, alone: Path) -> None:
    hub = HubHouse(two.hub.folder.with_name("other"))
    hub.folder.mkdir()
    hub.ask("init", "--service", SERVICE).done()
    hub.ask("team", "add", TEAM).done()
    hub.ask("user", "add", "lead", "--role", "lead", "--team", TEAM, "--name", "Siân Hughes").done()
    code = hub.code("lead")
    with serving(hub) as url, nurse_at(alone, 15, "lead", qapp) as lead:
        keys, app = lead.keys, lead.app
        shown = centre(lead)
        assert NO_HUB_WAITS in shown.waiting.row.words
        assert not shown.now.isVisible(), "without a hub nothing is offered that asks one"
        keys.press("k", held=CTRL)
        keys.press(">join")
        until(lambda: "join" in str(offered()).casefold())
        keys.press(ENTER)
        until(lambda: app.joining is not None and spoken(keys.focus()) == "Address of the hub")
        keys.press(url, ENTER)
        assert app.joining is not None
        page = app.joining.view
        until(lambda: page.step == ENROL)
        assert page.username.text() == "lead"
        keys.press(code.lower(), ENTER)
        until(lambda: page.step == PROTECT)
        keys.press("not the one", ENTER)
        until(lambda: "did not open the store" in page.fields["password"].message.words.text())
        keys.press("a", held=CTRL)
        keys.press(PASSWORD, ENTER)
        until(lambda: app.shell is not None, 60)
        linked(lead, Link.CONNECTED)
        all_sent(lead)
        shown = centre(lead)
        until(lambda: "went as this laptop joined" in shown.sent.row.words)
        assert shown.sent.row.count == 0, "what the joining took along is nobody's work of today"
        assert shown.waiting.row.count == 0


def test_a_new_laptop_joins_by_window(two: Two, qapp: QApplication) -> None:
    code = two.hub.code("nurse2")
    store = two.first.with_name("third")
    house = House(on(13), store)
    with serving(two.hub) as url, someone_at(house, qapp) as someone:
        keys, app = someone.keys, someone.app
        until(lambda: spoken(keys.focus()).startswith("Training"))
        keys.press(DOWN, DOWN, SPACE, ENTER)
        until(lambda: spoken(keys.focus()) == "Address of the hub")
        keys.press(url, ENTER)
        joining = app.joining
        assert joining is not None
        page = joining.view
        until(lambda: page.step == ENROL)
        assert "fingerprint" in page.checked.accessibleName()
        keys.press(code[:12], ENTER)
        assert page.fields["code"].message.words.text() == "The code is 12 characters. This one has 10."
        keys.press("a", held=CTRL)
        keys.press(code.lower(), TAB, "nurse2", ENTER)
        until(lambda: page.step == PROTECT)
        keys.press(PASSWORD, TAB, TAB, PASSWORD, ENTER)
        until(lambda: page.step == FETCH)
        until(lambda: spoken(keys.focus()) == "Start work", 60)
        keys.press(ENTER)
        until(lambda: app.shell is not None)
        someone.waits_for("today")
    house.release()


def test_a_laptop_that_ended_between_joining_and_fetching_goes_on_at_the_next_unlock(
    two: Two, qapp: QApplication
) -> None:
    with serving(two.hub) as url:
        house = House(on(14), two.first.with_name("fourth"))
        code = two.hub.code("nurse2")
        house.join(url=url, code=code, username="nurse2", password=PASSWORD)[0].zero()
        with someone_at(house, qapp) as someone:
            keys, app = someone.keys, someone.app
            until(lambda: spoken(keys.focus()).startswith("Password for"))
            keys.press(PASSWORD, ENTER)
            until(lambda: spoken(keys.focus()) == "Start work", 60)
            keys.press(ENTER)
            until(lambda: app.shell is not None)
            someone.waits_for("today")
        house.release()


def test_somebody_who_was_put_away_is_asked_of_the_hub_by_keys_and_opened(two: Two, qapp: QApplication) -> None:
    with serving(two.hub), nurse_at(two.first, 11, "nurse", qapp) as nurse:
        keys, session = nurse.keys, nurse.shell.desk.session
        person = session.new_id()
        died = (
            new_item("patient", person, "name", family="Quillfeather", given="Edith"),
            new_item("patient", person, "born", date_of_birth="1941-02-03"),
            new_item("patient", person, "team", team=session.team),
            new_item("patient", person, "death", died_on="2020-01-05"),
        )
        with session.work() as work:
            work.save(died, patient=person)
        nurse.shell.changed(frozenset({"patient"}))
        linked(nurse, Link.CONNECTED)
        all_sent(nurse)

        def is_here() -> bool:
            with session.read() as connection:
                return patient(connection, person) is not None

        for _ in range(40):  # once a second: a laptop that asks all the time is told to wait
            keys.press(F9)
            QTest.qWait(1_000)
            if not is_here():
                break
        assert not is_here()
        keys.press("k", held=CTRL)
        keys.press(">ask the hub")
        until(lambda: "hub for a person" in str(offered()))
        keys.press(ENTER)
        nurse.dialog("Ask the hub for a person?")
        keys.press(TAB, "quillfeather", TAB, TAB, "03/02/1941", TAB, "Somebody")
        keys.press(ENTER, held=CTRL)
        asked = nurse.dialog("Asked of the hub")
        assert isinstance(asked, TableDialog)
        until(lambda: asked.buttons["open"].isEnabled() and asked.table.hasFocus(), 40)
        assert is_here()
        keys.press(ENTER)
        nurse.waits_for("patient")
        until(lambda: nurse.shell.banner.hub_chip.words.startswith("Here until"))


def somebody(nurse: Nurse) -> str:
    """A person with a phone that nobody has changed yet."""
    with nurse.shell.desk.session.read() as connection:
        phoned = select(people.c.id).where(people.c.phone.not_in(["", *PHONES])).order_by(people.c.id)
        found = connection.scalars(phoned).first()
    assert found is not None
    return found


def offered() -> PaletteRow | None:
    """What Enter takes in the palette."""
    views = [each for each in QApplication.allWidgets() if isinstance(each, PaletteView) and each.isVisible()]
    return views[0].current if views else None


def words_of(window: QWidget) -> str:
    return " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def session_change(nurse: Nurse, person: str, phone: str) -> None:
    session = nurse.shell.desk.session
    nurse.shell.changed(change_demographics(session, open_person(session, person), {"phone": {"phone": phone}}))
    nurse.settle()

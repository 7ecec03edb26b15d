"""Every page with its real data, drawn to numbered PNG files, without a display."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSize
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from smf_desktop import VERSION
from smf_desktop.demo.clock import DemoClock, as_of_moment
from smf_desktop.demo.report import counted
from smf_desktop.ports import Progress
from smf_desktop.presenters.hints import HINTS
from smf_desktop.presenters.unlock import unlock_rows
from smf_desktop.services.caseload.caseload import Asked, caseload_page
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.laptop.sitting import Sitting
from smf_desktop.services.session import Session
from smf_desktop.services.team.who import home_of, pages_of
from smf_desktop.settings import Settings, keep_settings
from ui.actions import Action
from ui.app import Window
from ui.desk import Place
from ui.flows.caseload.page import CaseloadPage
from ui.house import House
from ui.main_window import Shell
from ui.theme import apply, load
from ui.views.first_run import FirstRunView
from ui.views.palette import PaletteView
from ui.views.unlock import UnlockView

if TYPE_CHECKING:
    from smf_desktop.services.laptop.door import Key

QUIET_ROUNDS, PAUSE_S = 8, 0.005
"""So often in a row nothing may be owed before a picture is taken, and how long what is owed is left alone."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The files, in order, and what the store holds: people, visits and outcomes."""

    pictures: tuple[Path, ...]
    counts: Mapping[str, object]


def draw(
    house: House,
    key: "Key",
    out: Path,
    *,
    size: tuple[int, int],
    theme: Literal["light", "dark"],
    page: str | None,
    progress: Progress,
    text: float = 1.0,
) -> Drawn:
    """Draw the pages of an open store into `out`; the key is wiped at the end. A demo stands at its own day."""
    app = QApplication.instance() or QApplication(["smf"])
    assert isinstance(app, QApplication)
    apply(app, load(theme, text))
    out.mkdir(parents=True, exist_ok=True)
    sitting = _at_its_day(house.enter(key))
    seen = tuple(hint.key for hint in HINTS)
    keep_settings(house.directory, sitting.session.user.id, Settings(text=text, look=theme, hints_seen=seen))
    try:
        return _Tour(app, house, sitting, out, QSize(*size)).draw(page, progress)
    finally:
        sitting.close()


def _at_its_day(sitting: Sitting) -> Sitting:
    day = sitting.settings.get("as_of")
    if not day:
        return sitting
    clock = DemoClock(as_of_moment(date.fromisoformat(str(day))))
    return replace(sitting, session=replace(sitting.session, clock=clock))


class _Tour:
    def __init__(self, app: QApplication, house: House, sitting: Sitting, out: Path, size: QSize) -> None:
        self._app, self._house, self._sitting, self._out = app, house, sitting, out
        self._window = Window()
        self._window.resize(size)

    def draw(self, only: str | None, progress: Progress) -> Drawn:
        steps = self._steps()
        chosen = [(number, name) for number, name in enumerate(steps, 1) if only in (None, name)]
        pictures = []
        try:
            for done, (number, name) in enumerate(chosen, 1):
                pictures.append(self._picture(f"{number:02}-{name}.png", steps[name]()))
                progress(done, len(chosen))
        finally:
            shell = self._window.pages.currentWidget()
            if isinstance(shell, Shell):
                shell.close_down()
            self._window.close()
        return Drawn(tuple(pictures), _counts(self._sitting.session))

    def _steps(self) -> dict[str, Callable[[], QWidget]]:
        places = _places(self._sitting.session)
        steps: dict[str, Callable[[], QWidget]] = {"first-run": self._first_run, "unlock": self._unlock}
        for name, place in places.items():
            steps[name] = partial(self._page, place)
        under = Place(home_of(self._sitting.session))
        if "referrals" in places:
            steps["import-referrals"] = partial(self._dialog, Action.IMPORT_REFERRALS, under)
        steps["checklists"] = partial(self._dialog, Action.CHECKLISTS, under)
        steps["palette"] = partial(self._palette, places.get("patient", under))
        steps["help"] = partial(self._dialog, Action.HELP, under)
        return steps

    def _first_run(self) -> QWidget:
        view = FirstRunView()
        view.device.setText(self._house.name)
        self._window.put(view, "")
        view.show_step(view.step)
        return self._window

    def _unlock(self) -> QWidget:
        view = UnlockView()
        view.fill(unlock_rows(self._house.card(), self._sitting.session.now(), VERSION))
        self._window.put(view, "")
        view.start()
        return self._window

    def _shell(self) -> Shell:
        shown = self._window.pages.currentWidget()
        if isinstance(shown, Shell):
            return shown
        shell = Shell(self._sitting, self._house.directory)
        self._window.put(shell, "")
        return shell

    def _page(self, place: Place) -> QWidget:
        self._shell().go(place)
        return self._window

    def _dialog(self, action: Action, under: Place) -> QWidget:
        shell = self._shell()
        shell.go(under)
        shell.do(action)
        self._settle()
        dialogs = [each for each in shell.findChildren(QDialog) if each.isVisible()]
        return dialogs[-1] if dialogs else self._window

    def _palette(self, under: Place) -> QWidget:
        """Over a person's page, where it has commands for them, with a letter typed."""
        shell = self._shell()
        shell.go(under)
        self._settle()
        shell.do(Action.SEARCH)
        self._settle()
        for view in shell.findChildren(PaletteView):
            view.field.setText("a")
        return self._window

    def _picture(self, name: str, shown: QWidget) -> Path:
        self._window.show()
        self._window.activateWindow()
        self._settle()
        path = self._out / name
        making = path.with_suffix(".making.png")
        picture = shown.grab()
        palettes = [each for each in shown.findChildren(PaletteView) if each.isVisible()]
        for palette in palettes:  # stands over the window, which draws only itself
            palette.render(picture, shown.mapFromGlobal(palette.pos()))
            palette.close()
        picture.save(str(making))
        os.replace(making, path)
        if isinstance(shown, QDialog):
            shown.close()
        return path

    def _settle(self) -> None:
        """Let the reads answer and the layouts come to rest."""
        shell = self._window.pages.currentWidget()
        lanes = (shell.lanes.store, shell.lanes.read, shell.lanes.work) if isinstance(shell, Shell) else ()
        quiet = 0
        while quiet < QUIET_ROUNDS:
            self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            page = shell.page if isinstance(shell, Shell) else None
            counting = isinstance(page, CaseloadPage) and page.is_counting
            if all(lane.is_idle for lane in lanes) and not counting:
                quiet += 1
            else:
                quiet = 0
                time.sleep(PAUSE_S)  # to ask again at once would take the time of what is waited for


def _places(session: Session) -> dict[str, Place]:
    """Where the tour goes: the pages that this user may see."""
    pages = pages_of(session)
    places = {
        "today": Place("today"),
        "caseload": Place("caseload"),
        "referrals": Place("referrals"),
        **(_of_people(session) if "patient" in pages else {}),
        "letters": Place("letters"),
        "sync": Place("sync"),
        "tasks": Place("tasks"),
        "own": Place("own"),
        "team": Place("team"),
        "reports": Place("reports"),
        "quality": Place("quality"),
        "commissioning": Place("commissioning"),
        "core-counts": Place("core_counts"),
        "months": Place("months"),
        "planner": Place("planner"),
    }
    return {name: place for name, place in places.items() if place.page in pages}


def _of_people(session: Session) -> dict[str, Place]:
    """Somebody for each page about a person, where there is somebody."""
    places = dict[str, Place]()
    facts = today_facts(session)
    if facts.next is not None:
        visit = facts.next.visit
        episodes = tuple(one.episode for one in visit.skills)
        places["patient"] = Place("patient", visit.person.id, episodes=episodes)
        places["visit"] = Place("visit", visit.person.id, visit.id, episodes)
        places["not-gone-ahead"] = Place("not_gone_ahead", visit.person.id, visit.id, episodes)
        places["call"] = Place("call", visit.person.id)
    if facts.ready:
        one = facts.ready[0]
        places["discharge"] = Place("discharge", one.person.id, one.episode, (one.episode,))
    if "patient" not in places and (rows := caseload_page(session, Asked(mine=False)).rows):
        places["patient"] = Place("patient", rows[0].person.id)
    return places


def _counts(session: Session) -> Mapping[str, object]:
    with session.read() as connection:
        report = counted(connection, users=(), as_of=session.today())
    return {"patients": report.patients, "visits": report.visits, "outcomes": dict(report.outcomes)}

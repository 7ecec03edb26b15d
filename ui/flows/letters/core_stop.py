"""The core team's answer: who confirmed that its visits stop, and visits that still go on (60, then 30, then 0)."""

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.identity import day
from smf_desktop.services.letters.letters import confirm_core_stop, visits_left_proposed
from smf_desktop.services.pathways import record_core_visits
from smf_desktop.services.session import Touched
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, Typed, read_date
from ui.flows.form_draft import draft_of_record
from ui.views.form_dialog import Ask, FormDialog


def ask_core_stop(desk: Desk, asker: Asker, over: QWidget, letter: str, patient: str, who: str) -> None:
    """Ask who confirmed a letter to the core team. `who` is the person, as the dialog names them."""
    job = partial(visits_left_proposed, desk.session, letter)
    desk.lanes.read.run(job, done=partial(_ask_stop, desk, asker, over, letter, patient, who), failed=desk.tell)


def _ask_stop(desk: Desk, asker: Asker, over: QWidget, letter: str, patient: str, who: str, left: str) -> None:
    session = desk.session
    asks = (
        Ask("who", "Who confirmed it", hint="Name and role of who answered"),
        Ask("on", "First day without these visits", "date", value=day(session.today()), half=True),
        Ask("left", "Visits a month that go on", value=left, hint="0 when all of them stop", half=True),
        Ask("note", "Note", "text", optional=True),
    )
    form = FormDialog(
        "Who confirmed that core visits stop?",
        asks,
        "Record it",
        who=who,
        read_date=read_date(session, past=True),
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], Touched]:
        read = Reader(typed, session.today())
        named = read.needed("who", "Enter who confirmed it")
        on = _day_gone_by(read, session.today())
        left = read.needed("left", "Enter a number of visits, 0 when all of them stop")
        read.check()
        return partial(
            confirm_core_stop, session, letter, named, on or session.today(), visits_left=left, note=read.text("note")
        )

    draft = draft_of_record(desk, patient, f"core stop {letter}")
    asker.ask(form, job, partial(asker.did, "Core team's answer recorded"), draft=draft)


def ask_core_visits(desk: Desk, asker: Asker, over: QWidget, episode: str, patient: str, who: str) -> None:
    """Ask how many visits a month the core team still makes, from a day: also after teaching has ended."""
    session = desk.session
    asks = (
        Ask("count", "Visits a month", hint="From 0 to 300; 0 once they have stopped", half=True),
        Ask("on", "From", "date", value=day(session.today()), half=True),
        Ask("source", "Who said so"),
    )
    form = FormDialog(
        "How many core visits still go on?",
        asks,
        "Record them",
        who=who,
        about="Each number holds until the next one: 60, then 30, then 0.",
        read_date=read_date(session, past=True),
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], Touched]:
        read = Reader(typed, session.today())
        count = read.needed("count", "Enter a number from 0 to 300")
        on = _day_gone_by(read, session.today())
        source = read.needed("source", "Enter who said so")
        read.check()
        return partial(record_core_visits, session, episode, from_=on or session.today(), a_month=count, source=source)

    draft = draft_of_record(desk, patient, f"core visits {episode}")
    asker.ask(form, job, partial(asker.did, "Core visits recorded"), draft=draft)


def _day_gone_by(read: Reader, today: date) -> date | None:
    on = read.day("on")
    if on is not None and on > today:
        read.problems["on"] = "Enter today or an earlier date"
    return on

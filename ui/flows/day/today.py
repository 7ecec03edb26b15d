"""The Today page: reads the day, and takes what a row asks for where it belongs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from smf_desktop.presenters.today.facts import Act, TodayFacts
from smf_desktop.presenters.today.page import today_row
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.record.private_notes import read_private_note
from smf_desktop.services.visit.note_copies import NoteOf
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.day.booking import ask_call_off, book, move
from ui.flows.day.call_place import AMEND, TASK
from ui.flows.day.tasks import wish_of_task
from ui.flows.letters.core_stop import ask_core_stop
from ui.flows.listed import ListPage
from ui.flows.note_copy import copy_to_clipboard
from ui.views.side_list import Wish
from ui.views.today.page import TodayView
from ui.views.today.table import offered

if TYPE_CHECKING:
    from ui.flows.day.handing_over import Hands

MINUTE = 60_000
_ACTS = {
    Action.MOVE_VISIT: Act.MOVE,
    Action.CALL_OFF: Act.CALL_OFF,
    Action.NOT_GONE_AHEAD: Act.NOT_GONE_AHEAD,
    Action.CALL: Act.CALL,
}

_ALWAYS = (Action.GO_TO_TODAY, Action.PREVIOUS_DAY, Action.NEXT_DAY, Action.HANDOVER_SHEET)


class TodayPage(ListPage[TodayView, TodayFacts]):
    """One page of the window. Nobody's record is open here, so nothing is noted in the audit."""

    title = "Today"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, TodayView())
        self._hands: Hands | None = None
        self._facts: TodayFacts | None = None
        self._day: date | None = None
        self._view.wished.connect(self._wished)
        self._view.day_wanted.connect(self._turn_to)
        self._view.note_wanted.connect(self._read_note)
        self._view.triage_wanted.connect(lambda: desk.go(Place("referrals")))
        self._view.referral_wanted.connect(lambda: desk.go(Place("referrals", record="new")))
        self._view.handover_wanted.connect(self._hand_over)
        self._view.next.sheet_wanted.connect(self._show_sheet)
        self._minute = QTimer(self._view)
        self._minute.setInterval(MINUTE)
        self._minute.timeout.connect(self._tick)

    def enter(self, place: Place) -> None:
        self._minute.start()
        super().enter(place)

    def leave(self) -> None:
        self._minute.stop()
        super().leave()

    def clear(self) -> None:
        self._minute.stop()
        super().clear()
        if self._hands is not None:
            self._hands.forget()
        self._facts = self._day = None
        self._view.clear()

    def can(self, action: Action) -> bool:
        match action:
            case Action.MOVE_VISIT | Action.CALL_OFF | Action.NOT_GONE_AHEAD:
                row = self._view.table.chosen()
                return row is not None and _ACTS[action] in offered(row)
            case Action.CALL:
                return self._view.table.chosen() is not None and self._view.table.hasFocus()
            case Action.MAIN | Action.BOOK:
                return self._facts is not None and bool(self._facts.visits)
        return action in _ALWAYS or super().can(action)

    def do(self, action: Action) -> None:
        match action:
            case Action.MAIN:
                self._view.start_chosen()
            case Action.BOOK:
                self._view.book_chosen()
            case Action.MOVE_VISIT | Action.CALL_OFF | Action.NOT_GONE_AHEAD | Action.CALL:
                self._view.ask_chosen(_ACTS[action])
            case Action.GO_TO_TODAY:
                self._turn_to(None)
            case Action.PREVIOUS_DAY | Action.NEXT_DAY:
                self._view.turn(1 if action is Action.NEXT_DAY else -1)
            case Action.HANDOVER_SHEET:
                self._hand_over()
            case _:
                super().do(action)

    def _job(self) -> Callable[[], TodayFacts]:
        return partial(today_facts, self._desk.session, self._day)

    def _show(self, facts: TodayFacts) -> None:
        self._facts = facts
        self._fill()

    def _fill(self) -> None:
        if self._facts is not None:
            row = today_row(self._facts, self._desk.session.checklists)
            self._words = row.facts
            self._view.show_row(row)

    def _tick(self) -> None:
        """Only the time went on: what was read still stands. A new day is read afresh."""
        now = self._desk.session.now()
        if self._facts is not None and self._facts.now.date() == now.date():
            self._facts = replace(self._facts, now=now)
            self._view.tell_next(today_row(self._facts, self._desk.session.checklists).next)
        else:
            self._read()

    def _turn_to(self, day: date | None) -> None:
        self._day = day
        self._fresh = day is None
        self._read()

    def _wished(self, wish: Wish) -> None:
        match wish.act:
            case Act.START | Act.CONTINUE:
                self._desk.go(Place("visit", wish.patient, wish.record or None, wish.episodes))
            case Act.DISCHARGE | Act.CONTINUE_DISCHARGE:
                self._desk.go(Place("discharge", wish.patient, wish.record, wish.episodes))
            case Act.CONTINUE_CALL:
                self._desk.go(Place("call", wish.patient))
            case Act.CONTINUE_REFERRAL:
                self._desk.go(Place("referrals", record="new"))
            case Act.NOT_GONE_AHEAD | Act.CONTINUE_NOT_GONE_AHEAD:
                self._desk.go(Place("not_gone_ahead", wish.patient, wish.record))
            case Act.BOOK:
                self._book(wish)
            case Act.MOVE | Act.CALL_OFF:
                ask = move if wish.act is Act.MOVE else ask_call_off
                who = self._name(wish.patient)
                ask(self._desk, self._asker, self._view, patient=wish.patient, who=who, visit=wish.record)
            case Act.CALL:
                task = self._task(wish.record)
                self._desk.go(Place("call", wish.patient, f"{TASK}{task}" if task else None))
            case Act.ANSWER | Act.DONE | Act.HAND_OVER:
                wish_of_task(self._desk, self._asker, self._view, wish)
            case Act.COPY:
                of, _, record = wish.record.partition(":")
                copy_to_clipboard(self._desk, NoteOf(of), record)
            case Act.LETTERS:
                self._desk.go(Place("letters", wish.patient, wish.record))
            case Act.CONFIRM:
                who = self._name(wish.patient)
                ask_core_stop(self._desk, self._asker, self._view, wish.record, wish.patient, who)
            case Act.REVIEW if self._is_unbegun(wish.patient):
                from ui.flows.sync.held import show_held  # seldom

                show_held(self._desk, self._view)
            case Act.REVIEW:
                self._desk.go(Place("sync", wish.patient))
            case Act.READ_RETURNED:
                from ui.flows.sync.returned import show_returned  # seldom

                show_returned(self._desk, self._view, wish.record, wish.patient, wish.who)
            case Act.READ_FORM:
                self._read_form(wish)
            case Act.VIEW if self._is_call(wish.record):
                self._desk.go(Place("call", wish.patient, f"{AMEND}{wish.record}"))
            case Act.OPEN | Act.VIEW | Act.COSIGN | Act.REOPEN:
                self._desk.go(Place("patient", wish.patient, episodes=wish.episodes))

    def _read_form(self, wish: Wish) -> None:
        from ui.flows.day.left_form import show_left_form  # seldom

        left = next((one for one in self._facts.drafts if one.record == wish.record), None) if self._facts else None
        if left is not None:
            show_left_form(self._desk, self._view, left, wish.who)

    def _task(self, record: str) -> str:
        """The task of that id, "" where the row was a visit."""
        tasks = self._facts.tasks if self._facts else ()
        return next((one.id for one in tasks if one.id == record), "")

    def _is_unbegun(self, patient: str) -> bool:
        """Whether their record has not come: no page could show them."""
        return self._facts is not None and any(one.patient == patient for one in self._facts.unbegun)

    def _is_call(self, record: str) -> bool:
        return self._facts is not None and any(one.id == record for one in self._facts.calls)

    def _read_note(self, alert: str) -> None:
        mark = self._view.notes.get(alert)
        if mark is not None:
            job = partial(read_private_note, self._desk.session, alert)
            self._desk.lanes.store.run(job, done=mark.tell, failed=self._desk.tell)

    def _hand_over(self) -> None:
        from ui.flows.day.handing_over import Hands  # on first use: Today is painted without it

        self._hands = self._hands or Hands(self._desk, self._asker, self._view)
        self._hands.ask_sheet()

    def _show_sheet(self, episode: str, label: str) -> None:
        from ui.flows.paper_sheet import show_sheet_for  # on first use: it reads the printers of the machine

        show_sheet_for(self._desk, episode, label, self._view.window())

    def _book(self, wish: Wish) -> None:
        who = self._name(wish.patient)
        book(self._desk, self._asker, self._view, patient=wish.patient, who=who, episodes=wish.episodes)

    def _name(self, patient: str) -> str:
        """Who a form is about, from what is on the page."""
        if self._facts is None:
            return ""
        row = today_row(self._facts, self._desk.session.checklists)
        lines = [(one.patient, f"{one.name} · {one.nhs}") for one in row.visits]
        lines += [(one.patient, one.name) for side in row.lists for one in side.rows]
        return next((words for found, words in lines if found == patient), "")

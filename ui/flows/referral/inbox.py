"""The inbox of the referrals page: reads its lists, and takes what is decided of a row to the services."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.identity import name_line
from smf_desktop.presenters.referral.inbox import Box, InboxFacts, InboxRow, InboxRows, inbox_rows
from smf_desktop.services.referral.inbox import inbox
from smf_desktop.services.referral.merging import Merged
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import Asker
from ui.flows.listed import read_list
from ui.flows.referral.merging import Comparing, ask_separate
from ui.flows.referral.triage import ask_accept, ask_reject, ask_wait
from ui.flows.referral.triage_many import TriageMany
from ui.views.referral.intake import InboxCard

TRIAGE = (Action.ACCEPT_REFERRAL, Action.WAIT_FOR_INFORMATION, Action.SEND_BACK_REFERRAL)


class InboxFlow(QObject):
    """`came` has the lists each time they were read; the newest reading wins."""

    came = Signal(object)

    def __init__(self, desk: Desk, card: InboxCard, over: QWidget, asker: Asker) -> None:
        super().__init__(card)
        self._desk, self._card, self._over, self._asker = desk, card, over, asker
        self._comparing = Comparing(desk, over, asker)
        self._many = TriageMany(desk, asker, over)
        self._many.left.connect(self._show_left)
        self._turn = 0
        self._to_rows = False
        card.state.again_wanted.connect(lambda: self.read(to_rows=True))
        card.accept_wanted.connect(self.accept)
        card.wait_wanted.connect(lambda row: ask_wait(desk, asker, over, row))
        card.back_wanted.connect(lambda row: ask_reject(desk, asker, over, row))
        card.many_wanted.connect(self._decide_many)
        card.compare_wanted.connect(self._comparing.of_referral)
        card.open_wanted.connect(lambda row: desk.go(Place("patient", row.patient)))
        card.merged_wanted.connect(lambda: ask_separate(desk, asker, over, _merged_words))

    def read(self, *, to_rows: bool = False) -> None:
        """Read every list. `to_rows`: the focus goes to the rows, as soon as there are any."""
        self._to_rows |= to_rows
        self._turn += 1
        job = partial(inbox, self._desk.session)
        read_list(self._desk, self._card.state, job, partial(self._read, self._turn))

    def leave(self) -> None:
        self._comparing.close()

    def forget(self) -> None:
        """Locking: what is being read is let go."""
        self._turn += 1
        self._to_rows = False
        self._comparing.close()

    def can(self, action: Action) -> bool:
        return action in TRIAGE and not self._card.isHidden() and self._card.triages()

    def do(self, action: Action) -> None:
        """Decide the row chosen, as its letter does."""
        row, several = self._card.chosen(), self._card.several()
        if row is None or not self.can(action):
            return
        if several:
            self._decide_many(action, several)
            return
        match action:
            case Action.ACCEPT_REFERRAL:
                self.accept(row)
            case Action.WAIT_FOR_INFORMATION:
                ask_wait(self._desk, self._asker, self._over, row)
            case _:
                ask_reject(self._desk, self._asker, self._over, row)

    def _decide_many(self, action: Action, rows: Sequence[InboxRow]) -> None:
        match action:
            case Action.ACCEPT_REFERRAL:
                self._many.accept(rows)
            case Action.WAIT_FOR_INFORMATION:
                self._many.wait(rows)
            case _:
                self._many.send_back(rows)

    def _show_left(self, referral: str) -> None:
        """Go to a referral that was left when several were decided."""
        self._card.table.choose(referral)
        self._card.take_focus()

    def accept(self, row: InboxRow) -> None:
        ask_accept(self._desk, self._asker, self._over, row)

    def accept_new(self, referral: str) -> None:
        """Adding came first, so nothing is lost where accepting is left: it stands under triage due."""

        def done(facts: InboxFacts) -> None:
            rows = inbox_rows(facts, self._desk.session.checklists).boxes[Box.TRIAGE]
            row = next((one for one in rows if one.referral == referral), None)
            if row is not None:
                self.accept(row)

        self._desk.lanes.read.run(partial(inbox, self._desk.session), done=done, failed=self._desk.tell)

    def _read(self, turn: int, facts: InboxFacts) -> None:
        if turn != self._turn:
            return
        rows: InboxRows = inbox_rows(facts, self._desk.session.checklists)
        self.came.emit(rows)
        if self._to_rows:
            self._to_rows = False
            self._card.take_focus()


def _merged_words(one: Merged) -> str:
    return f"{name_line(one.person.name)}, merged into {name_line(one.kept.name)}"

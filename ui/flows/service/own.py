"""A nurse's own figures: of whoever is signed in, for a period she chooses."""

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.caseload.page import behind_words
from smf_desktop.presenters.service.own import (
    DISCHARGED,
    TAUGHT,
    OwnFacts,
    ProgressRow,
    own_foot,
    own_headlines,
    own_mend_rows,
    progress_rows,
    skill_rows,
)
from smf_desktop.presenters.team.lists import people_rows
from smf_desktop.presenters.team.words import as_at, period, periods
from smf_desktop.services.service.own import own_days, own_figures, own_people
from smf_desktop.services.session import Session
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.listed import ListPage
from ui.flows.opening import go_to_record
from ui.flows.service.mending import Mending
from ui.flows.team.asking import Listed, ask_days, show_figure
from ui.flows.team.filters import OTHER_DAYS
from ui.views.service.own import OwnView

NO_NAMES = ("users", "No names are listed here", "It counts visits.")


class OwnPage(ListPage[OwnView, OwnFacts]):
    """One page of the window, for whoever teaches."""

    title = "My figures"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, OwnView())
        self._facts: OwnFacts | None = None
        self._people: tuple[ProgressRow, ...] = ()
        spans = tuple(days for _, _, days in periods(desk.session.today()))
        self._days = own_days(desk.session, spans, joined=desk.hub is not None)
        view, self._mending = self._view, Mending(desk, self._asker, self._view)
        view.period_chosen.connect(self._choose)
        view.figure_wanted.connect(self._show_figure)
        view.person_wanted.connect(self._open)
        view.mend.mend_wanted.connect(self._mending.mend)
        view.mend.record_wanted.connect(self._mending.open_record)

    def clear(self) -> None:
        super().clear()
        self._facts, self._people = None, ()
        self._view.empty()

    def can(self, action: Action) -> bool:
        if action in (Action.NEXT_PROBLEM, Action.PREVIOUS_PROBLEM):
            return bool(self._view.mend.rows)
        return super().can(action)

    def do(self, action: Action) -> None:
        if action in (Action.NEXT_PROBLEM, Action.PREVIOUS_PROBLEM):
            self._view.go_on(1 if action is Action.NEXT_PROBLEM else -1)
        else:
            super().do(action)

    def show_days(self, days: tuple[date, date]) -> None:
        """The figures of other days."""
        self._days = days
        self._read()

    def _job(self) -> Callable[[], OwnFacts]:
        return partial(own_figures, self._desk.session, *self._days, joined=self._desk.hub is not None)

    def _show(self, found: OwnFacts) -> None:
        self._facts = found
        self._people = progress_rows(found)
        self._words = as_at(found.at)
        view, days = self._view, periods(self._desk.session.today())
        chosen = next((key for key, _, span in days if span == self._days), OTHER_DAYS)
        spans = [*((key, words) for key, words, _ in days), (OTHER_DAYS, "Other dates...")]
        view.period.tell(chosen, period(*self._days), spans)
        view.show_figures(own_headlines(found))
        view.show_lists(self._people, own_mend_rows(found), skill_rows(found))
        view.foot.setText(" ".join(filter(None, (own_foot(found), behind_words(found.behind)))))

    def _choose(self, code: str) -> None:
        days = {key: span for key, _, span in periods(self._desk.session.today())}
        if code == OTHER_DAYS:
            ask_days(self._desk, self._asker, self._view, self._days, self.show_days)
        else:
            self.show_days(days[code])

    def _show_figure(self, key: str) -> None:
        facts = self._facts
        row = next((each for each in own_headlines(facts) if each.key == key), None) if facts else None
        if facts is None or row is None:
            return
        people = partial(_behind, self._desk.session, facts, key) if key in (DISCHARGED, TAUGHT) else None
        show_figure(self._desk, self._view, row, people, partial(_go, self._desk, self._view), NO_NAMES)

    def _open(self, place: int) -> None:
        row = self._people[place]
        _go(self._desk, self._view, row.patient, row.name)


def _behind(session: Session, facts: OwnFacts, key: str) -> Listed:
    found = own_people(session, facts.asked, key)
    return Listed(people_rows(found.rows, found, facts.library), len(found.rows))


def _go(desk: Desk, over: QWidget, patient: str, name: str) -> None:
    go_to_record(desk, over, Place("patient", patient), name)

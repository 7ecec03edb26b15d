"""The data quality page: its counts and its list in one read, narrowed without another."""

from collections.abc import Callable
from functools import partial

from smf_desktop.presenters.service.quality import (
    MAY_NOT,
    NOTHING_TO_MEND,
    QualityFacts,
    about_words,
    fault_counts,
    mend_filters,
    mend_rows,
)
from smf_desktop.presenters.team.words import as_at
from smf_desktop.services.service.quality import quality_facts
from ui.actions import Action
from ui.desk import Desk
from ui.flows.listed import ListPage
from ui.flows.service.mending import Mending
from ui.views.service.quality import QualityView

AT_MOST = 200
"""Rows that are shown at once; the filters lead to the others."""

LOOKED_THROUGH = "What is found here is looked for again each time this page is read."
DOCK = "Enter mends the chosen row, O opens the record."


class QualityPage(ListPage[QualityView, QualityFacts]):
    """One page of the window, for whoever may read the figures."""

    title = "Data quality"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, QualityView())
        self._facts: QualityFacts | None = None
        self._fault = self._nurse = ""
        view, self._mending = self._view, Mending(desk, self._asker, self._view)
        view.filtered.connect(self._filter)
        view.mend_wanted.connect(self._mending.mend)
        view.record_wanted.connect(self._mending.open_record)

    def clear(self) -> None:
        super().clear()
        self._facts = None
        self._fault = self._nurse = ""
        self._view.empty()

    def can(self, action: Action) -> bool:
        match action:
            case Action.MAIN | Action.NEXT_PROBLEM | Action.PREVIOUS_PROBLEM:
                return bool(self._view.table.rows)
            case Action.CLEAR_FILTERS:
                return bool(self._fault or self._nurse)
        return super().can(action)

    def do(self, action: Action) -> None:
        match action:
            case Action.MAIN:
                self._view.table.ask_mend()
            case Action.NEXT_PROBLEM | Action.PREVIOUS_PROBLEM:
                self._view.go_on(1 if action is Action.NEXT_PROBLEM else -1)
            case Action.CLEAR_FILTERS:
                self._filter("", "")
            case _:
                super().do(action)

    def _job(self) -> Callable[[], QualityFacts]:
        return partial(quality_facts, self._desk.session)

    def _show(self, found: QualityFacts) -> None:
        self._facts = found
        self._words = as_at(found.at)
        self._view.header.tell("Data quality", about_words(found))
        self._view.show_counts(fault_counts(found.found.looked))
        self._draw()

    def _filter(self, key: str, code: str) -> None:
        """One filter stands at another code; without a key, none narrows any more."""
        if self._facts is None or not self._facts.may_open:
            return
        self._fault = code if key in ("fault", "") else self._fault
        self._nurse = code if key in ("nurse", "") else self._nurse
        self._draw()
        if self._view.table.rows:
            self._view.table.setFocus()

    def _draw(self) -> None:
        facts, view = self._facts, self._view
        if facts is None:
            return
        told = mend_filters(facts, self._fault, self._nurse)
        view.filters.tell(told)
        view.offer_filters(on=facts.may_open)
        view.dock.tell(DOCK if facts.may_open else MAY_NOT, icon="" if facts.may_open else "lock")
        rows = mend_rows(facts, self._fault, self._nurse)
        if rows:
            view.show_rows(rows[:AT_MOST], len(rows))
        elif not facts.may_open:
            view.show_nothing("lock", "No names are shown.", MAY_NOT)
        elif self._fault or self._nurse:
            view.show_nothing("", NOTHING_TO_MEND, ", ".join(words for _, words, _ in told.values()), filters=True)
        else:
            view.show_nothing("shield-check", NOTHING_TO_MEND, LOOKED_THROUGH)

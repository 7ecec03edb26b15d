"""The page on which a visit that did not go ahead is recorded, with the search where nobody answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import ClassVar

from smf_core.domain.gap import Gap
from smf_core.domain.not_gone_ahead import Coming, How, NotGoneAheadForm, Try, Whereabouts, WhyNot, gaps
from smf_desktop.presenters.not_gone_ahead import not_gone_ahead_row
from smf_desktop.presenters.sheet import SheetRow
from smf_desktop.services.drafts import NOT_GONE_AHEAD, save_draft
from smf_desktop.services.visit.not_gone_ahead import (
    NotGoneAheadFacts,
    NotGoneAheadPage,
    Recorded,
    open_not_gone_ahead,
    save_not_gone_ahead,
)
from ui.desk import Place
from ui.flows.day.dose_cover import ask_dose
from ui.flows.drafted import Keep
from ui.flows.sheet import SheetPage


class NotGoneAheadFlow(SheetPage[NotGoneAheadForm, NotGoneAheadFacts, Recorded]):
    """One visit in vain while it is written down."""

    CODES: ClassVar[Mapping[str, type[StrEnum]]] = {"why": WhyNot, "whereabouts": Whereabouts, "next": Coming}

    def _job(self, form: NotGoneAheadForm) -> Keep:
        return partial(save_draft, self._desk.session, NOT_GONE_AHEAD, form.visit, form.patient, form)

    def _read(self, place: Place) -> Callable[[], NotGoneAheadPage]:
        return partial(open_not_gone_ahead, self._desk.session, place.patient or "", place.record or "")

    def _row(self, form: NotGoneAheadForm, facts: NotGoneAheadFacts, asked: bool) -> SheetRow:
        dose = facts.booked.dose if facts.booked else ""
        return not_gone_ahead_row(form, facts.patient, dose, self._gaps(form), asked=asked)

    def _gaps(self, form: NotGoneAheadForm) -> Sequence[Gap]:
        return gaps(form, self._desk.session.today())

    def _typed(self, form: NotGoneAheadForm, facts: NotGoneAheadFacts, key: str, value: str) -> NotGoneAheadForm:
        if key == "tries":
            return replace(form, tries=self._tries(form, value))
        if key.startswith("try_"):
            how = How(key.removeprefix("try_"))
            return replace(form, tries=tuple(replace(one, at=value) if one.how is how else one for one in form.tries))
        return super()._typed(form, facts, key, value)

    def _tries(self, form: NotGoneAheadForm, chosen: str) -> tuple[Try, ...]:
        """The ways chosen; one that is new was tried now."""
        kept = {one.how: one for one in form.tries}
        now = f"{self._desk.session.now():%H:%M}"
        return tuple(kept.get(How(code)) or Try(How(code), now) for code in chosen.split("|") if code)

    def _save(self, form: NotGoneAheadForm) -> Callable[[], Recorded]:
        return partial(save_not_gone_ahead, self._desk.session, form)

    def _saved(self, form: NotGoneAheadForm, saved: Recorded) -> None:
        self._desk.go(Place("patient", form.patient))
        self._desk.changed(saved.touched)
        self._desk.toast("Recorded: visit did not go ahead")
        if saved.questions:
            ask_dose(self._desk, self._asker, self._view.window(), saved.questions[0])

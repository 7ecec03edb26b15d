"""The page on which a visit that did not go ahead is recorded, with the search where nobody answered."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from smf_core.domain.gap import Gap
from smf_core.domain.not_gone_ahead import Coming, How, NotGoneAheadForm, Try, Whereabouts, WhyNot, gaps
from smf_core.domain.patient import Patient
from smf_desktop.presenters.not_gone_ahead import not_gone_ahead_row
from smf_desktop.presenters.sheet import SheetRow
from smf_desktop.services.drafts import NOT_GONE_AHEAD, save_draft
from smf_desktop.services.not_gone_ahead import (
    NotGoneAheadFacts,
    NotGoneAheadPage,
    Recorded,
    open_not_gone_ahead,
    save_not_gone_ahead,
)
from ui.desk import Desk, Place
from ui.flows.asking import Asker
from ui.flows.dose_cover import ask_dose
from ui.flows.drafted import Keep
from ui.flows.sheet import SheetPage


class NotGoneAheadFlow(SheetPage[NotGoneAheadForm, NotGoneAheadFacts, Recorded]):
    """One visit in vain while it is written down."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asker = Asker(desk, self._view)

    def clear(self) -> None:
        self._asker.forget()
        super().clear()

    def _job(self, form: NotGoneAheadForm) -> Keep:
        return partial(save_draft, self._desk.session, NOT_GONE_AHEAD, form.visit, form.patient, form)

    def _read(self, place: Place) -> Callable[[], object]:
        return partial(open_not_gone_ahead, self._desk.session, place.patient or "", place.record or "")

    def _take(self, answer: object) -> None:
        assert isinstance(answer, NotGoneAheadPage)
        self._facts = answer.facts
        self._begin(answer.form, answer.saved_at)

    def _row(self, form: NotGoneAheadForm, facts: NotGoneAheadFacts, asked: bool) -> SheetRow:
        dose = facts.booked.dose if facts.booked else ""
        return not_gone_ahead_row(form, facts.patient, dose, self._gaps(form), asked=asked)

    def _gaps(self, form: NotGoneAheadForm) -> Sequence[Gap]:
        return gaps(form, self._desk.session.today())

    def _patient(self, facts: NotGoneAheadFacts) -> Patient:
        return facts.patient

    def _typed(self, form: NotGoneAheadForm, facts: NotGoneAheadFacts, key: str, value: str) -> NotGoneAheadForm:
        match key:
            case "why":
                return replace(form, why=WhyNot(value) if value else None)
            case "whereabouts":
                return replace(form, whereabouts=Whereabouts(value) if value else None)
            case "next":
                return replace(form, next=Coming(value) if value else None)
            case "tries":
                return replace(form, tries=self._tries(form, value))
        if key.startswith("try_"):
            how = How(key.removeprefix("try_"))
            return replace(form, tries=tuple(replace(one, at=value) if one.how is how else one for one in form.tries))
        return replace(form, **{key: value})  # type: ignore[arg-type]  # fields of the form, by name

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

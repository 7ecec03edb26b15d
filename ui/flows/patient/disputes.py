"""Settling what two laptops said apart: both versions in words, and the one that stands from now on."""

from collections.abc import Callable
from functools import partial

from smf_desktop.presenters.patient.disputes import DisputeRow, dispute_key
from smf_desktop.services.record.disputes import settle
from smf_desktop.services.session import Touched
from ui.flows.asking import Reader, Typed
from ui.flows.patient.forms import About, Forms
from ui.views.form_dialog import Ask

BOTH = "both"


class Disputes:
    def __init__(self, forms: Forms) -> None:
        self._forms = forms

    def settle(self, about: About, key: str = "") -> None:
        """The dispute of that key, or the first there is."""
        session, patient = self._forms.desk.session, about.patient
        row = next((one for one in about.row.disputes if key in ("", one.key)), None)
        found = next((one for one in about.facts.disputes if row and dispute_key(one) == row.key), None)
        if row is None or found is None:
            return
        asks = (Ask("version", "The record will say", "choice", options=_options(row)),)
        dialog = self._forms.form(f"Settle: {row.what.lower()}", asks, "Settle", about, _side_by_side(row))

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, session.today())
            chosen = fields.needed("version", "Choose which version stands")
            fields.check()
            both = chosen == BOTH
            return partial(settle, session, patient, found, 0 if both else int(chosen), both=both)

        self._forms.asker.ask(dialog, job, partial(self._forms.asker.did, "Settled, both versions are kept"))


def _options(row: DisputeRow) -> tuple[tuple[str, str], ...]:
    options = tuple((str(place), f"{place + 1}: {words}") for place, (words, _) in enumerate(row.versions))
    return (*options, (BOTH, row.both_words)) if row.both else options


def _side_by_side(row: DisputeRow) -> str:
    return "\n".join(f"{place}: {words} ({by})" for place, (words, by) in enumerate(row.versions, 1))

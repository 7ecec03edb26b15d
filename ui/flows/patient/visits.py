"""What is done with a visit of the list: marked as entered in error, or moved to the person it is about."""

from collections.abc import Callable
from functools import partial

from smf_desktop.services.session import Touched
from smf_desktop.services.visit.visits import strike_visit
from smf_desktop.services.visit.wrong_person import Moved
from ui.desk import Place
from ui.flows.asking import Reader, Typed
from ui.flows.patient.forms import CONFIRM, About, Forms
from ui.flows.wrong_person import ask_right_person
from ui.views.form_dialog import Ask


class Visits:
    def __init__(self, forms: Forms) -> None:
        self._forms = forms

    def strike(self, about: About, visit: str) -> None:
        session = self._forms.desk.session
        words = "It stays readable with your reason, and counts nowhere. This cannot be undone."
        asks = (
            Ask("reason", "Reason", "text"),
            Ask(CONFIRM, "Type the family name to confirm", hint=about.row.banner.name),
        )
        dialog = self._forms.form("Mark this visit as entered in error?", asks, "Entered in error", about, words)
        family = about.facts.patient.name.family.casefold()

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, session.today())
            reason = fields.needed("reason", "Enter a reason")
            if fields.text(CONFIRM).casefold() != family:
                fields.problems[CONFIRM] = "Enter the family name as it stands above"
            fields.check()
            return partial(strike_visit, session, visit, reason)

        done = partial(self._forms.asker.did, "Visit marked as entered in error")
        self._forms.ask(about, f"strike visit {visit}", dialog, job, done)

    def wrong_person(self, about: About, visit: str) -> None:
        """A draft moves; a signed visit is struck and its copy opens as a draft in the right record."""
        line = next((one for one in about.row.visits if one.visit == visit), None)
        if line is None:
            return
        forms = self._forms

        def moved(where: Moved) -> None:
            forms.desk.go(Place("visit", where.patient, where.visit))

        ask_right_person(
            forms.desk,
            forms.asker,
            forms.over,
            visit=visit,
            patient=about.patient,
            who=about.who,
            signed=line.signed,
            names=lambda: dict(about.facts.names),
            done=moved,
        )

"""A death written down, and taken back when it was none."""

from collections.abc import Callable
from functools import partial

from smf_desktop.presenters.identity import day
from smf_desktop.services.ending.death import record_death, reverse_death
from smf_desktop.services.session import Touched
from ui.flows.asking import Reader, Typed
from ui.flows.patient.forms import CONFIRM, About, Forms
from ui.views.form_dialog import Ask

STOPS = (
    "In one save: every pathway closes, and visits, tasks, covers, letters to the person and undecided referrals end. "
    "What follows becomes tasks. A registered nurse can take it back."
)
COMES_BACK = "Whatever this death closed is open again. What somebody changed since stays as it is."


class Death:
    def __init__(self, forms: Forms) -> None:
        self._forms = forms

    def record(self, about: About) -> None:
        session, patient = self._forms.desk.session, about.patient
        asks = (
            Ask("on", "Died on", "date", day(session.today())),
            Ask("told_by", "Who told us"),
            Ask(CONFIRM, "Type the family name to confirm", hint=about.row.banner.name),
        )
        dialog = self._forms.form("Record a death?", asks, "Record death", about, STOPS, kind="danger", past=True)
        family = about.facts.patient.name.family.casefold()

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, session.today())
            on = fields.day("on")
            if on is not None and on > session.today():
                fields.problems["on"] = "Enter today or an earlier date"
            told_by = fields.needed("told_by", "Enter who told us")
            if fields.text(CONFIRM).casefold() != family:
                fields.problems[CONFIRM] = "Enter the family name as it stands above"
            fields.check()
            assert on is not None
            return partial(record_death, session, patient, on, told_by)

        self._forms.ask(about, "death", dialog, job, partial(self._forms.asker.did, "Death recorded"))

    def take_back(self, about: About) -> None:
        session, patient = self._forms.desk.session, about.patient
        asks = (Ask("reason", "Why it is taken back", "text"),)
        dialog = self._forms.form("Take this death back?", asks, "Take it back", about, COMES_BACK)

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, session.today())
            reason = fields.needed("reason", "Enter a reason")
            fields.check()
            return partial(reverse_death, session, patient, reason)

        self._forms.ask(about, "death back", dialog, job, partial(self._forms.asker.did, "Death taken back"))

"""On the way to a record that is not on this user's list: the reason first, once for each person of a sitting."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.opening import WhyOpened
from smf_desktop.presenters.opening import ABOUT, QUESTION, REASONS
from smf_desktop.services.opening import give_reason, needs_reason
from ui.desk import Desk, Place
from ui.flows.asking import Asker, Reader, Typed
from ui.views.form_dialog import Ask, FormDialog


def go_to_record(desk: Desk, over: QWidget, place: Place, who: str) -> None:
    """Go to a place about a person, asking why first where they are on somebody else's list. `who` names them."""
    patient = place.patient or ""
    if patient in desk.reasons:
        desk.go(place)
        return

    def found(asks: bool) -> None:
        if asks:
            _ask(desk, over, place, who)
        else:
            desk.go(place)

    desk.lanes.read.run(partial(needs_reason, desk.session, patient), done=found, failed=desk.tell)


def _ask(desk: Desk, over: QWidget, place: Place, who: str) -> None:
    session, patient = desk.session, place.patient or ""
    asks = (Ask("why", "Reason", "choice", options=REASONS),)
    dialog = FormDialog(QUESTION, asks, "Open record", who=who, about=ABOUT, parent=over.window())

    def job(typed: Typed) -> Callable[[], None]:
        fields = Reader(typed, session.today())
        why = fields.needed("why", "Choose a reason")
        fields.check()
        return partial(give_reason, session, patient, WhyOpened(why))

    def given(_none: None) -> None:
        desk.reasons.add(patient)
        desk.go(place)

    Asker(desk, over).ask(dialog, job, given, "Opening")

"""On the way to a record that is not on this user's list: the reason first, once for each person of a sitting."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.opening import WhyOpened
from smf_desktop.presenters.opening import ABOUT, ABOUT_MANY, QUESTION, QUESTION_MANY, REASONS
from smf_desktop.services.record.opening import give_reason, needs_reason, who_need_reason
from ui.desk import Desk, Place
from ui.flows.asking import Asker, Reader, Typed
from ui.views.form_dialog import Ask, FormDialog


def go_to_record(desk: Desk, over: QWidget, place: Place, who: str) -> None:
    """Go to a place about a person, asking why first where they are on somebody else's list. `who` names them."""
    with_reason(desk, over, place.patient or "", who, partial(desk.go, place))


def with_reason(desk: Desk, over: QWidget, patient: str, who: str, then: Callable[[], object]) -> None:
    """Do what shows or changes something of a person, once the reason is given where one is needed."""
    with_reasons(desk, over, (patient,) if patient else (), lambda _asked: who, then)


def with_reasons(
    desk: Desk, over: QWidget, people: Sequence[str], who: Callable[[int], str], then: Callable[[], object]
) -> None:
    """The same for several people: one reason for all that need one. `who` names them by how many they are."""
    new = [each for each in people if each not in desk.reasons]
    if not new:
        then()
        return

    def found(asked: Sequence[str]) -> None:
        if asked:
            _ask(desk, over, asked, who(len(asked)), then)
        else:
            then()

    desk.lanes.read.run(partial(who_need_reason, desk.session, new), done=found, failed=desk.tell)


def is_closed(desk: Desk, patient: str) -> bool:
    """Whether a reason has to be given before anything of this person is read; asked off the interface thread."""
    return patient not in desk.reasons and needs_reason(desk.session, patient)


def _ask(desk: Desk, over: QWidget, people: Sequence[str], who: str, then: Callable[[], object]) -> None:
    session = desk.session
    asks = (Ask("why", "Reason", "choice", options=REASONS),)
    one = len(people) == 1
    question, about, opens = (QUESTION, ABOUT, "Open record") if one else (QUESTION_MANY, ABOUT_MANY, "Open records")
    dialog = FormDialog(question, asks, opens, who=who, about=about, parent=over.window())

    def job(typed: Typed) -> Callable[[], None]:
        fields = Reader(typed, session.today())
        why = fields.needed("why", "Choose a reason")
        fields.check()
        return partial(give_reason, session, people, WhyOpened(why))

    def given(_none: None) -> None:
        desk.reasons.update(people)
        then()

    Asker(desk, over).ask(dialog, job, given, "Opening")

"""A note written for the wrong person: look for the right one, see what carried it, move it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.wrong_person import carried_words, right_person_options
from smf_desktop.services.caseload.search import find_people
from smf_desktop.services.session import Session
from smf_desktop.services.visit.wrong_person import Moved, move_draft, move_signed_visit, what_carried
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, ToCorrect, Typed
from ui.flows.form_draft import draft_of_record
from ui.views.form_dialog import Ask, FormDialog

SIGNED = (
    "It is struck here with your reason and stays readable. A copy opens as a draft in the right record: check it "
    "there and sign it. Both name each other."
)
DRAFT = "Everything typed goes along. Who this is, is asked again there. A booking it was begun from is planned again."


Move = Callable[[Session, str, str], Moved]


@dataclass(frozen=True, slots=True)
class _Found:
    """The people a search found, and what has carried the note so far."""

    options: tuple[tuple[str, str], ...]
    carried: str


def ask_right_person(
    desk: Desk,
    asker: Asker,
    over: QWidget,
    *,
    visit: str,
    patient: str,
    who: str,
    signed: bool,
    names: Callable[[], dict[str, str]],
    done: Callable[[Moved], object],
    move: Move = move_draft,
) -> None:
    """Two forms: a search, then the choice with what follows from it. `done` is told where the note now is.

    `move` is what moves a draft: that of a visit, or of a call.
    """
    asks = (Ask("text", "Name or NHS number of the right person"),)
    title = "Who is this really about?"
    dialog = FormDialog(title, asks, "Find", who=f"Written for {who}", parent=over.window())

    def look(typed: Typed) -> Callable[[], _Found]:
        fields = Reader(typed, desk.session.today())
        text = fields.needed("text", "Enter a name or an NHS number")
        fields.check()
        taught = move is move_draft
        return partial(_look, desk.session, text, patient, visit if signed else "", names(), taught=taught)

    def found(answer: _Found) -> None:
        if not answer.options:
            desk.toast("Nobody else was found")
            ask_right_person(
                desk,
                asker,
                over,
                visit=visit,
                patient=patient,
                who=who,
                signed=signed,
                names=names,
                done=done,
                move=move,
            )
            return
        _choose(desk, asker, over, answer, visit=visit, patient=patient, who=who, signed=signed, done=done, move=move)

    asker.ask(dialog, look, found, "Looking")


def _look(
    session: Session, text: str, patient: str, signed_visit: str, names: dict[str, str], *, taught: bool
) -> _Found:
    options = right_person_options(find_people(session, text), patient, taught=taught)
    ways = carried_words(what_carried(session, signed_visit), names) if signed_visit else ""
    return _Found(options, ways)


def _choose(
    desk: Desk,
    asker: Asker,
    over: QWidget,
    answer: _Found,
    *,
    visit: str,
    patient: str,
    who: str,
    signed: bool,
    done: Callable[[Moved], object],
    move: Move,
) -> None:
    first = answer.options[0][0] if len(answer.options) == 1 else ""
    asks: tuple[Ask, ...] = (Ask("right", "The right person", "choice", first, options=answer.options),)
    if signed:
        asks += (Ask("reason", "Reason", "text"),)
    about = "\n".join(filter(None, (SIGNED if signed else DRAFT, answer.carried)))
    primary = "Strike and copy" if signed else "Move draft"
    dialog = FormDialog(
        "Move it to this person?",
        asks,
        primary,
        who=f"Written for {who}",
        about=about,
        kind="danger",
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], Moved]:
        fields = Reader(typed, desk.session.today())
        right = fields.needed("right", "Choose the right person")
        reason = fields.needed("reason", "Enter a reason") if signed else ""
        if fields.problems:
            raise ToCorrect(fields.problems)
        if signed:
            return partial(move_signed_visit, desk.session, visit, right, reason)
        return partial(move, desk.session, visit, right)

    def moved(answer: Moved) -> None:
        asker.did("Moved to the right person", answer.touched)
        done(answer)

    draft = draft_of_record(desk, patient, f"wrong person {visit}") if signed else None
    asker.ask(dialog, job, moved, "Moving", draft=draft)

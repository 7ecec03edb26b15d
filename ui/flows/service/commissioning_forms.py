"""Forms over the commissioning page: a plan, and the service's check of itself."""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.house_of_care import Answer, Part, Standing
from smf_core.domain.planned import AT_MOST
from smf_desktop.presenters.days import day
from smf_desktop.presenters.service.commissioning import CommissioningFacts, plan_of, whom_to_plan
from smf_desktop.presenters.service.self_check import PARTS, STANDINGS, PartRow
from smf_desktop.services.drafts import COMMISSIONING
from smf_desktop.services.service.baselines import Stated
from smf_desktop.services.service.plans import state_plan, withdraw_plan
from smf_desktop.services.service.self_check import state_self_check
from smf_desktop.services.session import Session, Touched
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, Typed, read_date
from ui.flows.form_draft import FormDraft
from ui.flows.service.stated import Statement, ask_to_state
from ui.flows.service.todos import ask_todo, read_todo
from ui.views.form_dialog import Ask, FormDialog

MORE = "more"
"""Under this key the form asks for an action that belongs to no part."""


def ask_plan(desk: Desk, asker: Asker, over: QWidget, facts: CommissioningFacts) -> None:
    """A number, of whom, from when, and where it comes from."""
    whom = whom_to_plan(facts)
    form = Statement(
        title="State a plan",
        about="A newer plan of the same holds from its first day; this one stays in the log.",
        asks=(
            Ask("whom", "Plan of", "choice", value=whom[0][0], options=whom),
            Ask("number", "How many people", half=True),
            Ask("since", "From", "date", value=day(desk.session.today().replace(day=1)), half=True),
            Ask("source", "Source", hint="Such as the board paper or the contract"),
            Ask("until", "Until", "date", optional=True, hint="Empty: until another plan"),
        ),
        primary="State plan",
        read=partial(_plan, desk.session),
        said="Plan stated",
        withdraw=withdraw_plan,
        of=(COMMISSIONING, "plan"),
    )
    ask_to_state(desk, asker, over, form)


def _plan(session: Session, fields: Reader) -> Callable[[], Stated]:
    what, of = plan_of(fields.needed("whom", "Choose whom it is of"))
    many = _number(fields)
    source = fields.needed("source", "Say where the number comes from")
    since, until = fields.day("since"), fields.day("until", needed=False)
    if since and until and until < since:
        fields.problems["until"] = "Enter a day that is not before the first"
    fields.check()
    assert since is not None
    return partial(state_plan, session, what, of, many, since, source=source, until=until)


def ask_self_check(desk: Desk, asker: Asker, over: QWidget, before: tuple[PartRow, ...]) -> None:
    """How far each part is in place, why, and what is agreed about it. `before` is how each part stood last time."""
    session, today = desk.session, desk.session.today()
    dialog = FormDialog(
        "Check the service against the House of Care",
        tuple(_asks({row.part: row.standing for row in before})),
        "Save self-check",
        about=f"It is dated {day(today)} and stays as it is; the next one stands beside it.",
        read_date=read_date(session),
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], Touched]:
        fields = Reader(typed, today)
        answers = {part: _answer(fields, part) for part in Part}
        agreed = [each for key in (*Part, MORE) for each in read_todo(fields, key)]
        fields.check()
        told = {part: answer for part, answer in answers.items() if answer is not None}
        return partial(state_self_check, session, told, agreed, fields.text("note"))

    draft = FormDraft(desk, COMMISSIONING, "self_check")
    asker.ask(dialog, job, partial(asker.did, "Self-check saved"), draft=draft)


def _asks(before: dict[Part, str]) -> Iterator[Ask]:
    standings = tuple((each.value, words) for each, words in STANDINGS.items())
    for part in Part:
        title, question = PARTS[part]
        yield Ask("", f"{title}. {question}", "note")
        hint = f"Before: {before[part]}" if part in before else ""
        yield Ask(part.value, f"{title}: standing", "choice", options=standings, hint=hint)
        yield Ask(f"{part.value} words", "Why, in words", "text", optional=True)
        yield from ask_todo(part.value, "Agreed about it")
    yield Ask("", "Anything else", "note")
    yield from ask_todo(MORE, "Agreed otherwise")
    yield Ask("note", "Note", "text", optional=True)


def _answer(fields: Reader, part: Part) -> Answer | None:
    said = fields.needed(part.value, "Choose how far it is in place")
    return Answer(Standing(said), fields.text(f"{part.value} words")) if said else None


def _number(fields: Reader) -> int:
    text = fields.text("number")
    if not (text.isascii() and text.isdecimal() and len(text) <= 6 and int(text) <= AT_MOST):
        fields.problems["number"] = f"Enter a whole number from 0 to {AT_MOST:,}"
        return 0
    return int(text)

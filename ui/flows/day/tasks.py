"""Tasks: asked for, done, handed over, and a page of all of them."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.dates import parse_time
from smf_core.domain.trouble import DomainError
from smf_desktop.presenters.today.facts import Act, SideList
from smf_desktop.presenters.today.tasks import task_rows
from smf_desktop.services.drafts import TASKS
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.tasks import (
    NewTask,
    Takers,
    Tasks,
    ask_task,
    cancel_task,
    finish_task,
    hand_over,
    my_tasks,
    reopen_task,
    takers,
)
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import Act as Done
from ui.flows.asking import Asker, Reader, Typed, read_date
from ui.flows.day.call_place import TASK
from ui.flows.day.dose_cover import ask_dose
from ui.flows.form_draft import FormDraft, draft_of_record
from ui.flows.listed import ListPage
from ui.flows.opening import go_to_record
from ui.views.form_dialog import Ask, FormDialog
from ui.views.side_list import Wish
from ui.views.tasks import TasksView

TEAM, USER = "team:", "user:"


def ask_new_task(desk: Desk, asker: Asker, over: QWidget, patient: str | None, who: str) -> None:
    """Ask for something: about a person or nobody, of a person or a team."""

    def ask(found: Takers) -> None:
        session = desk.session
        asks = (
            Ask("text", "What is to be done"),
            Ask("to", "Who does it", "choice", f"{USER}{session.user.id}", options=_choices(found), half=True),
            Ask("due", "Due", "date", optional=True, hint="17/11, thu, tomorrow, +2w", half=True),
            Ask("at", "Time", optional=True, hint="9:05 or 1430", half=True),
            Ask("urgent", "Urgent: show it in red", "check"),
        )
        dialog = FormDialog("New task", asks, "Add task", who=who, read_date=read_date(session), parent=over.window())

        def job(typed: Typed) -> Callable[[], tuple[str, Touched]]:
            fields = Reader(typed, session.today())
            text = fields.needed("text", "Enter what is to be done")
            due = fields.day("due", needed=False, earliest=session.today())
            at = _time(fields)
            user, team = _taker(fields.text("to"))
            fields.check()
            return partial(ask_task, session, NewTask(text, patient, user, team, due, at, fields.on("urgent")))

        def done(answer: tuple[str, Touched]) -> None:
            task, touched = answer
            words = Done("Task added", partial(cancel_task, session, task), partial(reopen_task, session, task))
            asker.did("Task added", touched, words)

        draft = draft_of_record(desk, patient, "task") if patient else FormDraft(desk, TASKS, "task", cancels=True)
        asker.ask(dialog, job, done, draft=draft)

    desk.lanes.read.run(partial(takers, desk.session), done=ask, failed=desk.tell)


def wish_of_task(desk: Desk, asker: Asker, over: QWidget, wish: Wish) -> None:
    """What a row of a list of tasks was asked to do."""
    session = desk.session
    match wish.act:
        case Act.ANSWER:
            ask_dose(desk, asker, over, wish.record)
        case Act.CALL:
            go_to_record(desk, over, Place("call", wish.patient, f"{TASK}{wish.record}"), wish.who)
        case Act.DONE:
            undo, redo = partial(reopen_task, session, wish.record), partial(finish_task, session, wish.record)
            asker.run(redo, lambda touched: asker.did("Task done", touched, Done("Task done", undo, redo)))
        case Act.REOPEN:
            undo, redo = partial(finish_task, session, wish.record), partial(reopen_task, session, wish.record)
            asker.run(redo, lambda touched: asker.did("To do again", touched, Done("To do again", undo, redo)))
        case Act.HAND_OVER:
            _ask_hand_over(desk, asker, over, wish.record)
        case Act.OPEN if wish.patient:
            go_to_record(desk, over, Place("patient", wish.patient), wish.who)


def _ask_hand_over(desk: Desk, asker: Asker, over: QWidget, task: str) -> None:
    def ask(found: Takers) -> None:
        asks = (Ask("to", "Who does it", "choice", options=_choices(found)),)
        dialog = FormDialog("Hand this task over", asks, "Hand over", parent=over.window())

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, desk.session.today())
            user, team = _taker(fields.needed("to", "Choose who does it"))
            fields.check()
            return partial(hand_over, desk.session, task, to_user=user, to_team=team)

        asker.ask(dialog, job, lambda touched: asker.did("Task handed over", touched))

    desk.lanes.read.run(partial(takers, desk.session), done=ask, failed=desk.tell)


def _choices(found: Takers) -> tuple[tuple[str, str], ...]:
    people = tuple((f"{USER}{one}", name) for one, name in found.users)
    return (*people, *((f"{TEAM}{one}", f"Team {name}") for one, name in found.teams))


def _taker(code: str) -> tuple[str | None, str | None]:
    user = code.removeprefix(USER) if code.startswith(USER) else None
    return user, code.removeprefix(TEAM) if code.startswith(TEAM) else None


def _time(fields: Reader) -> str:
    text = fields.text("at")
    try:
        return f"{parse_time(text):%H:%M}" if text else ""
    except DomainError as wrong:
        fields.wrong("at", wrong)
        return ""


class TasksPage(ListPage[TasksView, Tasks]):
    """Everything that is to be done: mine, or everyone's, and what was done in the last week."""

    title = "Tasks"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, TasksView())
        self._everyone = False
        self._view.wished.connect(lambda wish: wish_of_task(desk, self._asker, self._view, wish))
        self._view.new_wanted.connect(lambda: self.do(Action.NEW_TASK))
        self._view.everyone_wanted.connect(self._change_whose)

    def clear(self) -> None:
        super().clear()
        self._view.show_lists(())

    def can(self, action: Action) -> bool:
        return action in (Action.NEW_TASK, Action.MAIN, Action.EVERYONES_TASKS) or super().can(action)

    def do(self, action: Action) -> None:
        if action in (Action.NEW_TASK, Action.MAIN):
            ask_new_task(self._desk, self._asker, self._view, None, "")
        elif action is Action.EVERYONES_TASKS:
            self._view.everyone.toggle()
        else:
            super().do(action)

    def _change_whose(self, everyone: bool) -> None:
        self._everyone = everyone
        self._read()

    def _job(self) -> Callable[[], Tasks]:
        return partial(my_tasks, self._desk.session, everyone=self._everyone)

    def _show(self, found: Tasks) -> None:
        self._words = f"{len(found.open)} to do"
        self._view.show_lists(_lists(self._desk.session, found))


def _lists(session: Session, found: Tasks) -> tuple[SideList, SideList]:
    """What is to be done, and what was done."""
    today = session.today()
    waiting = task_rows(found.open, found.people, found.names, today)
    ended = task_rows(found.done, found.people, found.names, today)
    return SideList("tasks", "To do", "check", "", waiting), SideList(
        "done", "Done of late", "circle-check", "ok", ended
    )

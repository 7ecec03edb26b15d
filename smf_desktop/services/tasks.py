"""Tasks: asked of a person or a team, done once, in the same change set as what they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from smf_core.domain.day_trouble import TaskTextNeeded, UnknownTask
from smf_core.domain.task import Task, TaskKind, TaskState
from smf_core.domain.teaching_trouble import ReasonNeeded
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, may, require
from smf_core.records import Connection
from smf_core.records.log import held_record
from smf_core.records.queries.patients import Known, people_known
from smf_core.records.queries.tasks import done_since, open_tasks, open_tasks_for
from smf_core.records.queries.tasks import task as task_of
from smf_core.records.queries.users import teams, users
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, Work, new_item

SHOWN_WHEN_DONE = timedelta(days=7)
"""How long a task that was done stays in the list, to be taken back."""


def task_item(
    session: Session,
    kind: TaskKind,
    text: str,
    *,
    patient: str | None = None,
    to_user: str | None = None,
    to_team: str | None = None,
    due_on: date | None = None,
    due_at: str = "",
    about: str | None = None,
    purpose: str = "",
    urgent: bool = False,
) -> Item:
    """The operation that asks for something; the caller saves it with what it comes from.

    A task for nobody in particular is the team's.
    """
    return new_item(
        "task",
        session.new_id(),
        "asked",
        patient=patient,
        kind=kind.value,
        text=text,
        to_user=to_user,
        to_team=to_team or (None if to_user else session.team),
        due_on=due_on.isoformat() if due_on else None,
        due_at=due_at,
        about=about,
        purpose=purpose,
        by=session.user.id,
        urgent=urgent or None,
    )


def done_item(session: Session, work: Work, task: str, note: str = "", state: TaskState = TaskState.DONE) -> Item:
    """The operation that ends a task, or opens it again."""
    payload = {"state": state.value, "by": session.user.id, "at": session.now().isoformat()}
    return work.change("task", task, "done", payload | ({"note": note} if note else {}))


# --- what is there -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tasks:
    """Tasks with what their lines need: people by id, and the names of users and teams."""

    open: tuple[Task, ...]
    done: tuple[Task, ...]
    people: Mapping[str, Known]
    names: Mapping[str, str]


def my_tasks(session: Session, *, everyone: bool = False) -> Tasks:
    """What this user has to do (or anyone here), and what was done in the last week."""
    require(session.user, Action.HANDLE_TASKS)
    with session.read() as connection:
        user, team = session.user.id, session.team
        still_open = open_tasks(connection) if everyone else open_tasks_for(connection, user, team)
        done = done_since(connection, user, team, session.now() - SHOWN_WHEN_DONE)
        return _with_names(connection, still_open, done)


def _with_names(connection: Connection, still_open: Sequence[Task], done: Sequence[Task]) -> Tasks:
    about = {one.patient for one in (*still_open, *done) if one.patient}
    names = {one.id: one.name for one in users(connection)} | {one.id: one.name for one in teams(connection)}
    return Tasks(tuple(still_open), tuple(done), people_known(connection, about), names)


@dataclass(frozen=True, slots=True)
class Takers:
    """Whom a task can be given to, as (id, name): people who work here, then teams."""

    users: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]


def takers(session: Session) -> Takers:
    require(session.user, Action.HANDLE_TASKS)
    with session.read() as connection:
        people = tuple((one.id, one.name) for one in users(connection) if may(one, Action.HANDLE_TASKS).allowed)
        return Takers(people, tuple((one.id, one.name) for one in teams(connection)))


# --- what is done with them ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task as somebody asks for it. Without a user and a team it is this team's."""

    text: str
    patient: str | None = None
    to_user: str | None = None
    to_team: str | None = None
    due_on: date | None = None
    due_at: str = ""
    urgent: bool = False
    kind: TaskKind = TaskKind.OTHER
    about: str | None = None


def ask_task(session: Session, new: NewTask) -> tuple[str, Touched]:
    """Ask for something. Answers the task's id."""
    require(session.user, Action.HANDLE_TASKS)
    if not new.text.strip():
        raise TaskTextNeeded
    item = task_item(
        session,
        new.kind,
        new.text.strip(),
        patient=new.patient,
        to_user=new.to_user,
        to_team=new.to_team,
        due_on=new.due_on,
        due_at=new.due_at,
        about=new.about,
        urgent=new.urgent,
    )
    with session.work() as work:
        if new.patient:
            writable(work.connection, new.patient)
        work.save([item], patient=new.patient)
    return item.entity_id, frozenset(work.touched)


def finish_task(session: Session, task: str, note: str = "") -> Touched:
    """Say that it is done. One that another laptop ended too keeps both; done again, it is settled.

    Who gives a dose is answered by naming somebody; ending that question otherwise needs a reason (`ReasonNeeded`).
    """
    return _end(session, task, TaskState.DONE, note)


def cancel_task(session: Session, task: str, note: str = "") -> Touched:
    """It need not be done any more."""
    return _end(session, task, TaskState.CANCELLED, note)


def reopen_task(session: Session, task: str) -> Touched:
    """It is to be done after all."""
    return _end(session, task, TaskState.OPEN, "")


def _end(session: Session, task_id: str, state: TaskState, note: str) -> Touched:
    require(session.user, Action.HANDLE_TASKS)
    with session.work() as work:
        held = _held(work.connection, task_id)
        if held.kind is TaskKind.WHO_GIVES_DOSE and state is not TaskState.OPEN and not note.strip():
            raise ReasonNeeded
        work.save([done_item(session, work, task_id, note.strip(), state)], patient=held.patient)
    return frozenset(work.touched)


def hand_over(session: Session, task_id: str, *, to_user: str | None = None, to_team: str | None = None) -> Touched:
    """Give a task to somebody else; all else it says stays."""
    require(session.user, Action.HANDLE_TASKS)
    with session.work() as work:
        held = _held(work.connection, task_id)
        said: dict[str, Any] = dict(_asked(work.connection, task_id))
        said |= {"to_user": to_user, "to_team": to_team or (None if to_user else session.team)}
        said = {name: value for name, value in said.items() if value is not None}
        work.save([work.change("task", task_id, "asked", said)], patient=held.patient)
    return frozenset(work.touched)


def _asked(connection: Connection, task_id: str) -> Mapping[str, Any]:
    value = held_record(connection, "task", task_id).value("asked")
    return value.shown.payload if value else {}


def _held(connection: Connection, task_id: str) -> Task:
    found = task_of(connection, task_id)
    if found is None:
        raise UnknownTask
    return found

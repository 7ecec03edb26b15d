"""Tasks: asked of a person or a team, done once, in the same change set as what they come from."""

from datetime import date

from smf_core.domain.task import TaskKind, TaskState
from smf_core.operations.change_set import Item
from smf_desktop.services.session import Session, Work, new_item


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

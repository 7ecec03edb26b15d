"""What is to be done about one person, as a test reads it."""

from dataclasses import dataclass

from smf_core.domain.task import Task, TaskState
from smf_core.records.queries.tasks import tasks_of
from smf_desktop.services.session import Session


@dataclass(frozen=True, slots=True)
class About:
    """The tasks about one person that are open, and those that two people ended differently."""

    open: tuple[Task, ...]
    done: tuple[Task, ...]


def tasks_about(session: Session, patient: str) -> About:
    with session.read() as connection:
        found = tasks_of(connection, patient)
    still_open = tuple(one for one in found if one.state is TaskState.OPEN)
    return About(still_open, tuple(one for one in found if one not in still_open))

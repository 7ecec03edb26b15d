"""What follows when a person has died: who is told and what comes back, and what must not happen any more."""

from dataclasses import dataclass
from datetime import date, timedelta

from smf_core.domain.equipment import Equipment

FOLLOWS_WITHIN = timedelta(days=2)
"""Days until what follows a death is due."""


@dataclass(frozen=True, slots=True)
class Following:
    """One thing to do after a death: `text` as the task says it, `due_on` when; `urgent` is shown red."""

    text: str
    due_on: date
    urgent: bool = False


def what_follows(
    today: date, *, core_visits: bool, equipment: tuple[Equipment, ...], flags: int, gives_doses: bool
) -> tuple[Following, ...]:
    """The tasks that follow a death.

    `core_visits`: the core team still calls. `flags`: red flags still open. `gives_doses`: another team, a carer or
    this service gives a dose that must stop.
    """
    due = today + FOLLOWS_WITHIN
    follows = []
    if core_visits or gives_doses:
        follows.append(Following("Tell the core team that the person has died: visits and doses stop", today, True))
    follows.append(Following("Tell the practice that the person has died, if it does not know", due))
    if back := tuple(one.item for one in equipment if one.comes_back):
        follows.append(Following(f"Equipment to come back: {', '.join(back)}", due))
    if flags:
        follows.append(Following("Close the open red flags, with what was done", due))
    follows.append(Following("Agree who speaks with the family", due))
    return tuple(follows)

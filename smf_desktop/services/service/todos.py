"""Actions as records hold them."""

from collections.abc import Sequence
from typing import Any

from smf_core.domain.planned import ToDo, ToDoIncomplete
from smf_core.domain.text import clean_identity, clean_note


def todos_said(actions: Sequence[ToDo]) -> list[dict[str, Any]]:
    """Raises `ToDoIncomplete` where one does not say what is done or who sees to it."""
    if not all(each.what.strip() and each.owner.strip() for each in actions):
        raise ToDoIncomplete
    return [
        {
            "what": clean_note(each.what.strip()),
            "owner": clean_identity(each.owner).text,
            "due_on": each.due_on.isoformat(),
        }
        for each in actions
    ]

"""Actions in a form: what is done, who sees to it, by when."""

from collections.abc import Iterator

from smf_core.domain.planned import ToDo
from smf_desktop.presenters.days import day
from ui.flows.asking import Reader
from ui.views.form_dialog import Ask

INCOMPLETE = "Say what is to be done, who sees to it and by when, or leave all three empty"


def ask_todo(key: str, label: str, action: ToDo | None = None) -> Iterator[Ask]:
    """The three fields of an action, with what is agreed already; left empty there is none."""
    what, who, due = (action.what, action.owner, day(action.due_on)) if action else ("", "", "")
    yield Ask(f"{key} what", label, value=what, optional=True)
    yield Ask(f"{key} who", "Who sees to it", value=who, optional=True, half=True)
    yield Ask(f"{key} due", "By", "date", value=due, optional=True, half=True)


def read_todo(fields: Reader, key: str) -> Iterator[ToDo]:
    """The action that was typed, if any; what is missing of one is a problem of its field."""
    what, who = fields.text(f"{key} what"), fields.text(f"{key} who")
    due = fields.day(f"{key} due", needed=False)
    if what and who and due:
        yield ToDo(what, who, due)
    elif what or who or fields.text(f"{key} due"):
        empty = next((each for each in ("what", "who", "due") if not fields.text(f"{key} {each}")), "due")
        fields.problems.setdefault(f"{key} {empty}", INCOMPLETE)

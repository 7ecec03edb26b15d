"""What a page tells someone who sees it for the first times: one thing at a time, until they put it away."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """`key` is remembered once it was put away; `page` is where it is shown, "" for anywhere."""

    key: str
    page: str
    true: str
    do: str


HINTS = (
    Hint(
        "today-start",
        "today",
        "Your next visit is chosen already.",
        "Press Ctrl+Enter to start it. Nothing typed is ever lost: drafts are kept as you go.",
    ),
    Hint(
        "caseload-open",
        "caseload",
        "Up and Down move in this list.",
        "Press Enter to open a record, B to book, and Ctrl+F to filter by a name or NHS number.",
    ),
    Hint(
        "patient-help",
        "patient",
        "Everything a page can do is in its menus.",
        "Press F1 for help with this page and its keys, or Ctrl+K to find any command.",
    ),
    Hint(
        "visit-keys",
        "visit",
        "One key rates a step and goes to the next.",
        "1 not yet, 2 with help, 3 with prompts, 4 on own. 0 is not seen today, and N adds a note.",
    ),
    Hint(
        "discharge-missing",
        "discharge",
        "The evidence fills itself from signed visits.",
        "Press F8 to go to what is still missing.",
    ),
    Hint(
        "today-search",
        "today",
        "Ctrl+K finds anyone on this laptop.",
        "Type a name, an NHS number or a date of birth. Type > for a command.",
    ),
    Hint(
        "caseload-peek",
        "caseload",
        "Space shows a person beside the list.",
        "Press it again to close. For somebody on a colleague's list you are asked why first.",
    ),
    Hint(
        "tasks-keys",
        "tasks",
        "One key ends a task or hands it over.",
        "Press D when it is done, H to give it to somebody else, O to open the person. Ctrl+Z takes it back.",
    ),
    Hint(
        "reports-how",
        "reports",
        "Enter on a row says how it was counted.",
        "The files say it, too: Ctrl+E saves what is shown for a spreadsheet, with every definition.",
    ),
    Hint(
        "patient-windows",
        "patient",
        "Two records can stand side by side.",
        "Press Ctrl+Shift+N for a second window with its own banner.",
    ),
)


def next_hint(page: str, seen: Collection[str]) -> Hint | None:
    """The first hint for a page that was not put away yet."""
    return next((hint for hint in HINTS if hint.page == page and hint.key not in seen), None)

"""Who looked at, exported, printed or unlocked what. A note is on disk before the thing is shown."""

from smf_desktop.services.session import Session

READ, EXPORT, PRINT, UNLOCK, UNLOCK_FAILED = "read", "export", "print", "unlock", "unlock_failed"
REVEAL = "reveal"
"""A private alert was opened, or a document looked at."""
BACKUP = "backup"
IMPORT = "import"
"""A file of a core team was taken in; the detail is its kind."""
OFF_LIST = "off_list"
"""A reason was given for opening a record that is on a colleague's list; the detail is the reason's code."""

REPORT = "report"
"""A report was saved to a file; the detail says which, of when, and the file's digest."""

SCHEDULED = "scheduled"
"""A file of the monthly export is saved; the detail says of which month, beside the note of the report itself."""

ASKED_FOR = "asked_for"
"""Somebody whom this laptop does not hold was asked of the hub; the detail is the reason's code."""

DRAFT_TAKEN = "draft_taken"
"""A lead took over what an absent colleague had not signed; the detail is the reason's code."""
ORDER_REFUSED = "order_refused"
"""Something came as an order of the hub that was not one for this laptop, or had been obeyed before; nobody read."""


def note(session: Session, action: str, patient: str | None = None, detail: str = "") -> None:
    """Write one access down. `detail` is a code, never words about a person."""
    with session.work() as work:
        work.note_access(action, patient, detail)

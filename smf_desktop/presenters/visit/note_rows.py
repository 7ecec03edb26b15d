"""Whether a note is in the trust's record, in words."""

from collections.abc import Mapping
from typing import Literal

from smf_core.records.queries.note_copies import NoteCopy
from smf_desktop.presenters.identity import clock, day

Tone = Literal["ok", "warn", "danger"]
NOT_YET = "In the trust record: not yet"


def trust_record(copied: NoteCopy | None, names: Mapping[str, str], *, current: bool, late: bool) -> tuple[str, Tone]:
    """The words and how they are coloured. `late`: signed over a day ago; `current`: nothing changed since the copy."""
    if copied is None:
        return NOT_YET, "danger" if late else "warn"
    words = f"In the trust record: copied {day(copied.at.date())} {clock(copied.at)}"
    by = names.get(copied.by, "")
    words += f" by {by}" if by else ""
    return (words, "ok") if current else (f"{words}. It was amended since: copy it again", "warn")

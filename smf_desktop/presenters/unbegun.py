"""Words about somebody whose record has not come, though something was written about them."""

from smf_core.records.queries.unbegun import Unbegun
from smf_desktop.presenters.labels import counted

NOT_COME = "Someone whose record has not come"
"""What began their record waits for a lead, or is on another laptop."""


def waiting_for_record(one: Unbegun) -> str:
    """`2 saves wait for it`, and whether they have for too long."""
    waits = f"{counted(one.saves, 'save')} {'waits' if one.saves == 1 else 'wait'} for it"
    return f"{waits}, for over 5 days" if one.late else waits

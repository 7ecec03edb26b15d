"""Words about somebody whose record has not come, though something was written about them."""

from smf_core.records.queries.unbegun import Unbegun
from smf_desktop.presenters.identity import isolated
from smf_desktop.presenters.labels import counted

NOT_COME = "Someone whose record has not come"
"""What began their record waits for a lead, or is on another laptop."""


def waits_with(saves: int) -> str:
    """What is decided with the beginning of a record; "" where nothing waits for it."""
    if not saves:
        return ""
    wait, they = ("waits", "It is") if saves == 1 else ("wait", "They are")
    return f"{counted(saves, 'save')} {wait} for this record. {they} taken in or returned with it."


def waiting_for_record(one: Unbegun) -> str:
    """`2 saves wait for it`, and whether they have for too long; or that they were returned, and why."""
    if one.returned is not None:
        return f"Returned: {counted(one.saves, 'save')} · {isolated(one.returned.reason)}"
    waits = f"{counted(one.saves, 'save')} {'waits' if one.saves == 1 else 'wait'} for it"
    return f"{waits}, for over 5 days" if one.late else waits

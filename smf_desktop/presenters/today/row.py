"""One line of the list of the day."""

from dataclasses import dataclass

from smf_desktop.presenters.labels import ChipKind
from smf_desktop.presenters.today.facts import Act


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit of the day. `over` is "4 over" once more visits were needed than expected."""

    visit: str
    patient: str
    episodes: tuple[str, ...]
    time: str
    name: str
    nhs: str
    teaching: str
    number: str
    over: str
    status: str
    status_kind: ChipKind
    status_icon: str
    act: Act
    is_next: bool
    spoken: str
    instead: str = ""
    """Whom the visit was planned for, where that is a colleague: "In place of Priya Shah"."""

"""The wiring: what this computer gives, put into the vault, the store and the services.

The unlock window is painted before anything that takes time is imported: the cryptography, the checklists, SQLAlchemy.
So those are imported where they are wired, and `House.warm` does it in a thread while someone types.
"""

from smf_desktop.compose.checklists import shipped_checklists
from smf_desktop.compose.computer import Computer, SystemClock, rising, this_computer, usual_place
from smf_desktop.compose.files import DATABASE
from smf_desktop.compose.house import House

__all__ = [
    "DATABASE",
    "Computer",
    "House",
    "SystemClock",
    "rising",
    "shipped_checklists",
    "this_computer",
    "usual_place",
]

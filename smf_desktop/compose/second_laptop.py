"""A demo's second laptop: another store of the same team, joined to the same hub, and something to settle on both."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from smf_core.records.queries.caseload import active_people
from smf_desktop.compose.computer import Computer
from smf_desktop.compose.house import House
from smf_desktop.demo import loopback
from smf_desktop.demo.people import LEAD, STAFF
from smf_desktop.ports import DemoStopped, Progress
from smf_desktop.presenters.accounts import as_user
from smf_desktop.services.people import change_demographics, open_person
from smf_desktop.services.session import Session

HERE, THERE = "nurse", "nurse2"
TEAM = "Derby North"


def join_two(
    computer: Computer, first: Path, second: Path, hub: Path, *, service: str, password: str, progress: Progress
) -> dict[str, Any]: ...

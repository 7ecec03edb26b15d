"""A new training store of made-up people."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smf_desktop.compose.computer import Computer
from smf_desktop.compose.house import House
from smf_desktop.ports import Progress, Random

if TYPE_CHECKING:
    pass

SERVICE, TEAM = "Derbyshire community nursing", "Derby North"
AS_OF = "as_of"
"""The setting of a demo that holds the day it stands at."""


def build_demo(
    computer: Computer,
    directory: Path,
    *,
    patients: int,
    months: int,
    seed: int,
    as_of: date | None,
    password: str,
    progress: Progress,
) -> dict[str, Any]:
    """A new training store of made-up people, whole or absent. Answers what `smf demo --json` tells.

    Raises what `House.make` does, and `DemoStopped`.
    """
    from smf_desktop.demo.clock import DemoClock, as_of_moment, opening_moment
    from smf_desktop.demo.generate import build
    from smf_desktop.demo.people import LEAD, STAFF
    from smf_desktop.services.laptop.accounts import change_setting
    from smf_desktop.services.laptop.door import NewService
    from smf_desktop.services.laptop.setup import new_user

    until = as_of or computer.clock.now().date()
    password = password or _made_up_password(computer.random)
    clock = DemoClock(opening_moment(until, months))
    means = replace(computer.means(True), clock=clock)
    house = House(replace(computer, clock=clock, means=lambda _: means), directory)
    first = NewService(
        service=SERVICE,
        team=TEAM,
        device=computer.name,
        kind="training",
        name=LEAD.name,
        username=LEAD.username,
        role=LEAD.role.value,
        password=password,
        clinical_lead=LEAD.capabilities != frozenset(),
    )
    key, _ = house.make(first)
    try:
        sitting = house.enter(key)
        try:
            session = sitting.session
            sessions = {LEAD.username: session}
            for staff in STAFF:
                if staff is not LEAD:
                    user, _ = new_user(
                        session,
                        username=staff.username,
                        name=staff.name,
                        role=staff.role,
                        capabilities=staff.capabilities,
                    )
                    house.add_user(key, user, password)
                    sessions[staff.username] = replace(session, user=user)
            report = build(
                sessions.__getitem__, as_of=until, patients=patients, months=months, seed=seed, progress=progress
            )
            clock.at = as_of_moment(until)
            change_setting(session, AS_OF, until.isoformat())
        finally:
            sitting.close()
    except BaseException:
        house.release()
        import shutil

        shutil.rmtree(directory, ignore_errors=True)
        raise
    house.release()
    return {
        "users": list(report.users),
        "password": password,
        "patients": report.patients,
        "visits": report.visits,
        "as_of": until.isoformat(),
        "outcomes": dict(report.outcomes),
        "closed": report.closed,
        "discharged": report.discharged,
    }


def _made_up_password(random: Random) -> str:
    """Twelve letters that nobody mistakes for one another."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "".join(letters[byte % len(letters)] for byte in random(12))

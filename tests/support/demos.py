"""A demo as the command makes it, to look into."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from smf_desktop.compose import House
from smf_desktop.demo.clock import as_of_moment, opening_moment
from smf_desktop.demo.generate import build
from smf_desktop.demo.people import LEAD, STAFF
from smf_desktop.demo.report import DemoReport
from smf_desktop.ports import Progress
from smf_desktop.services.laptop.setup import new_user
from smf_desktop.services.session import Session
from tests.support.houses import computer, new_service
from tests.support.keys import ToldClock

AS_OF = date(2026, 11, 17)
NOW = as_of_moment(AS_OF)


@dataclass(frozen=True)
class Demo:
    house: House
    sessions: dict[str, Session]
    report: DemoReport

    @property
    def nurse(self) -> Session:
        return self.sessions["nurse"]


def demo_in(
    folder: Path, *, patients: int, months: int, seed: int = 1, progress: Progress | None = None
) -> Iterator[Demo]:
    """A demo as the command makes it, but with cheap keys."""
    clock = ToldClock(opening_moment(AS_OF, months))
    house = House(computer(clock=clock), folder)
    opened, _ = house.make(new_service(name=LEAD.name, username=LEAD.username))
    sitting = house.enter(opened)
    sessions = {LEAD.username: sitting.session}
    for staff in STAFF:
        if staff != LEAD:
            user, _ = new_user(sitting.session, username=staff.username, name=staff.name, role=staff.role)
            sessions[staff.username] = replace(sitting.session, user=user)
    try:
        report = build(
            sessions.__getitem__, as_of=AS_OF, patients=patients, months=months, seed=seed, progress=progress
        )
        clock.wall = NOW
        yield Demo(house, sessions, report)
    finally:
        sitting.close()
        house.release()

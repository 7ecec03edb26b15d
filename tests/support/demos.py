"""A demo as the command makes it, to look into."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from smf_core.records.queries.users import users
from smf_desktop.compose import House
from smf_desktop.demo.clock import as_of_moment, opening_moment
from smf_desktop.demo.generate import build
from smf_desktop.demo.people import LEAD, STAFF
from smf_desktop.demo.report import DemoReport
from smf_desktop.ports import Progress
from smf_desktop.services.laptop.setup import new_user
from smf_desktop.services.session import Session
from tests.support.houses import PASSWORD, computer, new_service
from tests.support.keys import ToldClock
from tests.support.made_once import made_once

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


def half_a_year(factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The whole cast and a small crowd."""
    return demo_of(factory, patients=40, months=6)


def small_demo(factory: pytest.TempPathFactory, seed: int = 1) -> Iterator[Demo]:
    """Most of the cast, and months enough for some of them to have ended."""
    return demo_of(factory, patients=22, months=9, seed=seed)


def demo_of(factory: pytest.TempPathFactory, *, patients: int, months: int, seed: int = 1) -> Iterator[Demo]:
    """A demo of one's own, at the morning of its last day: a copy of one that is made once in a run."""

    def make(folder: Path) -> None:
        for demo in demo_in(folder / "store", patients=patients, months=months, seed=seed):
            (folder / "report").write_bytes(msgspec.json.encode(demo.report))

    made = made_once(factory, f"demo-{patients}-{months}-{seed}", make)
    folder = shutil.copytree(made / "store", factory.mktemp("demo") / "store")
    house = House(computer(clock=ToldClock(NOW), first_id=1_000_000), folder)
    house.hold()
    sitting = house.enter(house.unlock(LEAD.username, PASSWORD))
    try:
        with sitting.session.read() as connection:
            people = {user.username: user for user in users(connection)}
        sessions = {staff.username: replace(sitting.session, user=people[staff.username]) for staff in STAFF}
        yield Demo(house, sessions, msgspec.json.decode((made / "report").read_bytes(), type=DemoReport))
    finally:
        sitting.close()
        house.release()

"""A demo's second laptop: another store of the same team, joined to the same hub, and something to settle on both."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from smf_core.policy.roles import Capability
from smf_core.records.queries.caseload import people_taught
from smf_core.records.queries.users import by_username
from smf_desktop.compose.computer import Computer
from smf_desktop.compose.house import House
from smf_desktop.demo import loopback
from smf_desktop.demo.people import LEAD, STAFF
from smf_desktop.ports import Progress
from smf_desktop.presenters.sync.facts import Progress as Stage
from smf_desktop.security.opened import Opened
from smf_desktop.services.people import change_demographics, open_person
from smf_desktop.services.session import Session
from smf_desktop.trouble import DemoStopped

FIRST, SECOND = "nurse", "nurse2"
NAME = "Second laptop"
PHONES = ("01632 960811", "01632 960822")
NOTES = ("Key safe is on the left now. Ring first.", "The dog is in the kitchen. Use the side door.")
"""What the two write of the same people while they are apart: the first of each on the first laptop."""


def join_two(
    computer: Computer,
    first: Path,
    second: Path,
    hub: Path,
    *,
    service: str,
    team: str,
    password: str,
    progress: Progress,
) -> dict[str, Any]:
    """A hub in the folder `hub`, the demo in `first` joined to it, and a second laptop in `second`.

    A lead joins the second, so that the others may work there. It has sent what it wrote; the first has not, so what
    they wrote apart comes together at its next exchange.
    Answers where the hub answers when it is served, and where its database is. Raises `DemoStopped`.
    """
    loopback.make(hub, service)
    loopback.ask(hub, "team", "add", team)
    for staff in STAFF:
        leads = ("--clinical-lead",) if Capability.CLINICAL_LEAD in staff.capabilities else ()
        words = ("--role", staff.role.value, "--team", team, "--name", staff.name, *leads)
        loopback.ask(hub, "user", "add", staff.username, *words)
    with loopback.serving(hub) as url:
        one, other = House(computer, first), House(replace(computer, name=NAME), second)
        try:
            _join(one, url, loopback.code(hub, FIRST), FIRST, password, progress)
            _join(other, url, loopback.code(hub, LEAD.username), LEAD.username, password, progress)
            people = _write_apart(one, other, password)
            _exchange(other, other.unlock(SECOND, password), progress)
        finally:
            one.release()
            other.release()
    return {"url": url, "database": str(hub / loopback.DATABASE), "second": str(second), "apart": people}


def _join(house: House, url: str, code: str, user: str, password: str, progress: Progress) -> None:
    key, _ = house.join(url=url, code=code, username=user, password=password)
    _exchange(house, key.again(), progress)
    try:
        sitting = house.enter(key.again())
        try:
            with sitting.session.read() as connection:
                others = [by_username(connection, staff.username) for staff in STAFF if staff.username != user]
        finally:
            sitting.close()
        here = {each.username for each in house.card().users}
        for each in others:
            if each is not None and each.username not in here:
                house.add_user(key, each, password)
        _exchange(house, key.again(), progress)
    finally:
        key.zero()


def _exchange(house: House, key: Opened, progress: Progress) -> None:
    def tell(stage: Stage) -> None:
        progress(stage.done, stage.of)

    try:
        if house.exchange(key, tell, lambda: False).trouble is not None:
            raise DemoStopped
    finally:
        key.zero()


def _write_apart(one: House, other: House, password: str) -> int:
    """Both change the phone of one person and the way into the home of another. Answers how many people."""
    for number, (house, user) in enumerate(((one, FIRST), (other, SECOND))):
        sitting = house.enter(house.unlock(user, password))
        try:
            found = _people(sitting.session)
            _change(sitting.session, found[0], "phone", PHONES[number])
            for person in found[1:2]:
                _change(sitting.session, person, "access_note", NOTES[number])
        finally:
            sitting.close()
    return len(found)


def _people(session: Session) -> tuple[str, ...]:
    """Two people of the first nurse's list, the same on both laptops."""
    with session.read() as connection:
        nurse = by_username(connection, FIRST)
        taught = connection.scalars(people_taught(nurse.id if nurse else None))
        return tuple(sorted(set(taught)))[:2]


def _change(session: Session, person: str, unit: str, text: str) -> None:
    change_demographics(session, open_person(session, person), {unit: {unit: text}})

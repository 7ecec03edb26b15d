"""Real stores that lived without a hub join one: all their work is taken, whoever wrote it and however long ago."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.enrolment import Founding, KnownUser
from smf_core.operations.protocol import Exceptional
from smf_core.policy.roles import Role
from smf_core.records.queries.users import service, teams, users
from smf_core.records.tables import change_set
from smf_desktop.compose import House, rising
from smf_hub.service.managing import add_team, add_user, check
from smf_hub.service.place import Place
from smf_hub.store import people
from tests.support.houses import PASSWORD, computer, demo_template, house_with_service
from tests.support.hubs import new_hub
from tests.support.joining import joins, world
from tests.support.keys import ToldClock
from tests.support.pushing import HandClock

__all__ = ["demo_template"]

AT_ONCE = 200


def brought(house: House, username: str) -> tuple[Founding, dict[str, list[ChangeSet]]]:
    """What a store says of itself when it joins, and all that was written in it, by replica."""
    sitting = house.enter(house.unlock(username, PASSWORD))
    with sitting.session.read() as connection:
        (team,), of, everyone = teams(connection), service(connection), users(connection)
        rows = connection.execute(select(change_set).order_by(change_set.c.replica, change_set.c.seq)).all()
    sitting.close()
    house.release()
    said = Founding(
        service=of.id,
        service_name=of.name,
        team=team.id,
        team_name=team.name,
        users=tuple(
            KnownUser(
                user=each.id,
                username=each.username,
                name=each.name,
                role=each.role.value,
                capabilities=tuple(each.capabilities),
                active=each.active,
            )
            for each in everyone
        ),
    )
    written: dict[str, list[ChangeSet]] = {}
    for row in rows:
        written.setdefault(row.replica, []).append(ChangeSet(row.head, row.body))
    return said, written


def sends(place: Place, username: str, said: Founding, written: dict[str, list[ChangeSet]]) -> list[Exceptional]:
    """The store joins with somebody's code and sends everything. Answers what was not taken."""
    writer, done = joins(place, username, founding=said)
    with place.hub.read() as connection:
        known = people.device(connection, done.device)
    assert known is not None
    writer.users = known.users
    left: list[Exceptional] = []
    for replica, sets in written.items():
        writer.replica, end, seq = replica, bytes(32), 1
        for start in range(0, len(sets), AT_ONCE):
            some = sets[start : start + AT_ONCE]
            push = writer.pushing(some, end, seq)
            left += writer.hub.push(push, some).exceptions
            end, seq = push.chain_after, seq + len(some)
    assert not check(place).findings
    return left


@pytest.mark.parametrize("role", list(Role))
def test_whoever_made_a_store_brings_its_beginnings_whatever_their_role(tmp_path: Path, role: Role) -> None:
    clock = ToldClock()
    at = int(clock.now().timestamp() * 1000)
    on = replace(computer(clock=clock), new_id=rising(lambda: UUID(int=at << 80 | 0x7000_8000 << 48)))
    house = house_with_service(tmp_path / "store", on, role=role.value)
    said, written = brought(house, "priya")
    with new_hub(f"sqlite:///{tmp_path / 'hub.db'}", world(HandClock(clock.now() + timedelta(hours=1)))) as place:
        add_team(place, "North")
        add_user(place, "priya", role=role, team="North")
        assert sends(place, "priya", said, written) == []


def test_a_store_of_many_months_is_taken_whole(tmp_path: Path, demo_template: Path) -> None:
    house = House(computer(clock=ToldClock()), shutil.copytree(demo_template, tmp_path / "store"))
    said, written = brought(house, "lead")
    with new_hub(f"sqlite:///{tmp_path / 'hub.db'}", world(HandClock(ToldClock().now()))) as place:
        add_team(place, "North")
        for username, role in (("lead", Role.LEAD), ("nurse", Role.NURSE)):
            add_user(place, username, role=role, team="North", clinical_lead=role is Role.LEAD)
        assert sends(place, "lead", said, written) == []

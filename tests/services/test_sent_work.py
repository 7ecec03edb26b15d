"""What people do on a laptop, asked of the hub's policy: nothing a laptop lets somebody do is set aside."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from smf_core.operations.change_set import ChangeSet
from smf_core.policy.roles import User
from smf_core.policy.sending import Refusal, Standing, other_person, refusal
from smf_core.records import tables as t
from smf_core.records.queries.users import users
from smf_desktop.services.session import Session
from tests.support.demos import Demo, small_demo


def written(session: Session) -> list[ChangeSet]:
    """Every change set of a store, as it is sent."""
    with session.read() as connection:
        return [ChangeSet(row.head, row.body) for row in connection.execute(select(t.change_set))]


def everyone(session: Session) -> dict[str, User]:
    with session.read() as connection:
        return {user.id: user for user in users(connection)}


def asked(change_set: ChangeSet, author: User, team: str) -> Refusal | None:
    """What the hub says of it, who knows the author as a member of the laptop's team."""
    items, patient = change_set.items, change_set.head.patient_id
    standing = Standing.of({team: author.role.value}, [each.value for each in author.capabilities])
    return other_person(items, patient) or refusal(items, standing, team if patient else None, author.active)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    yield from small_demo(tmp_path_factory)


def test_I10_nothing_of_nine_lived_months_is_refused(demo: Demo) -> None:
    people, team = everyone(demo.nurse), demo.nurse.team
    sent = written(demo.nurse)
    refused = Counter(
        (why, people[each.head.author].role, *sorted({f"{item.entity}.{item.kind}" for item in each.items}))
        for each in sent
        if (why := asked(each, people[each.head.author], team))
    )
    assert not refused
    assert len(sent) > 300
    assert len({people[each.head.author].role for each in sent}) == 4
    assert len({(item.entity, item.kind) for each in sent for item in each.items}) > 40

"""What a counted episode says of the others of its person."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from smf_core.records import tables as t
from tests.support.figures import begun, visited
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


def soles(laptop: Laptop) -> dict[str, bool]:
    c = t.counted_episode.c
    return {row.episode: row.sole for row in laptop.connection.execute(t.counted_episode.select().order_by(c.episode))}


def test_an_episode_says_whether_it_is_the_only_one_of_its_person(laptop: Laptop) -> None:
    begun(laptop, "a", ["2026-10-01"])
    begun(laptop, "b", ["2026-10-01"])
    laptop.episode("a 1", "a", skill="wound")
    assert soles(laptop) == {"a 0": True, "b 0": True}  # nobody came for the other yet
    visited(laptop, "a 1", "a", ["2026-10-02"])
    assert soles(laptop) == {"a 0": False, "a 1": False, "b 0": True}
    laptop.discharged("a 1", "entered_in_error", on="2026-10-03")
    assert soles(laptop) == {"a 0": True, "b 0": True}


def test_people_who_were_one_have_several_and_apart_again_one_each(laptop: Laptop) -> None:
    begun(laptop, "a", ["2026-10-01"])
    begun(laptop, "b", ["2026-10-01"])
    merged = laptop.save(item("patient", "b", "same_person", kept="a", state="merged"), at=MORNING, patient="b")
    assert soles(laptop) == {"a 0": False, "b 0": False}
    apart = item("patient", "b", "same_person", merged, kept="a", state="apart")
    laptop.save(apart, at=MORNING, patient="b")
    assert soles(laptop) == {"a 0": True, "b 0": True}

"""What a counted episode says of the others of its person."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, select

from smf_core.domain.discharge import HowLeft
from smf_core.records import tables as t
from tests.support.figures import begun, referred, visited
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


def open_rows(laptop: Laptop) -> dict[str, tuple[str, str | None, str, date | None]]:
    c = t.open_pathway.c
    rows = laptop.connection.execute(select(c.episode, c.patient, c.nurse, c.team, c.accepted_on))
    return {episode: (patient, nurse, team, accepted) for episode, patient, nurse, team, accepted in rows}


def as_the_records_say(laptop: Laptop) -> dict[str, tuple[str, str | None, str, date | None]]:
    e, r = t.episode.c, t.referral.c
    asking = select(e.id, e.patient, e.nurse, r.team, r.status, r.decided_on).join(t.referral, r.id == e.referral)
    return {
        episode: (patient, nurse, team, decided if status == "accepted" else None)
        for episode, patient, nurse, team, status, decided in laptop.connection.execute(
            asking.where(e.closed_on.is_(None))
        )
    }


def test_an_open_pathway_is_kept_with_what_its_referral_says_whichever_of_them_changes(laptop: Laptop) -> None:
    laptop.person("a", "Abernathy", "a", "1951-03-14")
    laptop.episode("a 0", "a")
    assert open_rows(laptop) == {}  # its referral has not arrived
    referred(laptop, "referral of a", "a", "2026-08-01")
    assert open_rows(laptop) == {"a 0": ("a", "amina", "derby", None)}
    triaged = item(
        "referral", "referral of a", "triage", status="accepted", decided_on="2026-08-03", decided_by="amina"
    )
    laptop.save(triaged, patient="a", at=MORNING)
    assert open_rows(laptop) == {"a 0": ("a", "amina", "derby", date(2026, 8, 3))} == as_the_records_say(laptop)
    laptop.save(item("episode", "a 0", "nurse", nurse="bea"), patient="a", at=MORNING)
    begun(laptop, "b", ["2026-10-01"])
    laptop.save(item("patient", "a", "same_person", kept="b", state="merged"), at=MORNING, patient="a")
    assert open_rows(laptop) == as_the_records_say(laptop)
    assert open_rows(laptop)["a 0"] == ("b", "bea", "derby", date(2026, 8, 3))
    laptop.discharged("a 0")
    assert set(open_rows(laptop)) == {"b 0"}


@pytest.mark.parametrize(
    ("outcome", "how"),
    [("independent", HowLeft.ALONE), ("independent_support", HowLeft.HELPED), ("declined", HowLeft.OTHERWISE)],
)
def test_how_a_skill_was_left_is_kept_as_a_number(laptop: Laptop, outcome: str, how: HowLeft) -> None:
    begun(laptop, "a", ["2026-10-01"])
    begun(laptop, "b", ["2026-10-01"], outcome)
    c = t.counted_episode.c
    assert dict(map(tuple, laptop.connection.execute(select(c.episode, c.left_as)))) == {"a 0": None, "b 0": how}

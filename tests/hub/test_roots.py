"""The root of each day: what stood at the hub then cannot be changed, cut off or made up unnoticed."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from smf_hub.service.managing import check, events
from smf_hub.service.place import Place
from smf_hub.service.projecting import projecting
from smf_hub.service.roots import keep_root
from smf_hub.store import tables as t
from tests.support.hubs import hub_world, new_hub, numbered, wait_for
from tests.support.pushing import HandClock
from tests.support.written import Laptop, empty

TEAM = "team:derby"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder


def grow(place: Place, laptop: str) -> None:
    """Something more stands in the feed of the team."""
    engine = empty()
    with engine.connect() as connection:
        made = Laptop(connection, replica=laptop)
        made.person(f"{laptop} p", "Abernathy", "Doreen", "1951-03-14")
        numbered(place, TEAM, [each for each, _ in made.held])
    engine.dispose()


def next_day(place: Place) -> None:
    clock = place.world.clock
    assert isinstance(clock, HandClock)
    clock.on(days=1)


def found(place: Place, kept: Path | None = None) -> list[tuple[str, str]]:
    return [(each.what, each.where) for each in check(place, kept).findings if each.what.startswith("root")]


def told(place: Place) -> list[str]:
    return [each.kind for each in events(place, 10) if "root" in each.kind]


def test_a_hub_that_is_whole_has_every_root_it_signed_here_and_in_the_folder(place: Place, kept: Path) -> None:
    for day in range(3):
        grow(place, f"laptop-{day}")
        keep_root(place, kept)
        next_day(place)
    assert len(list(kept.glob("*.root"))) == 3
    assert found(place, kept) == []
    assert told(place) == []


def test_one_root_a_day_and_the_first_stays(place: Place, kept: Path) -> None:
    keep_root(place, kept)
    before = {file.name: file.read_bytes() for file in kept.iterdir()}
    grow(place, "laptop-1")
    keep_root(place, kept)
    assert {file.name: file.read_bytes() for file in kept.iterdir()} == before


def test_history_written_anew_is_found_though_all_its_chains_close(place: Place, kept: Path) -> None:
    """Whoever reads the database can reckon chains again, but not undo what was signed and kept elsewhere."""
    grow(place, "laptop-1")
    keep_root(place, kept)
    with place.hub.write() as connection:
        for table in (t.change_set, t.feed_counter, t.daily_root):
            connection.execute(delete(table))
    grow(place, "laptop-2")
    assert found(place) == []
    assert found(place, kept) == [("root", TEAM)]


def test_a_feed_that_was_cut_short_is_found_by_the_root_kept_here(place: Place) -> None:
    grow(place, "laptop-1")
    keep_root(place)
    with place.hub.write() as connection:
        connection.execute(delete(t.change_set))
        connection.execute(delete(t.feed_counter))
    assert found(place) == [("root", TEAM)]


def test_a_root_that_another_hub_signed_or_nobody_is_no_root(place: Place, kept: Path, tmp_path: Path) -> None:
    keep_root(place, kept)
    with place.hub.write() as connection:
        signature = connection.execute(select(t.daily_root.c.signature)).scalar_one()
        connection.execute(update(t.daily_root).values(signature=bytearray(signature[::-1])))
    assert [what for what, _ in found(place, kept)] == ["root_unsigned"]
    (kept / "2026-01-01.root").write_text("not a root")
    with new_hub(f"sqlite:///{tmp_path / 'other.db'}", hub_world(70_000)) as other:
        assert sorted(what for what, _ in found(other, kept)) == ["root_unreadable", "root_unsigned"]


def test_a_root_copied_to_another_day_is_no_root_of_it(place: Place, kept: Path) -> None:
    keep_root(place, kept)
    (only,) = kept.iterdir()
    (kept / "2020-01-01.root").write_bytes(only.read_bytes())
    assert found(place, kept) == [("root_unsigned", "2020-01-01")]


def test_a_hub_that_came_back_from_before_never_writes_over_a_root(place: Place, kept: Path) -> None:
    grow(place, "laptop-1")
    keep_root(place, kept)
    before = {file.name: file.read_bytes() for file in kept.iterdir()}
    with place.hub.write() as connection:
        connection.execute(delete(t.daily_root))
    grow(place, "laptop-2")
    for _ in range(2):
        keep_root(place, kept)
    assert {file.name: file.read_bytes() for file in kept.iterdir()} == before
    assert told(place) == ["other_root"]


def test_a_folder_that_is_gone_is_told_and_gets_what_it_missed_when_it_is_back(place: Place, kept: Path) -> None:
    kept.rmdir()
    keep_root(place, kept)
    assert told(place) == ["root_not_written"]
    kept.mkdir()
    next_day(place)
    keep_root(place, kept)
    assert len(list(kept.glob("*.root"))) == 2


def test_the_projector_signs_a_root_of_each_day(place: Place, kept: Path) -> None:
    with projecting(place, kept):
        wait_for(lambda: len(list(kept.iterdir())) == 1)
        next_day(place)
        wait_for(lambda: len(list(kept.iterdir())) == 2)
    assert found(place, kept) == []

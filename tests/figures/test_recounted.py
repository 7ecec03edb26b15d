"""Every figure, told by the product and counted once more by somebody else from what was exported."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from smf_core.figures.once import together
from smf_core.operations.change_set import ChangeSet
from smf_core.records import tables as t
from smf_desktop.demo.people import LEAD
from smf_desktop.services.laptop.exporting import export_records
from smf_hub.ports import Caller, Device, Noted
from smf_hub.service import projecting
from smf_hub.service.figures import figures_of
from smf_hub.service.place import Place
from tests.figures import recount, stories
from tests.figures.agreeing import (
    Compared,
    Telling,
    as_asked,
    compared,
    exported,
    of_connection,
    questions,
)
from tests.figures.recount.figures import FIGURES
from tests.figures.recount.records import Records, read
from tests.support.demos import AS_OF, Demo, demo_in, small_demo
from tests.support.emptied import EmptiedDatabase, emptied
from tests.support.hubs import new_hub, numbered
from tests.support.postgres import postgres
from tests.support.written import Laptop, empty

__all__ = ["emptied", "postgres"]

SEEDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Kept:
    """A service: what it exported, its change sets, and a way to read its laptop's tables."""

    folder: Path
    seed: int
    records: Records
    change_sets: list[ChangeSet]
    reading: Callable[[], AbstractContextManager[Connection]]

    @property
    def team(self) -> str:
        return self.records.pathways[0].team


def lived(demos: Iterator[Demo], folder: Path, seed: int) -> Iterator[Kept]:
    for demo in demos:
        lead = demo.sessions[LEAD.username]
        export_records(lead, folder / "records")
        with lead.read() as connection:
            rows = connection.execute(select(t.change_set).order_by(t.change_set.c.cs_id)).all()
        change_sets = [ChangeSet(row.head, row.body) for row in rows]
        yield Kept(folder / "records", seed, read(folder / "records"), change_sets, lead.read)


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"seed {seed}")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    seed = request.param
    yield from lived(small_demo(tmp_path_factory, seed), tmp_path_factory.mktemp("exported"), seed)


@contextmanager
def written(folder: Path, seed: int, **more: Any) -> Iterator[Kept]:
    """A story of a year, with what a demo seldom has."""
    engine = empty()
    with engine.connect() as connection:
        laptop = Laptop(connection)
        stories.story(laptop, seed, **more)
        exported(connection, folder / "records", stories.AS_OF)
        change_sets = [each for each, _ in laptop.held]
        yield Kept(folder / "records", seed, read(folder / "records"), change_sets, lambda: nullcontext(connection))
    engine.dispose()


@pytest.fixture(
    scope="module",
    params=[*SEEDS[:2], *(pytest.param(seed, marks=pytest.mark.nightly) for seed in SEEDS[2:])],
    ids=lambda seed: f"seed {seed}",
)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with written(tmp_path_factory.mktemp("story"), request.param) as kept:
        yield kept


def by_hub(place: Place, kept: Kept) -> Telling:
    """What a hub tells a lead's laptop, once it holds everything."""
    numbered(place, f"team:{kept.team}", kept.change_sets)
    projecting.catch_up(place)
    device = Device("laptop", "1", b"", kept.team, "", 0, None, None, 0, 0, "", None, None, frozenset({"lea"}))
    lead = Caller("laptop", kept.team, frozenset({"lea"}), noted=Noted(device, {"lea": {kept.team: "lead"}}))
    return lambda name, asked: figures_of(place, lead, name, as_asked(asked)).figures


def on_laptop(kept: Kept, names: Iterable[str] = FIGURES) -> Compared:
    """As a report asks, whose figures share what they are counted from; on a hub each is asked by itself."""
    with kept.reading() as connection, together(connection):
        return compared(kept.records, of_connection(connection), questions(kept.records, AS_OF), names)


def on_hub(kept: Kept, url: str, names: Iterable[str] = FIGURES) -> Compared:
    """Every third question: the hub reckons by the same words, and is asked only of its teams."""
    asked = islice(questions(kept.records, AS_OF, kept.team), kept.seed % 3, None, 3)
    with new_hub(url) as place:
        return compared(kept.records, by_hub(place, kept), asked, names)


def agreed(found: Compared) -> bool:
    assert found.differences == ()
    return found.valued > 50


def test_a_demo_on_its_laptop(demo: Kept) -> None:
    assert agreed(on_laptop(demo))


def test_a_demo_on_the_hub(demo: Kept, tmp_path: Path) -> None:
    assert agreed(on_hub(demo, f"sqlite:///{tmp_path / 'hub.db'}"))


def test_a_story_on_its_laptop(told: Kept) -> None:
    assert agreed(on_laptop(told))


def test_a_story_on_the_hub(told: Kept, emptied: EmptiedDatabase) -> None:
    with emptied.lent() as url:
        assert agreed(on_hub(told, url))


@pytest.mark.nightly
@pytest.mark.parametrize("seed", SEEDS)
def test_a_demo_as_large_as_the_command_makes_it(seed: int, tmp_path: Path) -> None:
    for kept in lived(demo_in(tmp_path / "store", patients=240, months=18, seed=seed), tmp_path, seed):
        assert agreed(on_laptop(kept))
        assert agreed(on_hub(kept, f"sqlite:///{tmp_path / 'hub.db'}"))


def test_a_day_is_a_day_in_london_wherever_the_laptop_was(tmp_path: Path) -> None:
    with written(tmp_path, 1, clock=UTC) as kept:
        assert agreed(on_laptop(kept))


def test_the_recount_shares_nothing_with_the_product(tmp_path: Path) -> None:
    home = Path(recount.__file__).parent
    for file in home.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert name.startswith(recount.__name__) or name.partition(".")[0] in sys.stdlib_module_names


def test_the_recount_runs_by_itself_with_nothing_installed(told: Kept) -> None:
    words = [sys.executable, "-S", "-m", recount.__name__, told.folder]
    words += ["--from", "2025-12-01", "--to", "2026-10-31", "--as-of", stories.AS_OF.isoformat()]
    done = subprocess.run(words, cwd=Path(__file__).parents[2], capture_output=True, check=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["id"] for line in lines} <= set(FIGURES)
    assert [line["denominator"] for line in lines if line["id"] == "discharge_rate"] > [20]


def test_every_published_figure_is_recounted() -> None:
    published = """
        discharge_rate discharge_rate_independent discharge_rate_supported discharge_rate_episode
        discharge_rate_opportunity visits_to_discharge_median discharge_rate_cohort open_over_twice_expected
        care_plan_coverage visits_released_gross visits_released_net core_referrals_per_month core_referral_change
        rereferral_30 rereferral_90 acceptance_rate no_access_rate caseload_now
    """
    assert set(published.split()) <= set(FIGURES)

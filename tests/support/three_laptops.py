"""Two nurses and a lead, each at a laptop of their own, and what they do with one visit."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import select

from smf_core.domain.visit import Visit
from smf_core.records.queries.twice import Twice, seen_twice
from smf_core.records.queries.visits import signed_visits_of_patient, visit, visits_of_episode
from smf_core.records.tables import LOG, metadata
from smf_core.records.writing import rebuild
from smf_desktop.services.record.disputes import keep, keep_both, settle_all
from smf_desktop.services.record.overview import overview
from smf_desktop.services.session import Session
from smf_desktop.services.sync.state import HubAccess
from smf_desktop.services.visit.visits import book_visit, sign_visit
from smf_hub.service.place import Place
from tests.support.care import missed
from tests.support.hubs import hub_again
from tests.support.joined import Joined, hub_in, new_north
from tests.support.sessions import Team, Told
from tests.support.visits import Home, at_home, filled_form


@dataclass
class Nurse:
    """Somebody at a laptop of their own."""

    laptop: Joined
    session: Session
    hub: HubAccess

    @property
    def team(self) -> Team:
        one = self.session
        return Team(
            store=self.laptop,
            clock=Told(self.laptop.clock.now()),
            nurse=one,
            nurse2=one,
            assistant=one,
            lead=one,
            admin=one,
        )

    def signs(self, home: Home, planned: str | None = None, notes: str = "") -> str:
        """A visit of now; `planned` is the booking it was made for."""
        form = filled_form(self.team, home)
        sections = tuple(replace(each, notes=notes) for each in form.sections)
        form = replace(form, sections=sections, visit=planned or form.visit, planned=planned)
        sign_visit(self.session, form)
        return form.visit

    def exchange(self) -> None:
        self.hub.exchange(lambda told: None, lambda: False)

    def pairs(self, home: Home) -> tuple[Twice, ...]:
        with self.session.read() as connection:
            return seen_twice(connection, home.patient)

    def counted(self, home: Home) -> int:
        """Visits of the pathway that count towards discharge."""
        with self.session.read() as connection:
            return len(visits_of_episode(connection, home.episodes["insulin"]))

    def signed(self, home: Home, *, struck: bool = False) -> list[tuple[str, tuple[str, ...]]]:
        """Each visit in order of care: by whom it was signed, and what was noted in its sections."""
        with self.session.read() as connection:
            found = signed_visits_of_patient(connection, home.patient, with_struck=struck)
            return [(one.signed_by, tuple(section.notes for section in one.sections)) for one in found]

    def notes(self, home: Home, *, struck: bool = False) -> list[tuple[str, ...]]:
        """What was noted in the sections of each visit, in order of care."""
        return [notes for _, notes in self.signed(home, struck=struck)]

    def visit(self, visit_id: str) -> Visit:
        with self.session.read() as connection:
            found = visit(connection, visit_id)
        assert found is not None
        return found

    def settles(self, home: Home, stays: int | None) -> None:
        """The one visit in two records: which of them stands, or None for both."""
        (dispute,) = overview(self.session, home.patient).disputes
        choice = keep_both(dispute) if stays is None else keep(dispute, stays)
        settle_all(self.session, home.patient, (choice,))


@dataclass
class Three:
    tom: Nurse
    anna: Nurse
    priya: Nurse

    @property
    def all(self) -> tuple[Nurse, ...]:
        return self.tom, self.anna, self.priya

    def meet(self, rounds: int = 2) -> None:
        for _ in range(rounds):
            for each in self.all:
                each.exchange()

    def passes(self, **by: float) -> None:
        for each in self.all:
            each.laptop.clock.passes(timedelta(**by).total_seconds())


@contextmanager
def at_laptops(place: Place, folder: Path, *users: str) -> Iterator[tuple[Nurse, ...]]:
    """Each of some users of a hub, come in at a laptop of their own."""
    with come_in(Joined(place, folder, user, number) for number, user in enumerate(users, start=1)) as made:
        yield made


@contextmanager
def come_in(laptops: Iterable[Joined]) -> Iterator[tuple[Nurse, ...]]:
    with ExitStack() as open_:
        made = []
        for laptop in laptops:
            open_.callback(laptop.house.release)
            sitting = open_.enter_context(laptop.sitting())
            assert sitting.hub is not None
            made.append(Nurse(laptop, sitting.session, sitting.hub))
        yield tuple(made)


@dataclass(frozen=True)
class Met:
    """The files of a hub and of three laptops once all have heard of somebody, by where they lie."""

    files: Mapping[Path, bytes]
    laptops: tuple[Joined, ...]
    home: Home


@cache
def met() -> Met:
    """Made once in a process: to join takes longer than what most tests do afterwards."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with new_north(folder) as place:
            joined = [Joined(place, folder, user, number) for number, user in enumerate(("tom", "anna", "priya"), 11)]
            with come_in(joined) as made:
                three = Three(*made)
                home = at_home(three.tom.team, "insulin")
                three.meet()
        files = {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        return Met(files, tuple(joined), home)


@pytest.fixture
def north(tmp_path: Path) -> Iterator[Place]:
    """A hub with the team North and three laptops, whose files are beside its own."""
    for path, content in met().files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    with hub_again(hub_in(tmp_path)) as place:
        yield place


@pytest.fixture
def three(north: Place, tmp_path: Path) -> Iterator[Three]:
    with come_in(Joined(north, tmp_path, each.user, each.number, each) for each in met().laptops) as made:
        yield Three(*made)


@pytest.fixture
def home(three: Three) -> Home:
    """Somebody whom Tom teaches, known on all three laptops."""
    return met().home


def booked(three: Three, home: Home) -> str:
    tom = three.tom.session
    made, _ = book_visit(
        tom, patient=home.patient, episodes=home.of(), at=tom.now(), minutes=45, nurse=tom.user.id, focus=""
    )
    three.meet()
    return made


def signed_by_both(three: Three, home: Home) -> str:
    """One booking, signed on two laptops before they have heard of each other."""
    visit = booked(three, home)
    three.tom.signs(home, visit, "Tom: 12 units given")
    three.passes(minutes=20)
    three.anna.signs(home, visit, "Anna: 12 units given")
    three.meet()
    return visit


def rebuilt(nurse: Nurse) -> None:
    """Folded anew from nothing, the records are what they are."""

    def rows() -> list[list[str]]:
        return [
            sorted(map(str, work.connection.execute(select(table))))
            for table in metadata.sorted_tables
            if table not in LOG
        ]

    with nurse.session.work() as work:
        before = rows()
        rebuild(work.connection)
        assert rows() == before


def misses(nurse: Nurse, home: Home, visit_id: str) -> None:
    missed(nurse.session, home.patient, visit_id, note="Nobody came to the door")

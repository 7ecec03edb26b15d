"""Records written through the one door into an empty database, for tests of what is read back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from smf_core.operations.change_set import CHAIN_START, ChangeSet, Item, Ref, chained, write_change_set
from smf_core.operations.clock import Stamp
from smf_core.records.lines import mark
from smf_core.records.tables import metadata
from smf_core.records.writing import write
from smf_desktop.store.engine import scratch
from tests.support.kept_open import kept_open
from tests.support.postgres import on_postgresql


def empty() -> Engine:
    """The record tables on the real driver, in memory, with nothing in them."""
    engine = scratch()
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with engine.begin() as connection:
        for words in _tables():
            connection.exec_driver_sql(words)
    return engine


@cache
def _tables() -> tuple[str, ...]:
    """What makes them: put into words once, which takes longer than to run it."""
    engine = scratch()
    with engine.connect() as connection:
        metadata.create_all(connection)
        made = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
        words = tuple(connection.exec_driver_sql(made).scalars())
    engine.dispose()
    return words


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def records(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """The record tables, empty, on either engine; a test takes back what it writes."""
    if request.param == "postgresql":
        with kept_open(request.config, on_postgresql, request.getfixturevalue("postgres")).connect() as connection:
            yield connection
        return
    engine = empty()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def item(entity: str, entity_id: str, unit: str, /, *bases: Ref, **payload: Any) -> Item:
    return Item(entity=entity, entity_id=entity_id, kind=unit, bases=bases, payload=payload)


class Laptop:
    """One replica that writes into a connection; every save is one change set."""

    def __init__(self, connection: Connection, author: str = "amina", replica: str = "laptop-1") -> None:
        if not connection.in_transaction():
            connection.begin()  # what is put straight to the driver begins nothing that could be taken back
        self.connection = connection
        self.author = author
        self.replica = replica
        self.held: list[tuple[ChangeSet, bytes]] = []
        self._chain = CHAIN_START

    def save(self, *items: Item, at: datetime, patient: str | None = None, author: str | None = None) -> Ref:
        """Write one change set at a care time. Answers what a change of its first item names as base."""
        made = self.made(*items, at=at, patient=patient, author=author)
        changed = write(self.connection, [made])
        if self.keeps_lines():
            mark(self.connection, changed.people, changed.kinds)
        return made[0].head.cs_id, 0

    def keeps_lines(self) -> bool:
        """Whether the lines of lists are there: on a laptop alone."""
        there = "SELECT 1 FROM sqlite_master WHERE name = 'caseload_behind'"
        return self.connection.dialect.name == "sqlite" and bool(self.connection.exec_driver_sql(there).first())

    def made(
        self, *items: Item, at: datetime, patient: str | None = None, author: str | None = None
    ) -> tuple[ChangeSet, bytes]:
        """A change set not yet written anywhere, with its chain."""
        seq = len(self.held) + 1
        change_set = write_change_set(
            cs_id=f"{self.replica}-{seq:05}",
            replica_id=self.replica,
            seq=seq,
            stamp=Stamp(1_700_000_000_000 + seq, 0),
            author=author or self.author,
            patient_id=patient,
            care_time=at,
            items=items,
        )
        self._chain = chained(self._chain, change_set.hash)
        self.held.append((change_set, self._chain))
        return self.held[-1]

    # --- people and pathways, each in one save

    def person(self, name: str, family: str, given: str, born: str, number: str | None = None, **more: Item) -> None:
        items = [
            item("patient", name, "name", family=family, given=given, title="Mrs"),
            item("patient", name, "born", date_of_birth=born),
            *more.values(),
        ]
        if number:
            items.append(item("patient", name, "nhs_number", nhs_number=number, status="not_traced"))
        self.save(*items, patient=name, at=MORNING)

    def referral(self, name: str, patient: str, on: str = "2026-10-01", **decided: Any) -> None:
        received = {"patient": patient, "team": "derby", "received_on": on, "source": "gp", "reason": "New insulin"}
        items = [item("referral", name, "received", **received, skills=["insulin"], notes="")]
        if decided:
            items.append(item("referral", name, "triage", **decided))
        self.save(*items, patient=patient, at=MORNING)

    def episode(self, name: str, patient: str, skill: str = "insulin", nurse: str = "amina", **more: Any) -> None:
        opened = {
            "patient": patient,
            "referral": f"referral of {patient}",
            "skill": skill,
            "checklist_version": "0.1.0",
        }
        opened |= {"expected_visits": 7, "opened_on": "2026-10-03"} | more
        items = [
            item("episode", name, "opened", **opened),
            item("episode", name, "nurse", nurse=nurse),
            item("episode", name, "accountable_nurse", nurse="amina"),
            item("episode", name, "learner", who="patient"),
        ]
        self.save(*items, patient=patient, at=MORNING)

    # --- visits

    def planned(self, name: str, patient: str, at: datetime, *episodes: str, nurse: str = "amina", **more: Any) -> Ref:
        said = {"patient": patient, "episodes": list(episodes), "at": at.isoformat(), "minutes": 45, "nurse": nurse}
        return self.save(item("visit", name, "planned", **(said | more)), patient=patient, at=MORNING)

    def started(self, name: str, patient: str, at: datetime, *episodes: str) -> None:
        said = {"patient": patient, "episodes": list(episodes), "at": at.isoformat()}
        self.save(item("visit", name, "started", **said), patient=patient, at=at)

    def missed(self, name: str, patient: str, at: datetime, reason: str = "hospital") -> None:
        said = {"patient": patient, "reason": reason, "note": "Told by a neighbour", "at": at.isoformat()}
        self.save(item("visit", name, "not_gone_ahead", **said), patient=patient, at=at)

    def signed(
        self,
        name: str,
        patient: str,
        at: datetime,
        levels: dict[str, dict[str, str]],
        *,
        learner: str = "patient",
        more: tuple[Item, ...] = (),
        author: str | None = None,
        **facts: Any,
    ) -> Ref:
        """Sign a visit; `levels` by pathway, then by step. Its sections are named `visit/episode/learner`."""
        said = {"patient": patient, "started_at": at.isoformat(), "minutes": 30, "contact": "home"}
        said |= {"purpose": "teaching", "methods": ["demonstration"], "also_present": "", "registered": True}
        said |= {"signed_at": at.isoformat(), "role": "nurse"}
        items = [item("visit", name, "signed", **(said | facts)), *more]
        for episode, steps in levels.items():
            section = f"{name}/{episode}/{learner}"
            taught = {"patient": patient, "visit": name, "episode": episode, "learner": learner, "confidence": 6}
            items.append(item("section", section, "taught", **taught, strategies=["ask_first"], notes=""))
            items += [item("section", section, "rating", step=step, level=level) for step, level in steps.items()]
        return self.save(*items, patient=patient, at=at, author=author)

    def struck(self, name: str, reason: str = "Wrong person") -> None:
        self.save(item("visit", name, "struck", reason=reason), at=MORNING)

    def discharged(self, episode: str, outcome: str = "independent", on: str = "2026-11-10") -> None:
        self.save(item("episode", episode, "discharge", outcome=outcome, on=on, by="amina"), at=MORNING)


MORNING = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


@contextmanager
def statements(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Every statement run meanwhile, with its values."""
    seen: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, text: str, values: Any, ___: Any, ____: Any) -> None:
        seen.append((text, values))

    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)

"""The same change sets through both doors: the same rows and the same figures, on either engine of the hub."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Row, insert, select

from smf_core.figures.commissioning_report import commissioning_figures
from smf_core.figures.definitions import DEFINITIONS
from smf_core.figures.definitions import figures as reckoned
from smf_core.figures.figure import Asked
from smf_core.operations.change_set import ChangeSet
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.records import checking, writing
from smf_core.records import tables as t
from smf_core.records.export import export
from smf_core.records.queries.scope import out_of_scope, signed_visits
from smf_desktop.services.figures import figures_of_hub
from smf_hub.ports import Caller
from smf_hub.service import figures, projecting
from smf_hub.service.place import Place
from smf_hub.store import tables as of_hub
from tests.support.demos import small_demo
from tests.support.hubs import numbered
from tests.support.written import MORNING, Laptop, empty, item

YEAR = {"from": "2026-01-01", "to": "2026-12-31", "as_of": "2026-12-31"}
OF_YEAR = Asked(since=date(2026, 1, 1), until=date(2026, 12, 31), as_of=date(2026, 12, 31), team="derby")
OUTCOMES = ("independent", "independent_support", "returned_core", "declined", "deceased", "entered_in_error", "")
LEA = Caller("laptop", "derby", frozenset({"lea"}))


@pytest.fixture(scope="module")
def demo_work(tmp_path_factory: pytest.TempPathFactory) -> list[ChangeSet]:
    """Everything that was saved in a small service over some months."""
    for demo in small_demo(tmp_path_factory):
        with demo.nurse.read() as connection:
            rows = connection.execute(select(t.change_set).order_by(t.change_set.c.cs_id)).all()
    return [ChangeSet(row.head, row.body) for row in rows]


def endings() -> list[ChangeSet]:
    """Pathways that ended in every way, some people with two."""
    engine = empty()
    with engine.connect() as connection:
        laptop = Laptop(connection)
        for number in range(60):
            person = f"p{number}"
            laptop.person(person, "Abernathy", person, "1951-03-14")
            received = {"patient": person, "team": "derby", "received_on": "2026-01-05", "source": "gp", "reason": ""}
            laptop.save(item("referral", f"referral of {person}", "received", **received), patient=person, at=MORNING)
            for place, skill in enumerate(("insulin", "wound", "insulin")[: 1 + number % 3]):
                pathway = f"{person} {place}"
                laptop.episode(pathway, person, skill=skill)
                if number % 7:
                    laptop.signed(
                        f"v {pathway}", person, MORNING - timedelta(days=number), {pathway: {"s1": "assisted"}}
                    )
                if outcome := OUTCOMES[(number * 3 + place) % len(OUTCOMES)]:
                    day = date(2026, 3, 1) + timedelta(days=(number * 13 + place) % 240)
                    laptop.discharged(pathway, outcome, on=day.isoformat())
    engine.dispose()
    return [each for each, _ in laptop.held]


@pytest.fixture
def of_laptop() -> Iterator[Callable[[list[ChangeSet]], Engine]]:
    """Makes the tables of a laptop that holds some change sets."""
    engine = empty()

    def folded(change_sets: list[ChangeSet]) -> Engine:
        with engine.begin() as connection:
            writing.write(connection, [(each, None) for each in change_sets])
        return engine

    yield folded
    engine.dispose()


def allowed(place: Place, role: str) -> None:
    with place.hub.write() as connection:
        account = {"user": "lea", "username": "lea", "name": "Lea", "role": role, "capabilities": "", "active": True}
        connection.execute(insert(of_hub.account), [account])
        connection.execute(insert(of_hub.membership), [{"user": "lea", "team": "derby", "since": 0, "role": role}])
        laptop = {"device": "laptop", "name": "1", "public_key": b"", "team": "derby", "store": "", "enrolled_at": 0}
        connection.execute(insert(of_hub.device), [laptop])
        connection.execute(insert(of_hub.device_user), [{"device": "laptop", "user": "lea", "since": 0}])


def in_order(connection: Connection, name: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of a table in the order of their keys, the same values whichever engine holds them."""
    table = t.metadata.tables[name]
    return connection.execute(select(table).order_by(*table.primary_key.columns)).all()


def test_every_row_of_a_service_is_the_same(
    place: Place, demo_work: list[ChangeSet], of_laptop: Callable[[list[ChangeSet]], Engine]
) -> None:
    for feed, part in (("team:derby", demo_work[::3]), ("service", demo_work[1::3]), ("audit:derby", demo_work[2::3])):
        numbered(place, feed, part)
    assert projecting.catch_up(place, limit=100) == len(demo_work)
    with of_laptop(demo_work).connect() as here, place.records.read() as there:
        for name in (checking.LOG_TABLE, *checking.TABLES):
            assert in_order(there, name) == in_order(here, name), name
        today = date(2026, 11, 17)
        for days in (1, 30, 125):
            assert out_of_scope(there, today, days) == out_of_scope(here, today, days)
        ours, theirs = ({name: list(lines) for name, lines in export(side, today=today)} for side in (here, there))
        assert theirs == ours
        people = list(here.scalars(select(t.patient.c.id)))
        assert signed_visits(there, people) == signed_visits(here, people) > 0


class Asking:
    """A lead's laptop, as far as it asks for figures."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        return figures.told(self._place, LEA, name, asked)


def test_every_figure_is_the_same_to_the_digit_and_names_its_places(
    place: Place, of_laptop: Callable[[list[ChangeSet]], Engine]
) -> None:
    work = endings()
    allowed(place, "lead")
    numbered(place, "team:derby", work)
    numbered(place, "team:leeds", [])
    projecting.catch_up(place)
    with of_laptop(work).connect() as here:
        for name, definition in DEFINITIONS.items():
            told = json.loads(figures.told(place, LEA, name, YEAR))
            ours = reckoned(here, name, OF_YEAR)
            assert figures.figures_of(place, LEA, name, YEAR).figures == ours
            assert [each["value"] for each in told["figures"]] == [each.value for each in ours]
            assert figures_of_hub(Asking(place), name, OF_YEAR) == ours
            assert told["feeds"] == {"team:derby": len(work)}
            for by in definition.splits:
                parts = replace(OF_YEAR, by=by)
                assert figures_of_hub(Asking(place), name, parts) == reckoned(here, name, parts)
        assert figures_of_hub(Asking(place), "commissioning", OF_YEAR) == commissioning_figures(here, OF_YEAR)
        (rate,) = reckoned(here, "discharge_rate", OF_YEAR)
    assert rate.numerator is not None
    assert rate.denominator is not None
    assert 0 < rate.numerator < rate.denominator


@pytest.mark.parametrize("role", ["lead", "admin", "privacy_officer", "nurse", "assistant"])
def test_who_may_ask(place: Place, role: str) -> None:
    may = role in {"lead", "admin", "privacy_officer"}
    allowed(place, role)
    if may:
        assert figures.figures_of(place, LEA, "caseload_now", YEAR).figures[0].value == 0
    for caller, asked in ((LEA, YEAR | {"team": "leeds"}), (Caller("laptop", "derby", frozenset(), True), YEAR)):
        with pytest.raises(HubTrouble) as refused:
            figures.figures_of(place, caller, "caseload_now", asked)
        assert refused.value.why is Trouble.NOT_ALLOWED
    if not may:
        with pytest.raises(HubTrouble):
            figures.figures_of(place, LEA, "caseload_now", YEAR)


@pytest.mark.parametrize(
    ("name", "asked", "why"),
    [
        ("happiness", YEAR, Trouble.UNKNOWN),
        ("caseload_now", {}, Trouble.BAD_REQUEST),
        ("caseload_now", {"from": "2026-02-30", "to": "2026-03-01"}, Trouble.BAD_REQUEST),
        ("caseload_now", {"from": "2026-03-02", "to": "2026-03-01"}, Trouble.BAD_REQUEST),
        ("caseload_now", YEAR | {"by": "star_sign"}, Trouble.BAD_REQUEST),
    ],
)
def test_what_cannot_be_answered(place: Place, name: str, asked: dict[str, str], why: Trouble) -> None:
    allowed(place, "lead")
    with pytest.raises(HubTrouble) as refused:
        figures.figures_of(place, LEA, name, asked)
    assert refused.value.why is why

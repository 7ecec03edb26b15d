"""What tests of reading the records begin with: a laptop, Doreen's record on it, five people in turn."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.support.written import Laptop, empty, item

WINTER = timezone(timedelta(0))
SUMMER = timezone(timedelta(hours=1))
TUESDAY = datetime(2026, 11, 17, 10, 0, tzinfo=WINTER)
MIDNIGHT = datetime(2026, 11, 17, tzinfo=WINTER)
DAY = timedelta(days=1)


@pytest.fixture
def laptop() -> Iterator[Laptop]:
    engine = empty()
    with engine.connect() as connection:
        yield Laptop(connection)
    engine.dispose()


@pytest.fixture
def doreen(laptop: Laptop) -> Laptop:
    """Doreen, taught insulin by Amina; three visits signed, one of them in error, the next planned for Tuesday."""
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14", "9990079323")
    laptop.referral("referral of doreen", "doreen", status="accepted", decided_on="2026-10-02", decided_by="lena")
    laptop.episode("insulin", "doreen")
    laptop.signed("v1", "doreen", TUESDAY - 8 * DAY, {"insulin": {"s1": "not_yet", "s2": "assisted"}})
    laptop.signed("v2", "doreen", TUESDAY - 5 * DAY, {"insulin": {"s1": "independent", "s2": "not_observed"}})
    laptop.signed("v3", "doreen", TUESDAY - 4 * DAY, {"insulin": {"s1": "not_yet", "s2": "not_yet"}})
    laptop.struck("v3")
    laptop.planned("v4", "doreen", TUESDAY, "insulin", focus="Dose window")
    return laptop


@pytest.fixture
def five(laptop: Laptop) -> Laptop:
    """Five people; p0 has nothing booked and nobody seen, the others are seen and expected in turn."""
    for number in range(5):
        laptop.person(f"p{number}", f"Family{4 - number}", "Ann", "1950-01-01")
        laptop.episode(f"e{number}", f"p{number}")
        if number:
            laptop.signed(f"s{number}", f"p{number}", TUESDAY - number * DAY, {f"e{number}": {"s1": "prompted"}})
            laptop.planned(f"n{number}", f"p{number}", TUESDAY + number * DAY, f"e{number}")
    return laptop


def gate(owner: str, name: str, at: datetime, entity: str = "episode") -> Any:
    said = {"gate": name, "state": "met", "by": "amina", "on": at.date().isoformat(), "evidence": "Seen"}
    return item(entity, owner, "gate", **said)


def seen(name: str, urgency: str, at: datetime, **more: Any) -> Any:
    said = {"patient": "doreen", "sign": "r_hypo", "urgency": urgency, "at": at.isoformat(), "action": "Gave sugar"}
    return item("red_flag", name, "seen", **(said | {"visit": "v2", "episode": "insulin"} | more))

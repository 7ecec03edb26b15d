"""A figure: what was counted, among how many, by which definition."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from smf_core.domain.trouble import DomainError
from smf_core.measures import NoData, wilson

NO_DATA = "no_data"


class NoSuchFigure(DomainError):
    """No figure has this id."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figure, of which days (both included), of which team and skill; "" is all of them."""

    since: date
    until: date
    team: str = ""
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of so many; a count of its own is among None."""

    number: int
    among: int | None


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure means. `words` are shown beside it; another meaning is another `version`.

    `of_period`: it counts what ended on the days asked for, so it needs everybody who ended then.
    """

    id: str
    label: str
    unit: str
    version: str
    words: str
    count: Callable[[Connection, Asked], Counted]
    of_period: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as told: a rate is from 0 to 1 with its 95 % interval; `value` is None where `reason` says why.

    `n` is among how many it was counted.
    """

    id: str
    label: str
    numerator: int
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str
    reason: str
    definition: str
    version: str


def reckon(connection: Connection, definition: Definition, asked: Asked) -> Figure:
    """The figure as the records stand in this transaction."""
    found = definition.count(connection, asked)
    value: float | None
    low = high = None
    reason = ""
    if found.among is None:
        value = found.number
    else:
        try:
            interval = wilson(found.number, found.among)
            value, low, high = found.number / found.among, interval.low, interval.high
        except NoData:
            value, reason = None, NO_DATA
    return Figure(
        id=definition.id,
        label=definition.label,
        numerator=found.number,
        denominator=found.among,
        value=value,
        low=low,
        high=high,
        n=found.number if found.among is None else found.among,
        unit=definition.unit,
        reason=reason,
        definition=definition.words,
        version=definition.version,
    )

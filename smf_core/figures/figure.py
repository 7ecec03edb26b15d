"""A figure: what was counted, among how many, by which definition."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from smf_core.domain.trouble import DomainError
from smf_core.measures import NoData, wilson


class NoSuchFigure(DomainError):
    """No figure has this id."""


class NotSplitSo(DomainError):
    """The figure cannot be told apart in the way that was asked for."""


class Split(StrEnum):
    """What a figure is told apart by; each part is named by a code: a skill, a user, a month (2026-11), a team."""

    NONE = ""
    SKILL = "skill"
    NURSE = "nurse"
    MONTH = "month"
    TEAM = "team"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose figure, of which days (both included), as the records stand on `as_of`; "" is all of them.

    `locality` is that of the core team a person was referred by. `before` is what a change is held against.
    """

    since: date
    until: date
    as_of: date
    team: str = ""
    skill: str = ""
    nurse: str = ""
    locality: str = ""
    before: tuple[date, date] | None = None
    by: Split = Split.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was found of one part; the whole is the part without a name.

    A value is None where `reason`, a plain sentence, says why. `beside` is what must never be left off it.
    """

    part: str = ""
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    beside: tuple[str, ...] = ()


Count = Callable[[Connection, Asked], Iterable[Counted]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a figure means. `words` are shown beside it; another meaning is another `version`.

    `splits` are the ways it can be told apart, `of_period` says that it counts what ended on the days asked for, so it
    needs everybody who ended then.
    """

    id: str
    label: str
    unit: str
    version: str
    words: str
    count: Count
    splits: frozenset[Split] = frozenset({Split.NONE})
    of_period: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as told: a rate is from 0 to 1 with its 95 % interval; `value` is None where `reason` says why.

    `group` names the part, by what it was told apart; `suppressed` is what was hidden because it counts few people.
    """

    id: str
    label: str
    group: Mapping[str, str]
    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    unit: str
    reason: str
    beside: tuple[str, ...]
    definition: str
    version: str
    suppressed: bool = False


def reckon(connection: Connection, definition: Definition, asked: Asked) -> tuple[Figure, ...]:
    """A figure and its parts as the records stand in this transaction. Raises `NotSplitSo`."""
    if asked.by not in definition.splits:
        raise NotSplitSo
    return tuple(
        Figure(
            id=definition.id,
            label=definition.label,
            group=_group(asked.by, found),
            numerator=found.numerator,
            denominator=found.denominator,
            value=found.value,
            low=found.low,
            high=found.high,
            unit=definition.unit,
            reason=found.reason,
            beside=found.beside,
            definition=definition.words,
            version=definition.version,
        )
        for found in definition.count(connection, asked)
    )


def _group(by: Split, found: Counted) -> Mapping[str, str]:
    """Where nobody is there to be told apart, the sentence that says so is of no part: it is the whole's."""
    nobody = not found.part and not found.numerator and not found.denominator
    return {} if not by or nobody else {by.value: found.part}


def share(number: int, among: int, *, part: str = "", nobody: str, beside: tuple[str, ...] = ()) -> Counted:
    """So many of so many with Wilson's interval; `nobody` is the sentence where there are none to take a share of."""
    try:
        interval = wilson(number, among)
    except NoData:
        return Counted(part=part, numerator=number, denominator=among, reason=nobody, beside=beside)
    return Counted(
        part=part,
        numerator=number,
        denominator=among,
        value=number / among,
        low=interval.low,
        high=interval.high,
        beside=beside,
    )


def number(value: float, *, part: str = "", beside: tuple[str, ...] = ()) -> Counted:
    """A count of its own, among nothing."""
    return Counted(part=part, numerator=value, value=value, beside=beside)

"""What the product tells, held against the recount of what it exported."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isclose
from pathlib import Path

from sqlalchemy import Connection

from smf_core.figures import figure as product
from smf_core.figures.definitions import DEFINITIONS, figures
from smf_core.records.export import export
from tests.figures.recount.asking import Asked, Told
from tests.figures.recount.figures import FIGURES, recount
from tests.figures.recount.records import Records

Telling = Callable[[str, product.Asked], Sequence[product.Figure]]
"""A figure of the product by its id, from wherever."""


_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def exported(connection: Connection, folder: Path, today: date) -> Path:
    """The records as `smf export records` writes them."""
    folder.mkdir()
    for name, lines in export(connection, today=today):
        (folder / f"{name}.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return folder


def periods(records: Records, as_of: date) -> Iterator[tuple[date, date]]:
    """All of the service, a year with its last day long past, a quarter, the day somebody left, one before the service
    began, and one in which nothing happened."""
    first = min(each.first for each in records.counted)
    closed = sorted(each.closed for each in records.counted if each.closed)
    yield first, as_of
    yield as_of - timedelta(days=365 + 80), as_of - timedelta(days=80)
    yield date(as_of.year, 7, 1), date(as_of.year, 9, 30)
    yield closed[len(closed) // 2], closed[len(closed) // 2]
    yield first - timedelta(days=900), first - timedelta(days=700)
    yield as_of + timedelta(days=100), as_of + timedelta(days=130)


def questions(records: Records, as_of: date, team: str = "") -> Iterator[Asked]:
    """Every period whole, told apart in every way, and of one skill, nurse, locality and team."""
    pathways = records.pathways
    told_of = {
        "skill": {each.skill for each in pathways},
        "nurse": {each.nurse for each in pathways},
        "locality": {each.locality for each in pathways} - {""},
        "team": {each.team for each in pathways},
    }
    for since, until in periods(records, as_of):
        asked = Asked(since, until, as_of, team=team)
        yield asked
        for by in ("skill", "nurse", "team", "month"):
            yield replace(asked, by=by)
        if until < as_of and until - since > timedelta(days=1):
            continue
        for name, found in told_of.items():
            if name != "team" or not team:
                for of in sorted(found)[:2]:
                    yield replace(asked, **{name: of})
        yield replace(asked, as_of=min(as_of, until + timedelta(days=40)))
        yield replace(asked, before=(date(as_of.year - 1, 2, 1), date(as_of.year - 1, 10, 31)))


@dataclass(frozen=True, slots=True)
class Compared:
    """How many figures were held against each other, how many of them had a value, and where they were not the same."""

    figures: int
    valued: int
    differences: tuple[str, ...]


def compared(
    records: Records, telling: Telling, asked_for: Iterable[Asked], names: Iterable[str] = FIGURES
) -> Compared:
    figures, valued, differences = 0, 0, list[str]()
    names = tuple(names)
    for asked in asked_for:
        for name in names:
            if asked.by not in DEFINITIONS[name].splits:
                continue
            found = recount(records, name, asked)
            told = {each.group.get(asked.by, ""): each for each in telling(name, _for_product(asked))}
            for part in sorted({*told, *found}):
                ours, theirs = told.get(part), found.get(part, Told())
                figures, valued = figures + 1, valued + (theirs.value is not None)
                if why := _different(ours, theirs):
                    differences.append(f"{name} {asked} [{part}] {why}: told {ours}, recounted {theirs}")
    return Compared(figures, valued, tuple(differences))


def _for_product(asked: Asked) -> product.Asked:
    return product.Asked(
        since=asked.since,
        until=asked.until,
        as_of=asked.as_of,
        team=asked.team,
        skill=asked.skill,
        nurse=asked.nurse,
        locality=asked.locality,
        before=asked.before,
        by=product.Split(asked.by),
    )


def _different(ours: product.Figure | None, theirs: Told) -> str:
    """What differs, "" for nothing. What could not be reckoned has a plain sentence, or its part is not told."""
    if ours is None:
        return "" if theirs.value is None else "not told"
    if theirs.value is None:
        if ours.value is not None or not ours.reason:
            return "a value, or no reason for none"
        counts = (theirs.numerator, theirs.denominator) if theirs.denominator else (None, None)
        return "" if counts == (None, None) or counts == (ours.numerator, ours.denominator) else "counts"
    for name in ("numerator", "denominator", "value", "low", "high"):
        if not _same(getattr(ours, name), getattr(theirs, name)):
            return name
    for words, numbers in theirs.beside.items():
        said = [tuple(map(float, _NUMBER.findall(each))) for each in ours.beside if words in each]
        if said != [numbers]:
            return f"beside: {words} {numbers}"
    return "a reason beside a value" if ours.reason else ""


def _same(one: float | None, other: float | None) -> bool:
    """To the last digit that a sum in another order leaves standing: twelve of them."""
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


def of_connection(connection: Connection) -> Telling:
    return lambda name, asked: figures(connection, name, asked)


def as_asked(asked: product.Asked) -> Mapping[str, str]:
    """As a laptop asks the hub."""
    days = {"from": asked.since, "to": asked.until, "as_of": asked.as_of}
    if asked.before:
        days |= {"baseline_from": asked.before[0], "baseline_to": asked.before[1]}
    of = {"team": asked.team, "skill": asked.skill, "nurse": asked.nurse, "locality": asked.locality}
    return {name: day.isoformat() for name, day in days.items()} | of | {"by": asked.by.value}

"""Rows about people without anything that names them: a fixed few fields of each counted episode that closed."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection, func, select

from smf_core.domain.discharge import FAVOURABLE
from smf_core.domain.patient import age
from smf_core.figures.discharges import DISCHARGE_RATE_EPISODE, DISCHARGE_RATE_OPPORTUNITY, NOT_OURS
from smf_core.figures.episodes import E, closed_in
from smf_core.figures.figure import Asked, Figure, Split
from smf_core.figures.hidden_parts import hidden_parts
from smf_core.figures.report import alongside
from smf_core.records import tables as t

HIDDEN = "hidden"
NOT_KNOWN = "not known"
ALIKE = 5
"""With small numbers hidden at least so many rows are alike in all that could tell whose they are."""

_P = t.patient.c
_BANDS = ((18, "under 18"), (40, "18 to 39"), (65, "40 to 64"), (75, "65 to 74"), (85, "75 to 84"))
_OLDEST = "85 and over"

Hidden: TypeAlias = Mapping[str, frozenset[str]]
"""By field of `AnyoneLike`, what of it is told of nobody."""
NOTHING: Hidden = MappingProxyType({})


class AnyoneLike(NamedTuple):
    """What somebody could be known by, in the order in which it is given up."""

    month: str
    age_band: str
    sex: str
    skill: str
    outcome: str


class Row(NamedTuple):
    """A counted episode that closed, of somebody who did not opt out. `person` is an id, never to be written out."""

    person: str
    like: AnyoneLike
    visits: int
    minutes: int


def rows(connection: Connection, asked: Asked) -> Iterator[Row]:
    """The rows of a period one by one, in one transaction; their order says nothing that does not stand in them."""
    asking = (
        select(
            E.patient,
            E.skill,
            E.closed_on,
            E.outcome,
            E.visits,
            E.minutes,
            _P.date_of_birth,
            func.coalesce(_P.sex, "").label("sex"),
        )
        .join(t.patient, _P.id == E.patient)
        .where(*closed_in(asked), _P.opted_out.is_(False))
        .order_by(E.visits, E.minutes, func.substr(E.episode, 20))
    )
    for each in connection.execution_options(yield_per=1000).execute(asking):
        like = AnyoneLike(
            month=f"{each.closed_on:%Y-%m}",
            age_band=age_band(each.date_of_birth, each.closed_on),
            sex=each.sex or NOT_KNOWN,
            skill=each.skill,
            outcome=each.outcome or "",
        )
        yield Row(each.patient, like, each.visits, each.minutes)


def how_many(connection: Connection, asked: Asked) -> int:
    """How many rows there are."""
    wanted = [*closed_in(asked), _P.opted_out.is_(False)]
    return connection.execute(
        select(func.count()).select_from(t.counted_episode.join(t.patient, _P.id == E.patient)).where(*wanted)
    ).scalar_one()


def age_band(born: date | None, on: date) -> str:
    if born is None or born > on:
        return NOT_KNOWN
    years = age(born, on)
    return next((name for below, name in _BANDS if years < below), _OLDEST)


def hidden_in_reports(connection: Connection, asked: Asked) -> Hidden:
    """The skills and months whose endings every report of the same hides: a row that told them would tell those."""
    apart = (("skill", Split.SKILL), ("month", Split.MONTH))
    return {field: endings_hidden(alongside(connection, replace(asked, by=by))) for field, by in apart}


def endings_hidden(figures: Iterable[Figure]) -> frozenset[str]:
    """The parts whose endings are hidden, of figures alongside a report that are told apart in one way."""
    dark = hidden_parts(figures)
    parts = dark[DISCHARGE_RATE_EPISODE.id] | dark[DISCHARGE_RATE_OPPORTUNITY.id]
    return frozenset(code for part in parts for _, code in part)


def blurred(counts: Mapping[AnyoneLike, int], hidden: Hidden = NOTHING) -> Mapping[AnyoneLike, AnyoneLike]:
    """How each kind of row is to be written so that at least five are alike, as far as there are five.

    From skill to month the rows are set apart further and further. What would be fewer than five is told as hidden,
    with the next smallest where that is fewer than five as well: so nothing small is left of what the reports tell of
    a skill, nor of its endings that were good, that nobody could help, and others.
    """
    written = {each: each for each in counts}
    groups = [list(counts)]
    for field, told in _APART:
        apart: list[list[AnyoneLike]] = []
        for group in groups:
            parts = defaultdict[str, list[AnyoneLike]](list)
            for each in group:
                parts[told(written[each])].append(each)
            few = _few({name: sum(counts[each] for each in of) for name, of in parts.items()}, hidden.get(field, ()))
            together = [each for name in few for each in parts.pop(name)]
            written.update((each, written[each]._replace(**{field: HIDDEN})) for each in together)
            apart += [*parts.values(), *([together] if together else [])]
        groups = apart
    return written


def _few(many: Mapping[str, int], hidden: Container[str]) -> list[str]:
    """Which are to be told as one: those that are hidden, those of fewer than five, and enough others."""
    fewest = sorted(many, key=lambda name: (not (name in hidden or many[name] < ALIKE), many[name], name))
    few = [name for name in fewest if name in hidden or many[name] < ALIKE]
    while few and len(few) < len(fewest) and sum(many[name] for name in few) < ALIKE:
        few = fewest[: len(few) + 1]
    return few


def _ending(of: AnyoneLike) -> str:
    if of.outcome in FAVOURABLE:
        return "good"
    return "gone" if of.outcome in NOT_OURS else "other"


_APART: Sequence[tuple[str, Callable[[AnyoneLike], str]]] = (
    ("skill", lambda of: of.skill),
    ("outcome", _ending),
    ("outcome", lambda of: of.outcome),
    ("sex", lambda of: of.sex),
    ("age_band", lambda of: of.age_band),
    ("month", lambda of: of.month),
)
"""By what rows are set apart, one after the other, and the field that is hidden where they cannot be."""

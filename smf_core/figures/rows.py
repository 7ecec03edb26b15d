"""Rows about people without anything that names them: a fixed few fields of each counted episode that closed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from smf_core.domain.patient import age
from smf_core.figures.episodes import E, closed_in
from smf_core.figures.figure import Asked
from smf_core.records import tables as t

HIDDEN = "hidden"
NOT_KNOWN = "not known"
ALIKE = 5
"""With small numbers hidden at least so many rows are alike in all that could tell whose they are."""

_P = t.patient.c
_BANDS = ((18, "under 18"), (40, "18 to 39"), (65, "40 to 64"), (75, "65 to 74"), (85, "75 to 84"))
_OLDEST = "85 and over"


class AnyoneLike(NamedTuple):
    """What somebody could be known by, in the order in which it is hidden."""

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


def blurred(counts: Mapping[AnyoneLike, int]) -> Mapping[AnyoneLike, AnyoneLike]:
    """How each kind of row is to be written so that at least five are alike: field by field more of it is hidden.

    What is left over at the end has every field hidden; fewer than five such rows take others in.
    """
    written = {each: each for each in counts}
    for field in AnyoneLike._fields:
        many = _many(written, counts)
        for each, now in written.items():
            if many[now] < ALIKE:
                written[each] = now._replace(**{field: HIDDEN})
    nothing = AnyoneLike(*[HIDDEN] * len(AnyoneLike._fields))
    many = _many(written, counts)
    while 0 < many[nothing] < ALIKE and len(many) > 1:
        fewest = min((each for each in many if each != nothing), key=lambda each: (many[each], each))
        written = {each: nothing if now == fewest else now for each, now in written.items()}
        many = _many(written, counts)
    return written


def _many(written: Mapping[AnyoneLike, AnyoneLike], counts: Mapping[AnyoneLike, int]) -> Counter[AnyoneLike]:
    found = Counter[AnyoneLike]()
    for each, now in written.items():
        found[now] += counts[each]
    return found

"""How many of those whose teaching ended now do their own care (`clinical.md` 3.2)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    func,
    not_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.sql.selectable import Subquery

from smf_core.domain.discharge import FAVOURABLE, HowLeft, Outcome
from smf_core.figures.episodes import (
    BY_EPISODE,
    E,
    Unsought,
    asked_for,
    closed_in,
    closed_since,
    counted,
    open_still,
    part_of,
)
from smf_core.figures.figure import Asked, Counted, Definition, share
from smf_core.figures.once import read_once
from smf_core.figures.tally import of_closed
from smf_core.records import tables as t
from smf_core.records.counting import visits_until

_LAST = type_coerce(E.closed_on, Integer) * 3 + E.left_as
"""The day and how the skill was left then, put into one number; the remainder by 3 is how."""

_CLOSED_ON = Unsought(E.closed_on)

_TAUGHT = t.counted_episode.alias("taught")

Rows = Sequence[Row[*tuple[Any, ...]]]

NOBODY = "Nobody's teaching ended in this period."
NO_OTHERS = "All teaching that ended in this period ended by a death, a move, a hospital stay or finished treatment."
NOBODY_OPEN = "Nobody was being taught when this period ended."
ALONE, HELPED, OTHERWISE = (each.value for each in HowLeft)
NOT_OURS = tuple(
    outcome.value for outcome in (Outcome.DECEASED, Outcome.MOVED, Outcome.HOSPITAL, Outcome.TREATMENT_ENDED)
)


class Left(NamedTuple):
    """People whose teaching ended: of them alone in every skill, and with agreed support in some and else alone."""

    people: int
    alone: int
    helped: int


def people_ended(asked: Asked) -> Subquery:
    """Each person with the worst of how the skills they closed were left."""
    alone = select(E.patient, E.left_as.label("worst")).where(*closed_in(asked), E.sole)
    return union_all(alone, _of_several(asked)).subquery()


def _of_several(asked: Asked) -> Select[tuple[str, int]]:
    """The same of whoever has several counted episodes.

    Of one skill the last day counts, and of several episodes on that day the worst: those have the greatest `_LAST`.
    """
    skills = (
        select(E.patient, func.max(_LAST).label("last"))
        .where(*closed_in(asked, sought=False), not_(E.sole))
        .group_by(E.patient, E.skill)
        .order_by(E.patient, E.skill)  # as the index has them: whoever groups them by person need not sort them
        .subquery()
    )
    return select(skills.c.patient, func.max(skills.c.last % 3).label("worst")).group_by(skills.c.patient)


@read_once
def _left(connection: Connection, asked: Asked) -> Left:
    worst = _of_several(asked).subquery().c.worst
    several = connection.execute(select(func.count(worst), counted(worst == ALONE), counted(worst == HELPED))).one()
    sole = Counter[str | None]()
    for _, outcome, many in of_closed(connection, asked):
        sole[outcome] += many.sole
    found = sole.total(), sole[Outcome.INDEPENDENT], sole[Outcome.INDEPENDENT_SUPPORT]
    return Left(*map(sum, zip(several, found, strict=True)))


def _rate(connection: Connection, asked: Asked) -> Iterable[Counted]:
    left, still = _left(connection, asked), _still_taught(connection, asked)
    beside = (f"{still} of them still taught another skill",)
    return [share(left.alone + left.helped, left.people, nobody=NOBODY, beside=beside)]


def _still_taught(connection: Connection, asked: Asked) -> int:
    """How many of those who left every skill they closed well had another open when the period ended.

    The open episodes are found first: they are few, and nobody else is looked at.
    """
    whose = and_(true(), *asked_for(asked))
    ended = select(_TAUGHT.c.skill, E.patient, E.skill, _LAST, whose).where(
        _CLOSED_ON.between(asked.since, asked.until), E.closed_on.is_not(None), not_(E.sole)
    )
    taught = _TAUGHT.c.first_on <= asked.until, not_(_TAUGHT.c.sole), _TAUGHT.c.patient == E.patient
    still, since = _TAUGHT.c.closed_on.is_(None), _TAUGHT.c.closed_on > asked.until
    rows = connection.execute(union_all(ended.where(still, *taught), ended.where(since, *taught))).all()
    skills = {(patient, skill) for _, patient, skill, _, _ in rows}
    taught_on = {patient for skill, patient, _, _, _ in rows if (patient, skill) not in skills}
    last: dict[tuple[str, str], int] = {}
    for _, patient, skill, day, is_asked in rows:
        if is_asked:
            last[patient, skill] = max(day, last.get((patient, skill), day))
    otherwise = {patient for (patient, _), day in last.items() if day % 3 == OTHERWISE}
    return len({patient for patient, _ in last if patient in taught_on} - otherwise)


def deciding(rows: Rows) -> list[Row[*tuple[Any, ...]]]:
    """Of episodes that closed, those that somebody's skills were left by: of each the last, or all of the last day."""
    last: dict[tuple[str, str], date] = {}
    for row in rows:
        skill = row.patient, row.skill
        if skill not in last or row.closed_on > last[skill]:
            last[skill] = row.closed_on
    return [row for row in rows if row.closed_on == last[row.patient, row.skill]]


def worst_of(rows: Rows) -> Mapping[str, int]:
    """By person, the worst of how the skills that they closed were left: of episodes that are `deciding`."""
    found: dict[str, int] = {}
    for row in rows:
        found[row.patient] = max(row.how, found.get(row.patient, ALONE))
    return found


def _alone(connection: Connection, asked: Asked) -> Iterable[Counted]:
    left = _left(connection, asked)
    return [share(left.alone, left.people, nobody=NOBODY)]


def _helped(connection: Connection, asked: Asked) -> Iterable[Counted]:
    left = _left(connection, asked)
    return [share(left.helped, left.people, nobody=NOBODY)]


class _Closed(NamedTuple):
    """Of the episodes of a part that closed: how many well, how many by what was done, and how many."""

    good: int
    ours: int
    every: int


def _closed(connection: Connection, asked: Asked) -> Sequence[tuple[str, _Closed]]:
    """By part, in order; without episodes, no part."""
    good, ours, every = Counter[str](), Counter[str](), Counter[str]()
    for part, outcome, many in of_closed(connection, asked):
        every[part] += many.closed
        good[part] += many.closed if outcome in FAVOURABLE else 0
        ours[part] += many.closed if outcome and outcome not in NOT_OURS else 0
    return [(name, _Closed(good[name], ours[name], every[name])) for name in sorted(every) if every[name]]


def _episodes(connection: Connection, asked: Asked) -> Iterable[Counted]:
    found = [share(each.good, each.every, part=name, nobody=NOBODY) for name, each in _closed(connection, asked)]
    return found or [share(0, 0, nobody=NOBODY)]


def _opportunity(connection: Connection, asked: Asked) -> Iterable[Counted]:
    found = [share(each.good, each.ours, part=name, nobody=NO_OTHERS) for name, each in _closed(connection, asked)]
    return found or [share(0, 0, nobody=NOBODY)]


def _over_twice(connection: Connection, asked: Asked) -> Iterable[Counted]:
    part = part_of(asked.by, E.first_on)
    over = E.visits > 2 * E.expected_visits
    seen_since = E.last_on > asked.until  # by that day they may have had fewer
    among, many = Counter[str](), Counter[str]()
    for open_then in (open_still(asked), closed_since(asked)):
        asking = select(part, func.count(), counted(over & not_(seen_since)), counted(over & seen_since))
        # The whole is not grouped: SQLite would sort it, which takes longer than all the rest.
        parts = asking.group_by(Unsought(part)) if asked.by else asking
        later = 0
        for name, every, over_then, over_now in connection.execute(parts.where(*open_then)):
            among[name] += every
            many[name] += over_then
            later += over_now
        if later:
            many.update(_over_then(connection, asked, [over, seen_since, *open_then]))
    found = [
        Counted(part=name, numerator=many[name], denominator=every, value=many[name])
        for name, every in sorted(among.items())
        if every
    ]
    return found or [Counted(numerator=0, denominator=0, reason=NOBODY_OPEN)]


def _over_then(connection: Connection, asked: Asked, now: Iterable[ColumnElement[bool]]) -> Iterable[str]:
    """The part of each of those that are over twice expected `now` and were so when the period ended."""
    asking = select(E.episode, part_of(asked.by, E.first_on), E.expected_visits).where(*now)
    rows = connection.execute(asking).all()
    had = visits_until(connection, (episode for episode, _, _ in rows), asked.until)
    return (name for episode, name, expected in rows if had.get(episode, 0) > 2 * expected)


DISCHARGE_RATE = Definition(
    id="discharge_rate",
    label="Discharged to self-care",
    unit="people",
    version="1",
    words=(
        "Of the people with at least one counted episode closed in the period, those who left every skill they closed "
        "as independent or independent with agreed support: for each skill, the last counted episode closed in the "
        "period (where several were closed on that day, all of them). Counted is an episode with at least one "
        "completed visit, whenever that was, and not entered in error. People still being taught with nothing closed "
        "in the period are not in it."
    ),
    count=_rate,
)
DISCHARGE_RATE_INDEPENDENT = Definition(
    id="discharge_rate_independent",
    label="Independent",
    unit="people",
    version="1",
    words="Of the people counted in the discharge rate, those who left every skill they closed as independent.",
    count=_alone,
)
DISCHARGE_RATE_SUPPORTED = Definition(
    id="discharge_rate_supported",
    label="With agreed support",
    unit="people",
    version="1",
    words=(
        "Of the people counted in the discharge rate, those who left at least one skill as independent with agreed "
        "support and every other as independent."
    ),
    count=_helped,
)
DISCHARGE_RATE_EPISODE = Definition(
    id="discharge_rate_episode",
    label="Episodes discharged to self-care",
    unit="episodes",
    version="1",
    words=(
        "Of the counted episodes closed in the period, those closed as independent or independent with agreed support. "
        "Counted is an episode with at least one completed visit, whenever that was, and not entered in error. "
        "Somebody taught several skills counts once for each, so this does not add up to people."
    ),
    count=_episodes,
    splits=BY_EPISODE,
)
DISCHARGE_RATE_OPPORTUNITY = Definition(
    id="discharge_rate_opportunity",
    label="Episodes that could end in self-care",
    unit="episodes",
    version="1",
    words=(
        "As the episodes discharged to self-care, leaving out those that ended because the person died, moved, was "
        "admitted to hospital or finished treatment. It shows how much those endings matter, and never stands alone."
    ),
    count=_opportunity,
    splits=BY_EPISODE,
)
OPEN_OVER_TWICE_EXPECTED = Definition(
    id="open_over_twice_expected",
    label="Open over twice the expected visits",
    unit="episodes",
    version="1",
    words=(
        "Episodes with at least one completed visit that were open on the last day of the period, on hold or not, and "
        "had more than twice the visits expected of them; among all such open episodes."
    ),
    count=_over_twice,
    splits=BY_EPISODE,
    of_period=False,
)

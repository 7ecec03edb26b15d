"""How many of those whose teaching ended now do their own care (`clinical.md` 3.2)."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, String, case, cast, func, select, union_all
from sqlalchemy.sql.selectable import Subquery

from smf_core.domain.discharge import Outcome
from smf_core.figures.episodes import (
    BY_EPISODE,
    GOOD,
    E,
    Unsought,
    closed_in,
    closed_since,
    counted,
    open_still,
    part_of,
    sums,
)
from smf_core.figures.figure import Asked, Counted, Definition, share
from smf_core.records.counting import visits_until

NOBODY = "Nobody's teaching ended in this period."
NO_OTHERS = "All teaching that ended in this period ended by a death, a move, a hospital stay or finished treatment."
NOBODY_OPEN = "Nobody was being taught when this period ended."
ALONE, HELPED, OTHERWISE = "0", "1", "2"
_HOW = case(
    (E.outcome == Outcome.INDEPENDENT.value, ALONE),
    (E.outcome == Outcome.INDEPENDENT_SUPPORT.value, HELPED),
    else_=OTHERWISE,
)
NOT_OURS = tuple(
    outcome.value for outcome in (Outcome.DECEASED, Outcome.MOVED, Outcome.HOSPITAL, Outcome.TREATMENT_ENDED)
)


def people_ended(asked: Asked, *of: ColumnElement[bool]) -> Subquery:
    """Each person with the worst of how the skills they closed were left; `of` says more of their episodes.

    Of one skill the last day counts, and of several episodes on that day the worst: day and outcome, read as one
    text, are the greatest there.
    """
    skills = (
        select(E.patient, func.max(cast(E.closed_on, String).concat(_HOW)).label("last"))
        .where(*closed_in(asked, Unsought), *of)
        .group_by(E.patient, E.skill)
        .order_by(E.patient, E.skill)  # as the index has them: whoever groups them by person need not sort them
        .subquery()
    )
    worst = func.max(func.substr(skills.c.last, 11)).label("worst")
    return select(skills.c.patient, worst).group_by(skills.c.patient).subquery()


def _told(connection: Connection, asked: Asked) -> tuple[int, int, int]:
    """(people, of them alone in every skill, with agreed support in some and alone in the others)."""
    people = people_ended(asked)
    worst = people.c.worst
    asking = select(func.count(), counted(worst == ALONE), counted(worst == HELPED)).select_from(people)
    everybody, alone, helped = connection.execute(asking).one()
    return everybody, alone, helped


def _rate(connection: Connection, asked: Asked) -> Iterable[Counted]:
    everybody, alone, helped = _told(connection, asked)
    still = _still_taught(connection, asked)
    return [share(alone + helped, everybody, nobody=NOBODY, beside=(f"{still} of them still taught another skill",))]


def _still_taught(connection: Connection, asked: Asked) -> int:
    """How many of those who left every skill they closed well had another open when the period ended.

    The open episodes are found first: they are few, and nobody else is looked at.
    """
    taught = select(E.patient, E.skill).where(E.first_on <= asked.until)
    open_then = union_all(taught.where(E.closed_on.is_(None)), taught.where(E.closed_on > asked.until))
    theirs = E.patient.in_(select(open_then.subquery().c.patient))
    ended = select(E.patient, E.skill).where(E.closed_on.between(asked.since, asked.until), theirs)
    closed = set(map(tuple, connection.execute(ended)))
    people = people_ended(asked, theirs)
    favourable = set(connection.scalars(select(people.c.patient).where(people.c.worst != OTHERWISE)))
    taught_on = {
        patient for patient, skill in map(tuple, connection.execute(open_then)) if (patient, skill) not in closed
    }
    return len(taught_on & favourable)


def _alone(connection: Connection, asked: Asked) -> Iterable[Counted]:
    everybody, alone, _ = _told(connection, asked)
    return [share(alone, everybody, nobody=NOBODY)]


def _helped(connection: Connection, asked: Asked) -> Iterable[Counted]:
    everybody, _, helped = _told(connection, asked)
    return [share(helped, everybody, nobody=NOBODY)]


def _episodes(connection: Connection, asked: Asked) -> Iterable[Counted]:
    rows = sums(connection, asked, E.closed_on, closed_in, counted(GOOD))
    return [share(good, every, part=name, nobody=NOBODY) for name, good, every in rows] or [share(0, 0, nobody=NOBODY)]


def _opportunity(connection: Connection, asked: Asked) -> Iterable[Counted]:
    rows = sums(connection, asked, E.closed_on, closed_in, counted(GOOD), counted(E.outcome.not_in(NOT_OURS)))
    found = [share(good, ours, part=name, nobody=NO_OTHERS) for name, good, ours, _ in rows]
    return found or [share(0, 0, nobody=NOBODY)]


def _over_twice(connection: Connection, asked: Asked) -> Iterable[Counted]:
    part = part_of(asked.by, E.first_on)
    among, many = Counter[str](), Counter[str]()
    now_over: dict[str, tuple[str, int]] = {}
    for open_then in (open_still(asked), closed_since(asked)):
        asking = select(E.episode, part, E.visits, E.expected_visits, E.last_on).where(*open_then)
        for episode, name, visits, expected, last in map(tuple, connection.execute(asking)):
            among[name] += 1
            if visits > 2 * expected and last > asked.until:  # by that day they may have had fewer
                now_over[episode] = name, expected
            elif visits > 2 * expected:
                many[name] += 1
    had = visits_until(connection, now_over, asked.until)
    many.update(name for each, (name, expected) in now_over.items() if had.get(each, 0) > 2 * expected)
    found = [
        Counted(part=name, numerator=many[name], denominator=every, value=many[name])
        for name, every in sorted(among.items())
    ]
    return found or [Counted(numerator=0, denominator=0, reason=NOBODY_OPEN)]


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

"""Named reports: which figures stand in each, and the whole of one as it is shown, exported and kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from smf_core.domain.trouble import DomainError
from smf_core.figures.core_counts import baseline_stated
from smf_core.figures.definitions import DEFINITIONS, VERSION, figures
from smf_core.figures.figure import Asked, Figure, Split
from smf_core.figures.once import together


class NoSuchReport(DomainError):
    """No report has this name."""


@dataclass(frozen=True, slots=True)
class NotHeard:
    """A laptop that has not been in touch since: what was done on it may be missing."""

    device: str
    last_seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report: `asked` says of whom and when, `missing_devices` which laptops it does not know the work of.

    `baseline` is what a change is held against, asked for or stated. Not `complete`: the records it was reckoned from
    do not hold everybody it is of. `alongside` is not told: figures of the same people and days, from which every
    report of them chooses alike what it hides.
    """

    name: str
    asked: Asked
    definitions_version: str
    figures: tuple[Figure, ...]
    baseline: tuple[date, date] | None = None
    complete: bool = True
    missing_devices: tuple[NotHeard, ...] = ()
    alongside: tuple[Figure, ...] = ()


EPISODES = (
    "discharge_rate",
    "discharge_rate_episode",
    "discharge_rate_opportunity",
    "visits_to_discharge_median",
)
"""The figures that count the same episodes: what any report tells of one tells of the others."""

REPORTS: Mapping[str, Sequence[str]] = {
    "caseload-reduction": tuple(DEFINITIONS),
    "discharge-rates": (
        "discharge_rate",
        "discharge_rate_independent",
        "discharge_rate_supported",
        "discharge_rate_episode",
        "discharge_rate_opportunity",
        "discharge_rate_cohort",
        "open_over_twice_expected",
        "rereferral_30",
        "rereferral_90",
        "sustained_90",
    ),
    "visits-to-discharge": (
        "visits_to_discharge_median",
        "days_to_discharge",
        "confidence_gain",
        "discharge_rate_cohort",
        "open_over_twice_expected",
    ),
    "caseload": (
        "caseload_now",
        "open_over_twice_expected",
        "care_plan_coverage",
        "acceptance_rate",
        "no_access_rate",
    ),
    "core-referrals": (
        "core_referrals_per_month",
        "core_referral_change",
        "core_and_other_referral_change",
        "core_referral_change_compared",
    ),
}
"""The figures of each report, in order."""

_CHANGE = "core_referral_change"


def report(connection: Connection, name: str, asked: Asked) -> Report:
    """A report as the records stand in this transaction; a figure that cannot be told apart so stands whole.

    Raises `NoSuchReport`.
    """
    if name not in REPORTS:
        raise NoSuchReport
    with together(connection):
        found = once_each(each for figure, of in asked_of(name, asked) for each in figures(connection, figure, of))
        beside = alongside(connection, asked, set(asked_of(name, asked)))
    return Report(
        name=name,
        asked=asked,
        definitions_version=VERSION,
        figures=found,
        baseline=asked.before or (_days_stated(connection) if _CHANGE in REPORTS[name] else None),
        alongside=beside,
    )


def alongside(
    connection: Connection, asked: Asked, without: Set[tuple[str, Asked]] = frozenset()
) -> tuple[Figure, ...]:
    """What `Report.alongside` is of whoever is asked about, as the records stand in this transaction: `without` what is
    told in the report."""
    wanted = [each for each in asked_alongside(asked) if each not in without]
    with together(connection):
        return tuple(each for name, of in wanted for each in figures(connection, name, of))


def asked_alongside(asked: Asked) -> Iterator[tuple[str, Asked]]:
    """What is asked of each figure alongside: the whole, and its parts as the report is told apart. One that is not
    has parts by skill all the same, of the median."""
    for name in EPISODES:
        for by in (Split.NONE, asked.by or Split.SKILL):
            if by in DEFINITIONS[name].splits:
                yield name, replace(asked, by=by)


def _days_stated(connection: Connection) -> tuple[date, date] | None:
    stated = baseline_stated(connection)
    return (stated.since, stated.until) if stated and stated.since and stated.until else None


def asked_of(name: str, asked: Asked) -> Iterator[tuple[str, Asked]]:
    """What is asked of each figure of a report, in order."""
    for each in REPORTS[name]:
        for by in _told_apart(each, asked.by if asked.by in DEFINITIONS[each].splits else Split.NONE):
            yield each, replace(asked, by=by)


def once_each(found: Iterable[Figure]) -> tuple[Figure, ...]:
    """Each part of each figure once: where nobody is there to be told apart, a part is the whole again."""
    kept: dict[tuple[str, tuple[tuple[str, str], ...]], Figure] = {}
    for each in found:
        kept.setdefault((each.id, tuple(each.group.items())), each)
    return tuple(kept.values())


def _told_apart(figure: str, by: Split) -> Sequence[Split]:
    """A median has no total that its parts add up to: it stands whole, and by skill unless otherwise asked."""
    return (Split.NONE, by or Split.SKILL) if figure == "visits_to_discharge_median" else (by,)

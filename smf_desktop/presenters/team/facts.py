"""What the words of the team page are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from smf_core.domain.checklist import Library
from smf_core.figures.behind import Behind
from smf_core.figures.cohorts import Cohort
from smf_core.figures.core_chart import CoreReferralChart
from smf_core.figures.figure import Asked, Counted, Figure
from smf_core.figures.loads import NurseLoad, Stuck
from smf_core.records.queries.caseload import CaseloadRow
from smf_core.records.queries.patients import Known

EVERYBODY = ""
"""A filter that does not narrow."""


@dataclass(frozen=True, slots=True)
class Options:
    """What can be filtered by, each a code with its words."""

    teams: tuple[tuple[str, str], ...]
    skills: tuple[tuple[str, str], ...]
    nurses: tuple[tuple[str, str], ...]
    localities: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFacts:
    """Everything the page shows, as the records stood in one read.

    `figures` are by id; `by_skill` and `medians` are told apart by skill. `marked` holds who is ready, over the visits
    expected, overdue or without a next visit, by that word. `behind` lines of the lists wait to be made anew. The
    figures of the period are not `whole` where this laptop does not hold everybody who ended in it. `alongside` are
    those from which, with these, a picture chooses what it hides, as every report of the same does.
    """

    asked: Asked
    at: datetime
    figures: Mapping[str, Figure]
    by_skill: tuple[Figure, ...]
    medians: tuple[Figure, ...]
    cohorts: Mapping[str, Cohort]
    chart: CoreReferralChart
    loads: tuple[NurseLoad, ...]
    marked: Mapping[str, tuple[str, ...]]
    lines: Mapping[str, CaseloadRow]
    stuck: tuple[Stuck, ...]
    referrers: tuple[Counted, ...]
    users: Mapping[str, str]
    options: Options
    library: Library
    behind: int = 0
    whole: bool = True
    ask_hub: bool = False
    may_open: bool = False
    """Whether this user may see the people behind a figure."""

    of_hub: frozenset[str] = frozenset()
    """The figures that are the hub's."""

    alongside: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Pointed:
    """A mark: of which chart or figure, of what, and which part of that."""

    of: str
    key: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class PeopleFacts:
    """The people behind a mark: `rows` are meant by it, `all` are those they are counted among.

    Of either, `names` has the first `page`, or everybody where there is none.
    """

    pointed: Pointed
    rows: tuple[Behind, ...]
    all: tuple[Behind, ...]
    names: Mapping[str, Known] = field(default_factory=dict)
    page: int | None = None

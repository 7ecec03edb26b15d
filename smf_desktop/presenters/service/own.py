"""A nurse's own figures in words: her counts with all that belongs to them, and how far her people have come.

Nobody else's number stands here, and none of hers is called good or bad.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from smf_core.domain.checklist import Library
from smf_core.figures.figure import Asked, Figure
from smf_core.figures.own import MADE, MINUTES, Made
from smf_core.figures.quality import Quality
from smf_core.records.queries.caseload import CaseloadRow, Pathway
from smf_desktop.presenters.caseload.page import on_own
from smf_desktop.presenters.identity import name_line, spoken_name
from smf_desktop.presenters.labels import counted, skill_label
from smf_desktop.presenters.service.quality import MendRow, by_nurse
from smf_desktop.presenters.team.headline import Headline
from smf_desktop.presenters.team.words import FEW, as_at, interval, number, of, people, percent

DISCHARGED, NO_ACCESS, TAUGHT = "discharge_rate", "no_access_rate", "caseload_now"
VISITS, TIME = "visits_made", "minutes"
NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFacts:
    """What one nurse's page shows, as the records stood in one read.

    `figures` are by id, `medians` by skill. `lines` are the people she teaches, `confidence` is what was said first and
    last on a pathway. The figures of the period, and the visits of two months, are not `whole` where this laptop does
    not hold everybody.
    """

    asked: Asked
    at: datetime
    figures: Mapping[str, Figure]
    medians: tuple[Figure, ...]
    this_month: Made
    last_month: Made
    lines: tuple[CaseloadRow, ...]
    confidence: Mapping[str, tuple[int, int]]
    to_mend: Quality
    library: Library
    behind: int
    whole: bool
    whole_months: bool


@dataclass(frozen=True, slots=True)
class SkillRow:
    """Visits to discharge of one skill; `note` says why there is no median, or that those counted are few."""

    skill: str
    discharged: str
    median: str
    interval: str
    note: str

    @property
    def spoken(self) -> str:
        discharged = f"{self.discharged} discharged"
        return ", ".join(filter(None, (self.skill, discharged, self.median, self.interval, self.note)))


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """How far somebody has come in one skill."""

    patient: str
    episode: str
    name: str
    skill: str
    visits: str
    steps: str
    confidence: str
    ready: str
    spoken: str


def own_headlines(facts: OwnFacts) -> tuple[Headline, ...]:
    """Visits and minutes of this month and the last, people taught, then the two shares of the period."""
    return (
        _visits(facts),
        _minutes(facts),
        _taught(facts),
        _share(facts, DISCHARGED, "person", "whose teaching ended"),
        _share(facts, NO_ACCESS, "visit", "that were due"),
    )


def skill_rows(facts: OwnFacts) -> tuple[SkillRow, ...]:
    """One row for each skill, in the order of their names: a median of all skills means nothing."""
    rows = [_skill(facts, each) for each in facts.medians if each.group.get("skill")]
    return tuple(sorted(rows, key=lambda row: row.skill))


def progress_rows(facts: OwnFacts) -> tuple[ProgressRow, ...]:
    """Everybody she teaches by name, a row for each skill."""
    rows = [row for line in facts.lines for row in _progress(facts, line)]
    return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.skill, row.episode)))


def own_mend_rows(facts: OwnFacts) -> tuple[MendRow, ...]:
    return tuple(row for each in by_nurse(facts.to_mend, {}) for row in each.rows)


def own_foot(facts: OwnFacts) -> str:
    return f"{as_at(facts.at)}, from the records on this laptop. These are yours alone, to look back on your own work."


def _visits(facts: OwnFacts) -> Headline:
    now, before = facts.this_month, facts.last_month
    words = f"To {people(now.people)}. Last month {before.visits:,}, to {people(before.people)}"
    return Headline(
        key=VISITS,
        label="Visits made",
        value=f"{now.visits:,}",
        beside="this month",
        words=words,
        definition=MADE,
        incomplete=not facts.whole_months,
    )


def _minutes(facts: OwnFacts) -> Headline:
    now, before = facts.this_month, facts.last_month
    unsaid = now.unsaid + before.unsaid
    missing = f". {counted(unsaid, 'visit')} without minutes" if unsaid else ""
    return Headline(
        key=TIME,
        label="Minutes with people",
        value=f"{now.minutes:,}",
        beside="this month",
        words=f"Last month {before.minutes:,}{missing}",
        definition=MINUTES,
        incomplete=not facts.whole_months,
    )


def _taught(facts: OwnFacts) -> Headline:
    figure = facts.figures[TAUGHT]
    many = int(figure.value or 0)
    ready = sum(bool(row.ready) for line in facts.lines for row in _progress(facts, line))
    words = f"{counted(ready, 'pathway')} ready to discharge" if many else "You teach nobody now"
    return Headline(
        key=TAUGHT,
        label="People you teach now",
        value=number(many),
        beside="person" if many == 1 else "people",
        words=words,
        definition=figure.definition,
    )


def _share(facts: OwnFacts, name: str, what: str, which: str) -> Headline:
    """A share never without its interval; of few the counts stand, and a sentence that they are few."""
    figure = facts.figures[name]
    among = int(figure.denominator or 0)
    whom = people(among) if what == "person" else counted(among, what)
    value = beside = ""
    words = figure.reason
    if figure.value is not None:
        few = among < FEW
        value = of(figure) if few else percent(figure.value)
        beside = interval(percent(figure.low or 0), percent(figure.high or 0))
        words = f"{whom}: too few to say more" if few else f"{number(figure.numerator or 0)} of {whom} {which}"
    return Headline(
        key=name,
        label=figure.label,
        value=value,
        beside=beside,
        words=words,
        definition=figure.definition,
        more=figure.beside,
        incomplete=not facts.whole,
    )


def _skill(facts: OwnFacts, figure: Figure) -> SkillRow:
    among, median = int(figure.denominator or 0), figure.value
    few = f"{counted(among, 'pathway')}: too few to say more" if among < FEW else ""
    low = "not known" if figure.low is None else number(figure.low)
    high = NOT_REACHED if figure.high is None else number(figure.high)
    return SkillRow(
        skill=skill_label(figure.group["skill"], facts.library),
        discharged=of(figure),
        median="" if median is None else f"{number(median)} visit{'' if median == 1 else 's'}",
        interval="" if median is None else interval(low, high),
        note=" ".join(filter(None, (figure.reason, few))),
    )


def _progress(facts: OwnFacts, line: CaseloadRow) -> Iterator[ProgressRow]:
    today = facts.at.date()
    for each in line.pathways:
        if each.nurse != facts.asked.nurse or each.closed_on is not None:
            continue
        skill = skill_label(each.skill, facts.library)
        done, every = on_own(each, today, facts.library)
        visits = f"{each.visits} of {each.expected_visits} expected"
        steps = f"{done} of {every} on own"
        confidence = _confidence(facts, each)
        ready = "Ready to discharge" if each.id in line.ready else "On hold" if each.hold else ""
        said = (spoken_name(line.person.name), skill, f"visits {visits}", f"steps {steps}", confidence, ready)
        yield ProgressRow(
            patient=line.person.id,
            episode=each.id,
            name=name_line(line.person.name),
            skill=skill,
            visits=visits,
            steps=steps,
            confidence=confidence,
            ready=ready,
            spoken=", ".join(filter(None, said)),
        )


def _confidence(facts: OwnFacts, pathway: Pathway) -> str:
    """`3, then 7 of 10`: what the learner said first and last."""
    if pathway.id in facts.confidence:
        first, last = facts.confidence[pathway.id]
        return f"{first}, then {last} of 10"
    return "Not asked" if pathway.confidence is None else f"{pathway.confidence} of 10, asked once"

"""The lists of the team page: the people behind a mark, who waits, steps that hold back, who refers, who differs."""

from collections.abc import Sequence
from dataclasses import dataclass

from smf_core.domain.checklist import Library
from smf_core.domain.patient import ETHNIC_CATEGORIES
from smf_core.figures.behind import Behind
from smf_core.figures.figure import Counted
from smf_core.figures.people import SplitOfPeople
from smf_core.records.queries.caseload import CaseloadRow
from smf_core.records.queries.patients import Known
from smf_desktop.presenters.days import clock, day
from smf_desktop.presenters.identity import name_line, spoken_name
from smf_desktop.presenters.labels import counted, skill_label, skill_labels
from smf_desktop.presenters.outcomes import OUTCOMES
from smf_desktop.presenters.team.facts import PeopleFacts, TeamFacts
from smf_desktop.presenters.team.words import FEW, deprived_by, interval, people, percent

NOT_HERE = "Not on this laptop"
PARTS = {"taught": "being taught", "ready": "ready to discharge", "over": "over expected visits"}
FIFTHS = {
    "1": "Most deprived fifth of England",
    "2": "Second fifth",
    "3": "Middle fifth",
    "4": "Fourth fifth",
    "5": "Least deprived fifth",
}
SPLITS = {"language": "Language", "ethnic_category": "Ethnic category", "deprivation": "Deprivation"}
STILL_TAUGHT = "Still being taught"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody, and why they stand here. Without a `patient` there is no record to open."""

    patient: str
    name: str
    words: str
    spoken: str


@dataclass(frozen=True, slots=True)
class PeoplePanel:
    """The people behind a mark; `count` says of how many, `all` offers everyone they are counted among.

    `rows` are the first of `many`, `everyone` the first of `among`.
    """

    title: str
    count: str
    rows: tuple[PersonRow, ...]
    everyone: tuple[PersonRow, ...]
    all: str
    many: int
    among: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step that holds pathways back: `key` finds it again."""

    key: int
    step: str
    skill: str
    count: str
    spoken: str


@dataclass(frozen=True, slots=True)
class RateRow:
    """A share as a row of a table."""

    of: str
    part: str
    count: str
    share: str
    interval: str

    @property
    def spoken(self) -> str:
        return ", ".join(filter(None, (self.of, self.part, self.count, self.share, self.interval)))


def people_panel(found: PeopleFacts, facts: TeamFacts) -> PeoplePanel:
    """What stands in the panel beside the charts, and in the list of everyone."""
    many, among = len(found.rows), len(found.all)
    pathways = len({one.patient for one in found.all}) < among
    return PeoplePanel(
        title=mark_title(found, facts),
        count=f"{many:,} of {among:,}" if many < among else f"{many:,}",
        rows=people_rows(found.rows[: found.page], found, facts.library),
        everyone=people_rows(found.all[: found.page], found, facts.library),
        all=f"All {counted(among, 'pathway')}" if pathways else f"All {people(among)}",
        many=many,
        among=among,
    )


def people_rows(behind: Sequence[Behind], found: PeopleFacts, library: Library) -> tuple[PersonRow, ...]:
    """People behind a figure; the skill of each is said where not all are of one."""
    one_skill = len({one.skill for one in found.all}) <= 1
    return tuple(_person(one, found, library, one_skill=one_skill) for one in behind)


def mark_title(found: PeopleFacts, facts: TeamFacts) -> str:
    """What was pointed at."""
    of, key, part = found.pointed.of, found.pointed.key, found.pointed.part
    if of == "step":
        return part
    if not key:
        return facts.figures[of].label if of in facts.figures else "Visits to discharge"
    if of == "caseload_now":
        name = facts.users.get(key, "Nobody yet")
        return f"{name}: {PARTS[part]}" if part else name
    name = "Other skills" if key == "other" else skill_label(key, facts.library)
    if of == "discharge_rate_episode":
        return f"{name}: other outcomes"
    return f"{name}: discharged at visit {part}" if part else f"{name}: everyone who began"


def _person(one: Behind, found: PeopleFacts, library: Library, *, one_skill: bool) -> PersonRow:
    how = OUTCOMES.get(one.outcome, one.outcome) if one.outcome else STILL_TAUGHT
    words = f"{how}, {counted(one.visits, 'visit')}"
    if not one_skill:
        words = f"{skill_label(one.skill, library)}: {words[:1].lower()}{words[1:]}"
    return _row(one.patient, found.names.get(one.patient), words)


def _row(patient: str, known: Known | None, words: str) -> PersonRow:
    if known is None:
        return PersonRow("", NOT_HERE, words, f"{NOT_HERE}, {words}")
    return PersonRow(patient, name_line(known.name), words, f"{spoken_name(known.name)}, {words}")


def waiting_rows(facts: TeamFacts, mark: str) -> tuple[PersonRow, ...]:
    """Who is overdue or ready, as far as their lines were read."""
    lines = [facts.lines[one] for one in facts.marked[mark] if one in facts.lines]
    return tuple(_row(line.person.id, line.person, _waits(line, facts, mark)) for line in lines)


def _waits(line: CaseloadRow, facts: TeamFacts, mark: str) -> str:
    if mark == "overdue" and line.next_visit is not None:
        at = line.next_visit.at
        return f"Due {day(at.date())} {clock(at)}"
    own = [one for one in line.pathways if one.id in line.ready] or line.pathways
    visits = counted(max((one.visits for one in own), default=0), "visit")
    return f"{skill_labels((one.skill for one in own), facts.library)}, {visits}"


def step_rows(facts: TeamFacts) -> tuple[StepRow, ...]:
    """The critical steps that hold most pathways back, the worst first."""
    return tuple(_step(place, facts) for place in range(len(facts.stuck)))


def _step(place: int, facts: TeamFacts) -> StepRow:
    stuck = facts.stuck[place]
    skill = skill_label(stuck.skill, facts.library)
    step = facts.library.newest(stuck.skill).step(stuck.step) if stuck.skill in facts.library.skills else None
    words, count = step.short if step else stuck.step, f"{len(stuck.held)} of {stuck.of}"
    return StepRow(place, words, skill, count, f"{words}, {skill}, holds back {count} pathways")


def referrer_rows(facts: TeamFacts) -> tuple[RateRow, ...]:
    """How many of what each core team referred was accepted."""
    return tuple(_rate("", one.part or "Core team not named", one) for one in facts.referrers)


def split_rows(splits: Sequence[SplitOfPeople]) -> tuple[RateRow, ...]:
    """The discharge rate by what people differ in; of a small part the counts alone."""
    return tuple(row for split in splits for row in _split(split))


def split_source(splits: Sequence[SplitOfPeople]) -> str:
    """By which index places are said to be deprived; "" where no list of areas says so."""
    told = next((split for split in splits if split.by == "deprivation" and split.parts), None)
    return deprived_by(told.source) if told else ""


def _split(split: SplitOfPeople) -> Sequence[RateRow]:
    by = SPLITS.get(split.by, split.by)
    if not split.parts:
        return [RateRow(by, split.reason, "", "", "")]
    return [_rate(by, _part(split.by, one.part), one) for one in split.parts]


def _part(by: str, part: str) -> str:
    if by == "deprivation":
        return FIFTHS.get(part, "Not known")
    if not part:
        return "Not asked yet"
    return ETHNIC_CATEGORIES.get(part, part) if by == "ethnic_category" else part[:1].upper() + part[1:]


def _rate(of: str, part: str, found: Counted) -> RateRow:
    count = f"{found.numerator or 0:g} of {found.denominator or 0:g}"
    if found.value is None or (found.denominator or 0) < FEW:
        return RateRow(of, part, count, "", found.reason or f"n under {FEW}")
    return RateRow(of, part, count, percent(found.value), interval(percent(found.low or 0), percent(found.high or 0)))

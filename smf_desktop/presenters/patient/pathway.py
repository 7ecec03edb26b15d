"""One skill taught to one person: steps by visits for each learner, how near competence, who is around it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from smf_core.domain.checklist import Checklist, Library
from smf_core.domain.competence import (
    OnOwn,
    Readiness,
    learners_on,
    on_own_by_visit,
    own_steps,
    steps_on_own,
    visit_number,
)
from smf_core.domain.pathway import PATIENT, Episode, GateState, Learner
from smf_core.domain.usual_visits import UsualVisits
from smf_core.domain.visit import Level, Visit
from smf_desktop.presenters.core_visits import core_visits_words
from smf_desktop.presenters.evidence import evidence_words
from smf_desktop.presenters.figures import INCOMPLETE
from smf_desktop.presenters.identity import day, isolated
from smf_desktop.presenters.labels import ChipKind, counted
from smf_desktop.presenters.outcomes import OUTCOMES
from smf_desktop.presenters.patient.care import consent_rows, equipment_rows
from smf_desktop.presenters.patient.facts import FactRow, PatientFacts, learner_name, standing, taught
from smf_desktop.presenters.patient.gates import GateLine, gate_line, state_of

VISITS_SHOWN = 6
"""Columns of the step matrix before the one to come."""

PROJECT_FROM = 3
"""Visits needed before "about visit 7" is said."""


ACCOUNTABLE, TREATMENT_ENDS = "Accountable nurse", "Treatment ends"
"""Labels of two lines about a pathway; their `record` is the pathway while it is open."""


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    spoken: str
    to_come: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """`keys` are rating keys by column, "" where nothing was recorded; `open` is a step not yet on own."""

    number: int
    words: str
    keys: tuple[str, ...]
    spoken: tuple[str, ...]
    critical: bool
    open: bool


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """One learner's run through the steps."""

    who: str
    name: str
    on_own: str
    critical: str
    columns: tuple[Column, ...]
    steps: tuple[StepRow, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    met: bool
    words: str


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """Steps on own by visit. `about` is the visit by which all are expected on own, None when that cannot be said."""

    on_own: tuple[int, ...]
    steps: int
    about: int | None
    visits: str
    sentence: str
    note: str
    finding: str
    table: tuple[tuple[str, str], ...]
    usual: tuple[int, int] | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PathwayRow:
    """One skill taught to this person. `open` is False once teaching has ended."""

    episode: str
    open: bool
    tab: str
    title: str
    icon: str
    chip: str
    chip_kind: ChipKind
    learners: tuple[LearnerRow, ...]
    evidence: tuple[EvidenceRow, ...]
    ready: str
    ready_kind: ChipKind
    gates: tuple[GateLine, ...]
    gates_summary: str
    gates_stop: bool
    progress: ProgressRow
    people: tuple[FactRow, ...]
    consent: tuple[FactRow, ...]
    equipment: tuple[FactRow, ...]
    version: str


def pathway_row(one: Episode, facts: PatientFacts, library: Library, usual: UsualVisits | None = None) -> PathwayRow:
    """One skill of one person; `usual` is how many visits people needed, where enough have been to say so."""
    checklist = library.checklist(one.skill, one.checklist_version)
    visits = [visit for visit in standing(facts) if taught(visit, one.id)]
    learning = learners_on(one, facts.now.date()) or (Learner(PATIENT),)
    progress = {who.who: _on_own(checklist, visits, one.id, who) for who in learning}
    learners = tuple(_learner(who, progress[who.who][-1], one, checklist, visits, facts, library) for who in learning)
    main = next((who for who in learning if who.who == PATIENT), learning[0])
    found = facts.readiness.get(one.id)
    gates = tuple(gate_line(gate, one, facts) for gate in checklist.all_gates) if one.is_open else ()
    hard = sum(gate.is_hard for gate in checklist.all_gates)
    unmet = sum(gate.is_hard and state_of(gate, one, facts) is GateState.NOT_MET for gate in checklist.all_gates)
    chip, kind = _chip(one, found)
    shown = progress[main.who][-1]
    return PathwayRow(
        episode=one.id,
        open=one.is_open,
        tab=f"{checklist.label} {shown.have}/{shown.of}",
        title=checklist.label,
        icon=checklist.icon,
        chip=chip,
        chip_kind=kind,
        learners=learners,
        evidence=tuple(_evidence(found, one, checklist, facts)) if found else (),
        ready=_ready_words(found),
        ready_kind="ok" if found and found.ready else "neutral",
        gates=gates,
        gates_summary=f"{hard - unmet} of {hard} hard gates met",
        gates_stop=unmet > 0 and one.is_open,
        progress=_progress(one, checklist, visits, progress[main.who], usual),
        people=tuple(_people(one, facts)),
        consent=consent_rows(one, facts.names),
        equipment=equipment_rows(one.id, facts.equipment),
        version=f"Checklist: {checklist.label} v{checklist.version}",
    )


def _chip(one: Episode, found: Readiness | None) -> tuple[str, ChipKind]:
    if one.closed_on:
        outcome = OUTCOMES.get(one.outcome or "", "Teaching ended")
        return f"{outcome}, {day(one.closed_on)}", "neutral"
    if found and found.ready:
        return "Ready", "ok"
    if any(hold.until is None for hold in one.holds):
        return "On hold", "neutral"
    return "Being taught", "info"


def _ready_words(found: Readiness | None) -> str:
    if found is None:
        return ""
    if found.ready:
        return "Ready to discharge"
    met = sum(line.met for line in found.evidence)
    return f"{met} of {len(found.evidence)} met"


def _evidence(found: Readiness, one: Episode, checklist: Checklist, facts: PatientFacts) -> Iterator[EvidenceRow]:
    several = len(learners_on(one, facts.now.date())) > 1
    for line in found.evidence:
        who = learner_name(line.learner, facts.patient) if line.learner and several else ""
        yield EvidenceRow(line.met, evidence_words(line, checklist, who))


def _people(one: Episode, facts: PatientFacts) -> Iterator[FactRow]:
    """Who teaches and is accountable, until when, who learns what, and the core-team visits that still go on."""
    teaching = facts.names.get(one.nurse or "", "Not decided yet")
    yield FactRow("Taught by", teaching)
    to_change = one.id if one.is_open else ""
    if one.is_open or one.accountable_nurse:
        yield FactRow(ACCOUNTABLE, facts.names.get(one.accountable_nurse or "", "Not named yet"), "", to_change)
    if one.is_open or one.treatment_ends_on:
        ends = day(one.treatment_ends_on) if one.treatment_ends_on else "No day set"
        yield FactRow(TREATMENT_ENDS, ends, "", to_change)
    for learner in learners_on(one, facts.now.date()):
        tasks = f"{counted(len(learner.tasks), 'task')} of their own" if learner.tasks else "Every step"
        yield FactRow(
            "Learner", isolated(learner_name(learner.who, facts.patient)), tasks, learner.who if one.is_open else ""
        )
    ended = facts.ended.get(one.id)
    if ended is not None and ended.support:
        yield FactRow("Agreed support", isolated(_support(ended.support)), f"Since {day(ended.on)}")
    for hold in one.holds:
        if hold.until is None:
            review = f"review {day(hold.review_on)}" if hold.review_on else "no review date"
            yield FactRow("On hold", isolated(hold.reason), f"Since {day(hold.from_)}, {review}")
    if one.core_visits:
        over_time = core_visits_words(one.core_visits)
        was = f"Before teaching {one.baseline_visits_per_month} a month" if one.baseline_visits_per_month else ""
        going = Decimal(one.core_visits[-1].visits_per_month) > 0
        yield FactRow("Core team visits still going on" if going else "Core team visits", over_time, was, one.id)
    elif one.baseline_visits_per_month:
        yield FactRow("Core team visits before teaching", f"{one.baseline_visits_per_month} a month", "", one.id)


def _support(said: str) -> str:
    """`Informal carer, Alison, evening dose, daily, review 17-Feb-2027` from the parts as they are kept."""
    parts = []
    for part in said.split("; "):
        try:
            parts.append(f"review {day(date.fromisoformat(part))}")
        except ValueError:
            parts.append(part if " " in part else part.replace("_", " "))
    words = ", ".join(parts)
    return f"{words[:1].upper()}{words[1:]}"


# --- steps by visits -----------------------------------------------------------------------------


def _on_own(checklist: Checklist, visits: Sequence[Visit], episode: str, who: Learner) -> tuple[OnOwn, ...]:
    """Steps on own before the first visit, and after each."""
    before = steps_on_own(checklist, (), episode, who)
    return before, *(after for _, after in on_own_by_visit(checklist, visits, episode, who))


def _learner(
    who: Learner,
    total: OnOwn,
    one: Episode,
    checklist: Checklist,
    visits: Sequence[Visit],
    facts: PatientFacts,
    library: Library,
) -> LearnerRow:
    shown = list(visits)[-VISITS_SHOWN:]
    numbers = [visit_number(visits, one.id, visit.started_at, visit.id) for visit in shown]
    columns = [
        Column(f"V{number}", f"Visit {number}, {day(visit.started_at.date())}", False)
        for number, visit in zip(numbers, shown, strict=True)
    ]
    if one.is_open and facts.patient.died_on is None:
        columns.append(Column(f"V{len(visits) + 1}", f"Visit {len(visits) + 1}, to come", True))
    levels = [_levels(visit, one.id, who.who) for visit in shown]
    own = own_steps(checklist, who)
    steps = tuple(
        _step_row(place, step.short, step.critical, [held.get(step.id) for held in levels], columns, library)
        for place, step in enumerate(checklist.steps, 1)
        if step in own
    )
    critical = [row for row in steps if row.critical]
    alone = sum(not row.open for row in critical)
    return LearnerRow(
        who=who.who,
        name=isolated(learner_name(who.who, facts.patient)),
        on_own=f"{total.have} of {total.of}",
        critical=f"steps on own · {alone} of {len(critical)} critical",
        columns=tuple(columns),
        steps=steps,
    )


def _levels(visit: Visit, episode: str, learner: str) -> dict[str, Level]:
    found: dict[str, Level] = {}
    for section in visit.sections:
        if section.episode == episode and section.learner == learner:
            found |= {step: rating.level for step, rating in section.ratings.items()}
    return found


def _step_row(
    number: int,
    short: str,
    critical: bool,
    levels: Sequence[Level | None],
    columns: Sequence[Column],
    library: Library,
) -> StepRow:
    common = library.common
    seen = [level for level in levels if level not in (None, Level.NOT_OBSERVED)]
    keys = [common.level(level).key if level else "" for level in levels]
    words = [
        f"{common.level(level).key}, {common.level(level).screen.lower()}" if level else "not rated" for level in levels
    ]
    if columns and columns[-1].to_come:
        keys.append(_TO_COME)
        words.append("to come")
    return StepRow(
        number=number,
        words=short,
        keys=tuple(keys),
        spoken=tuple(f"{short}, {column.spoken}: {said}" for column, said in zip(columns, words, strict=True)),
        critical=critical,
        open=not seen or seen[-1] not in (Level.INDEPENDENT, Level.NA),
    )


_TO_COME = "0"
"""The dashed square: nothing is recorded there."""


def _progress(
    one: Episode, checklist: Checklist, visits: Sequence[Visit], shown: Sequence[OnOwn], usual: UsualVisits | None
) -> ProgressRow:
    on_own, steps = tuple(after.have for after in shown[1:]), shown[-1].of
    about = _projected(on_own, steps) if one.is_open else None
    expected = f"expected {one.expected_visits}"
    sentence = "visit so far" if len(visits) == 1 else "visits so far"
    if about:
        sentence += f" · all steps on own by about visit {about}"
    elif on_own and on_own[-1] == steps:
        sentence += " · all steps on own"
    latest = f"{on_own[-1]} of {steps} steps on own at visit {len(visits)}." if on_own else "No visits yet."
    return ProgressRow(
        on_own=on_own,
        steps=steps,
        about=about,
        visits=str(len(visits)),
        sentence=sentence,
        note=f"typical: median {usual.median}, middle half {usual.first} to {usual.last}" if usual else expected,
        finding=f"{latest} {counted(one.expected_visits, 'visit')} expected.",
        table=tuple((f"Visit {place}", f"{count} of {steps}") for place, count in enumerate(on_own, 1)),
        usual=(usual.first, usual.last) if usual else None,
        caption=_caption(checklist, usual),
    )


def _caption(checklist: Checklist, usual: UsualVisits | None) -> str:
    """What the picture shows, and of whom the band is: a figure never stands without its number of people."""
    if usual is None:
        return "Steps on own, by visit."
    when = f"{day(usual.from_)} to {day(usual.to)}"
    who = f"{usual.people} people discharged to self-care after {checklist.label.lower()}"
    said = f"Steps on own, by visit. Band: middle half of {who}, {when}."
    return said if usual.whole else f"{said} {INCOMPLETE}"


def _projected(on_own: Sequence[int], steps: int) -> int | None:
    """The visit at which all steps would be on own at the pace so far; None before 3 visits and without progress."""
    visits = len(on_own)
    if visits < PROJECT_FROM or on_own[-1] >= steps or on_own[-1] == 0:
        return None
    return -(-visits * steps // on_own[-1])

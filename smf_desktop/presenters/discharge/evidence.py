"""The evidence of a discharge in words: the competence rule line by line, learner by learner."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.competence import Counted, Evidence, latest_confidence, learners_on, steps_on_own, visit_number
from smf_core.domain.discharge_facts import Closing
from smf_core.domain.pathway import PATIENT, Learner
from smf_core.domain.visit import TeachBackAnswer, Visit
from smf_desktop.presenters.evidence import evidence_words
from smf_desktop.presenters.identity import day, isolated

SHOWN = 4
"""Things named in one line before the rest are only counted."""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One line of the evidence. `met` is None where the rule does not ask for it; `open` says what is missing."""

    key: str
    learner: str
    met: bool | None
    words: str
    detail: str = ""
    open: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    """The lines of one learner, or of the pathway as a whole; no title where only one person learns."""

    title: str
    rows: tuple[EvidenceRow, ...]


def evidence_groups(closing: Closing, today: date) -> tuple[EvidenceGroup, ...]:
    """The competence rule line by line: each learner's lines, then those of the pathway."""
    learners = _patient_first(closing, today)
    lines = closing.readiness.evidence
    groups = []
    for learner in learners:
        theirs = [line for line in lines if line.learner == learner.who]
        own = steps_on_own(closing.checklist, closing.visits, closing.episode.id, learner)
        all_steps = _row(
            "steps",
            learner.who,
            own.have == own.of or None,
            f"{own.have} of {own.of} steps on own",
            "When last seen" if closing.visits else "No visit signed yet",
        )
        title = learner_name(closing, learner.who) if len(learners) > 1 or learner.who != PATIENT else ""
        groups.append(EvidenceGroup(title, (all_steps, *(_line(line, closing, today) for line in theirs))))
    whole = [_line(line, closing, today) for line in lines if not line.learner]
    title = "For everyone" if groups and groups[0].title else ""
    return (*groups, EvidenceGroup(title, (*whole, _accountable(closing))))


def learner_name(closing: Closing, who: str) -> str:
    """`Doreen (patient)`, `Anne Abernathy (daughter)`."""
    patient = closing.patient
    if who == PATIENT:
        return isolated(f"{patient.preferred_name or patient.name.given} (patient)")
    contact = patient.contact(who)
    if contact is None:
        return "Someone no longer on the record"
    return isolated(f"{contact.name} ({contact.relation})" if contact.relation else contact.name)


def _patient_first(closing: Closing, today: date) -> list[Learner]:
    return sorted(learners_on(closing.episode, today), key=lambda one: one.who != PATIENT)


def _line(line: Evidence, closing: Closing, today: date) -> EvidenceRow:
    words = evidence_words(line, closing.checklist)
    score = latest_confidence(closing.visits, closing.episode.id, line.learner)
    if line.key is CompetenceKey.MIN_CONFIDENCE and score is None:  # 0 is a score
        words = f"Confidence not scored yet, needs {line.need} or more"
    still_open = "" if line.met else _open_words(line, closing)
    return _row(line.key.value, line.learner, line.met, words, _detail(line, closing, today), still_open)


def _accountable(closing: Closing) -> EvidenceRow:
    nurse = closing.episode.accountable_nurse
    if nurse is None:
        return _row("accountable_nurse", "", False, "No accountable registered nurse named")
    name = closing.names.get(nurse, "someone not on this laptop")
    return _row("accountable_nurse", "", True, "Accountable registered nurse named", name)


def _row(key: str, learner: str, met: bool | None, words: str, detail: str = "", still_open: str = "") -> EvidenceRow:
    state = {True: "Met", False: "Not met", None: "Not asked by the rule"}[met]
    spoken = ". ".join(filter(None, (f"{state}: {words}", detail, still_open)))
    return EvidenceRow(key, learner, met, words, detail, still_open, spoken)


def _detail(line: Evidence, closing: Closing, today: date) -> str:
    """Where the evidence was seen: visits, dates, names."""
    run = closing.readiness.line(CompetenceKey.CONSECUTIVE_COMPLETED_VISITS, line.learner)
    counted = run.visits if run else ()
    match line.key:
        case CompetenceKey.LEARNER_TASKS:
            return _joined([learner_name(closing, one.who) for one in _patient_first(closing, today)])
        case CompetenceKey.CRITICAL_STEPS_LEVEL:
            return _joined(_once(day(one.on) for one in counted)) if line.met else ""
        case CompetenceKey.CONSECUTIVE_COMPLETED_VISITS:
            return _visits(counted)
        case CompetenceKey.VISITS_APART_BY:
            return _apart(line.visits) if line.met else ""
        case CompetenceKey.REGISTERED_NURSE_IN_RUN:
            made = next((one for one in reversed(line.visits) if one.registered), None)
            return f"{closing.names.get(made.by, 'A colleague')}, visit {made.number}" if made else ""
        case CompetenceKey.TEACH_BACK:
            asked = _last_day(closing, line.learner, answered=True)
            return day(asked) if asked else ""
        case CompetenceKey.MIN_CONFIDENCE:
            return _confidence_before(closing, line.learner)
    return ""


def _open_words(line: Evidence, closing: Closing) -> str:
    """What is still missing of one line."""
    checklist = closing.checklist
    steps = [step.short for step in checklist.steps if step.id in line.open]
    match line.key:
        case CompetenceKey.LEARNER_TASKS:
            times = [one for one in line.open if checklist.step(one) is None]
            return f"Nobody learns: {_listed([*steps, *times])}" if line.open else "Nobody learns today"
        case CompetenceKey.CRITICAL_STEPS_LEVEL:
            return f"Not yet on own: {_listed(steps)}"
        case CompetenceKey.OCCASIONAL_OBSERVATIONS:
            return f"Not seen on own yet: {_listed(steps)}"
        case CompetenceKey.CONSECUTIVE_COMPLETED_VISITS:
            return "A lower level on a critical step starts the count again"
        case CompetenceKey.VISITS_APART_BY:
            return "Visits count that lie on different days, or start 4 hours apart"
        case CompetenceKey.REGISTERED_NURSE_IN_RUN:
            return "One of the visits that count is made by a registered nurse"
        case CompetenceKey.TEACH_BACK:
            return f"Still to explain: {_listed([one.question for one in checklist.teach_back if one.id in line.open])}"
        case CompetenceKey.MIN_CONFIDENCE:
            return "Ask what would help"
        case CompetenceKey.MAX_OPEN_RED_FLAG:
            return f"A registered nurse closes it on the overview: {_listed(_flags(line, closing))}"
        case CompetenceKey.HARD_GATES:
            return f"Not met: {_listed([gate.text for gate in checklist.all_gates if gate.id in line.open])}"
    return ""


def _flags(line: Evidence, closing: Closing) -> list[str]:
    named = []
    for flag in closing.open_flags:
        if flag.id in line.open:
            sign = closing.checklist.red_flag(flag.sign) if flag.episode == closing.episode.id else None
            words = sign.short if sign else flag.sign.replace("_", " ")
            named.append(f"{words}, {day(flag.at.date())}")
    return named


def _visits(counted: Sequence[Counted]) -> str:
    """`Visits 5 and 6`."""
    if not counted:
        return ""
    numbers = _joined([str(one.number) for one in counted])
    return f"Visit {numbers}" if len(counted) == 1 else f"Visits {numbers}"


_NUMBER_WORDS = {2: "two", 3: "three", 4: "four"}


def _apart(counted: Sequence[Counted]) -> str:
    """`Visits 5 and 6, two different days`."""
    days = len({one.on for one in counted})
    if days != len(counted):
        return f"{_visits(counted)}, 4 hours or more apart"
    return f"{_visits(counted)}, {_NUMBER_WORDS.get(days, days)} different days" if days > 1 else _visits(counted)


def _taught(closing: Closing, learner: str) -> Iterator[tuple[Visit, int | None, bool]]:
    """The learner's visits in order of care: each with the confidence scored and whether a question was asked."""
    for visit in closing.visits:
        theirs = [one for one in visit.sections if one.learner == learner]
        scores = [one.confidence for one in theirs if one.confidence is not None]
        asked = any(said.answer is not TeachBackAnswer.NOT_COVERED for one in theirs for said in one.answers.values())
        if theirs:
            yield visit, scores[-1] if scores else None, asked


def _last_day(closing: Closing, learner: str, *, answered: bool) -> date | None:
    days = [visit.started_at.date() for visit, _, asked in _taught(closing, learner) if asked or not answered]
    return days[-1] if days else None


def _confidence_before(closing: Closing, learner: str) -> str:
    """`Was 4 at visit 1`; the day alone where it was scored once."""
    scored = [(visit, score) for visit, score, _ in _taught(closing, learner) if score is not None]
    if len(scored) < 2:
        return day(scored[0][0].started_at.date()) if scored else ""
    first, score = scored[0]
    return f"Was {score} at visit {visit_number(closing.visits, closing.episode.id, first.started_at, first.id)}"


def visits_about(closing: Closing) -> str:
    """`6 visits · typical 7`."""
    count = len(closing.visits)
    return f"{count} visit{'' if count == 1 else 's'} · typical {closing.episode.expected_visits}"


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _joined(words: Sequence[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def _listed(words: Sequence[str]) -> str:
    """At most `SHOWN` of them; the rest are counted."""
    more = [f"and {len(words) - SHOWN} more"] if len(words) > SHOWN else []
    return "; ".join([*(word.rstrip(".") for word in words[:SHOWN]), *more])

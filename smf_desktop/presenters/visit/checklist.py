"""The checklist and the teaching column of a visit: steps with last time beside today, teach-back, confidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from smf_core.domain.checklist import Checklist
from smf_core.domain.checklist_pieces import Question, Step, StepGroup
from smf_core.domain.competence import last_seen_levels, previous_ratings, visit_number
from smf_core.domain.missing import Missing, Part
from smf_core.domain.visit import RISING, Level, Rating, SectionForm, StepMark, TeachBackAnswer, Visit, VisitForm
from smf_core.domain.visit_facts import VisitFacts
from smf_core.domain.visit_rules import Taught, fell, questions_to_ask, steps_to_rate
from smf_desktop.presenters.identity import day

GROUPS = {StepGroup.BEFORE: "Before", StepGroup.DURING: "During", StepGroup.AFTER: "After"}
_UNMARKED = StepMark()


@dataclass(frozen=True, slots=True)
class MarkWords:
    """One value of the rating scale: its key, its code, the word on screen."""

    key: str
    code: str
    word: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step. `last_key` is the key of the last rating ("" for none); `quiet` a line that asks and never blocks.

    `na_refused` says why `/` is not for this person, "" where it is. `missing` marks a row that stops signing.
    """

    step: str
    number: int
    short: str
    full: str
    critical: bool
    level: str
    last_key: str
    last_spoken: str
    about: str
    note: str
    reason: str
    quiet: str
    na_refused: str
    missing: bool
    occasional: str = ""
    """For a step that cannot happen at every visit: how often it was seen on own, of how often it has to be."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    title: str
    steps: tuple[StepRow, ...]
    rated: int

    @property
    def complete(self) -> bool:
        """Every step has its value, and nothing in the group stops signing."""
        return self.rated == len(self.steps) and not any(step.missing for step in self.steps)


@dataclass(frozen=True, slots=True)
class QuestionRow:
    question: str
    words: str
    listen_for: str
    optional: bool
    answer: str
    own_words: str
    signed: str


@dataclass(frozen=True, slots=True)
class ConfidenceRow:
    score: int | None
    was: str
    ask_what_would_help: bool


def marks(facts: VisitFacts) -> tuple[MarkWords, ...]:
    return tuple(MarkWords(words.key, words.code.value, words.screen) for words in facts.common.level_scale)


def last_visit(taught: Taught, form: VisitForm, learner: str) -> Visit | None:
    """The visit before this one at which this learner was taught."""
    earlier = [
        visit
        for visit in taught.visits
        if visit.stands
        and visit.started_at < form.started_at
        and any(part.episode == taught.episode.id and part.learner == learner for part in visit.sections)
    ]
    return max(earlier, key=lambda visit: visit.started_at.astimezone(UTC), default=None)


def last_heading(taught: Taught, form: VisitForm, learner: str) -> str:
    """`Visit 5`, above the squares; `First visit` for someone who starts."""
    last = last_visit(taught, form, learner)
    if last is None:
        return "First visit"
    return f"Visit {visit_number(taught.visits, taught.episode.id, last.started_at, last.id)}"


def groups(form: VisitForm, facts: VisitFacts, section: int, missing: Sequence[Missing]) -> tuple[GroupRow, ...]:
    """The steps of one section, in their groups. Another learner's steps are left out unless they hold something."""
    mine = form.sections[section]
    taught = facts.taught[mine.episode]
    previous = last_ratings(form, facts, section)
    levels = last_seen_levels(taught.visits, taught.episode.id, mine.learner, form.started_at)
    fallen = fell(mine, taught, form.started_at)
    wanted = {item.id for item in missing if item.part is Part.STEP and item.section == section}
    heading = last_heading(taught, form, mine.learner)
    signed = _signed_marks(form, mine)
    theirs = steps_to_rate(taught, mine.learner)
    total = len(taught.checklist.steps)
    found: dict[StepGroup, list[StepRow]] = {}
    for number, step in enumerate(taught.checklist.steps, start=1):
        mark = mine.marks.get(step.id, _UNMARKED)
        if step.id not in theirs and mark == _UNMARKED:
            continue
        row = StepRow(
            step=step.id,
            number=number,
            short=step.short,
            full=step.text,
            critical=step.critical,
            level=mark.level.value if mark.level else "",
            last_key=_key(facts, previous.get(step.id)),
            last_spoken=_last_spoken(facts, previous.get(step.id), heading),
            about=f"Step {number} of {total}, {step.short}{_marked(step)}",
            note=mark.note,
            reason=mark.reason,
            quiet=_quiet(facts, step, mark, fallen, levels, signed),
            na_refused=_na_refused(step, facts),
            missing=step.id in wanted,
            occasional=_occasional(step, taught, mine.learner) if step.occasional else "",
        )
        found.setdefault(step.group, []).append(row)
    return tuple(
        GroupRow(GROUPS[group], tuple(rows), sum(bool(row.level) for row in rows)) for group, rows in found.items()
    )


def last_ratings(form: VisitForm, facts: VisitFacts, section: int) -> Mapping[str, Rating]:
    """What was last recorded of each step for the learner of a section, before this visit."""
    mine = form.sections[section]
    taught = facts.taught[mine.episode]
    return previous_ratings(taught.visits, taught.episode.id, mine.learner, form.started_at)


def rated(form: VisitForm, facts: VisitFacts, section: int) -> tuple[int, int]:
    """How many of the learner's steps have a value, and how many there are."""
    mine = form.sections[section]
    theirs = steps_to_rate(facts.taught[mine.episode], mine.learner)
    return sum(mine.marks.get(step, _UNMARKED).level is not None for step in theirs), len(theirs)


def left_to_copy(form: VisitForm, facts: VisitFacts, section: int) -> tuple[int, int]:
    """How many steps `+` would fill from last time, and how many critical ones it leaves."""
    mine = form.sections[section]
    taught = facts.taught[mine.episode]
    previous = last_ratings(form, facts, section)
    open_ = [step for step in taught.checklist.steps if mine.marks.get(step.id, _UNMARKED).level is None]
    return (
        sum(not step.critical and step.id in previous for step in open_),
        sum(step.critical for step in open_),
    )


def questions(form: VisitForm, facts: VisitFacts, section: int) -> tuple[QuestionRow, ...]:
    """The questions this learner has not yet explained, and those answered on this form."""
    mine = form.sections[section]
    taught = facts.taught[mine.episode]
    ask = questions_to_ask(taught, mine.learner)
    signed = _signed_section(form, mine)
    return tuple(
        _question(facts, question, mine, signed)
        for question in taught.checklist.teach_back
        if question.id in ask or question.id in mine.answers
    )


def all_explained(facts: VisitFacts, section: SectionForm) -> str:
    """What stands where the questions would, when there is none left to ask."""
    count = len(facts.taught[section.episode].checklist.teach_back)
    return f"All {count} questions were explained at earlier visits."


def confidence(form: VisitForm, facts: VisitFacts, section: int) -> ConfidenceRow:
    mine = form.sections[section]
    taught = facts.taught[mine.episode]
    was = _last_confidence(taught, form, mine.learner)
    least = taught.checklist.competence_rule.min_confidence
    low = mine.confidence is not None and mine.confidence < least
    return ConfidenceRow(
        mine.confidence, " ".join(part for part in (was, f"Under {least}: ask what would help.") if part), low
    )


def _question(facts: VisitFacts, question: Question, mine: SectionForm, signed: SectionForm | None) -> QuestionRow:
    given = mine.answers.get(question.id)
    before = signed.answers.get(question.id) if signed else None
    return QuestionRow(
        question=question.id,
        words=f"“{question.question}”",
        listen_for=f"Listen for: {question.listen_for}",
        optional=not question.must_pass,
        answer=given.answer.value if given and given.answer else "",
        own_words=given.words if given else "",
        signed=f"Signed as {_answer_word(facts, before.answer)}."
        if before and before.answer and given and given.answer is not before.answer
        else "",
    )


def _answer_word(facts: VisitFacts, answer: TeachBackAnswer) -> str:
    return facts.common.answer(answer).screen.lower()


def _last_confidence(taught: Taught, form: VisitForm, learner: str) -> str:
    """`Was 7 on 12-Nov-2026.`"""
    scores = [
        (visit.started_at.astimezone(UTC), visit.started_at, part.confidence)
        for visit in taught.visits
        if visit.stands and visit.started_at < form.started_at
        for part in visit.sections
        if part.episode == taught.episode.id and part.learner == learner and part.confidence is not None
    ]
    if not scores:
        return ""
    _, at, score = max(scores)
    return f"Was {score} on {day(at.date())}."


def _key(facts: VisitFacts, rating: Rating | None) -> str:
    return facts.common.level(rating.level).key if rating else ""


def _last_spoken(facts: VisitFacts, rating: Rating | None, heading: str) -> str:
    if rating is None:
        return "Not rated before"
    words = facts.common.level(rating.level)
    if rating.level in RISING:
        return f"{heading}: {words.key}, {words.screen.lower()}"
    return f"{heading}: {words.screen.lower()}"


def _quiet(
    facts: VisitFacts,
    step: Step,
    mark: StepMark,
    fallen: Sequence[str],
    levels: Mapping[str, Level],
    signed: Mapping[str, StepMark],
) -> str:
    before = signed.get(step.id)
    if before is not None and before.level is not None and before.level is not mark.level:
        words = facts.common.level(before.level)
        return f"Signed as {words.key}, {words.screen.lower()}."
    if step.id in fallen and not mark.note.strip():
        return f"Was {facts.common.level(levels[step.id]).key} last time. Add a note?"
    return ""


def _marked(step: Step) -> str:
    return f"{', critical' if step.critical else ''}{', occasional' if step.occasional else ''}"


def _occasional(step: Step, taught: Taught, learner: str) -> str:
    """`Occasional: seen on own 0 of 1 time needed`; a lower level since starts the count again."""
    need = taught.checklist.competence_rule.occasional_observations
    seen = 0
    for visit in taught.visits:
        for part in visit.sections:
            rating = part.ratings.get(step.id)
            if not visit.stands or part.learner != learner or part.episode != taught.episode.id or rating is None:
                continue
            if rating.level is Level.INDEPENDENT:
                seen += 1
            elif rating.level in RISING:
                seen = 0
    return f"Occasional: seen on own {min(seen, need)} of {need} time{'' if need == 1 else 's'} needed"


def _na_refused(step: Step, facts: VisitFacts) -> str:
    if step.critical and not facts.registered_nurse:
        return "Only a registered nurse can set a critical step to not applicable."
    return ""


def _signed_section(form: VisitForm, mine: SectionForm) -> SectionForm | None:
    """The section as it was signed, while a visit is amended."""
    if form.opened is None or not mine.id:
        return None
    return next((one for one in form.opened.form.sections if one.id == mine.id), None)


def _signed_marks(form: VisitForm, mine: SectionForm) -> Mapping[str, StepMark]:
    signed = _signed_section(form, mine)
    return signed.marks if signed else {}


def rating_words(facts: VisitFacts, checklist: Checklist, step: str, level: str) -> str:
    """What is said aloud after a rating key: `3, with prompts. Step 9, Choose a healthy site`; the step is the next."""
    words = facts.common.level(Level(level))
    said = f"{words.key}, {words.screen.lower()}" if words.code in RISING else words.screen
    found = checklist.step(step)
    if found is None:
        return said
    return f"{said}. Step {checklist.steps.index(found) + 1}, {found.short}"

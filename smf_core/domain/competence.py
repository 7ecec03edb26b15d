"""When a learner is safe alone: the competence rule, computed from signed visits (`competence_keys`).

Everything is read per learner. A visit entered in error does not exist. The order in which visits are passed
never matters: care time decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from smf_core.domain.checklist import Checklist
from smf_core.domain.checklist_pieces import Apart, CompetenceKey, Step
from smf_core.domain.gates import unmet_hard_gates
from smf_core.domain.pathway import PATIENT, Episode, Learner
from smf_core.domain.red_flag import URGENCY_ORDER, RedFlag, RedFlagState
from smf_core.domain.visit import RISING, Answer, Level, Place, Purpose, Rating, Section, TeachBackAnswer, Visit

DOSE_TIMES_APART = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class CompetenceSettings:
    """The settings of the service that the rule reads; their defaults stand in the common checklist file."""

    registered_nurse_in_run: bool = True
    video_ratings_of_critical_steps: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """A visit that the rule counts: `number` is its place in the episode, by care time."""

    visit: str
    number: int
    on: date
    by: str
    registered: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one key of the rule stands: met or not, with the numbers for its words.

    `learner` is "" for what concerns the episode as a whole. `visits` are the counted visits. `open` holds the ids
    of what stands in the way: steps, questions, gates, red-flag records.
    """

    key: CompetenceKey
    met: bool
    learner: str = ""
    have: int = 0
    need: int = 0
    visits: tuple[Counted, ...] = ()
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Readiness:
    """The whole rule, line by line, learner by learner. Attestations are ticked on the discharge page."""

    evidence: tuple[Evidence, ...]

    @property
    def ready(self) -> bool:
        return all(line.met for line in self.evidence)

    @property
    def unmet(self) -> tuple[Evidence, ...]:
        return tuple(line for line in self.evidence if not line.met)

    @property
    def only_confidence_is_low(self) -> bool:
        """Nothing but confidence is unmet: a registered nurse may override it, with a reason."""
        return bool(self.unmet) and all(line.key is CompetenceKey.MIN_CONFIDENCE for line in self.unmet)

    def line(self, key: CompetenceKey, learner: str = "") -> Evidence | None:
        return next((one for one in self.evidence if one.key is key and one.learner == learner), None)


@dataclass(frozen=True, slots=True)
class OnOwn:
    """Steps on own, `have` of `of`: steps that do not apply are in neither."""

    have: int
    of: int


def readiness(
    checklist: Checklist,
    episode: Episode,
    visits: Iterable[Visit],
    open_red_flags: Iterable[RedFlag],
    settings: CompetenceSettings,
    today: date,
    dose_times: Sequence[str] = (),
) -> Readiness:
    """Whether everyone who is learning is safe alone, and why.

    `visits` are the signed visits of the person, `open_red_flags` their red-flag records (closed ones are ignored),
    `dose_times` the prescribed dose times by the names that learners' tasks use.
    """
    taught = _in_order(visits, episode.id)
    lines = [_learner_tasks(checklist, episode, today, dose_times)]
    for learner in learners_on(episode, today):
        lines += _of_learner(checklist, learner, episode.id, taught, settings)
    lines.append(_red_flags(checklist, episode, open_red_flags))
    unmet = unmet_hard_gates(checklist.all_gates, episode, today)
    hard = sum(gate.is_hard for gate in checklist.all_gates)
    lines.append(
        Evidence(
            CompetenceKey.HARD_GATES,
            not unmet,
            have=hard - len(unmet),
            need=hard,
            open=tuple(gate.id for gate in unmet),
        )
    )
    return Readiness(tuple(lines))


def learners_on(episode: Episode, today: date) -> tuple[Learner, ...]:
    """Who is learning on a day. An episode that names nobody teaches the patient, every step."""
    if not episode.learners:
        return (Learner(PATIENT),)
    return tuple(
        learner
        for learner in episode.learners
        if (learner.from_ is None or learner.from_ <= today) and (learner.until is None or today <= learner.until)
    )


def own_steps(checklist: Checklist, learner: Learner) -> tuple[Step, ...]:
    """The steps that are a learner's: those named, or all of them where no step is named."""
    named = tuple(step for step in checklist.steps if step.id in learner.tasks)
    return named or checklist.steps


def carer_does_critical_part(
    checklist: Checklist, episode: Episode, today: date, dose_times: Sequence[str] = ()
) -> bool:
    """Whether anyone but the patient does a critical step or a dose time (`clinical.md` 3.1, carers)."""
    return any(
        any(step.critical for step in own_steps(checklist, learner))
        or any(time in learner.tasks for time in dose_times)
        for learner in learners_on(episode, today)
        if learner.who != PATIENT
    )


def previous_ratings(
    visits: Iterable[Visit], episode: str, learner: str, before: datetime | None = None
) -> Mapping[str, Rating]:
    """What was last recorded of each step for one learner: what the visit page shows beside today's rating.

    With `before`, only visits whose care started earlier than that.
    """
    found: dict[str, Rating] = {}
    for visit, sections in _of(learner, _in_order(visits, episode), episode):
        if before is None or visit.started_at < before:
            for section in sections:
                found.update(section.ratings)
    return found


def last_seen_levels(
    visits: Iterable[Visit], episode: str, learner: str, before: datetime | None = None
) -> Mapping[str, Level]:
    """The latest of the four rising levels of each step for one learner; "not seen" does not hide an earlier one."""
    found: dict[str, Level] = {}
    for visit, sections in _of(learner, _in_order(visits, episode), episode):
        if before is None or visit.started_at < before:
            for section in sections:
                found.update((step, one.level) for step, one in section.ratings.items() if one.level in RISING)
    return found


def latest_answers(visits: Iterable[Visit], episode: str, learner: str) -> Mapping[str, Answer]:
    """A learner's latest answer to each question; `not_covered` is no answer, so an earlier one stands."""
    found: dict[str, Answer] = {}
    for _, sections in _of(learner, _in_order(visits, episode), episode):
        for section in sections:
            for question, answer in section.answers.items():
                if answer.answer is not TeachBackAnswer.NOT_COVERED:
                    found[question] = answer
    return found


def latest_confidence(visits: Iterable[Visit], episode: str, learner: str) -> int | None:
    """A learner's latest confidence in the episode, 0 to 10; None while never asked."""
    latest = None
    for _, sections in _of(learner, _in_order(visits, episode), episode):
        for section in sections:
            latest = latest if section.confidence is None else section.confidence
    return latest


def visit_number(visits: Iterable[Visit], episode: str, started_at: datetime, visit: str = "") -> int:
    """The place of a visit in its episode by care time, from 1. Never stored: one that arrives late takes its place.

    Completed visits in person or by video count, whatever their purpose. A draft that is not signed is numbered as if
    it were; `visit` is its id.
    """
    own = (started_at.astimezone(UTC), visit)
    return 1 + sum(
        one.id != visit and (one.started_at.astimezone(UTC), one.id) < own for one in _in_order(visits, episode)
    )


def steps_on_own(checklist: Checklist, visits: Iterable[Visit], episode: str, learner: Learner) -> OnOwn:
    """How many of a learner's steps were on own when last seen: progress, not the rule."""
    after = on_own_by_visit(checklist, visits, episode, learner)
    return after[-1][1] if after else _on_own({}, own_steps(checklist, learner))


def on_own_by_visit(
    checklist: Checklist, visits: Iterable[Visit], episode: str, learner: Learner
) -> tuple[tuple[str, OnOwn], ...]:
    """(visit, `steps_on_own` after it) for every visit of the episode, in order of care.

    A visit at which somebody else alone was taught leaves the count as it was.
    """
    theirs = own_steps(checklist, learner)
    levels: dict[str, Level] = {}
    found = []
    for visit in _in_order(visits, episode):
        for _, sections in _of(learner.who, (visit,), episode):
            for section in sections:
                levels.update(
                    (step, one.level) for step, one in section.ratings.items() if one.level is not Level.NOT_OBSERVED
                )
        found.append((visit.id, _on_own(levels, theirs)))
    return tuple(found)


def _on_own(levels: Mapping[str, Level], steps: Iterable[Step]) -> OnOwn:
    applicable = [level for step in steps if (level := levels.get(step.id)) is not Level.NA]
    return OnOwn(sum(level is Level.INDEPENDENT for level in applicable), len(applicable))


# --- one learner ---------------------------------------------------------------------------------------------------


def _of_learner(
    checklist: Checklist, learner: Learner, episode: str, taught: Sequence[Visit], settings: CompetenceSettings
) -> list[Evidence]:
    rule = checklist.competence_rule
    critical = [step for step in own_steps(checklist, learner) if step.critical]
    walk = _walk(checklist, critical, _of(learner.who, taught, episode), settings)
    need = rule.consecutive_completed_visits
    counted = _counted(walk.run, need, rule.visits_apart_by, prefer_registered=settings.registered_nurse_in_run)
    shown = tuple(_as_counted(visit, taught, episode) for visit in counted)
    registered = sum(visit.signed_by_registered for visit in counted)
    wanted = int(settings.registered_nurse_in_run)
    answers = latest_answers(taught, episode, learner.who)
    unsafe = tuple(
        question.id
        for question in checklist.must_pass
        if question.id not in answers or answers[question.id].answer is not TeachBackAnswer.EXPLAINED
    )
    confidence = latest_confidence(taught, episode, learner.who)

    def line(
        key: CompetenceKey, met: bool, have: int, need: int, open_: tuple[str, ...] = (), counting: bool = False
    ) -> Evidence:
        return Evidence(key, met, learner.who, have, need, shown if counting else (), open_)

    return [
        line(
            CompetenceKey.CRITICAL_STEPS_LEVEL,
            not walk.not_on_own,
            walk.applicable - len(walk.not_on_own),
            walk.applicable,
            walk.not_on_own,
        ),
        line(
            CompetenceKey.OCCASIONAL_OBSERVATIONS,
            not walk.occasional_open,
            walk.occasional - len(walk.occasional_open),
            walk.occasional,
            walk.occasional_open,
        ),
        line(CompetenceKey.CONSECUTIVE_COMPLETED_VISITS, len(walk.run) >= need, len(walk.run), need, (), True),
        line(CompetenceKey.VISITS_APART_BY, len(counted) >= need, len(counted), need, (), True),
        line(CompetenceKey.REGISTERED_NURSE_IN_RUN, registered >= wanted, registered, wanted, (), True),
        line(
            CompetenceKey.TEACH_BACK,
            not unsafe,
            len(checklist.must_pass) - len(unsafe),
            len(checklist.must_pass),
            unsafe,
        ),
        line(
            CompetenceKey.MIN_CONFIDENCE,
            confidence is not None and confidence >= rule.min_confidence,
            0 if confidence is None else confidence,
            rule.min_confidence,
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Walk:
    """What walking a learner's visits in care time leaves: the latest unbroken run, and each critical step's state."""

    run: tuple[Visit, ...]
    applicable: int
    not_on_own: tuple[str, ...]
    occasional: int
    occasional_open: tuple[str, ...]


def _walk(
    checklist: Checklist,
    critical: Sequence[Step],
    visits: Iterable[tuple[Visit, Sequence[Section]]],
    settings: CompetenceSettings,
) -> _Walk:
    rule = checklist.competence_rule
    enough = frozenset(RISING[RISING.index(rule.critical_steps_level) :])
    too_low = frozenset(RISING) - enough
    run: list[Visit] = []
    on_own = {step.id: False for step in critical}
    observed = {step.id: 0 for step in critical}
    leaves: dict[str, bool] = {}  # steps whose latest value is "not applicable"
    for visit, sections in visits:
        today = {step.id: _levels(sections, step.id) for step in critical}
        by_video = visit.place is Place.VIDEO and not settings.video_ratings_of_critical_steps
        counts = visit.purpose is Purpose.TEACHING and not by_video
        for step, levels in today.items():
            if levels & too_low:
                on_own[step], observed[step], leaves[step] = False, 0, False
            elif levels & enough:
                leaves[step] = False
                if counts:
                    on_own[step] = True
                    observed[step] += 1
            elif Level.NA in levels:
                leaves[step] = True
            elif counts:  # a step not seen leaves the gate open
                on_own[step] = False
        if any(levels & too_low for levels in today.values()):
            run.clear()
        elif counts:
            every_time = (today[step.id] for step in critical if not step.occasional)
            if all(levels and levels <= enough | {Level.NA} for levels in every_time):
                run.append(visit)
            else:
                run.clear()
    here = [step for step in critical if not leaves.get(step.id, False)]
    usual = [step.id for step in here if not step.occasional]
    occasional = [step.id for step in here if step.occasional]
    return _Walk(
        run=tuple(run),
        applicable=len(usual),
        not_on_own=tuple(step for step in usual if not on_own[step]),
        occasional=len(occasional),
        occasional_open=tuple(step for step in occasional if observed[step] < rule.occasional_observations),
    )


def _levels(sections: Sequence[Section], step: str) -> frozenset[Level]:
    return frozenset(section.ratings[step].level for section in sections if step in section.ratings)


# --- which visits of the run count ---------------------------------------------------------------------------------


def _counted(run: Sequence[Visit], need: int, ways: Sequence[Apart], *, prefer_registered: bool) -> tuple[Visit, ...]:
    """The visits of the run that count: the latest `need` that lie apart, one by a registered nurse where there is one.

    Fewer than `need` when the run does not hold so many that lie apart.
    """
    latest = _chain(run, len(run) - 1, ways)
    if prefer_registered and not any(visit.signed_by_registered for visit in latest[-need:]):
        for place in range(len(run) - 1, -1, -1):
            if run[place].signed_by_registered:
                chain = _chain(run, place, ways)
                if len(chain) >= need:
                    start = min(len(chain) - need, chain.index(run[place]))
                    return tuple(chain[start : start + need])
    return tuple(latest[-need:])


def _chain(run: Sequence[Visit], through: int, ways: Sequence[Apart]) -> list[Visit]:
    """The longest list of visits of the run, each apart from the next, that holds the one at `through`.

    Visits are in order of care, so two that are apart from a third between them are apart from each other.
    """
    if not run:
        return []
    chain = [run[through]]
    for visit in reversed(run[:through]):
        if _apart(visit, chain[0], ways):
            chain.insert(0, visit)
    for visit in run[through + 1 :]:
        if _apart(chain[-1], visit, ways):
            chain.append(visit)
    return chain


def _apart(earlier: Visit, later: Visit, ways: Sequence[Apart]) -> bool:
    if Apart.DAY in ways and earlier.started_at.date() != later.started_at.date():
        return True
    # In UTC: two times of one zone would be subtracted by the clock on the wall, which jumps twice a year.
    gap = later.started_at.astimezone(UTC) - earlier.started_at.astimezone(UTC)
    return Apart.DOSE_TIME in ways and gap >= DOSE_TIMES_APART


# --- the episode as a whole ----------------------------------------------------------------------------------------


def _learner_tasks(checklist: Checklist, episode: Episode, today: date, dose_times: Sequence[str]) -> Evidence:
    """No critical step and no dose time is without a learner. A learner without dose times named takes them all."""
    learners = learners_on(episode, today)
    steps = {step.id for learner in learners for step in own_steps(checklist, learner)}
    times = {
        time
        for learner in learners
        for time in dose_times
        if time in learner.tasks or not any(other in learner.tasks for other in dose_times)
    }
    wanted = [step.id for step in checklist.critical_steps] + list(dose_times)
    without = tuple(task for task in wanted if task not in steps | times)
    return Evidence(
        CompetenceKey.LEARNER_TASKS,
        bool(learners) and not without,
        have=len(wanted) - len(without),
        need=len(wanted),
        open=without,
    )


def _red_flags(checklist: Checklist, episode: Episode, flags: Iterable[RedFlag]) -> Evidence:
    limit = URGENCY_ORDER.index(checklist.competence_rule.max_open_red_flag)
    too_urgent = tuple(
        flag.id
        for flag in flags
        if flag.state is RedFlagState.OPEN
        and flag.patient == episode.patient
        and flag.episode in (None, episode.id)
        and URGENCY_ORDER.index(flag.urgency) < limit
    )
    return Evidence(CompetenceKey.MAX_OPEN_RED_FLAG, not too_urgent, have=len(too_urgent), open=too_urgent)


def _in_order(visits: Iterable[Visit], episode: str) -> list[Visit]:
    """The visits of an episode that stand, by care time; signing time, then id, part two that started together."""
    mine = (visit for visit in visits if visit.stands and any(part.episode == episode for part in visit.sections))
    return sorted(mine, key=lambda visit: (visit.started_at.astimezone(UTC), visit.signed_at.astimezone(UTC), visit.id))


def _of(learner: str, visits: Iterable[Visit], episode: str) -> Iterator[tuple[Visit, Sequence[Section]]]:
    """The visits at which a learner was taught, each with that learner's sections."""
    for visit in visits:
        sections = [part for part in visit.sections if part.episode == episode and part.learner == learner]
        if sections:
            yield visit, sections


def _as_counted(visit: Visit, taught: Sequence[Visit], episode: str) -> Counted:
    number = visit_number(taught, episode, visit.started_at, visit.id)
    return Counted(visit.id, number, visit.started_at.date(), visit.signed_by, visit.signed_by_registered)

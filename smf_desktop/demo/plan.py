"""What chance has in store for each referral, drawn before anything happens (`clinical.md` section 9).

The outcome chances are inputs. What is drawn is what the person can do; what is recorded of it, and whether the rules
let the pathway end so, is up to the services.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from math import ceil, exp, log
from statistics import NormalDist

from smf_core.domain.checklist import Checklist, Library
from smf_core.domain.discharge import FAVOURABLE, Outcome
from smf_core.domain.patient import Sex
from smf_core.domain.red_flag import Urgency
from smf_core.domain.referral import Source
from smf_core.domain.visit import RISING, Level, Place, Purpose
from smf_desktop.demo.people import Dice, Person, nhs_numbers, person


@dataclass(frozen=True, slots=True)
class Curve:
    """One skill: how often it is referred, for whom, how many visits it takes, how it ends, and days between visits."""

    share: float
    age: tuple[float, float, int, int]
    """Mean, standard deviation, youngest, oldest."""

    female: float
    visits: tuple[float, float, int, int]
    """Lognormal median and sigma, fewest, most."""

    outcomes: tuple[float, float, float, float, float, float, float, float]
    """In the order of `_OUTCOMES`."""

    days: float
    baseline: int
    """Core-team visits a month before teaching."""


_OUTCOMES = (
    Outcome.INDEPENDENT,
    Outcome.INDEPENDENT_SUPPORT,
    Outcome.RETURNED_CORE,
    Outcome.HOSPITAL,
    Outcome.DECLINED,
    Outcome.DECEASED,
    Outcome.MOVED,
    Outcome.TREATMENT_ENDED,
)
_INJECTION = (0.74, 0.09, 0.06, 0.03, 0.04, 0.01, 0.01, 0.02)
_INSULIN = (0.52, 0.16, 0.18, 0.05, 0.05, 0.02, 0.01, 0.01)
_CATHETER = (0.54, 0.17, 0.15, 0.05, 0.05, 0.02, 0.01, 0.01)
_VALVE = (0.60, 0.13, 0.14, 0.04, 0.05, 0.01, 0.01, 0.02)
_WOUND = (0.60, 0.12, 0.13, 0.05, 0.05, 0.01, 0.01, 0.03)
_COMPRESSION = (0.53, 0.20, 0.14, 0.03, 0.07, 0.01, 0.01, 0.01)

CURVES: Mapping[str, Curve] = {
    "self_injection": Curve(0.24, (66, 15, 18, 95), 0.54, (3.2, 0.38, 2, 10), _INJECTION, 1, 30),
    "insulin": Curve(0.22, (72, 13, 20, 97), 0.50, (7.0, 0.42, 3, 24), _INSULIN, 1, 60),
    "catheter_care": Curve(0.17, (76, 12, 25, 99), 0.33, (4.3, 0.42, 2, 14), _CATHETER, 3, 8),
    "catheter_valve": Curve(0.07, (70, 14, 22, 96), 0.35, (4.0, 0.40, 2, 12), _VALVE, 2, 6),
    "wound": Curve(0.18, (62, 18, 18, 97), 0.52, (5.0, 0.45, 2, 16), _WOUND, 3, 10),
    "compression": Curve(0.12, (73, 12, 30, 97), 0.64, (4.2, 0.42, 2, 14), _COMPRESSION, 2, 30),
}
DAILY = frozenset({"self_injection", "insulin"})
"""Skills taught every day of the week."""

MONTHS = (1.08, 1.00, 1.04, 0.97, 1.00, 1.00, 1.02, 0.92, 1.02, 1.05, 1.03, 0.87)
"""Referrals of each month of the year, as a share of the mean month."""

_WEEKDAYS = (0.23, 0.20, 0.19, 0.19, 0.15, 0.02, 0.02)
_RAMP = (0.4, 0.7)
_SOURCES = (
    (Source.CORE_TEAM, 55),
    (Source.HOSPITAL, 22),
    (Source.GP, 13),
    (Source.SPECIALIST_NURSE, 7),
    (Source.SELF, 3),
)

_CARER, _MUDDLED = 0.30, 0.35 * 0.12
"""How often `people.person` gives someone a carer, and a memory problem while living alone."""


class Triage(StrEnum):
    """What becomes of a referral that was received."""

    ACCEPT = "accept"
    REJECT = "reject"
    WAIT = "wait"
    LEAVE = "leave"
    """Still triage due."""

    LIST = "list"
    """Accepted, and no first visit is booked yet."""


class Then(StrEnum):
    """What follows the last visit of a life that is still going on."""

    DISCHARGE = "discharge"
    READY = "ready"
    NO_NEXT = "no_next"
    NO_RECORD = "no_record"
    """The next visit is booked, and nobody has written it up."""

    IN_HOSPITAL = "in_hospital"
    """The next visit did not go ahead, and nothing else is booked."""

    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one visit would show of one skill: a level for every step, confidence, and a sign that may be seen."""

    levels: Mapping[str, Level]
    confidence: int
    purpose: Purpose = Purpose.TEACHING
    place: Place = Place.HOME
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """One skill as it will be learned. `explained` says from which visit on each question is answered safely."""

    skill: str
    outcome: Outcome
    lessons: tuple[Lesson, ...]
    explained: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Life:
    """One referral and what comes of it. `at` fixes the times of the first visits, else the diary finds them.

    `misses` is this person's chance that nobody opens the door. The rest is drawn on the way, from `seed`.
    """

    seed: str
    person: Person
    courses: tuple[Course, ...]
    received: date
    source: Source
    nurse: str
    misses: float
    triage: Triage = Triage.ACCEPT
    then: Then = Then.DISCHARGE
    at: tuple[datetime, ...] = ()
    twice: bool = False
    """The same referral is sent twice."""

    again: bool = False
    """This person was taught here before."""

    flags_stay: bool = False
    """A red flag seen is not closed."""

    learners: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """`carer` or `patient`, each with the steps that are theirs; empty: the patient, all of them."""

    assistant: tuple[int, ...] = ()
    """Which visits the assistant makes, the first being 0; a registered nurse is asked to co-sign each."""

    note_late: bool = False
    """The note of the last visit made was not copied to the trust's record."""

    vascular_check: date | None = None
    """The last day on which the checks of the first gate are valid."""

    new_dose_on: date | None = None
    """The day on which the prescriber changed the dose."""

    same_as: str = ""
    """The NHS number of somebody here whose name and birth date are these, while nobody knows if it is them."""


def crowd(count: int, *, seed: int, first: date, last: date, library: Library) -> Iterator[Life]:
    """So many referrals from one day to another, in order of their days."""
    dice = Dice(seed)
    days = sorted(_days(dice, count, first, last))
    numbers = nhs_numbers(dice)
    for place, (received, number) in enumerate(zip(days, numbers, strict=False)):
        yield _life(f"{seed}:{place}", number, received, library)


def _days(dice: Dice, count: int, first: date, last: date) -> list[date]:
    """Days of referral: the months of the year, the days of the week and a slow start."""
    every = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    weights = []
    for day in every:
        month = (day.year - first.year) * 12 + day.month - first.month
        ramp = _RAMP[month] if month < len(_RAMP) else 1.0
        weights.append(MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] * ramp)
    return dice.choices(every, weights, k=count)


def _life(seed: str, number: str, received: date, library: Library) -> Life:
    dice = Dice(seed)
    skill = dice.choices(list(CURVES), [each.share for each in CURVES.values()])[0]
    age, sex = _who(dice, CURVES[skill])
    whom = person(dice, age=age, sex=sex, nhs_number=number, on=received)
    course = draw_course(dice, skill, whom, received, library)
    shares = course.outcome is Outcome.INDEPENDENT_SUPPORT and whom.carer is not None and dice.random() < 0.7
    return Life(
        seed=seed,
        person=whom,
        courses=(course,),
        received=received,
        source=dice.choices([each for each, _ in _SOURCES], [share for _, share in _SOURCES])[0],
        nurse="nurse" if dice.random() < 0.6 else "nurse2",
        misses=dice.betavariate(0.2267, 5.44),  # mean 4 %, clustered by person (rho 0.15)
        triage=Triage.REJECT if dice.random() < 0.04 else Triage.ACCEPT,
        twice=dice.random() < 0.002,
        learners=(("carer", ()),) if shares else (),
        new_dose_on=received + timedelta(days=9) if skill == "insulin" and dice.random() < 0.04 else None,
    )


def _who(dice: Dice, curve: Curve) -> tuple[int, Sex]:
    mean, deviation, youngest, oldest = curve.age
    age = round(min(max(dice.gauss(mean, deviation), youngest), oldest))
    return age, Sex.FEMALE if dice.random() < curve.female else Sex.MALE


# --- one course ----------------------------------------------------------------------------------------------------


def draw_course(dice: Dice, skill: str, whom: Person, on: date, library: Library) -> Course:
    """Outcome, then visits, then the level of each step at each visit."""
    curve, checklist = CURVES[skill], library.newest(skill)
    outcome = _outcome(dice, curve, whom, on)
    visits = _visits(dice, curve)
    if outcome in FAVOURABLE:
        return course(dice, checklist, outcome, visits, visits)
    return course(dice, checklist, outcome, visits, max(1, round(visits * 0.6)))


def course(dice: Dice, checklist: Checklist, outcome: Outcome, visits: int, made: int) -> Course:
    """A course of so many visits to mastery, of which some are made. One that is cut short leaves a step open."""
    favourable = outcome in FAVOURABLE
    mastered = _mastered(dice, checklist, visits, made, favourable=favourable)
    confidence = _confidence(dice, made, favourable=favourable)
    return Course(
        skill=checklist.id,
        outcome=outcome,
        lessons=tuple(
            _lesson(dice, checklist, mastered, visit, visits, made, confidence[visit - 1], favourable=favourable)
            for visit in range(1, made + 1)
        ),
        explained={
            question.id: ceil(max(1, visits - 1) * dice.betavariate(1.6, 1.3)) for question in checklist.teach_back
        },
    )


def _outcome(dice: Dice, curve: Curve, whom: Person, on: date) -> Outcome:
    """The row's chances, its favourable odds moved by how the person lives, and moved back to the row on average."""
    mean, deviation, _, _ = curve.age
    aged = 1 - NormalDist(mean, deviation).cdf(85)
    usual = (1 - 0.4 * aged) * (1 - 0.5 * _MUDDLED) * (1 + 0.5 * _CARER)
    odds = 0.6 if (on - whom.born).days > 85 * 365.25 else 1.0
    odds *= 0.5 if whom.lives_alone and whom.memory_problem else 1.0
    odds *= 1.5 if whom.carer else 1.0
    weights = [
        chance * odds / usual if outcome in FAVOURABLE else chance
        for outcome, chance in zip(_OUTCOMES, curve.outcomes, strict=True)
    ]
    drawn = dice.choices(_OUTCOMES, weights)[0]
    again = dice.random()
    if drawn is Outcome.RETURNED_CORE and again < 0.25:
        return Outcome.SHARED_CORE
    if drawn is Outcome.DECLINED and again < 0.30:
        return Outcome.NO_CONTACT
    return drawn


def _visits(dice: Dice, curve: Curve) -> int:
    median, sigma, fewest, most = curve.visits
    return min(max(round(exp(dice.gauss(log(median), sigma))), fewest), most)


def _mastered(dice: Dice, checklist: Checklist, visits: int, made: int, *, favourable: bool) -> dict[str, int]:
    """From which visit on each step is done on own; one critical step at least waits until the last but one."""
    found = {
        step.id: ceil((max(1, visits - 1) if step.critical else 1.15 * visits) * dice.betavariate(1.6, 1.3))
        for step in checklist.steps
    }
    last = dice.choice([step.id for step in checklist.critical_steps if not step.occasional])
    found[last] = max(1, visits - 1) if favourable else max(made + 1, visits - 1)
    return found


def _lesson(
    dice: Dice,
    checklist: Checklist,
    mastered: Mapping[str, int],
    visit: int,
    visits: int,
    made: int,
    confidence: int,
    *,
    favourable: bool,
) -> Lesson:
    looked_at = visit >= (visits - 1 if favourable else made)
    levels = {}
    for step in checklist.steps:
        level = _level(dice, mastered[step.id], visit)
        unseen = dice.random() < (0.5 if step.occasional else 0.06)
        if unseen and not (step.critical and looked_at):
            level = Level.NOT_OBSERVED
        levels[step.id] = level
    purpose, place = Purpose.TEACHING, Place.HOME
    chance = dice.random()
    if visit < visits - 1 and made > 1:
        if visit == 1 and chance < 0.08:
            purpose = Purpose.ASSESSMENT
        elif visit > 1 and chance < 0.02:
            purpose = Purpose.STOPPED_EARLY
        elif visit > 1 and chance < 0.04:
            place = Place.VIDEO
        elif chance < 0.09:
            place = Place.CLINIC
    return Lesson(levels, confidence, purpose, place, _sign(dice, checklist))


def _level(dice: Dice, mastered: int, visit: int) -> Level:
    """Prompts in the last third before mastery, help in the middle one; now and then a level lower."""
    if visit >= mastered:
        return Level.INDEPENDENT
    along = (visit - 1) / max(1, mastered - 1)
    rung = 2 if along >= 2 / 3 else 1 if along >= 1 / 3 else 0
    if dice.random() < 0.04:
        rung = max(0, rung - 1)
    return RISING[rung]


def _sign(dice: Dice, checklist: Checklist) -> str:
    """The red flag of a visit, seldom one: 3 % the same day, 0.3 % an emergency, and some for the next working day."""
    chance = dice.random()
    urgency = (
        Urgency.EMERGENCY
        if chance < 0.003
        else Urgency.SAME_DAY
        if chance < 0.033
        else Urgency.NEXT_WORKING_DAY
        if chance < 0.043
        else None
    )
    signs = [sign.id for sign in checklist.red_flags if sign.urgency is urgency]
    return dice.choice(signs) if signs else ""


def _confidence(dice: Dice, made: int, *, favourable: bool) -> list[int]:
    """The ruler from the first visit to the last, 0 to 10."""
    start = dice.gauss(4.5, 2)
    end = dice.gauss(8.2, 1.2) if favourable else dice.gauss(5.5, 2)
    along = [place / max(1, made - 1) for place in range(made - 1)]
    between = [start + (end - start) * each + dice.gauss(0, 0.4) for each in along]
    return [min(max(round(each), 0), 10) for each in (*between, end)]


# --- the diary -----------------------------------------------------------------------------------------------------

SLOTS = (time(8, 45), time(9, 30), time(10, 30), time(11, 30), time(13, 0), time(14, 0), time(15, 0), time(16, 0))


class Diary:
    """Who is where when: one visit at a time for each nurse."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, date, time]] = set()

    def close(self, nurse: str, on: date) -> None:
        """The day is full."""
        self._taken |= {(nurse, on, slot) for slot in SLOTS}

    def book(self, dice: Dice, nurse: str, on: date, *, weekends: bool, after: time = time.min) -> tuple[date, time]:
        """The first day with a free time from `on`; on that day after a time of day."""
        while True:
            free = [slot for slot in SLOTS if slot >= after and (nurse, on, slot) not in self._taken]
            if free and (weekends or on.weekday() < 5):
                slot = dice.choice(free)
                self._taken.add((nurse, on, slot))
                return on, slot
            on, after = on + timedelta(days=1), time.min


def later_that_day(at: datetime) -> time | None:
    """From when a second dose of the day may be taught: at least four hours on, None where the day is too short."""
    earliest = at + timedelta(hours=4, minutes=15)
    if earliest.date() != at.date() or earliest.time() > SLOTS[-1]:
        return None
    return earliest.time()


def backwards(last: datetime, count: int, days: int, *, weekends: bool) -> Sequence[datetime]:
    """The times of so many visits that end with `last`, so many days apart, on working days unless said otherwise."""
    found = [last]
    while len(found) < count:
        before = found[0] - timedelta(days=days)
        while not weekends and before.weekday() > 4:
            before -= timedelta(days=1)
        found.insert(0, before)
    assert all(one < other for one, other in pairwise(found))
    return found

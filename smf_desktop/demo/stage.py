"""The stage on which named people stand at a chosen point on the last day of a demo."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from smf_core.domain.checklist import Library
from smf_core.domain.dates import LONDON
from smf_core.domain.discharge import Outcome
from smf_core.domain.patient import Sex
from smf_core.domain.referral import Source
from smf_core.domain.visit import Place, Purpose
from smf_desktop.demo.people import Dice, Person
from smf_desktop.demo.plan import CURVES, DAILY, Course, Life, Then, Triage, backwards, course

CLOSED_PRACTICE = "C81001"
"""Closed this summer; another took its people over."""


class Stage:
    """Makes lives that stand at a chosen point on the last day."""

    def __init__(self, seed: int, as_of: date, library: Library) -> None:
        self.seed, self.as_of, self.library = seed, as_of, library

    def day(self, days: int) -> date:
        return self.as_of + timedelta(days=days)

    def life(
        self,
        person: Person,
        *skills: str,
        visits: int,
        made: int,
        last: tuple[int, time],
        coming: tuple[int, time] | None = None,
        nurse: str = "nurse",
        then: Then = Then.DISCHARGE,
        carer_steps: Sequence[str] = (),
    ) -> Life:
        """Someone who masters the skills at visit `visits` and has made `made`, the last so many days ago at a time.

        `coming` is the next visit; without one `then` says what follows.
        """
        dice = Dice(f"{self.seed}:{person.nhs_number}")
        daily = all(skill in DAILY for skill in skills)
        days = round(max(CURVES[skill].days for skill in skills))
        done = backwards(self.moment(*last), made, days, weekends=daily)
        return Life(
            seed=f"{self.seed}:{person.nhs_number}",
            person=person,
            courses=tuple(self._course(dice, skill, visits) for skill in skills),
            received=done[0].date() - timedelta(days=6),
            source=Source.CORE_TEAM,
            nurse=nurse,
            misses=0,
            then=then,
            at=(*done, self.moment(*coming)) if coming else tuple(done),
            learners=(("carer", tuple(carer_steps)), ("patient", self._others(skills, carer_steps)))
            if carer_steps
            else (),
        )

    def referred(self, person: Person, skill: str, days: int, triage: Triage) -> Life:
        """Someone whose referral came so many days ago, and with whom nothing has begun."""
        life = self.life(person, skill, visits=5, made=1, last=(7, time(9, 0)))
        return replace(life, received=self.day(days), source=Source.HOSPITAL, triage=triage, at=())

    def _course(self, dice: Dice, skill: str, visits: int) -> Course:
        """A course that goes well, without a surprise that would hide what this person is here to show."""
        made = course(dice, self.library.newest(skill), Outcome.INDEPENDENT, visits, visits)
        plain = [replace(each, sign="", purpose=Purpose.TEACHING, place=Place.HOME) for each in made.lessons]
        plain[-1] = replace(plain[-1], confidence=max(8, plain[-1].confidence))
        return replace(made, lessons=tuple(plain))

    def _others(self, skills: Sequence[str], carer_steps: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            step.id for skill in skills for step in self.library.newest(skill).steps if step.id not in carer_steps
        )

    def moment(self, days: int, at: time) -> datetime:
        return datetime.combine(self.day(days), at, LONDON)


def seen(life: Life, sign: str, *, at: int = -1) -> Life:
    """The red flag was seen at one of the visits made, by its place."""
    (one, *rest) = life.courses
    lessons = list(one.lessons)
    lessons[at] = replace(lessons[at], sign=sign)
    return replace(life, courses=(replace(one, lessons=tuple(lessons)), *rest), flags_stay=True)


def person_named(name: str, born: date, nhs_number: str, home: str, phone: str) -> Person:
    """`name` is family, given and title; `home` ends with the postcode; `phone` is its last three digits."""
    family, given, title = name.split(", ")
    address, _, postcode = home.rpartition(", ")
    sex = Sex.MALE if title == "Mr" else Sex.FEMALE
    return Person(family, given, title, born, sex, nhs_number, address, postcode, f"01632 960{phone}", "C81099")


def number_of(place: int) -> str:
    """The NHS numbers of the cast, beside those the crowd draws."""
    digits = f"99999{place:04}"
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True))
    last = (11 - total % 11) % 11
    return f"{digits}{last}" if last < 10 else number_of(place + 1000)

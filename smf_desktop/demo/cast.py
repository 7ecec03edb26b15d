"""The people whom a visitor to the demo meets on its last day: one for every list and every case of the pages."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from smf_core.domain.checklist import Library
from smf_core.domain.discharge import Outcome
from smf_core.domain.patient import Sex
from smf_core.domain.referral import Source
from smf_core.domain.visit import Place, Purpose
from smf_desktop.demo.clock import LONDON
from smf_desktop.demo.people import Dice, Helper, Person
from smf_desktop.demo.plan import CURVES, DAILY, Course, Life, Then, Triage, backwards, course

TOMORROW = 1


def cast(*, seed: int, as_of: date, library: Library) -> Iterator[Life]:
    """Everyone of the cast; those who come first matter most."""
    stage = _Stage(seed, as_of, library)
    yield from _today(stage)
    yield from _lists(stage)
    yield from _cases(stage)
    yield from _triage_due(stage)


class _Stage:
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
        done = backwards(self._at(last), made, days, weekends=daily)
        return Life(
            seed=f"{self.seed}:{person.nhs_number}",
            person=person,
            courses=tuple(self._course(dice, skill, visits) for skill in skills),
            received=done[0].date() - timedelta(days=6),
            source=Source.CORE_TEAM,
            nurse=nurse,
            misses=0,
            then=then,
            at=(*done, self._at(coming)) if coming else tuple(done),
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

    def _at(self, when: tuple[int, time]) -> datetime:
        return datetime.combine(self.day(when[0]), when[1], LONDON)


def seen(life: Life, sign: str, *, at: int = -1) -> Life:
    """The red flag was seen at one of the visits made, by its place."""
    (one, *rest) = life.courses
    lessons = list(one.lessons)
    lessons[at] = replace(lessons[at], sign=sign)
    return replace(life, courses=(replace(one, lessons=tuple(lessons)), *rest), flags_stay=True)


def _person(name: str, born: date, nhs_number: str, home: str, phone: str) -> Person:
    """`name` is family, given and title; `home` ends with the postcode; `phone` is its last three digits."""
    family, given, title = name.split(", ")
    address, _, postcode = home.rpartition(", ")
    sex = Sex.MALE if title == "Mr" else Sex.FEMALE
    return Person(family, given, title, born, sex, nhs_number, address, postcode, f"01632 960{phone}", "C81099")


def _today(stage: _Stage) -> Iterator[Life]:
    """Six visits of the nurse: one signed, one begun, one next, three to come."""
    nasreen = _person(
        "Chaudhry, Nasreen, Mrs", date(1968, 2, 9), "9990396086", "3 Weavers Court, Derby, DE23 4ZB", "312"
    )
    yield stage.life(
        replace(nasreen, no_known_allergies=True),
        "self_injection",
        visits=3,
        made=3,
        last=(0, time(9, 0)),
        then=Then.READY,
    )
    ceri = _person("Llewellyn, Ceri, Ms", date(1979, 6, 21), "9990554463", "27 Plover Crescent, Derby, DE22 6ZH", "455")
    yield stage.life(
        replace(ceri, allergy=("Latex", "itching", "2009")),
        "insulin",
        "self_injection",
        visits=7,
        made=3,
        last=(-1, time(10, 15)),
        coming=(0, time(10, 15)),
    )
    doreen = _person(
        "Abernathy, Doreen, Mrs", date(1951, 3, 14), "9990079323", "14 Larkspur Close, Derby, DE22 3ZA", "147"
    )
    doreen = replace(
        doreen,
        preferred="Dot",
        allergy=("Penicillin", "rash", "1988"),
        access_note="Key safe, see notes",
        alert=("Low vision, left eye", "Large-print guide and pen magnifier"),
        carer=Helper("Alison Abernathy", "daughter", "01632 960148"),
        lives_alone=True,
    )
    yield seen(
        stage.life(doreen, "insulin", visits=7, made=5, last=(-1, time(11, 30)), coming=(0, time(11, 30))),
        "r10",
        at=4,
    )
    rosalind = _person(
        "Featherstone, Rosalind, Miss", date(1956, 9, 2), "9990237700", "8 Millstone Lane, Belper, DE56 1ZE", "233"
    )
    yield stage.life(
        replace(rosalind, no_known_allergies=True),
        "catheter_care",
        "catheter_valve",
        visits=7,
        made=4,
        last=(-3, time(13, 15)),
        coming=(0, time(13, 15)),
    )
    marek = _person(
        "Kowalczyk, Marek, Mr", date(1984, 11, 30), "9990316899", "41 Quarry Hill, Ilkeston, DE7 5ZN", "316"
    )
    yield stage.life(marek, "wound", visits=12, made=9, last=(-3, time(14, 30)), coming=(0, time(14, 30)))
    beryl = _person("Wrigley, Beryl, Mrs", date(1944, 1, 17), "9991187987", "19 Chapel Row, Matlock, DE4 2ZR", "118")
    yield stage.life(
        replace(beryl, no_known_allergies=True, carer=Helper("Ronald Wrigley", "husband", "01632 960119")),
        "compression",
        visits=6,
        made=4,
        last=(-2, time(15, 45)),
        coming=(0, time(15, 45)),
        carer_steps=("s06", "s07", "s08", "s09", "s11"),
    )


def _lists(stage: _Stage) -> Iterator[Life]:
    """Ready to discharge, overdue, nothing booked, on hold."""
    babatunde = _person(
        "Oyelaran, Babatunde, Mr", date(1949, 5, 6), _number(101), "5 Heron Place, Derby, DE22 7ZD", "501"
    )
    yield stage.life(
        replace(babatunde, no_known_allergies=True),
        "catheter_care",
        visits=4,
        made=4,
        last=(-1, time(9, 30)),
        then=Then.READY,
    )
    kenneth = _person(
        "Hargreaves, Kenneth, Mr", date(1947, 8, 25), _number(102), "62 Wharf Lane, Derby, DE23 1ZS", "502"
    )
    yield stage.life(
        replace(kenneth, preferred="Ken", allergy=("Trimethoprim", "rash", "2021")),
        "catheter_valve",
        visits=4,
        made=4,
        last=(-6, time(11, 0)),
        then=Then.READY,
    )
    terence = _person(
        "Blackwood, Terence, Mr", date(1953, 12, 3), _number(103), "30 Spinney Drive, Ripley, DE5 8ZT", "503"
    )
    yield stage.life(
        terence,
        "insulin",
        visits=8,
        made=4,
        last=(-5, time(9, 30)),
        coming=(-4, time(9, 30)),
        then=Then.IN_HOSPITAL,
    )
    jolanta = _person(
        "Nowicki, Jolanta, Mrs", date(1971, 4, 28), _number(104), "11 Bobbin Street, Derby, DE23 9ZW", "504"
    )
    yield stage.life(
        replace(jolanta, no_known_allergies=True),
        "wound",
        visits=6,
        made=3,
        last=(-6, time(16, 0)),
        coming=(-3, time(16, 0)),
        then=Then.NO_RECORD,
    )
    arthur = _person(
        "Pemberton, Arthur, Mr", date(1941, 10, 10), _number(105), "7 Lime Kiln Lane, Alfreton, DE55 3ZG", "505"
    )
    yield stage.life(arthur, "compression", visits=6, made=3, last=(-11, time(14, 0)), then=Then.NO_NEXT)
    sheila = _person("Turton, Sheila, Mrs", date(1950, 7, 19), _number(106), "23 Damson Walk, Heanor, DE75 7ZQ", "506")
    yield stage.life(
        replace(sheila, allergy=("Codeine", "sickness", "2014")),
        "insulin",
        visits=9,
        made=4,
        last=(-4, time(8, 45)),
        then=Then.HOLD,
    )


def _cases(stage: _Stage) -> Iterator[Life]:
    """A similar name, a carer who learns, lapsed gates, open red flags, many visits over what is usual."""
    dora = _person("Abernathy, Dora, Mrs", date(1951, 8, 14), _number(107), "2 Meadow Bottom, Belper, DE56 4ZL", "507")
    yield stage.life(
        dora, "wound", visits=6, made=2, last=(-3, time(11, 30)), coming=(TOMORROW, time(11, 30)), nurse="nurse2"
    )
    winston = _person(
        "Campbell, Winston, Mr", date(1939, 2, 2), _number(108), "16 Cowslip Bank, Derby, DE22 5ZP", "508"
    )
    carer = Helper("Gloria Campbell", "wife", "01632 960509")
    alert = ("Forgets what was said", "Write it down; Gloria learns for both")
    life = stage.life(
        replace(winston, carer=carer, alert=alert, memory_problem=True),
        "insulin",
        visits=8,
        made=4,
        last=(-1, time(8, 45)),
        coming=(TOMORROW, time(8, 45)),
    )
    yield replace(life, learners=(("carer", ()),))
    edna = _person(
        "Froggatt, Edna, Mrs", date(1946, 3, 30), _number(109), "9 Packhorse Road, Ashbourne, DE6 1ZU", "510"
    )
    life = stage.life(edna, "compression", visits=7, made=3, last=(-3, time(10, 30)), coming=(TOMORROW, time(10, 30)))
    yield replace(life, vascular_check=stage.day(-2))
    gurdeep = _person(
        "Sandhu, Gurdeep, Mr", date(1962, 5, 18), _number(110), "55 Stonecrop Way, Derby, DE23 6ZJ", "511"
    )
    life = stage.life(
        replace(gurdeep, no_known_allergies=True),
        "insulin",
        visits=8,
        made=4,
        last=(-2, time(16, 0)),
        coming=(TOMORROW, time(16, 0)),
    )
    yield replace(seen(life, "r05", at=3), new_dose_on=stage.day(-1))
    harold = _person(
        "Bestwick, Harold, Mr", date(1937, 11, 11), _number(111), "34 Tansley Bank, Matlock, DE4 6ZY", "512"
    )
    yield stage.life(
        replace(harold, preferred="Harry", access_note="Knock loudly and wait, slow to the door"),
        "self_injection",
        visits=12,
        made=9,
        last=(-1, time(14, 0)),
        coming=(TOMORROW, time(14, 0)),
    )
    ngozi = _person("Adeyemi, Ngozi, Ms", date(1988, 9, 23), _number(112), "18 Kestrel Avenue, Derby, DE22 9ZX", "513")
    life = stage.life(
        ngozi, "wound", visits=5, made=3, last=(-2, time(9, 30)), coming=(TOMORROW, time(9, 30)), nurse="nurse2"
    )
    yield seen(life, "r11", at=2)


def _triage_due(stage: _Stage) -> Iterator[Life]:
    """Two that nobody has looked at, one of them sent twice, and one that waits for a telephone call."""
    raymond = _person(
        "Swindell, Raymond, Mr", date(1958, 6, 12), _number(120), "4 Old Tannery Road, Derby, DE22 1ZF", "520"
    )
    yield stage.referred(raymond, "insulin", -1, Triage.LEAVE)
    hazel = _person(
        "Marples, Hazel, Mrs", date(1943, 12, 29), _number(121), "5 Old Tannery Road, Derby, DE22 1ZF", "521"
    )
    yield replace(stage.referred(hazel, "compression", -1, Triage.LEAVE), twice=True)
    iqbal = _person("Hussain, Iqbal, Mr", date(1966, 1, 4), _number(122), "6 Old Tannery Road, Derby, DE22 1ZF", "522")
    yield stage.referred(iqbal, "self_injection", -4, Triage.WAIT)


def _number(place: int) -> str:
    """The NHS numbers of the cast, beside those the crowd draws."""
    digits = f"99999{place:04}"
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True))
    last = (11 - total % 11) % 11
    return f"{digits}{last}" if last < 10 else _number(place + 1000)

"""One life as far as it has come: what those who act in it must know of what happened before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from smf_core.domain.checklist import Checklist, Library
from smf_core.domain.dates import LONDON
from smf_core.domain.discharge import Outcome
from smf_core.domain.visit import Purpose
from smf_desktop.demo.people import Dice, Person
from smf_desktop.demo.plan import DAILY, Course, Diary, Lesson, Life
from smf_desktop.services.pathways import record_core_visits
from smf_desktop.services.session import Session
from smf_desktop.services.visit.note_copies import NoteOf, copy_note

_HOLD = 0.04
"""How often a pathway is put on hold for a while."""


@dataclass(frozen=True, slots=True)
class Service:
    """Who works here, with what, and when the story ends.

    `seen` holds the referrals somebody has dealt with, `met` everyone who was referred, by NHS number, `teams` the core
    teams by locality, `left` who was discharged to self-care and when, and `held_back` the people whose letters the
    office leaves lying.
    """

    sessions: Mapping[str, Session]
    library: Library
    diary: Diary
    end: datetime
    seen: set[str] = field(default_factory=set)
    met: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    left: list[tuple[Person, date]] = field(default_factory=list)
    held_back: frozenset[str] = frozenset()


@dataclass(slots=True)
class Pathway:
    """One skill being taught: what is still to come, and what this learner explained already."""

    course: Course
    episode: str
    checklist: Checklist
    outcome: Outcome
    lessons: list[Lesson]
    done: int = 0
    more: int = 0
    explained: set[tuple[str, str]] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        return self.done == len(self.lessons)


class SoFar:
    """A life with its nurse and what was written down. `dice` decide what happens at visits, `around` all else."""

    def __init__(self, service: Service, life: Life) -> None:
        self.service, self.life = service, life
        self.session = service.sessions[life.nurse]
        self.dice, self.around = Dice(f"{life.seed}:acts"), Dice(f"{life.seed}:around")
        self.patient = ""
        self.contact = ""
        self.prescribed: dict[str, str] = {}
        self.doses: dict[str, str] = {}
        self.times: dict[str, str] = {}
        self.lent: list[str] = []
        self.pathways: list[Pathway] = []
        self.ended: Pathway | None = None
        self.hold_at = self.dice.randrange(2, 5) if self.dice.random() < _HOLD and not life.at else 0
        self.new_dose_on = life.new_dose_on

    @property
    def me(self) -> str:
        return self.session.user.id

    @property
    def episodes(self) -> tuple[str, ...]:
        return tuple(each.episode for each in self.pathways)

    def at(self, on: date, at: time) -> datetime:
        return datetime.combine(on, at, LONDON)

    def free(self, on: date, after: time = time.min) -> datetime:
        """The nurse's next free time from a day on."""
        weekends = any(course.skill in DAILY for course in self.life.courses)
        return self.at(*self.service.diary.book(self.dice, self.life.nurse, on, weekends=weekends, after=after))

    def core_visits(self, pathway: Pathway, a_month: int) -> None:
        today = self.session.today()
        record_core_visits(self.session, pathway.episode, from_=today, a_month=str(a_month), source="core_diary")

    def note_copied(self, of: NoteOf, record: str) -> None:
        """The note goes to the trust's record at once, but on the last day, which is not over."""
        if self.session.today() < self.service.end.date():
            copy_note(self.session, of, record)

    def by_assistant(self, count: int) -> bool:
        """Whether visit number `count` is the assistant's: now and then one in the middle of the teaching."""
        if self.life.at or count == 0:
            return count in self.life.assistant
        teaching = all(each.lessons[each.done].purpose is Purpose.TEACHING for each in self.pathways)
        early = all(each.done < len(each.lessons) - 2 for each in self.pathways)
        return teaching and early and self.around.random() < 0.08

"""Services in which everything happens that a demo seldom shows, drawn from a seed and written through the one door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from random import Random
from zoneinfo import ZoneInfo

from tests.support.core_counts import counted, goes_on, had_before, stated, usual
from tests.support.figures import referred
from tests.support.written import MORNING, Laptop, item

AS_OF = date(2026, 11, 17)
BEGAN = date(2025, 11, 20)
SKILLS = ("insulin", "wound", "self_injection", "catheter_valve")
OUTCOMES = ("independent",) * 8 + ("independent_support",) * 4
OUTCOMES += ("returned_core", "shared_core", "declined", "hospital", "moved", "deceased", "treatment_ended")
OUTCOMES += (IN_ERROR := "entered_in_error",)
NURSES = ("amina", "ben")
TEAMS = ("derby", "derby", "derby", "glossop")
CORE_TEAMS = {"North nursing": "North", "South nursing": "South"}
LONDON = ZoneInfo("Europe/London")
Taught = tuple[str, str, date | None]
"""A pathway, its skill and the day it was closed."""


@dataclass(frozen=True, slots=True)
class Story:
    """What is being written: where to, and by what chance."""

    laptop: Laptop
    dice: Random
    outcomes: Sequence[str]
    clock: tzinfo

    def likely(self, share: float) -> bool:
        return self.dice.random() < share


def story(
    laptop: Laptop, seed: int, people: int = 60, *, outcomes: Sequence[str] = OUTCOMES, clock: tzinfo = LONDON
) -> None:
    """A year of a service and the core teams around it; `clock` is that of the laptops."""
    told = Story(laptop, Random(seed), outcomes, clock)
    for name, locality in CORE_TEAMS.items():
        laptop.save(item("core_team", name, "listed", name=name, locality=locality, phone="", address=""), at=MORNING)
    for number in range(people):
        _person(told, f"p{number}")
    for number in range(0, people, 9):
        _same(told, f"p{number + 1}", kept=f"p{number}")
    _core_teams(told)


def _person(told: Story, name: str) -> None:
    dice, laptop = told.dice, told.laptop
    laptop.person(name, "Abernathy", name, "1951-03-14")
    day, pathways = BEGAN + timedelta(days=dice.randrange(300)), list[Taught]()
    for referral in range(dice.choice((1, 1, 1, 2, 3))):
        skills = dice.sample(SKILLS, dice.choice((1, 1, 1, 2)))
        if referral:  # somebody comes back, often for the same
            skills = [dice.choice(pathways)[1]] if pathways and told.likely(0.7) else skills
        of, status = f"{name} r{referral}", dice.choice(("accepted",) * 8 + ("rejected", "waiting_information", ""))
        more = {"referrer": dice.choice((*CORE_TEAMS, ""))}
        source = "core_team" if more["referrer"] else dice.choice(("gp", "hospital", "self"))
        decided = (day + timedelta(days=dice.randrange(4))).isoformat()
        team = dice.choice(TEAMS)
        referred(
            laptop, of, name, day.isoformat(), status, team=team, skills=skills, source=source, decided=decided, **more
        )
        if status == "accepted":
            again = [*skills, *(skills[:1] if told.likely(0.15) else [])]  # one of them twice at a time
            pathways += _taught(told, name, of, again, day)
        day += timedelta(days=dice.choice((7, 14, 31, 45, 60, 90, 100)))
        if day >= AS_OF:
            break
    if told.likely(0.08):
        left = [ended for _, _, ended in pathways if ended] or [day]
        died = min(AS_OF, left[-1] + timedelta(days=dice.choice((0, 1, 17, 30, 31, 45, 90, 91))))
        laptop.save(item("patient", name, "death", died_on=died.isoformat(), told_by="family"), at=MORNING)
    if told.likely(0.12):
        back = {"patient": name, "received_on": day.isoformat(), "team": "North nursing", "reason": "insulin"}
        laptop.save(item("core_return", f"{name} back", "received", **back), patient=name, at=MORNING)


def _taught(told: Story, name: str, referral: str, skills: Sequence[str], day: date) -> list[Taught]:
    """Pathways taught side by side at shared visits; some end, some on one day, some are visited afterwards."""
    dice, laptop = told.dice, told.laptop
    taught = []
    for number, skill in enumerate(skills):
        pathway = f"{referral} {number}"
        opened = {"expected_visits": dice.choice((1, 2, 4)), "opened_on": day.isoformat(), "referral": referral}
        laptop.episode(pathway, name, skill, nurse=dice.choice(NURSES), **opened)
        taught.append((pathway, skill))
        if told.likely(0.6):
            had_before(laptop, name, pathway, dice.choice(("60", "30", "7.5")))
        if told.likely(0.2):
            finished = (day + timedelta(days=dice.randrange(20, 120))).isoformat()
            laptop.save(item("episode", pathway, "treatment_end", on=finished), patient=name, at=MORNING)
        if told.likely(0.15):
            _hold(told, name, pathway, day)
    last = _visits(told, name, [pathway for pathway, _ in taught], day)
    together, ends = dice.choice((0, 1, 7)), dict[str, date]()
    for number, (pathway, skill) in enumerate(taught):
        if told.likely(0.75):
            ended = min(AS_OF, max(day, last + timedelta(days=number * together - (3 if told.likely(0.1) else 0))))
            laptop.discharged(pathway, dice.choice(told.outcomes), on=ended.isoformat())
            if told.likely(0.6):
                rows = [(day, "30"), (ended + timedelta(days=dice.randrange(10)), "15")]
                rows.append((ended + timedelta(days=dice.randrange(10, 50)), "0"))
                if told.likely(0.3):
                    rows.append((rows[1][0], dice.choice(("4", "60"))))  # put right later
                goes_on(laptop, name, pathway, *((since.isoformat(), many) for since, many in rows))
            if told.likely(0.3):
                _back(told, name, pathway, skill, ended)
            ends[pathway] = ended
    return [(pathway, skill, ends.get(pathway)) for pathway, skill in taught]


def _back(told: Story, name: str, pathway: str, skill: str, ended: date) -> None:
    """Referred again on the edge of a window, or on the very day, when only a link tells which came first."""
    dice = told.dice
    day = min(AS_OF, ended + timedelta(days=dice.choice((0, 0, 1, 30, 31, 90, 91))))
    if told.likely(0.3):
        back = {"patient": name, "received_on": day.isoformat(), "team": "North nursing", "reason": ""}
        told.laptop.save(item("core_return", f"{pathway} back", "received", **back), patient=name, at=MORNING)
        return
    link = {"earlier_episode": pathway} if told.likely(0.5) else {}
    again = {"source": "self", "skills": [skill], **link}
    referred(told.laptop, f"{pathway} again", name, day.isoformat(), "waiting_information", **again)


def _hold(told: Story, name: str, pathway: str, day: date) -> None:
    since = day + timedelta(days=told.dice.randrange(10))
    until = since + timedelta(days=told.dice.randrange(20))
    held = {"patient": name, "episode": pathway, "reason": "Away", "from": since.isoformat()}
    held |= {"until": until.isoformat()}
    laptop = told.laptop
    laptop.save(item("hold", f"{pathway} hold", "held", **held), patient=name, at=MORNING)


def _visits(told: Story, name: str, pathways: Sequence[str], day: date) -> date:
    """Some without access, some with a carer beside, some struck, one late in the evening. Answers the last day."""
    dice, laptop, last = told.dice, told.laptop, day
    for number in range(dice.choice((0, 1, 2, 3, 4, 5, 6, 9))):
        day = min(AS_OF, day + timedelta(days=dice.randrange(1, 5)))
        hour = dice.choice((9, 11, 14, 0, 23))  # a summer's night is another day in Greenwich
        at = datetime(day.year, day.month, day.day, hour, 30, tzinfo=LONDON).astimezone(told.clock)
        visit, of = f"{pathways[0]} v{number}", dice.sample(pathways, dice.randint(1, len(pathways)))
        nurse = dice.choice(NURSES)
        if told.likely(0.8):
            laptop.planned(visit, name, at, *of, nurse=nurse)
            if told.likely(0.15):
                reason = dice.choice(("no_access", "no_access", "patient_cancelled", "team_cancelled", "hospital"))
                laptop.missed(visit, name, at, reason)
                continue
        more = tuple(
            item(
                "section",
                f"{visit}/{pathway}/carer",
                "taught",
                patient=name,
                visit=visit,
                episode=pathway,
                learner="carer",
                confidence=dice.choice((None, 2, 8)),
                strategies=[],
                notes="",
            )
            for pathway in of
            if told.likely(0.1)
        )
        place = dice.choice(("home", "home", "home", "video", "clinic"))
        laptop.signed(visit, name, at, {pathway: {} for pathway in of}, author=nurse, contact=place, more=more)
        last = day
        if told.likely(0.06):
            laptop.struck(visit)
    return last


def _same(told: Story, record: str, *, kept: str) -> None:
    """Two records of one person, joined."""
    same = {"kept": kept, "state": "same", "by": "amina", "on": AS_OF.isoformat(), "reason": ""}
    told.laptop.save(item("patient", record, "same_person", **same), patient=record, at=MORNING)


def _core_teams(told: Story) -> None:
    """Counts with gaps, two types of referral, a team that is only counted later, and one to compare with."""
    laptop, dice = told.laptop, told.dice

    def counts(mean: int, months: int, gaps: float = 0.0) -> list[int | None]:
        return [None if told.likely(gaps) else max(0, round(dice.gauss(mean, 2 * mean**0.5))) for _ in range(months)]

    people = 115_000 if told.likely(0.6) else None
    counted(laptop, "2024-10", counts(90, 25, 0.08), team="North nursing", population=people)
    counted(laptop, "2024-10", counts(70, 25), team="South nursing", population=98_000, kind="insulin")
    counted(laptop, "2024-10", counts(40, 25), team="South nursing", population=98_000, kind="wound")
    counted(laptop, "2026-02", counts(30, 9), team="Later nursing", population=40_000)
    if told.likely(0.8):
        counted(laptop, "2024-10", counts(120, 25), team="West nursing", population=130_000, comparison=True)
    stated(laptop, "2024-10-01", "2025-09-30", on="2026-01-05", bedding_in="2026-01-01")
    if told.likely(0.5):
        stated(laptop, "2024-11-01", "2025-10-31", on="2026-02-05")
    for skill in SKILLS[: dice.randrange(3)]:
        usual(laptop, skill, dice.choice(("45", "12.5")))

"""What happens in the office of the demo: whom letters name, letters sent each afternoon, the core team's answers, and
the calls that ask after people who were discharged.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import count

from smf_core.domain.dates import LONDON
from smf_core.domain.letter import LetterKind
from smf_core.domain.practice import CoreTeam
from smf_core.domain.task import TaskKind
from smf_core.domain.working_days import is_working_day
from smf_core.records.queries.letters import core_stops_waiting
from smf_core.records.queries.tasks import open_tasks
from smf_desktop.demo.calls import check_in
from smf_desktop.demo.people import Dice
from smf_desktop.demo.so_far import Service
from smf_desktop.demo.stage import CLOSED_PRACTICE
from smf_desktop.services.bank_holidays import bank_holidays
from smf_desktop.services.laptop.accounts import change_setting
from smf_desktop.services.letters.letters import Pile, confirm_core_stop, letters_to_send, mark_printed, mark_sent
from smf_desktop.services.letters.practices import add_core_team, core_teams, import_practices
from smf_desktop.services.service.areas import import_areas
from smf_desktop.services.session import Session
from smf_desktop.services.tasks import finish_task

CALLS_AT, POST_AT = time(12, 40), time(16, 30)
ANSWERS_AFTER = timedelta(days=3)
"""How long the core team takes to say that its visits have stopped."""

NEVER_ANSWERS = 0.04
"""How often a letter to the core team is left without an answer for good."""

CONTACT = {
    "contact_phone": "01632 960 100",
    "contact_hours": "Monday to Friday, 8:30 to 17:00",
    "out_of_hours": "call 111",
}
CORE_TEAMS = (
    CoreTeam("", "North core nursing team", "01632 960 110", "Long Lane Clinic\nDerby", "North"),
    CoreTeam("", "South core nursing team", "01632 960 111", "Meadow Health Centre\nDerby", "South"),
)
ANSWERED_BY = "Sister Adeyemi"
SURGERIES = ("Alder Road", "Friar Gate", "Old Mill", "Riverside", "Park Farm", "Station Road", "Abbey", "Brook Street")
DECILES = {"DE22": 5, "DE23": 1, "DE56": 8, "DE5": 3, "DE7": 2, "DE4": 7, "DE55": 2, "DE6": 9, "DE75": 4}
"""How deprived the towns of the demo are, in tenths; their sectors lie around it."""

BY_EMAIL = frozenset({LetterKind.PRACTICE, LetterKind.CORE_TEAM})


def office(service: Service, opened: datetime, seed: int) -> Iterator[datetime]:
    """Yields the moments at which the office does something, for ever."""
    yield opened + timedelta(minutes=30)
    lead, admin = service.sessions["lead"], service.sessions["admin"]
    for name, value in CONTACT.items():
        change_setting(lead, name, value)
    for team in CORE_TEAMS:
        add_core_team(lead, team)
    service.teams.update({team.locality: team.id for team in core_teams(lead)})
    import_practices(admin, _practices().encode())
    import_areas(admin, _areas().encode(), "made-up deciles")
    dice = Dice(f"{seed}:office")
    silent: set[str] = set()
    for day in count():
        on = opened.date() + timedelta(days=day)
        if is_working_day(on, bank_holidays(on.year)):
            yield datetime.combine(on, CALLS_AT, LONDON)
            _called(service, dice)
            yield datetime.combine(on, POST_AT, LONDON)
            _posted(service, admin)
            _answered(service.sessions["nurse"], dice, silent)


def _called(service: Service, dice: Dice) -> None:
    """Calls after discharge that are due, and what else a nurse set herself for today."""
    nurses = {one.user.id: one for one in service.sessions.values()}
    nurse = service.sessions["nurse"]
    with nurse.read() as connection:
        due = [one for one in open_tasks(connection) if one.due_on and one.due_on <= nurse.today()]
    for task in due:
        by = nurses.get(task.to_user or "", nurse)
        if task.kind is TaskKind.CHECK_IN:
            check_in(by, task, dice)
        elif task.kind is TaskKind.CALL_BACK:
            finish_task(by, task.id, "Rang")


def _posted(service: Service, admin: Session) -> None:
    """Letters go by email where there is one, else they are printed first. Those held back lie where they are."""
    left = {service.met.get(each) for each in service.held_back}
    for one in letters_to_send(admin, Pile.TO_PRINT).letters:
        by_email, held = one.letter.kind in BY_EMAIL, one.letter.patient in left
        if not by_email:
            mark_printed(admin, one.letter.id)
        if not held:
            mark_sent(admin, one.letter.id, "email" if by_email else "post")


def _answered(nurse: Session, dice: Dice, silent: set[str]) -> None:
    """`silent` are letters that the core team does not answer."""
    today = nurse.today()
    with nurse.read() as connection:
        waiting = core_stops_waiting(connection)
    for stop in waiting:
        if stop.letter in silent or today - stop.written_on < ANSWERS_AFTER:
            continue
        if dice.random() < NEVER_ANSWERS:
            silent.add(stop.letter)
        else:
            confirm_core_stop(nurse, stop.letter, ANSWERED_BY, today, visits_left=stop.visits_left or "0")


def _areas() -> str:
    """The sectors of all towns but one, which the list has left out."""
    rows = ["area,decile"]
    for district, decile in DECILES.items():
        rows += [f"{district} {sector},{min(max(decile + sector % 4 - 1, 1), 10)}" for sector in range(10)]
    return "\n".join(rows)


def _practices() -> str:
    """Every practice that a person of the demo is with; one of them has closed, and another took it over."""
    rows = ["code,name,address,postcode,phone,opened_on,closed_on,successor"]
    for number in range(1, 150):
        code = f"C81{number:03}"
        name = f"{SURGERIES[number % len(SURGERIES)]} {'Surgery' if number % 2 else 'Health Centre'} {number}"
        closed = "2026-06-30,C81002" if code == CLOSED_PRACTICE else ","
        rows.append(f"{code},{name},{number} High Street,DE1 1AA,01632 960 {number:03},1980-04-01,{closed}")
    return "\n".join(rows)

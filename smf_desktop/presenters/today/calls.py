"""Calls in the list of the day: those asked for at a time, and those that were made."""

from collections.abc import Mapping

from smf_core.domain.call import Call
from smf_core.domain.task import Task, TaskKind
from smf_core.records.queries.patients import Known
from smf_desktop.presenters.calls import call_line
from smf_desktop.presenters.identity import clock, isolated, name_line, nhs, spoken_name
from smf_desktop.presenters.labels import ChipKind
from smf_desktop.presenters.today.facts import Act, TodayFacts
from smf_desktop.presenters.today.row import VisitRow
from smf_desktop.presenters.today.tasks import KINDS

ASKED = (TaskKind.CALL_BACK, TaskKind.CHECK_IN)


def call_rows(facts: TodayFacts) -> tuple[VisitRow, ...]:
    """One row per call made that day, and per call asked for that day at a time; the others are among the tasks."""
    people = facts.people or {}
    made = [_made(one, people) for one in facts.calls]
    asked = [_asked(one, people) for one in facts.tasks if one.kind in ASKED and one.due_at and one.due_on == facts.day]
    return tuple(row for row in (*made, *asked) if row is not None)


def _made(call: Call, people: Mapping[str, Known]) -> VisitRow | None:
    person = people.get(call.patient)
    if person is None:
        return None
    about = call_line(call.purpose, call.outcome)
    return _row(person, call.id, clock(call.at), about, f"Called {clock(call.at)}", "ok", "phone", Act.VIEW)


def _asked(task: Task, people: Mapping[str, Known]) -> VisitRow | None:
    person = people.get(task.patient or "")
    if person is None:
        return None
    about = f"{KINDS[task.kind]}: {isolated(task.text)}"
    return _row(person, task.id, task.due_at, about, "Call", "info", "phone", Act.CALL)


def _row(
    person: Known, record: str, time: str, about: str, status: str, kind: ChipKind, icon: str, act: Act
) -> VisitRow:
    return VisitRow(
        visit=record,
        patient=person.id,
        episodes=(),
        time=time,
        name=name_line(person.name),
        nhs=nhs(person.nhs_number),
        teaching=about,
        number="",
        over="",
        status=status,
        status_kind=kind,
        status_icon=icon,
        act=act,
        is_next=False,
        spoken=f"{time}, {spoken_name(person.name)}, {about}, {status}",
    )

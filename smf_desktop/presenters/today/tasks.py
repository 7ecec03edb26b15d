"""Tasks in words: one line each, red ones first."""

from collections.abc import Mapping, Sequence
from datetime import date

from smf_core.domain.task import Task, TaskKind, TaskState
from smf_core.records.queries.patients import Known
from smf_desktop.presenters.identity import clock, day, isolated, name_line, spoken_name, weekday_day
from smf_desktop.presenters.today.facts import ACT_WORDS, Act, SideRow

KINDS: Mapping[TaskKind, str] = {
    TaskKind.GATES: "Gates",
    TaskKind.CO_SIGN: "Co-sign",
    TaskKind.RED_FLAG: "Red flag",
    TaskKind.LETTER: "Letter",
    TaskKind.CALL_BACK: "Call back",
    TaskKind.CHECK_IN: "Check-in call",
    TaskKind.DECIDE: "To decide",
    TaskKind.CORE_INFORMATION: "Information from the core team",
    TaskKind.WHO_GIVES_DOSE: "Who gives this dose",
    TaskKind.AFTER_DEATH: "After a death",
    TaskKind.OTHER: "",
}
ACTS: Mapping[TaskKind, Act] = {
    TaskKind.WHO_GIVES_DOSE: Act.ANSWER,
    TaskKind.CHECK_IN: Act.CALL,
    TaskKind.CALL_BACK: Act.CALL,
}
EMPTY = "Nothing is to be done."
EMPTY_DO = "What you or somebody else asks for stands here. Ctrl+Shift+T asks for something."


def due_words(task: Task, today: date) -> tuple[str, str]:
    """When it is due, and its tone: `Due today`, `2 days late`, `Due Thu 19-Nov-2026`."""
    if task.due_on is None:
        return "", ""
    at = f" {task.due_at}" if task.due_at else ""
    late = (today - task.due_on).days
    if late > 0:
        return f"Due {day(task.due_on)}{at}, {late} day{'' if late == 1 else 's'} late", "warn"
    return (f"Due today{at}" if late == 0 else f"Due {weekday_day(task.due_on)}{at}"), ""


def task_row(
    task: Task, people: Mapping[str, Known], names: Mapping[str, str], today: date, *, of_person: bool = False
) -> SideRow:
    """One task as a line. `of_person`: the person is known already, so the line begins with what is to be done."""
    person = people.get(task.patient or "")
    due, tone = due_words(task, today)
    whose = names.get(task.to_user or task.to_team or "", "")
    kind = KINDS[task.kind]
    said = isolated(task.text)
    words = f"{kind}: {said}" if kind and not task.text.casefold().startswith(kind.casefold()) else said
    if task.state is not TaskState.OPEN:
        return _ended(task, person, names, words, of_person=of_person)
    about = " · ".join(filter(None, (due, f"For {isolated(whose)}" if whose else "")))
    title, line = (words, about) if of_person or person is None else (name_line(person.name), f"{words} · {about}")
    act = ACTS.get(task.kind, Act.DONE)
    red = "danger" if task.urgent else tone
    urgent = "Urgent" if task.urgent else ""
    who = spoken_name(person.name) if person and not of_person else ""
    spoken = ". ".join(filter(None, (urgent, who, words, about, ACT_WORDS[act])))
    return SideRow(task.patient or "", task.id, (), title, line.strip(" ·"), act, spoken, red)


def _ended(task: Task, person: Known | None, names: Mapping[str, str], words: str, *, of_person: bool) -> SideRow:
    by = isolated(names.get(task.done_by or "", "a colleague"))
    when = f"{day(task.done_at.date())} {clock(task.done_at)}" if task.done_at else ""
    what = "Done" if task.state is TaskState.DONE else "Not needed any more"
    about = f"{what} by {by}, {when}" if task.settled else "Two people ended it differently: both are kept"
    note = f" · {isolated(task.done_note)}" if task.done_note else ""
    title = words if of_person or person is None else f"{name_line(person.name)} · {words}"
    act = Act.REOPEN if task.settled else Act.DONE
    spoken = f"{words}. {about}. {ACT_WORDS[act]}"
    return SideRow(
        task.patient or "", task.id, (), title, f"{about}{note}", act, spoken, "" if task.settled else "warn"
    )


def task_rows(
    tasks: Sequence[Task],
    people: Mapping[str, Known],
    names: Mapping[str, str],
    today: date,
    *,
    of_person: bool = False,
) -> tuple[SideRow, ...]:
    return tuple(task_row(one, people, names, today, of_person=of_person) for one in tasks)

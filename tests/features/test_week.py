"""A week on one laptop: two people, six visits a day, a lock each hour, and each day the laptop dies.

Every day runs in a process of its own that is killed with no warning: while a draft is typed, between two saves, or
in the middle of a signature. What was acknowledged before is in the export at the end of the week, word for word.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from smf_core.domain.call import CallForm, CallNext, CallOutcome, CallPurpose, FlagsTold
from smf_core.domain.not_gone_ahead import WhyNot
from smf_core.domain.pathway import GateState
from smf_core.domain.visit import (
    AnswerForm,
    FlagForm,
    Level,
    NextForm,
    NextKind,
    ReadingForm,
    StepMark,
    TeachBackAnswer,
    VisitForm,
)
from smf_core.records.queries.episodes import open_episodes
from smf_core.records.queries.referrals import referrals
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.compose import House
from smf_desktop.services.day.calls import save_call
from smf_desktop.services.drafts import VISIT, draft, save_draft
from smf_desktop.services.laptop.exporting import export_records
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.referral.triage import Acceptance, accept
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.tasks import NewTask, ask_task, finish_task
from smf_desktop.services.visit.visits import sign_visit, start_visit
from tests.support.care import missed
from tests.support.houses import PASSWORD, clock, computer, house, service_template
from tests.support.keys import ToldClock
from tests.support.processes import Child

__all__ = ["clock", "house", "service_template"]

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
DAYS, VISITS_A_DAY = 5, 6
USERS = ("priya", "tom")
PEOPLE = (
    ("999 007 9323", "Abernathy", "Doreen", "1951-03-14", "insulin"),
    ("999 055 4463", "Llewellyn", "Ceri", "1960-05-02", "insulin"),
    ("999 023 7700", "Featherstone", "Rosalind", "1948-01-30", "catheter_care"),
    ("999 031 6899", "Kowalczyk", "Marek", "1970-08-11", "wound"),
    ("999 118 7987", "Wrigley", "Beryl", "1944-12-03", "compression"),
    ("999 079 2038", "Mukherjee", "Ashok", "1957-06-21", "self_injection"),
)
WORDS = (
    "Felt sure today",
    "Dŵr on the táble – wiped",
    "=HYPERLINK(1)",
    "Größe 4 mm; “all well”",
    "left hand <b>stiff</b>",
)
DIES = ("typing", "signing", "between", "typing", "signing")
"""How the laptop dies on each day, at the third visit."""

Say = Callable[[str], None]


def test_a_week_of_thirty_visits_by_two_people_loses_nothing_when_the_laptop_dies_each_day(
    house: House, tmp_path: Path
) -> None:
    directory = house.directory
    house.release()
    said = told(_once(directory, 1, _first_referrals))
    dice = random.Random(30)
    for day in range(DAYS):
        said += _day(directory, day, dice)
    export = tmp_path / "export"
    exported_by = House(computer(clock=ToldClock(MONDAY + timedelta(days=5)), first_id=900_000_000), directory)
    key = exported_by.unlock("priya", PASSWORD)
    sitting = exported_by.enter(key)
    try:
        export_records(sitting.session, export)
    finally:
        sitting.close()
    findings = exported_by.verify(exported_by.unlock("priya", PASSWORD))
    exported_by.release()
    assert findings.findings == ()
    held = {file.stem: [json.loads(line) for line in file.read_text().splitlines()] for file in export.iterdir()}
    made = {entry["visit"] for kind, entry in said if kind == "visit"}
    assert len(made) == DAYS * VISITS_A_DAY - 1  # one did not go ahead
    for kind, entry in said:
        CHECKS[kind](held, entry)
    assert {one["id"] for one in held["visit"] if one["status"] == "signed"} == made  # and nothing that nobody made


# --- the week ------------------------------------------------------------------------------------


def _day(directory: Path, day: int, dice: random.Random) -> list[tuple[str, Any]]:
    """One day: it dies at the third visit, is started again, and goes on with what it finds."""
    way = DIES[day]
    child = Child(lambda say, wait: _visits(directory, day, say, first=True, way=way))
    lines: list[str] = []
    while (line := child.line()) not in ("dying", ""):
        lines.append(line)
    assert line == "dying", "the day ended before it was to die"
    time.sleep({"typing": 0.15, "between": 0.0, "signing": 0.03}[way] * (0.2 + dice.random()))
    child.kill()
    more, code = child.end()
    assert code < 0, "the child ended by itself"
    lines += [line for line in more if line.endswith("]")]  # the last may be torn: it was not acknowledged
    typed = next(json.loads(line)[1] for line in reversed(lines) if line.startswith('["draft"'))
    rest, ended = Child(lambda say, wait: _visits(directory, day, say, first=False, way="", typed=typed)).end()
    assert ended == 0
    return told([*lines, *rest])


def _once(directory: Path, number: int, act: Callable[[Session, Say], None]) -> list[str]:
    def run(say: Say, wait: Callable[[], None]) -> None:
        with _sat(directory, "priya", MONDAY - timedelta(days=3), number * 1_000_000) as session:
            act(session, say)

    lines, code = Child(run).end()
    assert code == 0
    return lines


def told(lines: Sequence[str]) -> list[tuple[str, Any]]:
    """What was acknowledged and is a record: a draft is none."""
    entries = [json.loads(line) for line in lines]
    return [(kind, entry) for kind, entry in entries if kind in CHECKS]


class _sat:
    """Somebody at the laptop until it is locked again."""

    def __init__(self, directory: Path, user: str, at: datetime, first_id: int) -> None:
        self.clock = ToldClock(at)
        self.house = House(computer(clock=self.clock, first_id=first_id), directory)
        self.user = user

    def __enter__(self) -> Session:
        self.sitting = self.house.enter(self.house.unlock(self.user, PASSWORD))
        return self.sitting.session

    def __exit__(self, *_: object) -> None:
        self.sitting.close()
        self.house.release()


def _visits(
    directory: Path, day: int, say: Say, *, first: bool, way: str, typed: Mapping[str, Any] | None = None
) -> None:
    """Six visits, each in an hour of its own after a lock; the two people take turns."""
    order = range(3) if first else range(2, VISITS_A_DAY)
    for number in order:
        at = MONDAY + timedelta(days=day, hours=number)
        ids = (10 + day * 20 + number + (0 if first else 10)) * 1_000_000
        with _sat(directory, USERS[number % 2], at, ids) as session:
            dies = first and number == 2
            if day == 2 and number == 4:
                _not_gone_ahead(session, number, say)
            else:
                _visit(session, day, number, say, dies=way if dies else "", typed=typed if number == 2 else None)
            if number == 3:
                _call_and_task(session, number, say)


def _visit(session: Session, day: int, number: int, say: Say, *, dies: str, typed: Mapping[str, Any] | None) -> None:
    if typed is not None and _is_signed(session, typed["visit"]):
        say(json.dumps(["visit", typed]))  # the end came after the signature and before anyone was told
        return
    if typed is not None:
        form = _taken_up(session, typed)
    else:
        form, _ = start_visit(session, [_episode(session, number)])
        form = _filled(session, form, random.Random(day * 100 + number))
        _keep(session, form, say)
    for more in range(1_000 if dies == "typing" else 0):
        if more == 5:
            say("dying")
        section = replace(form.sections[0], notes=form.sections[0].notes + " and more")
        form = replace(form, sections=(section,))
        _keep(session, form, say)
    if dies == "signing":
        say("dying")
    sign_visit(session, form)
    say(json.dumps(["visit", msgspec.to_builtins(form)]))
    if dies == "between":
        say("dying")
    if dies:
        time.sleep(30)  # to be killed


def _keep(session: Session, form: VisitForm, say: Say) -> None:
    save_draft(session, VISIT, form.visit, form.patient, form)
    say(json.dumps(["draft", msgspec.to_builtins(form)]))


def _taken_up(session: Session, typed: Mapping[str, Any]) -> VisitForm:
    """The draft as it was last acknowledged, or a little later."""
    form = draft(session, VISIT, typed["visit"], VisitForm)
    assert form is not None, "the draft is lost"
    assert form.sections[0].notes.startswith(typed["sections"][0]["notes"]), "what was typed is lost"
    return form


def _is_signed(session: Session, visit: str) -> bool:
    with session.read() as connection:
        return visit_of(connection, visit) is not None


def _episode(session: Session, number: int) -> str:
    with session.read() as connection:
        found = sorted(open_episodes(connection), key=lambda one: one.id)
    return found[number].id


def _filled(session: Session, form: VisitForm, dice: random.Random) -> VisitForm:
    section = form.sections[0]
    with session.read() as connection:
        (episode,) = [one for one in open_episodes(connection) if one.id == section.episode]
    checklist = session.checklists.newest(episode.skill)
    common = session.checklists.common
    levels = (Level.NOT_YET, Level.ASSISTED, Level.PROMPTED, Level.INDEPENDENT, Level.NOT_OBSERVED)
    seen = dice.choice([*(sign.id for sign in checklist.red_flags), ""])
    flag = FlagForm(True, "Rang the practice", "Dr Alder", "See tomorrow", "Tomorrow 9:00")
    section = replace(
        section,
        marks={step.id: StepMark(dice.choice(levels), dice.choice((*WORDS, "", ""))) for step in checklist.steps},
        answers={
            one.id: AnswerForm(dice.choice(tuple(TeachBackAnswer)), dice.choice(WORDS)) for one in checklist.teach_back
        },
        confidence=dice.randint(0, 10),
        flags={sign.id: flag if sign.id == seen else FlagForm(seen=False) for sign in checklist.red_flags},
        notes=f"{dice.choice(WORDS)} {dice.randint(1, 10**9)}",
        strategies=("teach_back", "praise"),
    )
    pulse = ReadingForm(next(one.id for one in common.vital_signs if one.id == "pulse_bpm"), str(dice.randint(55, 100)))
    coming = NextForm(NextKind.VISIT, on="tomorrow", at="10:30", minutes="45", focus="Slow down")
    return replace(
        form,
        right_person=True,
        minutes="45",
        sections=(section,),
        vital_signs=(pulse,),
        next=coming,
        also_present="Son",
    )


def _not_gone_ahead(session: Session, number: int, say: Say) -> None:
    with session.read() as connection:
        episode = sorted(open_episodes(connection), key=lambda one: one.id)[number]
    missed(session, episode.patient, session.new_id(), why=WhyNot.HOSPITAL, note="Taken in on Sunday")
    say(json.dumps(["missed", "Taken in on Sunday"]))


def _call_and_task(session: Session, number: int, say: Say) -> None:
    with session.read() as connection:
        episode = sorted(open_episodes(connection), key=lambda one: one.id)[number]
    form = CallForm(
        session.new_id(),
        episode.patient,
        session.now(),
        who="patient",
        purpose=CallPurpose.ADVICE,
        outcome=CallOutcome.SETTLED,
        words=f"Asked about {number}; {WORDS[1]}",
        flags=FlagsTold.NONE,
        next=CallNext.NOTHING,
    )
    save_call(session, form)
    say(json.dumps(["call", msgspec.to_builtins(form)]))
    made, _ = ask_task(session, NewTask(f"Order the sharps bin {form.call[-4:]}", patient=episode.patient))
    finish_task(session, made, "Ordered")
    say(json.dumps(["task", {"id": made, "note": "Ordered"}]))


def _first_referrals(session: Session, say: Say) -> None:
    """Six people referred, accepted and every gate met."""
    head = "nhs_number,family_name,given_name,date_of_birth,skill,referral_received,source\n"
    rows = "".join(",".join((*person, "2026-11-02", "core_team")) + "\n" for person in PEOPLE)
    taken = take_in(session, examine(session, (head + rows).encode()), accept_valid=True)
    assert taken is not None
    for referral, patient in _received(session):
        (episode,), _ = accept(session, referral, Acceptance(session.user.id, session.user.id))
        with session.read() as connection:
            (found,) = [one for one in open_episodes(connection) if one.id == episode]
        checklist = session.checklists.newest(found.skill)
        said = {"state": GateState.MET.value, "by": session.user.id, "on": session.today().isoformat()}
        owners = [("episode", episode, gate.id) for gate in checklist.gates]
        owners += [("referral", referral, gate.id) for gate in checklist.universal_gates]
        items = [new_item(kind, owner, "gate", gate=gate, **said, evidence="Seen") for kind, owner, gate in owners]
        with session.work() as work:
            work.save(items, patient=patient)
        for _, owner, gate in owners:
            say(json.dumps(["gate", [owner, gate]]))


def _received(session: Session) -> Iterator[tuple[str, str]]:
    with session.read() as connection:
        yield from [(one.referral.id, one.person.id) for one in referrals(connection)]


# --- what must be in the export ------------------------------------------------------------------

Held = Mapping[str, Sequence[Mapping[str, Any]]]


def _has_visit(held: Held, form: Any) -> None:
    (visit,) = [one for one in held["visit"] if one["id"] == form["visit"]]
    assert (visit["status"], visit["minutes"], visit["also_present"]) == ("signed", 45, "Son")
    assert (visit["next_kind"], visit["next_focus"]) == ("visit", "Slow down")
    (section,) = [one for one in held["visit_section"] if one["visit"] == form["visit"]]
    (typed,) = form["sections"]
    assert (section["notes"], section["confidence"]) == (typed["notes"], typed["confidence"])
    rated = {
        one["step"]: (one["level"], one["note"]) for one in held["step_rating"] if one["visit_section"] == section["id"]
    }
    assert rated == {step: (mark["level"], mark["note"]) for step, mark in typed["marks"].items()}
    answered = {
        one["question"]: (one["answer"], one["words"])
        for one in held["teach_back"]
        if one["visit_section"] == section["id"]
    }
    assert answered == {question: (one["answer"], one["words"]) for question, one in typed["answers"].items()}
    read = [(one["observation"], one["value"]) for one in held["observation"] if one["visit"] == form["visit"]]
    assert read == [(one["observation"], one["value"]) for one in form["vital_signs"]]
    flags = [(one["sign"], one["action"]) for one in held["red_flag"] if one["visit"] == form["visit"]]
    assert flags == [(sign, one["action"]) for sign, one in typed["flags"].items() if one["seen"]]


def _has_call(held: Held, form: Any) -> None:
    (call,) = [one for one in held["call"] if one["id"] == form["call"]]
    assert (call["words"], call["purpose"], call["outcome"]) == (form["words"], form["purpose"], form["outcome"])


def _has_task(held: Held, task: Any) -> None:
    (found,) = [one for one in held["task"] if one["id"] == task["id"]]
    assert (found["state"], found["done_note"]) == ("done", task["note"])


def _has_gate(held: Held, gate: Any) -> None:
    owner, name = gate
    (found,) = [one for one in held["gate"] if owner in (one["episode"], one["referral"]) and one["gate"] == name]
    assert (found["state"], found["evidence"]) == ("met", "Seen")


def _has_missed(held: Held, note: Any) -> None:
    (found,) = [one for one in held["visit"] if one["status"] == "not_gone_ahead"]
    assert (found["not_gone_ahead_reason"], found["not_gone_ahead_note"]) == ("hospital", note)


CHECKS: Mapping[str, Callable[[Held, Any], None]] = {
    "visit": _has_visit,
    "call": _has_call,
    "task": _has_task,
    "gate": _has_gate,
    "missed": _has_missed,
}

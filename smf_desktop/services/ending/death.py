"""A death, recorded once: everything that was still to happen stops in the same save, and comes back with it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from smf_core.domain.death import what_follows
from smf_core.domain.discharge import Outcome
from smf_core.domain.referral import ReferralStatus
from smf_core.domain.task import TaskKind, TaskState
from smf_core.domain.teaching_trouble import DeathNotPossible, NotDied, ReasonNeeded, SomeoneHasDied
from smf_core.operations.change_set import Item
from smf_core.operations.fold import Operation
from smf_core.operations.registry import RECORDS, Rule
from smf_core.policy.rules import Action, require
from smf_core.records.log import held_operations
from smf_core.records.queries.documents import equipment_of
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.history import saved_together
from smf_core.records.queries.letters import letter as letter_of
from smf_core.records.queries.open_ends import open_ends
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.visits import bookings_not_begun
from smf_desktop.services.known import known_patient
from smf_desktop.services.letters.items import tell_again_items
from smf_desktop.services.pathways import ended_hold
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, Work
from smf_desktop.services.tasks import done_item, task_item

_WRITTEN = ("letter", "written")
DIED = "died"
"""The reason that everything a death stops is given."""


def record_death(session: Session, patient: str, on: date, told_by: str) -> Touched:
    """Write a death down with who told us. In one save: pathways close as deceased, and bookings, tasks, covers,
    letters to the person that were not sent and undecided referrals end; what follows becomes tasks.

    Raises `SomeoneHasDied` where it is recorded already, or `DeathNotPossible`.
    """
    require(session.user, Action.RECORD_DEATH)
    with session.work() as work:
        writable(work.connection, patient)
        work.save(death_items(session, work, patient, on, told_by), patient=patient)
    return frozenset(work.touched)


def death_items(
    session: Session, work: Work, patient: str, on: date, told_by: str = "", *, closed_by_caller: str | None = None
) -> list[Item]:
    """What a death writes, for the caller's own change set. `closed_by_caller` is a pathway the caller closes, with
    its hold, in the same change set: the Discharge page, where the outcome is death."""
    found = known_patient(work.connection, patient)
    patient = found.id
    if found.died_on is not None:
        raise SomeoneHasDied
    if on > session.today() or on < found.date_of_birth:
        raise DeathNotPossible
    today, day = session.today(), on.isoformat()
    items = [work.change("patient", patient, "death", _said(died_on=day, told_by=told_by.strip()))]
    running = [one for one in episodes_of(work.connection, patient) if one.is_open and one.id != closed_by_caller]
    for one in running:
        closing = {"on": day, "outcome": Outcome.DECEASED.value, "by": session.user.id}
        items.append(work.change("episode", one.id, "discharge", closing))
        items += [ended_hold(work, patient, one.id, hold, on) for hold in one.holds if hold.until is None]
    items += [
        _changed(work, "visit", booked.id, "planned", cancelled=True, cancel_reason=DIED)
        for booked in bookings_not_begun(work.connection, patient)
        if booked.at.date() >= on
    ]
    ends = open_ends(work.connection, patient, on)
    items += [done_item(session, work, task, state=TaskState.CANCELLED) for task in ends.tasks]
    items += [_cut_short(work, "dose_cover", one, "row", day) for one in ends.dose_covers]
    items += [_cut_short(work, "nurse_cover", one, "arranged", day) for one in ends.nurse_covers]
    stamp = {"by": session.user.id, "at": session.now().isoformat(), "reason": DIED}
    items += [_changed(work, "letter", one, "sending", state="withdrawn", **stamp) for one in ends.letters_to_person]
    decided = {"decided_on": today.isoformat(), "decided_by": session.user.id, "reason": DIED}
    items += [
        _changed(work, "referral", one, "triage", status=ReferralStatus.REJECTED.value, **decided)
        for one in ends.referrals
    ]
    follows = what_follows(
        today,
        core_visits=any(one.core_visits or one.baseline_visits_per_month for one in running),
        equipment=equipment_of(work.connection, patient),
        flags=len(open_flags(work.connection, patient)),
        gives_doses=bool(ends.dose_covers),
    )
    about = {"patient": patient, "about": patient}
    return items + [
        task_item(session, TaskKind.AFTER_DEATH, one.text, due_on=one.due_on, urgent=one.urgent, **about)
        for one in follows
    ]


def reverse_death(session: Session, patient: str, reason: str) -> Touched:
    """It was somebody else: whatever that save stopped is as it was before, and the tasks it made are cancelled.
    Who was written to of it is to be told.

    What was changed since by somebody stays as it is now. Everything written stays in the history.
    """
    require(session.user, Action.REVERSE_DEATH)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        writable(work.connection, patient)
        found = patient_of(work.connection, patient)
        if found is None or found.died_on is None:
            raise NotDied
        patient = found.id
        saved = saved_together(work.connection, "patient", patient, "death")
        back = (_taken_back(session, work, op, reason.strip()) for op in saved)
        items = [item for item in back if item is not None]
        written = (letter_of(work.connection, op.entity_id) for op in saved if (op.entity, op.kind) == _WRITTEN)
        items += tell_again_items(session, [one for one in written if one], "the person has not died")
        work.save(items, patient=patient)
    return frozenset(work.touched)


def _taken_back(session: Session, work: Work, op: Operation, reason: str) -> Item | None:
    """What puts one unit back to what it said before; None where somebody has changed it since."""
    value = work.record(op.entity, op.entity_id).value(op.kind)
    if value is None or [head.ref for head in value.heads] != [op.ref]:
        return None
    if op.kind == "death":
        return work.change("patient", op.entity_id, "death", {"reason": reason})
    if (op.entity, op.kind) == ("task", "asked"):
        # The save that asked for it made it: what follows a death that was none is not to be done.
        is_open = _is_open(work, op.entity_id)
        return done_item(session, work, op.entity_id, reason, TaskState.CANCELLED) if is_open else None
    if (op.entity, op.kind) == _WRITTEN:
        stamp = {"by": session.user.id, "at": session.now().isoformat(), "reason": reason}
        return _changed(work, "letter", op.entity_id, "sending", state="withdrawn", **stamp)
    if RECORDS[op.entity][op.kind].rule is Rule.ENTRY:
        return None  # what was written once stays written
    if (op.entity, op.kind) == ("task", "done") and not op.bases:
        return done_item(session, work, op.entity_id, reason, TaskState.OPEN)
    ops = held_operations(work.connection, op.entity, op.entity_id)
    before = next((each for each in ops if each.ref in op.bases), None)
    return work.change(op.entity, op.entity_id, op.kind, before.payload if before else {})


def _is_open(work: Work, task: str) -> bool:
    done = work.record("task", task).value("done")
    return done is None or done["state"] == TaskState.OPEN.value


def _changed(work: Work, entity: str, record: str, kind: str, **changes: Any) -> Item:
    """A unit that says something else in some fields and the same in the others."""
    held = work.record(entity, record).value(kind)
    return work.change(entity, record, kind, {**(held.shown.payload if held else {}), **changes})


def _cut_short(work: Work, entity: str, record: str, kind: str, day: str) -> Item:
    """A cover that ends on a day; one that was to begin later never was."""
    held = work.record(entity, record).value(kind)
    begun = held is not None and str(held["from"]) <= day
    return _changed(work, entity, record, kind, **({"until": day} if begun else {"cancelled": True}))


def _said(**fields: Any) -> Mapping[str, Any]:
    return {name: value for name, value in fields.items() if value}

"""A telephone call from its first key to its record, and what it brings about in the same save."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from smf_core.domain.call import (
    CHECK_INS,
    OTHER,
    Call,
    CallForm,
    CallNext,
    CallOutcome,
    CallPurpose,
    Direction,
    FlagsTold,
    gaps,
)
from smf_core.domain.checklist import Checklist
from smf_core.domain.dates import parse_typed
from smf_core.domain.day_trouble import NotReadyToSave, UnknownCall
from smf_core.domain.pathway import CoreVisits, Episode
from smf_core.domain.patient import Patient
from smf_core.domain.task import Task, TaskKind
from smf_core.domain.teaching_trouble import NothingChanged, ReasonNeeded
from smf_core.operations.change_set import Item
from smf_core.operations.fold import Record
from smf_core.policy.rules import Action, NotAllowed, Reason, require
from smf_core.records import Connection
from smf_core.records.log import held_record
from smf_core.records.queries.batches import code
from smf_core.records.queries.calls import call as call_of
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.merges import same_person
from smf_core.records.queries.merges import standing as who_stands
from smf_core.records.queries.red_flags import flags_of_call
from smf_core.records.queries.tasks import check_ins_due
from smf_core.records.queries.tasks import task as task_of
from smf_desktop.services.drafts import CALL, draft, drafts
from smf_desktop.services.known import known_patient
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, Work, new_item
from smf_desktop.services.tasks import done_item, task_item

AHEAD = timedelta(days=7)
"""A check-in asked for within this many days is answered by a call made now."""

LOOKED_BACK = timedelta(days=125)
"""Pathways that ended within this time may still be what somebody rings about."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the call page holds a form against. `pathways` are those that run, and those that ended of late; each with
    its checklist, for its red flags. `asked` are the check-ins that wait for a call."""

    patient: Patient
    pathways: tuple[tuple[Episode, Checklist], ...]
    asked: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True)
class CallPage:
    form: CallForm
    facts: CallFacts
    saved_at: datetime | None = None


def open_call(session: Session, patient: str, *, call: str | None = None, task: str | None = None) -> CallPage:
    """Take up this user's draft of a call about a person; else amend `call`, or begin one, for `task` if it asks."""
    require(session.user, Action.RECORD_CALL)
    with session.read() as connection:
        patient = who_stands(connection, patient)
        facts = _facts(session, connection, patient)
        asked = task_of(connection, task) if task else None
        amended = call_of(connection, call) if call else None
        shown = held_record(connection, "call", call) if call else None
        visits = _said_visits(connection, amended) if amended else None
    for kept in drafts(session):
        if kept.page != CALL or kept.patient != patient or (call is not None and kept.record != call):
            continue
        form = draft(session, CALL, kept.record, CallForm)
        if form is not None and (call is not None or (not form.amends and task in (None, form.task))):
            return CallPage(form, facts, kept.saved_at)
    if call is not None:
        if amended is None or shown is None or not amended.stands or amended.patient != patient:
            raise UnknownCall
        _may_amend(session, amended)
        return CallPage(_as_form(amended, shown, visits), facts)
    form = CallForm(session.new_id(), patient, session.now())
    if asked is not None and asked.patient == patient:
        form = replace(form, task=asked.id, direction=Direction.OUT)
        if asked.kind is TaskKind.CHECK_IN:
            form = replace(form, purpose=code(CallPurpose, asked.purpose, CallPurpose.OTHER))
    return CallPage(form, facts)


def _facts(session: Session, connection: Connection, patient: str) -> CallFacts:
    person = known_patient(connection, patient)
    since = session.today() - LOOKED_BACK
    episodes = [one for one in episodes_of(connection, patient) if one.closed_on is None or one.closed_on >= since]
    purposes = (check_ins_due(connection, patient, purpose.value) for purpose in CHECK_INS)
    asked = tuple(sorted((one for found in purposes for one in found), key=lambda one: one.due_on or date.max))
    pathways = tuple((one, session.checklists.checklist(one.skill, one.checklist_version)) for one in episodes)
    return CallFacts(person, pathways, asked)


def _as_form(call: Call, shown: Record, visits: tuple[str, CoreVisits] | None) -> CallForm:
    value = shown.value("made")
    who, _, name = call.who.partition(":")
    return CallForm(
        call=call.id,
        patient=call.patient,
        at=call.at,
        direction=call.direction,
        who=who,
        who_name=name,
        minutes=str(call.minutes or ""),
        purpose=call.purpose,
        outcome=call.outcome,
        words=call.words,
        action=call.action,
        next_text=call.next,
        since=call.since.isoformat() if call.since else "",
        core_visits=visits[1].visits_per_month if visits else "",
        amends=True,
        bases=value.bases if value else (),
    )


def _may_amend(session: Session, call: Call) -> None:
    """What a registered nurse wrote is theirs to change, as with visits; whoever wrote it may always."""
    if call.by != session.user.id and not session.user.is_registered_nurse:
        raise NotAllowed(Action.RECORD_CALL, Reason.REGISTERED_NURSE)


@dataclass(frozen=True, slots=True)
class SavedCall:
    """`needs_help`: a check-in said so, and the skills that were taught; the page offers a referral."""

    call: str
    touched: Touched
    needs_help: tuple[str, ...] = ()


def save_call(session: Session, form: CallForm) -> SavedCall:
    """Write a call down: one change set with its red flags, the task it ends and what it asks for; the draft goes.

    A check-in where the core team visits again writes since when, and how often. Raises `NotReadyToSave`.
    """
    require(session.user, Action.RECORD_CALL)
    if lacking := gaps(form, session.today()):
        raise NotReadyToSave(lacking)
    with session.work() as work:
        writable(work.connection, form.patient)
        facts = _facts(session, work.connection, form.patient)
        items = _amended(session, work, form) if form.amends else _first(session, work, form, facts)
        work.save(items, patient=form.patient, care_time=form.at)
        work.discard_draft(CALL, form.call)
    help_with: Sequence[str] = ()
    if form.outcome is CallOutcome.NEEDS_HELP and not form.amends:
        help_with = [one.skill for one, _ in facts.pathways if not one.is_open]
    return SavedCall(form.call, frozenset(work.touched), tuple(dict.fromkeys(help_with)))


def _first(session: Session, work: Work, form: CallForm, facts: CallFacts) -> list[Item]:
    items = [new_item("call", form.call, "made", **_made(session, form, facts))]
    items += _flag_items(session, form, facts)
    items += [done_item(session, work, task) for task in _answered(work.connection, session.today(), form)]
    items += _core_visits(session, work, form, facts)
    kind = {CallNext.CALL_BACK: TaskKind.CALL_BACK, CallNext.TASK: TaskKind.OTHER}.get(form.next or CallNext.NOTHING)
    if kind is not None:
        items.append(
            task_item(
                session,
                kind,
                form.next_text.strip() or "Call back",
                patient=form.patient,
                to_user=session.user.id,
                due_on=parse_typed(form.next_on, session.today()) if form.next_on.strip() else None,
                about=form.call,
            )
        )
    return items


def _made(session: Session, form: CallForm, facts: CallFacts) -> dict[str, Any]:
    since = parse_typed(form.since, session.today(), past=True) if _visiting(form) else None
    return {
        "patient": form.patient,
        "episodes": [one.id for one, _ in facts.pathways if one.is_open] or [one.id for one, _ in facts.pathways],
        "at": form.at.isoformat(),
        "minutes": int(form.minutes) if form.minutes.strip() else None,
        "direction": form.direction.value,
        "who": f"{OTHER}:{form.who_name.strip()}" if form.who == OTHER else form.who,
        "purpose": form.purpose.value if form.purpose else "",
        "outcome": form.outcome.value if form.outcome else "",
        "words": form.words.strip(),
        "action": form.action.strip(),
        "next": form.next_text.strip(),
        "since": since.isoformat() if since else None,
        "role": session.user.role.value,
        "registered": session.user.is_registered_nurse or None,
    }


def _visiting(form: CallForm) -> bool:
    return form.outcome is CallOutcome.CORE_VISITING


def _amended(session: Session, work: Work, form: CallForm) -> list[Item]:
    """What was said anew, on top of what was shown; what the call brought about stands and happens no second time.

    Core visits it told of are put right: since when, how many, or that there were none after all.
    """
    standing = call_of(work.connection, form.call)
    if standing is None or not standing.stands or not same_person(work.connection, standing.patient, form.patient):
        raise UnknownCall
    _may_amend(session, standing)
    made = _made(session, form, CallFacts(known_patient(work.connection, form.patient), ()))
    made |= {"episodes": list(standing.episodes)}
    said = {name: value for name, value in made.items() if value not in (None, "", [])}
    visits = _said_visits(work.connection, standing)
    now = _as_form(standing, work.record("call", form.call), visits)
    if replace(form, amend_reason="", bases=()) == replace(now, bases=()):
        raise NothingChanged
    said["amend_reason"] = form.amend_reason.strip()
    items = [Item(entity="call", entity_id=form.call, kind="made", bases=form.bases, payload=said)]
    before, after = (now.since, now.core_visits), (str(made["since"] or ""), form.core_visits.strip())
    if (before if visits else None) == (after if _visiting(form) else None):
        return items
    items += _visits_taken_out(session, work, standing)
    about = (
        visits[0]
        if visits
        else _about(work.connection, form, CallFacts(known_patient(work.connection, form.patient), ()))
    )
    return items + (_visiting_again(session, form, about) if _visiting(form) and about else [])


def _flag_items(session: Session, form: CallForm, facts: CallFacts) -> list[Item]:
    if form.flags is not FlagsTold.SOME or form.reached_nobody:
        return []
    known = signs(facts)
    return [
        new_item(
            "red_flag",
            session.new_id(),
            "seen",
            patient=form.patient,
            call=form.call,
            episode=told.partition(":")[0],
            sign=told.partition(":")[2],
            urgency=known[told].urgency.value,
            at=form.at.isoformat(),
            action=form.flag_action.strip(),
            told=form.flag_told.strip(),
        )
        for told in form.signs
        if told in known
    ]


def signs(facts: CallFacts) -> Mapping[str, Any]:
    """The red flags that can be told on the phone, by `episode:sign`."""
    return {f"{one.id}:{sign.id}": sign for one, checklist in facts.pathways for sign in checklist.red_flags}


def _answered(connection: Connection, today: date, form: CallForm) -> list[str]:
    """The tasks this call ends: the one it was made for, and every check-in of its kind that was due."""
    if form.reached_nobody:
        return []
    ended = [form.task] if form.task else []
    if form.purpose is not None and form.purpose in CHECK_INS:
        due = check_ins_due(connection, form.patient, form.purpose.value)
        ended += [one.id for one in due if one.due_on is None or one.due_on <= today + AHEAD]
    return list(dict.fromkeys(ended))


def _core_visits(session: Session, work: Work, form: CallForm, facts: CallFacts) -> list[Item]:
    """The core team visits again: since when and how often, for the pathway that was asked about."""
    about = _about(work.connection, form, facts) if _visiting(form) else None
    return _visiting_again(session, form, about) if about else []


def _about(connection: Connection, form: CallForm, facts: CallFacts) -> str | None:
    """The ended pathway a check-in asks about: that of its task, else of the check-in that waits, else the last."""
    named = [task_of(connection, form.task)] if form.task else []
    named += [one for one in facts.asked if one.purpose == form.purpose]
    ended = [one.id for one in episodes_of(connection, form.patient) if not one.is_open]
    asked = [one.about for one in named if one is not None and one.kind is TaskKind.CHECK_IN and one.about in ended]
    return next(iter(asked), None) or (ended[-1] if ended else None)


TOLD, TAKEN_BACK = "check_in", "check_in_taken_back"
"""The sources of core visits that a check-in told of, and of what holds again where that was not so."""


def _visiting_again(session: Session, form: CallForm, episode: str) -> list[Item]:
    row = CoreVisits(parse_typed(form.since, session.today(), past=True), form.core_visits.strip(), TOLD)
    return [_visits_item(session, form.patient, episode, row)]


def _visits_item(session: Session, patient: str, episode: str, row: CoreVisits) -> Item:
    said = {"patient": patient, "episode": episode, "visits_per_month": row.visits_per_month, "source": row.source}
    return new_item("core_visits", session.new_id(), "row", **said, **{"from": row.from_.isoformat()})


def _said_visits(connection: Connection, call: Call, *, taken_back: bool = False) -> tuple[str, CoreVisits] | None:
    """The pathway and the core visits that a call told of; None where it told of none, or they were taken back."""
    if call.since is None:
        return None
    for one in episodes_of(connection, call.patient):
        rows = [row for row in one.core_visits if row.from_ == call.since]
        told = [row for row in rows if row.source == TOLD]
        if told and (taken_back or rows[-1].source == TOLD):
            return one.id, told[-1]
    return None


def _visits_taken_out(session: Session, work: Work, call: Call) -> list[Item]:
    """Core visits that a call told of and that were not so: what was known before holds again from that day."""
    held = _said_visits(work.connection, call)
    if held is None:
        return []
    episode, wrong = held
    rows = next(one.core_visits for one in episodes_of(work.connection, call.patient) if one.id == episode)
    before = [row.visits_per_month for row in rows if row.from_ < wrong.from_]
    right = CoreVisits(wrong.from_, before[-1] if before else "0", TAKEN_BACK)
    return [_visits_item(session, call.patient, episode, right)]


def strike_call(session: Session, call: str, reason: str) -> Touched:
    """Mark a call as entered in error, with its red flags. It stays readable and counts nowhere."""
    require(session.user, Action.RECORD_CALL)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        found = call_of(work.connection, call)
        if found is None or not found.stands:
            raise UnknownCall
        _may_amend(session, found)
        writable(work.connection, found.patient)
        items = [work.change("call", call, "struck", {"reason": reason.strip()})]
        told = flags_of_call(work.connection, call)
        if told:
            require(session.user, Action.CLOSE_RED_FLAG)  # a flag taken out is no longer open, as a closed one is
        items += [work.change("red_flag", flag.id, "struck", {"reason": reason.strip()}) for flag in told]
        items += _visits_taken_out(session, work, found)
        work.save(items, patient=found.patient)
    return frozenset(work.touched)


def unstrike_call(session: Session, call: str) -> Touched:
    """Take that back: the call stands again."""
    require(session.user, Action.RECORD_CALL)
    with session.work() as work:
        found = call_of(work.connection, call)
        if found is None:
            raise UnknownCall
        writable(work.connection, found.patient)
        items = [work.change("call", call, "struck", {})]
        told = flags_of_call(work.connection, call, with_struck=True)
        items += [work.change("red_flag", flag.id, "struck", {}) for flag in told]
        visits = _said_visits(work.connection, found, taken_back=True)
        if visits is not None:
            items.append(_visits_item(session, found.patient, *visits))
        work.save(items, patient=found.patient)
    return frozenset(work.touched)

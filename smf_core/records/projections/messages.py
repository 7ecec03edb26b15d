"""What goes between people: calls, tasks, letters, notes copied, as rows."""

from collections.abc import Mapping

from smf_core.domain.letter import LetterState
from smf_core.domain.task import TaskState
from smf_core.operations.fold import Record, Value
from smf_core.records import tables as t
from smf_core.records.instants import columns, day
from smf_core.records.projections.values import (
    Projection,
    Row,
    flag,
    instant,
    maybe,
    of,
    one,
    state,
    struck,
    text,
)


def _call(record: Record, made: Value) -> Row:
    return {
        **instant("made", made, "at"),
        "by": made.first.author,
        "amended": made.amended,
        "struck_reason": struck(record),
    }


def _task(record: Record, asked: Value) -> Row:
    done = record.value("done")
    return {
        **columns("asked", asked.first.care_time),
        "state": "cancelled" if flag(asked, "cancelled") else state(done, "state", TaskState.OPEN),
        "done_by": maybe(done, "by"),
        **columns("done", done["at"] if done else None),
        "done_note": text(done, "note"),
        "settled": asked.settled and (done is None or done.settled),
    }


def _letter(record: Record, written: Value) -> Row:
    sending, confirmed = record.value("sending"), record.value("confirmed")
    return {
        **instant("written", written, "at"),
        "state": state(sending, "state", LetterState.TO_PRINT),
        "how": text(sending, "how"),
        "sent_by": maybe(sending, "by"),
        **columns("sent", sending["at"] if sending else None),
        "state_reason": text(sending, "reason"),
        "confirmed_who": text(confirmed, "who"),
        "confirmed_on": day(maybe(confirmed, "on")),
        "confirmed_by": maybe(confirmed, "by"),
        "confirmed_note": text(confirmed, "note"),
    }


MESSAGES: Mapping[str, Projection] = {
    "call": of(
        one(
            t.call,
            "made",
            _call,
            patient="text",
            episodes="codes",
            minutes="whole",
            direction="text",
            who="text",
            purpose="text",
            outcome="text",
            words="text",
            action="text",
            next="text",
            since="day",
            role="code",
            registered="flag",
        ),
        t.call.c.id,
    ),
    "task": of(
        one(
            t.task,
            "asked",
            _task,
            patient="code",
            kind="text",
            text="text",
            to_user="code",
            to_team="code",
            due_on="day",
            due_at="text",
            about="code",
            purpose="text",
            by="text",
            urgent="flag",
        ),
        t.task.c.id,
    ),
    "note_copy": of(
        one(
            t.note_copy,
            "copied",
            lambda record, value: instant("copied", value, "at"),
            patient="text",
            of="text",
            record="text",
            by="text",
            digest="text",
        ),
        t.note_copy.c.id,
    ),
    "letter": of(
        one(
            t.letter,
            "written",
            _letter,
            patient="text",
            episode="code",
            referral="code",
            kind="text",
            to="text",
            content="json",
            template="text",
            medicine="codes",
            cause="text",
            by="text",
        ),
        t.letter.c.id,
    ),
}

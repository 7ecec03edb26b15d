"""What the hub holds of this laptop's work until a lead has looked at it: it counts nowhere here meanwhile."""

from collections.abc import Sequence

from msgspec.json import encode
from sqlalchemy import Connection, select

from smf_core.operations.change_set import EXACT, ChangeSet
from smf_core.operations.protocol import Decided
from smf_core.records import lines, log, writing
from smf_core.records.rows import asked, run
from smf_desktop.store.tables import review

_TOLD = ("by", "at", "reason")
"""What of a decision is kept beside what it was."""

_DECIDED = """UPDATE review SET "by" = ?, decided_at = ?, word = ?, state = ?
    WHERE cs_id = ? AND state = 'waiting'"""
_WAITS = "SELECT at, cs_id FROM review WHERE state = 'waiting'"
"""Put in order here: nearly always there is none, and to get ready to sort takes SQLite as long as three questions."""

_TOLD_OF = 100
"""So many of those that wait are told to the hub, the longest first."""

_NOT_IN = "SELECT cs_id FROM review WHERE cs_id IN (SELECT value FROM json_each(?)) AND state <> 'adopted'"
_LET_IN = """SELECT 1 FROM placed JOIN feed_number ON feed_number.number = place / ?
    WHERE person = (SELECT number FROM person_number WHERE patient = ?) AND cs_id = ?
    AND feed_number.feed NOT LIKE 'held:%' LIMIT 1"""


def hold(connection: Connection, held: Sequence[tuple[ChangeSet, str]], now: str) -> frozenset[str]:
    """What waits for a lead counts nowhere here. Answers the kinds of record that changed."""
    if not held:
        return frozenset()
    rows = [(each.head.cs_id, reason, now) for each, reason in held]
    waits = """INSERT INTO review (cs_id, reason, at, state) VALUES (?, ?, ?, 'waiting')
        ON CONFLICT (cs_id) DO UPDATE SET reason = excluded.reason, at = excluded.at, state = 'waiting'
        WHERE state IN ('adopted', 'elsewhere')"""  # a hub that was restored has forgotten that it was let in
    run(connection, waits, rows)
    changed = writing.set_aside(connection, [each.head.cs_id for each, _ in held])
    lines.mark(connection, changed.people, changed.kinds)
    return changed.kinds


def let_in(connection: Connection, ids: Sequence[str]) -> frozenset[str]:
    """What a lead adopted counts again. Answers the kinds of record that changed."""
    if not asked(connection, "SELECT 1 FROM review LIMIT 1"):
        return frozenset()
    adopted: list[str] = []
    for some in log.chunks(ids):
        adopted += (cs_id for (cs_id,) in asked(connection, _NOT_IN, (encode(some).decode(),)))
    if not adopted:
        return frozenset()
    run(connection, "UPDATE review SET state = 'adopted' WHERE cs_id = ?", [(each,) for each in adopted])
    changed = writing.bring_back(connection, adopted)
    lines.mark(connection, changed.people, changed.kinds)
    return changed.kinds


def is_decided(connection: Connection, each: ChangeSet) -> bool:
    """Whether it is known here already what became of a change set that the hub held for a lead once."""
    cs_id, patient = each.head.cs_id, each.head.patient_id
    if connection.execute(select(review.c.cs_id).where(review.c.cs_id == cs_id)).first():
        return True
    return bool(asked(connection, _LET_IN, (EXACT, patient, cs_id)))


def note_returned(connection: Connection, sets: Sequence[ChangeSet]) -> None:
    """What a lead decided not to let in, as a feed tells it."""
    said = [one for each in sets for one in each.items if (one.entity, one.kind) == ("review", "decided")]
    told = [(one.entity_id, *(str(one.payload.get(name) or "") for name in ("state", *_TOLD))) for one in said]
    run(connection, _DECIDED, [(*word, state, cs_id) for cs_id, state, *word in told if state == "returned"])


def heard(connection: Connection, decided: Sequence[Decided]) -> frozenset[str]:
    """What was decided, as the hub tells it: a feed that is not followed here may have said so."""
    run(connection, _DECIDED, [(each.by, each.at, each.word, each.state, each.cs_id) for each in decided])
    return frozenset({"review"}) if decided else frozenset()


def waits(connection: Connection) -> tuple[str, ...]:
    """What has waited longest for a lead's word."""
    return tuple(cs_id for _, cs_id in sorted(asked(connection, _WAITS))[:_TOLD_OF])


def put_by(connection: Connection, cs_id: str) -> None:
    """The author is done with what came back."""
    run(connection, "UPDATE review SET state = 'done' WHERE cs_id = ? AND state = 'returned'", [(cs_id,)])

"""What the hub holds of this laptop's work until a lead has looked at it: it counts nowhere here meanwhile."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from smf_core.operations.change_set import ChangeSet
from smf_core.records import lines, log, writing
from smf_core.records.rows import asked, run
from smf_desktop.store.tables import review

_LET_IN = """SELECT 1 FROM placed JOIN feed_number ON feed_number.number = placed.feed
    WHERE patient = ? AND cs_id = ? AND feed_number.feed NOT LIKE 'held:%' LIMIT 1"""


def hold(connection: Connection, held: Sequence[tuple[ChangeSet, str]], now: str) -> frozenset[str]:
    """What waits for a lead counts nowhere here. Answers the kinds of record that changed."""
    if not held:
        return frozenset()
    rows = [(each.head.cs_id, reason, now) for each, reason in held]
    waits = """INSERT INTO review (cs_id, reason, at, state) VALUES (?, ?, ?, 'waiting')
        ON CONFLICT (cs_id) DO UPDATE SET reason = excluded.reason, at = excluded.at, state = 'waiting'
        WHERE state = 'adopted'"""  # a hub that was restored has forgotten that it was let in
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
        waiting = select(review.c.cs_id).where(review.c.cs_id.in_(some), review.c.state != "adopted")
        adopted += connection.scalars(waiting)
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
    return bool(asked(connection, _LET_IN, (patient, cs_id)))


def note_returned(connection: Connection, sets: Sequence[ChangeSet]) -> None:
    """What a lead decided not to let in."""
    said = [one for each in sets for one in each.items if (one.entity, one.kind) == ("review", "decided")]
    returned = [(one.entity_id,) for one in said if one.payload.get("state") == "returned"]
    run(connection, "UPDATE review SET state = 'returned' WHERE cs_id = ? AND state = 'waiting'", returned)

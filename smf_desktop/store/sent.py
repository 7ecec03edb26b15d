"""What of this laptop's work the hub has, what waits, what a lead has to look at: read for people to see."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Function, Row, Select, column, func, select, table

from smf_core.operations.change_set import ChangeSet
from smf_core.records.queries.batches import among, rows_in
from smf_desktop.ports import Decision, OnTheWay, PastExchange, Saved, SentForReview
from smf_desktop.store import following
from smf_desktop.store.tables import exchange, joined_hub, outbox, replica, review, sent_change_set

SHOWN = 200
"""So many saves of each kind are named; the rest is counted."""

change_set = table("change_set", *map(column, ("cs_id", "replica", "seq", "chain", "head", "body")))
item = table("item", *map(column, ("entity_id", "cs_id")))
"""The log, as far as it is read here: what the records make of it is their own."""

_LOG = (change_set.c.cs_id, change_set.c.head, change_set.c.body)
_OF_RECORDS = change_set.c.replica.not_in(select(replica.c.replica_id).where(replica.c.chain_of == "audit"))
_WAITING = select(*_LOG).join(outbox, outbox.c.cs_id == change_set.c.cs_id).where(_OF_RECORDS)
_UNSENT = _WAITING.with_only_columns(func.count())
_HELD = (
    select(func.count())
    .select_from(review.join(change_set, change_set.c.cs_id == review.c.cs_id))
    .where(review.c.state == "waiting", change_set.c.chain.is_not(None))  # others' that were given back are not ours
)
_REVIEWS = select(*_LOG, review).join(review, review.c.cs_id == change_set.c.cs_id).order_by(review.c.at.desc())
_UNSETTLED = _REVIEWS.where(review.c.state.in_(("waiting", "returned")))
_NEWEST = select(exchange).order_by(exchange.c.id.desc())
_LAST = _NEWEST.where(exchange.c.outcome == "complete").limit(1)
_RECORDS_WAITING = among(
    select(item.c.entity_id).where(item.c.cs_id.in_(select(outbox.c.cs_id))).distinct(), item.c.entity_id
)


def unsent_saves(connection: Connection) -> int:
    """Saves of records that no hub has confirmed; what only says who read what is not among them."""
    return connection.scalar(_UNSENT) or 0


def is_joined(connection: Connection) -> bool:
    return connection.scalar(select(func.count()).select_from(joined_hub)) == 1


def standing(connection: Connection) -> OnTheWay:
    """How much waits and how this laptop stands with its hub, without the lists."""
    return _standing(connection, _hub(connection))


def _hub(connection: Connection) -> Row[*tuple[Any, ...]] | None:
    c = joined_hub.c
    return connection.execute(select(c.device, c.offset_ms, c.complete_at)).one_or_none()


def _standing(connection: Connection, hub: Row[*tuple[Any, ...]] | None) -> OnTheWay:
    return OnTheWay(
        joined=hub is not None,
        unsent=unsent_saves(connection),
        offset_ms=hub.offset_ms if hub else 0,
        complete=hub is None or hub.complete_at is not None,
        drafts=len(following.unsent_drafts(connection, hub.device)) if hub else 0,
        documents=len(following.to_send(connection)) if hub else 0,
        held=connection.scalar(_HELD) or 0,
        last=next((_past(row) for row in connection.execute(_LAST)), None),
    )


def on_the_way(connection: Connection, since: datetime) -> OnTheWay:
    """Where this laptop's work is. `since` is where "sent" begins. All in one snapshot."""
    hub = _hub(connection)
    waiting = connection.execute(_WAITING.order_by(change_set.c.cs_id.desc()).limit(SHOWN)).all()
    sent_at, is_later = _at(sent_change_set.c.at), _at(sent_change_set.c.at) > _at(hub.complete_at if hub else None)
    newest = _sent(since).where(is_later).order_by(sent_at.desc(), change_set.c.cs_id.desc()).limit(SHOWN)
    counts = _sent(since).with_only_columns(func.count(), func.count().filter(is_later))
    of_both, count = connection.execute(counts).one()
    return replace(
        _standing(connection, hub),
        waiting=tuple(_saved(row) for row in waiting),
        sent=tuple(_saved(row, row.at) for row in connection.execute(newest).all()),
        sent_count=count,
        sent_joining=of_both - count,
        reviews=reviews(connection),
        exchanges=exchanges(connection),
    )


def _at(moment: ColumnElement[str] | str | None) -> Function[str]:
    """A moment as it can be compared: they were written with the offset of their day."""
    return func.julianday(moment)


def _sent(since: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(*_LOG, sent_change_set.c.at)
        .join(sent_change_set, sent_change_set.c.cs_id == change_set.c.cs_id)
        .where(_at(sent_change_set.c.at) >= _at(since.isoformat()), _OF_RECORDS)
    )


def reviews(connection: Connection) -> tuple[SentForReview, ...]:
    """Saves of this laptop that the hub holds for a lead, or that a lead has decided about; the newest first."""
    return tuple(_review(row) for row in connection.execute(_REVIEWS).all())


def _review(row: Row[*tuple[Any, ...]]) -> SentForReview:
    said = Decision(row.by, datetime.fromisoformat(row.decided_at), row.word) if row.decided_at else None
    return SentForReview(_saved(row), row.reason, datetime.fromisoformat(row.at), row.state, said)


def unsettled_reviews(connection: Connection, patient: str | None) -> tuple[SentForReview, ...]:
    """Those (about one person) that wait for a lead, or were returned: the records say nothing of them."""
    found = (_review(row) for row in connection.execute(_UNSETTLED).all())
    return tuple(one for one in found if patient in (None, one.saved.patient))


def exchanges(connection: Connection, limit: int = SHOWN) -> tuple[PastExchange, ...]:
    """The last exchanges, the newest first."""
    return tuple(map(_past, connection.execute(_NEWEST.limit(limit))))


def _past(row: Row[*tuple[Any, ...]]) -> PastExchange:
    return PastExchange(
        datetime.fromisoformat(row.began_at),
        datetime.fromisoformat(row.ended_at) if row.ended_at else None,
        row.outcome,
        row.sent,
        row.received,
        row.quarantined,
        row.conflicts,
    )


def own_acts(connection: Connection, days: int, now: datetime) -> tuple[Saved, ...]:
    """The saves of this laptop in the last days that were marked as an act, the newest first."""
    oldest = int((now - timedelta(days=days)).timestamp() * 1000)
    rows = connection.execute(
        select(*_LOG)
        .where(change_set.c.replica.in_(select(replica.c.replica_id).where(replica.c.chain_of == "records")))
        .where(change_set.c.chain.is_not(None))
        .order_by(change_set.c.seq.desc())
        .execution_options(yield_per=SHOWN)
    )
    found = []
    for row in rows:
        head = ChangeSet(row.head, b"").head
        if head.hlc[0] < oldest:
            break
        if head.act_id:
            found.append(_saved(row))
    rows.close()
    return tuple(found)


def is_waiting_about(connection: Connection, patient: str) -> bool:
    """Whether a save about somebody is not at the hub yet. Heads name whom they are about as they are written."""
    about = _WAITING.with_only_columns(change_set.c.cs_id).where(func.instr(change_set.c.head, patient.encode()) > 0)
    return connection.execute(about.limit(1)).first() is not None


def records_waiting(connection: Connection, records: Iterable[str]) -> frozenset[str]:
    """Those of some records of which something is not at the hub yet."""
    return frozenset(row.entity_id for row in rows_in(connection, _RECORDS_WAITING, records))


def _saved(row: Row[*tuple[Any, ...]], sent_at: str | None = None) -> Saved:
    """A save by its bytes; of one whose body was dropped nothing says what it held."""
    whole = ChangeSet(row.head, row.body or b"")
    head = whole.head
    return Saved(
        cs_id=head.cs_id,
        author=head.author,
        patient=head.patient_id,
        at=datetime.fromisoformat(head.care_time),
        what=frozenset((each.entity, each.kind) for each in whole.items) if row.body else frozenset(),
        sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
        act=head.act_id or "",
    )

"""What leads decided of the work of one laptop."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, select

from smf_hub.store import tables as t


def of_laptop(connection: Connection, device: str, cs_ids: Collection[str]) -> list[Row[Any]]:
    """Those of some change sets of a laptop that wait no more; `stands_in` is the feed of one that was let in."""
    q, stands = t.quarantine.c, t.change_set.c
    columns = (q.cs_id, q.state, q.decided_by, q.decided_at, q.word, stands.feed.label("stands_in"))
    of = t.quarantine.outerjoin(t.change_set, stands.cs_id == q.cs_id)
    wanted = (q.cs_id.in_(sorted(cs_ids)), q.device == device, q.state != "waiting")
    return list(connection.execute(select(*columns).select_from(of).where(*wanted)))

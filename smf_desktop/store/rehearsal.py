"""A store that is nowhere, with two made-up people in it, to be read before there is a key for the real one.

SQLAlchemy writes the SQL of a statement when it is first run, which takes several times as long as running it. All
engines of a process share what is written once (`engine.common`), so a page read here opens at once when it counts.
"""

from datetime import datetime
from threading import Lock

from smf_core.records.rehearsal import COMING, NEXT, furnish, two_people
from smf_desktop.store.engine import common
from smf_desktop.store.store import Store
from smf_desktop.store.tables import draft, local


class Rehearsal(Store):
    """Holds two people whom `nurse` teaches, and a draft of theirs. Closing it leaves nothing but the statements."""

    def __init__(self, nurse: str, now: datetime, *, skill: str, version: str) -> None:
        self.damaged = False
        self._waiters, self._counting = 0, Lock()
        self._readers = self._counters = self._writer = self._bulk = common()
        begun = {"author": nurse, "page": "visit", "record": COMING, "patient": NEXT, "saved_at": now.isoformat()}
        with self._readers.connect() as connection:
            rows = [*two_people(nurse, now, skill=skill, version=version), (draft, begun)]
            furnish(connection, local, rows=rows)

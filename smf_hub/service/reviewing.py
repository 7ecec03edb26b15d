"""What waits for a lead, and what happens when one has decided."""

from collections.abc import Sequence

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.protocol import HeldWork, Review
from smf_core.records import Connection
from smf_hub.ports import Caller
from smf_hub.service.judging import Judge, Judged, read
from smf_hub.service.place import Place
from smf_hub.service.times import iso
from smf_hub.store import feeds

ADOPTED, RETURNED = "adopted", "returned"
SHOWN = 100
"""Told at once; the next are told when these are decided."""


def decided(connection: Connection, accepted: Sequence[Judged], judge: Judge, now: int) -> list[tuple[Judged, str]]:
    """What accepted decisions of leads let in: each adopted change set with the laptop it came from.

    Only the first decision counts, and only by somebody of the team that the work waits in or is about. What cannot
    be read, or repeats an id that stands, cannot be let in and is returned.
    """
    found = []
    for each in accepted:
        for item in each.items:
            if (item.entity, item.kind) != ("review", "decided"):
                continue
            row = feeds.waiting(connection, item.entity_id)
            if row is None or row.state != "waiting" or not _may(connection, each, judge, row.team, row.patient):
                continue
            held = read(ChangeSet(row.head, row.body))
            judged = judge.judge(held) if held.head else None
            stands = judged is None or judged.cs_id != row.cs_id
            state = RETURNED if stands or item.payload.get("state") != ADOPTED else ADOPTED
            feeds.decide(connection, row.cs_id, state, each.author, now)
            if judged is not None and state == ADOPTED:
                found.append((judge.let_in(judged), str(row.device)))
    return found


def _may(connection: Connection, decision: Judged, judge: Judge, team: str, patient: str | None) -> bool:
    author = judge.authors.get(decision.author)
    theirs = {each.team for each in author.memberships if each.holds(decision.moment)} if author else set()
    whose = feeds.teams_of(connection, {patient}) if patient else {}
    return bool(theirs & {team, *(last for _, last in whose.get(patient or "", ())[-1:])})


def held(place: Place, caller: Caller, teams: frozenset[str]) -> tuple[HeldWork, Sequence[ChangeSet]]:
    """What waits for a lead of these teams, the oldest first, with the change sets themselves."""
    with place.hub.read() as connection:
        rows = feeds.all_waiting(connection, teams, SHOWN)
    reviews = tuple(
        Review(
            cs_id=row.cs_id,
            author=row.author,
            patient=row.patient,
            reason=row.reason,
            at=iso(row.received_at),
            device=row.device,
        )
        for row in rows
    )
    return HeldWork(reviews=reviews), [ChangeSet(row.head, row.body) for row in rows]

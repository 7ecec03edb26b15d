"""What waits for a lead, and what happens when one has decided."""

from collections.abc import Collection, Sequence

from smf_core.operations.change_set import ChangeSet, Item
from smf_core.operations.protocol import Decided, HeldWork, Review
from smf_core.policy.roles import Role
from smf_core.policy.sending import Refusal, Standing
from smf_core.records import Connection
from smf_hub.ports import Caller
from smf_hub.service.judging import Judge, Judged, read, standing_of
from smf_hub.service.place import Place
from smf_hub.service.times import iso
from smf_hub.store import decisions, feeds

ADOPTED, RETURNED = "adopted", "returned"
_NUL = "\0"
"""What PostgreSQL holds in no text."""

SHOWN = 100
"""Told at once; the next are told when these are decided."""


def decided(connection: Connection, accepted: Sequence[Judged], judge: Judge) -> list[tuple[Judged, str]]:
    """What accepted decisions of leads let in: each adopted change set with the laptop it came from.

    Only the first decision counts, and only by a lead of the team that the work waits in or is about. Nobody adopts
    what they might not have written themselves. What cannot be read, or repeats an id that stands, cannot be let in
    and is returned.
    """
    found = []
    for each in accepted:
        for item in each.items:
            if (item.entity, item.kind) != ("review", "decided"):
                continue
            row = feeds.waiting(connection, item.entity_id)
            if row is None:
                said = RETURNED if item.payload.get("state") == RETURNED else ADOPTED
                feeds.decided_early(connection, item.entity_id, said, each.author, each.moment)
            if row is None or row.state != "waiting":
                continue
            held = read(ChangeSet(row.head, row.body))
            judge.learn_of(connection, held)
            led = _led(judge, each.author, each.moment, row.team, row.patient)
            if led is None:
                continue
            stands = feeds.is_accepted(connection, row.cs_id)  # by another process, at the moment it was set aside
            fits = held.head is not None and held.cs_id == row.cs_id and not stands
            state = ADOPTED if fits and item.payload.get("state") == ADOPTED else RETURNED
            if state == ADOPTED and judge.refuses_to(each.author, led, held.change_set.items):
                continue
            feeds.decide(connection, row.cs_id, state, each.author, judge.now, _word(item))
            if held.head is not None and state == ADOPTED:
                found.append((judge.let_in(held, held.head, row.team), str(row.device)))
    return found


def released(connection: Connection, judge: Judge) -> list[tuple[Judged, str]]:
    """What waited because the hub had not heard that a person had moved, and may stand now: each with its laptop.

    A hub that was restored hears of a transfer after the work of the new team when that team's laptop comes first.
    """
    found: list[tuple[Judged, str]] = []
    moved = {patient for patient, _, _ in judge.moves}
    for row in feeds.waiting_about(connection, moved, Refusal.OTHER_TEAM.value) if moved else ():
        held = read(ChangeSet(row.head, row.body))
        judge.learn_of(connection, held)
        judged = judge.of_laptop(row.device).judge(held)
        if judged.cs_id == row.cs_id and not judged.reason:
            feeds.decide(connection, row.cs_id, ADOPTED, judged.author, judge.now)
            found.append((judged, str(row.device)))
    return found


def returned_before(connection: Connection, held: Sequence[Judged], judge: Judge) -> dict[str, str]:
    """What of some work a lead had returned before the hub was restored, and who: it waits for nobody again."""
    by_id = {each.cs_id: each for each in held}
    found: dict[str, str] = {}
    for row in feeds.early_decisions(connection, by_id) if by_id else ():
        each = by_id[row.cs_id]
        judge.learn_of_author(connection, row.by)
        if row.state == RETURNED and _led(judge, row.by, row.moment, each.team, each.patient) is not None:
            found[row.cs_id] = row.by
    return found


def _led(judge: Judge, by: str, moment: int, team: str, patient: str | None) -> Standing | None:
    """What who decides is in the teams that some work waits in or is about; None where they lead none of these."""
    author = judge.authors.get(by)
    whose = judge.teams.get(patient or "") or []
    teams = {team, *(last for _, last in whose[-1:])}
    standing = standing_of(author, moment) if author else None
    if author is None or standing is None:
        return None
    roles = {of: role for of, role in standing.roles.items() if of in teams and role is Role.LEAD}
    return Standing(roles, standing.capabilities) if roles else None


def _word(item: Item) -> str:
    return str(item.payload.get("reason") or "").replace(_NUL, "")


def became(place: Place, device: str, waits: Sequence[str], follow: Collection[str]) -> tuple[Decided, ...]:
    """What leads decided of a laptop's work that it has not heard of; what stands in a feed that it follows comes by
    that feed."""
    with place.hub.read() as connection:
        rows = decisions.of_laptop(connection, device, [each for each in waits[:SHOWN] if _NUL not in each])
    return tuple(
        Decided(
            cs_id=row.cs_id,
            state="returned" if row.state == RETURNED else "elsewhere",
            by=row.decided_by,
            at=iso(row.decided_at),
            word=row.word,
        )
        for row in rows
        if row.state == RETURNED or row.stands_in not in follow
    )


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

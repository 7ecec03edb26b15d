"""What must hold of a simulated world, each as a function with its number. What it finds are sentences; none is well.

`Survivors` is taken when the faults end: what is on no disk by then nobody can bring back, and it does not count.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from smf_core.operations.change_set import CHAIN_START, ChangeSet, chained
from smf_core.policy.roles import Role
from smf_core.records import checking
from smf_core.records.tables import metadata
from smf_desktop.store.integrity import verify
from smf_desktop.sync.steps import Exchanged
from smf_hub.service.managing import check
from smf_hub.service.projecting import catch_up
from smf_hub.store import tables as t
from tests.core.reference_policy import might
from tests.sync.simulator.acts import CANARY, NUMBERS, PHONES
from tests.sync.simulator.laptop import SimLaptop
from tests.sync.simulator.merging import stands_where_it_belongs
from tests.sync.simulator.visits_told import Written, visits_told
from tests.sync.simulator.weeks import Service
from tests.sync.simulator.wiping import wiped_well
from tests.sync.simulator.world import NORTH, PEOPLE, SOUTH

_TOKEN = re.compile(r"r\d+")
_TEXTS = CANARY.encode(), PHONES.encode()
_NHS_NUMBER = re.compile(rf"{NUMBERS}\d{{5}}".encode())
"""A whole one: five bytes of it stand in what is encrypted by chance, once in some hundred worlds."""
TAMPERING = {"other_content", "borrowed_replica", "unreadable"}
SINGLE = ("phone", "address", "access_note", "preferred_name", "name", "born", "team")
MEMBERS = ("allergy",)
KEPT = timedelta(days=35)
A_ROUND = timedelta(hours=1)
"""Of exchanges of everybody, at the most: who is to go within it may still be there."""

NURSE_DAYS, LEAD_DAYS = 125, 3 * 365 + 1

OF_PEOPLE = {
    name: "id" if name == "patient" else "patient"
    for name in checking.TABLES
    if name == "patient" or (name not in ("item", "access") and "patient" in metadata.tables[name].columns)
}
"""The tables of records that tell of people, by the column that says of whom."""

FILLED = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in OF_PEOPLE)
"""Which of them hold anything."""


@dataclass
class Hub:
    """What the hub holds: by id the accepted change sets with their feed and number, and those that were held."""

    accepted: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, service: Service) -> "Hub":
        made = cls()
        with service.world.hub.place.hub.read() as connection:
            made.accepted = {row.cs_id: row for row in connection.execute(select(t.change_set))}
            made.held = {row.cs_id: row for row in connection.execute(select(t.quarantine))}
        return made


@dataclass(frozen=True)
class Survivors:
    """What is on any disk: ids of change sets with their bytes, and tokens of audited reads."""

    saves: frozenset[str]
    reads: frozenset[str]

    @classmethod
    def of(cls, service: Service) -> "Survivors":
        hub = Hub.of(service)
        saves = {*hub.accepted, *hub.held}
        kept = (*hub.accepted.values(), *hub.held.values())
        reads = {token for row in kept for token, _ in _tokens(row.head, row.body)}
        for each in service.laptops:
            for cs_id, head, body in each.rows("SELECT cs_id, head, body FROM change_set WHERE body IS NOT NULL"):
                saves.add(cs_id)
                reads.update(token for token, _ in _tokens(head, body))
            reads.update(row[0] for row in each.rows("SELECT detail FROM pending_access"))
        return cls(frozenset(saves), frozenset(reads))


def findings(service: Service, survivors: Survivors) -> list[str]:
    """Everything that does not hold after the rounds of rest."""
    hub = Hub.of(service)
    catch_up(service.world.hub.place)
    written = Written.of(hub.accepted)
    return [
        *i1_nothing_lost_or_doubled(service, hub, survivors),
        *wiped_well(service.world, {each.device for each in service.laptops}, {*hub.accepted, *hub.held}),
        *i2_all_hold_the_same(service, hub),
        *i3_numbers_and_cursors(service, hub),
        *i4_conflicts(service, hub),
        *(one for each in _following(service) for one in stands_where_it_belongs(each)),
        *(one for each in _following(service) for one in visits_told(each, _shown(each), written)),
        *i5_scope(service, hub),
        *i6_no_plain_text(service),
        *i7_audit(service, hub, survivors),
        *i8_status(service),
        *i10_policy(service, hub),
    ]


# --- I1 ------------------------------------------------------------------------------------------


def i1_nothing_lost_or_doubled(service: Service, hub: Hub, survivors: Survivors) -> Iterator[str]:
    for cs_id, saved in service.world.saved.items():
        if cs_id in survivors.saves and cs_id not in hub.accepted and cs_id not in hub.held:
            yield f"I1 lost: {saved.what} [{cs_id}]"
    for each in service.laptops:
        own = each.rows("SELECT cs_id FROM change_set WHERE chain IS NOT NULL AND body IS NOT NULL ORDER BY seq")
        for (cs_id,) in own:
            if cs_id not in hub.accepted and cs_id not in hub.held:
                yield f"I1 on {each.name} and not at the hub: [{cs_id}]"
    for cs_id, row in hub.held.items():
        if (row.state == "adopted") != (cs_id in hub.accepted):
            yield f"I1 {row.state}, and {'also' if cs_id in hub.accepted else 'not'} accepted: [{cs_id}]"
        if row.reason in TAMPERING:
            yield f"I1 honest work called {row.reason}: [{cs_id}]"


def destroyed(service: Service, survivors: Survivors) -> list[str]:
    """Saves of which every copy was destroyed; no promise covers them."""
    return [cs_id for cs_id in service.world.saved if cs_id not in survivors.saves]


# --- I2 ------------------------------------------------------------------------------------------


def i2_all_hold_the_same(service: Service, hub: Hub) -> Iterator[str]:
    by_person: defaultdict[str, set[str]] = defaultdict(set)
    for cs_id, row in hub.accepted.items():
        if row.patient:
            by_person[row.patient].add(cs_id)
    told = _told_of_people(service)
    for each in _following(service):
        shown = _shown(each)
        counting: defaultdict[str, set[str]] = defaultdict(set)
        whose = "json_extract(CAST(head AS TEXT), '$.patient_id')"
        asked = f"SELECT DISTINCT cs_id, {whose} FROM item JOIN change_set USING (cs_id)"
        for cs_id, patient in each.rows(asked):
            counting[patient].add(cs_id)
        held = shown | _merged_into(each, shown)
        for person in sorted(held):
            for cs_id in sorted(by_person[person] - counting[person]):
                yield f"I2 {each.name} shows {person} without [{cs_id}]"
            for cs_id in sorted(counting[person] - by_person[person]):
                yield f"I2 {each.name} counts of {person} what the hub has not accepted [{cs_id}]"
        for found in verify(each.disk.folder, each.store_key).findings:
            yield f"I2 {each.name} is not what its change sets make: {found.code} {found.table} {found.record}"
        here = _told_of_people(service, each)
        for table, rows in here.items():
            for person, said in rows.items():
                if person in held and said != told[table].get(person, []):
                    yield f"I2 {each.name} and the hub's records differ in {table} of {person}"


def _told_of_people(service: Service, laptop: SimLaptop | None = None) -> dict[str, dict[str, list[Any]]]:
    """By table and person the rows of the records, on a laptop or at the hub."""
    found: dict[str, dict[str, list[Any]]] = {}
    reading = laptop.store.read() if laptop else service.world.hub.place.records.read()
    with reading as connection:
        filled = {row[0] for row in connection.exec_driver_sql(FILLED)}
        for name, owner in OF_PEOPLE.items():
            rows: defaultdict[str, list[Any]] = defaultdict(list)
            for row in connection.exec_driver_sql(f"SELECT * FROM {name}") if name in filled else ():  # names of ours
                rows[getattr(row, owner)].append(tuple(row))
            found[name] = {person: sorted(said, key=repr) for person, said in rows.items()}
    return found


# --- I3 ------------------------------------------------------------------------------------------


def i3_numbers_and_cursors(service: Service, hub: Hub) -> Iterator[str]:
    feeds: defaultdict[str, dict[int, Any]] = defaultdict(dict)
    for row in (*hub.accepted.values(), *hub.held.values()):
        if row.feed_seq in feeds[row.feed]:
            yield f"I3 two under number {row.feed_seq} of {row.feed}"
        feeds[row.feed][row.feed_seq] = row
    for feed, rows in feeds.items():
        chain = CHAIN_START
        for number in range(1, len(rows) + 1):
            if number not in rows:
                yield f"I3 {feed} has no number {number}"
                break
            chain = chained(chain, rows[number].cs_hash)
            if chain != rows[number].chain:
                yield f"I3 the chain of {feed} breaks at {number}"
    for found in check(service.world.hub.place).findings:
        yield f"I3 the hub finds in itself: {found.what} {found.where} {found.number}"
    for each in _following(service):
        held = {row[0] for row in each.rows("SELECT cs_id FROM change_set")}
        left = _left(each)
        shown = set(each.people())
        shown |= _merged_into(each, shown)
        for feed, cursor, chain in each.rows("SELECT feed, cursor, chain FROM feed"):
            if cursor > len(feeds[feed]):
                yield f"I3 {each.name} stands at {cursor} of {feed}, which ends at {len(feeds[feed])}"
            elif cursor and feeds[feed][cursor].chain != chain:
                yield f"I3 {each.name} has another chain of {feed} at {cursor}"
            for number, row in feeds[feed].items():
                out = row.patient is not None and (row.patient in left or row.patient not in shown)
                if number <= cursor and row.cs_id not in held and not out:
                    yield f"I3 {each.name} passed number {number} of {feed} without having it [{row.cs_id}]"


# --- I4 ------------------------------------------------------------------------------------------


def i4_conflicts(service: Service, hub: Hub) -> Iterator[str]:
    """Conflicts reckoned from who wrote on top of what, by the whole ancestry and not by the last step alone."""
    said: defaultdict[tuple[str, str, str], dict[tuple[str, int], Any]] = defaultdict(dict)
    for cs_id, row in hub.accepted.items():
        for index, one in enumerate(ChangeSet(row.head, row.body).items if row.body else ()):
            if (one.entity == "patient" and one.kind in SINGLE) or one.entity in MEMBERS:
                said[one.entity, one.entity_id, one.kind][cs_id, index] = one
    for each in _following(service):
        shown = _shown(each)
        marked = {
            row[0]: set(row[1].replace(",", " ").split()) for row in each.rows("SELECT id, conflicts FROM patient")
        }
        unsettled = {row[0] for row in each.rows("SELECT id FROM allergy WHERE NOT settled")}
        known = {row[0] for row in each.rows("SELECT id, patient FROM allergy") if row[1] in shown}
        for (entity, record, kind), ops in said.items():
            if entity == "patient":
                if record not in shown:
                    continue
                is_marked = kind in marked.get(record, set())
            else:
                if record not in known:
                    continue
                is_marked = record in unsettled
            if is_marked != _is_apart(ops, add_wins=entity in MEMBERS):
                shown_so = "is" if is_marked else "is not"
                yield f"I4 {each.name}: {kind} of {entity} {record} {shown_so} shown as a conflict"


def _is_apart(ops: Mapping[tuple[str, int], Any], *, add_wins: bool) -> bool:
    above: dict[tuple[str, int], set[tuple[str, int]]] = {}

    def ancestors(ref: tuple[str, int]) -> set[tuple[str, int]]:
        if ref not in above:
            above[ref] = set()
            for base in map(tuple, ops[ref].bases):
                if base in ops:
                    above[ref] |= {base} | ancestors(base)
        return above[ref]

    replaced = set().union(*(ancestors(ref) for ref in ops))
    heads = [ops[ref].payload for ref in ops if ref not in replaced]
    if add_wins and all(one.get("ended") for one in heads):
        return False
    return any(one != heads[0] for one in heads[1:])


# --- I5 ------------------------------------------------------------------------------------------

_TAUGHT_ANOTHER = """SELECT DISTINCT visit.patient, episode.patient FROM visit
    JOIN visit_section ON visit_section.visit = visit.id JOIN episode ON episode.id = visit_section.episode
    WHERE visit.status = 'signed' AND visit.struck_reason = '' AND episode.patient <> visit.patient"""


def i5_scope(service: Service, hub: Hub) -> Iterator[str]:
    world = service.world
    with world.hub.place.hub.read() as connection:
        whose: dict[str, str] = {
            row.patient: row.team for row in connection.execute(select(t.person_team).order_by(t.person_team.c.since))
        }
    with world.hub.place.records.read() as connection:
        episodes = connection.exec_driver_sql("SELECT patient, closed_on FROM episode").all()
        referrals = connection.exec_driver_sql("SELECT patient, status, decided_on FROM referral").all()
        stands = dict(connection.exec_driver_sql("SELECT id, same_as FROM patient WHERE same_as IS NOT NULL").all())
        told_apart = {each for row in connection.exec_driver_sql("SELECT id, other FROM two_people") for each in row}
        taught_another = connection.exec_driver_sql(_TAUGHT_ANOTHER).all()
    told_apart = {stands.get(each, each) for each in told_apart}
    registered = {  # of others work came before their registration, which waits for a lead or was lost with its disk
        one.entity_id
        for row in hub.accepted.values()
        for one in (ChangeSet(row.head, row.body).items if row.body else ())
        if (one.entity, one.kind) == ("patient", "name")
    }
    for each in _following(service):
        is_lead = any(PEOPLE[user][0] is Role.LEAD for user in each.users)
        since = (world.now() - timedelta(days=LEAD_DAYS if is_lead else NURSE_DAYS)).date().isoformat()
        teams = {world.teams[PEOPLE[user][1]] for user in each.users}
        waiting = {
            who for who, status, decided in referrals if status == "received" or (decided and str(decided) >= since)
        }
        theirs: defaultdict[str, list[str | None]] = defaultdict(list)
        for patient, closed in episodes:
            theirs[patient].append(closed)
        going_on = {
            who
            for who in whose
            if who not in stands
            and (
                who in waiting
                or not theirs[who]
                or any(closed is None or str(closed) >= since for closed in theirs[who])
            )
        }
        while more := {who for who, other in taught_another if who in told_apart and other in going_on} - going_on:
            going_on |= more
        wanted = {who for who in going_on if whose.get(who) in teams}
        shown = _shown(each)
        theirs_to_ask = {who for who, team in whose.items() if team in teams}
        asked_for = {
            stands.get(one.patient, one.patient): datetime.fromisoformat(one.until) - world.now()
            for one in world.askings
            if one.device == each.device and one.until and one.patient in theirs_to_ask
        }
        wanted |= {who for who, left in asked_for.items() if left > A_ROUND}
        for who in sorted(shown - wanted - {who for who, left in asked_for.items() if left > -A_ROUND}):
            yield f"I5 {each.name} still shows {who}"
        for who in sorted((wanted & registered) - shown):
            yield f"I5 {each.name} does not show {who}"
        limit = (world.now() - KEPT - timedelta(days=1)).isoformat()
        gone = {row[0] for row in each.rows("SELECT patient FROM scope_person WHERE left_at < ?", limit)}
        gone -= {row[0] for row in each.rows("SELECT patient FROM scope_person WHERE left_at IS NULL")}
        gone -= _drafted(each)
        for (patient,) in each.rows(
            "SELECT DISTINCT json_extract(CAST(head AS TEXT), '$.patient_id') FROM change_set WHERE body IS NOT NULL"
        ):
            if patient in gone:
                yield f"I5 {each.name} still has what was written of {patient}"


# --- I6, I7, I8 ----------------------------------------------------------------------------------


def i6_no_plain_text(service: Service) -> Iterator[str]:
    """Files, logs, and what is told of troubles. Who listens to the network is asked at each request."""
    world = service.world
    for disk in (world.hub.disk, *(each.disk for each in (*service.laptops, *service.gone))):
        for path in disk.folder.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            if any(each in content for each in _TEXTS) or _NHS_NUMBER.search(content):
                yield f"I6 plain text in {path.name}"
    said = {f"the log: {line}" for line in service.heard}
    with world.hub.place.hub.read() as connection:
        said |= {f"events: {row.kind} {row.detail}" for row in connection.execute(select(t.event))}
    for line in sorted(said):
        if any(each in line for each in (CANARY, PHONES, NUMBERS)) and any(each in line for each in world.canaries):
            yield f"I6 plain text in {line.partition(':')[0]}"


def i7_audit(service: Service, hub: Hub, survivors: Survivors) -> Iterator[str]:
    """Each read stands in the audit once, even where a restored store gathered it a second time; that of a laptop
    that was shut out may wait for a lead."""
    named: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in (*hub.accepted.values(), *hub.held.values()):
        for token, entity_id in _tokens(row.head, row.body):
            named[token, row.author].add(entity_id)
    for token, author in service.world.reads.items():
        times = len(named[token, author])
        if times > 1 or (author and token in survivors.reads and times != 1):
            yield f"I7 a read of {author} is in the audit {times} times ({token})"
    with service.world.hub.place.hub.read() as connection:
        events = connection.execute(select(t.event.c.device).where(t.event.c.kind.in_(("opened", "not_opened"))))
        noted = Counter(row.device for row in events)
    for device, times in Counter(each.device for each in service.world.askings).items():
        if noted[device] != times:
            yield f"I7 {device} asked for somebody {times} times, and the hub noted {noted[device]}"
    with service.world.hub.place.records.read() as connection:
        told = Counter(row[0] for row in connection.exec_driver_sql("SELECT detail FROM access"))
    for token, times in told.items():
        if times > 1 and _TOKEN.fullmatch(token):
            yield f"I7 the hub's records tell of a read {times} times ({token})"


def i8_status(service: Service) -> Iterator[str]:
    for each in service.laptops:
        if each.last is None or not (each.last.all_sent or each.revoked):
            yield f"I8 {each.name} does not come to rest: {each.last}"


def told_true(laptop: SimLaptop, done: Exchanged) -> None:
    """I8: whenever an exchange says that all is sent, it is. Asked after each one."""
    if not done.all_sent or laptop.disk.dead:
        return
    with laptop.world.hub.place.hub.read() as connection:
        there = set(connection.scalars(select(t.change_set.c.cs_id)))
        there |= set(connection.scalars(select(t.quarantine.c.cs_id)))
    own = laptop.rows("SELECT cs_id FROM change_set WHERE chain IS NOT NULL AND body IS NOT NULL")
    missing = [cs_id for (cs_id,) in own if cs_id not in there]
    assert not missing, f"I8 {laptop.name} said that all is sent, but not {missing}"


# --- I10 -----------------------------------------------------------------------------------------


def i10_policy(service: Service, hub: Hub) -> Iterator[str]:
    world = service.world
    names = {id_: name for name, id_ in world.users.items()}
    ever: defaultdict[str, set[str]] = defaultdict(set)
    with world.hub.place.hub.read() as connection:
        for row in connection.execute(select(t.person_team)):
            ever[row.patient].add(row.team)
    shut_out = {each.device for each in service.laptops if each.revoked} | {each.device for each in world.wiped}
    for cs_id, row in {**hub.accepted, **hub.held}.items():
        if row.author not in names or row.body is None:
            continue
        role, team_name = PEOPLE[names[row.author]]
        team = world.teams[team_name]
        items = ChangeSet(row.head, row.body).items
        said = [(f"{one.entity}.{one.kind}", bool(one.bases), one.payload) for one in items]
        might_do = all(might(one, said, role.value, clinical_lead=role is Role.LEAD) for one in said)
        teams = ever[row.patient] if row.patient else {team}
        held = cs_id in hub.held
        let_in = held or cs_id in world.adopted  # a hub that was restored has it back by its own word alone
        if not let_in and (not might_do or team not in teams):
            yield f"I10 accepted what {role} of {team_name} might not do: {[one[0] for one in said]} [{cs_id}]"
        if held and might_do and teams == {team} and row.device not in shut_out:
            yield f"I10 held ({row.reason}) what {role} of {team_name} might do: {[one[0] for one in said]} [{cs_id}]"


# --- looking -------------------------------------------------------------------------------------


def _following(service: Service) -> list[SimLaptop]:
    return [each for each in service.laptops if not each.revoked]


def _shown(laptop: SimLaptop) -> set[str]:
    """Who can be found there, but for those who left the scope and stay for a note that somebody has begun."""
    return set(laptop.people()) - (_left(laptop) & _drafted(laptop))


def _merged_into(laptop: SimLaptop, shown: set[str]) -> set[str]:
    """Records that stand under somebody who is shown."""
    return {row[0] for row in laptop.rows("SELECT id, same_as FROM patient") if row[1] in shown}


def _drafted(laptop: SimLaptop) -> set[str]:
    return {row[0] for row in laptop.rows("SELECT patient FROM draft")}


def _left(laptop: SimLaptop) -> set[str]:
    here = {row[0] for row in laptop.rows("SELECT patient FROM scope_person WHERE left_at IS NULL")}
    return {row[0] for row in laptop.rows("SELECT patient FROM scope_person WHERE left_at IS NOT NULL")} - here


def _tokens(head: bytes, body: bytes | None) -> list[tuple[str, str]]:
    """Audited reads by their token, with the id each has as a record."""
    if body is None or b'"access"' not in body:
        return []
    said = [(one["payload"].get("detail", ""), one["entity_id"]) for one in msgspec.json.decode(body)]
    return [each for each in said if _TOKEN.fullmatch(each[0])]


__all__ = ["NORTH", "SOUTH", "Survivors", "destroyed", "findings", "told_true"]

"""Three hundred laptops at eight in the morning: how long their exchanges take on a hub with PostgreSQL.

The hub is `smf-hub serve` and `smf-hub project`, as they run in service. The laptops are one process beside it, on the
same processors: all they say is written, signed and packed before the clock runs, and what they use of the processors
is told. Each pushes the twelve saves of a morning, pulls what its team has sent by then, and compares digests.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import msgspec

from benchmarks._hub import world
from benchmarks._morning import Batch, Part, Report
from benchmarks._pen import Pen, pen
from benchmarks._timing import Figure, tell
from benchmarks._work import SAVES
from smf_core.operations import requests as say
from smf_core.operations.change_set import ChangeSet, Item
from smf_core.operations.digest import month
from smf_core.operations.protocol import Mark, audit_feed, team_feed
from smf_core.operations.wire import pack
from smf_core.policy.keeping import days_for
from smf_core.policy.roles import Role
from smf_hub.service.managing import add_team, add_user
from smf_hub.service.place import Place, make_place
from smf_hub.service.projecting import catch_up
from smf_hub.store import feeds
from tests.support.postgres import NoServer, database, server

TEAMS, LAPTOPS_EACH, PEOPLE_EACH, KNOWN_EACH = 15, 20, 40, 6
SAVED, ACCESSES = 12, 30
GOAL_S = 5.0
SPREADS = (150.0, 60.0, 0.0)
"""Seconds over which they begin: as they come back to a hub that was away for long (`sync.timing` tries again after up
to five minutes, half of it by chance), as people come to work, and all at once."""


def town(
    place: Place, chance: random.Random
) -> tuple[list[Pen], Mapping[str, list[str]], Mapping[str, list[ChangeSet]]]:
    """Teams with a lead and nurses, a laptop each, people they know, and what has been saved of them before."""
    pens: list[Pen] = []
    people: dict[str, list[str]] = {}
    known: dict[str, list[ChangeSet]] = {}
    size = cycle(SAVES)
    for number in range(TEAMS):
        team = add_team(place, f"Team {number}")
        first = len(pens)
        for each in range(LAPTOPS_EACH):
            username = f"user{number}.{each}"
            add_user(place, username, role=Role.NURSE if each else Role.LEAD, team=team)
            pens.append(pen(place, team, username, f"SMF-LT-{number:02}{each:02}"))
        writer = pens[first]
        heard = [writer.person(chance) for _ in range(PEOPLE_EACH)]
        people[team] = [who for who, _ in heard]
        known[team] = [change_set for _, change_set in heard]
        writer.send(place, known[team])
        visits = [writer.visit(chance, who, next(size)) for who in people[team] for _ in range(KNOWN_EACH)]
        for start in range(0, len(visits), 120):
            writer.send(place, visits[start : start + 120])
        known[team] += visits
    return pens, people, known


def plan(place: Place, pens: list[Pen], people: Mapping[str, list[str]], known: Mapping[str, list[ChangeSet]]) -> bytes:
    """What each laptop is to say, signed and packed."""
    chance, size = random.Random(300), cycle(SAVES)
    with place.hub.read() as connection:
        heads = feeds.heads(connection, feeds.every_feed(connection))
    now = datetime.now(UTC)
    held: dict[str, dict[int, list[bytes]]] = {}
    for team, sets in known.items():
        by_month = held.setdefault(team, defaultdict(list))
        for one in sets:
            by_month[month(one.head)].append(one.hash)
    parts = []
    for number, each in enumerate(pens):
        lead = number % LAPTOPS_EACH == 0
        team, follows = team_feed(each.team), ["service", team_feed(each.team)]
        if lead:
            follows.append(audit_feed(each.team))
        days = days_for(frozenset((Role.LEAD if lead else Role.NURSE,)))
        before = Mark(seq=each.seq, chain=each.chain)
        saved = [each.visit(chance, chance.choice(people[each.team]), next(size)) for _ in range(SAVED)]
        read = [
            Item(
                entity="access",
                entity_id=each.device,
                kind="done",
                payload={"action": "open", "patient": chance.choice(people[each.team]), "at": now.isoformat()},
            )
            for _ in range(ACCESSES)
        ]
        batches = [_batch(each, saved)]
        auditor = Pen(each.device, each.team, each.user, each.key)
        batches.append(_batch(auditor, [auditor.write(read, None)]))
        parts.append(
            Part(
                device=each.device,
                key=each.key.private_bytes_raw(),
                replicas={each.replica: before},
                stands={feed: heads[feed] for feed in follows if feed in heads},
                scopes={team: place.scopes.of(each.team, days, now).name},
                held=held[each.team],
                pushes=batches,
            )
        )
    return msgspec.msgpack.encode(parts)


def _batch(each: Pen, sets: list[ChangeSet]) -> Batch:
    body = say.squeeze(pack(each.pushing(sets), sets))
    return Batch(body, [one.hash for one in sets], [month(one.head) if one.head.patient_id else 0 for one in sets])


@contextmanager
def hub(url: str) -> Iterator[tuple[str, subprocess.Popen[str], subprocess.Popen[str]]]:
    """The hub's two processes, as they run in service."""
    command = [sys.executable, "-m", "smf_hub", "--database", url]
    serving = subprocess.Popen(
        [*command, "serve", "--port", "0", "--no-projector", "--json"], stdout=subprocess.PIPE, text=True
    )
    projecting = subprocess.Popen([*command, "project"], text=True)
    try:
        assert serving.stdout is not None
        yield msgspec.json.decode(serving.stdout.readline())["url"], serving, projecting
    finally:
        for each in (projecting, serving):
            each.terminate()
        for each in (projecting, serving):
            each.wait()


def processor(pid: int) -> float:
    """Seconds a process has used of the processors."""
    told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def morning(url: str, folder: Path, seconds: float) -> None:
    chance = random.Random(8)
    began = time.perf_counter()
    place = make_place(url, None, world(), service="Derby", kind="training", recovery_key=bytes(range(32)))
    pens, people, known = town(place, chance)
    catch_up(place)
    said = folder / "plan"
    said.write_bytes(plan(place, pens, people, known))
    place.close()
    made = time.perf_counter() - began
    with hub(url) as (address, serving, projecting):
        before = processor(serving.pid), processor(projecting.pid)
        began = time.perf_counter()
        answered = subprocess.run(
            [sys.executable, "-m", "benchmarks._morning", str(said), address, str(seconds)],
            stdout=subprocess.PIPE,
            check=True,
        )
        took = time.perf_counter() - began
        used = processor(serving.pid) - before[0], processor(projecting.pid) - before[1]
    told(msgspec.json.decode(answered.stdout, type=Report), seconds, took, used, made)


def told(report: Report, seconds: float, took: float, used: tuple[float, float], made: float) -> None:
    went = report.went
    whole = sorted(each.seconds for each in went)
    waited = sorted(each.with_waits for each in went)
    troubles = [each.trouble for each in went if each.trouble]
    name = f"{len(went)} laptops within {seconds:.0f} s" if seconds else f"{len(went)} laptops at once"
    tell(Figure(f"{name}, p95 of an exchange", at(whole, 95), GOAL_S, "the goal", 1.0, len(went), "s"))
    tell(Figure("  errors seen", len(troubles), 1, "none", 0.0, len(went), ""))
    print(
        f"  p50 {at(whole, 50):.2f} s, p95 {at(whole, 95):.2f} s, p99 {at(whole, 99):.2f} s, slowest {whole[-1]:.2f} s;"
        f" with waits the hub asked for ({sum(each.busy for each in went)} times busy): p95 {at(waited, 95):.2f} s"
    )
    print(
        f"  {sum(each.requests for each in went)} requests, {sum(each.pulled for each in went)} change sets pulled in"
        f" {took:.1f} s; processor: serve {used[0]:.1f} s, project {used[1]:.1f} s, laptops {report.processor:.1f} s;"
        f" made in {made:.1f} s; load {os.getloadavg()[0]:.1f}"
    )
    for each in sorted(set(troubles)):
        print(f"  {troubles.count(each)} x {each}")


def at(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def main(spreads: list[str]) -> None:
    try:
        for seconds in map(float, spreads) if spreads else SPREADS:
            with server(durable=True) as where, database(where) as url, tempfile.TemporaryDirectory() as folder:
                morning(url, Path(folder), seconds)
    except NoServer as why:
        print(f"PostgreSQL was not measured: {why}")


if __name__ == "__main__":
    main(sys.argv[1:])

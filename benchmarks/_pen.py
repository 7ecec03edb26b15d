"""Change sets and pushes as a laptop writes and signs them, without a laptop: what is made before the clock runs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from benchmarks._work import items
from smf_core.operations.change_set import CHAIN_START, ChangeSet, Item, chained, write_change_set
from smf_core.operations.clock import START, Stamp, tick
from smf_core.operations.enrolment import Enrol, proven
from smf_core.operations.protocol import Push, signed_part
from smf_hub.ports import Caller
from smf_hub.service.enrolling import enrol, new_code
from smf_hub.service.laptop import LaptopHub
from smf_hub.service.place import Place


def new_id() -> str:
    return str(uuid7())


@dataclass(slots=True)
class Pen:
    """One laptop as the hub sees it: a device with a key, one user, and one replica that writes."""

    device: str
    team: str
    user: str
    key: Ed25519PrivateKey
    replica: str = field(default_factory=new_id)
    seq: int = 0
    chain: bytes = CHAIN_START
    stamp: Stamp = START

    def write(self, said: Sequence[Item], patient: str | None) -> ChangeSet:
        now = datetime.now(UTC)
        self.stamp = tick(self.stamp, int(now.timestamp() * 1000))
        self.seq += 1
        return write_change_set(
            cs_id=new_id(),
            replica_id=self.replica,
            seq=self.seq,
            stamp=self.stamp,
            author=self.user,
            patient_id=patient,
            care_time=now,
            items=said,
        )

    def person(self, chance: random.Random) -> tuple[str, ChangeSet]:
        who = new_id()
        family = f"TEST{chance.randrange(10**6)}"
        said = [
            Item(entity="patient", entity_id=who, kind="name", payload={"family": family, "given": "Ann"}),
            Item(entity="patient", entity_id=who, kind="born", payload={"date_of_birth": "1951-03-14"}),
            Item(entity="patient", entity_id=who, kind="team", payload={"team": self.team}),
        ]
        return who, self.write(said, who)

    def visit(self, chance: random.Random, patient: str, size: int) -> ChangeSet:
        """One save of so many operations about somebody."""
        return self.write(items(chance, new_id, patient, self.user, size), patient)

    def pushing(self, sets: Sequence[ChangeSet]) -> Push:
        """What says that these are the next of the replica, signed."""
        before, first = self.chain, sets[0].head.seq
        for each in sets:
            self.chain = chained(self.chain, each.hash)
        said = Push(
            replica=self.replica,
            from_seq=first,
            to_seq=first + len(sets) - 1,
            chain_before=before,
            chain_after=self.chain,
            signature=b"",
        )
        return replace(said, signature=self.key.sign(signed_part(said)))

    def send(self, place: Place, sets: Sequence[ChangeSet]) -> None:
        """Through the hub's own door, without a network."""
        hub = LaptopHub(place, Caller(self.device, self.team, frozenset((self.user,)), False))
        pushed = hub.push(self.pushing(sets), sets)
        assert not pushed.exceptions, pushed.exceptions[0]


def pen(place: Place, team: str, username: str, name: str) -> Pen:
    """A laptop that has just joined."""
    key = Ed25519PrivateKey.generate()
    told = enrol(
        place,
        proven(
            Enrol(
                code=new_code(place, username),
                username=username,
                device_name=name,
                key=key.public_key().public_bytes_raw(),
                store=new_id(),
            ),
            key.sign,
        ),
    )
    return Pen(told.device, team, told.user.user, key)

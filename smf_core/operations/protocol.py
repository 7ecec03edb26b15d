"""What a laptop and the hub say to each other in an exchange. `docs/protocol.md` tells it in words.

A feed is a list of change sets that the hub numbers 1, 2, 3 ... without gaps, each number with the chain value after
it. Bytes travel as base64. No hash travels that the receiver can reckon itself.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Literal

import msgspec

from smf_core.operations.change_set import CHAIN_START, Count
from smf_core.operations.digest import Bucket

PROTOS = (1,)
"""The versions of this protocol spoken here, the newest first; a hub speaks the two before its own as well."""

SERVICE = "service"
"""The feed of what every laptop of the service needs: its teams, users, practices, approvals and settings."""


def team_feed(team: str) -> str:
    """The feed of a team's people."""
    return f"team:{team}"


def audit_feed(team: str) -> str:
    """The feed of who read what in a team."""
    return f"audit:{team}"


def held_feed(device: str) -> str:
    """The feed of one laptop's change sets that wait for a lead; it numbers them as receipts."""
    return f"held:{device}"


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Anything said; fields that are not known are passed over."""


class Mark(Message, frozen=True, kw_only=True):
    """A place in a chain: the last number, and the chain value after it."""

    seq: Count = 0
    chain: bytes = CHAIN_START


START = Mark()


class Signed(Message, frozen=True, kw_only=True):
    """Bytes that the hub wrote and signed with its identity key (Ed25519): a grant or an order."""

    content: bytes
    signature: bytes


class Grant(Message, frozen=True, kw_only=True):
    """That somebody may work offline on one laptop, from and until instants (ISO 8601)."""

    serial: str
    user: str
    device: str
    teams: tuple[str, ...]
    role: str
    since: str
    until: str


class Order(Message, frozen=True, kw_only=True):
    """What the hub orders one laptop to do; `serial` is never used twice."""

    serial: str
    device: str
    store: str
    act: Literal["wipe", "lock", "rotate"]
    at: str


class Stand(Message, frozen=True, kw_only=True):
    """Where a laptop stands in one feed, and other places it has seen of it (receipts too), the newest first."""

    cursor: Mark = START
    witnesses: tuple[Mark, ...] = ()


class Decided(Message, frozen=True, kw_only=True):
    """What became of a change set that waited: a lead (`by`) returned it, or took it into a feed that its laptop does
    not follow; `word` is their reason.
    """

    cs_id: str
    state: Literal["returned", "elsewhere"]
    by: str
    at: str
    word: str = ""


class Hello(Message, frozen=True, kw_only=True):
    """The laptop's first word. `replicas`: where each of its own chains ends. `unsent` and `drafts` are counts.

    `of_others`: how many of the unsent ones others wrote, and this laptop gives back.
    """

    protos: tuple[int, ...]
    app: str
    schema: int
    replicas: Mapping[str, Mark]
    feeds: Mapping[str, Stand]
    local_time: str
    unsent: int = 0
    of_others: int = 0
    drafts: int = 0
    ratchet: bytes = b""
    draft_keys: Mapping[str, bytes] = {}
    """By user of this laptop the X25519 public key that drafts for them are sealed to."""
    done: tuple[str, ...] = ()
    """Serials of orders that were carried out; the hub says them no more."""
    waits: tuple[str, ...] = ()
    """Change sets of this laptop of which it has not heard what a lead decided: the hundred that wait longest."""


class FeedHead(Message, frozen=True, kw_only=True):
    """The hub's end of a feed. `common` is set when the laptop's witnesses do not follow: the newest it recognises.

    `scope` changes whenever the people in the laptop's scope do; empty for a feed that is not about people.
    """

    head: Count
    common: Mark | None = None
    scope: bytes = b""


class Limits(Message, frozen=True, kw_only=True):
    """The most that one request or answer may hold; sizes in bytes."""

    change_sets: int = 2000
    packed: int = 256 * 1024
    unpacked: int = 2 * 1024 * 1024
    ratio: int = 100


class Welcome(Message, frozen=True, kw_only=True):
    """The hub's answer. `my_view`: where it has each replica end; `feeds`: all that this laptop is to follow."""

    hub_time: str
    proto: int
    my_view: Mapping[str, Mark]
    feeds: Mapping[str, FeedHead]
    token: str
    limits: Limits = Limits()
    grants: tuple[Signed, ...] = ()
    orders: tuple[Signed, ...] = ()
    ratchet: bytes = b""
    draft_keys: Mapping[str, tuple[bytes, ...]] = {}
    """By user of this laptop the keys of all their laptops, to which their drafts are sealed."""
    behind: Mapping[str, Mark] = {}
    """Feeds that this laptop sent to without following them, and the hub lacks some of: as `FeedHead.common`."""
    decided: tuple[Decided, ...] = ()
    """What became of those that the laptop says it waits for."""
    revoked: bool = False
    """Whether this laptop was shut out. It is told of no feeds then, as one that is too old is; both may still push."""


class Push(Message, frozen=True, kw_only=True):
    """Change sets of one replica, in its order. `signature` is the device's, over `signed_part`."""

    replica: str
    from_seq: Count
    to_seq: Count
    chain_before: bytes
    chain_after: bytes
    signature: bytes


def signed_part(said: Push) -> bytes:
    """What a device signs of a push: the replica, the numbers, and where its chain stands after them."""
    return f"{said.replica} {said.from_seq} {said.to_seq} {said.chain_after.hex()}".encode()


def is_shared(feed: str) -> bool:
    """Whether what stands in a feed was accepted; one of receipts numbers what waits for a lead."""
    return feed.partition(":")[0] in ("service", "team", "audit")


def attested_part(hub: str, feed: str, end: Mark) -> bytes:
    """What a hub signs with its identity key of a place in a feed: that its chain stood so after that number."""
    return f"smf-feed {hub} {feed} {end.seq} {end.chain.hex()}".encode()


def kept_part(hub: str, feed: str, hashes: Iterable[bytes]) -> bytes:
    """What a hub signs of a back-fill from another team's feed: that these change sets stood there, in that order."""
    return f"smf-kept {hub} {feed} {sha256(b''.join(hashes)).hexdigest()}".encode()


class Stretch(Message, frozen=True, kw_only=True):
    """Numbers `first` to `last` of a feed as the hub accepted them once: `attested` is its own word for their end.

    The chain over the hashes of all of them leads from `chain_before` to `chain_after`, so no other entries fit. Of a
    back-fill there are no numbers and no chain, and `attested` is over `kept_part`.
    """

    feed: str
    first: Count
    last: Count
    chain_before: bytes
    chain_after: bytes
    attested: bytes


class Offer(Message, frozen=True, kw_only=True):
    """What a hub restored from a backup may lack, whoever wrote it.

    With a `stretch` the entries are all of it, those that are not given as their hash, and the hub takes what is given
    as what it had accepted. Without one each is judged as if it were pushed by this laptop.
    """

    stretch: Stretch | None = None


class Run(Message, frozen=True, kw_only=True):
    """Consecutive change sets of a push (those with an exception left out) that got these numbers of a feed.

    `attested` is the hub's signature over `attested_part`, on the last run of a feed.
    """

    feed: str
    first: Count
    last: Count
    chain_before: bytes
    chain_after: bytes
    attested: bytes = b""


class Outcome(StrEnum):
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


class Exceptional(Message, frozen=True, kw_only=True):
    """One change set of a push, by its place in it, that was not newly accepted. `feed` and `seq`: where it stands.

    `chain` is the feed's there, on the duplicate with the highest number of each feed.
    """

    at: Count
    outcome: Outcome
    reason: str = ""
    feed: str = ""
    seq: Count = 0
    chain: bytes = b""


class Pushed(Message, frozen=True, kw_only=True):
    """The receipt: runs in the order of the push, newly quarantined ones among `exceptions` (their run is `held`).

    `clash`: numbers of this replica were used before with other content, so it must go on under a new replica id.
    """

    runs: tuple[Run, ...] = ()
    exceptions: tuple[Exceptional, ...] = ()
    held: tuple[Run, ...] = ()
    clash: bool = False


class Pull(Message, frozen=True, kw_only=True):
    """Ask for what follows a place in a feed. `mine`: own replicas by how far they are here, which need no bytes."""

    feed: str
    after: Mark
    limit: Count = 500
    mine: Mapping[str, Count] = {}


class Page(Message, frozen=True, kw_only=True):
    """Entries `first` to `last` of a feed; none when `last` < `first`. `common` as in `FeedHead`, then no entries.

    `attested` is the hub's signature over `attested_part` of the last; empty for a feed of receipts.
    """

    feed: str
    first: Count
    last: Count
    chain_after: bytes
    head: Count
    common: Mark | None = None
    attested: bytes = b""

    @property
    def more(self) -> bool:
        return self.common is None and self.last < self.head


class Scope(Message, frozen=True, kw_only=True):
    """The people of a feed that are in this laptop's scope, by id in order; `scope` names the list.

    It was made when the hub's records stood at `seq` of the feed: who has anything placed above it may not be taken as
    gone for not being listed. `signed_visits` counts those of the listed people; `moved` are those of them who were
    another team's before, so that not all of theirs stands in this feed, each with a number that is another one when
    they have moved again, or more of theirs stands elsewhere.
    """

    scope: bytes
    people: tuple[str, ...]
    moved: Mapping[str, Count] = {}
    seq: Count = 0
    signed_visits: Count = 0


class Placed(Message, frozen=True, kw_only=True):
    """Where each change set of a back-fill stands in the feed that is asked for, in order. `more`: ask on after it.

    `elsewhere`: feeds of teams the person belonged to before, which may be asked for this person, too; of these
    `attested` is the hub's signature over `kept_part`, and `end` a place in the feed, which is a witness like others.
    """

    feed: str
    seqs: tuple[Count, ...]
    more: bool = False
    elsewhere: tuple[str, ...] = ()
    attested: bytes = b""
    end: Mark = START


class Verify(Message, frozen=True, kw_only=True):
    """What the laptop holds of a feed up to `seq`, of people in `scope`: a bucket for each month it has touched.

    With `people` for one month alone: its bucket by person.
    """

    feed: str
    seq: Count
    scope: bytes
    months: Mapping[int, Bucket] = {}
    people: Mapping[str, Bucket] = {}
    month: Count = 0


class Verified(Message, frozen=True, kw_only=True):
    """The months that differ, or the people. `stale`: the scope is another one by now, so nothing was compared."""

    months: tuple[int, ...] = ()
    people: tuple[str, ...] = ()
    stale: bool = False


class Review(Message, frozen=True, kw_only=True):
    """One change set that waits for a lead: who wrote it, about whom, why it was set aside, since when."""

    cs_id: str
    author: str
    patient: str | None
    reason: str
    at: str
    device: str


class HeldWork(Message, frozen=True, kw_only=True):
    """What waits for a lead of the caller's teams, the oldest first; the change sets come as entries in that order."""

    reviews: tuple[Review, ...]


class DraftNote(Message, frozen=True, kw_only=True):
    """That somebody's draft exists; who may not read it learns no more than this."""

    slot: str
    author: str
    page: str
    patient: str
    saved_at: str
    device: str


class PersonAsked(Message, frozen=True, kw_only=True):
    """Somebody asks for a person of their team whom their laptop does not hold: by NHS number, or by names and birth.

    `why` is a code of `WhyOpened`; `date_of_birth` is ISO. `given` tells people of one family name and birth apart.
    """

    user: str
    why: str
    nhs_number: str = ""
    family: str = ""
    given: str = ""
    date_of_birth: str = ""


class PersonGiven(Message, frozen=True, kw_only=True):
    """`patient` comes with the next exchange, and stays until a moment: "" where they are in scope anyway.

    Nobody ("") where nobody is found; `several` where more than one is.
    """

    patient: str = ""
    until: str = ""
    several: bool = False


class LaptopNote(Message, frozen=True, kw_only=True):
    """One laptop of a team, for its lead: when it was last here, and what it said it had left to send."""

    device: str
    name: str
    users: tuple[str, ...]
    last_seen: str | None
    unsent: int
    drafts: int
    signed_visits: int = 0
    revoked: bool = False
    orders: tuple[str, ...] = ()
    """What it was ordered and has not said done, the oldest first."""

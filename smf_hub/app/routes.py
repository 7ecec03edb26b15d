"""The paths of the hub: what each takes, whom it asks, what it answers. `docs/protocol.md` lists them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar
from urllib.parse import parse_qsl, unquote

import msgspec

from smf_core.operations import protocol
from smf_core.operations.change_set import ChangeSet
from smf_core.operations.enrolment import Again, Enrol, Enrolled
from smf_core.operations.hub import Hub, HubTrouble, Trouble
from smf_core.operations.requests import BYTES, JSON, LINES, Drafts, Laptops, Ranges, Whole, read
from smf_core.operations.wire import Entry, NotOurMessage, pack, unpack

LIMITS = protocol.Limits()
DIGITS = 16
"""More than any number of this protocol has."""

M = TypeVar("M", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told, before it is packed and signed."""

    body: bytes = b""
    kind: str = JSON
    status: int = 200


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has been let in: `hub` as its laptop sees it, the words in its path, and what it says.

    `figure` reckons one by its name and what is asked of it.
    """

    hub: Hub
    figure: Callable[[str, Mapping[str, str]], bytes]
    words: Sequence[str]
    query: str
    body: bytes

    def asked(self) -> Mapping[str, str]:
        """The query. Raises `HubTrouble` when it is none."""
        try:
            return dict(parse_qsl(self.query, strict_parsing=bool(self.query), max_num_fields=10, errors="strict"))
        except ValueError:
            raise HubTrouble(Trouble.BAD_REQUEST) from None

    def said(self, kind: type[M]) -> M:
        """Its message. Raises `HubTrouble` when that cannot be read."""
        return _understood(self.body, kind)

    def given(self, kind: type[M]) -> tuple[M, Sequence[Entry]]:
        """Its message and entries, which are as yet only told apart."""
        try:
            return unpack(self.body, kind)
        except NotOurMessage:
            raise HubTrouble(Trouble.BAD_REQUEST) from None

    def sent(self, kind: type[M]) -> tuple[M, list[ChangeSet]]:
        """Its message and change sets."""
        message, entries = self.given(kind)
        change_sets = [each for each in entries if isinstance(each, ChangeSet)]
        if len(change_sets) != len(entries):
            raise HubTrouble(Trouble.BAD_REQUEST)
        return message, change_sets


@dataclass(frozen=True, slots=True)
class Route:
    """`takes` and `gives` are the messages; `lines` says that change sets go with them, `raw` that bytes do."""

    method: str
    path: str
    does: str
    act: Callable[[Call], Answer]
    takes: type[protocol.Message] | None = None
    gives: type[protocol.Message] | None = None
    takes_kind: str = JSON
    gives_kind: str = JSON
    query: Mapping[str, type] = field(default_factory=dict)
    token: bool = True
    """Whether the token of hello is needed besides the signature."""
    revoked: bool = False
    """Whether a laptop that was shut out may still come here."""
    looks: bool = False
    """Whether it asks anew itself who the laptop is, so that the door may go by what was known when it asked last."""
    most: int = LIMITS.packed
    """Bytes of the body as sent."""

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.strip("/").split("/"))


class Match(Protocol):
    """Which route a path means, with the words that fill its gaps."""

    def __call__(self, method: str, path: str) -> tuple[Route, list[str]]: ...


def matcher(routes: Sequence[Route]) -> Match:
    """Raises, when called, `HubTrouble` UNKNOWN for another path, `WrongMethod` for another verb."""
    plain = {(route.method, route.path): route for route in routes if "{" not in route.path}
    filled = [route for route in routes if "{" in route.path]

    def match(method: str, path: str) -> tuple[Route, list[str]]:
        found = plain.get((method, path))
        if found is not None:
            return found, []
        parts = path.strip("/").split("/")
        methods = {route.method for route in routes if route.path == path}
        for route in filled:
            words = _words(route.parts, parts)
            if words is None:
                continue
            if route.method == method:
                return route, words
            methods.add(route.method)
        if methods:
            raise WrongMethod(tuple(sorted(methods)))
        raise HubTrouble(Trouble.UNKNOWN)

    return match


class WrongMethod(Exception):
    """The path is there, and answers other verbs."""

    def __init__(self, methods: tuple[str, ...]) -> None:
        super().__init__(methods)
        self.methods = methods


def _words(template: Sequence[str], parts: Sequence[str]) -> list[str] | None:
    if len(template) != len(parts):
        return None
    if any(gap != part for gap, part in zip(template, parts, strict=True) if not gap.startswith("{")):
        return None
    try:
        words = [unquote(part, errors="strict") for gap, part in zip(template, parts, strict=True) if gap != part]
    except UnicodeDecodeError:
        return None
    return words if all(words) else None


def _understood(raw: bytes, kind: type[M]) -> M:
    try:
        return read(raw, kind)
    except NotOurMessage:
        raise HubTrouble(Trouble.BAD_REQUEST) from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS):
        raise HubTrouble(Trouble.BAD_REQUEST)
    return int(text)


def _tell(message: protocol.Message) -> Answer:
    return Answer(pack(message))


def _lines(message: protocol.Message, entries: Sequence[Entry]) -> Answer:
    return Answer(pack(message, entries), LINES)


# --- the exchange --------------------------------------------------------------------------------


def _hello(call: Call) -> Answer:
    return _tell(call.hub.hello(call.said(protocol.Hello)))


def _push(call: Call) -> Answer:
    return _tell(call.hub.push(*call.sent(protocol.Push)))


def _offer(call: Call) -> Answer:
    return _tell(call.hub.offer(*call.given(protocol.Offer)))


def _pull(call: Call) -> Answer:
    return _lines(*call.hub.pull(call.said(protocol.Pull)))


def _verify(call: Call) -> Answer:
    return _tell(call.hub.verify(call.said(protocol.Verify)))


def _scope(call: Call) -> Answer:
    return _tell(call.hub.scope(call.words[0]))


def _patient(call: Call) -> Answer:
    asked = call.asked()
    after, until = _number(asked.get("after", "")), _number(asked.get("until", ""))
    return _lines(*call.hub.patient(asked.get("feed", ""), call.words[0], after, until))


# --- for leads; drafts and documents -------------------------------------------------------------


def _held(call: Call) -> Answer:
    return _lines(*call.hub.held())


def _laptops(call: Call) -> Answer:
    return _tell(Laptops(laptops=tuple(call.hub.laptops())))


def _open_person(call: Call) -> Answer:
    return _tell(call.hub.open_person(call.said(protocol.PersonAsked)))


def _keep_draft(call: Call) -> Answer:
    note, _, sealed = call.body.partition(b"\n")
    call.hub.keep_draft(call.words[0], _understood(note, protocol.DraftNote), sealed)
    return Answer(status=204)


def _draft(call: Call) -> Answer:
    return Answer(call.hub.draft(call.words[0], call.asked().get("reason", "")), BYTES)


def _drop_draft(call: Call) -> Answer:
    call.hub.drop_draft(call.words[0])
    return Answer(status=204)


def _drafts(call: Call) -> Answer:
    return _tell(Drafts(drafts=tuple(call.hub.drafts())))


def _blob_ranges(call: Call) -> Answer:
    ranges = call.hub.blob_ranges(call.words[0])
    return _tell(Ranges(ranges=tuple(ranges or ()), whole=ranges is None))


def _put_blob(call: Call) -> Answer:
    call.hub.put_blob(call.words[0], _number(call.words[1]), call.body)
    return Answer(status=204)


def _blob(call: Call) -> Answer:
    return Answer(call.hub.blob(call.words[0], _number(call.words[1])), BYTES)


def _commit_blob(call: Call) -> Answer:
    call.hub.commit_blob(call.words[0], call.said(Whole).size)
    return Answer(status=204)


def _figure(call: Call) -> Answer:
    return Answer(call.figure(call.words[0], call.asked()))


def _elsewhere(call: Call) -> Answer:
    raise HubTrouble(Trouble.UNKNOWN)


ROUTES = (
    Route(
        "POST",
        "/v1/sync/hello",
        "Where the laptop and the hub stand; a token for what follows.",
        _hello,
        takes=protocol.Hello,
        gives=protocol.Welcome,
        token=False,
        revoked=True,
        looks=True,
    ),
    Route(
        "POST",
        "/v1/sync/push",
        "Change sets of one replica, in its order.",
        _push,
        takes=protocol.Push,
        takes_kind=LINES,
        gives=protocol.Pushed,
        revoked=True,
    ),
    Route(
        "POST",
        "/v1/sync/offer",
        "What a restored hub may lack: a stretch of a feed as it signed it once, or what nothing proves.",
        _offer,
        takes=protocol.Offer,
        takes_kind=LINES,
        gives=protocol.Pushed,
        revoked=True,
    ),
    Route(
        "POST",
        "/v1/sync/pull",
        "What follows a place in a feed.",
        _pull,
        takes=protocol.Pull,
        gives=protocol.Page,
        gives_kind=LINES,
    ),
    Route(
        "POST",
        "/v1/sync/verify",
        "Which months or people differ.",
        _verify,
        takes=protocol.Verify,
        gives=protocol.Verified,
    ),
    Route("GET", "/v1/sync/scope/{feed}", "The people in the laptop's scope.", _scope, gives=protocol.Scope),
    Route(
        "GET",
        "/v1/sync/patient/{id}",
        "The change sets of one person, a page of them.",
        _patient,
        gives=protocol.Placed,
        gives_kind=LINES,
        query={"feed": str, "after": int, "until": int},
    ),
    Route(
        "GET",
        "/v1/held",
        "What waits for a lead of the caller's teams.",
        _held,
        gives=protocol.HeldWork,
        gives_kind=LINES,
    ),
    Route(
        "GET",
        "/v1/laptops",
        "When each laptop of the team was last here, and what it had left to send.",
        _laptops,
        gives=Laptops,
    ),
    Route(
        "POST",
        "/v1/person/open",
        "Somebody of the team whom the laptop does not hold, for 72 hours and with a reason.",
        _open_person,
        takes=protocol.PersonAsked,
        gives=protocol.PersonGiven,
    ),
    Route("GET", "/v1/drafts", "Which drafts exist.", _drafts, gives=Drafts),
    Route(
        "PUT",
        "/v1/draft/{slot}",
        "Keep a sealed draft: its note, a line feed, the sealed bytes.",
        _keep_draft,
        takes=protocol.DraftNote,
        takes_kind=BYTES,
        most=LIMITS.packed + 16 * 1024,
    ),
    Route("GET", "/v1/draft/{slot}", "A sealed draft.", _draft, gives_kind=BYTES, query={"reason": str}),
    Route("DELETE", "/v1/draft/{slot}", "A draft was signed or discarded.", _drop_draft),
    Route("HEAD", "/v1/blob/{digest}/{offset}", "Which bytes of a document have come.", _blob_ranges, gives=Ranges),
    Route("GET", "/v1/blob/{digest}/{offset}", "A document from there on.", _blob, gives_kind=BYTES),
    Route("PUT", "/v1/blob/{digest}/{offset}", "A piece of a document.", _put_blob, takes_kind=BYTES),
    Route("POST", "/v1/blob/{digest}/commit", "Every byte has been sent.", _commit_blob, takes=Whole),
    Route(
        "GET",
        "/v1/figures/{name}",
        "A figure with the places of the feeds it stands at.",
        _figure,
        query=dict.fromkeys(
            (
                *("from", "to", "as_of", "baseline_from", "baseline_to"),
                *("team", "skill", "nurse", "locality", "by"),
            ),
            str,
        ),
    ),
)
"""Everything that a laptop signs."""

JOINING = Route(
    "POST",
    "/v1/enrol",
    "A laptop joins with a one-time code.",
    _elsewhere,
    takes=Enrol,
    gives=Enrolled,
    token=False,
)
RETURNING = Route(
    "POST",
    "/v1/enrol/again",
    "A laptop that a restored hub does not know shows its certificate.",
    _elsewhere,
    takes=Again,
    token=False,
)
HEALTH = Route("GET", "/health", "Whether the database answers; how much it holds.", _elsewhere, token=False)
OPEN = (JOINING, RETURNING, HEALTH)
"""What anybody may ask; `Reception` answers these itself."""

"""The hub's door: who may come in, how much they may bring, and that every refusal says plainly why."""

import json
import logging
import resource
import socket
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from queue import Queue
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from smf_core.operations import requests as say
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import START, Limits, Pull
from smf_core.operations.wire import pack
from smf_desktop.remote.hub import RemoteHub
from smf_hub.app.describing import described
from smf_hub.app.door import (
    JOINS_MOST,
    JOINS_WHILE_GUESSED,
    NONCES_MOST,
    WRONG_OF_ALL,
    WRONG_OF_ONE,
    Nonces,
    Rates,
    Tally,
    network,
)
from smf_hub.app.handling import CLOCK_MS, EACH_MINUTE, Reception, Request, Response
from smf_hub.app.routes import ROUTES
from smf_hub.app.web import EACH_S, LATEST_S, Turns
from tests.support.receptions import DEVICE, BehindOfPaper, Chance, Watch, hello, remote, served

MIB = 1024 * 1024
HELLO, PULL, PUSH = "/v1/sync/hello", "/v1/sync/pull", "/v1/sync/push"


@pytest.fixture
def behind() -> BehindOfPaper:
    return BehindOfPaper(Watch(), Chance("hub"))


@pytest.fixture
def reception(behind: BehindOfPaper) -> Reception:
    return Reception(behind)


class Laptop:
    """Signs requests by hand, rightly or wrongly."""

    def __init__(self, behind: BehindOfPaper) -> None:
        self.behind, self.chance = behind, Chance("laptop")
        self.token = behind.new_token(DEVICE)

    def request(self, method: str, path: str, body: bytes = b"", *, query: str = "", **headers: str) -> Request:
        nonce = headers.pop("nonce", self.chance(16).hex())
        time_ms = int(headers.pop("time_ms", int(self.behind.clock.now().timestamp() * 1000)))
        plain = Request(method, path, query, {}, body, "192.0.2.7")
        content = say.signed_request(method, plain.target, time_ms, nonce, sha256(body).digest())
        signature = Ed25519PrivateKey.from_private_bytes(self.behind.device_key).sign(content)
        signed = {
            say.DEVICE: DEVICE,
            say.TIME: str(time_ms),
            say.NONCE: nonce,
            say.SIGNATURE: b64encode(signature).decode(),
            "authorization": f"Bearer {self.token}",
        }
        return replace(plain, headers={**signed, **{name.replace("_", "-"): text for name, text in headers.items()}})


@pytest.fixture
def laptop(behind: BehindOfPaper) -> Laptop:
    return Laptop(behind)


def told(response: Response) -> Any:
    packed = response.headers.get("content-encoding") == "zstd"
    return json.loads(say.inflate(response.body, MIB, 1000) if packed else response.body)


def code(response: Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    said = told(response)
    assert said["status"] == response.status
    assert said["title"].endswith(".")
    return response.status, said["code"]


def pulled() -> bytes:
    return pack(Pull(feed="service", after=START))


# --- who -----------------------------------------------------------------------------------------


def test_what_is_signed_and_fresh_comes_in_and_is_answered_under_the_hubs_name(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    asked = laptop.request("POST", PULL, pulled())
    response = reception.handle(asked)
    assert response.status == 200
    signature = b64decode(response.headers[say.HUB_SIGNATURE])
    content = say.signed_answer(asked.headers[say.NONCE], 200, sha256(response.body).digest())
    Ed25519PublicKey.from_public_bytes(behind.public_key).verify(signature, content)


@pytest.mark.parametrize(
    "wrong",
    [
        {say.SIGNATURE: ""},
        {say.SIGNATURE: "not base64"},
        {say.SIGNATURE: b64encode(bytes(64)).decode()},
        {say.DEVICE: "0192f000-0000-7000-8000-00000000ffff"},
        {say.DEVICE: ""},
        {say.NONCE: "short"},
        {say.NONCE: "0" * 65},
        {say.NONCE: "a b" * 8},
        {say.TIME: "yesterday"},
        {say.TIME: "-1"},
        {say.TIME: "9" * 400},
        {say.TIME: "٣" * 13},
    ],
)
def test_what_is_not_signed_by_a_laptop_we_know_is_turned_away(
    reception: Reception, laptop: Laptop, wrong: dict[str, str]
) -> None:
    asked = laptop.request("POST", PULL, pulled())
    assert code(reception.handle(replace(asked, headers={**asked.headers, **wrong}))) == (401, "signature")


def test_a_signature_stands_for_its_method_path_query_and_body_alone(reception: Reception, laptop: Laptop) -> None:
    asked = laptop.request("GET", "/v1/sync/patient/p", query="feed=f&after=0&until=9")
    for changed in (
        replace(asked, query="feed=f&after=0&until=99"),
        replace(asked, path="/v1/sync/patient/q"),
        replace(asked, method="HEAD", path="/v1/blob/p/0", query=""),
        replace(asked, body=b"x"),
    ):
        status, why = (reception.handle(changed).status, "")
        assert (status, why) == (401, "")
    assert reception.handle(asked).status == 200


def test_a_request_is_heard_once(reception: Reception, laptop: Laptop, behind: BehindOfPaper) -> None:
    asked = laptop.request("POST", PULL, pulled())
    assert reception.handle(asked).status == 200
    assert code(reception.handle(asked)) == (401, "signature")
    behind.clock.forward(7 * 86400)
    status, why = code(reception.handle(asked))
    assert (status, why) == (401, "clock")


def test_a_time_more_than_five_minutes_off_is_answered_with_ours(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    now = int(behind.clock.now().timestamp() * 1000)
    for off in (-CLOCK_MS, CLOCK_MS):
        assert reception.handle(laptop.request("POST", PULL, pulled(), time_ms=str(now + off))).status == 200
    for off in (-CLOCK_MS - 1, CLOCK_MS + 1, -now):
        response = reception.handle(laptop.request("POST", PULL, pulled(), time_ms=str(now + off)))
        assert code(response) == (401, "clock")
        assert told(response)["hub_ms"] == now


def test_F26_without_a_token_that_holds_there_is_only_hello(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    behind.tokens.clear()
    for route in ROUTES:
        path = route.path.replace("{offset}", "0").replace("{", "").replace("}", "")
        response = reception.handle(laptop.request(route.method, path))
        expected = 400 if route.path == HELLO else 401
        assert response.status == expected, route.path
    behind.tokens.add(("another", laptop.token))
    assert code(reception.handle(laptop.request("POST", PULL, pulled()))) == (401, "token")


def test_F27_a_revoked_laptop_may_say_hello_and_hand_in_its_work_and_nothing_else(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    behind.revoked = True
    behind.tokens.clear()
    for route in ROUTES:
        path = route.path.replace("{offset}", "0").replace("{", "").replace("}", "")
        response = reception.handle(laptop.request(route.method, path))
        assert response.status == (400 if route.path in {HELLO, PUSH} else 403), route.path
    assert reception.handle(laptop.request("POST", HELLO, pack(hello()))).status == 200


# --- what is not there ---------------------------------------------------------------------------


def test_F84_what_is_not_there_and_what_is_not_yours_look_the_same_and_are_noted(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    bodies = []
    for path in ("/v1/sync/scope/team%3Aother", "/v1/sync/scope/never", "/v1/draft/of-somebody", "/v1/figures/none"):
        response = reception.handle(laptop.request("GET", path))
        assert code(response) == (404, "unknown")
        bodies.append(response.body)
    assert len(set(bodies)) == 1
    assert behind.not_there_noted == ["GET /v1/sync/scope/{feed}"] * 2 + [
        "GET /v1/draft/{slot}",
        "GET /v1/figures/{name}",
    ]


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/sync/", "/v2/sync/pull", "/v1/sync/scope/", "/v1//held", "/%ff"]
)
def test_another_path_is_not_there(reception: Reception, laptop: Laptop, path: str) -> None:
    assert code(reception.handle(laptop.request("GET", path))) == (404, "unknown")


def test_another_verb_is_told_which_there_are(reception: Reception, laptop: Laptop) -> None:
    response = reception.handle(laptop.request("GET", PULL))
    assert code(response) == (405, "bad_request")
    assert response.headers["allow"] == "POST"
    assert reception.handle(laptop.request("POST", "/v1/blob/d/0")).headers["allow"] == "GET, HEAD, PUT"


# --- how much ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"feed":' * 10_000,
        b'{"feed":"f","after":' + b'{"x":' * 10_000 + b"1" + b"}" * 10_000 + b"}",
        b'{"feed":"f","after":{"seq":9007199254740992}}',
        b'{"feed":"f","after":{"seq":-1}}',
        b'{"feed":"\xed\xa0\x80","after":{}}',
    ],
)
def test_F73_a_body_that_cannot_be_read_is_refused_however_deep_it_is(
    reception: Reception, laptop: Laptop, body: bytes
) -> None:
    for path in (PULL, PUSH, HELLO):
        if path == HELLO and body == b"{}":
            continue
        assert code(reception.handle(laptop.request("POST", path, body))) == (400, "bad_request")
        packed = say.squeeze(body)
        response = reception.handle(laptop.request("POST", path, packed, content_encoding="zstd"))
        swollen = len(body) > max(say.RATIO_FROM, 100 * len(packed))
        assert code(response) == ((413, "too_large") if swollen else (400, "bad_request"))


def test_F74_a_bomb_is_known_before_it_goes_off(reception: Reception, laptop: Laptop) -> None:
    before = _peak()
    for size in (2 * MIB + 1, 64 * MIB, 1024 * MIB):
        bomb = say.squeeze(bytes(size))
        most = max(before, _peak())
        response = reception.handle(laptop.request("POST", PUSH, bomb, content_encoding="zstd"))
        assert code(response) == (413, "too_large")
        assert told(response)["max_bytes"] == Limits().unpacked
        assert _peak() - most < 8 * MIB
    well_packed = say.squeeze(b'{"feed": "' + b"a" * MIB)
    assert code(reception.handle(laptop.request("POST", PULL, well_packed, content_encoding="zstd"))) == (
        413,
        "too_large",
    )
    lying = bytearray(say.squeeze(b"a" * 3_000_000))
    lying[6:10] = (1000).to_bytes(4, "little")
    for broken in (bytes(lying), say.squeeze(pulled() * 9)[:-4], say.squeeze(pulled()) + b"more", b"no zstd", b""):
        response = reception.handle(laptop.request("POST", PULL, broken, content_encoding="zstd"))
        assert code(response) == (400, "bad_request")


def test_a_body_packed_in_another_way_is_not_understood(reception: Reception, laptop: Laptop) -> None:
    response = reception.handle(laptop.request("POST", PULL, b"x", content_encoding="gzip"))
    assert code(response) == (415, "bad_request")


def test_hidden_change_sets_are_not_taken(reception: Reception, laptop: Laptop) -> None:
    push = b'{"replica":"r","from_seq":1,"to_seq":1,"chain_before":"","chain_after":"","signature":""}'
    for lines in (b"\n", b"\n\n" + b64encode(bytes(32)), b"\nhead\nbody\nhead"):
        assert code(reception.handle(laptop.request("POST", PUSH, push + lines))) == (400, "bad_request")


# --- how often -----------------------------------------------------------------------------------


def test_who_knocks_too_often_is_told_when_to_come_again(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    behind.clock.forward(20)
    for _ in range(EACH_MINUTE):
        assert reception.handle(laptop.request("POST", HELLO, b"{}")).status == 400
    response = reception.handle(laptop.request("POST", HELLO, pack(hello())))
    assert code(response) == (429, "busy")
    assert response.headers["retry-after"] == "40"
    behind.clock.forward(40)
    assert reception.handle(laptop.request("POST", HELLO, pack(hello()))).status == 200


NO_CODE = b'{"code":"NO","username":"u","device_name":"d","key":"","store":"s"}'


def joining(address: str) -> Request:
    return Request("POST", "/v1/enrol", body=NO_CODE, address=address)


def test_joining_can_be_tried_ten_times_a_minute_from_one_network(reception: Reception) -> None:
    for _ in range(JOINS_MOST):
        assert code(reception.handle(joining("192.0.2.1"))) == (403, "code")
    assert code(reception.handle(joining("192.0.2.1"))) == (429, "busy")
    assert code(reception.handle(joining("192.0.2.2"))) == (403, "code")


def test_who_guesses_codes_is_slowed_down_and_nobody_else(reception: Reception, behind: BehindOfPaper) -> None:
    """A right code passes wherever it comes from, once its turn has come."""
    for _ in range(WRONG_OF_ONE):
        while reception.handle(joining("192.0.2.1")).status == 429:
            behind.clock.forward(60)
    behind.clock.forward(60)
    assert code(reception.handle(joining("192.0.2.1"))) == (403, "code")
    assert code(reception.handle(joining("192.0.2.1"))) == (429, "busy")
    for _ in range(JOINS_MOST):
        assert code(reception.handle(joining("192.0.2.2"))) == (403, "code")
    behind.clock.forward(60)
    right = replace(joining("192.0.2.1"), body=NO_CODE.replace(b"NO", b"RIGHT"))
    assert reception.handle(right).status == 200
    behind.clock.forward(15 * 60)
    for _ in range(JOINS_MOST):
        assert code(reception.handle(joining("192.0.2.1"))) == (403, "code")


def test_while_codes_are_guessed_from_everywhere_everybody_has_a_try_left(
    reception: Reception, behind: BehindOfPaper
) -> None:
    for guesser in range(WRONG_OF_ALL):
        assert code(reception.handle(joining(f"192.0.2.{guesser}"))) == (403, "code")
    for _ in range(JOINS_WHILE_GUESSED):
        assert code(reception.handle(joining("198.51.100.7"))) == (403, "code")
    assert code(reception.handle(joining("198.51.100.7"))) == (429, "busy")
    behind.clock.forward(60)
    right = replace(joining("198.51.100.7"), body=NO_CODE.replace(b"NO", b"RIGHT"))
    assert reception.handle(right).status == 200


def test_all_addresses_of_one_subscriber_count_as_one(reception: Reception) -> None:
    for number in range(JOINS_MOST):
        assert code(reception.handle(joining(f"2001:db8:1:2::{number:x}"))) == (403, "code")
    assert code(reception.handle(joining("2001:db8:1:2:ffff::1"))) == (429, "busy")
    assert code(reception.handle(joining("2001:db8:1:3::1"))) == (403, "code")
    assert {network("::ffff:192.0.2.1"), network("192.0.2.1")} == {"192.0.2.1"}
    assert network("not an address") == "not an address"


def test_what_is_remembered_of_those_who_knock_is_bounded() -> None:
    nonces = Nonces(remember_ms=1000, most=3)
    assert [nonces.is_new("d", n, 0) for n in "abc"] == [True] * 3
    assert nonces.is_new("d", "d", 0) is None
    assert nonces.is_new("d", "a", 1000) is False
    assert nonces.is_new("other", "d", 1001) is True
    assert nonces.is_new("d", "a", 1001) is True
    assert NONCES_MOST <= 1_000_000
    rates = Rates(2)
    assert [rates.wait("a", 30_000) for _ in range(3)] == [0, 0, 30]
    tally = Tally(60, room=2)
    assert [tally.add(who, 0) for who in "aabccd"] == [1, 2, 1, 1, 2, 3], "who has no room counts with all such"
    assert (tally.of("a", 59_999), tally.total(59_999)) == (2, 6)
    assert (tally.of("a", 60_000), tally.total(60_000), tally.add("d", 60_000)) == (0, 0, 1)


# --- our own fault -------------------------------------------------------------------------------


@pytest.mark.logs
def test_our_own_fault_is_told_and_logged_without_a_word_of_what_was_in_it(
    reception: Reception, laptop: Laptop, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = reception.handle(laptop.request("GET", "/v1/laptops"))
    assert code(response) == (500, "hub_fault")
    assert "ABERNATHY" not in caplog.text + response.body.decode()
    assert "ZeroDivisionError at laptops" in caplog.text


# --- on the network ------------------------------------------------------------------------------


@pytest.fixture
def url(behind: BehindOfPaper) -> Iterator[str]:
    with served(behind, body_s=0.5) as url:
        yield url


def raw(url: str, request: bytes, *, hang_up: bool = False) -> bytes:
    host, _, port = url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as line:
        line.sendall(request)
        if hang_up:
            return b""
        pieces = []
        while piece := line.recv(65536):
            pieces.append(piece)
        return b"".join(pieces)


def test_health_and_the_description_are_open_and_tell_no_secrets(url: str, behind: BehindOfPaper) -> None:
    health = raw(url, b"GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert health.endswith(b'{"database":"answers","feeds":2,"change_sets":0}')
    document = raw(url, b"GET /openapi.json HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").partition(b"\r\n\r\n")[2]
    assert json.loads(document) == described()
    for secret in (behind.signing_key, behind.device_key):
        assert secret.hex().encode() not in health + document


def test_every_path_is_described_with_what_it_takes_and_refuses() -> None:
    document = described()
    operations = [(path, verb) for path, verbs in document["paths"].items() for verb in verbs]
    assert {(route.path, route.method.lower()) for route in ROUTES} < set(operations)
    for path, verb in operations:
        operation = document["paths"][path][verb]
        assert "default" in operation["responses"]
    names = set(document["components"]["schemas"])
    used = {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]}
    assert used <= names


def test_F73_a_body_that_is_too_long_is_refused_while_it_comes(url: str) -> None:
    head = b"POST /v1/sync/push HTTP/1.1\r\nHost: h\r\n"
    told_length = raw(url, head + b"Content-Length: 1000000000\r\n\r\n")
    assert told_length.startswith(b"HTTP/1.1 413 ")
    assert b'"max_bytes":262144' in told_length
    chunk = b"10000\r\n" + bytes(65536) + b"\r\n"
    in_chunks = raw(url, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 5)
    assert in_chunks.startswith(b"HTTP/1.1 413 ")
    slow = raw(url, head + b"Content-Length: 1000\r\n\r\nslow")
    assert slow.startswith(b"HTTP/1.1 408 ")
    raw(url, head + b"Content-Length: 1000\r\n\r\ncut", hang_up=True)


def test_F73_many_hostile_bodies_at_once_cost_little_memory(url: str, laptop: Laptop) -> None:
    before = _peak()
    bomb = say.squeeze(bytes(200 * MIB))
    head = b"POST /v1/sync/push HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Encoding: zstd\r\n"

    def attack() -> None:
        raw(url, head + b"Content-Length: %d\r\n\r\n" % len(bomb) + bomb)
        asked = laptop.request("POST", PUSH, bomb, content_encoding="zstd")
        lines = "".join(f"{name}: {text}\r\n" for name, text in asked.headers.items()).encode()
        raw(
            url,
            head.replace(b"Content-Encoding: zstd\r\n", b"") + lines + b"Content-Length: %d\r\n\r\n" % len(bomb) + bomb,
        )

    attackers = [threading.Thread(target=attack) for _ in range(16)]
    for each in attackers:
        each.start()
    for each in attackers:
        each.join()
    assert _peak() - before < 256 * MIB


def test_a_proxy_on_this_computer_says_whom_it_speaks_for(url: str) -> None:
    """The last address it names is the one that counts: those before it are what the sender made up."""

    def tried(*forwarded: str) -> bytes:
        said = "".join(f"X-Forwarded-For: {each}\r\n" for each in forwarded).encode()
        head = b"POST /v1/enrol HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + said
        return raw(url, head + b"Content-Length: %d\r\n\r\n" % len(NO_CODE) + NO_CODE)[9:12]

    found = [tried(f"203.0.113.{number}, 192.0.2.1") for number in range(JOINS_MOST + 1)]
    assert found == [b"403"] * JOINS_MOST + [b"429"]
    assert tried("192.0.2.2") == b"403"
    assert tried() == b"403"


def test_who_knocks_too_often_is_told_so_on_the_network_too(url: str, behind: BehindOfPaper) -> None:
    with remote(url, behind) as hub:
        for _ in range(EACH_MINUTE):
            hub.hello(hello())
        with pytest.raises(HubTrouble) as caught:
            hub.hello(hello())
        assert (caught.value.why, caught.value.detail["retry_after"]) == (Trouble.BUSY, 60)
        behind.clock.forward(60)
        assert hub.hello(hello()).proto == 1


def test_F46_with_too_many_inside_the_next_is_asked_to_come_again(behind: BehindOfPaper) -> None:
    with served(behind, workers=1, room=2) as url, remote(url, behind) as hub:
        hub.hello(hello())
        laptop = Laptop(behind)
        behind.held_up.clear()
        push = b'{"replica":"r","from_seq":1,"to_seq":1,"chain_before":"","chain_after":"","signature":""}'
        answers: Queue[bytes] = Queue()
        asked = [laptop.request("POST", PUSH, push) for _ in range(3)]
        waiting = [threading.Thread(target=lambda each=each: answers.put(_send(url, each))) for each in asked]
        for each in waiting:
            each.start()
        try:
            assert answers.get(timeout=5).startswith(b"HTTP/1.1 503 ")
            with pytest.raises(HubTrouble) as caught:
                hub.hello(hello())
        finally:
            behind.held_up.set()
            for each in waiting:
                each.join()
        assert caught.value.why is Trouble.BUSY
        assert caught.value.detail["retry_after"] > 0
        assert [answers.get(timeout=5)[:12] for _ in range(2)] == [b"HTTP/1.1 200"] * 2
        assert hub.hello(hello()).proto == 1


def test_while_another_is_at_it_no_exchange_begins_and_what_has_begun_goes_on(behind: BehindOfPaper) -> None:
    with served(behind, workers=2, beginning=1) as url, remote(url, behind) as hub:
        hub.hello(hello())
        behind.held_up.clear()
        push = b'{"replica":"r","from_seq":1,"to_seq":1,"chain_before":"","chain_after":"","signature":""}'
        asked = Laptop(behind).request("POST", PUSH, push)
        answers: Queue[bytes] = Queue()
        inside = threading.Thread(target=lambda: answers.put(_send(url, asked)))
        inside.start()
        try:
            with pytest.raises(HubTrouble) as caught:
                _greeted_until_refused(hub)
            assert hub.drafts() == ()
        finally:
            behind.held_up.set()
            inside.join()
        assert caught.value.why is Trouble.BUSY
        assert caught.value.detail["retry_after"] >= 1
        assert answers.get(timeout=5)[:12] == b"HTTP/1.1 200"
        assert hub.hello(hello()).proto == 1


def _greeted_until_refused(hub: RemoteHub) -> None:
    for _ in range(500):
        hub.hello(hello())


def test_those_who_may_not_begin_are_spread_over_the_seconds_that_come() -> None:
    turns = Turns()
    told = [turns.next(100.0) for _ in range(300)]
    assert told == sorted(told)
    assert told[0] == 1
    assert max(told.count(second) for second in told) <= EACH_S
    assert {turns.next(100.0) for _ in range(5000)} >= {int(LATEST_S)}
    assert max(turns.next(100.0) for _ in range(10)) == LATEST_S
    assert turns.next(500.0) == 1


def _send(url: str, asked: Request) -> bytes:
    lines = "".join(f"{name}: {text}\r\n" for name, text in asked.headers.items())
    length = f"Content-Length: {len(asked.body)}\r\nConnection: close\r\n"
    return raw(url, f"{asked.method} {asked.target} HTTP/1.1\r\nHost: h\r\n{lines}{length}\r\n".encode() + asked.body)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

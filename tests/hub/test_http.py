"""The hub on the network: what is open, whom a proxy speaks for, and what happens when many come at once."""

import json
import threading
from queue import Queue

import pytest

from smf_core.operations.hub import HubTrouble, Trouble
from smf_desktop.remote.hub import RemoteHub
from smf_hub.app.describing import described
from smf_hub.app.door import JOINS_MOST
from smf_hub.app.handling import EACH_MINUTE
from smf_hub.app.routes import ROUTES
from smf_hub.app.web import EACH_S, LATEST_S, Turns
from tests.support.by_hand import NO_CODE, ONE, PUSH, Laptop, behind, raw, send, url
from tests.support.receptions import BehindOfPaper, hello, remote, served

__all__ = ["behind", "url"]


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
        answers: Queue[bytes] = Queue()
        asked = [laptop.request("POST", PUSH, ONE) for _ in range(3)]
        waiting = [threading.Thread(target=lambda each=each: answers.put(send(url, each))) for each in asked]
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
        asked = Laptop(behind).request("POST", PUSH, ONE)
        answers: Queue[bytes] = Queue()
        inside = threading.Thread(target=lambda: answers.put(send(url, asked)))
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

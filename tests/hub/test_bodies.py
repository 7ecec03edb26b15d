"""How much may be brought to the hub: bodies that are too long, cannot be read, or swell."""

import threading
from base64 import b64encode

import pytest

from smf_core.operations import requests as say
from smf_core.operations.protocol import Limits
from smf_hub.app.handling import Reception
from tests.support.by_hand import (
    HELLO,
    MIB,
    ONE,
    PULL,
    PUSH,
    Laptop,
    behind,
    code,
    laptop,
    peak,
    pulled,
    raw,
    reception,
    told,
    url,
)

__all__ = ["behind", "laptop", "reception", "url"]


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
    before = peak()
    for size in (2 * MIB + 1, 64 * MIB, 1024 * MIB):
        bomb = say.squeeze(bytes(size))
        most = max(before, peak())
        response = reception.handle(laptop.request("POST", PUSH, bomb, content_encoding="zstd"))
        assert code(response) == (413, "too_large")
        assert told(response)["max_bytes"] == Limits().unpacked
        assert peak() - most < 8 * MIB
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
    for lines in (b"\n", b"\n\n" + b64encode(bytes(32)), b"\nhead\nbody\nhead"):
        assert code(reception.handle(laptop.request("POST", PUSH, ONE + lines))) == (400, "bad_request")


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
    before = peak()
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
    assert peak() - before < 256 * MIB

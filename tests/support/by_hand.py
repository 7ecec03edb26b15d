"""Requests to the hub's door made and signed by hand, rightly or wrongly, also byte by byte on the network."""

import json
import resource
import socket
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smf_core.operations import requests as say
from smf_core.operations.protocol import START, Pull
from smf_core.operations.wire import pack
from smf_hub.app.handling import Reception, Request, Response
from tests.support.receptions import DEVICE, BehindOfPaper, Chance, Watch, served

MIB = 1024 * 1024
HELLO, PULL, PUSH = "/v1/sync/hello", "/v1/sync/pull", "/v1/sync/push"
ONE = b'{"replica":"r","from_seq":1,"to_seq":1,"chain_before":"","chain_after":"","signature":""}'
"""A push of one change set, before its lines."""


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


@pytest.fixture
def url(behind: BehindOfPaper) -> Iterator[str]:
    with served(behind, body_s=0.5) as url:
        yield url


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


NO_CODE = b'{"code":"NO","username":"u","device_name":"d","key":"","store":"s"}'


def joining(address: str) -> Request:
    return Request("POST", "/v1/enrol", body=NO_CODE, address=address)


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


def send(url: str, asked: Request) -> bytes:
    lines = "".join(f"{name}: {text}\r\n" for name, text in asked.headers.items())
    length = f"Content-Length: {len(asked.body)}\r\nConnection: close\r\n"
    return raw(url, f"{asked.method} {asked.target} HTTP/1.1\r\nHost: h\r\n{lines}{length}\r\n".encode() + asked.body)


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

"""Whatever is sent to the paths that the hub describes: it never falls over, and says no in words it has described."""

import asyncio
import json
import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import URL

from smf_core.operations import requests as say
from smf_core.operations.hub import Trouble
from smf_hub.app.app import make_app
from smf_hub.app.describing import described
from smf_hub.service.greeting import new_token
from smf_hub.service.place import Place
from tests.support.examples import examples
from tests.support.hubs import new_hub
from tests.support.joining import joins, staffed, world
from tests.support.postgres import database
from tests.support.pushing import HandClock

SIGNED, UNSIGNED, FEW = examples(15), examples(5), examples(3)
"""Examples of each kind for each path; few where what is asked is the engine alone."""

CODES = {trouble.value for trouble in Trouble if trouble in say.STATUS}
OPERATIONS = [(path, method) for path, told in described()["paths"].items() for method in told]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
WANTED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@schemathesis.serializer(say.LINES)
def lines(context: object, value: object) -> bytes:
    """The message on the first line, and a line after it that is none."""
    return value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n{}"


@schemathesis.serializer(say.BYTES)
def plain(context: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def said_whole() -> dict[str, Any]:
    """The hub's description, with what stands on the first line of a body in the place of the body."""
    document = described()
    for path, operations in document["paths"].items():
        for method, told in operations.items():
            for kind, body in told.get("requestBody", {}).get("content", {}).items():
                message = {("/v1/sync/push", "post"): "Push", ("/v1/sync/offer", "post"): "Offer"}.get((path, method))
                if kind == say.LINES and message is not None:
                    body["schema"] = {"$ref": f"#/components/schemas/{message}"}
    return document


SCHEMA = schemathesis.openapi.from_dict(said_whole())


@dataclass
class Asked:
    """The hub as an application in this process, its clock a little later with each request."""

    app: FastAPI
    clock: HandClock
    place: Place
    device: str
    key: Ed25519PrivateKey
    runner: asyncio.Runner
    serial: int = 0

    def __call__(self, request: requests.PreparedRequest) -> schemathesis.Response:
        self.clock.on(seconds=7)
        status, headers, body = self.runner.run(self._pass(request))
        told = {name: [text] for name, text in headers.items()}
        return schemathesis.Response(status, told, _plain(headers, body), request, 0.0, verify=True)

    def sign(self, request: requests.PreparedRequest) -> None:
        """As a laptop of the hub does, whatever it sends."""
        self.serial += 1
        nonce, time_ms = f"{self.serial:032x}", int(self.clock.now().timestamp() * 1000)
        content = say.signed_request(
            request.method or "", request.path_url, time_ms, nonce, sha256(_bytes(request.body)).digest()
        )
        request.headers.update(
            {
                say.DEVICE: self.device,
                say.TIME: str(time_ms),
                say.NONCE: nonce,
                say.SIGNATURE: b64encode(self.key.sign(content)).decode(),
                "authorization": f"Bearer {new_token(self.place, self.device)}",
            }
        )

    async def _pass(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        path, _, query = request.path_url.partition("?")
        body, told = _bytes(request.body), list[dict[str, Any]]()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(_bytes(name.lower()), _bytes(text)) for name, text in request.headers.items()],
            "client": ("192.0.2.1", 1),
            "server": ("hub", 443),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            told.append(message)

        await self.app(scope, receive, send)
        headers = {name.decode(): text.decode() for name, text in told[0]["headers"]}
        return told[0]["status"], headers, b"".join(each.get("body", b"") for each in told[1:])


def _bytes(text: "str | bytes | None") -> bytes:
    return text.encode("latin-1", "replace") if isinstance(text, str) else text or b""


def _plain(headers: dict[str, str], body: bytes) -> bytes:
    return say.inflate(body, 1 << 24, 1000) if headers.get("content-encoding") == "zstd" and body else body


Hub = tuple[Place, HandClock, str, Ed25519PrivateKey]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with hub_at(f"sqlite:///{tmp_path_factory.mktemp('hub') / 'hub.db'}") as made:
        yield made


@pytest.fixture(scope="module")
def hub_on_a_server(postgres: URL) -> Iterator[Hub]:
    with database(postgres) as url, hub_at(url) as made:
        yield made


@contextmanager
def hub_at(url: str) -> Iterator[Hub]:
    clock = HandClock()
    with new_hub(url, world(clock)) as place:
        staffed(place, "amy")
        writer, _ = joins(place, "amy")
        yield place, clock, writer.device, writer.key


@pytest.fixture
def asked(hub: Hub) -> Iterator[Asked]:
    with asking(hub) as made:
        yield made


@pytest.fixture
def asked_of_a_server(hub_on_a_server: Hub) -> Iterator[Asked]:
    with asking(hub_on_a_server) as made:
        yield made


@contextmanager
def asking(hub: Hub) -> Iterator[Asked]:
    place, clock, device, key = hub
    app = make_app(place)
    with asyncio.Runner() as runner:
        open_ = app.router.lifespan_context(app)
        runner.run(open_.__aenter__())
        try:
            yield Asked(app, clock, place, device, key, runner, serial=int.from_bytes(os.urandom(6)))
        finally:
            runner.run(open_.__aexit__(None, None, None))


def hold(asked: Asked, path: str, method: str, examples: int, sign: Callable[[requests.PreparedRequest], None]) -> None:
    """Send what fits the description of a path, and what does not."""
    for mode in MODES:
        if mode is GenerationMode.NEGATIVE and path == "/health":
            continue  # takes nothing that could be wrong
        cases = SCHEMA[path][method.upper()].as_strategy(generation_mode=mode)

        @settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
        @given(case=cases)
        def each(case: schemathesis.Case) -> None:
            request = requests.Request(**_wanted(case)).prepare()
            sign(request)
            answer = asked(request)
            case.validate_response(answer, checks=WANTED)
            if answer.status_code >= 400 and method != "head":
                assert answer.headers["content-type"] == [say.PROBLEM]
                problem = answer.json()
                assert problem["status"] == answer.status_code
                assert problem["code"] in CODES - {Trouble.HELLO_DUE.value, Trouble.CLOCK.value}

        each()


def _wanted(case: schemathesis.Case) -> dict[str, Any]:
    told = case.as_transport_kwargs(base_url="https://hub")
    return {name: told[name] for name in told.keys() & {"method", "url", "headers", "params", "data", "json"}}


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_a_stranger_is_refused_in_words(asked: Asked, path: str, method: str) -> None:
    hold(asked, path, method, UNSIGNED, lambda request: None)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_a_laptop_may_say_what_it_likes(asked: Asked, path: str, method: str) -> None:
    hold(asked, path, method, SIGNED, asked.sign)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_on_postgresql_too(asked_of_a_server: Asked, path: str, method: str) -> None:
    hold(asked_of_a_server, path, method, FEW, asked_of_a_server.sign)

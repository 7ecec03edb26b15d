"""The hub's OpenAPI document, made from its routes: what is really taken and told, packed and signed as it is."""

from typing import Any

import msgspec

from smf_core.operations import requests as say
from smf_core.operations.hub import Trouble
from smf_core.operations.protocol import Message
from smf_hub.app.routes import OPEN, ROUTES, Route

_TYPES = {str: {"type": "string"}, int: {"type": "integer", "minimum": 0}}
_WORDS = {
    say.LINES: "A message, then the head and body of each change set on a line each; of one that is not given an empty"
    " line and its hash in base64.",
    say.BYTES: "Bytes.",
}


def described() -> dict[str, Any]:
    """The document, OpenAPI 3.1."""
    messages = {kind for route in (*ROUTES, *OPEN) for kind in (route.takes, route.gives) if kind is not None}
    kinds = sorted(messages, key=lambda kind: kind.__name__)
    _, schemas = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    schemas["Problem"] = _problem()
    paths: dict[str, dict[str, Any]] = {}
    for route in (*ROUTES, *OPEN):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "SMF hub",
            "version": "1",
            "description": "How laptops and a hub exchange their work. Bodies may be zstd frames that say how long they"
            " are. Requests and answers are signed with Ed25519: docs/protocol.md tells over what.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Refused": _content("Refused; `code` says why.", say.PROBLEM, {"$ref": _ref("Problem")})},
            "parameters": _signing(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "As hello gave it."}},
        },
    }
    made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    return made


def _operation(route: Route) -> dict[str, Any]:
    gaps = [part[1:-1] for part in route.parts if part.startswith("{")]
    parameters: list[dict[str, Any]] = [
        {"name": gap, "in": "path", "required": True, "schema": _TYPES[int if gap == "offset" else str]} for gap in gaps
    ]
    parameters += [
        {"name": name, "in": "query", "required": kind is int, "schema": _TYPES[kind]}
        for name, kind in route.query.items()
    ]
    if route not in OPEN:
        parameters += [{"$ref": f"#/components/parameters/{name}"} for name in _signing()]
    made: dict[str, Any] = {
        "summary": route.does,
        "operationId": f"{route.method.lower()} {route.path}",
        "parameters": parameters,
        "responses": {**_told(route), "default": {"$ref": "#/components/responses/Refused"}},
    }
    if route.takes is not None or route.takes_kind != say.JSON:
        body = _content(_WORDS.get(route.takes_kind, ""), route.takes_kind, _schema(route.takes_kind, route.takes))
        made["requestBody"] = {**body, "required": True}
    if route.token:
        made["security"] = [{"token": []}]
    return made


def _told(route: Route) -> dict[str, Any]:
    if route.method == "HEAD":
        told = {"description": "The message as JSON.", "schema": {"type": "string"}}
        return {"200": {"description": route.does, "headers": {say.TOLD: told}}}
    if route.gives is None and route.gives_kind == say.JSON and route.method != "GET":
        return {"204": {"description": "Done."}}
    return {"200": _content(route.does, route.gives_kind, _schema(route.gives_kind, route.gives))}


def _content(words: str, kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": {kind: {"schema": schema}}}


def _schema(kind: str, message: type[Message] | None) -> dict[str, Any]:
    """A message alone has its own schema; with lines or bytes after it, it is a string that begins with it."""
    if kind == say.JSON:
        return {"$ref": _ref(message.__name__)} if message else {"type": "object"}
    first = f"The first line is a {message.__name__}." if message else ""
    return {"type": "string", "format": "binary", "description": f"{_WORDS[kind]} {first}".strip()}


def _problem() -> dict[str, Any]:
    numbers = {name: {"type": "integer"} for name in ("retry_after", "max_bytes", "hub_ms")}
    return {
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"enum": [trouble.value for trouble in Trouble if trouble in say.STATUS]},
            **numbers,
        },
    }


def _signing() -> dict[str, Any]:
    words = {
        say.DEVICE: "The id of the laptop.",
        say.TIME: "Milliseconds since 1970, UTC, by the hub's clock as the laptop reckons it.",
        say.NONCE: "16 to 64 letters and digits, never used twice.",
        say.SIGNATURE: "Base64 of the laptop's Ed25519 signature.",
    }
    return {
        name: {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
        for name, text in words.items()
    }


def _ref(name: str) -> str:
    return f"#/components/schemas/{name}"

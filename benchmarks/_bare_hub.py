"""The floor of an exchange: a server that stores what comes and gives it back, and nothing else.

No authorisation, no rules, no chain. `python -m benchmarks._bare_hub PORT SQLITE_FILE [POSTGRESQL_URL]`.
"""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec
import psycopg
import uvicorn
import zstandard

Message = dict[str, Any]
Row = tuple[str, str, str, str]

TABLE = "CREATE TABLE change (place {serial}, id TEXT UNIQUE, entity TEXT, hlc TEXT, payload TEXT)"
NEWER = (
    "INSERT INTO change (id, entity, hlc, payload) {rows} ON CONFLICT (id) DO UPDATE"
    " SET hlc = excluded.hlc, payload = excluded.payload WHERE excluded.hlc > change.hlc"
)
INTO_SQLITE = NEWER.format(rows="VALUES (?, ?, ?, ?)")
INTO_POSTGRESQL = NEWER.format(rows="SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[])")
ALL = "SELECT id, entity, hlc, payload FROM change ORDER BY place"


def changes(raw: bytes) -> list[Row]:
    """Rows of plain JSON `{op_id, entity, hlc, payload}`."""
    encode = msgspec.json.encode
    return [(c["op_id"], c["entity"], c["hlc"], encode(c["payload"]).decode()) for c in msgspec.json.decode(raw)]


def written(rows: Iterable[Row]) -> bytes:
    """The same as plain JSON; the payload is spliced in as it is kept."""
    made = (
        f'{{"op_id":"{op_id}","entity":"{entity}","hlc":"{hlc}","payload":{payload}}}'
        for op_id, entity, hlc, payload in rows
    )
    return f"[{','.join(made)}]".encode()


class Bare:
    def __init__(self, file: str, url: str | None) -> None:
        self.lite = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self.lite.execute("PRAGMA journal_mode = WAL")
        self.lite.execute("PRAGMA synchronous = FULL")
        self.lite.execute(TABLE.format(serial="INTEGER PRIMARY KEY"))
        self.server = psycopg.connect(url) if url else None
        if self.server:
            self.server.execute(TABLE.format(serial="bigserial PRIMARY KEY").encode())
            self.server.commit()

    def answer(self, path: str, body: bytes) -> bytes:
        match path:
            case "/nothing":
                return body
            case "/clear":
                self.lite.execute("DELETE FROM change")
                if self.server:
                    self.server.execute("TRUNCATE change")
                    self.server.commit()
                return b""
            case "/push/sqlite":
                rows = changes(zstandard.decompress(body))
                self.lite.execute("BEGIN IMMEDIATE")
                self.lite.executemany(INTO_SQLITE, rows)
                self.lite.execute("COMMIT")
                return str(len(rows)).encode()
            case "/push/postgresql":
                rows = changes(zstandard.decompress(body))
                assert self.server is not None
                self.server.execute(INTO_POSTGRESQL.encode(), [list(column) for column in zip(*rows, strict=True)])
                self.server.commit()
                return str(len(rows)).encode()
            case "/pull/sqlite":
                return zstandard.compress(written(self.lite.execute(ALL)), 3)
            case "/pull/postgresql":
                assert self.server is not None
                return zstandard.compress(written(self.server.execute(ALL.encode())), 3)
        raise ValueError(path)

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        parts, more = [], True
        while more:
            got = await receive()
            parts.append(got.get("body", b""))
            more = got.get("more_body", False)
        said = await asyncio.to_thread(self.answer, scope["path"], b"".join(parts))
        headers = [(b"content-length", str(len(said)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said})


if __name__ == "__main__":
    port, file, *url = sys.argv[1:]
    made = Bare(file, url[0] if url else None)
    print(json.dumps({"ready": True}), flush=True)
    uvicorn.run(
        made,
        port=int(port),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="error",
    )

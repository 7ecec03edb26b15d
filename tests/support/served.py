"""The hub and the laptops as an administrator and nurses run them: each command a process of its own."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.certificates import Files
from tests.support.commands import Command, ended

ROOT = Path(__file__).parents[2]
PASSWORD = "for made-up people 7"
ANSWERS = "The hub answers at "
ASIDE = "serve.err"
PATIENCE_S, ENDS_S = 120, 20


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """What `--json` printed: one line, one document, nothing else."""
        assert self.out.count("\n") == 1, (self.out, self.err)
        found: dict[str, Any] = json.loads(self.out)
        return found

    def done(self) -> "Said":
        assert self.code == 0, (self.out, self.err)
        return self


def environ(**more: str) -> dict[str, str]:
    """Of a process whose warnings do not matter here, and which leaves the key store of this computer alone."""
    left_out = {name for name in os.environ if name.startswith("SMF_") or name == "PYTHONWARNINGS"}
    held = {name: text for name, text in os.environ.items() if name not in left_out}
    alone = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "PYTHONPATH": str(ROOT)}
    return {**held, **alone, "SMF_PASSWORD": PASSWORD, **more}


def run(module: str, *words: object, within: Path, held: Mapping[str, str] | None = None) -> Said:
    held = environ() if held is None else held
    said = Said(*ended(module, *words, within=within, environ=held, within_s=PATIENCE_S))
    assert "Traceback" not in said.err, said.err
    return said


@dataclass
class HubHouse:
    """A folder with a hub, which is served and killed as the test says. `database` None is the usual one."""

    folder: Path
    database: str | None = None
    tls: Files | None = None
    url: str = ""
    _process: Command | None = field(default=None, repr=False)

    def ask(self, *words: object) -> Said:
        """A command of the administrator."""
        where = () if self.database is None else ("--database", self.database)
        return run("smf_hub", *words, *where, within=self.folder)

    def code(self, user: str) -> str:
        """A one-time code: what stands on the line."""
        return self.ask("device", "code", "--user", user).done().out.strip()

    def serve(self) -> str:
        """Start it, on the port it had before if there was one. Answers where it answers."""
        port = self.url.rpartition(":")[2] or "0"
        tls = () if self.tls is None else ("--tls-cert", str(self.tls.cert), "--tls-key", str(self.tls.key))
        where = () if self.database is None else ("--database", self.database)
        words = ("serve", "--port", port, *tls, *where)
        self._process = Command("smf_hub", *words, within=self.folder, environ=environ(), err=self.folder / ASIDE)
        line = self._process.out.readline()
        assert line.startswith(ANSWERS), self.aside
        self.url = line.removeprefix(ANSWERS).strip().rstrip(".")
        return self.url

    @property
    def aside(self) -> str:
        """What it has said on standard error."""
        return (self.folder / ASIDE).read_text()

    def kill(self) -> None:
        """As a power cut would: nothing of it gets to say a word."""
        assert self._process is not None
        self._process.kill()

    def gone(self) -> int:
        """Wait until the process is over. Answers its exit code (below 0: the signal)."""
        assert self._process is not None
        code = self._process.end(ENDS_S)
        self._process = None
        return code

    def stop(self) -> None:
        """End it if it runs."""
        if self._process is not None:
            self._process.stop(ENDS_S)
            self._process = None


@dataclass(frozen=True)
class Laptop:
    """A store that one person works with by `smf`; `held` is what the computer's environment adds."""

    store: Path
    user: str
    held: Mapping[str, str] = field(default_factory=dict)

    def smf(self, *words: object) -> Said:
        return run("smf_desktop", *words, within=self.store.parent, held=environ(**self.held))

    def enrol(self, url: str, code: str) -> Said:
        return self.smf("enrol", self.store, "--hub", url, "--code", code, "--user", self.user, "--json")

    def sync(self) -> Said:
        return self.smf("sync", self.store, "--user", self.user, "--json")

    def verify(self) -> Said:
        return self.smf("verify", self.store, "--user", self.user, "--json")

    def export(self, out: Path) -> Mapping[str, list[str]]:
        """Every record, by the name of its file, in order."""
        self.smf("export", "records", "--store", self.store, "--user", self.user, "--out", out).done()
        return {file.name: sorted(file.read_text(encoding="utf-8").splitlines()) for file in out.iterdir()}

    def work(self, *changes: tuple[int, str, str]) -> None:
        """Open the store and change units of people, who are counted in the order of their ids."""
        told = json.dumps(changes)
        run("tests.support.at_work", self.store, self.user, told, within=ROOT, held=environ(**self.held)).done()

"""`smf-hub`, command by command: exit codes, one document with --json, one plain sentence on standard error."""

import json
import os
import signal
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from smf_core.domain import recovery_key
from smf_core.domain.dates import written_day
from smf_hub.cli import act, parser, run
from smf_hub.commands import looking
from smf_hub.commands.terminal import DONE, INTEGRITY, LOCKED, NOT_DONE, OUR_FAULT, UNREACHABLE, USAGE
from smf_hub.service.place import open_place
from smf_hub.store.database import parse
from smf_hub.store.keys import find_key
from smf_hub.store.tables import feed_counter
from tests.support.joining import hello, joins, said_of, world
from tests.support.parsers import commands
from tests.support.processes import loaded_by

ROOT = Path(__file__).parents[2]


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@dataclass
class Desk:
    """Where somebody types `smf-hub`."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'hub.db'}"

    def __call__(self, *words: str, **environ: str) -> Said:
        code = run([*words, "--database", self.url], environ, world())
        said = self.capture.readouterr()
        return Said(code, said.out, said.err)


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


@pytest.fixture
def hub(desk: Desk) -> Desk:
    desk("init", "--service", "Derby")
    return desk


def test_every_word_has_its_command() -> None:
    names = [one.get_default("act") for _, one in commands(parser())]
    assert len(names) == 18
    assert all(callable(act(name)) for name in names)


def test_help_is_there_before_any_heavy_library() -> None:
    heavy = ("sqlalchemy", "fastapi", "msgspec", "cryptography")
    assert loaded_by("from smf_hub.cli import run; run(['--help'], {}, None)", *heavy) == []


def test_a_fault_of_ours_shows_its_place_and_nothing_typed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise ValueError("Zzyzxquill")

    monkeypatch.setattr(looking, "check", broken)
    said = desk("check")
    assert (said.code, said.out) == (OUR_FAULT, "")
    assert "ValueError at cli.py" in said.err
    assert "Zzyzxquill" not in said.err


def test_a_hub_its_team_its_people_and_a_code_alone_on_a_line(hub: Desk) -> None:
    assert hub("team", "add", "North").code == DONE
    assert hub("user", "add", "amy", "--role", "nurse", "--team", "north", "--name", "Amy A").code == DONE
    code = hub("device", "code", "--user", "amy")
    assert (code.code, code.err, len(code.out.splitlines()), len(code.out.strip())) == (DONE, "", 1, 14)
    assert hub("team", "list").out == "North\n"
    assert hub("user", "list").out == "amy: Amy A, nurse in North\n"
    assert hub("user", "end", "amy", "--team", "North").code == DONE
    assert hub("user", "list").out == "amy: Amy A, has left\n"
    assert hub("device", "code", "--user", "amy").code == NOT_DONE


def test_json_is_one_document(hub: Desk) -> None:
    team = hub("team", "add", "North", "--json").document["team"]
    hub("user", "add", "amy", "--role", "lead", "--team", team, "--clinical-lead", "--json")
    (user,) = hub("user", "list", "--json").document["users"]
    assert (user["capabilities"], user["memberships"][0]["team"]) == (["clinical_lead"], "North")
    assert len(hub("device", "code", "--user", "amy", "--json").document["code"]) == 14
    assert hub("device", "list", "--json").document == {"devices": []}
    assert hub("events", "--json").document == {"events": []}
    assert hub("check", "--json").document == {"ok": True, "feeds": 0, "change_sets": 0, "findings": []}


def test_a_code_as_a_picture_comes_beside_the_line(hub: Desk) -> None:
    hub("team", "add", "North")
    hub("user", "add", "amy", "--role", "nurse", "--team", "North")
    drawn = hub.folder / "code.svg"
    said = hub("device", "code", "--user", "amy", "--qr", "--svg", str(drawn), "--url", "https://hub.example")
    assert len(said.out.splitlines()) == 1
    assert "█" in said.err
    assert "<svg" in drawn.read_text()


def test_laptops_are_listed_revoked_and_wiped(hub: Desk) -> None:
    hub("team", "add", "North")
    hub("user", "add", "amy", "--role", "nurse", "--team", "North")
    place = open_place(hub.url, find_key(parse(hub.url), {}), world())
    device = joins(place, "amy")[1].device
    place.close()
    assert hub("device", "list").out == f"{device} SMF-LT-014: amy (North), not here yet\n"
    assert hub("device", "wipe", "SMF-LT-014").code == DONE
    assert hub("device", "revoke", device, "--json").document == {"device": device, "name": "SMF-LT-014"}
    assert hub("device", "list").out.endswith("revoked, to be wiped, not here yet\n")
    (row,) = hub("device", "list", "--json").document["devices"]
    assert row["orders"] == ["wipe"]
    assert hub("events", "--last", "1").out.endswith(" revoked: SMF-LT-014\n")
    assert [each["kind"] for each in hub("events", "--json").document["events"]] == [
        "revoked",
        "wipe_ordered",
        "enrolled",
    ]
    assert hub("device", "revoke", "another").code == NOT_DONE


def test_what_a_laptop_that_was_shut_out_had_not_sent_goes_on_being_told(hub: Desk) -> None:
    hub("team", "add", "North")
    hub("user", "add", "amy", "--role", "nurse", "--team", "North")
    place = open_place(hub.url, find_key(parse(hub.url), {}), world())
    device = joins(place, "amy")[1].device
    hello(place, device, unsent=3, drafts=1)
    seen = place.world.clock.now().astimezone()
    place.close()
    hub("device", "revoke", device)
    at = f"{written_day(seen)} {seen:%H:%M}"
    told = f"{device} SMF-LT-014: amy (North), revoked, last here {at}, 3 to send, 1 draft\n"
    assert hub("device", "list").out == told
    assert hub("events").out.splitlines()[-1] == f"{at} enrolled: SMF-LT-014, amy"


def test_a_laptop_that_is_to_lock_is_told_once(hub: Desk) -> None:
    hub("team", "add", "North")
    hub("user", "add", "amy", "--role", "nurse", "--team", "North")
    place = open_place(hub.url, find_key(parse(hub.url), {}), world())
    device = joins(place, "amy")[1].device
    assert hub("device", "lock", "SMF-LT-014", "--json").document == {"device": device, "name": "SMF-LT-014"}
    assert hub("device", "lock", device).code == DONE
    said = said_of(hello(place, device).orders)
    place.close()
    assert [(each["act"], each["device"]) for each in said] == [("lock", device)]
    assert hub("events", "--last", "1", "--json").document["events"][0]["kind"] == "lock_ordered"
    assert hub("device", "lock", "another").code == NOT_DONE


def test_the_fingerprint_stands_alone_on_a_line_and_is_the_one_that_init_showed(desk: Desk) -> None:
    made = desk("init", "--service", "Derby", "--json").document
    assert desk("fingerprint").out == f"{made['fingerprint']}\n"
    assert desk("fingerprint", "--json").document == {
        "hub": made["hub"],
        "service": "Derby",
        "kind": "training",
        "fingerprint": made["fingerprint"],
    }


def test_a_hub_comes_back_from_its_backup_with_its_key(hub: Desk) -> None:
    hub("team", "add", "North")
    shown = hub("fingerprint").out
    copy = hub.folder / "copy"
    assert hub("backup", str(copy), "--json").document == {
        "file": str(copy),
        "feeds": 0,
        "change_sets": 0,
        "size": copy.stat().st_size,
    }
    again = hub("backup", str(copy))
    assert (again.code, "left as it is" in again.err) == (NOT_DONE, True)
    assert hub("restore", str(copy)).code == NOT_DONE
    (hub.folder / "hub.db").unlink()
    assert hub("restore", str(copy), SMF_HUB_KEY="6b" * 32).code == INTEGRITY
    assert hub("check").code == NOT_DONE
    assert hub("restore", str(copy)).code == DONE
    assert (hub("fingerprint").out, hub("team", "list").out) == (shown, "North\n")
    assert hub("restore", str(hub.folder / "nowhere")).code == NOT_DONE


def test_a_hub_on_postgresql_is_told_who_backs_it_up(
    nothing_yet: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--database", nothing_yet]
    run(["init", "--service", "Derby", *words], {"SMF_HUB_KEY": "5a" * 32}, world())
    capsys.readouterr()
    code = run(["backup", str(tmp_path / "copy"), *words], {"SMF_HUB_KEY": "5a" * 32}, world())
    assert code == (DONE if nothing_yet.startswith("sqlite") else NOT_DONE)
    assert ("pg_dump" in capsys.readouterr().err) is not nothing_yet.startswith("sqlite")


def test_the_recovery_key_is_shown_once_or_written_for_its_owner_alone(desk: Desk) -> None:
    out = desk.folder / "recovery"
    made = desk("init", "--service", "Derby", "--live", "--recovery-out", str(out), "--json")
    assert (made.document["kind"], "recovery_key" in made.document) == ("live", False)
    assert len(recovery_key.read(out.read_text())) == 32
    for secret in (out, desk.folder / "hub.db.key", desk.folder / "hub.db"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    other = Desk(desk.folder / "other", desk.capture)
    other.folder.mkdir()
    text = other("init", "--service", "Derby", "--json").document["recovery_key"]
    assert len(recovery_key.read(text)) == 32
    assert text.encode() not in (other.folder / "hub.db").read_bytes()


def test_nothing_is_ever_written_over(hub: Desk) -> None:
    before = {path.name: path.read_bytes() for path in hub.folder.iterdir()}
    said = hub("init", "--service", "Another")
    assert (said.code, "left as it is" in said.err) == (NOT_DONE, True)
    assert {path.name: path.read_bytes() for path in hub.folder.iterdir()} == before


def test_a_recovery_file_that_is_there_stops_the_making_of_a_hub(desk: Desk) -> None:
    out = desk.folder / "recovery"
    out.write_text("of another hub")
    assert desk("init", "--service", "Derby", "--recovery-out", str(out)).code == NOT_DONE
    assert out.read_text() == "of another hub"
    assert not (desk.folder / "hub.db").exists()


def test_the_key_comes_from_the_environment_or_a_file_nobody_else_may_read(desk: Desk) -> None:
    key = "5a" * 32
    desk("init", "--service", "Derby", SMF_HUB_KEY=key)
    assert not (desk.folder / "hub.db.key").exists()
    assert desk("check", SMF_HUB_KEY=key).code == DONE
    for environ in ({}, {"SMF_HUB_KEY": "5a"}, {"SMF_HUB_KEY": "5b" * 32}):
        said = desk("check", **environ)
        assert (said.code, len(said.err.splitlines())) == (LOCKED, 1)
    file = desk.folder / "hub.db.key"
    file.write_text(key)
    file.chmod(0o600)
    assert desk("check").code == DONE
    if sys.platform != "win32":
        file.chmod(0o640)
        assert desk("check").code == LOCKED


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check",), NOT_DONE),
        (("team", "list"), NOT_DONE),
        (("team", "add"), USAGE),
        (("user", "add", "amy", "--role", "god", "--team", "North"), USAGE),
        (("init", "--service", "Derby", "--live", "--kind", "training"), USAGE),
        (("init", "--service", " "), USAGE),
        (("fly",), USAGE),
        (("serve", "--port", "65536"), USAGE),
        (("serve", "--port", "-1"), USAGE),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_makes_nothing(
    desk: Desk, words: tuple[str, ...], code: int
) -> None:
    assert desk(*words).code == code
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "code"),
    [("mysql://x/y", USAGE), ("nonsense", USAGE), ("postgresql://nobody@127.0.0.1:1/hub", UNREACHABLE)],
)
def test_a_database_that_is_none_is_said(url: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--database", url], {}, world()) == code
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_hub_on_postgresql_is_made_once(nothing_yet: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--database", nothing_yet]
    assert run(["check", *words], {}, world()) == NOT_DONE
    assert run(["init", "--service", "Derby", *words], {}, world()) == DONE
    assert run(["init", "--service", "Derby", *words], {}, world()) == NOT_DONE
    assert run(["check", *words], {}, world()) == DONE
    assert "Traceback" not in capsys.readouterr().err


def test_the_first_finding_is_said_and_told_by_the_exit_code(hub: Desk) -> None:
    hub("team", "add", "North")
    hub("user", "add", "amy", "--role", "nurse", "--team", "North")
    place = open_place(hub.url, find_key(parse(hub.url), {}), world())
    joins(place, "amy")
    with place.hub.write() as connection:
        connection.execute(feed_counter.update().values(n=99))
    place.close()
    said = hub("check")
    assert (said.code, "counter in service at 99" in said.err) == (INTEGRITY, True)
    assert hub("check", "--json").document["findings"] == [{"what": "counter", "where": "service", "number": 99}]


@pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped otherwise there")
def test_serve_needs_nothing_else(tmp_path: Path) -> None:
    """A training hub in the folder, its recovery key shown; it stops when told, and the next start goes on with it."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": ""}
    words = [sys.executable, "-m", "smf_hub", "serve", "--port", "0"]
    for made in (True, False):
        process = subprocess.Popen(
            words, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
        assert line.startswith("The hub answers at http://127.0.0.1:"), err
        assert ("made-up people" in err) is made
        assert "Traceback" not in err
        assert process.returncode == DONE

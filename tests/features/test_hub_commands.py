"""`smf-hub`, `smf enrol` and `smf sync` as somebody types them who has only read what they promise."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.served import PATIENCE_S, HubHouse, Laptop, environ, run

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\n")
COUNTS = {"sent", "received", "quarantined", "conflicts", "pending", "digest_equal"}


@dataclass(frozen=True)
class Service:
    """A hub that runs, with a demo store that has joined it and a new laptop of the same lead."""

    hub: HubHouse
    demo: Laptop
    second: Laptop
    first_words: dict[str, object]
    second_words: dict[str, object]

    def laptop(self, folder: Path, user: str = "lead") -> Laptop:
        """One that is not there yet."""
        return Laptop(folder / "store", user)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    (folder / "hub").mkdir()
    hub = HubHouse(folder / "hub")
    hub.serve()
    try:
        hub.ask("team", "add", "Derby North").done()
        for name, role in (("lead", "lead"), ("nurse", "nurse")):
            hub.ask("user", "add", name, "--role", role, "--team", "Derby North").done()
        demo = Laptop(folder / "demo", "lead")
        demo.smf("demo", demo.store, "--patients", 4, "--months", 2, "--json").done()
        first = demo.enrol(hub.url, hub.code("lead")).done().document
        second = Laptop(folder / "second", "lead")
        also = second.enrol(hub.url, hub.code("lead")).done().document
        yield Service(hub, demo, second, first, also)
    finally:
        hub.stop()


# --- the story somebody tries first --------------------------------------------------------------


def test_serve_needs_nothing_else_and_shows_the_recovery_key_once(service: Service) -> None:
    aside = service.hub.aside
    assert "made-up people" in aside
    assert len(re.findall(r"\b(?:[0-9A-Z]{4}-){13}[0-9A-Z]{4}\b", aside)) == 1
    assert {"hub.db", "hub.db.key"} <= {path.name for path in service.hub.folder.iterdir()}
    if os.name != "nt":
        assert (service.hub.folder / "hub.db.key").stat().st_mode & 0o077 == 0


def test_a_demo_store_joins_and_a_new_laptop_of_its_lead_holds_the_same(service: Service, tmp_path: Path) -> None:
    """Both are the same lead's, so nothing is out of the scope of either."""
    first, second = service.first_words, service.second_words
    assert (first["digest_equal"], first["pending"], first["quarantined"]) == (True, 0, 0)
    assert (second["digest_equal"], second["sent"]) == (True, 0)
    assert second["received"] == first["sent"]
    assert set(first) & set(second) >= COUNTS
    mine, theirs = service.demo.export(tmp_path / "mine"), service.second.export(tmp_path / "theirs")
    assert mine == theirs
    assert len(mine["patient.ndjson"]) == 4
    assert mine["visit.ndjson"]
    for each in (service.demo, service.second):
        assert each.verify().done().document["ok"] is True
    assert service.hub.ask("check").done().out.endswith("all whole.\n")


def test_who_works_on_a_laptop_that_joined_and_is_not_known_to_the_hub_is_named(service: Service) -> None:
    assert service.first_words["not_at_hub"] == ["admin", "nurse2"]
    said = service.demo.smf("user", "list", service.demo.store, "--user", "nurse2")
    assert (said.code, "ask the administrator" in said.err) == (4, True)
    service.hub.ask("user", "add", "nurse2", "--role", "nurse", "--team", "Derby North").done()
    assert service.demo.sync().done().document["pending"] == 0
    again = service.demo.smf("user", "list", service.demo.store, "--user", "nurse2")
    assert (again.code, "Your role" in again.err) == (7, True)


def test_sync_says_these_counts_and_no_more(service: Service) -> None:
    said = service.second.sync().done()
    assert set(said.document) == COUNTS
    assert said.err == ""
    plain = service.second.smf("sync", service.second.store).done()
    assert re.fullmatch(r"\d+ sent, \d+ received, 0 waiting to be sent\.\n", plain.out)


def test_what_one_laptop_writes_the_other_has_after_one_sync_of_each(service: Service, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text(
        "family_name,given_name,date_of_birth,skill,referral_received,source\n"
        "Made-up,Newcomer,1951-03-14,insulin,2026-11-10,gp\n",
        encoding="utf-8",
    )
    taken = service.demo.smf("import", "referrals", file, "--store", service.demo.store, "--user", "lead", "--json")
    assert taken.done().document["imported"] == 1
    assert service.demo.sync().done().document["sent"] >= 1
    assert service.second.sync().done().document["received"] >= 1
    assert len(service.second.export(tmp_path / "out")["patient.ndjson"]) == 5


def test_a_process_that_has_loaded_nothing_before_says_the_same(service: Service) -> None:
    """All others here begin with their imports done."""
    service.second.sync().done()
    sync = ("sync", service.second.store, "--user", "lead", "--json")
    for module, words, folder in (
        ("smf_desktop", sync, service.second.store),
        ("smf_hub", ("check",), service.hub.folder),
    ):
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, words)],
            cwd=folder,
            env=environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        said = run(module, *words, within=folder)
        assert (done.returncode, done.stdout, done.stderr) == (0, said.out, said.err)


# --- codes ---------------------------------------------------------------------------------------


def test_a_code_stands_alone_on_a_line_and_holds_once(service: Service, tmp_path: Path) -> None:
    said = service.hub.ask("device", "code", "--user", "nurse")
    assert (said.code, said.err) == (0, "")
    assert CODE.fullmatch(said.out)
    (tmp_path / "again").mkdir()
    new = service.laptop(tmp_path, "nurse")
    assert new.enrol(service.hub.url, said.out.strip().lower().replace("-", "")).done().document["digest_equal"]
    again = service.laptop(tmp_path / "again", "nurse").enrol(service.hub.url, said.out.strip())
    assert (again.code, "not right" in again.err) == (3, True)
    export = new.smf("export", "records", "--store", new.store, "--out", tmp_path / "out")
    assert (export.code, (tmp_path / "out").exists()) == (7, False)


def test_what_cannot_be_joined_is_said_in_one_sentence_and_nothing_is_made(service: Service, tmp_path: Path) -> None:
    new, url = service.laptop(tmp_path), service.hub.url
    code = service.hub.code("lead")
    for address, words, exit_code in (
        (url, "ABCD-EFGH-JKMN", 3),
        ("http://127.0.0.1:1", code, 6),
        ("127.0.0.1:1", code, 6),
        ("ftp://127.0.0.1:8443", code, 2),
        ("http://192.0.2.1:8443", code, 2),
    ):
        said = new.enrol(address, words)
        assert (said.code, said.out, len(said.err.splitlines())) == (exit_code, "", 1), (address, said)
        assert not new.store.exists()
    other = replace(new, user="nurse").enrol(url, code)
    assert (other.code, new.store.exists()) == (3, False)
    joined = service.demo.enrol(url, code)
    assert (joined.code, "joined a hub already" in joined.err) == (3, True)


def test_who_has_left_gets_no_code_and_an_old_one_lets_them_in_no_more(service: Service, tmp_path: Path) -> None:
    hub = service.hub
    hub.ask("user", "add", "brief", "--role", "nurse", "--team", "Derby North").done()
    code = hub.code("brief")
    hub.ask("user", "end", "brief").done()
    assert hub.ask("device", "code", "--user", "brief").code == 3
    new = service.laptop(tmp_path, "brief")
    said = new.enrol(hub.url, code)
    assert (said.code in (3, 7), len(said.err.splitlines()), new.store.exists()) == (True, 1, False)


# --- refusals ------------------------------------------------------------------------------------


def test_a_wrong_password_opens_nothing(service: Service) -> None:
    wrong = replace(service.second, held={"SMF_PASSWORD": "another one altogether"}).sync()
    assert (wrong.code, wrong.out, "Nothing was changed" in wrong.err) == (4, "", True)


def test_a_laptop_that_is_shut_out_says_so_and_one_that_is_wiped_holds_nothing(
    service: Service, tmp_path: Path
) -> None:
    new = service.laptop(tmp_path)
    device = new.enrol(service.hub.url, service.hub.code("lead")).done().document["device"]
    service.hub.ask("device", "revoke", device).done()
    shut_out = new.sync()
    assert (shut_out.code, shut_out.out, len(shut_out.err.splitlines())) == (7, "", 1)
    assert (new.store / "records.db").exists()
    service.hub.ask("device", "wipe", device).done()
    wiped = new.sync()
    assert (wiped.code, "destroyed" in wiped.err) == (3, True)
    assert not [path for path in new.store.iterdir() if path.suffix != ".lock"]


def test_a_hub_that_is_gone_leaves_everything_where_it_is(service: Service) -> None:
    hub, laptop = service.hub, service.second
    again = hub.ask("serve", "--port", "0")
    assert (again.code, again.out, "served already" in again.err) == (3, "", True)
    hub.stop()
    said = laptop.sync()
    assert (said.code, said.out, len(said.err.splitlines())) == (6, "", 1)
    assert laptop.verify().done().document["findings"] == []
    hub.serve()
    assert laptop.sync().done().document["digest_equal"]


def test_a_port_that_another_program_has_is_named(tmp_path: Path) -> None:
    run("smf_hub", "init", "--service", "Derby", within=tmp_path).done()
    with socket.create_server(("127.0.0.1", 0)) as other:
        said = run("smf_hub", "serve", "--port", other.getsockname()[1], within=tmp_path)
    assert (said.code, said.out, "another program has this port" in said.err) == (3, "", True)


def test_plain_http_stays_on_this_computer(tmp_path: Path) -> None:
    run("smf_hub", "init", "--service", "Derby", within=tmp_path).done()
    for words in (("--host", "0.0.0.0"), ("--host", "192.0.2.1", "--tls-cert", "none.crt", "--tls-key", "none.key")):
        said = run("smf_hub", "serve", "--port", "0", *words, within=tmp_path)
        assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)


# --- what anybody may ask ------------------------------------------------------------------------


def test_health_and_the_description_are_there_for_everybody(service: Service) -> None:
    with urlopen(f"{service.hub.url}/health") as answer:
        health = json.load(answer)
    assert health["database"] == "answers"
    assert health["change_sets"] > 0
    with urlopen(f"{service.hub.url}/openapi.json") as answer:
        described = json.load(answer)
    assert described["openapi"].startswith("3.")
    assert all(path.startswith("/v1/") or path == "/health" for path in described["paths"])


@pytest.mark.parametrize("group", [(), ("init",), ("serve",), ("team",), ("user",), ("device",), ("check",)])
def test_there_is_help_at_every_level(tmp_path: Path, group: tuple[str, ...]) -> None:
    said = run("smf_hub", *group, "--help", within=tmp_path).done()
    assert said.out.startswith(f"usage: {' '.join(('smf-hub', *group))}")
    assert not list(tmp_path.iterdir())

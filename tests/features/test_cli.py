"""`smf`, command by command: exit codes, one document with --json, one plain sentence on standard error."""

import json
import os
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from smf_desktop.cli import act, parser, run
from smf_desktop.commands import stores
from smf_desktop.commands.terminal import INTEGRITY, LOCKED, NOT_ALLOWED, NOT_DONE, USAGE, Terminal
from smf_desktop.compose import House
from smf_desktop.store.instance import BESIDE, Instance
from tests.support.houses import PASSWORD, clock, computer, service_template
from tests.support.keys import ToldClock
from tests.support.parsers import commands
from tests.support.processes import loaded_by

__all__ = ["clock", "service_template"]

ROOT = Path(__file__).parents[2]
MESSY = ROOT / "tests" / "data" / "referrals-messy.csv"
GOOD = (
    "family_name,given_name,date_of_birth,skill,referral_received,source,nhs_number\n"
    "Abernathy,Doreen,1951-03-14,insulin,2026-11-10,gp,9990079323\n"
)


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """What `--json` printed: one line, one document, nothing else."""
        assert self.out.count("\n") == 1
        found: dict[str, Any] = json.loads(self.out)
        return found


Smf = Callable[..., Said]


@pytest.fixture
def smf(capsys: pytest.CaptureFixture[str], clock: ToldClock) -> Smf:
    """Run a command with a password in the environment."""
    ids = iter(range(2_000_000, 9_000_000, 100_000))

    def command(*words: object, environ: Mapping[str, str] | None = None) -> Said:
        held = {"SMF_PASSWORD": PASSWORD} if environ is None else environ
        first = next(ids)
        terminal = Terminal(held, lambda: computer(clock=clock, first_id=first, seed=first))
        code = run([str(word) for word in words], terminal)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return command


@pytest.fixture
def store(service_template: Path, tmp_path: Path) -> Path:
    """A store with the lead priya and the nurse tom."""
    import shutil

    return Path(shutil.copytree(service_template, tmp_path / "store"))


def init(smf: Smf, store: Path, *more: object) -> Said:
    return smf(
        "init", store, "--service", "Derby", "--team", "North", "--user", "amina", "--role", "lead", "--json", *more
    )


# --- the command line itself ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("init",),
        ("user",),
        ("user", "add"),
        ("user", "remove"),
        ("user", "list"),
        ("demo",),
        ("open",),
        ("tour",),
        ("import",),
        ("import", "referrals"),
        ("import", "practices"),
        ("import", "core-referrals"),
        ("import", "areas"),
        ("import", "core-rereferrals"),
        ("export",),
        ("export", "records"),
        ("report",),
        ("verify",),
        ("backup",),
        ("restore",),
        ("salvage",),
    ],
)
def test_there_is_help_at_every_level(smf: Smf, words: tuple[str, ...]) -> None:
    said = smf(*words, "--help")
    assert said.code == 0
    assert said.out.startswith(f"usage: {' '.join(('smf', *words))}")


@pytest.mark.parametrize("words", [(), ("fly",), ("init", "there"), ("report", "caseload"), ("user", "list")])
def test_a_command_written_wrongly_is_refused(smf: Smf, words: tuple[str, ...]) -> None:
    assert smf(*words).code == USAGE


def test_every_command_is_there_to_run() -> None:
    names = [one.get_default("act") for _, one in commands(parser())]
    assert len(names) == 27
    assert all(callable(act(name)) for name in names)


def test_help_is_there_before_any_heavy_library() -> None:
    heavy = ("sqlalchemy", "PySide6", "msgspec", "cryptography", "yaml")
    assert loaded_by("from smf_desktop.cli import run; run(['--help'])", *heavy) == []


def test_a_fault_of_ours_shows_its_place_and_nothing_typed(smf: Smf, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise ValueError("Zzyzxquill")

    monkeypatch.setattr(stores, "verify", broken)
    said = smf("verify", "anywhere")
    assert said.code == 1
    assert "Something went wrong in the program." in said.err
    assert "ValueError at cli.py" in said.err
    assert "Zzyzxquill" not in said.err + said.out


# --- init ----------------------------------------------------------------------------------------


def test_init_makes_a_store_and_shows_the_recovery_key_once(smf: Smf, tmp_path: Path) -> None:
    said = init(smf, tmp_path / "s")
    assert said.code == 0
    assert said.document["kind"] == "training"
    assert len(said.document["recovery_key"].split("-")) == 14
    assert smf("verify", tmp_path / "s").code == 0


def test_the_recovery_key_goes_to_a_private_file_when_asked(smf: Smf, tmp_path: Path) -> None:
    said = init(smf, tmp_path / "s", "--recovery-out", tmp_path / "key", "--live")
    assert said.code == 0
    assert "recovery_key" not in said.document
    assert said.document["kind"] == "live"
    assert len((tmp_path / "key").read_text("utf-8").strip().split("-")) == 14
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_a_store_is_never_made_over_another_nor_in_a_full_folder(smf: Smf, store: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in store.iterdir()}
    said = init(smf, store)
    assert said.code == NOT_DONE
    assert said.out == ""
    assert {path.name: path.read_bytes() for path in store.iterdir()} == before
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine", "utf-8")
    assert init(smf, tmp_path / "full").code == NOT_DONE
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_a_live_store_wants_a_longer_password_and_leaves_nothing_behind(smf: Smf, tmp_path: Path) -> None:
    words = ("init", tmp_path / "s", "--service", "D", "--team", "N", "--user", "a", "--role", "lead", "--live")
    said = smf(*words, environ={"SMF_PASSWORD": "short"})
    assert said.code == NOT_DONE
    assert "fewer than 8 characters" in said.err
    assert list(tmp_path.iterdir()) == []


# --- who one is ----------------------------------------------------------------------------------


def test_a_wrong_password_is_exit_4_and_one_sentence(smf: Smf, store: Path) -> None:
    said = smf("verify", store, "--user", "priya", "--json", environ={"SMF_PASSWORD": "not it"})
    assert said.code == LOCKED
    assert said.out == ""
    assert said.err.startswith("That password did not open the store.")
    assert said.err.count("\n") == 1


def test_without_a_password_nothing_is_tried(smf: Smf, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", open(os.devnull, encoding="utf-8"))  # noqa: SIM115  # closed with the process
    said = smf("verify", store, "--user", "priya", environ={})
    assert said.code == LOCKED
    assert "SMF_PASSWORD" in said.err
    sys.stdin.close()


def test_among_several_people_one_has_to_say_who_one_is(smf: Smf, store: Path) -> None:
    said = smf("verify", store)
    assert said.code == USAGE
    assert "--user: priya, tom" in said.err


@pytest.mark.parametrize("words", [("verify",), ("user", "list")])
def test_where_there_is_no_store_none_is_made(smf: Smf, tmp_path: Path, words: tuple[str, ...]) -> None:
    said = smf(*words, tmp_path / "nowhere", "--user", "priya")
    assert said.code == NOT_DONE
    assert not (tmp_path / "nowhere").exists()


def test_F10_a_plain_database_in_place_of_the_store_is_refused_and_untouched(smf: Smf, store: Path) -> None:
    plain = b"SQLite format 3\x00" + bytes(4080)
    (store / "records.db").write_bytes(plain)
    assert smf("user", "list", store, "--user", "priya").code == NOT_DONE
    assert (store / "records.db").read_bytes() == plain


# --- users ---------------------------------------------------------------------------------------


def test_users_come_and_go(smf: Smf, store: Path) -> None:
    both = {"SMF_PASSWORD": PASSWORD, "SMF_NEW_PASSWORD": "words of her own"}
    added = smf(
        *("user", "add", store, "sian", "--name", "Siân Hughes", "--role", "nurse", "--user", "priya", "--json"),
        environ=both,
    )
    assert added.document["role"] == "nurse"
    people = smf("user", "list", store, "--user", "priya", "--json").document["users"]
    assert {person["username"] for person in people} == {"priya", "tom", "sian"}
    assert smf("verify", store, "--user", "sian", environ={"SMF_PASSWORD": "words of her own"}).code == 0
    begins = (store / "records.db").read_bytes()[:16]
    removed = smf("user", "remove", store, "sian", "--user", "priya")
    assert removed.code == 0
    assert "The records have a new key." in removed.out
    assert (store / "records.db").read_bytes()[:16] != begins
    assert smf("verify", store, "--user", "sian", environ={"SMF_PASSWORD": "words of her own"}).code == LOCKED
    left = smf("user", "list", store, "--user", "priya", "--json").document["users"]
    assert [person["active"] for person in left if person["username"] == "sian"] == [False]


def test_a_removal_stands_though_the_new_key_waits(smf: Smf, store: Path) -> None:
    with Instance(store, pid=1, since=datetime(2026, 11, 17, tzinfo=UTC), file=BESIDE):  # a backup is being made
        removed = smf("user", "remove", store, "tom", "--user", "priya", "--json")
    assert (removed.code, removed.document["rekeyed"]) == (0, False)
    assert smf("verify", store, "--user", "tom").code == LOCKED
    assert smf("verify", store).code == 0


def test_a_nurse_may_not_manage_users(smf: Smf, store: Path) -> None:
    said = smf("user", "list", store, "--user", "tom")
    assert said.code == NOT_ALLOWED
    assert said.err.startswith("Your role does not allow this.")


def test_nobody_takes_a_name_twice_and_the_last_manager_stays(smf: Smf, store: Path) -> None:
    both = {"SMF_PASSWORD": PASSWORD, "SMF_NEW_PASSWORD": "words of his own"}
    assert smf("user", "add", store, "tom", "--role", "nurse", "--user", "priya", environ=both).code == NOT_DONE
    said = smf("user", "remove", store, "priya", "--user", "priya")
    assert said.code == NOT_DONE
    assert "Nobody would be left" in said.err


def test_a_user_whose_password_is_no_good_is_not_half_added(smf: Smf, store: Path) -> None:
    both = {"SMF_PASSWORD": PASSWORD, "SMF_NEW_PASSWORD": ""}
    assert smf("user", "add", store, "sian", "--role", "nurse", "--user", "priya", environ=both).code == NOT_DONE
    people = smf("user", "list", store, "--user", "priya", "--json").document["users"]
    assert [person for person in people if person["username"] == "sian" and person["active"]] == []


# --- import, export, verify ----------------------------------------------------------------------


def test_a_messy_file_is_told_row_by_row_and_takes_nothing_in(smf: Smf, store: Path) -> None:
    said = smf("import", "referrals", MESSY, "--store", store, "--user", "tom", "--json")
    assert said.code == NOT_DONE
    assert said.document["imported"] == 0
    kinds = {finding["kind"] for finding in said.document["findings"]}
    assert kinds == {"refused", "duplicate", "note"}
    assert all(set(finding) == {"line", "column", "kind", "reason", "of"} for finding in said.document["findings"])
    taken = smf("import", "referrals", MESSY, "--store", store, "--user", "tom", "--accept-valid", "--json")
    assert taken.code == NOT_DONE
    assert 0 < taken.document["imported"] < taken.document["records"] == said.document["records"]


def test_a_good_file_is_taken_in_and_a_second_time_marked(smf: Smf, store: Path, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD, "utf-8")
    words = ("import", "referrals", tmp_path / "good.csv", "--store", store, "--user", "tom", "--json")
    first = smf(*words, "--team", "North")
    assert (first.code, first.document) == (0, {"records": 1, "imported": 1, "findings": []})
    again = smf(*words)
    assert [finding["kind"] for finding in again.document["findings"]] == ["duplicate"]
    assert smf(*words, "--team", "Nowhere").code == NOT_DONE


def test_a_list_of_practices_is_taken_in_and_then_as_it_was(smf: Smf, store: Path, tmp_path: Path) -> None:
    (tmp_path / "practices.csv").write_text("code,name\nC81001,Alder Road Surgery\nC81002,Friar Gate\n", "utf-8")
    words = ("import", "practices", tmp_path / "practices.csv", "--store", store, "--user", "priya", "--json")
    assert smf(*words).document == {"added": 2, "changed": 0, "unchanged": 0}
    again = smf(*words)
    assert (again.code, again.document) == (0, {"added": 0, "changed": 0, "unchanged": 2})
    (tmp_path / "practices.csv").write_text("code,name\nC81001,Alder Road\n,Nowhere\n", "utf-8")
    refused = smf(*words)
    assert (refused.code, refused.out) == (NOT_DONE, "")
    assert "Nothing was changed" in refused.err
    assert smf(*words[:2], tmp_path / "missing.csv", *words[3:]).code == NOT_DONE


def test_what_core_teams_count_is_taken_in_whole_or_not_at_all(smf: Smf, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "core.csv"
    words = ("import", "core-referrals", file, "--store", store)
    file.write_text("month,team,count\n2025-05,Derby City,413\n2025-06,Derby City,426\n", "utf-8")
    first = smf(*words, "--user", "priya", "--json")
    assert (first.code, first.document) == (0, {"records": 2, "imported": 2, "findings": [], "unchanged": 0})
    assert smf(*words, "--user", "priya").out == "0 of 2 rows taken in, 2 as they were.\n"
    assert smf(*words, "--user", "tom").code == NOT_ALLOWED
    file.write_text("month,team,count\n2025-07,Derby City,-4\n2025-08,Derby City,400\n", "utf-8")
    refused = smf(*words, "--user", "priya")
    assert refused.code == NOT_DONE
    assert refused.out.splitlines() == [
        "Row 2, count: refused. A count is a whole number, 0 or more.",
        "Nothing was changed. Put the rows right and import the file again.",
    ]
    out = tmp_path / "out"
    smf("export", "records", "--store", store, "--user", "priya", "--out", out)
    rows = [json.loads(line) for line in (out / "core_count.ndjson").read_text("utf-8").splitlines()]
    assert [(row["month"], row["count"]) for row in rows] == [("2025-05", 413), ("2025-06", 426)]


def test_a_list_of_areas_stands_in_place_of_the_one_before_or_nothing_changes(
    smf: Smf, store: Path, tmp_path: Path
) -> None:
    file = tmp_path / "areas.csv"
    words = ("import", "areas", file, "--store", store, "--user", "priya")
    file.write_text("area,decile\nDE22,5\nDE22 3,1\n", "utf-8")
    first = smf(*words, "--json")
    assert (first.code, first.document) == (
        0,
        {"records": 2, "imported": 2, "findings": [], "unchanged": 0, "gone": 0},
    )
    file.write_text("area,decile\nDE22,5\nDE223,1\n", "utf-8")
    refused = smf(*words)
    assert refused.code == NOT_DONE
    assert refused.out.splitlines() == [
        "Row 3, area: refused. Use a postcode (DE22 3ZA), a sector with its space (DE22 3) or a district (DE22).",
        "Nothing was changed. Put the rows right and import the file again.",
    ]
    file.write_text("area,decile\nDE22,6\n", "utf-8")
    unnamed = "The edition of the index is not recorded: name it with --edition.\n"
    assert smf(*words).out == f"0 areas added, 1 changed, 1 no longer listed.\n{unnamed}"
    file.write_text("area,decile\nDE22,6\n", "utf-8")
    assert smf(*words).out == f"Nothing new: 1 area as listed.\n{unnamed}"


def test_who_came_back_to_core_teams_and_is_not_here_is_said(smf: Smf, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "back.csv"
    file.write_text("nhs_number,received_on,team,reason\n999 009 9480,2026-01-05,Derby City,Fell\n", "utf-8")
    said = smf("import", "core-rereferrals", file, "--store", store, "--user", "priya", "--json")
    assert (said.code, said.document["imported"]) == (0, 0)
    assert [finding["kind"] for finding in said.document["findings"]] == ["note"]


def test_a_file_that_is_not_there_or_no_text_changes_nothing(smf: Smf, store: Path, tmp_path: Path) -> None:
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04 and more")
    for name in ("missing.csv", "book.csv"):
        said = smf("import", "referrals", tmp_path / name, "--store", store, "--user", "tom", "--json")
        assert said.code == NOT_DONE
        assert said.out == ""
    found = smf("verify", store, "--user", "tom", "--json").document
    assert found["ok"]


def test_only_a_lead_exports_and_never_over_a_folder(smf: Smf, store: Path, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD, "utf-8")
    smf("import", "referrals", tmp_path / "good.csv", "--store", store, "--user", "tom")
    out = tmp_path / "out"
    assert smf("export", "records", "--store", store, "--user", "tom", "--out", out).code == NOT_ALLOWED
    assert not out.exists()
    said = smf("export", "records", "--store", store, "--user", "priya", "--out", out, "--json")
    assert said.code == 0
    assert said.document["rows"]["patient"] == 1
    rows = [json.loads(line) for line in (out / "patient.ndjson").read_text("utf-8").splitlines()]
    assert rows[0]["nhs_number"] == "9990079323"
    assert smf("export", "records", "--store", store, "--user", "priya", "--out", out).code == NOT_DONE
    assert [path.name for path in tmp_path.iterdir() if "making" in path.name] == []


def test_verify_finds_what_was_changed_behind_our_back(smf: Smf, store: Path, tmp_path: Path, clock: ToldClock) -> None:
    from smf_desktop.store.engine import connect

    house = House(computer(clock=clock), store)
    key = house.unlock("priya", PASSWORD)
    connection = connect(store / "records.db", key.raw_key())
    connection.execute("UPDATE team SET name = 'South'")
    connection.close()
    key.zero()
    said = smf("verify", store, "--user", "priya", "--json")
    assert said.code == INTEGRITY
    assert said.document["ok"] is False
    assert said.document["findings"][0]["table"] == "team"
    assert "row_differs team" in said.err


# --- backup, restore, salvage --------------------------------------------------------------------


def test_a_store_is_backed_up_and_restored_elsewhere(smf: Smf, store: Path, tmp_path: Path) -> None:
    made = smf("backup", store, tmp_path / "b", "--user", "tom", "--json")
    assert made.code == 0
    assert set(made.document) == {"file", "made_at", "change_sets", "bytes"}
    assert made.document["bytes"] == (tmp_path / "b").stat().st_size
    restored = smf("restore", tmp_path / "b", tmp_path / "r", "--user", "tom", "--json")
    assert restored.document == {
        "store": str(tmp_path / "r"),
        "made_at": made.document["made_at"],
        "change_sets": made.document["change_sets"],
        "user": "tom",
    }
    assert smf("verify", tmp_path / "r", "--user", "priya", "--json").document["ok"]


def test_a_backup_is_made_while_the_window_has_the_store_open(
    smf: Smf, store: Path, tmp_path: Path, clock: ToldClock
) -> None:
    with House(computer(clock=clock), store) as house:
        sitting = house.enter(house.unlock("priya", PASSWORD))
        assert smf("verify", store, "--user", "tom").code == LOCKED
        assert smf("backup", store, tmp_path / "b", "--user", "tom").code == 0
        sitting.close()
    assert smf("restore", tmp_path / "b", tmp_path / "r", "--user", "tom").code == 0


def test_neither_backup_nor_restore_writes_over_anything(smf: Smf, store: Path, tmp_path: Path) -> None:
    assert smf("backup", store, tmp_path / "b", "--user", "tom").code == 0
    before = (tmp_path / "b").read_bytes(), (store / "records.db").read_bytes()
    said = smf("backup", store, tmp_path / "b", "--user", "tom", "--json")
    assert (said.code, said.out) == (NOT_DONE, "")
    said = smf("restore", tmp_path / "b", store, "--user", "tom")
    assert said.code == NOT_DONE
    assert said.err == "There is a store in this folder already. It was not changed. Choose another folder.\n"
    assert (tmp_path / "b").read_bytes() == before[0]


def test_what_is_wrong_with_a_backup_has_its_own_exit_code(smf: Smf, store: Path, tmp_path: Path) -> None:
    smf("backup", store, tmp_path / "b", "--user", "tom")
    wrong = smf("restore", tmp_path / "b", tmp_path / "r", "--user", "tom", environ={"SMF_PASSWORD": "not it"})
    assert wrong.code == LOCKED
    assert smf("restore", tmp_path / "b", tmp_path / "r").code == USAGE
    assert smf("restore", MESSY, tmp_path / "r", "--user", "tom").code == NOT_DONE
    (tmp_path / "b").write_bytes((tmp_path / "b").read_bytes()[:-5_000])
    assert smf("restore", tmp_path / "b", tmp_path / "r", "--user", "tom").code == INTEGRITY
    assert not (tmp_path / "r").exists()


def test_the_recovery_key_restores_and_gives_a_new_password(smf: Smf, tmp_path: Path) -> None:
    assert init(smf, tmp_path / "s", "--recovery-out", tmp_path / "key").code == 0
    assert smf("backup", tmp_path / "s", tmp_path / "b").code == 0
    words = ("restore", tmp_path / "b", tmp_path / "r", "--recovery", tmp_path / "key")
    assert smf(*words, environ={"SMF_PASSWORD": "a new password"}).code == 0
    assert smf("verify", tmp_path / "r", environ={"SMF_PASSWORD": "a new password"}).code == 0
    assert smf("verify", tmp_path / "r").code == LOCKED
    (tmp_path / "key").write_text("0000-" * 13 + "0000")
    again = ("restore", tmp_path / "b", tmp_path / "r2", "--recovery", tmp_path / "key")
    assert smf(*again).code == NOT_DONE
    assert smf("restore", tmp_path / "b", tmp_path / "r2", "--recovery", tmp_path / "nowhere").code == NOT_DONE


def test_F06_what_only_this_laptop_holds_is_salvaged_into_a_file_of_its_own(
    smf: Smf, store: Path, tmp_path: Path
) -> None:
    before = (store / "records.db").read_bytes()
    said = smf("salvage", store, tmp_path / "out", "--user", "tom", "--json")
    assert said.code == 0
    assert said.document["saved"] > 0
    assert said.document["lost"] == 0
    assert (store / "records.db").read_bytes() == before
    assert smf("salvage", store, tmp_path / "out", "--user", "tom").code == NOT_DONE
    assert smf("restore", tmp_path / "out", tmp_path / "r", "--user", "tom").code == NOT_DONE


# --- demo and tour -------------------------------------------------------------------------------


def test_a_small_demo_is_made_verified_and_toured(smf: Smf, tmp_path: Path) -> None:
    store = tmp_path / "demo"
    made = smf("demo", store, "--patients", "12", "--months", "3", "--as-of", "2026-11-17", "--json").document
    assert made["patients"] == 12
    assert made["as_of"] == "2026-11-17"
    assert made["password"] == PASSWORD
    assert set(made["users"]) == {"nurse", "nurse2", "lead", "admin"}
    assert smf("verify", store, "--user", "lead", "--json").document["ok"]
    people = smf("user", "list", store, "--user", "lead", "--json").document["users"]
    assert [person["username"] for person in people if person["clinical_lead"]] == ["lead"]
    assert smf("demo", store, "--patients", "2", "--months", "1").code == NOT_DONE


def test_a_demo_without_a_password_tells_the_one_it_made(smf: Smf, tmp_path: Path) -> None:
    words = ("demo", tmp_path / "d", "--patients", "2", "--months", "1", "--as-of", "2026-11-17", "--json")
    made = smf(*words, environ={}).document
    assert len(made["password"]) == 12
    environ = {"SMF_PASSWORD": made["password"]}
    assert smf("verify", tmp_path / "d", "--user", "nurse", environ=environ).code == 0


def test_a_demo_that_is_stopped_leaves_nothing(smf: Smf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(self: Terminal, what: str) -> Callable[[int, int], bool]:
        return lambda done, total: False

    monkeypatch.setattr(Terminal, "progress", stopped)
    said = smf("demo", tmp_path / "d", "--patients", "12", "--months", "3", "--as-of", "2026-11-17")
    assert said.code == NOT_DONE
    assert list(tmp_path.iterdir()) == []


def test_without_a_display_the_window_is_not_tried(smf: Smf, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    said = smf("open", store, environ={})
    assert said.code == NOT_DONE
    assert "smf tour" in said.err

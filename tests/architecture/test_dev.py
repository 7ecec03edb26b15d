"""`dev.py` makes the environment once, makes it anew when it has to, and takes up what was cut off."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

import dev


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Calls `prepare` in an empty project and answers the steps it took; no program is started."""
    taken: list[str] = []

    def need(*words: str | Path) -> None:
        taken.append(str(words[2]))
        dev.PYTHON.parent.mkdir(parents=True)
        dev.PYTHON.touch()

    def pip(*words: str | Path) -> None:
        taken.append(str(words[0]))

    for name, path in {"VENV": ".venv", "PYTHON": ".venv/bin/python", "LOCK": "dev.txt", "ROOT": "."}.items():
        monkeypatch.setattr(dev, name, tmp_path / path)
    monkeypatch.setattr(dev, "need", need)
    monkeypatch.setattr(dev, "pip", pip)
    (tmp_path / "dev.txt").write_text("a==1")
    (tmp_path / "pyproject.toml").write_text("[project]")

    def prepare() -> list[str]:
        taken.clear()
        dev.prepare()
        return list(taken)

    return prepare


def test_the_second_call_does_nothing(steps: Callable[[], list[str]]) -> None:
    assert steps() == ["venv", "--require-hashes", "--no-deps"]
    assert steps() == []


def test_a_new_lock_makes_a_new_environment(steps: Callable[[], list[str]]) -> None:
    steps()
    dev.LOCK.write_text("a==2")
    assert steps() == ["venv", "--require-hashes", "--no-deps"]


def test_a_new_description_installs_only_the_project(steps: Callable[[], list[str]]) -> None:
    steps()
    (dev.ROOT / "pyproject.toml").write_text("[project.scripts]")
    assert steps() == ["--no-deps"]


@pytest.mark.parametrize("at", ["--require-hashes", "--no-deps"])
def test_a_step_that_was_cut_off_is_done_again(
    steps: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    whole = dev.pip

    def cut(*words: str | Path) -> None:
        if words[0] == at:
            raise KeyboardInterrupt
        whole(*words)

    with monkeypatch.context() as moment:
        moment.setattr(dev, "pip", cut)
        with pytest.raises(KeyboardInterrupt):
            steps()
    assert at in steps()
    assert steps() == []


def test_what_is_missing_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "LINUX", True)
    assert dev.missing({"libnot-there.so.1": "libnot1", "not-a-program": "nothing", "sh": "dash"}) == [
        "libnot1",
        "nothing",
    ]


def test_counts_are_told_in_words() -> None:
    told = {"patients": 240, "visits": 1800, "outcomes": {"independent": 100, "moved": 3}}
    assert dev.counted(told) == "240 people; 1800 visits; outcomes: independent 100, moved 3"
    assert dev.counted({}) == ""


def test_tests_run_side_by_side_unless_further_words_say_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str | Path] = []
    monkeypatch.setattr(dev, "prepare", lambda: None)
    monkeypatch.setattr(dev, "add_to_system", lambda wanted: [])
    monkeypatch.setattr(dev, "without_postgresql", list)
    monkeypatch.setattr(dev, "run", lambda *words, env: started.extend(words))
    dev.main(["test", "tests/core", "-n", "0"])
    several, none = [int(started[place + 1]) for place, word in enumerate(started) if word == "-n"]
    assert 2 <= several <= 4
    assert none == 0


def test_checks_are_run_beside_the_tests_and_one_that_fails_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    python = Path(sys.executable)
    well = {"first": ("timeit", "-n", "1", "pass"), "second": ("timeit", "-n", "1", "pass")}
    monkeypatch.setattr(dev, "PYTHON", python)
    monkeypatch.setattr(dev, "prepare", lambda: None)
    monkeypatch.setattr(dev, "add_to_system", lambda wanted: [])
    monkeypatch.setattr(dev, "without_postgresql", list)
    monkeypatch.setattr(dev, "run", lambda *words, env: 0)
    monkeypatch.setattr(dev, "CHECKS", well)
    assert dev.main(["test", "--ci"]) == 0
    monkeypatch.setattr(dev, "CHECKS", {**well, "second": ("no_such_module",)})
    assert dev.main(["test"]) == 0
    assert dev.main(["test", "--ci"]) == 1
    told = capsys.readouterr().out
    assert "No module named no_such_module" in told
    assert "Failed beside the tests: second." in told


def test_without_postgresql_the_run_says_so_and_a_nightly_one_stops(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: dict[str, str] = {}
    monkeypatch.setattr(dev, "prepare", lambda: None)
    monkeypatch.setattr(dev, "add_to_system", lambda wanted: [])
    monkeypatch.setattr(dev, "missing", lambda wanted: [])
    monkeypatch.setattr(dev, "without_postgresql", lambda: ["the hub on PostgreSQL (NoServer: no)"])
    monkeypatch.setattr(dev, "run", lambda *words, env: told.update(env))
    dev.main(["test", "tests/core"])
    assert "Not run here: the hub on PostgreSQL (NoServer: no)." in capsys.readouterr().out
    assert told["SMF_NO_POSTGRES"] == "1"
    with pytest.raises(dev.Stop, match="the hub on PostgreSQL"):
        dev.main(["test", "--nightly"])


@pytest.mark.parametrize(("free", "where"), [(0, []), (1 << 40, ["memory"])])
def test_stores_of_tests_are_kept_in_memory_where_there_is_room(
    free: int, where: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "MEMORY", "memory")
    monkeypatch.setattr(dev.shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    assert list(dev.in_memory().values()) == where
    monkeypatch.setattr(dev.shutil, "disk_usage", _no_such_folder)
    assert dev.in_memory() == {}


def _no_such_folder(path: object) -> None:
    raise FileNotFoundError


def test_words_for_pytest_belong_to_test_only() -> None:
    with pytest.raises(SystemExit):
        dev.main(["run", "--fast"])


def test_the_hub_of_the_demo_leaves_no_process_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = ["init", "--service", "Derby", "--database", f"sqlite:///{tmp_path / 'hub.db'}"]
    subprocess.run([sys.executable, "-m", "smf_hub", *made], check=True, cwd=dev.ROOT, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with dev.loopback_hub({"url": f"http://127.0.0.1:{port}", "database": str(tmp_path / "hub.db")}):
        assert f"http://127.0.0.1:{port}" in capsys.readouterr().out
        socket.create_connection(("127.0.0.1", port)).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_demo_goes_on_without_its_hub(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with dev.loopback_hub({"url": "http://127.0.0.1:9", "database": str(tmp_path / "nothing" / "hub.db")}):
        assert "did not start" in capsys.readouterr().out
    with dev.loopback_hub(None):
        pass

"""The project speaks of itself alone, and its locked packages are those it asks for."""

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__", ".hypothesis"}
# Put together here, so that this file does not hold what it looks for.
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "deb" + ".debian.org", "ana" + "conda.org"]
PLACES = ["/work" + "/", "/root" + "/", "/opt" + "/", "/tmp" + "/", "../" + "shared"]
ELSEWHERE = re.compile("|".join([*map(re.escape, HOSTS), *(rf"(?<![\w.}}]){re.escape(place)}" for place in PLACES)]))


def texts() -> Iterator[tuple[str, str]]:
    """Each text file of the project by its path, without what tools made."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith("_cache")]
        for name in files:
            path = Path(folder, name)
            content = path.read_bytes()
            if b"\0" not in content:
                yield path.relative_to(ROOT).as_posix(), content.decode("utf-8", "replace")


def test_no_file_names_a_package_host_or_a_place_on_one_machine() -> None:
    found = {path: ELSEWHERE.findall(text) for path, text in texts()}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("words", ["https://files." + HOSTS[1], PLACES[0] + "main", "see " + PLACES[4] + "/notes"])
def test_a_foreign_address_is_noticed(words: str) -> None:
    assert ELSEWHERE.search(words)


def requirements(name: str) -> dict[str, list[str]]:
    """A locked list: `name==version` of each package, with its hashes."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / "requirements" / name).read_text("utf-8").splitlines():
        words = line.removesuffix("\\").split(";")[0].split()
        if words and words[0].startswith("--hash="):
            found[next(reversed(found))].append(words[0])
        elif words and not words[0].startswith("#"):
            found[words[0]] = []
    return found


def test_every_pin_of_the_project_is_the_locked_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    desktop = {pin.replace("_", "-").lower() for pin in project["dependencies"] + extras["desktop"] if "==" in pin}
    dev = {pin.lower() for pin in extras["dev"] if "==" in pin}
    assert desktop - requirements("desktop.txt").keys() == set()
    assert (desktop | dev) - requirements("dev.txt").keys() == set()


def test_what_is_tested_is_what_is_shipped() -> None:
    assert requirements("desktop.txt").items() <= requirements("dev.txt").items()


@pytest.mark.parametrize("name", ["desktop.txt", "dev.txt"])
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    locked = requirements(name)
    assert [package for package, hashes in locked.items() if not hashes or "==" not in package] == []
    assert "://" not in (ROOT / "requirements" / name).read_text("utf-8")

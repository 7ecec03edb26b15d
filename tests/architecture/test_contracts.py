"""Each import contract is broken once, in a copy of the tree, to show that it can fail."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("smf_core", "smf_desktop", "smf_hub", "ui")

# What is planted (file: source), and the contract which has to notice.
PLANTED = {
    "a service shows a window": ("floors", {"smf_desktop/services/planted.py": "import ui.views"}),
    "the core reaches for the desktop": ("floors", {"smf_core/policy/planted.py": "import smf_desktop.ports"}),
    "the store asks the vault": ("floors", {"smf_desktop/store/planted.py": "import smf_desktop.security"}),
    "only for the types": (
        "floors",
        {
            "smf_core/domain/planted.py": "from typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING:\n    import smf_desktop.ports\n"
        },
    ),
    "inside a function": ("floors", {"smf_core/domain/planted.py": "def late():\n    import smf_desktop.ports\n"}),
    "a noun asks what is allowed": ("rooms-core", {"smf_core/domain/planted.py": "import smf_core.policy"}),
    "a core room without a floor": ("rooms-core", {"smf_core/planted.py": ""}),
    "a presenter asks a service": (
        "rooms-desktop",
        {"smf_desktop/presenters/planted.py": "import smf_desktop.services"},
    ),
    "a desktop room without a floor": ("rooms-desktop", {"smf_desktop/planted.py": ""}),
    "the hub's store asks its service": ("rooms-hub", {"smf_hub/store/planted.py": "import smf_hub.service"}),
    "the hub at its door runs a command": ("rooms-hub", {"smf_hub/app/planted.py": "import smf_hub.commands"}),
    "a hub room without a floor": ("rooms-hub", {"smf_hub/planted.py": ""}),
    "the hub borrows from the laptop": ("hub-and-desktop", {"smf_hub/service/planted.py": "import smf_desktop.ports"}),
    "SQL in the hub's service": ("sql", {"smf_hub/service/planted.py": "import psycopg"}),
    "HTTP in the hub's service": ("http", {"smf_hub/service/planted.py": "import fastapi"}),
    "a view starts a flow": ("rooms-ui", {"ui/views/planted.py": "import ui.flows"}),
    "a ui room without a floor": ("rooms-ui", {"ui/planted.py": ""}),
    "two nouns know each other": (
        "no-circles",
        {
            "smf_core/domain/planted.py": "import smf_core.domain.planted_too",
            "smf_core/domain/planted_too.py": "import smf_core.domain.planted",
        },
    ),
    "Qt in a presenter": ("qt", {"smf_desktop/presenters/planted.py": "from PySide6.QtCore import QObject"}),
    "SQL in a service": ("sql", {"smf_desktop/services/planted.py": "from sqlalchemy import select"}),
    "SQL in a view": ("sql", {"ui/views/planted.py": "import sqlite3"}),
    "a migration tool in the records": ("sql", {"smf_core/records/planted.py": "import alembic"}),
    "the vault reaches SQLAlchemy": (
        "unlock-is-light",
        {
            "smf_desktop/security/planted.py": "import smf_core.records.planted",
            "smf_core/records/planted.py": "import sqlalchemy",
        },
    ),
    "the unlock page reaches SQLAlchemy": (
        "unlock-is-light",
        {
            "ui/views/unlock.py": "import smf_desktop.services.planted",
            "smf_desktop/services/planted.py": "import smf_core.records.planted",
            "smf_core/records/planted.py": "import sqlalchemy",
        },
    ),
    "HTTP in a service": ("http", {"smf_desktop/services/planted.py": "import httpx2"}),
    "HTTP of the standard library": ("http", {"ui/views/planted.py": "from urllib.request import urlopen"}),
    "a chart in a view": ("charts", {"ui/views/planted.py": "import matplotlib.pyplot"}),
    "a letter set by a service": ("letters", {"smf_desktop/services/planted.py": "import typst"}),
    "a service opens the store": ("adapters-by-port", {"smf_desktop/services/planted.py": "import smf_desktop.store"}),
    "a view decides what is allowed": ("ui-sees", {"ui/views/planted.py": "import smf_core.policy"}),
    "a flow writes records": ("ui-sees", {"ui/flows/planted.py": "import smf_desktop.store"}),
    "a control knows a nurse": ("controls", {"ui/widgets/planted.py": "import smf_core.domain"}),
    "a control knows a view": ("controls", {"ui/widgets/planted.py": "import ui.views"}),
    "a service reads a table": ("tables", {"smf_desktop/services/planted.py": "import smf_core.records.tables"}),
    "the product is measured from inside": ("leaves", {"smf_core/domain/planted.py": "import benchmarks"}),
    "the desktop knows the hub": ("leaves", {"smf_desktop/services/planted.py": "import smf_hub.service"}),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The contracts broken by each planting, and by "nothing"; the modules of the copy are empty, their names real."""
    copy = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in PACKAGES:
        for module in (ROOT / package).rglob("*.py"):
            empty = copy / module.relative_to(ROOT)
            empty.parent.mkdir(parents=True, exist_ok=True)
            empty.touch()
    plantings: list[dict[str, str]] = [{}, *(files for _, files in PLANTED.values())]
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("broken_contracts.py")],
        cwd=copy,
        input=json.dumps(plantings),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(["nothing", *PLANTED], json.loads(done.stdout), strict=True))


def test_an_empty_house_breaks_no_contract(broken: dict[str, list[str]]) -> None:
    assert broken["nothing"] == []


@pytest.mark.parametrize("story", PLANTED)
def test_a_forbidden_import_is_noticed(broken: dict[str, list[str]], story: str) -> None:
    contract, _ = PLANTED[story]
    assert contract in broken[story]


def test_every_contract_was_broken_once() -> None:
    written = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in written} == {contract for contract, _ in PLANTED.values()}

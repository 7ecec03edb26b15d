"""What a room may use: its libraries, and no clock, chance or identity of its own."""

import ast
import sys

import pytest

from tests.architecture.sources import PACKAGES, libraries, modules, used

COMPOSITION_ROOTS = ("smf_desktop/__main__.py", "smf_desktop/compose/computer.py", "smf_hub/__main__.py")
"""The only places where the real clock, chance and identities are taken from the system."""

OF_THE_WORLD = (
    "PySide6.QtCore.QDate.currentDate",
    "PySide6.QtCore.QDateTime.currentDateTime",
    "PySide6.QtCore.QDateTime.currentDateTimeUtc",
    "PySide6.QtCore.QRandomGenerator",
    "PySide6.QtCore.QTime.currentTime",
    "PySide6.QtCore.QUuid.createUuid",
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "os.urandom",
    "random",
    "secrets",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.perf_counter_ns",
    "time.time",
    "time.time_ns",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid_utils",
)

# What each room may import beyond the standard library and the project itself.
MAY_IMPORT: dict[str, set[str]] = {
    "smf_core/domain": set(),
    "smf_core/operations": {"msgspec"},
    "smf_core/policy": set(),
    "smf_core/measures": set(),
    "smf_core/planner": set(),
    "smf_core/records": {"msgspec", "sqlalchemy"},
    "smf_core/figures": {"sqlalchemy"},
    "ui/widgets": {"PySide6", "shiboken6"},
}
ALSO = {
    "smf_core/domain/checklist_yaml.py": {"msgspec", "yaml"},
    "smf_core/domain/checklist_file.py": {"msgspec"},
    "smf_core/domain/checklist_pieces.py": {"msgspec"},
    "smf_core/operations/requests.py": {"zstandard"},
}
"""Checklists are read by msgspec through a safe YAML loader, in the one module which knows YAML; both ends of the line
pack what they send in one way."""
FILES = {"glob", "os", "pathlib", "shutil", "tempfile"}
"""smf_core gets text and bytes, never a place on a disk."""


def world_uses(tree: ast.Module) -> list[str]:
    """Each use of the clock, of chance or of new identities, as `line: name`. `Random(seed)` is no chance."""
    found = []
    for line, name, call in used(tree):
        seeded = name == "random.Random" and (call is None or bool(call.args))
        if not seeded and any(name == banned or name.startswith(f"{banned}.") for banned in OF_THE_WORLD):
            found.append(f"{line}: {name}")
    return found


def test_time_identity_and_chance_are_arguments() -> None:
    found = {path: world_uses(tree) for path, tree in modules(*PACKAGES) if path not in COMPOSITION_ROOTS}
    assert {path: uses for path, uses in found.items() if uses} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nnow = datetime.now()",
        "import datetime as dt\nday = dt.date.today()",
        "import time\nclock = time.time",
        "from time import monotonic as steady\nsteady()",
        "def late():\n    from uuid import uuid4\n    return uuid4()",
        "import random\nrandom.choice([1])",
        "from random import Random\nRandom()",
        "import os\nos.urandom(8)",
        "from PySide6.QtCore import QDate\nQDate.currentDate()",
    ],
)
def test_a_clock_in_the_wrong_room_is_noticed(source: str) -> None:
    assert world_uses(ast.parse(source))


def test_chance_from_a_seed_is_no_chance() -> None:
    assert world_uses(ast.parse("import random\ndice: random.Random = random.Random(1)")) == []


def foreign(tree: ast.Module, allowed: set[str]) -> set[str]:
    return libraries(tree) - set(sys.stdlib_module_names) - set(PACKAGES) - allowed


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_its_libraries(room: str) -> None:
    found = {path: foreign(tree, MAY_IMPORT[room] | ALSO.get(path, set())) for path, tree in modules(room)}
    assert {path: names for path, names in found.items() if names} == {}


def test_the_core_knows_no_files() -> None:
    found = {path: libraries(tree) & FILES for path, tree in modules("smf_core")}
    assert {path: names for path, names in found.items() if names} == {}


def test_a_migration_imports_alembic_and_sqlalchemy_only() -> None:
    """A revision must mean the same for ever, so it may not lean on packages that go on changing."""
    may = {"alembic", "sqlalchemy"} | set(sys.stdlib_module_names)
    found = {path: libraries(tree) - may for path, tree in modules("migrations")}
    assert {path: names for path, names in found.items() if names} == {}


def test_a_foreign_library_is_noticed() -> None:
    assert foreign(ast.parse("def late():\n    from yaml.loader import SafeLoader"), {"msgspec"}) == {"yaml"}

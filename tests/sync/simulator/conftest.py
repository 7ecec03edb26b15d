"""Which worlds are simulated, and the empty store that all laptops begin with."""

from pathlib import Path

import pytest

from tests.sync.simulator.weeks import new_template


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, help="simulate this world alone, and tell its story")


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_template(tmp_path_factory.mktemp("simulator") / "store")

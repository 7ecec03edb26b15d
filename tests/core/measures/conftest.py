"""The libraries our own sums are compared with. Importing them takes seconds: only a test which asks for one pays."""

import importlib
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def stats() -> ModuleType:
    return importlib.import_module("scipy.stats")


@pytest.fixture(scope="session")
def lifelines() -> ModuleType:
    return importlib.import_module("lifelines")


@pytest.fixture(scope="session")
def statsmodels() -> ModuleType:
    for room in ("statsmodels.api", "statsmodels.duration.survfunc", "statsmodels.stats.rates"):
        importlib.import_module(room)
    return importlib.import_module("statsmodels")

"""The hazard log tells the truth: what it says is done has its test in the tree."""

from collections.abc import Collection
from typing import Any

import pytest
import yaml

from tests.architecture.sources import ROOT, names_of_tests

FIELDS = {"id", "hazard", "cause", "effect", "control", "test", "residual_risk", "owner", "status"}


def faults(hazards: list[dict[str, Any]], tests: Collection[str]) -> list[str]:
    """What is wrong with a hazard log, a sentence each, given the names of the tests there are."""
    found = []
    ids = [row.get("id") for row in hazards]
    found += [f"{name}: twice" for name in sorted({str(name) for name in ids if ids.count(name) > 1})]
    for row in hazards:
        name = row.get("id")
        if set(row) != FIELDS:
            found.append(f"{name}: fields {sorted(FIELDS ^ set(row))}")
            continue
        empty = [field for field in FIELDS - {"test"} if not str(row[field] or "").strip()]
        found += [f"{name}: empty {field}" for field in sorted(empty)]
        if row["status"] not in ("done", "planned"):
            found.append(f"{name}: status {row['status']}")
        if not row["test"]:
            found.append(f"{name}: no test named")
        if row["status"] == "done":
            found += [f"{name}: no such test {test}" for test in row["test"] if test not in tests]
    return found


def test_every_hazard_is_whole_and_what_is_done_is_tested() -> None:
    log = yaml.safe_load((ROOT / "docs/safety/hazards.yaml").read_text("utf-8"))
    assert faults(log["hazards"], names_of_tests()) == []


ROW = {**dict.fromkeys(FIELDS, "words"), "id": "H01", "test": ["test_there"], "status": "done"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"test": ["test_not_written"]}, ["H01: no such test test_not_written"]),
        ({"test": ["test_not_written"], "status": "planned"}, []),
        ({"test": []}, ["H01: no test named"]),
        ({"status": "nearly"}, ["H01: status nearly"]),
        ({"owner": " "}, ["H01: empty owner"]),
        ({"colour": "red"}, ["H01: fields ['colour']"]),
    ],
)
def test_a_log_that_claims_too_much_is_noticed(change: dict[str, Any], expected: list[str]) -> None:
    assert faults([{**ROW, **change}], {"test_there"}) == expected

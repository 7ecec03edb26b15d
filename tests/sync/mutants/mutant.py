"""One planted bug."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`test` is a test's file (beside this folder, or from the tests on) and its name."""

    name: str
    file: str
    old: str
    new: str
    test: str


def mutant(name: str, file: str, old: str, new: str, where: str, test: str) -> Mutant:
    folder = "tests" if "/" in where else "tests/sync"
    return Mutant(name, file, old, new, f"{folder}/{where}::{test}")

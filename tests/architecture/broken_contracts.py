"""Run in a copy of the tree: which import contracts does each planted file break?

Reads `[{"path": source, ...}, ...]` from standard input, one entry a planting, and prints a list of lists of contract
ids. A process of its own, since the packages of the copy have the names of the real ones.
"""

import json
import sys
from pathlib import Path

from importlinter import configuration
from importlinter.application import use_cases

configuration.configure()


def broken() -> list[str]:
    """The ids of the contracts which the tree in the current folder breaks."""
    options = use_cases.read_user_options("pyproject.toml")
    use_cases._register_contract_types(options)  # what the command does before it reports; it has no public name
    report = use_cases.create_report(options, cache_dir=None)
    if report.invalid_contract_options:
        raise SystemExit(f"Contracts that cannot be read: {report.invalid_contract_options}")
    ids = {contract["name"]: contract["id"] for contract in options.contracts_options}
    return [ids[contract.name] for contract, check in report.get_contracts_and_checks() if not check.kept]


def broken_by(files: dict[str, str]) -> list[str]:
    """The same, with some files planted; afterwards the tree is as it was."""
    before = {path: Path(path).read_text("utf-8") if Path(path).exists() else None for path in files}
    for path, source in files.items():
        Path(path).write_text(source, "utf-8")
    try:
        return broken()
    finally:
        for path, text in before.items():
            Path(path).unlink() if text is None else Path(path).write_text(text, "utf-8")


if __name__ == "__main__":
    sys.path.insert(0, ".")
    json.dump([broken_by(files) for files in json.load(sys.stdin)], sys.stdout)

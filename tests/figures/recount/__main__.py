"""`python -m tests.figures.recount FOLDER --from DAY --to DAY --as-of DAY [--by skill]`: every figure as JSON lines."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path

from tests.figures.recount.asking import Asked
from tests.figures.recount.figures import FIGURES, recount
from tests.figures.recount.records import read


def main() -> None:
    parser = ArgumentParser(prog="recount")
    parser.add_argument("folder", type=Path)
    for name, attribute in (("--from", "since"), ("--to", "until"), ("--as-of", "as_of")):
        parser.add_argument(name, dest=attribute, type=date.fromisoformat, required=True)
    for name in ("--team", "--skill", "--nurse", "--locality", "--by"):
        parser.add_argument(name, default="")
    said = vars(parser.parse_args())
    records, asked = read(said.pop("folder")), Asked(**said)
    for name in FIGURES:
        for part, told in sorted(recount(records, name, asked).items()):
            sys.stdout.write(json.dumps({"id": name, "part": part, **asdict(told)}) + "\n")


if __name__ == "__main__":
    main()

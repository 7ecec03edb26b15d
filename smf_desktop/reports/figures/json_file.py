"""A report as one JSON document."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from smf_desktop.reports.figures.cells import Cell
from smf_desktop.reports.figures.content import ROW_COLUMNS, Content


def write_json(path: Path, content: Content, rows: Iterable[Sequence[Cell]] | None = None) -> None:
    """The document of `contracts.md`; rows about people, where there are any, stand one by one under `rows`."""
    encoder = msgspec.json.Encoder()
    document = encoder.encode(content.document())
    with path.open("xb") as file:
        if rows is None:
            file.write(document + b"\n")
            return
        file.write(document[:-1] + b',"rows":[')
        for place, row in enumerate(rows):
            file.write((b"," if place else b"") + b"\n" + encoder.encode(dict(zip(ROW_COLUMNS, row, strict=True))))
        file.write(b"]}\n")

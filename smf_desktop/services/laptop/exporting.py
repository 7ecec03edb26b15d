"""Taking the records elsewhere: one NDJSON file per kind, in clear, whole or not at all, and audited."""

import shutil
from pathlib import Path

import msgspec

from smf_core.policy.rules import Action, require
from smf_core.records.export import export
from smf_desktop.services.auditing import note
from smf_desktop.services.session import Session
from smf_desktop.trouble import FolderTaken, StoreUnwritable


def export_records(session: Session, out: Path) -> dict[str, int]:
    """Write every record into a new folder. Answers how many rows each file holds.

    The export is noted in the audit before the first row leaves the store.
    """
    require(session.user, Action.EXPORT_RECORDS)
    if out.exists():
        raise FolderTaken
    making = out.with_name(f".{out.name}.making")
    try:
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        note(session, "export", None, "records")
        counts = _write(session, making)
        making.rename(out)
    except OSError:
        shutil.rmtree(making, ignore_errors=True)
        raise StoreUnwritable from None
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return counts


def _write(session: Session, folder: Path) -> dict[str, int]:
    encoder = msgspec.json.Encoder()
    counts = {}
    with session.read() as connection:
        for name, rows in export(connection, today=session.today()):
            written = 0
            with (folder / f"{name}.ndjson").open("wb") as file:
                for row in rows:
                    file.write(encoder.encode(row) + b"\n")
                    written += 1
            counts[name] = written
    return counts

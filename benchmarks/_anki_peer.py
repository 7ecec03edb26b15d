"""Anki's own sync, both ends, as a peer to be timed: run by a Python that has the package `anki`, not by ours.

A line that is a number has so many new notes added to one collection; one that says `sync` has them synced to a server
on this computer and from there to another collection. Each is answered by a line when it is done.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

WORDS = ("needle", "site", "rotated", "dose", "dialled", "pen", "primed", "bag", "emptied", "valve", "skin", "clean")
anki = import_module("anki.collection")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a sync server that keeps what it has in a folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = {
        "SYNC_USER1": "peer:peer",
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(port),
        "SYNC_BASE": str(folder),
        "MAX_SYNC_PAYLOAD_MEGS": "1000",
        "RUST_LOG": "error",
    }
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "-m", "anki.syncserver"], env=os.environ | said, stdout=nowhere, stderr=nowhere
    )
    try:
        for _ in range(400):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def add(collection: Any, count: int, chance: Random) -> None:
    """New notes of some 400 bytes, no two alike."""
    kind, deck = collection.models.by_name("Basic"), collection.decks.id("Default")
    asked = []
    for _ in range(count):
        note = collection.new_note(kind)
        note["Front"] = " ".join(chance.choices(WORDS, k=30))
        note["Back"] = " ".join(chance.choices(WORDS, k=35))
        asked.append(anki.AddNoteRequest(note, deck))
    collection.add_notes(asked)


def main() -> None:
    chance = Random(1)
    with tempfile.TemporaryDirectory() as place, served(Path(place, "server")) as address:
        a, b = (anki.Collection(str(Path(place, f"{name}.anki2"))) for name in "ab")
        who = a.sync_login("peer", "peer", address)

        def sync(collection: Any) -> None:
            if collection.sync_collection(who, False).required:
                raise RuntimeError("a full sync was asked for")

        a.sync_collection(who, False)
        add(a, 1, chance)
        for collection, upload in ((a, True), (b, False)):
            collection.close_for_full_sync()
            collection.full_upload_or_download(auth=who, server_usn=None, upload=upload)
            collection.reopen(after_full_sync=True)
        print(f"Anki {import_module('anki.buildinfo').version}", flush=True)
        for line in map(str.strip, sys.stdin):
            if line == "sync":
                sync(a)
                sync(b)
                if a.note_count() != b.note_count():
                    raise RuntimeError("not all has come")
            else:
                add(a, int(line), chance)
            print("done", flush=True)


if __name__ == "__main__":
    main()

"""How far the store had got, noted outside it: what tells a store that has lost entries from one that has not.

A shortened write-ahead log makes the database open cleanly in an earlier state. Beside it lies a small file with two
records, written in turn after each commit. They are not flushed to the disk, so after a power cut the file may lag
behind the store: that is harmless. Only a store behind its mark is an alarm.
"""

import contextlib
import hmac
import os
import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FILE = "high-water"
HEAD_BYTES = 32
_BODY = struct.Struct(">4sQQ32s")
_MAC_BYTES = 32
_RECORD_BYTES = _BODY.size + _MAC_BYTES
_MAGIC = b"SMF1"


class Verdict(StrEnum):
    """What the mark says of the store as it was just opened."""

    LEVEL = "level"
    AHEAD = "ahead"
    """The mark lags: usual after a power cut."""
    UNMARKED = "unmarked"
    """No mark, or none that is whole: nothing can be said."""
    BEHIND = "behind"
    """The store lacks saved entries: its log was damaged, or an earlier copy was put in its place."""
    FORKED = "forked"
    """As many entries as the mark, but other ones: an earlier copy that was written to."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The records chain as of a commit: its last number, and its head (32 bytes)."""

    seq: int
    head: bytes

    def verdict(self, seq: int, head: bytes) -> Verdict:
        if seq == self.seq:
            return Verdict.LEVEL if hmac.compare_digest(head, self.head) else Verdict.FORKED
        return Verdict.BEHIND if seq < self.seq else Verdict.AHEAD


class HighWater:
    """The mark's file, held open for writing. `mac_key`: 32 bytes derived for "high-water"; kept until `close`."""

    def __init__(self, directory: Path, mac_key: bytearray) -> None:
        self._path = directory / FILE
        self._mac_key = bytearray(mac_key)
        self._written = max((count for count, _ in self._whole_records()), default=0)
        self._handle: int | None = None

    def mark(self) -> Mark | None:
        """The newest whole record; None when there is none."""
        newest = max(self._whole_records(), key=lambda record: record[0], default=None)
        return newest[1] if newest else None

    def behind(self, seq: int, head: bytes) -> Verdict:
        """Compare the store as opened, before anything is written. After an alarm that was dealt with, `note` anew."""
        mark = self.mark()
        return mark.verdict(seq, head) if mark else Verdict.UNMARKED

    def note(self, seq: int, head: bytes) -> None:
        """After a commit. The save stands whether or not this can be written, so a full disk is no trouble here.

        The newer record is the one of the later call, not of the higher `seq`: a new replica id starts that again.
        """
        if len(head) != HEAD_BYTES:
            raise ValueError("a chain head is 32 bytes")
        self._written += 1
        body = _BODY.pack(_MAGIC, self._written, seq, head)
        with contextlib.suppress(OSError):
            if self._handle is None:
                binary = getattr(os, "O_BINARY", 0)  # only Windows has it, and without it turns \n into \r\n
                self._handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | binary, 0o600)
            os.lseek(self._handle, self._written % 2 * _RECORD_BYTES, os.SEEK_SET)
            os.write(self._handle, body + self._mac(body))

    def close(self) -> None:
        """Let go of the file and wipe the key; nothing can be noted afterwards."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        self._mac_key[:] = bytes(len(self._mac_key))

    def _whole_records(self) -> list[tuple[int, Mark]]:
        try:
            data = self._path.read_bytes()[: 2 * _RECORD_BYTES]
        except OSError:
            return []
        whole = []
        for start in (0, _RECORD_BYTES):
            body, mac = data[start : start + _BODY.size], data[start + _BODY.size : start + _RECORD_BYTES]
            if len(body) == _BODY.size and hmac.compare_digest(self._mac(body), mac):
                magic, count, seq, head = _BODY.unpack(body)
                if magic == _MAGIC:
                    whole.append((count, Mark(seq, head)))
        return whole

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._mac_key, body, "sha256")

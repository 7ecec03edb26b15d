"""One answer to a request as its bytes come, read by the parser that the hub reads requests with."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpcore2
import httptools

from smf_core.operations.hub import HubTrouble, Trouble

ANSWER_MOST = 16 * 1024 * 1024
HEAD_MOST = 100 * 1024
_LENGTHS = frozenset({"content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came, or as much of it as may be trusted to be there: nothing is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Answer:
    """An answer that is still coming. Without a body (HEAD, CONNECT) its head is all of it.

    `stays`: the line may be used for another request, once the answer `is_whole`.
    """

    def __init__(self, *, has_body: bool) -> None:
        self._has_body = has_body
        self._parser = httptools.HttpResponseParser(self)
        self._status, self._size = 0, 0
        self._headers: dict[str, str] = {}
        self._pieces: list[bytes] = []
        self.is_whole = self.stays = False

    @property
    def reply(self) -> Reply:
        return Reply(self._status, self._headers, b"".join(self._pieces))

    def take(self, data: bytes) -> None:
        """The next bytes; none when the other side has ended the line.

        Raises `HubTrouble` BAD_REPLY for too many, `httpcore2.RemoteProtocolError` for what is no answer or cut short.
        """
        if self._size > (ANSWER_MOST if self._status else HEAD_MOST):
            raise HubTrouble(Trouble.BAD_REPLY)
        self._size += len(data)
        if not data:
            if not self._status or self._headers.keys() & _LENGTHS:
                raise httpcore2.RemoteProtocolError("cut")
            self.is_whole = True
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            raise httpcore2.RemoteProtocolError("answer") from None

    # --- what the parser tells -------------------------------------------------------------------

    def on_message_begin(self) -> None:
        if self.is_whole:
            raise httpcore2.RemoteProtocolError("more than one")
        self._headers = {}

    def on_header(self, name: bytes, value: bytes) -> None:
        """Of a header that comes twice the last counts."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The answer follows what only says that it is being worked on."""
        status = self._parser.get_status_code()
        if status >= 200:
            self._status, self.stays = status, self._parser.should_keep_alive()
            self.is_whole = not self._has_body

    def on_body(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self.stays = self.stays and self._has_body

    def on_message_complete(self) -> None:
        self.is_whole = bool(self._status)

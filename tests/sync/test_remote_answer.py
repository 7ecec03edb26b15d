"""An answer as its bytes come: what a server may say, however it is cut, and what it may not."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore2
import pytest

from smf_core.operations.hub import HubTrouble, Trouble
from smf_desktop.remote.answer import ANSWER_MOST, HEAD_MOST, Answer, Reply
from smf_desktop.remote.line import Line

PLAIN = b"HTTP/1.1 200 OK\r\nSMF-Hub: key\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
TO_THE_END = b"HTTP/1.1 502 Bad Gateway\r\n\r\nhello"
FIRST_WORDS = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"


def taken(*pieces: bytes, has_body: bool = True) -> Answer:
    answer = Answer(has_body=has_body)
    for piece in pieces:
        answer.take(piece)
    return answer


@pytest.mark.parametrize("said", [PLAIN, CHUNKED, FIRST_WORDS + PLAIN, EMPTY], ids=["plain", "chunks", "103", "204"])
def test_an_answer_is_the_same_whole_or_byte_by_byte(said: bytes) -> None:
    whole, slowly = taken(said), taken(*(bytes([each]) for each in said))
    assert whole.is_whole
    assert slowly.is_whole
    assert whole.stays
    assert slowly.stays
    assert whole.reply == slowly.reply
    assert whole.reply.body == (b"" if said is EMPTY else b"hello")
    assert "link" not in whole.reply.headers
    assert not any(taken(*(bytes([each]) for each in said[:n])).is_whole for n in range(len(said)))


def test_what_says_no_length_ends_with_its_line_and_nothing_else_does() -> None:
    assert not taken(TO_THE_END).is_whole
    answer = taken(TO_THE_END, b"")
    assert answer.is_whole
    assert not answer.stays
    assert answer.reply == Reply(502, {}, b"hello")
    for cut in (PLAIN[:-1], CHUNKED[:-2], b"HTTP/1.1 200 OK\r\n", FIRST_WORDS, b""):
        with pytest.raises(httpcore2.RemoteProtocolError):
            taken(*([cut] if cut else []), b"")


def test_the_answer_to_head_is_its_head_and_a_body_all_the_same_ends_the_line() -> None:
    head = PLAIN.removesuffix(b"hello")
    answer = taken(head, has_body=False)
    assert answer.is_whole
    assert answer.stays
    assert answer.reply.headers["smf-hub"] == "key"
    answer.take(b"hello")
    assert not answer.stays


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        PLAIN + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        PLAIN.replace(b"5\r\n\r\n", b"5\r\nContent-Length: 3\r\n\r\n"),
        PLAIN.replace(b"Content-Length", b"Transfer-Encoding: chunked\r\nContent-Length"),
        PLAIN.replace(b"key", b"ke\x00y"),
        PLAIN.replace(b"5\r\n", b"-5\r\n"),
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
)
def test_what_is_no_single_answer_is_refused(said: bytes) -> None:
    with pytest.raises(httpcore2.RemoteProtocolError):
        taken(said)


def test_nobody_makes_a_laptop_hold_more_than_an_answer_may_be() -> None:
    piece = b"x" * 64 * 1024
    with pytest.raises(HubTrouble) as of_head:
        taken(b"HTTP/1.1 200 OK\r\nX: ", *[piece] * (HEAD_MOST // len(piece) + 2))
    with pytest.raises(HubTrouble) as of_body:
        taken(b"HTTP/1.1 200 OK\r\n\r\n", *[piece] * (ANSWER_MOST // len(piece) + 2))
    assert of_head.value.why is of_body.value.why is Trouble.BAD_REPLY


# --- over a line ---------------------------------------------------------------------------------


@contextmanager
def answering(*answers: bytes, ends: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives these answers one after the other; `ends`: it ends the line after each. And what it heard."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            left = list(answers)
            while left:
                made, _ = listening.accept()
                with made:
                    while left and (said := made.recv(65536)):
                        heard.append(said)
                        made.sendall(left.pop(0))
                        if ends:
                            break

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", heard


@pytest.mark.parametrize("ends", [False, True])
def test_a_line_is_kept_for_the_next_request_unless_the_other_side_ends_it(ends: bool) -> None:
    with answering(PLAIN, PLAIN, ends=ends) as (url, heard):
        line = Line(url, steady=time.monotonic)
        for _ in range(2):
            assert line.ask("POST", "/v1/x", {"smf-device": "d"}, b"body").body == b"hello"
            if ends:
                time.sleep(0.05)  # until the end of the line has come
        line.close()
    host = url.removeprefix("http://")
    assert (
        heard
        == [
            f"POST /v1/x HTTP/1.1\r\nhost: {host}\r\naccept-encoding: zstd\r\nuser-agent: smf\r\nsmf-device: d\r\n"
            "content-length: 4\r\n\r\nbody".encode()
        ]
        * 2
    )


@pytest.mark.parametrize("token", ["a\r\nx: y", "a\nb", "a\x00", "Ä"])
def test_what_a_hub_gave_as_a_token_says_nothing_of_its_own_in_the_next_request(token: str) -> None:
    line = Line("http://127.0.0.1:1", steady=time.monotonic)  # nobody is there: it is not even tried
    with pytest.raises(HubTrouble) as caught:
        line.ask("GET", "/v1/x", {"authorization": f"Bearer {token}"}, b"")
    assert caught.value.why is Trouble.BAD_REPLY


def test_a_line_that_was_closed_is_not_opened_again() -> None:
    """A lock closes it while an exchange asks: what is asked next must not reach the hub, nor leave a socket behind."""
    with answering(PLAIN, PLAIN) as (url, heard):
        line = Line(url, steady=time.monotonic)
        line.ask("GET", "/v1/x", {}, b"")
        line.close()
        with pytest.raises(HubTrouble) as why:
            line.ask("GET", "/v1/x", {}, b"")
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as last:
            last.sendall(b"the one answer that is left")
            assert last.recv(65536) == PLAIN
    assert why.value.why is Trouble.UNREACHABLE
    assert [each.split()[0] for each in heard] == [b"GET", b"the"]

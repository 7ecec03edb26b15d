"""The hub as a laptop reaches it over real sockets: what is cut, altered, made up or slow is known for what it is."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256

import httpx2
import pytest

from smf_core.operations.change_set import CHAIN_START, ChangeSet, Item, write_change_set
from smf_core.operations.clock import Stamp
from smf_core.operations.enrolment import Enrol, fingerprint
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import START, DraftNote, Outcome, Pull, Push
from smf_desktop.remote.hub import RemoteHub, enrol
from smf_desktop.remote.line import Patience
from tests.support.proxies import Fault, Line, bad_line
from tests.support.receptions import DEVICE, TEAM, USER, BehindOfPaper, Chance, Watch, hello, remote, served


@pytest.fixture
def behind() -> BehindOfPaper:
    return BehindOfPaper(Watch(), Chance("hub"))


@pytest.fixture
def url(behind: BehindOfPaper) -> Iterator[str]:
    with served(behind) as url:
        yield url


@pytest.fixture
def line(url: str) -> Iterator[Line]:
    with bad_line(url) as line:
        yield line


@pytest.fixture
def hub(url: str, behind: BehindOfPaper) -> Iterator[RemoteHub]:
    with remote(url, behind) as hub:
        hub.hello(hello())
        yield hub


def work(count: int, *, text: str = "Dressing changed.") -> list[ChangeSet]:
    return [
        write_change_set(
            cs_id=f"cs-{n}",
            replica_id="replica",
            seq=n,
            stamp=Stamp(1_000 + n, 0),
            author=USER,
            patient_id="p",
            care_time=datetime(2026, 11, 23, 7, 0, tzinfo=UTC),
            items=[Item(entity="visit", entity_id=f"v{n}", kind="visit.noted", payload={"text": f"{n} {text}"})],
        )
        for n in range(1, count + 1)
    ]


def said(count: int) -> Push:
    return Push(
        replica="replica", from_seq=1, to_seq=count, chain_before=CHAIN_START, chain_after=CHAIN_START, signature=b"s"
    )


def trouble(act: Callable[[], object]) -> HubTrouble:
    with pytest.raises(HubTrouble) as caught:
        act()
    return caught.value


def test_everything_a_laptop_says_arrives_and_comes_back(hub: RemoteHub, behind: BehindOfPaper) -> None:
    sent = work(30)
    assert hub.push(said(30), sent).runs[0].last == 30
    page, entries = hub.pull(Pull(feed="service", after=START))
    assert list(entries) == sent
    assert [each.body_bytes for each in entries if isinstance(each, ChangeSet)] == [each.body_bytes for each in sent]
    assert page.last == 30
    placed, theirs = hub.patient("team:x", "p", 0, 30)
    assert list(theirs) == sent
    assert len(placed.seqs) == 30
    assert hub.scope(f"team:{TEAM}").people == ("p",)


def test_drafts_and_documents_travel_as_they_are(hub: RemoteHub) -> None:
    slot = f"{USER}/visit note/p 1"
    note = DraftNote(slot=slot, author=USER, page="visit", patient="p", saved_at="2026-11-23T08:00:00Z", device=DEVICE)
    sealed = bytes(range(256)) * 40
    hub.keep_draft(slot, note, sealed)
    assert list(hub.drafts()) == [note]
    assert hub.draft(slot, "on leave & away") == sealed
    hub.drop_draft(slot)
    assert hub.drafts() == ()
    digest = "ab" * 32
    hub.put_blob(digest, 0, sealed)
    hub.put_blob(digest, 262144, b"\n\n")
    assert hub.blob_ranges(digest) == ((0, 10240), (262144, 262146))
    hub.commit_blob(digest, 262146)
    assert hub.blob_ranges(digest) is None
    assert hub.blob(digest, 262144) == b"\n\n"
    assert hub.blob(digest, 262146) == b""


def test_a_hub_is_believed_the_first_time_and_shows_its_fingerprint(url: str, behind: BehindOfPaper) -> None:
    asked = Enrol(code="RIGHT", username="nurse", device_name="laptop", key=b"k" * 32, store="store")
    told = enrol(url, asked, clock=behind.clock, random=Chance("join"))
    assert told.hub_key == behind.public_key
    text = fingerprint(told.hub_key)
    assert text.replace(" ", "") == sha256(behind.public_key).hexdigest()[:12].upper()
    assert [len(part) for part in text.split(" ")] == [4, 4, 4]
    wrong = Enrol(code="WRONG", username="nurse", device_name="laptop", key=b"k" * 32, store="store")
    assert trouble(lambda: enrol(url, wrong, clock=behind.clock, random=Chance("x"))).why is Trouble.CODE


def test_a_laptop_whose_clock_is_years_off_signs_once_more(url: str, behind: BehindOfPaper) -> None:
    wrong = Watch()
    wrong.forward(-10 * 365 * 86400)
    with remote(url, behind, clock=wrong) as hub:
        hub.hello(hello())
        hub.pull(Pull(feed="service", after=START))
    assert behind.shelf.calls == ["hello"]


def test_F26_a_token_that_runs_out_is_told_and_a_hello_mends_it(hub: RemoteHub, behind: BehindOfPaper) -> None:
    behind.tokens.clear()
    assert trouble(lambda: hub.push(said(1), work(1))).why is Trouble.HELLO_DUE
    assert trouble(lambda: hub.pull(Pull(feed="service", after=START))).why is Trouble.HELLO_DUE
    assert trouble(lambda: hub.blob_ranges("ab" * 32)).why is Trouble.HELLO_DUE
    assert trouble(lambda: hub.put_blob("ab" * 32, 0, b"x")).why is Trouble.HELLO_DUE
    assert behind.shelf.change_sets == {}
    assert behind.shelf.pieces == {}
    hub.hello(hello())
    assert hub.push(said(1), work(1)).runs[0].last == 1


@pytest.mark.parametrize(
    ("fault", "at", "arrived"),
    [
        (Fault.CUT_BEFORE_SEND, 0, False),
        (Fault.CUT_REQUEST, 40, False),
        (Fault.CUT_REQUEST, 700, False),
        (Fault.CUT_BEFORE_REPLY, 0, True),
        (Fault.CUT_REPLY, 30, True),
        (Fault.CUT_REPLY, 0, True),
    ],
)
def test_F38_a_cut_anywhere_loses_and_doubles_nothing(
    line: Line, behind: BehindOfPaper, fault: Fault, at: int, arrived: bool
) -> None:
    with remote(line.url, behind) as hub:
        hub.hello(hello())
        line.break_(fault, at=at, times=1)
        assert trouble(lambda: hub.push(said(20), work(20))).why is Trouble.UNREACHABLE
        assert bool(behind.shelf.change_sets) is arrived
        again = hub.push(said(20), work(20))
        assert len(behind.shelf.change_sets) == 20
        assert [each.outcome for each in again.exceptions] == ([Outcome.DUPLICATE] * 20 if arrived else [])


@pytest.mark.parametrize("fault", [Fault.SHORTEN_REPLY, Fault.ALTER_REPLY, Fault.REWORD_REPLY])
def test_F39_a_reply_shortened_or_altered_is_dropped_whole(line: Line, behind: BehindOfPaper, fault: Fault) -> None:
    with remote(line.url, behind) as hub:
        hub.hello(hello())
        hub.push(said(20), work(20))
        line.break_(fault, times=2)
        assert trouble(lambda: hub.pull(Pull(feed="service", after=START))).why is Trouble.BAD_REPLY
        assert trouble(lambda: hub.scope(f"team:{TEAM}")).why is Trouble.BAD_REPLY
        page, entries = hub.pull(Pull(feed="service", after=START))
        assert len(entries) == page.last == 20


def test_reg_B06_a_page_that_somebody_took_a_change_set_out_of_is_dropped(line: Line, behind: BehindOfPaper) -> None:
    with remote(line.url, behind) as hub:
        hub.hello(hello())
        hub.push(said(20), work(20))
        line.break_(Fault.FEWER_LINES, times=1)
        assert trouble(lambda: hub.pull(Pull(feed="service", after=START))).why is Trouble.BAD_REPLY
        assert len(hub.pull(Pull(feed="service", after=START))[1]) == 20


def test_F40_a_request_that_comes_twice_has_no_effect_the_second_time(line: Line, behind: BehindOfPaper) -> None:
    with remote(line.url, behind) as hub:
        hub.hello(hello())
        line.break_(Fault.TWICE)
        assert hub.push(said(20), work(20)).exceptions == ()
    assert behind.shelf.calls == ["hello", "push"]


@pytest.mark.parametrize("fault", [Fault.HALF_OPEN, Fault.DRIP])
def test_F42_a_line_that_gives_nothing_or_a_byte_at_a_time_is_given_up(
    line: Line, behind: BehindOfPaper, fault: Fault
) -> None:
    patience = Patience(connect=0.5, write=0.5, read=0.3, whole=0.6)
    with remote(line.url, behind, patience=patience) as hub:
        hub.hello(hello())
        line.break_(fault, times=1)
        before = behind.clock.steady()
        assert trouble(lambda: hub.scope(f"team:{TEAM}")).why is Trouble.UNREACHABLE
        assert behind.clock.steady() - before < 2
        assert hub.scope(f"team:{TEAM}").people == ("p",)


def test_F43_a_page_that_a_wifi_makes_up_is_no_hub(line: Line, behind: BehindOfPaper) -> None:
    with remote(line.url, behind) as hub:
        line.break_(Fault.PORTAL)
        assert trouble(lambda: hub.hello(hello())).why is Trouble.NOT_A_HUB
        assert trouble(lambda: hub.blob_ranges("ab" * 32)).why is Trouble.NOT_A_HUB
        asked = Enrol(code="RIGHT", username="nurse", device_name="laptop", key=b"k" * 32, store="store")
        joined = trouble(lambda: enrol(line.url, asked, clock=behind.clock, random=Chance("join")))
        assert joined.why is Trouble.NOT_A_HUB


def test_F45_another_hub_at_the_address_is_not_ours(url: str, behind: BehindOfPaper) -> None:
    ours = BehindOfPaper(Watch(), Chance("our hub"))
    with remote(url, behind, hub_key=ours.public_key) as hub:
        assert trouble(lambda: hub.hello(hello())).why is Trouble.OTHER_HUB
        assert hub.token == ""


@pytest.mark.parametrize(
    ("status", "headers", "why", "detail"),
    [
        (503, {"retry-after": "7"}, Trouble.BUSY, {"retry_after": 7}),
        (429, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, Trouble.BUSY, {}),
        (413, {}, Trouble.TOO_LARGE, {}),
        (502, {}, Trouble.UNREACHABLE, {}),
        (504, {}, Trouble.UNREACHABLE, {}),
        (200, {}, Trouble.NOT_A_HUB, {}),
        (302, {"location": "https://portal.example.org"}, Trouble.NOT_A_HUB, {}),
        (401, {"content-type": "application/problem+json"}, Trouble.NOT_A_HUB, {}),
        (500, {}, Trouble.NOT_A_HUB, {}),
    ],
)
def test_F46_of_what_no_hub_signed_only_waiting_and_sending_less_is_believed(
    behind: BehindOfPaper, status: int, headers: dict[str, str], why: Trouble, detail: dict[str, int]
) -> None:
    asked: list[str] = []

    def proxy(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(status, headers=headers, content=b'{"code":"revoked"}')

    with remote("https://hub.example.org", behind, transport=httpx2.MockTransport(proxy)) as hub:
        told = trouble(lambda: hub.hello(hello()))
    assert (told.why, told.detail) == (why, detail)
    assert asked == ["https://hub.example.org/v1/sync/hello"]


def test_nothing_is_sent_in_the_clear_beyond_this_computer(behind: BehindOfPaper) -> None:
    for address, why in (
        ("http://hub.example.org:8443", Trouble.CERTIFICATE),
        ("http://127.0.0.1.example.org", Trouble.CERTIFICATE),
        ("ftp://127.0.0.1", Trouble.NOT_A_HUB),
        ("hub", Trouble.NOT_A_HUB),
        ("", Trouble.NOT_A_HUB),
    ):
        with pytest.raises(HubTrouble) as caught, remote(address, behind):
            pass
        assert caught.value.why is why


def test_a_hub_that_is_not_there_is_unreachable(behind: BehindOfPaper) -> None:
    with served(behind) as url:
        pass
    with remote(url, behind) as hub:
        assert trouble(lambda: hub.hello(hello())).why is Trouble.UNREACHABLE


def test_more_than_a_request_may_hold_is_not_even_sent(hub: RemoteHub, behind: BehindOfPaper) -> None:
    big = work(60, text="Pressure areas checked. " * 2500)
    assert trouble(lambda: hub.push(said(60), big)).detail == {"max_bytes": 2 * 1024 * 1024}
    assert behind.shelf.calls == ["hello"]


def test_the_http_library_is_not_loaded_before_a_line_is_needed() -> None:
    seen = "import sys, smf_desktop.remote.hub; print({'httpx2', 'httpcore2', 'truststore'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"

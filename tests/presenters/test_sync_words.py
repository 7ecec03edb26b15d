"""The exchange in words: the status bar, troubles, the clock, and two people's words in one note."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from smf_core.domain.joined_text import added, joined
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import LaptopNote
from smf_core.policy.sending import Refusal
from smf_desktop.ports import OnTheWay, Saved, SentForReview
from smf_desktop.presenters.messages.sync import HUB
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.presenters.patient.saved import refusal_words
from smf_desktop.presenters.sync.centre import NOTHING_WAITS, centre_rows
from smf_desktop.presenters.sync.facts import Centre, Link, Progress, Result, Stage, SyncState
from smf_desktop.presenters.sync.held import laptop_rows, late_words, reconciled
from smf_desktop.presenters.sync.status import announced, clock_words, progress_words, span, status_row, told

NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)


def test_every_trouble_has_words_that_say_nothing_is_lost() -> None:
    assert set(HUB) == set(Trouble)
    for why in Trouble:
        words = words_for(HubTrouble(why))
        assert words is not OUR_FAULT
        assert words.happened.endswith(".")
        safe = ("othing", "by itself", "review", "still sent")
        assert any(part in words.do for part in safe), words
        assert "!" not in str(words)


def test_every_reason_to_send_for_review_has_words() -> None:
    for refusal in Refusal:
        assert refusal_words(refusal.value) != refusal_words("something new"), refusal


def test_the_bar_says_where_the_work_is() -> None:
    off = status_row(SyncState(Link.OFFLINE, waiting=5, since=NOON.replace(hour=8, minute=41)))
    assert (off.dot, off.strong, off.words) == ("warn-fill", "Offline", "since 08:41")
    assert off.waiting == "5 changes saved on this laptop, waiting to sync"
    assert off.spoken == "Offline since 08:41. 5 changes waiting on this laptop"
    on = status_row(SyncState(Link.CONNECTED, last=Result(NOON, whole=True)))
    assert (on.dot, on.strong, on.waiting) == ("ok-fill", "Connected", "Everything is at the hub")
    assert on.last == "Last sync 17-Nov-2026 12:00"
    busy = status_row(SyncState(Link.SYNCING, waiting=1, progress=Progress(Stage.SENDING, 5, 12)))
    assert (busy.strong, busy.words) == ("Syncing", "sending 5 of 12")


def test_offline_since_another_day_has_its_date() -> None:
    state = SyncState(Link.OFFLINE, since=NOON)
    assert status_row(state, NOON).words == "since 12:00"
    assert status_row(state, NOON + timedelta(days=1)).words == "since 17-Nov-2026 12:00"


@pytest.mark.parametrize(
    ("minutes", "dot", "strong", "last"),
    [
        (0, "ok-fill", "Connected", ""),
        (10, "ok-fill", "Connected", ""),
        (11, "warn-fill", "Last at the hub 11 minutes ago", ""),
        (185, "warn-fill", "Last at the hub 3 hours ago", ", 3 hours ago"),
        (3 * 24 * 60, "warn-fill", "Last at the hub 3 days ago", ", 3 days ago"),
        (-90, "ok-fill", "Connected", ""),
    ],
)
def test_connected_is_said_only_as_long_as_it_was_so_a_short_while_ago(
    minutes: int, dot: str, strong: str, last: str
) -> None:
    row = status_row(SyncState(Link.CONNECTED, last=Result(NOON, whole=True)), NOON + timedelta(minutes=minutes))
    assert (row.dot, row.strong, row.last) == (dot, strong, f"Last sync 17-Nov-2026 12:00{last}")
    assert row.spoken == strong


def test_while_offline_or_syncing_the_last_sync_says_how_old_it_is() -> None:
    later = NOON + timedelta(hours=26)
    for link in (Link.OFFLINE, Link.SYNCING, Link.TROUBLE):
        row = status_row(
            SyncState(link, last=Result(NOON), trouble=HUB[Trouble.BUSY] if link is Link.TROUBLE else None), later
        )
        assert row.last == "Last sync 17-Nov-2026 12:00, 1 day ago"
        assert row.strong in ("Offline", "Syncing", "Not synced")


def test_a_first_sync_that_stopped_is_told_in_the_centre_and_not_while_it_runs() -> None:
    state = SyncState(Link.OFFLINE, complete=False)
    said = told(state)
    assert said is not None
    assert said.happened == "Not everything has come from the hub yet."
    assert told(replace(state, link=Link.SYNCING)) is None
    assert told(replace(state, complete=True)) is None


def test_a_first_sync_that_goes_on_is_said_instead_of_the_last() -> None:
    assert status_row(SyncState(Link.OFFLINE, last=Result(NOON), complete=False)).last == "First sync not finished"


def test_what_waits_for_a_lead_is_said_beside_everything_else() -> None:
    held = SyncState(Link.CONNECTED, last=Result(NOON, whole=True), held=2)
    assert status_row(held).waiting == "Everything is at the hub, 2 sent for review"


def test_P15_all_sent_is_said_only_when_the_hub_has_confirmed_it_and_both_hold_the_same() -> None:
    assert status_row(SyncState(Link.CONNECTED)).waiting == ""
    assert status_row(SyncState(Link.CONNECTED, last=Result(NOON, whole=False))).waiting == ""
    assert "1 change saved" in status_row(SyncState(Link.CONNECTED, 1, last=Result(NOON, whole=True))).waiting
    behind = SyncState(Link.CONNECTED, 2, last=Result(NOON, whole=True), drafts=1, documents=2)
    assert status_row(behind).waiting == (
        "2 changes saved on this laptop, waiting to sync, and 1 draft and 2 documents"
    )


@pytest.mark.parametrize("trouble", list(Trouble))
def test_a_trouble_is_amber_and_a_word_never_red(trouble: Trouble) -> None:
    row = status_row(SyncState(Link.TROUBLE, trouble=HUB[trouble]))
    assert (row.dot, row.strong) == ("warn-fill", "Not synced")
    assert row.tip == str(HUB[trouble])


def test_going_and_coming_back_are_announced_once() -> None:
    on, off = SyncState(Link.CONNECTED), SyncState(Link.OFFLINE, waiting=5)
    assert announced(on, off) == "Offline. Keep working"
    assert announced(off, off) == ""
    assert announced(off, SyncState(Link.SYNCING, waiting=5)) == "Connected. Syncing 5 changes"
    assert announced(SyncState(Link.SYNCING, waiting=5), on) == ""


def test_B13_F48_a_clock_that_is_wrong_is_told_in_plain_words() -> None:
    assert clock_words(4 * 60_000) is None
    late = clock_words(130 * 60_000)
    assert late is not None
    assert late.happened == "The clock of this laptop is 2 hours 10 minutes behind the hub's."
    early = clock_words(-3 * 525_600 * 60_000)
    assert early is not None
    assert early.happened == "The clock of this laptop is 3 years ahead of the hub's."


def test_three_syncs_that_leave_both_sides_different_are_told_and_two_are_not() -> None:
    twice, often = (SyncState(Link.CONNECTED, last=Result(NOON, differed=count)) for count in (2, 3))
    assert told(twice) is None
    said = told(often)
    assert said is not None
    assert said.happened == "This laptop and the hub have not held the same after 3 syncs."
    assert status_row(often).waiting == ""


@given(st.integers(min_value=0, max_value=10**13))
def test_a_span_of_time_is_never_empty(ms: int) -> None:
    assert span(ms)


def test_progress_counts_where_a_count_is_known() -> None:
    assert progress_words(Progress(Stage.FETCHING, 200, 1000)) == "fetching 200 of 1000"
    assert progress_words(Progress(Stage.CHECKING)) == "checking"


def test_figures_that_agree_are_said_side_by_side() -> None:
    assert reconciled(148, 148) == ("This laptop 148 signed visits, hub 148", "ok")
    assert reconciled(148, 150)[1] == "warn"
    assert "needs a connection" in reconciled(148, None)[0]


def saves(number: int) -> tuple[Saved, ...]:
    at = datetime(2026, 11, 17, 17, 5, tzinfo=UTC)
    kinds = frozenset({("visit", "signed")})
    return tuple(Saved(str(each), "n", f"p{each}", at, kinds, sent_at=at) for each in range(number))


def test_what_is_not_listed_is_counted_and_never_taken_for_all_there_is() -> None:
    way = OnTheWay(joined=True, unsent=310, waiting=saves(200), sent=saves(200), sent_count=1431, sent_joining=2)
    rows = centre_rows(Centre((), way), UTC)
    assert (len(rows.sent.lines), rows.sent.count) == (40, 1431)
    assert rows.sent.words == "Newest 40 of 1431 listed. 2 saves went as this laptop joined."
    assert (len(rows.waiting.lines), rows.waiting.count) == (40, 310)
    assert rows.waiting.words == "270 more saves wait, not listed."


def test_an_empty_list_says_what_is_true() -> None:
    empty = OnTheWay(joined=True, unsent=0)
    rows = centre_rows(Centre((), empty), UTC)
    assert (rows.waiting.words, rows.sent.words, rows.held.words) == (NOTHING_WAITS, "Nothing sent today.", "")
    joining = centre_rows(Centre((), replace(empty, sent_joining=1)), UTC)
    assert joining.sent.words == "1 save went as this laptop joined."


def laptop(name: str, *, seen: str | None, unsent: int = 0, drafts: int = 0) -> LaptopNote:
    return LaptopNote(device=name, name=name, users=("Priya Nair",), last_seen=seen, unsent=unsent, drafts=drafts)


def test_a_lead_sees_the_laptop_that_was_away_for_a_week_first_then_what_has_something_left() -> None:
    seen, gone = "2026-11-17T12:00:00+00:00", "2026-11-10T11:00:00+00:00"
    found = (laptop("A", seen=seen), laptop("B", seen=None, unsent=3, drafts=1), laptop("C", seen=gone))
    rows = laptop_rows(found, datetime(2026, 11, 17, 13, tzinfo=UTC))
    assert [(row.name, row.left, row.seen, row.warn) for row in rows] == [
        ("C", "Nothing", "10-Nov-2026 11:00, 7 days ago", True),
        ("B", "3 changes and 1 draft", "Not yet", False),
        ("A", "Nothing", "17-Nov-2026 12:00", False),
    ]
    assert {row.users for row in rows} == {"Priya Nair"}
    assert late_words(found, datetime(2026, 11, 17, 13, tzinfo=UTC)) == (
        "C has not been at the hub for a week. Ask Priya Nair before taking it out of use."
    )
    assert late_words(found[:2], datetime(2026, 11, 17, 13, tzinfo=UTC)) == ""


def test_a_laptop_that_was_never_at_the_hub_may_have_anything_and_one_that_is_out_of_use_comes_last() -> None:
    never, gone = laptop("N", seen=None), laptop("R", seen="2026-08-28T12:00:00+00:00", unsent=2)
    gone = structs.replace(gone, revoked=True, orders=("wipe",))
    rows = laptop_rows((gone, never), datetime(2026, 11, 17, 13, tzinfo=UTC))
    assert [(row.name, row.left, row.warn) for row in rows] == [
        ("N", "Not known", False),
        ("R · Taken out of use · To be wiped", "2 changes", False),
    ]


# --- two people's words in one -------------------------------------------------------------------

DOG = "Key safe by the back door. Dog is friendly."
RING = "Key safe by the back door. Ring first, she is hard of hearing."


def test_both_notes_in_one_say_what_is_shared_once() -> None:
    assert joined((DOG, RING)) == "Key safe by the back door. Dog is friendly. Ring first, she is hard of hearing."
    ((begin, length),) = added(DOG, (RING,))
    assert DOG[begin : begin + length] == "Dog is friendly."


def test_a_number_with_a_point_stays_whole() -> None:
    assert joined(("Pump at 4.5 ml. Dog.", "Pump at 4.5 ml. Cat.")) == "Pump at 4.5 ml. Dog. Cat."


words = st.text(alphabet="ab .!?\n", max_size=40)


@given(st.lists(words, min_size=1, max_size=3))
def test_joined_text_holds_every_sentence_of_each(texts: list[str]) -> None:
    whole = joined(texts)
    for text in texts:
        assert added(text, (whole,)) == ()


@given(words)
def test_a_text_joined_with_itself_adds_nothing(text: str) -> None:
    assert added(joined((text, text)), (text,)) == ()


@pytest.mark.parametrize(("me", "said"), [("ann", ""), ("bea", " · by Ann Wolf")])
def test_work_of_a_colleague_that_is_sent_for_review_says_whose_it_is(me: str, said: str) -> None:
    """A laptop gives back to a restored hub what others wrote, too: it is not its own."""
    saved = Saved("1", "ann", None, NOON, frozenset({("call", "made")}))
    way = OnTheWay(joined=True, unsent=0, reviews=(SentForReview(saved, "other_laptop", NOON, "waiting"),))
    [row] = centre_rows(Centre((), way, names={"ann": "Ann Wolf"}, me=me), UTC).held.lines
    assert row.what == f"Sent for review: telephone call{said} · The writer may not work on that laptop"

"""The exchange in the status bar: a dot with a word, what waits, when it last worked; and what is announced."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from smf_desktop.presenters.days import clock, day
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.messages.words import Words
from smf_desktop.presenters.sync.facts import Link, Progress, Stage, SyncState
from smf_desktop.presenters.unlock import NOT_CONNECTED

CLOCK_OFF_MS = 5 * 60 * 1000
"""A clock that differs by more is told: times in the record would be wrong."""

DIFFERED_OFTEN = 3
"""Once may be a cut or a restore; so often in a row is told."""

SILENT = timedelta(minutes=10)
"""Laptops exchange every five minutes: one whose last exchange is older does not know whether the hub answers."""

CENTRE = "Opens the sync centre"
ALL_SENT = "Everything is at the hub"
NOT_FINISHED = "First sync not finished"


FIRST_NOT_WHOLE = Words(
    "Not everything has come from the hub yet.",
    "Sync now goes on where it stopped. Until then people and figures may be missing here.",
)


@dataclass(frozen=True, slots=True)
class StatusRow:
    """The parts of the bar. `dot` is a token; `strong` stands in bold; `spoken` is what a screen reader says."""

    dot: str
    strong: str
    words: str
    waiting: str
    last: str
    tip: str
    spoken: str


STAGES = {
    Stage.GREETING: "asking the hub",
    Stage.SENDING: "sending",
    Stage.FETCHING: "fetching",
    Stage.FILLING: "fetching people's records",
    Stage.CHECKING: "checking",
    Stage.DRAFTS: "keeping drafts safe",
    Stage.DOCUMENTS: "documents",
}


def changes(count: int) -> str:
    """`5 changes saved on this laptop, waiting to sync`."""
    return f"{counted(count, 'change')} saved on this laptop, waiting to sync" if count else ""


def beside(drafts: int, documents: int) -> str:
    """`1 draft and 2 documents`: what follows the records; "" where the hub has it all."""
    parts = ((drafts, "draft"), (documents, "document"))
    return " and ".join(counted(number, word) for number, word in parts if number)


def _waits(state: SyncState) -> str:
    """What the hub does not have yet. All of it is there only when records, drafts and documents are."""
    saves, others = changes(state.waiting), beside(state.drafts, state.documents)
    if saves:
        return f"{saves}, and {others}" if others else saves
    if others:
        return f"{others[:1].upper()}{others[1:]} on this laptop, not at the hub yet"
    if state.last is None or not state.last.whole:
        return ""
    return f"{ALL_SENT}, {state.held} sent for review" if state.held else ALL_SENT


def status_row(state: SyncState, now: datetime | None = None) -> StatusRow:
    """What the bar says `now`: a time of another day has its date, and what is old says how old."""
    dot, strong, words = _link(state, now)
    if state.link is Link.NO_HUB:
        waiting, tip = "", "This store has not joined a hub"
    else:
        waiting = _waits(state)
        tip = str(state.trouble or CENTRE)
    last = f"Last sync {moment(state.last.at)}" if state.last is not None else ""
    if state.last is not None and now is not None and now - state.last.at >= timedelta(hours=1):
        last = f"{last}, {age(state.last.at, now)} ago"
    if not state.complete:
        last = NOT_FINISHED
    spoken = f"{strong} {words}".strip()
    if state.waiting and state.link is not Link.NO_HUB:
        spoken = f"{spoken}. {counted(state.waiting, 'change')} waiting on this laptop"
    return StatusRow(dot, strong, words, waiting, last, tip, spoken)


def _link(state: SyncState, now: datetime | None) -> tuple[str, str, str]:
    match state.link:
        case Link.NO_HUB:
            return "line-strong", "", NOT_CONNECTED
        case Link.OFFLINE:
            return "warn-fill", "Offline", _since(state.since, now)
        case Link.CONNECTED if state.last is not None and now is not None and now - state.last.at > SILENT:
            return "warn-fill", f"Last at the hub {age(state.last.at, now)} ago", ""
        case Link.CONNECTED:
            return "ok-fill", "Connected", ""
        case Link.SYNCING:
            return "primary", "Syncing", progress_words(state.progress)
        case Link.TROUBLE:
            return "warn-fill", "Not synced", ""


def _since(since: datetime | None, now: datetime | None) -> str:
    if since is None:
        return ""
    return f"since {moment(since) if now is not None and since.date() != now.date() else clock(since)}"


def progress_words(progress: Progress | None) -> str:
    """`sending 5 of 12`."""
    if progress is None:
        return ""
    return f"{STAGES[progress.stage]} {progress.done} of {progress.of}" if progress.of else STAGES[progress.stage]


def differs_words(differed: int) -> Words | None:
    """What is told where looking through everything did not make both sides the same, so many exchanges in a row."""
    if differed < DIFFERED_OFTEN:
        return None
    return Words(
        f"This laptop and the hub have not held the same after {differed} syncs.",
        "What you saved is on this laptop. Keep working, and tell your IT desk: somebody has to look at the hub.",
    )


def told(state: SyncState) -> Words | None:
    """What somebody has to know of the exchange, the gravest first; None while all is well."""
    differed = state.last.differed if state.last is not None else 0
    first = FIRST_NOT_WHOLE if not state.complete and state.link is not Link.SYNCING else None
    return state.trouble or differs_words(differed) or clock_words(state.offset_ms) or first


def announced(before: SyncState, now: SyncState) -> str:
    """What is said aloud when the connection comes or goes; "" while it stays."""
    gone, there = (Link.OFFLINE, Link.TROUBLE), (Link.CONNECTED, Link.SYNCING)
    if now.link is Link.OFFLINE and before.link is not Link.OFFLINE:
        return "Offline. Keep working"
    if now.link in there and before.link in gone:
        return f"Connected. Syncing {counted(now.waiting, 'change')}" if now.waiting else "Connected"
    if now.link is Link.TROUBLE and now.trouble is not None and before.trouble != now.trouble:
        return now.trouble.happened
    return ""


def clock_words(offset_ms: int) -> Words | None:
    """What is told of a clock that differs from the hub's by more than five minutes."""
    if abs(offset_ms) <= CLOCK_OFF_MS:
        return None
    side = "behind" if offset_ms > 0 else "ahead of"
    return Words(
        f"The clock of this laptop is {span(abs(offset_ms))} {side} the hub's.",
        "Syncing works and nothing is lost, but times you record are wrong. Set the date and time of this laptop.",
    )


def span(ms: int) -> str:
    """`2 hours 10 minutes`: the two largest parts."""
    minutes = ms // 60_000
    parts = [(minutes // 525_600, "year"), (minutes % 525_600 // 1440, "day"), (minutes % 1440 // 60, "hour")]
    said = [counted(number, word) for number, word in (*parts, (minutes % 60, "minute")) if number]
    return " ".join(said[:2]) or "less than a minute"


def age(at: datetime, now: datetime) -> str:
    """`20 minutes`, `3 hours`, `2 days`: the largest part, at least a minute."""
    minutes = max(1, int((now - at).total_seconds() // 60))
    if minutes < 60:
        return counted(minutes, "minute")
    return counted(minutes // 60, "hour") if minutes < 24 * 60 else counted(minutes // (24 * 60), "day")


def moment(at: datetime) -> str:
    """`17-Nov-2026 17:05`."""
    return f"{day(at.date())} {clock(at)}"

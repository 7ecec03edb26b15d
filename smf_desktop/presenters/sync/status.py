"""The exchange in the status bar: a dot with a word, what waits, when it last worked; and what is announced."""

from dataclasses import dataclass
from datetime import datetime

from smf_desktop.presenters.days import clock, day
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.messages.sync import HUB
from smf_desktop.presenters.messages.words import Words
from smf_desktop.presenters.sync.facts import Link, Progress, Stage, SyncState
from smf_desktop.presenters.unlock import NOT_CONNECTED

CLOCK_OFF_MS = 5 * 60 * 1000
"""A clock that differs by more is told: times in the record would be wrong."""

CENTRE = "Opens the sync centre"
ALL_SENT = "Everything is at the hub"


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


def status_row(state: SyncState) -> StatusRow:
    """What the bar says now."""
    dot, strong, words = _link(state)
    if state.link is Link.NO_HUB:
        waiting, tip = "", "This store has not joined a hub"
    else:
        waiting = changes(state.waiting) or (ALL_SENT if state.last is not None and state.last.whole else "")
        tip = str(trouble_words(state) or CENTRE)
    last = f"Last sync {moment(state.last.at)}" if state.last is not None else ""
    spoken = f"{strong} {words}".strip()
    if state.waiting and state.link is not Link.NO_HUB:
        spoken = f"{spoken}. {counted(state.waiting, 'change')} waiting on this laptop"
    return StatusRow(dot, strong, words, waiting, last, tip, spoken)


def _link(state: SyncState) -> tuple[str, str, str]:
    match state.link:
        case Link.NO_HUB:
            return "line-strong", "", NOT_CONNECTED
        case Link.OFFLINE:
            return "warn-fill", "Offline", f"since {clock(state.since)}" if state.since else ""
        case Link.CONNECTED:
            return "ok-fill", "Connected", ""
        case Link.SYNCING:
            return "primary", "Syncing", progress_words(state.progress)
        case Link.TROUBLE:
            return "warn-fill", "Not synced", ""


def progress_words(progress: Progress | None) -> str:
    """`sending 5 of 12`."""
    if progress is None:
        return ""
    return f"{STAGES[progress.stage]} {progress.done} of {progress.of}" if progress.of else STAGES[progress.stage]


def trouble_words(state: SyncState) -> Words | None:
    """What stopped the exchange, where something did."""
    return HUB[state.trouble] if state.trouble is not None else None


def announced(before: SyncState, now: SyncState) -> str:
    """What is said aloud when the connection comes or goes; "" while it stays."""
    gone, there = (Link.OFFLINE, Link.TROUBLE), (Link.CONNECTED, Link.SYNCING)
    if now.link is Link.OFFLINE and before.link is not Link.OFFLINE:
        return "Offline. Keep working"
    if now.link in there and before.link in gone:
        return f"Connected. Syncing {counted(now.waiting, 'change')}" if now.waiting else "Connected"
    if now.link is Link.TROUBLE and before.trouble is not now.trouble and now.trouble is not None:
        return HUB[now.trouble].happened
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


def moment(at: datetime) -> str:
    """`17-Nov-2026 17:05`."""
    return f"{day(at.date())} {clock(at)}"

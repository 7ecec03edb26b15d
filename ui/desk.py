"""What a page is given and what the window asks of a page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.banner import BannerRow
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.sync.state import HubAccess, NoSyncer, Syncer
from ui.actions import Action
from ui.tasks import Lanes


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in the application. `record` is the visit, episode or referral a page is about."""

    page: str
    patient: str | None = None
    record: str | None = None
    episodes: tuple[str, ...] = ()


def _no_undo(undo: Callable[[], object]) -> None:
    return None


def _nothing_kept(name: str) -> bytes | None:
    return None


def _keep_nothing(name: str, state: bytes) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Desk:
    """An unlocked session with its lanes, and what a page may ask of the window.

    `go` opens a place; `tell` says what went wrong in the words for it; `toast` says what was done,
    and `offer_undo`, called next, puts Undo beside those words; `changed` passes on the kinds of record a service
    touched. `kept` and `keep` are for how this user likes the page
    on this laptop, such as the widths of columns, by a name; never for anything about a person.
    """

    session: Session
    lanes: Lanes
    go: Callable[[Place], None]
    tell: Callable[[BaseException], None]
    toast: Callable[[str], None]
    changed: Callable[[Touched], None]
    offer_undo: Callable[[Callable[[], object]], None] = _no_undo
    kept: Callable[[str], bytes | None] = _nothing_kept
    keep: Callable[[str, bytes], None] = _keep_nothing
    syncer: Syncer = field(default_factory=NoSyncer)
    """The exchange with the hub, in the background."""
    hub: HubAccess | None = None
    """The hub itself, for what a page asks of it on the `work` lane; None where the store has joined none."""
    reasons: set[str] = field(default_factory=set)
    """People, by id, for whose record this sitting has given a reason: they are on somebody else's list."""


class Page(Protocol):
    """One page of the main window: a flow that owns its view."""

    @property
    def widget(self) -> QWidget: ...

    @property
    def title(self) -> str:
        """The window title without the product's name; holds no name while names are hidden."""
        ...

    @property
    def banner(self) -> BannerRow | None:
        """The person whose data is on the page; None for pages about nobody."""
        ...

    @property
    def facts(self) -> str:
        """What the middle of the status bar says: draft saved time, rows in view."""
        ...

    def enter(self, place: Place) -> None:
        """Show a place: reads go through a lane, the view fills when they answer, the focus goes to its first thing."""
        ...

    def refresh(self, touched: Touched) -> None:
        """Records of these kinds changed."""
        ...

    def leave(self) -> None:
        """The window goes elsewhere: keep the draft."""
        ...

    def clear(self) -> None:
        """Locking: keep the draft, then empty every widget of people's data."""
        ...

    def can(self, action: Action) -> bool: ...

    def do(self, action: Action) -> None: ...

"""Closing a month: its figures are kept as they stood, and later held against what the records say then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import msgspec

from smf_core.domain.core_counts import month_after, month_before
from smf_core.domain.planned import ClosedBefore, ClosedMonth, MonthRuns, NoSuchMonth, ToDo
from smf_core.domain.text import clean_note
from smf_core.figures.month_changes import Heard, changes_since, heard_of
from smf_core.figures.months import Compared, Kept, canonical, compared, first_month, month_kept, of_month, report_of
from smf_core.figures.report import NotHeard, Report
from smf_core.policy.rules import Action, may, require
from smf_core.records import Connection
from smf_core.records.queries import planned
from smf_core.records.queries.users import users
from smf_desktop.services.figures import holds_all_since
from smf_desktop.services.service.todos import todos_said
from smf_desktop.services.session import Session, Touched, new_item


@dataclass(frozen=True, slots=True)
class ClosedBy:
    """A closed month, and the name of who closed it."""

    closed: ClosedMonth
    name: str


@dataclass(frozen=True, slots=True)
class ThenAndNow:
    """A closed month's figures beside the same figures of the records as they stand: of the same days, and as of the
    day the month was closed."""

    closed: ClosedBy
    kept: Kept
    rows: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class MonthBefore:
    """The figures of the month before a closed one. Not `closed`: as the records stand now."""

    report: Report
    closed: bool


def closed_months(session: Session) -> tuple[ClosedBy, ...]:
    """Those of the team, the last month first; of one closed several times the last closing first."""
    require(session.user, Action.READ_FIGURES)
    with session.read() as connection:
        return tuple(_named(connection, planned.closed_months(connection, session.team)))


@dataclass(frozen=True, slots=True)
class MonthsFacts:
    """What the page of the closed months shows, and what this user may do there."""

    closed: tuple[ClosedBy, ...]
    first: date | None
    """The month of the team's first visit."""

    may_close: bool
    may_export: bool
    may_show_small: bool


def months_facts(session: Session) -> MonthsFacts:
    """Raises `NotAllowed`."""
    found = closed_months(session)
    with session.read(counts=True) as connection:
        first = first_month(connection, session.team)
    close, export, small = (
        may(session.user, action).allowed
        for action in (Action.CLOSE_MONTH, Action.EXPORT_FIGURES, Action.SHOW_SMALL_NUMBERS)
    )
    return MonthsFacts(found, first, close, export, small)


def close_month(
    session: Session, month: date, reason: str = "", *, missing: tuple[NotHeard, ...] | None = ()
) -> Touched:
    """Keep the figures of a month that is over. To close it again takes a reason; the earlier closing stays as it is.

    `missing` are the laptops not heard of since, None where nobody could say. Raises `NotAllowed`, `MonthRuns` or
    `ClosedBefore`.
    """
    require(session.user, Action.CLOSE_MONTH)
    first = month.replace(day=1)
    if month_after(first) > session.today():
        raise MonthRuns
    asked = of_month(first, session.team, session.today())
    held = holds_all_since(session, first, joined=session.store.standing().joined)
    with session.read() as connection:
        before = any(each.month == first for each in planned.closed_months(connection, session.team))
        if before and not reason.strip():
            raise ClosedBefore
        kept = month_kept(connection, asked, complete=held and missing == (), missing=missing or ())
        heard = heard_of(connection, first, session.team)
    content = canonical(kept)
    said = {
        "month": first.isoformat(),
        "team": session.team,
        "content": content,
        "definitions": kept.definitions_version,
        "positions": msgspec.to_builtins(heard),
        "digest": sha256(content.encode()).hexdigest(),
        "reason": clean_note(reason.strip()),
        "by": session.user.id,
        "at": session.now().isoformat(),
    }
    with session.work() as work:
        work.save([new_item("closed_month", session.new_id(), "closed", **said)], patient=None)
    return frozenset(work.touched)


def note_month(session: Session, closed_id: str, text: str, actions: Sequence[ToDo] = ()) -> Touched:
    """What the monthly pack says beside the figures: a note, and what was agreed, in place of what it said before.

    Raises `NotAllowed`, `NoSuchMonth` or `ToDoIncomplete`.
    """
    require(session.user, Action.CLOSE_MONTH)
    said = {
        "text": clean_note(text.strip()),
        "actions": todos_said(actions),
        "by": session.user.id,
        "at": session.now().isoformat(),
    }
    with session.work() as work:
        _kept(work.connection, closed_id)
        work.save([work.change("closed_month", closed_id, "note", said)], patient=None)
    return frozenset(work.touched)


def then_and_now(session: Session, closed_id: str) -> ThenAndNow:
    """Every figure of a closed month then and now, and why it is another where it is.

    Raises `NotAllowed` or `NoSuchMonth`.
    """
    require(session.user, Action.READ_FIGURES)
    with session.read() as connection:
        closed, then, heard = _kept(connection, closed_id)
        now = month_kept(connection, of_month(closed.month, closed.team, then.as_of))
        changes = changes_since(connection, closed.month, closed.team, heard)
        (named,) = _named(connection, (closed,))
    return ThenAndNow(named, then, compared(then, now, changes))


def figures_before(session: Session, closed: ClosedMonth) -> MonthBefore:
    """The figures of the month before a closed one: as they were closed last, else as the records stand.

    Raises `NotAllowed`.
    """
    require(session.user, Action.READ_FIGURES)
    month = month_before(closed.month)
    with session.read(counts=True) as connection:
        found = (each for each in planned.closed_months(connection, closed.team) if each.month == month)
        last = next(found, None)
        asked = of_month(month, closed.team, session.today())
        kept = _kept(connection, last.id)[1] if last else month_kept(connection, asked)
    return MonthBefore(report_of(kept), last is not None)


def _kept(connection: Connection, closed_id: str) -> tuple[ClosedMonth, Kept, Heard]:
    found = planned.kept_of(connection, closed_id)
    if found is None:
        raise NoSuchMonth
    closed, content, positions = found
    try:
        return closed, msgspec.json.decode(content, type=Kept), msgspec.json.decode(positions, type=Heard)
    except msgspec.DecodeError:
        raise NoSuchMonth from None


def _named(connection: Connection, closed: Sequence[ClosedMonth]) -> list[ClosedBy]:
    names = {user.id: user.name for user in users(connection)}
    return [ClosedBy(each, names.get(each.by, "")) for each in closed]

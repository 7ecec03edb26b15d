"""The page of closed months: the months that are over, which of them are closed, and what is saved every month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from smf_core.domain.core_counts import month_before, written_month
from smf_core.domain.planned import ClosedMonth
from smf_core.figures.report import NotHeard
from smf_desktop.presenters.days import clock, day
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.reports.choice import REPORT_NAMES
from smf_desktop.presenters.service.months import closed_words, todo_words

TITLE = "Closed months"
ABOUT = "The figures of a month as they stood when it was closed"
COLUMNS = (("Month", 90), ("Closed", 150), ("By", 150), ("Definitions", 90), ("As it was kept", 110), ("Noted", 150))
SHOWN_BEFORE = 3
"""So many months are listed at least, and so many that are not closed are named."""

NOT_CLOSED = "Not closed"
KEPT_WORDS = "What is kept now stays as it is. Visits that come later are shown as a change, with the reason."
ALL_HEARD = "Every laptop of the team has sent its work of that month."
NOT_KNOWN = "It is not known whether every laptop has sent its work: the hub did not say, or tells a team lead alone."
ALL_HERE = "All records are on this laptop."
MAY_NOT = "A team lead or an administrator closes a month."
NO_EXPORT = "No reports are saved by themselves yet."
PACK_NAME = "Monthly pack"
FORMAT_NAMES = {"csv": "CSV", "xlsx": "XLSX", "pdf": "PDF", "json": "JSON"}


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A line of the list: a closed month, or one that is over and not closed (`closed` is None)."""

    month: date
    closed: ClosedMonth | None = None
    name: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        closed = self.closed
        if closed is None:
            return written_month(self.month), NOT_CLOSED, "", "", "", ""
        at = f"{day(closed.at.date())} {clock(closed.at)}"
        kept = "Yes" if closed.intact else "No: changed"
        return written_month(self.month), at, self.name or "A colleague", closed.definitions, kept, self._noted

    @property
    def spoken(self) -> str:
        if self.closed is None:
            return f"{written_month(self.month)}. {NOT_CLOSED}."
        said = (closed_words(self.closed, self.name), self.closed.note, *map(todo_words, self.closed.actions))
        return " ".join(filter(None, said))

    @property
    def tone(self) -> str:
        """The text token of the row."""
        if self.closed is None:
            return "text-2"
        return "" if self.closed.intact else "danger"

    @property
    def _noted(self) -> str:
        assert self.closed is not None
        actions = counted(len(self.closed.actions), "action") if self.closed.actions else ""
        return ", ".join(filter(None, ("Note" if self.closed.note else "", actions)))


def month_lines(
    found: Iterable[tuple[ClosedMonth, str]], today: date, begun: date | None = None
) -> tuple[MonthLine, ...]:
    """Every month that is over from the first of the service (`begun`) on, the last first; in whatever order they are
    closed, each closing of one is a line."""
    lines: dict[date, list[MonthLine]] = {}
    for closed, name in found:
        lines.setdefault(closed.month, []).append(MonthLine(closed.month, closed, name))
    last = month_before(today)
    first = min((*lines, begun or last))
    shown: list[MonthLine] = []
    month = last
    while month >= first or len(shown) < SHOWN_BEFORE:
        shown += lines.pop(month, [MonthLine(month)])
        month = month_before(month)
    # A laptop whose clock was ahead may have closed a month that is not over here.
    ahead = [line for month in sorted(lines, reverse=True) for line in lines[month]]
    return (*ahead, *shown)


def is_closed(lines: Sequence[MonthLine], month: date) -> bool:
    return any(line.closed and line.month == month for line in lines)


def close_words(month: date, *, again: bool) -> str:
    return f"Close {written_month(month)}{' again' if again else ''}"


def dock_words(lines: Sequence[MonthLine], *, may_close: bool) -> str:
    """What is left to close: the last few by name. Those before the first closed one nobody waits for."""
    if not may_close:
        return MAY_NOT
    months = [line.month for line in lines if line.closed is None]
    if not months:
        return "Every month that is over is closed."
    first = min((line.month for line in lines if line.closed), default=date.min)
    named = [written_month(month) for month in months if month > first][:SHOWN_BEFORE]
    earlier = counted(len(months) - len(named), "earlier month") if len(named) < len(months) else ""
    return f"Not closed yet: {' and '.join(filter(None, (', '.join(named), earlier)))}."


def missing_words(missing: tuple[NotHeard, ...] | None, *, joined: bool, month: date) -> str:
    """Whose work may be missing from a month, said before it is closed."""
    if not joined:
        return f"{ALL_HERE} {KEPT_WORDS}"
    if missing is None:
        return f"{NOT_KNOWN} {KEPT_WORDS}"
    if not missing:
        return f"{ALL_HEARD} {KEPT_WORDS}"
    named = ", ".join(f"{each.device} ({_heard(each.last_seen)})" for each in missing)
    have = "has" if len(missing) == 1 else "have"
    several = counted(len(missing), "laptop")
    return f"{several} {have} not sent all work of {written_month(month)}: {named}. {KEPT_WORDS}"


def _heard(last_seen: str) -> str:
    return f"last heard {day(date.fromisoformat(last_seen[:10]))}" if last_seen else "never heard of"


def pack_name(month: date) -> str:
    """What the file is called unless somebody says otherwise."""
    return f"monthly-pack-{month:%Y-%m}.pdf"


# --- the monthly export --------------------------------------------------------------------------


def report_options(pack: str) -> tuple[tuple[str, str], ...]:
    """The reports that can be saved every month; `pack` is the code of the pack."""
    return (*REPORT_NAMES.items(), (pack, PACK_NAME))


def export_words(reports: Sequence[str], formats: Sequence[str], folder: str, on: int, names: Mapping[str, str]) -> str:
    """`On day 5 of each month: Caseload, Monthly pack. As PDF, in /figures.`"""
    named = ", ".join(names.get(each, each) for each in reports)
    kinds = ", ".join(FORMAT_NAMES.get(each, each) for each in formats) or "PDF"
    return f"On day {on} of each month, of the month before: {named}. As {kinds}, in {folder}."


def ran_words(saved: int, folder: str) -> str:
    return f"Monthly export: {counted(saved, 'file')} saved in {folder}"


def waiting_words(months: Sequence[date]) -> str:
    named = ", ".join(written_month(month) for month in dict.fromkeys(months))
    return f"The pack waits until {named} {'is' if len(set(months)) == 1 else 'are'} closed"

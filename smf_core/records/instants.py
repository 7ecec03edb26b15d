"""Instants as the tables hold them: UTC text that sorts, and the minutes of offset it was written with."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from smf_core.domain.dates import LONDON


def columns(name: str, moment: datetime | str | None, otherwise: str | None = None) -> dict[str, Any]:
    """The two column values of an instant; `moment` may be ISO 8601 text with offset.

    Text that is no instant (a newer or damaged writer) counts as `otherwise`; without one the columns are empty.
    """
    for candidate in (moment, otherwise):
        try:
            at = datetime.fromisoformat(candidate) if isinstance(candidate, str) else candidate
            if isinstance(at, datetime) and (offset := at.utcoffset()) is not None:
                return {f"{name}_at": utc_text(at), f"{name}_offset": int(offset.total_seconds() // 60)}
        except (ValueError, OverflowError):
            continue
    return {f"{name}_at": None, f"{name}_offset": None}


def utc_text(moment: datetime) -> str:
    """`2026-11-17T11:31:00.000000Z`: sorts as text in order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(at: str, offset: int) -> datetime:
    """The aware time the two columns hold."""
    return datetime.fromisoformat(at).astimezone(timezone(timedelta(minutes=offset)))


def day_of(at: str) -> date:
    """The day an instant of the tables lies in where the service is, wherever the clock stood that wrote it."""
    return datetime.fromisoformat(at).astimezone(LONDON).date()


def optional_moment(at: str | None, offset: int | None) -> datetime | None:
    return None if at is None or offset is None else moment(at, offset)


def day(text: str | None) -> date | None:
    """A date of a payload, None when it is absent or cannot be read (a newer or damaged writer)."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

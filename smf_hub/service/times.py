"""Moments as the hub keeps them and as messages say them."""

from datetime import UTC, datetime


def iso(ms: int) -> str:
    """UTC milliseconds since 1970 as ISO 8601."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()


def ms(moment: datetime) -> int:
    """An aware moment as UTC milliseconds since 1970."""
    return int(moment.timestamp() * 1000)

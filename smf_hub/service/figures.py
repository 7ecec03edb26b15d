"""Figures asked of the hub: reckoned as on a laptop, with the places of the feeds they stand at."""

from collections.abc import Mapping
from datetime import UTC, date, timedelta

import msgspec

from smf_core.figures.commissioning_report import NAME as COMMISSIONING
from smf_core.figures.commissioning_report import commissioning_figures
from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked, Figure, NoSuchFigure, NotSplitSo, Split
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import Message
from smf_core.policy.keeping import MAY_ASK_FIGURES
from smf_hub.ports import Caller
from smf_hub.service import people
from smf_hub.service.place import Place
from smf_hub.store import projected

LONGEST = timedelta(days=50 * 366)


class FiguresOfHub(Message, frozen=True, kw_only=True):
    """A figure and its parts, the days it is of, and by feed the number up to which the records held everything."""

    figures: tuple[Figure, ...]
    since: date
    until: date
    as_of: date
    team: str
    feeds: Mapping[str, int]


def told(place: Place, caller: Caller, name: str, asked: Mapping[str, str]) -> bytes:
    """A figure, or all of the commissioning view, as JSON.

    `asked` has `from` and `to` (ISO days, both included) and may have `as_of` (today unless named), `team` (ours unless
    named), `skill`, `nurse`, `locality`, `by` and `baseline_from` with `baseline_to`.

    Raises `HubTrouble`: not allowed, unknown or a bad request.
    """
    return msgspec.json.encode(figures_of(place, caller, name, asked))


def figures_of(place: Place, caller: Caller, name: str, asked: Mapping[str, str]) -> FiguresOfHub:
    """As `told`."""
    wanted = _wanted(asked, caller.team, place.world.clock.now().astimezone(UTC).date())
    noted = caller.noted or people.noted(place, caller.device)
    roles = noted.roles.get(wanted.team, frozenset()) if noted else frozenset()
    if caller.revoked or not roles & MAY_ASK_FIGURES:
        raise HubTrouble(Trouble.NOT_ALLOWED)
    with place.records.read() as records:
        try:
            all_of_it = name == COMMISSIONING
            found = commissioning_figures(records, wanted) if all_of_it else figures(records, name, wanted)
        except NoSuchFigure:
            raise HubTrouble(Trouble.UNKNOWN) from None
        except NotSplitSo:
            raise HubTrouble(Trouble.BAD_REQUEST) from None
        feeds = projected.positions(records)
    return FiguresOfHub(
        figures=found,
        since=wanted.since,
        until=wanted.until,
        as_of=wanted.as_of,
        team=wanted.team,
        feeds={feed: seq for feed, seq in feeds.items() if feed == "service" or feed.endswith(f":{wanted.team}")},
    )


def _wanted(asked: Mapping[str, str], team: str, today: date) -> Asked:
    try:
        since, until = _days(asked, "from", "to")
        before = _days(asked, "baseline_from", "baseline_to") if asked.get("baseline_from") else None
        as_of = date.fromisoformat(asked["as_of"]) if asked.get("as_of") else today
        by = Split(asked.get("by", ""))
    except (KeyError, ValueError):
        raise HubTrouble(Trouble.BAD_REQUEST) from None
    return Asked(
        since=since,
        until=until,
        as_of=as_of,
        team=asked.get("team") or team,
        skill=asked.get("skill", ""),
        nurse=asked.get("nurse", ""),
        locality=asked.get("locality", ""),
        before=before,
        by=by,
    )


def _days(asked: Mapping[str, str], first: str, last: str) -> tuple[date, date]:
    """Raises `KeyError`, `ValueError`."""
    since, until = date.fromisoformat(asked[first]), date.fromisoformat(asked[last])
    if not timedelta() <= until - since <= LONGEST:
        raise ValueError
    return since, until

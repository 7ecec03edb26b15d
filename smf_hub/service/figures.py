"""Figures asked of the hub: reckoned as on a laptop, with the places of the feeds they stand at."""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from smf_core.figures.definitions import figure
from smf_core.figures.figure import Asked, Figure, NoSuchFigure
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import Message
from smf_core.policy.keeping import MAY_ASK_FIGURES
from smf_hub.ports import Caller
from smf_hub.service import people
from smf_hub.service.place import Place
from smf_hub.store import projected

LONGEST = timedelta(days=50 * 366)


class FigureOfHub(Message, frozen=True, kw_only=True):
    """A figure, the days and people it is of, and by feed the number up to which the records held everything."""

    figure: Figure
    since: date
    until: date
    team: str
    skill: str = ""
    feeds: Mapping[str, int]


def told(place: Place, caller: Caller, name: str, asked: Mapping[str, str]) -> bytes:
    """A figure as JSON; `asked` has `from` and `to` (ISO days, both included), `team` (ours unless named), `skill`.

    Raises `HubTrouble`: not allowed, unknown or a bad request.
    """
    return msgspec.json.encode(figure_of(place, caller, name, asked))


def figure_of(place: Place, caller: Caller, name: str, asked: Mapping[str, str]) -> FigureOfHub:
    """As `told`."""
    wanted = _wanted(asked, caller.team)
    noted = caller.noted or people.noted(place, caller.device)
    roles = noted.roles.get(wanted.team, frozenset()) if noted else frozenset()
    if caller.revoked or not roles & MAY_ASK_FIGURES:
        raise HubTrouble(Trouble.NOT_ALLOWED)
    with place.records.read() as records:
        try:
            found = figure(records, name, wanted)
        except NoSuchFigure:
            raise HubTrouble(Trouble.UNKNOWN) from None
        feeds = projected.positions(records)
    behind = {feed: seq for feed, seq in feeds.items() if feed == "service" or feed.endswith(f":{wanted.team}")}
    return FigureOfHub(
        figure=found, since=wanted.since, until=wanted.until, team=wanted.team, skill=wanted.skill, feeds=behind
    )


def _wanted(asked: Mapping[str, str], team: str) -> Asked:
    if asked.get("locality"):
        raise HubTrouble(Trouble.BAD_REQUEST)
    try:
        since, until = date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"])
    except (KeyError, ValueError):
        raise HubTrouble(Trouble.BAD_REQUEST) from None
    if not timedelta() <= until - since <= LONGEST:
        raise HubTrouble(Trouble.BAD_REQUEST)
    return Asked(since, until, asked.get("team") or team, asked.get("skill", ""))

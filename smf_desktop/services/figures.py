"""Figures as this laptop can say them: whether it holds all they are of, and the hub's where it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import msgspec

from smf_core.figures.definitions import DEFINITIONS, figures
from smf_core.figures.figure import Asked, Figure
from smf_core.policy.keeping import MAY_ASK_FIGURES, keeps_all_since
from smf_core.policy.rules import Action, require
from smf_desktop.services.session import Session


class FiguresOfHub(Protocol):
    """A hub that may be asked; each call may take long. Raises `HubTrouble`."""

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes: ...


@dataclass(frozen=True, slots=True)
class FiguresHere:
    """A figure and its parts, of the records on this laptop. Where they are not `whole`, `ask_hub` says if this user
    may have the hub's."""

    figures: tuple[Figure, ...]
    asked: Asked
    whole: bool
    ask_hub: bool


class _Told(msgspec.Struct, frozen=True):
    figures: tuple[Figure, ...]


def holds_all_since(session: Session, day: date, *, joined: bool) -> bool:
    """Whether this laptop holds everybody whose teaching ended on that day or after; without a hub all are here."""
    return not joined or keeps_all_since(day, (session.user.role,), session.today())


def figures_here(session: Session, name: str, asked: Asked, *, joined: bool) -> FiguresHere:
    """A figure as the records here stand; `joined` a hub, it may not be whole. Raises `NoSuchFigure`, `NotSplitSo`."""
    require(session.user, Action.OPEN_RECORD)
    with session.read(counts=True) as connection:
        found = figures(connection, name, asked)
    whole = not DEFINITIONS[name].of_period or holds_all_since(session, asked.since, joined=joined)
    return FiguresHere(found, asked, whole, not whole and session.user.role in MAY_ASK_FIGURES)


def figures_of_hub(hub: FiguresOfHub, name: str, asked: Asked) -> tuple[Figure, ...]:
    """The same of everybody whom the hub holds, on the work lane. Raises `HubTrouble`."""
    said = {
        "from": asked.since.isoformat(),
        "to": asked.until.isoformat(),
        "as_of": asked.as_of.isoformat(),
        "team": asked.team,
        "skill": asked.skill,
        "nurse": asked.nurse,
        "locality": asked.locality,
        "by": asked.by.value,
        "baseline_from": asked.before[0].isoformat() if asked.before else "",
        "baseline_to": asked.before[1].isoformat() if asked.before else "",
    }
    told = hub.figure(name, {key: words for key, words in said.items() if words})
    return msgspec.json.decode(told, type=_Told).figures

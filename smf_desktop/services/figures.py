"""Figures as this laptop can say them: whether it holds all they are of, and the hub's where it does not."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

import msgspec

from smf_core.figures.figure import Asked, Figure
from smf_core.policy.keeping import keeps_all_since
from smf_desktop.services.session import Session


class FiguresOfHub(Protocol):
    """A hub that may be asked; each call may take long. Raises `HubTrouble`."""

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes: ...


class _Told(msgspec.Struct, frozen=True):
    figures: tuple[Figure, ...]


def holds_all_since(session: Session, day: date, *, joined: bool) -> bool:
    """Whether this laptop holds everybody whose teaching ended on that day or after; without a hub all are here."""
    return not joined or keeps_all_since(day, (session.user.role,), session.today())


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

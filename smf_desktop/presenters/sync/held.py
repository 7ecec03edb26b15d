"""What a lead looks at: work of the team that the hub set aside, and the team's laptops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from smf_core.operations.protocol import LaptopNote
from smf_core.records.queries.patients import Known
from smf_desktop.presenters.identity import name_line
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.patient.facts import dotted
from smf_desktop.presenters.patient.saved import refusal_words
from smf_desktop.presenters.sync.status import moment


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One save in the tray."""

    key: str
    who: str
    what: str
    why: str
    by: str
    when: str
    spoken: str


@dataclass(frozen=True, slots=True)
class HeldFact:
    """One save as the hub holds it, read: `says` are its units in words."""

    cs_id: str
    author: str
    patient: str | None
    reason: str
    at: datetime
    what: str
    device: str


def held_rows(
    held: Sequence[HeldFact], people: Mapping[str, Known], names: Mapping[str, str], zone: tzinfo | None
) -> tuple[HeldRow, ...]:
    """The tray, the oldest first."""
    rows = []
    for one in held:
        known = people.get(one.patient or "")
        who = name_line(known.name) if known else "Someone not on this laptop" if one.patient else "About nobody"
        by = names.get(one.author, "Somebody who is not known here")
        why, when = refusal_words(one.reason), moment(one.at.astimezone(zone))
        rows.append(HeldRow(one.cs_id, who, one.what, why, by, when, ". ".join((who, one.what, by, when, why))))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class LaptopRow:
    """One laptop of the team: when it was last at the hub, and what it had left to send then."""

    name: str
    users: str
    seen: str
    left: str
    visits: str
    warn: bool
    spoken: str


def laptop_rows(notes: Sequence[LaptopNote], names: Mapping[str, str], zone: tzinfo | None) -> tuple[LaptopRow, ...]:
    """Every laptop, those with something unsent first."""
    rows = []
    for one in sorted(notes, key=lambda note: (-note.unsent, note.name.casefold())):
        seen = moment(datetime.fromisoformat(one.last_seen).astimezone(zone)) if one.last_seen else "Not yet"
        parts = ((one.unsent, "change"), (one.drafts, "draft"))
        left = " and ".join(counted(number, word) for number, word in parts if number) or "Nothing"
        users = ", ".join(names.get(user, "somebody who left") for user in one.users)
        state = "Taken out of use" if one.revoked else ""
        rows.append(
            LaptopRow(
                name=dotted(one.name, state),
                users=users,
                seen=seen,
                left=left,
                visits=str(one.signed_visits),
                warn=bool(one.unsent),
                spoken=f"{one.name}. {users}. Last at the hub {seen}. Left to send then: {left.lower()}",
            )
        )
    return tuple(rows)


def reconciled(ours: int, hubs: int | None) -> tuple[str, str]:
    """`This laptop 148 signed visits, hub 148`, and the tone of it."""
    here = f"This laptop {counted(ours, 'signed visit')}"
    if hubs is None:
        return f"{here}. The hub's figure needs a connection.", "text-2"
    return f"{here}, hub {hubs}", "ok" if ours == hubs else "warn"

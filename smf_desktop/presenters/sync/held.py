"""What a lead looks at: work of the team that the hub set aside, and the team's laptops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from smf_core.operations.protocol import LaptopNote
from smf_core.records.queries.patients import Known
from smf_core.records.queries.unbegun import Unbegun
from smf_desktop.presenters.identity import name_line
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.patient.facts import dotted
from smf_desktop.presenters.patient.saved import listed, refusal_words
from smf_desktop.presenters.sync.status import moment
from smf_desktop.presenters.unbegun import NOT_COME, waits_with

_ORDERED = {"lock": "To be locked", "wipe": "To be wiped"}
"""What a laptop was ordered by the hub and has not said done yet."""

UNBEGUN = "Nothing here begins this record. If it comes after all, these saves stand in it"

_NEVER = frozenset({"unreadable", "other_content", "borrowed_replica"})
"""Nothing that was set aside for these can be let in: it has no id that the records could know it by."""

UNSEEN = timedelta(days=7)
"""A laptop that the hub has not heard of for so long is marked."""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One save in the tray. `patient` is "" where it is about nobody."""

    key: str
    patient: str
    who: str
    what: str
    why: str
    by: str
    when: str
    spoken: str
    beside: str = ""
    """What is decided with it, as a sentence."""
    unbegun: str | None = None
    """Whose record work of others waits for, where it is decided by this."""
    adoptable: bool = True


@dataclass(frozen=True, slots=True)
class HeldFact:
    """One save as the hub holds it, read: `what` is in it in words, `waiting` so many saves about whom it begins."""

    cs_id: str
    author: str
    patient: str | None
    reason: str
    at: datetime
    what: str
    device: str
    waiting: int = 0


def held_rows(
    held: Sequence[HeldFact],
    people: Mapping[str, Known],
    names: Mapping[str, str],
    zone: tzinfo | None,
    unbegun: Sequence[Unbegun] = (),
) -> tuple[HeldRow, ...]:
    """The tray, the oldest first; at its end what waits for a record that nothing in it begins."""
    rows = []
    for one in held:
        known = people.get(one.patient or "")
        who = name_line(known.name) if known else "Someone not on this laptop" if one.patient else "About nobody"
        by = names.get(one.author, "Not known here")
        why, when = refusal_words(one.reason), moment(one.at.astimezone(zone))
        beside = waits_with(one.waiting)
        spoken = ". ".join(filter(None, (who, one.what, by, when, why, beside)))
        unsaid, adoptable = one.patient if beside else None, one.reason not in _NEVER
        rows.append(
            HeldRow(one.cs_id, one.patient or "", who, one.what, why, by, when, spoken, beside, unsaid, adoptable)
        )
    return (*rows, *(_unbegun_row(one, names, zone) for one in unbegun))


def _unbegun_row(one: Unbegun, names: Mapping[str, str], zone: tzinfo | None) -> HeldRow:
    what, when = counted(one.saves, "save"), moment(one.since.astimezone(zone))
    by = listed(sorted(names.get(each, "Not known here") for each in one.authors))
    spoken = ". ".join((NOT_COME, what, by, when, UNBEGUN))
    return HeldRow(
        one.patient, one.patient, NOT_COME, what, UNBEGUN, by, when, spoken, "", one.patient, adoptable=False
    )


@dataclass(frozen=True, slots=True)
class LaptopRow:
    """One laptop of the team: when it was last at the hub, and what it had to send then. `warn`: unseen for a week.

    What one that was never there has to send nobody knows.
    """

    name: str
    users: str
    seen: str
    left: str
    warn: bool
    spoken: str


def laptop_rows(notes: Sequence[LaptopNote], now: datetime) -> tuple[LaptopRow, ...]:
    """Every laptop: those the hub has not seen for a week, those that had something to send, the rest; at the end those
    that are out of use."""
    rows = []
    in_order = sorted(notes, key=lambda one: (one.revoked, not _is_late(one, now), -one.unsent, one.name.casefold()))
    for one in in_order:
        at, late = _seen(one, now), _is_late(one, now)
        seen = f"{moment(at)}{f', {(now - at).days} days ago' if late else ''}" if at else "Not yet"
        parts = ((one.unsent, "change"), (one.drafts, "draft"))
        left = " and ".join(counted(number, word) for number, word in parts if number)
        left = left or ("Nothing" if at else "Not known")
        users = ", ".join(one.users) or "Nobody"
        state = dotted("Taken out of use" if one.revoked else "", *(_ORDERED.get(act, "") for act in one.orders))
        rows.append(
            LaptopRow(
                name=dotted(one.name, state),
                users=users,
                seen=seen,
                left=left,
                warn=late,
                spoken=f"{dotted(one.name, state)}. {users}. Last at the hub {seen}. Had to send then: {left.lower()}",
            )
        )
    return tuple(rows)


def late_words(notes: Sequence[LaptopNote], now: datetime) -> str:
    """What a lead does about laptops that the hub has not seen for a week; "" where there is none."""
    late = [one for one in notes if _is_late(one, now)]
    if not late:
        return ""
    which = listed([one.name for one in late])
    users = listed(sorted({user for one in late for user in one.users}))
    ask = f"Ask {users} before taking it" if users else "Find out who has it before taking it"
    return f"{which} {'has' if len(late) == 1 else 'have'} not been at the hub for a week. {ask} out of use."


def _seen(note: LaptopNote, now: datetime) -> datetime | None:
    return datetime.fromisoformat(note.last_seen).astimezone(now.tzinfo) if note.last_seen else None


def _is_late(note: LaptopNote, now: datetime) -> bool:
    at = _seen(note, now)
    return at is not None and not note.revoked and now - at >= UNSEEN


def reconciled(ours: int, hubs: int | None) -> tuple[str, str]:
    """`This laptop 148 signed visits, hub 148`, and the tone of it."""
    here = f"This laptop {counted(ours, 'signed visit')}"
    if hubs is None:
        return f"{here}. The hub's figure needs a connection.", "text-2"
    if ours == hubs:
        return f"{here}, hub {hubs}", "ok"
    return f"{here}, hub {hubs}. Sync now looks through them.", "warn"

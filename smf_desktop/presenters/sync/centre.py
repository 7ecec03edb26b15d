"""The left side of the sync centre: whom to review, what waits, what was sent today, what was sent for review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from smf_core.records.queries.patients import Known
from smf_desktop.ports import OnTheWay, PastExchange, Saved, SentForReview
from smf_desktop.presenters.identity import name_line
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.messages.sync import HUB
from smf_desktop.presenters.patient.facts import dotted
from smf_desktop.presenters.patient.history import UNITS
from smf_desktop.presenters.patient.saved import listed, refusal_words, what_is_saved
from smf_desktop.presenters.sync.facts import Centre, SyncHistory, ToReview
from smf_desktop.presenters.sync.status import moment

NOTHING_WAITS = "Nothing waiting. Everything saved here is at the hub."
NO_HUB_WAITS = "This store has not joined a hub. Everything is on this laptop."
NOTHING_TO_REVIEW = "Nothing to review"
NOBODY_APART = "No two versions of anything stand side by side."


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a list: who or what in bold, what under it, when at the right."""

    key: str
    who: str
    what: str
    when: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class CentreRows:
    """The lists. Words stand in place of an empty one; `more` says how many are not listed."""

    reviews: tuple[LineRow, ...]
    waiting: tuple[LineRow, ...]
    waiting_count: int
    waiting_words: str
    sent: tuple[LineRow, ...]
    held: tuple[LineRow, ...]
    about: str


def centre_rows(found: Centre, zone: tzinfo | None) -> CentreRows:
    """The lists in words; times in `zone`."""
    way = found.way
    waiting = _by_person(way.waiting, found.people)
    return CentreRows(
        reviews=tuple(_review(one) for one in found.reviews),
        waiting=waiting,
        waiting_count=way.unsent,
        waiting_words="" if waiting else NOTHING_WAITS if way.joined else NO_HUB_WAITS,
        sent=tuple(_sent(one, found.people, zone) for one in way.sent),
        held=tuple(_held(one, found, zone) for one in way.reviews),
        about=_about(way, len(found.reviews), zone),
    )


def who_is(patient: str | None, people: Mapping[str, Known]) -> str:
    """The person's name; what names nobody is the service's own."""
    if patient is None:
        return "About nobody in particular"
    known = people.get(patient)
    return name_line(known.name) if known else "Someone not on this laptop"


def _review(one: ToReview) -> LineRow:
    units = [UNITS.get(("patient", kind)) or UNITS.get((kind, "member"), kind.replace("_", " ")) for kind in one.kinds]
    name, what = name_line(one.who.name), f"{listed(units)} changed in two places"
    return LineRow(
        one.who.id, name, what, counted(one.count, "field"), f"{name}. {what}, {counted(one.count, 'field')}"
    )


def _by_person(saves: Iterable[Saved], people: Mapping[str, Known]) -> tuple[LineRow, ...]:
    grouped: dict[str | None, list[Saved]] = {}
    for one in saves:
        grouped.setdefault(one.patient, []).append(one)
    rows = []
    for patient, theirs in grouped.items():
        who, what = who_is(patient, people), listed([what_is_saved(one) for one in theirs])
        rows.append(LineRow(patient or "", who, what, counted(len(theirs), "save"), f"{who}. {what}"))
    return tuple(rows)


def _sent(one: Saved, people: Mapping[str, Known], zone: tzinfo | None) -> LineRow:
    who, what = who_is(one.patient, people), what_is_saved(one)
    when = f"{one.sent_at.astimezone(zone):%H:%M:%S}" if one.sent_at else ""
    return LineRow(one.cs_id, what, who, when, f"{what}. {who}. Sent {when}")


def _held(one: SentForReview, found: Centre, zone: tzinfo | None) -> LineRow:
    who = who_is(one.saved.patient, found.people)
    state = {"adopted": "Taken into the record", "returned": "Returned"}.get(one.state, "Sent for review")
    what = dotted(
        f"{state}: {what_is_saved(one.saved)[:1].lower()}{what_is_saved(one.saved)[1:]}", refusal_words(one.reason)
    )
    when = moment(one.since.astimezone(zone))
    return LineRow(one.saved.cs_id, who, what, when, f"{who}. {what}. {when}")


def _about(way: OnTheWay, to_review: int, zone: tzinfo | None) -> str:
    last = next((one for one in way.exchanges if one.outcome == "complete"), None)
    if last is None:
        return f"{to_review} to review" if to_review else ""
    said = [f"Last sync {moment((last.ended_at or last.began_at).astimezone(zone))}"]
    said.append(f"Sent {last.sent}, received {last.received}, {to_review} to review")
    return "   ".join(said)


# --- history -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HistoryRows:
    """Exchanges, and settlings: `undone` ones cannot be taken back again."""

    exchanges: tuple[LineRow, ...]
    settlings: tuple[LineRow, ...]
    undone: frozenset[str]


def history_rows(found: SyncHistory, zone: tzinfo | None) -> HistoryRows:
    settlings = []
    for one in found.settlings:
        who = who_is(one.saved.patient, found.people)
        what = dotted(
            what_is_saved(one.saved), found.names.get(one.saved.author, ""), "taken back" if one.undone else ""
        )
        when = moment(one.saved.at.astimezone(zone))
        settlings.append(LineRow(one.saved.cs_id, who, what, when, f"{who}. {what}. {when}"))
    exchanges = tuple(_exchange(one, zone) for one in found.way.exchanges)
    return HistoryRows(exchanges, tuple(settlings), frozenset(one.saved.cs_id for one in found.settlings if one.undone))


def _exchange(one: PastExchange, zone: tzinfo | None) -> LineRow:
    outcome = {"complete": "Complete", "stopped": "Stopped; the rest follows with the next sync"}.get(one.outcome, "")
    outcome = outcome or next(
        (words.happened for code, words in HUB.items() if code.value == one.outcome), "Not finished"
    )
    counts = [f"sent {one.sent}", f"received {one.received}"]
    counts += [f"{one.quarantined} sent for review"] if one.quarantined else []
    counts += [counted(one.conflicts, "new conflict")] if one.conflicts else []
    when = moment(_ended(one).astimezone(zone))
    return LineRow("", outcome, ", ".join(counts), when, f"{when}. {outcome}. {', '.join(counts)}")


def _ended(one: PastExchange) -> datetime:
    return one.ended_at or one.began_at

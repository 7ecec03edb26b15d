"""The left side of the sync centre: whom to review, what waits, what was sent today, what was sent for review."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from smf_core.records.queries.disputes import SAFETY
from smf_core.records.queries.patients import Known
from smf_core.records.queries.twice import TWICE
from smf_core.records.queries.unbegun import Unbegun
from smf_desktop.ports import OnTheWay, PastExchange, Saved, SentForReview
from smf_desktop.presenters.identity import name_line
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.messages.sync import HUB
from smf_desktop.presenters.patient.facts import dotted
from smf_desktop.presenters.patient.history import UNITS
from smf_desktop.presenters.patient.returned import reason_first
from smf_desktop.presenters.patient.saved import listed, refusal_words, what_is_saved, whose
from smf_desktop.presenters.sync.facts import Centre, SyncHistory, ToReview
from smf_desktop.presenters.sync.status import beside, moment
from smf_desktop.presenters.unbegun import NOT_COME, waiting_for_record

NOTHING_WAITS = "Nothing waiting. Everything saved here is at the hub."
SIGNED_SENT = "All signed work is at the hub."
NO_HUB_WAITS = "This store has not joined a hub. Everything is on this laptop."
NOTHING_SENT = "Nothing sent today."
NOTHING_TO_REVIEW = "Nothing to review"
NOBODY_APART = "No two versions of anything stand side by side."
OVER = "Over 24\u00a0h"
"""The mark of what may do harm and has waited too long to be settled."""

LISTED = 40
"""So many lines of a list stand on the page; the rest is counted."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a list: who or what in bold, what under it, when at the right and under that a mark."""

    key: str
    who: str
    what: str
    when: str = ""
    spoken: str = ""
    icon: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list that is only read: the newest lines, how many saves there are in truth, and words under the lines.

    The words say what is not listed, or stand in place of a list that is empty.
    """

    lines: tuple[LineRow, ...] = ()
    count: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class CentreRows:
    """The lists, and one line about the last exchange."""

    reviews: tuple[LineRow, ...] = ()
    waiting: ListRow = ListRow()
    sent: ListRow = ListRow()
    held: ListRow = ListRow()
    about: str = ""


def centre_rows(found: Centre, zone: tzinfo | None) -> CentreRows:
    """The lists in words; times in `zone`."""
    way = found.way
    return CentreRows(
        reviews=tuple(_review(one) for one in found.reviews),
        waiting=_waiting(way, found.people),
        sent=_sent_today(way, found.people, zone),
        held=_for_review(way.reviews, found, zone),
        about=_about(way, found.reviews, zone),
    )


def _waiting(way: OnTheWay, people: Mapping[str, Known]) -> ListRow:
    grouped = _by_person(way.waiting)
    lines = tuple(_of_person(patient, saves, people) for patient, saves in grouped[:LISTED])
    left = way.unsent - sum(len(saves) for _, saves in grouped[:LISTED])
    more = f"{counted(left, 'more save')} {'waits' if left == 1 else 'wait'}, not listed." if left else ""
    if not way.joined:
        return ListRow(lines, way.unsent, f"{more} {NO_HUB_WAITS}".strip())
    others = beside(way.drafts, way.documents)
    behind = f"Not at the hub yet: {others}." if others else ""
    words = [more, behind] if lines else [SIGNED_SENT if behind else NOTHING_WAITS, behind]
    return ListRow(lines, way.unsent, " ".join(filter(None, words)))


def _sent_today(way: OnTheWay, people: Mapping[str, Known], zone: tzinfo | None) -> ListRow:
    lines = tuple(_sent(one, people, zone) for one in way.sent[:LISTED])
    newest = _newest(len(lines), way.sent_count) if lines else "" if way.sent_joining else NOTHING_SENT
    joining = f"{counted(way.sent_joining, 'save')} went as this laptop joined." if way.sent_joining else ""
    return ListRow(lines, way.sent_count, " ".join(filter(None, (newest, joining))))


def _for_review(reviews: Sequence[SentForReview], found: Centre, zone: tzinfo | None) -> ListRow:
    """What has no record to stand in is told first."""
    lines = tuple(_unbegun(one, zone) for one in found.unbegun) + tuple(_held(one, found, zone) for one in reviews)
    return ListRow(lines[:LISTED], len(lines), _newest(min(len(lines), LISTED), len(lines)))


def _unbegun(one: Unbegun, zone: tzinfo | None) -> LineRow:
    what, when = waiting_for_record(one), moment(one.since.astimezone(zone))
    return LineRow(one.patient, NOT_COME, what, when, f"{NOT_COME}. {what}. Since {when}")


def _newest(listed: int, of: int) -> str:
    return f"Newest {listed} of {of} listed." if listed < of else ""


def who_is(patient: str | None, people: Mapping[str, Known]) -> str:
    """The person's name; what names nobody is the service's own."""
    if patient is None:
        return "About nobody in particular"
    known = people.get(patient)
    return name_line(known.name) if known else "Someone not on this laptop"


def _review(one: ToReview) -> LineRow:
    """Visits first: what was given at one must not be given again."""
    name, twice = name_line(one.who.name), one.kinds.get(TWICE, 0)
    mark = OVER if one.late else ""
    if twice:
        what = f"{counted(twice, 'visit')} may be recorded twice"
        more = one.count - twice
        what = f"{what}; {counted(more, 'field')} too" if more else what
        count, spoken = counted(twice, "visit"), f"{name}. {what}. Check before the next dose"
    else:
        what, count = listed(_units(one.kinds)), counted(one.count, "field")
        spoken = f"{name}. {what} changed in two places, {count}"
    return LineRow(one.who.id, name, what, count, ". ".join(filter(None, (spoken, mark))), mark=mark)


def _units(kinds: Iterable[str]) -> list[str]:
    """What may do harm is said first."""
    in_order = sorted(kinds, key=lambda kind: kind not in SAFETY)
    return [UNITS.get(("patient", kind)) or UNITS.get((kind, "member"), kind.replace("_", " ")) for kind in in_order]


def _by_person(saves: Iterable[Saved]) -> Sequence[tuple[str | None, Sequence[Saved]]]:
    grouped: dict[str | None, list[Saved]] = {}
    for one in saves:
        grouped.setdefault(one.patient, []).append(one)
    return tuple(grouped.items())


def _of_person(patient: str | None, saves: Sequence[Saved], people: Mapping[str, Known]) -> LineRow:
    who, what = who_is(patient, people), listed([what_is_saved(one) for one in saves])
    return LineRow(patient or "", who, what, counted(len(saves), "save"), f"{who}. {what}")


def _sent(one: Saved, people: Mapping[str, Known], zone: tzinfo | None) -> LineRow:
    who, what = who_is(one.patient, people), what_is_saved(one)
    when = f"{one.sent_at.astimezone(zone):%H:%M:%S}" if one.sent_at else ""
    return LineRow(one.cs_id, what, who, when, f"{what}. {who}. Sent {when}", icon="circle-check")


def _held(one: SentForReview, found: Centre, zone: tzinfo | None) -> LineRow:
    who = who_is(one.saved.patient, found.people)
    by, saved = whose(one.saved, found.me, found.names), what_is_saved(one.saved)
    if one.state in ("returned", "done"):
        what = dotted(reason_first(one, found.names), saved, by)
    else:
        what = dotted(f"{_STATES[one.state]}: {saved[:1].lower()}{saved[1:]}", by, refusal_words(one.reason))
    when = moment(one.since.astimezone(zone))
    return LineRow(one.saved.cs_id, who, what, when, f"{who}. {what}. {when}")


_STATES = {
    "waiting": "Sent for review",
    "adopted": "Taken into the record",
    "elsewhere": "Taken into the record by another team",
}


def _about(way: OnTheWay, reviews: Sequence[ToReview], zone: tzinfo | None) -> str:
    last, late = way.last, sum(one.late is not None for one in reviews)
    to_review = f"{len(reviews)} to review{f', {late} {OVER.lower()}' if late else ''}"
    if last is None:
        return to_review if reviews else ""
    said = [f"Last sync {moment((last.ended_at or last.began_at).astimezone(zone))}"]
    said.append(f"Sent {last.sent}, received {last.received}, {to_review}")
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


_ENDED = {
    "complete": "Complete",
    "stopped": "Stopped; the rest follows with the next sync",
    "differs": "This laptop and the hub did not hold the same; looked through again with the next sync",
    "not_compared": "Not compared with the hub yet; the next sync does",
}
"""How an exchange ended, where nothing went wrong."""


def _exchange(one: PastExchange, zone: tzinfo | None) -> LineRow:
    outcome = _ENDED.get(one.outcome, "") or next(
        (words.happened for code, words in HUB.items() if code.value == one.outcome), "Not finished"
    )
    counts = [f"Sent {one.sent}", f"received {one.received}"]
    counts += [f"{one.quarantined} sent for review"] if one.quarantined else []
    counts += [counted(one.conflicts, "new conflict")] if one.conflicts else []
    when = moment(_ended(one).astimezone(zone))
    return LineRow("", outcome, ", ".join(counts), when, f"{when}. {outcome}. {', '.join(counts)}")


def _ended(one: PastExchange) -> datetime:
    return one.ended_at or one.began_at

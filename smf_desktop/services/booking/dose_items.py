"""The operations that change who gives doses: whoever causes a change puts them into the change set of the cause.

Every change of who gives a dose, from today on, writes one letter to the core team with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from smf_core.domain.diary import window
from smf_core.domain.dose_cover import (
    DAY,
    CoverNews,
    DoseCover,
    Giver,
    HandOver,
    changed,
    hand_overs,
    lapses,
    left_open,
    named,
    on_day,
    put_back,
)
from smf_core.domain.letter import Letter, LetterKind, LetterState
from smf_core.domain.pathway import Episode
from smf_core.domain.patient import Patient
from smf_core.domain.referral import Referral, Source
from smf_core.domain.task import TaskKind
from smf_core.domain.teaching_trouble import UnknownEpisode
from smf_core.operations.change_set import Item
from smf_core.operations.fold import fold
from smf_core.records import Connection
from smf_core.records.log import held_operations
from smf_core.records.queries.batches import code
from smf_core.records.queries.dose_covers import cover_ids, covers_of
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.letters import letters_of_episode
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.referrals import referral as referral_of
from smf_core.records.queries.tasks import open_about
from smf_core.records.queries.visits import Booking
from smf_desktop.services.known import known_episode
from smf_desktop.services.letters.items import OF_A_DOSE, core_letter_item, replaced, state_item
from smf_desktop.services.session import Session, Work, new_item
from smf_desktop.services.tasks import task_item


@dataclass(frozen=True, slots=True)
class LetterTurn:
    """What became of a letter in a save; one that was not there before it counts as withdrawn."""

    letter: str
    before: LetterState
    after: LetterState


@dataclass(frozen=True, slots=True)
class CoverBefore:
    """A change of who gives the doses of one pathway, to put it back: the rows before it and those it left, what it
    did to letters, and which letters about doses stood then."""

    episode: str
    rows: tuple[DoseCover, ...]
    left: tuple[DoseCover, ...]
    letters: tuple[LetterTurn, ...] = ()
    standing: frozenset[str] = frozenset()

    @property
    def wrote(self) -> bool:
        """Whether the change left a letter to the core team to print."""
        return any(turn.after is LetterState.TO_PRINT for turn in self.letters)


@dataclass(frozen=True, slots=True)
class CoverItems:
    """The operations that change who gives the doses of a pathway, letters with them, and how to put it back."""

    items: tuple[Item, ...]
    before: CoverBefore


def dose_names(patient: Patient, skill: str, rows: Iterable[DoseCover] = ()) -> tuple[str, ...]:
    """The doses and care times of a pathway: those its medicines name, and those somebody was named for."""
    times = (time.strip() for one in patient.medicines if one.skill == skill for time in one.times.split(","))
    found: dict[str, str] = {}
    for dose in (*times, *(row.dose for row in rows)):
        if dose:
            found.setdefault(dose.casefold(), dose)
    return tuple(found.values())


def dose_episode(connection: Connection, person: Patient, episodes: Sequence[str], dose: str) -> str:
    """The pathway a dose belongs to: the one whose medicines or rows name it, else the first of the visit."""
    rows = covers_of(connection, episodes)
    for each in episodes:
        held = episode_of(connection, each)
        if held is not None:
            names = dose_names(person, held.skill, rows.get(each, ()))
            if any(dose.casefold() == name.casefold() for name in names):
                return each
    if not episodes:
        raise UnknownEpisode
    return episodes[0]


# --- the rows and the letter ---------------------------------------------------------------------


def cover_items(
    session: Session, work: Work, episode: Episode, after: Sequence[DoseCover], *, tell: bool = True
) -> CoverItems:
    """The operations that make the rows of a pathway those of `after`; one letter where a dose changes hands."""
    before = covers_of(work.connection, (episode.id,)).get(episode.id, ())
    letters, turns = _letters(session, work, episode, before, after) if tell else ((), ())
    rows = row_items(session, work, before, after)
    return CoverItems((*rows, *letters), _stood(work.connection, episode.id, before, after, turns))


def _stood(
    connection: Connection,
    episode: str,
    before: Sequence[DoseCover],
    after: Sequence[DoseCover],
    turns: tuple[LetterTurn, ...],
) -> CoverBefore:
    standing = {one.id for one in _of_doses(connection, episode) if one.stands}
    standing -= {turn.letter for turn in turns if turn.after is LetterState.WITHDRAWN}
    standing |= {turn.letter for turn in turns if turn.after is not LetterState.WITHDRAWN}
    return CoverBefore(episode, tuple(before), tuple(after), turns, frozenset(standing))


def _of_doses(connection: Connection, episode: str) -> list[Letter]:
    written = letters_of_episode(connection, episode)
    return [one for one in written if one.kind is LetterKind.CORE_TEAM and one.cause in OF_A_DOSE]


def _letters(
    session: Session, work: Work, episode: Episode, before: Sequence[DoseCover], after: Sequence[DoseCover]
) -> tuple[tuple[Item, ...], tuple[LetterTurn, ...]]:
    """The letter to the core team, in place of those that were never printed."""
    turns = hand_overs(before, after, session.today())
    heard = not episode.is_open and not any(_core_gives(turn) for turn in turns)  # of the discharge, which says it
    if heard or not concerns_core(turns, episode, referral_of(work.connection, episode.referral)):
        return (), ()
    news = _news(session, work, episode, turns, before, after)
    items = replaced(session, work, episode.id, OF_A_DOSE)
    letters = [LetterTurn(item.entity_id, LetterState.TO_PRINT, LetterState.WITHDRAWN) for item in items]
    if news.turns:  # none: all is again as the team heard it last
        written = core_letter_item(session, work, episode, news)
        letters.insert(0, LetterTurn(written.entity_id, LetterState.WITHDRAWN, LetterState.TO_PRINT))
        items.append(written)
    return tuple(items), tuple(letters)


def row_items(
    session: Session, work: Work, before: Iterable[DoseCover], after: Iterable[DoseCover]
) -> tuple[Item, ...]:
    """The operations that make these rows those. A row of `after` that was taken out once stands again."""
    change = changed(before, after)
    again = [row for row in change.added if row.id]
    fresh = [new_item("dose_cover", session.new_id(), "row", **said(row)) for row in change.added if not row.id]
    fresh += [work.change("dose_cover", row.id, "row", said(row)) for row in (*change.rewritten, *again)]
    return (*fresh, *(work.change("dose_cover", row.id, "row", said(row) | {"cancelled": True}) for row in change.gone))


def said(row: DoseCover) -> dict[str, Any]:
    """What a row says, as an operation has it."""
    fields: dict[str, Any] = {
        "patient": row.patient,
        "episode": row.episode,
        "dose": row.dose,
        "giver": row.giver.value,
        "who": row.who,
        "from": row.from_.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "note": row.note,
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _core_gives(turn: HandOver) -> bool:
    return any(giver is Giver.CORE_TEAM for giver, _ in (*turn.before, *turn.after))


def concerns_core(turns: Iterable[HandOver], episode: Episode | None, referral: Referral | None) -> bool:
    """Whether the core team is to hear of doses that change hands.

    It is, whoever gave them. Only a dose named for the first time is none of its business, unless it gives the dose
    from now on, or calls on the person so far as the record knows.
    """
    return any(
        not turn.first or Giver.CORE_TEAM in {giver for giver, _ in turn.after} or core_calls(episode, referral)
        for turn in turns
    )


def core_calls(episode: Episode | None, referral: Referral | None) -> bool:
    """Whether the core team calls on a person for this skill, as last recorded; else as at the referral."""
    if episode is not None and episode.core_visits:
        return Decimal(episode.core_visits[-1].visits_per_month) > 0
    baseline = (episode.baseline_visits_per_month if episode else None) or (
        referral.baseline_visits_per_month if referral else None
    )
    if baseline is not None:
        return Decimal(baseline) > 0
    return referral is not None and referral.source is Source.CORE_TEAM


def _news(
    session: Session,
    work: Work,
    episode: Episode,
    turns: tuple[HandOver, ...],
    before: Sequence[DoseCover],
    after: Sequence[DoseCover],
) -> CoverNews:
    today = session.today()
    person = patient_of(work.connection, episode.patient)
    rows = from_now_on(after, today)
    doses = {*(dose_names(person, episode.skill, rows) if person else ()), *(turn.dose for turn in turns)}
    written = letters_of_episode(work.connection, episode.id)
    letters = [one for one in written if one.kind is LetterKind.CORE_TEAM]
    standing = [one for one in letters if one.stands]
    unanswered = bool(standing) and standing[-1].asks_to_stop
    calls = core_calls(episode, referral_of(work.connection, episode.referral))
    told = as_last_told(work.connection, episode.id, _of_doses(work.connection, episode.id))
    return CoverNews(
        hand_overs(before if told is None else told, after, today),
        rows,
        unnamed=tuple(dict.fromkeys(one.dose for one in lapses(after, sorted(doses), today) if one.named == 0)),
        core_visits=episode.core_visits[-1] if episode.core_visits else None,
        stops=asks_to_stop(turns, core_calls=calls)
        or (unanswered and (not episode.is_open or any(row.giver is not Giver.CORE_TEAM for row in rows))),
    )


def as_last_told(connection: Connection, episode: str, letters: Sequence[Letter]) -> tuple[DoseCover, ...] | None:
    """Who gave each dose when the core team last heard of it: with the last of these letters that left the house;
    before the first of them where none did. None where there is no letter."""
    if not letters:
        return None
    left = [one for one in letters if one.state in (LetterState.PRINTED, LetterState.SENT)]
    at = held_operations(connection, "letter", (left[-1] if left else letters[0]).id)[0].order[:4]
    found = []
    for each in cover_ids(connection, episode):
        ops = held_operations(connection, "dose_cover", each)
        by_then = [op for op in ops if op.order[:4] < at or (left and op.order[:4] == at)]
        value = fold("dose_cover", each, by_then).value("row")
        if value is not None and not value.shown.payload.get("cancelled"):
            found.append(_row_of(each, value.shown.payload))
    return tuple(found)


def _row_of(row: str, payload: Mapping[str, Any]) -> DoseCover:
    return DoseCover(
        id=row,
        patient=str(payload["patient"]),
        episode=str(payload["episode"]),
        dose=str(payload["dose"]),
        giver=code(Giver, str(payload["giver"]), Giver.OTHER),
        from_=date.fromisoformat(payload["from"]),
        until=date.fromisoformat(payload["until"]) if payload.get("until") else None,
        who=str(payload.get("who") or ""),
    )


def asks_to_stop(turns: Iterable[HandOver], *, core_calls: bool) -> bool:
    """Whether somebody gives a dose now that the core team gave, or may give where nobody was named."""
    return any(
        turn.after
        and all(giver is not Giver.CORE_TEAM for giver, _ in turn.after)
        and (any(giver is Giver.CORE_TEAM for giver, _ in turn.before) or (core_calls and not turn.before))
        for turn in turns
    )


def from_now_on(rows: Iterable[DoseCover], today: date) -> tuple[DoseCover, ...]:
    """The rows that have not ended, by dose and day."""
    running = (row for row in rows if row.until is None or row.until >= today)
    return tuple(sorted(running, key=lambda row: (row.dose.casefold(), row.from_)))


def put_back_items(session: Session, work: Work, before: CoverBefore) -> CoverItems:
    """The doses that a change was about, given as before it; other doses of the pathway stay as they are now.

    Letters that nothing happened to since are as they were too; otherwise a new one says what holds again. Raises
    `ChangedMeanwhile` where somebody else was named for one of those doses since.
    """
    episode = known_episode(work.connection, before.episode)
    now = covers_of(work.connection, (episode.id,)).get(episode.id, ())
    after = put_back(now, before.rows, before.left)
    held = {one.id: one.state for one in letters_of_episode(work.connection, episode.id)}
    standing = frozenset(one.id for one in _of_doses(work.connection, episode.id) if one.stands)
    if standing != before.standing or any(held.get(one.letter) is not one.after for one in before.letters):
        return cover_items(session, work, episode, after)
    turns = tuple(LetterTurn(one.letter, one.after, one.before) for one in before.letters)
    states = (state_item(session, work, one.letter, one.after, reason=TAKEN_BACK) for one in turns)
    items = (*row_items(session, work, now, after), *states)
    return CoverItems(items, _stood(work.connection, episode.id, now, after, turns))


TAKEN_BACK = "The change was taken back"


# --- a visit that gives a dose -------------------------------------------------------------------


def gives_dose(booked: Booking, at: datetime) -> bool:
    """Whether a visit at this time gives the dose it is tied to."""
    times = window(booked.window_from, booked.window_until)
    return bool(booked.dose) and (times is None or times.holds(at.timetz().replace(tzinfo=None)))


def visit_dose_items(
    session: Session,
    work: Work,
    *,
    gives: Iterable[tuple[Booking, date]] = (),
    leaves: Iterable[tuple[Booking, date]] = (),
    tell: bool = True,
) -> tuple[tuple[Item, ...], tuple[CoverBefore, ...]]:
    """What visits tied to a dose do to who gives it: our nurse is named for the days they give it on, and for the
    days they leave it open nobody is, unless somebody else was named since. Visits without a dose do nothing.

    Answers the operations, and how to put each pathway back.
    """
    stood: dict[str, tuple[DoseCover, ...]] = {}
    rows: dict[str, tuple[DoseCover, ...]] = {}
    people: dict[str, Patient | None] = {}
    for given, pairs in ((False, leaves), (True, gives)):
        for booked, day in pairs:
            if not booked.dose:
                continue
            if booked.patient not in people:
                people[booked.patient] = patient_of(work.connection, booked.patient)
            person = people[booked.patient]
            if person is None or not booked.episodes:
                continue
            episode = dose_episode(work.connection, person, booked.episodes, booked.dose)
            if episode not in rows:
                stood[episode] = rows[episode] = covers_of(work.connection, (episode,)).get(episode, ())
            rows[episode] = _given(rows[episode], booked, episode, day, given=given)
    made = []
    for each, after in rows.items():
        pathway = episode_of(work.connection, each)
        if pathway is not None and after != stood[each]:
            made.append(cover_items(session, work, pathway, after, tell=tell))
    return tuple(item for one in made for item in one.items), tuple(one.before for one in made)


def _given(
    rows: tuple[DoseCover, ...], booked: Booking, episode: str, day: date, *, given: bool
) -> tuple[DoseCover, ...]:
    if not given:
        return left_open(rows, booked.dose, day)
    if [row.giver for row in on_day(rows, booked.dose, day)] == [Giver.SMF]:
        return rows
    ours = DoseCover("", booked.patient, episode, booked.dose, Giver.SMF, day, day)
    *others, new = named(rows, ours)
    day_before = next((row for row in others if not row.id and row.until == day - DAY and row.dose == ours.dose), None)
    if day_before is None or day_before.giver is not Giver.SMF:
        return (*others, new)
    # A visit every day is one row, not one for each day.
    return (*(row for row in others if row is not day_before), replace(day_before, until=day))


def question_item(session: Session, visit: str, patient: str, dose: str, on: date) -> Item:
    """The red task that asks who gives a dose; it goes into the change set of what leaves the dose open."""
    text = f"Who gives this dose? {dose}"
    kind = TaskKind.WHO_GIVES_DOSE
    return task_item(session, kind, text, patient=patient, due_on=on, about=visit, urgent=True)


def doses_in_doubt(session: Session, work: Work, visits: Iterable[Booking]) -> tuple[tuple[Booking, Item], ...]:
    """Who gives the doses of visits that stand and that nobody may be there to make, each visit with its question.

    Our nurse stays named until it is answered: a colleague may yet make the visit. Not asked where it is open already,
    nor of a visit outside the window of its dose, which was asked about when it was put there.
    """
    here = session.now().tzinfo
    given = [(one, at) for one in visits if gives_dose(one, at := one.at.astimezone(here))]
    open_now = open_about(work.connection, (one.id for one, _ in given))
    return tuple(
        (one, question_item(session, one.id, one.patient, one.dose, at.date()))
        for one, at in given
        if not any(task.kind is TaskKind.WHO_GIVES_DOSE for task in open_now.get(one.id, ()))
    )

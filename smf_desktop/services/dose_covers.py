"""Who gives each dose until sign-off: named, changed and ended; the core team is written to where it is concerned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from smf_core.domain.day_trouble import DaysTurnedRound, DoseNeeded, GiverNeedsName, UnknownDoseCover, UnknownTask
from smf_core.domain.dose_cover import Changed, DoseCover, EpisodeCover, Giver, lapses, named
from smf_core.domain.letter import DoseLine
from smf_core.domain.pathway import Episode
from smf_core.domain.patient import Patient
from smf_core.domain.task import TaskKind, TaskState
from smf_core.domain.teaching_trouble import UnknownEpisode, UnknownPatient
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.dose_covers import covers_of, dose_cover
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.tasks import task as task_of
from smf_core.records.queries.tasks import tasks_of
from smf_core.records.queries.visits import booking
from smf_desktop.services.letter_items import core_letter_items
from smf_desktop.services.people import alive, writable
from smf_desktop.services.session import Session, Touched, Work, new_item
from smf_desktop.services.tasks import done_item, task_item

NAMED_BY_WORDS = frozenset({Giver.CARER, Giver.OTHER})


def dose_names(patient: Patient, skill: str, rows: Iterable[DoseCover] = ()) -> tuple[str, ...]:
    """The doses and care times of a pathway: those its medicines name, and those somebody was named for."""
    times = (time.strip() for one in patient.medicines if one.skill == skill for time in one.times.split(","))
    found: dict[str, str] = {}
    for dose in (*times, *(row.dose for row in rows)):
        if dose:
            found.setdefault(dose.casefold(), dose)
    return tuple(found.values())


def cover_of(connection: Connection, patient: Patient, episodes: Sequence[Episode], today: date) -> list[EpisodeCover]:
    """Who gives what in these pathways, the ended ones left out."""
    running = [one for one in episodes if one.is_open]
    rows = covers_of(connection, (one.id for one in running))
    found = []
    for one in running:
        own = rows.get(one.id, ())
        doses = dose_names(patient, one.skill, own)
        found.append(EpisodeCover(one.id, one.skill, doses, own, lapses(own, doses, today)))
    return found


def dose_cover_of(session: Session, patient: str) -> tuple[EpisodeCover, ...]:
    """Who gives each dose of one person, by pathway. Raises `UnknownPatient`."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        person = patient_of(connection, patient)
        if person is None:
            raise UnknownPatient
        return tuple(cover_of(connection, person, episodes_of(connection, patient), session.today()))


@dataclass(frozen=True, slots=True)
class NewCover:
    """Who gives one dose from a day on, to a day or until it is changed. `task` is the question it answers."""

    episode: str
    dose: str
    giver: Giver
    from_: date
    until: date | None = None
    who: str = ""
    note: str = ""
    task: str | None = None


@dataclass(frozen=True, slots=True)
class CoverChanged:
    """What naming somebody did. `before` are the rows as they were, to put them back; `letter` says one was written."""

    touched: Touched
    episode: str
    before: tuple[DoseCover, ...]
    letter: bool
    task: str | None = None


def name_giver(session: Session, new: NewCover) -> CoverChanged:
    """Say who gives a dose. Whoever was named for those days gives way; the question that asked for it is answered,
    and the core team is written to where it gives, or gave, the dose.
    """
    require(session.user, Action.NAME_DOSE_GIVER)
    with session.work() as work:
        episode = episode_of(work.connection, new.episode)
        if episode is None:
            raise UnknownEpisode
        writable(work.connection, episode.patient)
        alive(work.connection, episode.patient)
        before = covers_of(work.connection, (episode.id,)).get(episode.id, ())
        items, letter = giver_items(session, work, episode, new)
        if new.task:
            items.append(done_item(session, work, new.task))
        items += _questions_answered(session, work, episode, new)
        work.save(items, patient=episode.patient)
    return CoverChanged(frozenset(work.touched), episode.id, before, letter, new.task)


def giver_items(session: Session, work: Work, episode: Episode, new: NewCover) -> tuple[list[Item], bool]:
    """The operations that name somebody, with the letter to the core team where it gives, or gave, the dose.

    Answers also whether there is a letter.
    """
    before = covers_of(work.connection, (episode.id,)).get(episode.id, ())
    items, change = cover_items(session, work, episode, new)
    letter = Giver.CORE_TEAM in change.concerned
    if letter:
        items += core_letter_items(session, work, episode.id, dose_lines(_after(before, change), session.today()))
    return items, letter


def cover_items(session: Session, work: Work, episode: Episode, new: NewCover) -> tuple[list[Item], Changed]:
    """The operations that name somebody, for the caller's own change set, and what they do to the rows."""
    if not new.dose.strip():
        raise DoseNeeded
    if new.giver in NAMED_BY_WORDS and not new.who.strip():
        raise GiverNeedsName
    if new.until is not None and new.until < new.from_:
        raise DaysTurnedRound
    rows = covers_of(work.connection, (episode.id,)).get(episode.id, ())
    row = DoseCover(
        id="",
        patient=episode.patient,
        episode=episode.id,
        dose=new.dose.strip(),
        giver=new.giver,
        from_=new.from_,
        until=new.until,
        who=new.who.strip(),
        note=new.note.strip(),
    )
    change = named(rows, row)
    items = [new_item("dose_cover", session.new_id(), "row", **_said(one)) for one in change.added]
    items += [work.change("dose_cover", one.id, "row", _said(one)) for one in change.shortened]
    items += [work.change("dose_cover", one.id, "row", _said(one) | {"cancelled": True}) for one in change.gone]
    return items, change


def end_cover(session: Session, cover: str) -> CoverChanged:
    """Take one row out: nobody is named for those days any more, which is shown in red until somebody is."""
    require(session.user, Action.NAME_DOSE_GIVER)
    with session.work() as work:
        row = dose_cover(work.connection, cover)
        if row is None:
            raise UnknownDoseCover
        writable(work.connection, row.patient)
        before = covers_of(work.connection, (row.episode,)).get(row.episode, ())
        items = [work.change("dose_cover", row.id, "row", _said(row) | {"cancelled": True})]
        letter = row.giver is Giver.CORE_TEAM
        if letter:
            after = [one for one in before if one.id != row.id]
            items += core_letter_items(session, work, row.episode, dose_lines(after, session.today()))
        work.save(items, patient=row.patient)
    return CoverChanged(frozenset(work.touched), row.episode, before, letter)


def put_cover_back(session: Session, done: CoverChanged) -> CoverChanged:
    """The rows as they were before a change; a question it answered is open again, and the core team is told anew."""
    require(session.user, Action.NAME_DOSE_GIVER)
    with session.work() as work:
        episode = episode_of(work.connection, done.episode)
        if episode is None:
            raise UnknownEpisode
        writable(work.connection, episode.patient)
        now = covers_of(work.connection, (episode.id,)).get(episode.id, ())
        stood = {row.id: row for row in done.before}
        items = [
            work.change("dose_cover", row.id, "row", _said(row) | {"cancelled": True})
            for row in now
            if row.id not in stood
        ]
        items += [work.change("dose_cover", row.id, "row", _said(row)) for row in done.before if row not in now]
        if done.task:
            asked = task_of(work.connection, done.task)
            answered = asked is not None and asked.state is not TaskState.OPEN
            items.append(done_item(session, work, done.task, state=TaskState.OPEN if answered else TaskState.DONE))
        if done.letter:
            items += core_letter_items(session, work, episode.id, dose_lines(done.before, session.today()))
        if items:
            work.save(items, patient=episode.patient)
    return CoverChanged(frozenset(work.touched), episode.id, now, done.letter, done.task)


def dose_lines(rows: Iterable[DoseCover], today: date) -> tuple[DoseLine, ...]:
    """Who gives each dose from today on, as a letter says it."""
    running = (row for row in rows if row.until is None or row.until >= today)
    return tuple(DoseLine(row.dose, row.giver.value, row.who, row.from_, row.until) for row in running)


# --- a visit that was to give a dose -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DoseQuestion:
    """Who gives one dose on one day, since the visit that was to give it does not. `task` stands red until answered."""

    task: str
    patient: str
    episode: str
    dose: str
    on: date
    text: str


def question_item(session: Session, visit: str, patient: str, dose: str, on: date) -> Item:
    """The red task that asks who gives a dose; it goes into the change set of what leaves the dose open."""
    text = f"Who gives this dose? {dose}"
    kind = TaskKind.WHO_GIVES_DOSE
    return task_item(session, kind, text, patient=patient, due_on=on, about=visit, urgent=True)


def dose_question(session: Session, task: str) -> DoseQuestion:
    """What a red task asks. Raises `UnknownTask` where it asks nothing of a dose."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        found = task_of(connection, task)
        booked = booking(connection, found.about) if found and found.about else None
        person = patient_of(connection, found.patient) if found and found.patient else None
        if found is None or found.kind is not TaskKind.WHO_GIVES_DOSE or booked is None or person is None:
            raise UnknownTask
        episode = dose_episode(connection, person, booked.episodes, booked.dose)
        on = found.due_on or booked.at.date()
        return DoseQuestion(found.id, person.id, episode, booked.dose, on, found.text)


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


def _questions_answered(session: Session, work: Work, episode: Episode, new: NewCover) -> list[Item]:
    """Other open questions about the same dose on a day that is covered now."""
    items = []
    for task in tasks_of(work.connection, episode.patient):
        if task.kind is not TaskKind.WHO_GIVES_DOSE or task.state is not TaskState.OPEN or task.id == new.task:
            continue
        booked = booking(work.connection, task.about) if task.about else None
        same = booked is not None and booked.dose.casefold() == new.dose.strip().casefold()
        on = task.due_on
        covered = on is not None and new.from_ <= on and (new.until is None or on <= new.until)
        if same and covered and booked is not None and episode.id in booked.episodes:
            items.append(done_item(session, work, task.id))
    return items


def _after(before: Sequence[DoseCover], change: Changed) -> list[DoseCover]:
    gone = {row.id for row in (*change.gone, *change.shortened)}
    rows = [row for row in before if row.id not in gone]
    rows += [*change.shortened, *(replace(row) for row in change.added)]
    return sorted(rows, key=lambda row: (row.dose.casefold(), row.from_))


def _said(row: DoseCover) -> dict[str, Any]:
    said: dict[str, Any] = {
        "patient": row.patient,
        "episode": row.episode,
        "dose": row.dose,
        "giver": row.giver.value,
        "who": row.who,
        "from": row.from_.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "note": row.note,
    }
    return {name: value for name, value in said.items() if value not in (None, "")}

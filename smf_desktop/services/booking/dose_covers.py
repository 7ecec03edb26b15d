"""Who gives each dose until sign-off: named, changed and ended, the questions that ask for it answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from smf_core.domain.day_trouble import DaysTurnedRound, DoseNeeded, GiverNeedsName, UnknownDoseCover, UnknownTask
from smf_core.domain.dose_cover import DoseCover, EpisodeCover, Giver, lapses, named
from smf_core.domain.pathway import Episode
from smf_core.domain.patient import Patient
from smf_core.domain.task import TaskKind, TaskState
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.dose_covers import covers_of, dose_cover
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.tasks import task as task_of
from smf_core.records.queries.tasks import tasks_of
from smf_core.records.queries.visits import booking
from smf_desktop.services.booking.dose_items import (
    CoverBefore,
    CoverItems,
    cover_items,
    dose_episode,
    dose_names,
    put_back_items,
)
from smf_desktop.services.known import known_episode, known_patient
from smf_desktop.services.people import alive, writable
from smf_desktop.services.session import Session, Touched, Work
from smf_desktop.services.tasks import done_item

NAMED_BY_WORDS = frozenset({Giver.CARER, Giver.OTHER})


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
        person = known_patient(connection, patient)
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
    """What naming somebody did. `before` is how the pathway stood, to put it back; `tasks` are the questions that it
    answered."""

    touched: Touched
    before: CoverBefore
    tasks: tuple[str, ...] = ()

    @property
    def letter(self) -> bool:
        """Whether a letter to the core team was written."""
        return self.before.wrote


def name_giver(session: Session, new: NewCover) -> CoverChanged:
    """Say who gives a dose. Whoever was named for those days gives way; the question that asked for it is answered,
    and the core team is written to where the dose changes hands.
    """
    require(session.user, Action.NAME_DOSE_GIVER)
    with session.work() as work:
        episode = known_episode(work.connection, new.episode)
        writable(work.connection, episode.patient)
        alive(work.connection, episode.patient)
        made = named_items(session, work, episode, new)
        answered = tuple(dict.fromkeys((*([new.task] if new.task else ()), *_questions_answered(work, episode, new))))
        done = [done_item(session, work, each) for each in answered]
        work.save([*made.items, *done], patient=episode.patient)
    return CoverChanged(frozenset(work.touched), made.before, answered)


def named_items(session: Session, work: Work, episode: Episode, new: NewCover) -> CoverItems:
    """The operations that name somebody, for the caller's own change set. Raises what is wrong with the entry."""
    if not new.dose.strip():
        raise DoseNeeded
    if new.giver in NAMED_BY_WORDS and not new.who.strip():
        raise GiverNeedsName
    if new.until is not None and new.until < new.from_:
        raise DaysTurnedRound
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
    rows = covers_of(work.connection, (episode.id,)).get(episode.id, ())
    return cover_items(session, work, episode, named(rows, row))


def end_cover(session: Session, *covers: str) -> CoverChanged:
    """Take rows of one pathway out: nobody is named for those days any more, shown in red until somebody is."""
    require(session.user, Action.NAME_DOSE_GIVER)
    with session.work() as work:
        row = next(filter(None, (dose_cover(work.connection, each) for each in covers)), None)
        episode = episode_of(work.connection, row.episode) if row else None
        if row is None or episode is None:
            raise UnknownDoseCover
        writable(work.connection, row.patient)
        before = covers_of(work.connection, (row.episode,)).get(row.episode, ())
        made = cover_items(session, work, episode, [one for one in before if one.id not in covers])
        work.save(made.items, patient=row.patient)
    return CoverChanged(frozenset(work.touched), made.before)


def put_cover_back(session: Session, done: CoverChanged) -> CoverChanged:
    """The rows as they were before a change, and its letter with them; the questions it answered are open again."""
    require(session.user, Action.NAME_DOSE_GIVER)
    with session.work() as work:
        episode = known_episode(work.connection, done.before.episode)
        writable(work.connection, episode.patient)
        made = put_back_items(session, work, done.before)
        items = list(made.items)
        for each in done.tasks:
            asked = task_of(work.connection, each)
            turned = _ANSWERED.get(asked.state) if asked else None
            if turned is not None:
                items.append(done_item(session, work, each, state=turned))
        if items:
            work.save(items, patient=episode.patient)
    return CoverChanged(frozenset(work.touched), made.before, done.tasks)


_ANSWERED = {TaskState.DONE: TaskState.OPEN, TaskState.OPEN: TaskState.DONE}
"""What undo makes of a question, and redo again. One that is asked no longer stays so."""


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


def _questions_answered(work: Work, episode: Episode, new: NewCover) -> Iterator[str]:
    """The open questions about the same dose on a day that is covered now."""
    for task in tasks_of(work.connection, episode.patient):
        if task.kind is not TaskKind.WHO_GIVES_DOSE or task.state is not TaskState.OPEN:
            continue
        booked = booking(work.connection, task.about) if task.about else None
        same = booked is not None and booked.dose.casefold() == new.dose.strip().casefold()
        on = task.due_on
        covered = on is not None and new.from_ <= on and (new.until is None or on <= new.until)
        if same and covered and booked is not None and episode.id in booked.episodes:
            yield task.id

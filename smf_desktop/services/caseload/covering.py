"""Who teaches whom: handing people over for good, many at once, and standing in from one day to another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from smf_core.domain.caseload_trouble import CoversThemselves, CoverTurnedRound, NobodyChosen, UnknownCover
from smf_core.domain.pathway import Episode
from smf_core.domain.task import TaskState
from smf_core.domain.teaching_trouble import ReadOnlyRecord, UnknownEpisode
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.covers import Absence, absence, absences_from, nurse_cover, stood_in_for
from smf_core.records.queries.episodes import episodes as episodes_named
from smf_core.records.queries.episodes import open_episodes_of
from smf_core.records.queries.tasks import task as task_of
from smf_core.records.queries.visits import Booking, planned_visits
from smf_desktop.services.booking.dose_items import doses_in_doubt
from smf_desktop.services.pathways import teacher
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, Work, new_item
from smf_desktop.services.tasks import done_item

CHUNK = 50
"""Pathways handed over in one transaction: whoever else saves waits no longer than for so many."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a hand-over did. `before` names by pathway who taught it: handing back puts that again.

    `passed_over` are pathways that ended meanwhile, or that a newer version wrote to.
    """

    touched: Touched
    before: Mapping[str, str | None]
    passed_over: tuple[str, ...] = ()


def pathways_of(session: Session, people: Sequence[str], nurse: str | None = None) -> tuple[str, ...]:
    """The open pathways of some people; of one nurse alone where one is named."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        found = open_episodes_of(connection, people)
    return tuple(one.id for one in found if nurse is None or one.nurse == nurse)


def assign(session: Session, episodes: Sequence[str], nurse: str) -> Handed:
    """Have a nurse or assistant teach these pathways from now on, however many they are.

    Each is a change of its own in its person's record. What was done stays done if it is cut off: doing it again
    does the rest. Raises `NobodyChosen` or `NoSuchUser`.
    """
    return hand(session, dict.fromkeys(episodes, nurse))


def hand(session: Session, to: Mapping[str, str | None]) -> Handed:
    """Have each pathway taught by somebody, or by nobody yet: also how a hand-over is taken back."""
    require(session.user, Action.ASSIGN_NURSE)
    if not to:
        raise NobodyChosen
    before: dict[str, str | None] = {}
    touched: set[str] = set()
    passed: list[str] = []
    for some in _chunks(tuple(to)):
        with session.work() as work:
            for nurse in {to[each] for each in some} - {None}:
                teacher(work.connection, str(nurse))
            for one, fit in _open(work.connection, some):
                if not fit:
                    passed.append(one.id)
                elif one.nurse != to[one.id]:
                    said = {"nurse": to[one.id]} if to[one.id] else {}
                    work.save([work.change("episode", one.id, "nurse", said)], patient=one.patient)
                    before[one.id] = one.nurse
            touched |= work.touched
    return Handed(frozenset(touched), before, tuple(passed))


def cover_pathways(
    session: Session, episodes: Sequence[str], nurse: str, from_: date, until: date, reason: str = ""
) -> tuple[tuple[str, ...], Touched]:
    """Have somebody stand in on these pathways from one day to another, both included; then they return by themselves.

    Answers the ids of the covers. Raises `CoverTurnedRound`, `NobodyChosen` or `NoSuchUser`.
    """
    require(session.user, Action.ASSIGN_NURSE)
    _check_days(session, from_, until)
    if not episodes:
        raise NobodyChosen
    made: list[str] = []
    touched: set[str] = set()
    for some in _chunks(episodes):
        with session.work() as work:
            teacher(work.connection, nurse)
            for one, fit in _open(work.connection, some):
                if fit:
                    cover = session.new_id()
                    said = {"nurse": nurse, "from": from_.isoformat(), "until": until.isoformat(), "reason": reason}
                    named = {"patient": one.patient, "episode": one.id}
                    work.save([new_item("nurse_cover", cover, "arranged", **named, **said)], patient=one.patient)
                    made.append(cover)
            touched |= work.touched
    return tuple(made), frozenset(touched)


def end_covers(session: Session, covers: Sequence[str], *, cancelled: bool = True) -> Touched:
    """Call covers off, or let them stand again."""
    require(session.user, Action.ASSIGN_NURSE)
    touched: set[str] = set()
    for some in _chunks(covers):
        with session.work() as work:
            for each in some:
                held = nurse_cover(work.connection, each)
                if held is None:
                    raise UnknownCover
                said = {**held.said, "cancelled": cancelled}
                work.save([work.change("nurse_cover", each, "arranged", said)], patient=held.patient)
            touched |= work.touched
    return frozenset(touched)


@dataclass(frozen=True, slots=True)
class NewAbsence:
    """A nurse away from one day to another, both included; whoever covers has their list on those days."""

    nurse: str
    from_: date
    until: date
    reason: str = ""
    covered_by: str | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """An absence as it was written down. `left` are the visits booked in its days that nobody stands in for, `doses`
    how many of them give a dose, `questions` the red tasks that ask who gives those: taking it back withdraws them."""

    id: str
    touched: Touched
    left: tuple[str, ...] = ()
    doses: int = 0
    questions: tuple[str, ...] = ()


def record_absence(session: Session, new: NewAbsence) -> Away:
    """Write down who is away and who covers. Where nobody does, the same save asks in red who gives the doses of the
    visits booked in those days.

    Raises `CoverTurnedRound`, `CoversThemselves` or `NoSuchUser`.
    """
    require(session.user, Action.ASSIGN_NURSE)
    _check_days(session, new.from_, new.until)
    if new.covered_by == new.nurse:
        raise CoversThemselves
    made = session.new_id()
    with session.work() as work:
        for each in filter(None, (new.nurse, new.covered_by)):
            teacher(work.connection, each)
        work.save([new_item("absence", made, "away", **_absence_said(new))], patient=None)
        left = _left(session, work.connection, new) if new.covered_by is None else ()
        asked = []
        for one, question in doses_in_doubt(session, work, left):
            if _writable(work.connection, one.patient):
                work.save([question], patient=one.patient)
                asked.append(question.entity_id)
    doses = sum(bool(one.dose) for one in left)
    return Away(made, frozenset(work.touched), tuple(one.id for one in left), doses, tuple(asked))


def _left(session: Session, connection: Connection, new: NewAbsence) -> tuple[Booking, ...]:
    """The visits from today on that were planned for somebody who is away, and that nobody makes in their place."""
    first = session.local(max(new.from_, session.today()), time.min)
    planned = planned_visits(connection, first, session.local(new.until + timedelta(days=1), time.min), new.nurse)
    covered = stood_in_for(connection, (one.id for one in planned))
    return tuple(one for one in planned if one.id not in covered)


def call_off_absence(
    session: Session, absence_id: str, questions: Sequence[str] = (), *, cancelled: bool = True
) -> Touched:
    """An absence that is not to be after all, or is again: who covered has the list no longer, or again.

    The red `questions` it asked are withdrawn, or asked again; one that was answered stays so.
    """
    require(session.user, Action.ASSIGN_NURSE)
    with session.work() as work:
        held = absence(work.connection, absence_id)
        if held is None:
            raise UnknownCover
        new = NewAbsence(held.nurse, held.from_, held.until, held.reason, held.covered_by)
        said = {**_absence_said(new), "cancelled": cancelled}
        work.save([work.change("absence", absence_id, "away", said)], patient=None)
        _turn(session, work, questions, cancelled=cancelled)
    return frozenset(work.touched)


def _turn(session: Session, work: Work, questions: Sequence[str], *, cancelled: bool) -> None:
    before, after = TaskState.OPEN, TaskState.CANCELLED
    if not cancelled:
        before, after = after, before
    for each in questions:
        asked = task_of(work.connection, each)
        if asked is not None and asked.state is before:
            work.save([done_item(session, work, each, state=after)], patient=asked.patient)


def absences(session: Session, nurse: str | None = None) -> tuple[Absence, ...]:
    """Absences that go on or are to come, of one nurse or of all."""
    with session.read() as connection:
        return absences_from(connection, session.today(), nurse)


def _absence_said(new: NewAbsence) -> dict[str, Any]:
    said = {"nurse": new.nurse, "from": new.from_.isoformat(), "until": new.until.isoformat(), "reason": new.reason}
    return said | ({"covered_by": new.covered_by} if new.covered_by else {})


def _check_days(session: Session, from_: date, until: date) -> None:
    if until < from_ or until < session.today():
        raise CoverTurnedRound


def _open(connection: Connection, named: Sequence[str]) -> Iterator[tuple[Episode, bool]]:
    """These pathways, and whether they can be written to."""
    for one in episodes_named(connection, named):
        yield one, one.is_open and _writable(connection, one.patient)


def _writable(connection: Connection, patient: str) -> bool:
    try:
        writable(connection, patient)
    except (ReadOnlyRecord, UnknownEpisode):
        return False
    return True


def _chunks(named: Sequence[str]) -> Iterator[Sequence[str]]:
    wanted = tuple(dict.fromkeys(named))
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]

"""Letters: read, printed, sent, withdrawn; and the core team's answer that its visits stop."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.discharge_facts import Closing
from smf_core.domain.discharge_rules import VISITS_A_MONTH_AT_MOST
from smf_core.domain.letter import TEMPLATE, Letter, LetterCause, LetterContent, LetterKind, LetterState
from smf_core.domain.letter_trouble import (
    LetterWithdrawn,
    NoSuccessor,
    NotAskedToStop,
    SentHowNeeded,
    UnknownLetter,
    WhoConfirmedNeeded,
)
from smf_core.domain.patient import Patient
from smf_core.domain.practice import Practice
from smf_core.domain.readings import number
from smf_core.domain.teaching_trouble import CareInFuture, NotAVisitsNumber, ReasonNeeded, UnknownPatient
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.log import held_operations
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.letters import LetterOf, count_letters, letters_in, letters_of
from smf_core.records.queries.letters import letter as letter_of
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.practices import practices
from smf_core.records.queries.users import users
from smf_desktop.presenters.letters.discharge import discharge_letter
from smf_desktop.presenters.letters.words import practice_address
from smf_desktop.reports.letters import letter_pdf
from smf_desktop.services.auditing import PRINT, READ, note
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.known import known_patient
from smf_desktop.services.letters.items import rewritten, state_item
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, Work, new_item


class Pile(StrEnum):
    """The letters of everybody, by what is to be done with them."""

    TO_PRINT = "to_print"
    PRINTED = "printed"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a list of letters is shown from. `practices` by code: those of the people in it and their successors."""

    letters: tuple[LetterOf, ...]
    counts: Mapping[LetterState, int]
    names: Mapping[str, str]
    practices: Mapping[str, Practice]
    holidays: frozenset[date]
    today: date


@dataclass(frozen=True, slots=True)
class PersonLetters:
    """The letters about one person."""

    patient: Patient
    letters: tuple[Letter, ...]
    names: Mapping[str, str]
    practices: Mapping[str, Practice]
    holidays: frozenset[date]
    today: date


def letters_to_send(session: Session, pile: Pile) -> LetterFacts:
    """One pile of letters, longest waiting first; those that are sent or withdrawn newest first."""
    require(session.user, Action.SEND_LETTERS)
    state = LetterState(pile.value)
    with session.read() as connection:
        found = letters_in(connection, (state,), newest=state in (LetterState.SENT, LetterState.WITHDRAWN))
        return LetterFacts(
            letters=found,
            counts=count_letters(connection),
            names=_names(connection),
            practices=_practices(connection, [one.practice_code for one in found]),
            holidays=bank_holidays_around(session.today()),
            today=session.today(),
        )


def letters_about(session: Session, patient: str) -> PersonLetters:
    """Every letter about a person, newest first. Raises `UnknownPatient`."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        person = known_patient(connection, patient)
        return PersonLetters(
            patient=person,
            letters=letters_of(connection, patient),
            names=_names(connection),
            practices=_practices(connection, [person.practice_code]),
            holidays=bank_holidays_around(session.today()),
            today=session.today(),
        )


def _names(connection: Connection) -> Mapping[str, str]:
    return {one.id: one.name for one in users(connection)}


def _practices(connection: Connection, codes: Sequence[str]) -> Mapping[str, Practice]:
    found = dict(practices(connection, filter(None, codes)))
    return found | dict(practices(connection, [one.successor for one in found.values() if one.successor]))


# --- the paper -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter with its pages as PDF, and whom it is about."""

    letter: Letter
    patient: Patient
    pdf: bytes


def read_letter(session: Session, letter_id: str, *, large: bool = False) -> Paper:
    """A letter as it prints. The reading is noted first. Raises `UnknownLetter`."""
    require(session.user, Action.SEND_LETTERS)
    with session.read() as connection:
        found = _letter(connection, letter_id)
        person = patient_of(connection, found.patient)
    if person is None:
        raise UnknownPatient
    note(session, READ, found.patient, f"letter:{letter_id}")
    return Paper(found, person, letter_pdf(found.content, large=large, template=found.template or TEMPLATE))


def read_letters(session: Session, letters: Sequence[str], *, large: bool = False) -> tuple[Paper, ...]:
    """Letters as they print, in this order, each reading noted. Those withdrawn meanwhile are left out."""
    papers = (read_letter(session, each, large=large) for each in letters)
    return tuple(one for one in papers if one.letter.stands)


def preview_pdf(
    form: DischargeForm, stand: Closing, kind: LetterKind, today: date, *, large: bool = False
) -> tuple[LetterContent, bytes] | None:
    """The letter that signing this form would write; None where it would write none."""
    said = discharge_letter(kind, form, stand, today)
    return None if said is None else (said, letter_pdf(said, large=large))


def note_saved(session: Session, letter_id: str) -> None:
    """Write down that a letter was saved as a file, outside the encryption."""
    require(session.user, Action.SEND_LETTERS)
    with session.read() as connection:
        found = _letter(connection, letter_id)
    note(session, PRINT, found.patient, f"letter-file:{letter_id}")


# --- what becomes of it --------------------------------------------------------------------------


def mark_printed(session: Session, letter_id: str) -> Touched:
    """A letter was printed. One that was sent stays sent. Raises `UnknownLetter` or `LetterWithdrawn`."""
    require(session.user, Action.SEND_LETTERS)
    with session.work() as work:
        found = _standing(work, letter_id)
        work.note_access(PRINT, found.patient, f"letter:{letter_id}")
        if found.state is LetterState.TO_PRINT:
            _save(work, found, [state_item(session, work, letter_id, LetterState.PRINTED)])
    return frozenset(work.touched)


def mark_all_printed(session: Session, letters: Sequence[str]) -> Touched:
    """Letters that went to the printer together. One that was withdrawn meanwhile stays withdrawn."""
    touched: Touched = frozenset()
    for each in letters:
        with suppress(LetterWithdrawn):
            touched |= mark_printed(session, each)
    return touched


def mark_sent(session: Session, letter_id: str, how: str) -> Touched:
    """A letter left the house, and how. Raises `UnknownLetter`, `LetterWithdrawn` or `SentHowNeeded`."""
    require(session.user, Action.SEND_LETTERS)
    if not how.strip():
        raise SentHowNeeded
    with session.work() as work:
        found = _standing(work, letter_id)
        _save(work, found, [state_item(session, work, letter_id, LetterState.SENT, how=how.strip())])
    return frozenset(work.touched)


def set_back(session: Session, letter_id: str, state: LetterState) -> Touched:
    """A state marked by mistake is put back to the one before, as that was said then; or marked after all.

    The mistake stays in the record. Raises `UnknownLetter`, or `LetterWithdrawn`: what was withdrawn since stays so.
    """
    require(session.user, Action.SEND_LETTERS)
    with session.work() as work:
        found = _standing(work, letter_id)
        ops = held_operations(work.connection, "letter", letter_id)
        before = [op.payload for op in ops if op.kind == "sending" and op.payload.get("state") == state.value]
        if before:
            item = work.change("letter", letter_id, "sending", before[-1])
        else:
            item = state_item(session, work, letter_id, state, reason="Marked by mistake")
        _save(work, found, [item])
    return frozenset(work.touched)


def withdraw(session: Session, letter_id: str, reason: str) -> Touched:
    """A letter will not go, or no longer holds. Raises `ReasonNeeded`, `UnknownLetter` or `LetterWithdrawn`."""
    require(session.user, Action.SEND_LETTERS)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        found = _standing(work, letter_id)
        _save(work, found, [state_item(session, work, letter_id, LetterState.WITHDRAWN, reason=reason.strip())])
    return frozenset(work.touched)


def use_successor(session: Session, patient: str) -> Touched:
    """Somebody agreed: the person is with the practice that took over their closed one, and letters to the practice
    that have not left go there. Raises `UnknownPatient` or `NoSuccessor`."""
    require(session.user, Action.EDIT_PERSON)
    with session.work() as work:
        writable(work.connection, patient)
        person = known_patient(work.connection, patient)
        listed = _practices(work.connection, [person.practice_code])
        closed = listed.get(person.practice_code)
        successor = listed.get(closed.successor) if closed and closed.closed(session.today()) else None
        if successor is None:
            raise NoSuccessor
        items = [work.change("patient", person.id, "practice", {"gp_practice_code": successor.code})]
        items += [
            rewritten(work, letter, _readdressed(letter.content, successor, person.gp))
            for letter in letters_of(work.connection, person.id)
            if letter.kind is LetterKind.PRACTICE and letter.waits
        ]
        work.save(items, patient=patient)
    return frozenset(work.touched)


def _readdressed(said: LetterContent, practice: Practice, gp: str) -> LetterContent:
    return replace(said, to=practice_address(practice, practice.code, gp))


def visits_left_proposed(session: Session, letter_id: str) -> str:
    """How many core visits a month go on once this letter is answered, where that is plain; "" where it is not.

    None after a discharge, those that were agreed where care is shared. A change of who gives some doses says nothing
    of the others. Raises `UnknownLetter`.
    """
    require(session.user, Action.RECORD_VISIT)
    with session.read() as connection:
        found = _letter(connection, letter_id)
        episode = episode_of(connection, found.episode) if found.episode else None
    if found.cause != LetterCause.TAKEN_OVER or episode is None:
        return ""
    if episode.outcome != Outcome.SHARED_CORE:
        return "0"
    return episode.core_visits[-1].visits_per_month if episode.core_visits else ""


def confirm_core_stop(
    session: Session, letter_id: str, who: str, on: date, *, visits_left: str = "0", note: str = ""
) -> Touched:
    """The core team said that its visits stop, or how many a month go on from that day.

    `who` answered, `on` is the first day without (all of) them; `visits_left` is decimal text. Raises `UnknownLetter`,
    `NotAskedToStop`, `WhoConfirmedNeeded`, `CareInFuture` or `NotAVisitsNumber`.
    """
    require(session.user, Action.RECORD_VISIT)
    if not who.strip():
        raise WhoConfirmedNeeded
    if on > session.today():
        raise CareInFuture
    exact = number(visits_left)
    if not exact or not 0 <= Decimal(exact) <= VISITS_A_MONTH_AT_MOST:
        raise NotAVisitsNumber
    with session.work() as work:
        found = _letter(work.connection, letter_id)
        if not found.asks_to_stop or found.episode is None:
            raise NotAskedToStop
        said = {"who": who.strip(), "on": on.isoformat(), "by": session.user.id} | ({"note": note} if note else {})
        row = {"from": on.isoformat(), "visits_per_month": exact, "source": f"core team, {who.strip()}"}
        items = [
            work.change("letter", letter_id, "confirmed", said),
            new_item("core_visits", session.new_id(), "row", patient=found.patient, episode=found.episode, **row),
        ]
        work.save(items, patient=found.patient)
    return frozenset(work.touched)


def _letter(connection: Connection, letter_id: str) -> Letter:
    found = letter_of(connection, letter_id)
    if found is None:
        raise UnknownLetter
    return found


def _standing(work: Work, letter_id: str) -> Letter:
    found = _letter(work.connection, letter_id)
    if not found.stands:
        raise LetterWithdrawn
    return found


def _save(work: Work, letter: Letter, items: list[Item]) -> None:
    writable(work.connection, letter.patient)
    work.save(items, patient=letter.patient)

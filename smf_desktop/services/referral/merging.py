"""Two records of one person: held side by side, merged by a lead, and taken apart again.

A merge is one operation on the duplicate. Nothing else is written: every row of it is shown under the person kept,
also what arrives later, and all of it goes back when a lead says that they are two people after all.
"""

from smf_core.domain.merge import APART, MERGED, OPEN
from smf_core.domain.teaching_trouble import (
    NothingToSettle,
    NotMerged,
    OneHasDied,
    ReasonNeeded,
    SamePersonAlready,
    UnknownPatient,
)
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, may, require
from smf_core.records import Connection
from smf_core.records.queries import duplicates
from smf_core.records.queries.duplicates import Pair
from smf_core.records.queries.merges import Held, Merged, held, merges, standing
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.referrals import marked_between
from smf_desktop.services.auditing import READ, note
from smf_desktop.services.known import known_referral
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, Work

__all__ = ["DIFFERENT", "SAME", "Held", "Merged", "Pair"]

SAME, DIFFERENT = "same_person", "someone_else"
"""How a referral's mark "might already be here" is settled."""


def compare(session: Session, one: str, other: str) -> tuple[Held, Held]:
    """Two records with all they hold; both readings are noted. Raises `UnknownPatient`."""
    require(session.user, Action.OPEN_RECORD)
    for patient in dict.fromkeys((one, other)):
        note(session, READ, patient)
    with session.read() as connection:
        return _held(connection, one), _held(connection, other)


def _held(connection: Connection, patient: str) -> Held:
    found = held(connection, patient)
    if found is None:
        raise UnknownPatient
    return found


def may_merge(session: Session) -> bool:
    return may(session.user, Action.MERGE_PEOPLE).allowed


def merge(session: Session, duplicate: str, kept: str, reason: str) -> Touched:
    """Say that `duplicate` is the person of `kept`. A lead's act; `separate` or `unmerge` undoes it."""
    require(session.user, Action.MERGE_PEOPLE)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        duplicate, kept = standing(work.connection, duplicate), standing(work.connection, kept)
        if duplicate == kept:
            raise SamePersonAlready
        for patient in (duplicate, kept):
            writable(work.connection, patient)
        _both_alive_or_dead(work.connection, duplicate, kept)
        work.save([_same_person(session, work, duplicate, kept, MERGED, reason)], patient=duplicate)
        _answer_marks(work, {duplicate, kept}, standing_as="", settled_as=MERGED)
    return frozenset(work.touched)


def separate(session: Session, duplicate: str, reason: str) -> Touched:
    """Say that a merged record is another person after all: everything of it goes back to it. A lead's act."""
    return _take_apart(session, duplicate, APART, reason)


def unmerge(session: Session, duplicate: str, reason: str) -> Touched:
    """Take a merge back at once: whether the two are one person is not decided, and is asked again. A lead's act."""
    return _take_apart(session, duplicate, OPEN, reason)


def _take_apart(session: Session, duplicate: str, state: str, reason: str) -> Touched:
    require(session.user, Action.MERGE_PEOPLE)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        kept = standing(work.connection, duplicate)
        if kept == duplicate:
            raise NotMerged
        work.save([_same_person(session, work, duplicate, kept, state, reason)], patient=duplicate)
        _answer_marks(work, {duplicate, kept}, standing_as=MERGED, settled_as="")
    return frozenset(work.touched)


def possible_duplicates(session: Session) -> tuple[Pair, ...]:
    """People here who may be one and whom nobody merged or told apart: also those two laptops wrote down apart."""
    require(session.user, Action.MERGE_PEOPLE)
    with session.read() as connection:
        return duplicates.possible_duplicates(connection)


def tell_apart(session: Session, one: str, other: str, reason: str) -> Touched:
    """Say of two records that are alike that they are two people; they are not proposed again. A lead's act."""
    require(session.user, Action.MERGE_PEOPLE)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        if standing(work.connection, one) == standing(work.connection, other):
            raise SamePersonAlready
        for patient in (one, other):
            writable(work.connection, patient)
        work.save([_same_person(session, work, one, other, APART, reason)], patient=one)
    return frozenset(work.touched)


def merged_people(session: Session) -> tuple[Merged, ...]:
    """Every record merged into another, for a lead to look through and undo."""
    require(session.user, Action.MERGE_PEOPLE)
    with session.read() as connection:
        return merges(connection)


def someone_else(session: Session, referral_id: str) -> Touched:
    """Settle "might already be here": the referral's person is not the one it was held against."""
    require(session.user, Action.ADD_REFERRAL)
    with session.work() as work:
        referral = known_referral(work.connection, referral_id)
        of = referral.review_duplicate_of
        if of is None:
            raise NothingToSettle
        writable(work.connection, referral.patient)
        settled = work.change("referral", referral_id, "duplicate", {"of": of, "settled_as": DIFFERENT})
        work.save([settled], patient=referral.patient)
    return frozenset(work.touched)


def confirm_same(session: Session, referral_id: str) -> Touched:
    """Settle the mark of a referral that was put on the record it may repeat: it is this person's."""
    require(session.user, Action.ADD_REFERRAL)
    with session.work() as work:
        referral = known_referral(work.connection, referral_id)
        of = referral.review_duplicate_of
        if of is None or standing(work.connection, of) != referral.patient:
            raise NothingToSettle
        settled = work.change("referral", referral_id, "duplicate", {"of": of, "settled_as": SAME})
        work.save([settled], patient=referral.patient)
    return frozenset(work.touched)


def _answer_marks(work: Work, pair: set[str], *, standing_as: str, settled_as: str) -> None:
    """A merge answers "might already be here" between the two; taking them apart asks it again.

    Only marks that are settled as `standing_as` now are meant.
    """
    for row in marked_between(work.connection, pair):
        if (row.settled_as or "") == standing_as:
            payload = {"of": row.of} | ({"settled_as": settled_as} if settled_as else {})
            work.save([work.change("referral", row.referral, "duplicate", payload)], patient=row.patient)


def _same_person(session: Session, work: Work, duplicate: str, kept: str, state: str, reason: str) -> Item:
    said = {"kept": kept, "state": state, "by": session.user.id, "on": session.today().isoformat(), "reason": reason}
    return work.change("patient", duplicate, "same_person", said)


def _both_alive_or_dead(connection: Connection, one: str, other: str) -> None:
    people = [patient_of(connection, each) for each in (one, other)]
    if len({person.died_on is None for person in people if person}) > 1:
        raise OneHasDied

"""Whose business a person's record is: who teaches, is accountable, stands in, or has something to do about them."""

from datetime import date

from sqlalchemy import Connection, exists, or_, select

from smf_core.records import tables as t
from smf_core.records.queries.covers import acting_nurse


def concerns(connection: Connection, user: str, patient: str, day: date) -> bool:
    """Whether opening a person's record is this user's work on a day.

    It is where they teach or taught the person, are accountable, stand in, have a visit, a co-signature or a task of
    theirs; and where the person is on nobody's list yet.
    """
    of_person = t.episode.c.patient == patient
    own = exists().where(of_person, or_(t.episode.c.nurse == user, t.episode.c.accountable_nurse == user))
    covered = exists().where(of_person, acting_nurse(user, day))
    theirs = or_(t.visit.c.planned_nurse == user, t.visit.c.signed_by == user, t.visit.c.cosign_of == user)
    visit = exists().where(t.visit.c.patient == patient, theirs)
    task = exists().where(t.task.c.patient == patient, t.task.c.to_user == user, t.task.c.state == "open")
    on_a_list = exists().where(of_person)
    return bool(connection.scalar(select(or_(own, covered, visit, task, ~on_a_list))))

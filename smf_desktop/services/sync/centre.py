"""What the sync centre shows: who waits to be reviewed, what waits to be sent, what was sent, what was settled."""

from collections import Counter
from datetime import datetime, time, timedelta

from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.disputes import Dispute, Late, apart, people_apart, people_too_long_apart
from smf_core.records.queries.patients import Known, people_known
from smf_core.records.queries.twice import TWICE, people_seen_twice
from smf_core.records.queries.unbegun import Unbegun, unbegun
from smf_core.records.queries.users import users
from smf_desktop.ports import OnTheWay
from smf_desktop.presenters.sync.facts import Centre, PersonApart, Settling, SyncHistory, ToReview
from smf_desktop.presenters.sync.review import Chosen
from smf_desktop.services.auditing import READ, note
from smf_desktop.services.record.disputes import SETTLED, Choice, keep, keep_both, may_settle, say
from smf_desktop.services.session import Session

LOOKED_BACK = timedelta(days=125)
"""Visits up to so long ago that may be one are listed here; on the page about the person they are told however old."""

TOLD = timedelta(days=35)
"""So long authors are told that what waited for a record was returned to them."""

UNDO_DAYS = 30
"""So long what was settled can be taken back from the history."""


def reviews_waiting(session: Session) -> int:
    """How many people have something to settle: the count on the rail."""
    with session.read() as connection:
        return len(_to_review(session, connection))


def _to_review(session: Session, connection: Connection) -> dict[str, Counter[str]]:
    """Everyone with something to settle, and how much of each kind."""
    found = people_apart(connection)
    for patient, kinds in people_seen_twice(connection, session.now() - LOOKED_BACK).items():
        found.setdefault(patient, Counter()).update(kinds)
    return found


def where_work_is(session: Session) -> OnTheWay:
    """What of this laptop's work the hub has, and what waits; sent means since this morning."""
    return session.store.on_the_way(session.local(session.today(), time.min))


def how_it_stands(session: Session) -> OnTheWay:
    """How much waits, and how this laptop stands with its hub: no lists, so that it may be asked after every save."""
    return session.store.standing()


def centre(session: Session) -> Centre:
    """Everything the sync centre lists, as it stands now."""
    require(session.user, Action.OPEN_RECORD)
    way = where_work_is(session)
    with session.read() as connection:
        found = _to_review(session, connection)
        saves = (*way.waiting, *way.sent, *(one.saved for one in way.reviews))
        late = people_too_long_apart(connection, found, session.now())
        waiting = tuple(one for one in unbegun(connection, session.now()) if _concerns(session, one))
        people = people_known(connection, {*found, *(one.patient for one in saves if one.patient)})
        names = {one.id: one.name for one in users(connection)}
    reviews = (ToReview(people[each], kinds, late.get(each)) for each, kinds in found.items() if each in people)
    return Centre(tuple(sorted(reviews, key=_most_pressing)), way, people, names, waiting, session.user.id)


def _concerns(session: Session, one: Unbegun) -> bool:
    """What waits is everybody's; that it was returned is told for a while, and to whoever wrote it."""
    if one.returned is None:
        return True
    return session.user.id in one.authors and session.now() - one.returned.at <= TOLD


def _most_pressing(one: ToReview) -> tuple[bool, bool, str, str, str]:
    """What has waited too long, then what may have been given twice, then by name."""
    name = one.who.name
    return one.late is None, TWICE not in one.kinds, name.family.casefold(), name.given.casefold(), one.who.id


def people_late(session: Session, connection: Connection) -> tuple[tuple[Known, Late], ...]:
    """Those of whom something that may do harm has waited too long, the longest first."""
    found = _to_review(session, connection)
    late = people_too_long_apart(connection, found, session.now())
    people = people_known(connection, late)
    in_order = sorted(late.items(), key=lambda one: (one[1].since, one[0]))
    return tuple((people[patient], one) for patient, one in in_order if patient in people)


def waiting_too_long(connection: Connection, now: datetime) -> tuple[Unbegun, ...]:
    """Those whose record has not come for days, though something was written about them."""
    return tuple(one for one in unbegun(connection, now) if one.late)


def open_apart(session: Session, patient: str) -> PersonApart | None:
    """`person_apart`, when somebody opens it: the reading is noted first."""
    require(session.user, Action.OPEN_RECORD)
    note(session, READ, patient)
    return person_apart(session, patient)


def person_apart(session: Session, patient: str) -> PersonApart | None:
    """What is to be settled of one person; None where they are not here."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        who = people_known(connection, (patient,)).get(patient)
        if who is None:
            return None
        names = {one.id: one.name for one in users(connection)}
        found = apart(connection, patient)
    mine = tuple(may_settle(session.user, one) for one in found.disputes)
    return PersonApart(who, found, mine, names, session.checklists, session.now())


def choice_of(dispute: Dispute, chosen: Chosen) -> Choice:
    """What was chosen on the page, as it is applied."""
    if chosen.text is not None:
        return say(dispute, chosen.text)
    return keep_both(dispute) if chosen.both else keep(dispute, chosen.version or 0)


def sync_history(session: Session) -> SyncHistory:
    """The exchanges of this laptop, and what was settled on it."""
    require(session.user, Action.OPEN_RECORD)
    way = where_work_is(session)
    acts = session.store.own_acts(UNDO_DAYS, session.now())
    undone = {one.act for one in acts}
    settlings = tuple(Settling(one, one.cs_id in undone) for one in acts if one.act == SETTLED)
    with session.read() as connection:
        people = people_known(connection, {one.saved.patient for one in settlings if one.saved.patient})
        names = {one.id: one.name for one in users(connection)}
    return SyncHistory(way, settlings, people, names)

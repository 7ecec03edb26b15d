"""Who is in this laptop's scope, and what happens to those who left it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from smf_core.operations.exchange import Entering
from smf_core.operations.protocol import Scope
from smf_core.records import lines, writing
from smf_core.records.rows import asked, run
from smf_desktop.store import feeds, stretches
from smf_desktop.store.tables import draft, feed, scope_person

KEPT = timedelta(days=35)
"""Payloads of somebody who left the scope stay so long at the least, for a hub that has to be refilled."""

MOST_AT_ONCE = 5
"""More than a fifth of the people do not leave on one word of the hub; so few may."""

UNSETTLED = b"unsettled"
"""Names what is held while a list is taken, and after one that was not believed: no list of the hub's is called so."""

_HERE = """SELECT placed.cs_id, place, placed.cs_hash FROM placed JOIN change_set USING (cs_id)
    WHERE place BETWEEN ? AND ? AND person = (SELECT number FROM person_number WHERE patient = ?)
    AND body IS NOT NULL"""
_ANY_LEFT = "SELECT 1 FROM scope_person WHERE left_at IS NOT NULL AND purged_at IS NULL LIMIT 1"
_LEAVING = """SELECT DISTINCT patient FROM scope_person WHERE left_at IS NOT NULL
    AND (away_at IS NULL OR (purged_at IS NULL AND left_at <= ?))
    AND patient NOT IN (SELECT patient FROM scope_person WHERE left_at IS NULL)
    AND EXISTS (SELECT 1 FROM joined_hub WHERE complete_at IS NOT NULL) ORDER BY patient"""
_PASSED = """INSERT OR IGNORE INTO scope_person (left_at, feed, patient) SELECT ?, ?, patient
    FROM placed JOIN person_number ON person_number.number = placed.person
    WHERE patient = ? AND place BETWEEN ? AND ? GROUP BY patient HAVING max(place) <= ?"""
_HEARD = """SELECT patient FROM person_number WHERE EXISTS (
    SELECT 1 FROM placed WHERE person = number AND place BETWEEN ? AND ?) ORDER BY patient"""
_HIGHEST = """SELECT max(place) FROM placed INDEXED BY placed_person
    WHERE person = (SELECT number FROM person_number WHERE patient = ?) AND place BETWEEN ? AND ?"""
_ENTER = """INSERT INTO scope_person (patient, feed, moved) VALUES (?, ?, ?)
    ON CONFLICT (patient, feed) DO UPDATE
    SET moved = excluded.moved, left_at = NULL, away_at = NULL, purged_at = NULL"""
_MOVED = "SELECT patient, moved FROM scope_person WHERE feed = ?"


def take(connection: Connection, of: str, said: Scope, now: str) -> Entering:
    """Take the hub's list of people: who left is marked at once, who came in is answered.

    Until `scope_taken` names it no list stands: some of this one may be taken, and the hub may go back to the last.

    Of somebody who was here before, and of whom nothing is here, all is wanted. Others who are new to the list were
    mostly first heard of in the feed itself; where anything of it was hidden from this laptop, a look at all months
    tells.
    """
    connection.execute(update(feed).where(feed.c.feed == of).values(scope=UNSETTLED))
    known = feeds.listed(connection, of)
    wanted = set(said.people)
    row = connection.execute(select(feed.c.cursor, feed.c.doubted).where(feed.c.feed == of)).one()
    missing = [who for who, since in known.items() if since is None and who not in wanted]
    left = [who for who in missing if _above(connection, of, who) <= said.seq]
    here = sum(since is None for since in known.values())
    unlisted = _unlisted(connection, of, known.keys() | wanted)
    passed = [who for who in unlisted if _above(connection, of, who) <= said.seq]
    most = max(MOST_AT_ONCE, (here + len(passed)) // 5)
    doubted = len(left) + len(passed) > most and row.doubted != said.scope
    if doubted:
        connection.execute(update(feed).where(feed.c.feed == of).values(doubted=said.scope))
    else:
        gone = "UPDATE scope_person SET left_at = ? WHERE patient = ? AND feed = ?"
        run(connection, gone, [(now, who, of) for who in left])
        first, last = feeds.places(connection, of)
        run(connection, _PASSED, [(now, of, who, first, last, first + said.seq - 1) for who in passed])
    came = sorted(who for who in wanted if known.get(who, now) is not None)
    moves = {patient: int(moved) for patient, moved in asked(connection, _MOVED, (of,))}
    again = {who for who in said.moved if said.moved[who] != moves.get(who, 0)} & wanted
    again |= {who for who in came if known.get(who) or not _above(connection, of, who)}
    returning = sorted(again)
    entered(connection, of, [who for who in came if who not in again], {})
    hidden = bool(came) and feeds.count_placed(connection, of, row.cursor) != row.cursor
    # Of whom the hub has heard more since, nothing can be said by this list; the next one may have the same name.
    unsettled = len(left) + len(passed) < len(missing) + len(unlisted)
    return Entering(returning, all_months=hidden, doubted=doubted or unsettled)


def _unlisted(connection: Connection, of: str, listed: Collection[str]) -> list[str]:
    """People of whom something came in the feed and who were never on a list: they left before, or are too new."""
    heard = asked(connection, _HEARD, feeds.places(connection, of))
    return [who for (who,) in heard if who not in listed]


def _above(connection: Connection, of: str, patient: str) -> int:
    """The highest number of a feed that stands for something of somebody; 0 for none."""
    first, last = feeds.places(connection, of)
    ((highest,),) = asked(connection, _HIGHEST, (patient, first, last))
    return 0 if highest is None else int(highest) - first + 1


def entered(connection: Connection, of: str, people: Sequence[str], moved: Mapping[str, int]) -> None:
    """All that there is of these people is here; `moved` is what the hub says of their time in other teams."""
    run(connection, _ENTER, [(each, of, moved.get(each, 0)) for each in people])


def leaving(connection: Connection, now: datetime) -> list[str]:
    """People who left and whose rows, or 35 days later payloads, have not gone; none before everything has come."""
    if not asked(connection, _ANY_LEFT):
        return []
    return [patient for (patient,) in asked(connection, _LEAVING, ((now - KEPT).isoformat(),))]


def put_away(connection: Connection, patient: str, now: datetime) -> frozenset[str]:
    """Take somebody's rows away, and their payloads 35 days after they left, unless something of theirs is unsent."""
    drafted = connection.execute(select(draft.c.page).where(draft.c.patient == patient).limit(1)).first()
    if drafted or feeds.is_unsent_about(connection, patient):
        return frozenset()
    ids = feeds.of_person(connection, patient)
    changed = writing.set_aside(connection, ids)
    lines.mark(connection, changed.people | {patient}, changed.kinds)
    s = scope_person.c
    theirs = update(scope_person).where(s.patient == patient)
    connection.execute(theirs.where(s.away_at.is_(None)).values(away_at=now.isoformat()))
    left = max(connection.scalars(select(s.left_at).where(s.patient == patient, s.left_at.is_not(None))), default=None)
    if left is not None and now - datetime.fromisoformat(left) >= KEPT:
        writing.drop_payloads(connection, ids)
        connection.execute(theirs.values(purged_at=now.isoformat()))
    return changed.kinds


def offer_rest(connection: Connection, of: str, patient: str, until: int, theirs: frozenset[str]) -> int:
    """What stands here in a feed of one person and is not among `theirs` is to be sent again. Answers how much."""
    rows = asked(connection, _HERE, (*feeds.places(connection, of, until), patient))
    rest = [(cs_id, place, bytes(hash_)) for cs_id, place, hash_ in rows if cs_id not in theirs]
    again = "INSERT OR IGNORE INTO outbox (cs_id, feed) VALUES (?, ?)"
    run(connection, again, [(cs_id, of) for cs_id, *_ in rest])
    stretches.lost(connection, of, {hash_: cs_id for cs_id, _, hash_ in rest})
    run(connection, "DELETE FROM placed WHERE place = ?", [(place,) for _, place, _ in rest])
    return len(rest)

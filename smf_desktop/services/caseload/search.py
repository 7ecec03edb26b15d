"""Looking for people: by what is typed, and by whom this user opened last."""

from collections.abc import Iterator, Sequence

from smf_core.domain.text import matching_key
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.patients import Known, patients, search
from smf_core.records.queries.recent import recently_opened
from smf_core.records.queries.search import Match, search_people
from smf_desktop.presenters.palette import Found
from smf_desktop.services.auditing import READ
from smf_desktop.services.caseload.freshness import bring_few_up
from smf_desktop.services.session import Session

_FOUND_BY = {"number": "", "phone": "Telephone ", "contact": "Contact ", "home": "Address ", "born": "", "name": ""}


def find_people(session: Session, text: str, limit: int = 20) -> tuple[Found, ...]:
    """People whom typed text may mean, at most `limit`; discharged people too. Nobody for no text.

    Whole numbers and the beginnings of names come first. Looked through: names, NHS number, telephones, the names of
    contacts, address and postcode, and a whole date of birth.
    """
    require(session.user, Action.OPEN_RECORD)
    behind = bring_few_up(session)
    with session.read() as connection:
        matches = search_people(connection, text, limit)
        if behind:
            matches = (*matches, *_not_kept_yet(connection, matches, text, limit))[:limit]
    similar = _similar([one.person for one in matches])
    return tuple(_match(one, similar=like) for one, like in zip(matches, similar, strict=True))


def recent_people(session: Session, just_now: Sequence[str] = (), limit: int = 6) -> tuple[Found, ...]:
    """Whose records this user opened last, the newest first.

    `just_now` are people by id whom the window has shown, newest first: the audit follows within a minute.
    """
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        opened = dict.fromkeys((*just_now, *recently_opened(connection, session.user.id, READ, limit)))
        whole = patients(connection, tuple(opened)[:limit])
        people = [Known(one.id, one.nhs_number, one.name, one.date_of_birth, died_on=one.died_on) for one in whole]
        taught = {one.id for one in people if _is_taught(connection, one.id)}
    similar = _similar(people)
    return tuple(
        _found(one, is_taught=one.id in taught, similar=like) for one, like in zip(people, similar, strict=True)
    )


def _not_kept_yet(connection: Connection, found: Sequence[Match], text: str, limit: int) -> Iterator[Match]:
    """People whose line is still to be made: nobody who is here is ever said not to be."""
    known = {one.person.id for one in found}
    for one in search(connection, text, limit):
        if one.id not in known:
            yield Match(one, "taught" if _is_taught(connection, one.id) else "other", "name", "")


def _match(one: Match, *, similar: bool) -> Found:
    why = f"{_FOUND_BY[one.field]}{one.reads}" if _FOUND_BY[one.field] else ""
    return _found(one.person, is_taught=one.stage == "taught", similar=similar, why=why)


def _found(one: Known, *, is_taught: bool, similar: bool, why: str = "") -> Found:
    return Found(
        id=one.id,
        name=one.name,
        born=one.date_of_birth,
        nhs_number=one.nhs_number,
        is_taught=is_taught,
        died=one.died_on,
        similar=similar,
        why=why,
    )


def _is_taught(connection: Connection, patient: str) -> bool:
    return any(each.is_open for each in episodes_of(connection, patient))


def _similar(people: Sequence[Known]) -> list[bool]:
    """Whether another of these has a name that is easily taken for theirs."""
    keys = [(matching_key(one.name.family), matching_key(one.name.given)[:1]) for one in people]
    return [keys.count(key) > 1 for key in keys]

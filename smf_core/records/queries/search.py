"""People looked for as somebody types: a name, a number, a carer, a postcode, a street."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, false, func, literal_column, or_, select
from sqlalchemy.sql.selectable import Select

from smf_core.domain.dates import BadDate, parse_csv_date
from smf_core.domain.text import clean_identity, matching_key
from smf_core.records import tables as t
from smf_core.records.lines import line, said, searched
from smf_core.records.queries.batches import among, rows_in
from smf_core.records.queries.patients import PERSON, SEARCHED_AT_MOST, Known, known

SHORTEST = 3
"""Characters a substring must have to be looked up in the search table."""

_DAY_FIRST = re.compile(r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})$")
_BETWEEN_DIGITS = re.compile(r"[\s()./-]+")
_MOST = 400
"""Matches read before they are ranked; whoever has more types on."""

_FOUND = among(select(*PERSON, t.patient.c.phone, t.patient.c.address, t.patient.c.postcode), t.patient.c.id)
AROUND = among(select(t.contact).where(t.contact.c.active.is_(True)).order_by(t.contact.c.id), t.contact.c.patient)
"""The contacts of some people that stand: whom, too, they are searched by."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is searched of one person, folded: their names, their numbers, who is around them, where they live."""

    name: str
    numbers: str
    people: str
    home: str


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody found. `field` is which of their words matched: name, born, number, phone, contact or home.

    `reads` is the value as it was written down, "" for a name.
    """

    person: Known
    stage: str
    field: str
    reads: str


def folded(text: str) -> str:
    """Text for comparing: words without case, accents or punctuation, one space between."""
    plain = unicodedata.normalize("NFC", text)
    return " ".join(filter(None, (matching_key(word) for word in re.split(r"[\s,;/()]+", plain))))


def birth_of(typed: str) -> date | None:
    """The date of birth that typed text is: 14/03/1951, 14.3.1951, 14-Mar-1951 or 1951-03-14; None for no date."""
    plain = _DAY_FIRST.sub(lambda found: f"{found[1]:0>2}/{found[2]:0>2}/{found[3]}", typed.strip())
    try:
        return parse_csv_date(plain)
    except BadDate:
        return None


def digits_of(text: str) -> str:
    """The digits of a number as people type it; a number with +44 or 0044 reads as one from here.

    "" for no number: a date, too, is none, whatever stands between its digits.
    """
    if birth_of(text):
        return ""
    plain = _BETWEEN_DIGITS.sub("", text.strip())
    if plain.startswith("+44"):
        plain = "0" + plain[3:]
    elif plain.startswith("0044"):
        plain = "0" + plain[4:]
    return plain if plain.isascii() and plain.isdecimal() else ""


COMMON = 1_000
"""Where so many people match, a list has its first page sooner by going through people in its order."""


def is_common(connection: Connection, typed: str) -> bool:
    """Whether typed text may match many people, as the beginning of a word does that is too short to be looked up."""
    if not typed.strip() or birth_of(typed):
        return False
    asked = _looked_up(typed)
    if not asked:
        return True
    first = _places(asked).limit(COMMON).subquery()
    return bool(connection.scalar(select(func.count()).select_from(first)) == COMMON)


def places_matching(typed: str, *, in_turn: bool = False) -> ColumnElement[bool]:
    """The condition on a line that typed text stands for. Every word is found somewhere in one of the fields.

    Looked up in the search table, or `in_turn` asked of each line. Text longer than any name is nobody's, and is not
    asked of the database at all.
    """
    if len(typed) > SEARCHED_AT_MOST:
        return false()
    typed = clean_identity(typed).text
    holds = _holds if in_turn else _among_places
    if digits := digits_of(typed):
        if len(digits) < SHORTEST:
            return line.c.nhs_number.startswith(digits)
        return holds([digits], ("numbers",))
    if born := birth_of(typed):
        return line.c.born == born.isoformat()
    words = folded(typed).split()
    if not words:
        return false()
    long = [word for word in words if len(word) >= SHORTEST]
    short = [word for word in words if len(word) < SHORTEST]
    found: list[ColumnElement[bool]] = []
    if long:
        found.append(holds(long, FIELDS))
    # Short words begin a name; too many people hold them anywhere. A house's number beside a street says little.
    names = [word for word in short if not (long and any(map(str.isdecimal, word)))]
    begins = line.c.words.startswith
    within = line.c.words.contains
    found += [or_(begins(word, autoescape=True), within(f" {word}", autoescape=True)) for word in names]
    joined = "".join(words)
    if len(words) > 1 and len(joined) >= SHORTEST and any(map(str.isdecimal, joined)):
        return or_(and_(*found), holds([joined], ("home",)))  # M1 1AE
    return and_(*found)


FIELDS = ("name", "numbers", "people", "home")


def _looked_up(typed: str) -> str:
    """What the search table is asked for the first of typed text; "" where it is not asked."""
    plain = clean_identity(typed).text if len(typed) <= SEARCHED_AT_MOST else ""
    if digits := digits_of(plain):
        return _asked([digits], ("numbers",)) if len(digits) >= SHORTEST else ""
    long = [] if birth_of(plain) else [word for word in folded(plain).split() if len(word) >= SHORTEST]
    return _asked(long, FIELDS)


def _asked(words: Sequence[str], fields: Sequence[str]) -> str:
    where = "" if fields == FIELDS else f"{{{' '.join(fields)}}} : "
    return " AND ".join(f'{where}"{word}"' for word in words)


def _places(asked: str) -> Select[*tuple[Any, ...]]:
    return select(searched.c.rowid).where(literal_column(searched.name).op("MATCH")(asked))


def _among_places(words: Sequence[str], fields: Sequence[str]) -> ColumnElement[bool]:
    return line.c.place.in_(_places(_asked(words, fields)))


def _holds(words: Sequence[str], fields: Sequence[str]) -> ColumnElement[bool]:
    held = (or_(*(func.instr(said.c[field], word) > 0 for field in fields)) for word in words)
    return exists().where(said.c.place == line.c.place, *held)


def search_people(connection: Connection, typed: str, limit: int = 20) -> tuple[Match, ...]:
    """Whom typed text may mean, at most `limit`: whole numbers and beginnings of names first, then by name.

    People who are no longer taught too. Nobody for no text.
    """
    if not typed.strip():
        return ()
    condition = places_matching(typed)
    columns = (line.c.person, line.c.stage, line.c.words, line.c.name, line.c.nhs_number)
    begins = folded(typed)
    rows = {row.person: row for row in connection.execute(select(*columns).where(condition).limit(_MOST))}
    if begins and not digits_of(typed) and len(typed) <= SEARCHED_AT_MOST:
        first = line.c.words >= begins, line.c.words < begins + "\U0010ffff"
        ahead = select(*columns).where(*first).order_by(line.c.words).limit(limit)
        rows |= {row.person: row for row in connection.execute(ahead)}
    number = digits_of(typed)

    def rank(row: Row[*tuple[Any, ...]]) -> tuple[int, bool, str, str]:
        if number:
            near = 0 if row.nhs_number == number else 1 if (row.nhs_number or "").startswith(number) else 3
        elif row.words == begins or row.words.startswith(begins + " "):
            near = 0
        elif row.words.startswith(begins):
            near = 1
        else:
            near = 2 if all(f" {word}" in f" {row.words}" for word in begins.split()) else 3
        return near, row.stage != "taught", row.name, row.person

    chosen = sorted(rows.values(), key=rank)[:limit]
    return _matches(connection, chosen, typed)


def _matches(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]], typed: str) -> tuple[Match, ...]:
    ids = [row.person for row in rows]
    people = {each.person: each for each in rows_in(connection, _FOUND, ids)}
    contacts: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for each in rows_in(connection, AROUND, ids):
        contacts.setdefault(each.patient, []).append(each)
    return tuple(
        Match(known(people[row.person]), row.stage, *_why(row, people[row.person], contacts.get(row.person, ()), typed))
        for row in rows
        if row.person in people
    )


def _why(
    row: Row[*tuple[Any, ...]],
    person: Row[*tuple[Any, ...]],
    contacts: Sequence[Row[*tuple[Any, ...]]],
    typed: str,
) -> tuple[str, str]:
    """Which field matched, and how it reads."""
    if number := digits_of(typed):
        if number in (row.nhs_number or ""):
            return "number", row.nhs_number
        phones = ("", person.phone), *((each.name, each.phone) for each in contacts)
        for whose, phone in phones:
            if number in digits_of(phone):
                return ("contact", f"{whose} {phone}") if whose else ("phone", phone)
        return "home", _home(person)
    if birth_of(typed):
        return "born", ""
    words = folded(typed).split()
    if all(word in row.words for word in words):
        return "name", ""
    for each in contacts:
        if all(word in folded(each.name) for word in words):
            return "contact", each.name
    home = f"{folded(person.address)} {folded(person.postcode)} {folded(person.postcode).replace(' ', '')}"
    if any(word in home for word in words):
        return "home", _home(person)
    if contacts and any(word in folded(contacts[0].name) for word in words):
        return "contact", contacts[0].name
    return "name", ""


def _home(person: Row[*tuple[Any, ...]]) -> str:
    first = next(iter(str(person.address).splitlines()), "")
    return ", ".join(filter(None, (first, person.postcode)))


def words_of(person: Row[*tuple[Any, ...]], contacts: Sequence[Row[*tuple[Any, ...]]]) -> Words:
    """What the search table holds of one person: a row of `patient`, and their contacts that stand."""
    numbers = [person.nhs_number or "", digits_of(person.phone), *(digits_of(each.phone) for each in contacts)]
    joined = folded(person.postcode).replace(" ", "")
    return Words(
        name=folded(f"{person.family_name} {person.given_name} {person.preferred_name}"),
        numbers=" ".join(filter(None, numbers)),
        people=" ".join(folded(each.name) for each in contacts),
        home=" ".join((folded(person.address), folded(person.postcode), joined)),
    )

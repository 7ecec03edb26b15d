"""One row of a file of referrals, held against the rules: what it says, or what is wrong with each cell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from smf_core.domain.patient import Name, Sex, age
from smf_core.domain.referral import Source
from smf_core.domain.text import matching_key
from smf_core.operations.change_set import PAYLOAD_MAX
from smf_desktop.services.referral.bytes import COLUMNS
from smf_desktop.services.referral.cells import REASONS, CellReader, Finding, Kind

StoreKind = Literal["training", "live"]
Mark = tuple[str, ...]
"""Something that a person is recognised by."""

OLDEST = 130
MOST_VISITS_A_MONTH = 300
LEFT_FOR_THE_REST = 2_048
"""Bytes of a referral's entry that are not its reason and notes."""

_SEXES = {
    "female": Sex.FEMALE,
    "f": Sex.FEMALE,
    "male": Sex.MALE,
    "m": Sex.MALE,
    "indeterminate": Sex.INDETERMINATE,
    "not known": Sex.NOT_KNOWN,
    "not_known": Sex.NOT_KNOWN,
}
_SOURCES = {source.value: source for source in Source}
_BASELINE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,12}|,[0-9]{1,2})?")

ROW_REASONS = REASONS | {
    "too_much": "Reason and notes together hold more than a record can take, about 60,000 letters.",
    "too_old": f"The age would be over {OLDEST} years.",
    "before_birth": "The date is before the date of birth.",
    "sex": "Use female, male, indeterminate or not known.",
    "source": f"Use one of {', '.join(Source)}.",
    "baseline": "Use a number of visits a month from 0 to 300.",
    "duplicate_line": "The same person is earlier in this file.",
    "duplicate_store": "This person is already here.",
}


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One row that may be taken in: parsed values, and whom it repeats (`line:N` or `patient:ID`)."""

    line: int
    nhs_number: str | None
    name: Name
    date_of_birth: date
    sex: Sex
    address: str
    postcode: str
    phone: str
    practice_code: str
    received_on: date
    source: Source
    referrer: str
    """Who refers, by name: a core team, a ward, a practice."""

    skills: tuple[str, ...]
    reason: str
    baseline_visits_per_month: str | None
    """Decimal text with a point, or None."""
    notes: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rows are held against. `skills` answers a skill's code for its screen label."""

    today: date
    store_kind: StoreKind
    skills: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowRead:
    """One row held against the rules: the row unless refused, what is said of it, and by what it is recognised."""

    row: ReferralRow | None
    findings: tuple[Finding, ...]
    marks: tuple[Mark, ...]
    """The NHS number, then the name with the birth date, as far as each could be read."""


def read_row(line: int, cells: Mapping[str, str], rules: Rules) -> RowRead:
    """One row by its columns; columns not there count as empty. Every bad cell is named, not only the first."""
    reader = _Reader(line, cells, rules)
    number = reader.number_if_known()
    name = Name(reader.needed("family_name"), reader.needed("given_name"), reader.text("title"))
    birth = reader.day("date_of_birth")
    if birth and age(birth, rules.today) > OLDEST:
        reader.refuse("date_of_birth", "too_old")
    sex = reader.coded("sex", _SEXES)
    address, postcode, phone = reader.text("address"), reader.text("postcode"), reader.text("phone")
    practice_code = reader.text("gp_practice_code")
    received = reader.day("referral_received")
    if birth and received and received < birth:
        reader.refuse("referral_received", "before_birth")
    source, referrer = reader.coded("source", _SOURCES, needed=True), reader.text("referrer")
    skills = reader.skills()
    reason, baseline, notes = reader.text("reason"), reader.baseline(), reader.text("notes")
    reader.measure_other_columns(COLUMNS)
    reader.measure_together(reason, notes)

    marks: tuple[Mark, ...] = (("nhs", number),) if number else ()
    if name.family and name.given and birth:
        marks += (name_mark(name, birth),)
    if reader.refused or birth is None or received is None or source is None:
        return RowRead(None, tuple(reader.findings), marks)
    row = ReferralRow(
        line=line,
        nhs_number=number,
        name=name,
        date_of_birth=birth,
        sex=sex or Sex.NOT_KNOWN,
        address=address,
        postcode=postcode,
        phone=phone,
        practice_code=practice_code,
        received_on=received,
        source=source,
        referrer=referrer,
        skills=skills,
        reason=reason,
        baseline_visits_per_month=baseline,
        notes=notes,
    )
    return RowRead(row, tuple(reader.findings), marks)


class _Reader(CellReader):
    """The cells of one referral."""

    reasons = ROW_REASONS

    def __init__(self, line: int, cells: Mapping[str, str], rules: Rules) -> None:
        super().__init__(line, cells, today=rules.today, training=rules.store_kind == "training")
        self.rules = rules

    def number_if_known(self) -> str | None:
        text = self.text("nhs_number")
        if text:
            return self.nhs_number(text)
        if "nhs_number" not in self.refused:
            self.note("nhs_number", "not_known")
        return None

    def skills(self) -> tuple[str, ...]:
        """Codes in the order named, each once. A screen label, or a code in other letters, is noted."""
        text = self.needed("skill")
        codes = dict.fromkeys(self.rules.skills.values())
        loosely = {label.casefold(): code for label, code in self.rules.skills.items()}
        loosely |= {code.casefold(): code for code in codes}
        found = []
        for word in filter(None, map(str.strip, text.split("|"))):
            code = word if word in codes else loosely.get(word.casefold())
            if code is None:
                self.say("skill", Kind.REFUSED, f"Use one or several of {', '.join(codes)}, with | between.")
                return ()
            if code != word:
                self.say("skill", Kind.NOTE, f"Read as {code}.")
            found.append(code)
        if text and not found:
            self.refuse("skill", "missing")
        return tuple(dict.fromkeys(found))

    def baseline(self) -> str | None:
        """Decimal text with a point; a comma with one or two digits after it is a decimal comma."""
        column = "baseline_visits_per_month"
        text = self.text(column)
        if not text:
            return None
        number = text.replace(",", ".")
        if not _BASELINE.fullmatch(text) or Decimal(number) > MOST_VISITS_A_MONTH:
            self.refuse(column, "baseline")
            return None
        return number

    def measure_together(self, reason: str, notes: str) -> None:
        """What becomes one entry of the record must fit into it; it would stop the import half way."""
        if len(msgspec.json.encode((reason, notes))) > PAYLOAD_MAX - LEFT_FOR_THE_REST:
            self.refuse("notes", "too_much")


def name_mark(name: Name, birth: date) -> Mark:
    return ("name", matching_key(name.family), matching_key(name.given), birth.isoformat())

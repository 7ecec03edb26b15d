"""Somebody whom this laptop does not hold, in words: what is asked, and how far it is until they are here."""

from dataclasses import dataclass
from datetime import date

from smf_desktop.presenters.identity import born, name_line, nhs
from smf_desktop.presenters.sync.facts import AskedFor
from smf_desktop.presenters.sync.status import moment

QUESTION = "Ask the hub for a person?"
ABOUT = (
    "For somebody of your team whose teaching ended too long ago for this laptop. Your reason, your name and the time "
    "are kept in the audit, and a lead reads them. The record stays here for 72 hours."
)
NUMBER_OR_NAME = "Or by name and date of birth"
TITLE = "Asked of the hub"
TITLE_ABOUT = "The record comes with the sync, which has begun. You can close this: it comes all the same."
COMING = "Coming with the sync"


@dataclass(frozen=True, slots=True)
class AskedRow:
    """Who was asked for; `here` once the record can be opened."""

    patient: str
    name: str
    born: str
    nhs: str
    until: str
    here: bool
    spoken: str


def asked_row(one: AskedFor, today: date) -> AskedRow:
    stays = f"Until {moment(one.until)}" if one.until else "As long as in care"
    if one.who is None:
        return AskedRow(one.patient, COMING, "", "", stays, here=False, spoken=f"{COMING}. {stays}")
    name, birth = name_line(one.who.name), born(one.who.date_of_birth, today, one.who.died_on)
    number = nhs(one.who.nhs_number)
    return AskedRow(one.patient, name, birth, number, stays, here=True, spoken=f"{name}. {birth}. {number}. {stays}")

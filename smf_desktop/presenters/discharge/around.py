"""What else is looked at before a pathway ends: consent, what is lent, papers, and the core team's visits so far."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from smf_core.domain.discharge_facts import Closing
from smf_core.domain.document import Document
from smf_core.domain.equipment import Equipment
from smf_desktop.presenters.core_visits import core_visits_words
from smf_desktop.presenters.identity import day, isolated
from smf_desktop.presenters.patient.care import STANDINGS, consent_rows
from smf_desktop.presenters.patient.documents import DOCUMENT_KINDS

DOCUMENTS_NAMED = 2
"""Documents named in the line before the rest are only counted."""


class AroundAct(StrEnum):
    CONSENT = "consent"
    RETURNED = "returned"
    DOCUMENTS = "documents"
    CORE_VISITS = "core_visits"


ACT_WORDS = {
    AroundAct.CONSENT: "Record",
    AroundAct.RETURNED: "Returned",
    AroundAct.DOCUMENTS: "Open",
    AroundAct.CORE_VISITS: "Record",
}


@dataclass(frozen=True, slots=True)
class AroundRow:
    """One line with what can be done about it. `record` is what that is about, `spoken` the whole line read aloud."""

    label: str
    words: str
    about: str
    tone: str
    act: AroundAct | None
    record: str
    spoken: str


def around_rows(closing: Closing, today: date) -> tuple[AroundRow, ...]:
    """Consent and capacity for this skill, things to come back, documents about it, core visits over time."""
    return (*_consent(closing), *_to_return(closing, today), _documents(closing), _core(closing))


def _row(label: str, words: str, about: str, tone: str, act: AroundAct | None, record: str) -> AroundRow:
    spoken = ". ".join(filter(None, (f"{label}: {words}", about)))
    return AroundRow(label, words, about, tone, act, record, spoken)


def _consent(closing: Closing) -> Iterator[AroundRow]:
    for place, row in enumerate(consent_rows(closing.episode, closing.names)):
        act = None if place else AroundAct.CONSENT
        yield _row(row.label, row.words, row.about, row.tone, act, closing.episode.id)


def _to_return(closing: Closing, today: date) -> Iterator[AroundRow]:
    held = [one for one in closing.equipment if one.episode in (None, closing.episode.id)]
    lent = [one for one in held if one.comes_back]
    for one in lent:
        yield _row("To come back", isolated(one.item), _standing(one), "warn", AroundAct.RETURNED, one.id)
    if not lent:
        words = "Nothing lent" if held else "Nothing written down"
        yield _row("To come back", words, "", "", None, "")


def _standing(one: Equipment) -> str:
    since = f", since {day(one.since)}" if one.since else ""
    return f"{STANDINGS[one.standing]}{since}"


def _documents(closing: Closing) -> AroundRow:
    episode = closing.episode
    about = (None, episode.id)
    held = [one for one in closing.documents if one.stands and one.episode in about]
    if not held:
        return _row("Documents", "None", "", "", None, "")
    named = "; ".join(_document(one) for one in held[:DOCUMENTS_NAMED])
    more = f"; and {len(held) - DOCUMENTS_NAMED} more" if len(held) > DOCUMENTS_NAMED else ""
    return _row("Documents", f"{named}{more}", "", "", AroundAct.DOCUMENTS, closing.patient.id)


def _document(one: Document) -> str:
    return f"{isolated(one.title) or DOCUMENT_KINDS[one.kind]}, {day(one.taken_on or one.written_at.date())}"


def _core(closing: Closing) -> AroundRow:
    episode = closing.episode
    before = f"Before teaching {episode.baseline_visits_per_month} a month" if episode.baseline_visits_per_month else ""
    words = core_visits_words(episode.core_visits) or before or "Not recorded"
    about = before if episode.core_visits else ""
    return _row("Core team visits", words, about, "", AroundAct.CORE_VISITS, episode.id)

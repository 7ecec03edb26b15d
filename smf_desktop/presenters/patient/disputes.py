"""What two laptops changed apart, in words: both versions, who wrote each, and who may settle it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smf_core.domain.checklist import Library
from smf_core.records.queries.disputes import Dispute, Version
from smf_desktop.presenters.identity import clock, day, isolated
from smf_desktop.presenters.labels import BEFORE_A_DOSE
from smf_desktop.presenters.patient.facts import PatientFacts, dotted
from smf_desktop.presenters.patient.history import UNITS, said_words
from smf_desktop.presenters.visit.note_text import readings_said

BOTH_ENTRIES, BOTH_VISITS = "Both, as two entries", "Both: there really were two visits"
BOTH_HAPPENED = "Both: one was in vain, and one took place"


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """One thing to settle. `refused` says why this user may not, "" when they may; `both` that both can be kept."""

    key: str
    what: str
    true: str
    do: str
    clinical: bool
    refused: str
    both: bool
    versions: tuple[tuple[str, str], ...]
    """What each version says, and who wrote it when."""

    both_words: str = BOTH_ENTRIES


def dispute_key(one: Dispute) -> str:
    return f"{one.entity}:{one.record}:{one.unit}"


def dispute_row(one: Dispute, facts: PatientFacts, library: Library) -> DisputeRow:
    if one.twice is not None:
        return _twice_row(one, facts, library)
    unit = "member" if one.unit == "member" else one.unit
    what = UNITS.get((one.entity, unit), unit.replace("_", " ").capitalize())
    versions = tuple(_version(one, version, facts.names, library) for version in one.versions)
    said = "" if one.private else ": " + " or ".join(words for words, _ in versions)
    refused = "" if facts.registered or not one.clinical else "A registered nurse settles this."
    return DisputeRow(
        key=dispute_key(one),
        what=what,
        true=f"{what}: two laptops changed this apart{said}.",
        do=refused or "Both are kept and stand until it is settled.",
        clinical=one.clinical,
        refused=refused,
        both=one.unit == "member" and sum(not version.ended for version in one.versions) > 1,
        versions=versions,
    )


def _twice_row(one: Dispute, facts: PatientFacts, library: Library) -> DisputeRow:
    versions = tuple(_version(one, version, facts.names, library) for version in one.versions)
    refused = "" if facts.registered else "A registered nurse says which stands."
    missed = any(version.said["missed"] for version in one.versions)
    true = "A visit was signed, and recorded as not gone ahead" if missed else "A visit may be recorded twice"
    return DisputeRow(
        key=dispute_key(one),
        what="Visit signed, and not gone ahead" if missed else "Visit recorded twice",
        true=f"{true}: {twice_words(one, facts.names)}.",
        do=" ".join(filter(None, (BEFORE_A_DOSE, refused or "Both are kept until you say which stands."))),
        clinical=True,
        refused=refused,
        both=True,
        versions=versions,
        both_words=BOTH_HAPPENED if missed else BOTH_VISITS,
    )


def twice_words(one: Dispute, names: Mapping[str, str]) -> str:
    """`17-Nov-2026 08:40 by Ann Lee, and 17-Nov-2026 09:05 by Bea Hart`."""
    said = [
        f"{day(version.at.date())} {clock(version.at)} by {names.get(version.by, 'someone who left')}"
        for version in one.versions
    ]
    return ", and ".join(said)


def _labels(library: Library) -> Mapping[str, str]:
    """What each observation is called, of every skill and of the whole visit."""
    own = (one for checklist in library.checklists.values() for one in checklist.observations)
    return {one.id: one.label for one in (*own, *library.common.vital_signs)}


def _version(one: Dispute, version: Version, names: Mapping[str, str], library: Library) -> tuple[str, str]:
    said: Mapping[str, Any] = version.said
    words = "A private note" if one.private else said_words(one.entity, one.unit, said, names, library)
    if one.twice is not None:
        words = dotted(words, *readings_said(said["readings"], _labels(library)), *said["notes"])
    if version.ended:
        word = "Entered in error" if one.twice is not None else "Ended"
        words = f"{word}: {words}" if not one.private else "A private note, ended"
    when = f"{day(version.at.date())} {clock(version.at)}"
    return isolated(words), dotted(names.get(version.by, ""), when)

"""What everyone must see first: allergies, open red flags, alerts, and that there is a private note."""

from collections.abc import Iterator
from dataclasses import dataclass

from smf_core.domain.checklist import Library
from smf_core.domain.pathway import Episode
from smf_core.domain.red_flag import RedFlag
from smf_desktop.presenters.banner import allergy_words
from smf_desktop.presenters.identity import clock, day, isolated
from smf_desktop.presenters.patient.facts import PatientFacts


@dataclass(frozen=True, slots=True)
class AlertRow:
    """`tone` is "danger" for what is known to harm; `flag` is an open red flag that may be closed here.

    `entity` and `member` name an entry that can be changed or ended. `private` is a note that opens on a key: the row
    holds none of its words.
    """

    title: str
    about: str
    tone: str
    flag: str = ""
    entity: str = ""
    member: str = ""
    private: str = ""


def alert_rows(facts: PatientFacts, library: Library) -> Iterator[AlertRow]:
    """Allergies first, then open red flags, then alerts, then marks of private notes."""
    person = facts.patient
    for allergy in person.allergies:
        about = ", ".join(filter(None, (allergy.reaction, allergy.noted_on))) or "reaction not written down"
        about = f"{about[:1].upper()}{about[1:]}."
        words = allergy_words(allergy) if not allergy.settled else allergy.substance
        yield AlertRow(isolated(f"Allergy: {words}"), isolated(about), "danger", entity="allergy", member=allergy.id)
    if not person.allergies and person.no_known_allergies_on:
        yield AlertRow("No known allergies", f"Asked {day(person.no_known_allergies_on)}", "")
    if not person.allergies and not person.no_known_allergies_on:
        yield AlertRow("Allergies not asked yet", "Ask today, then add what is known.", "warn")
    for flag in facts.flags:
        yield _flag_row(flag, facts, library)
    for alert in person.alerts:
        yield AlertRow(
            isolated(_unsettled(alert.text, alert.settled)), isolated(alert.detail), "", entity="alert", member=alert.id
        )
    for mark in person.private:
        yield AlertRow("Note", "", "", entity="alert", member=mark.id, private=mark.id)


def _flag_row(flag: RedFlag, facts: PatientFacts, library: Library) -> AlertRow:
    episode = next((one for one in facts.episodes if one.id == flag.episode), None)
    words = flag_words(flag.sign, episode, library)
    told = f" Told: {flag.told}." if flag.told else ""
    advised = f" Advised: {flag.advised}." if flag.advised else ""
    about = f"{day(flag.at.date())} {clock(flag.at)}. {flag.action.strip().rstrip('.')}.{told}{advised}"
    return AlertRow(f"Red flag: {words}", isolated(about), "danger", flag=flag.id)


def _unsettled(words: str, settled: bool) -> str:
    return words if settled else f"{words}, two versions to settle"


def flag_words(sign: str, episode: Episode | None, library: Library) -> str:
    """The short words of a sign of the pathway's checklist."""
    found = library.checklist(episode.skill, episode.checklist_version).red_flag(sign) if episode else None
    return found.short if found else sign.replace("_", " ")

"""Why a record is opened by somebody whose list the person is not on, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smf_core.domain.opening import WhyOpened
from smf_core.records.queries.openings import Opening
from smf_core.records.queries.patients import Known
from smf_desktop.presenters.identity import clock, day, name_line, nhs, spoken_name

REASONS = (
    (WhyOpened.RANG.value, "They, their family or another service rang me"),
    (WhyOpened.HELPING.value, "I help a colleague who asked me"),
    (WhyOpened.SAFETY.value, "Somebody may be in danger"),
    (WhyOpened.TAKING_OVER.value, "I am taking over their teaching"),
    (WhyOpened.SAME_PERSON.value, "To see whether two records are one person"),
    (WhyOpened.ASKED_TO.value, "A lead asked me to look"),
)
QUESTION = "Why do you open this record?"
ABOUT = (
    "This person is on a colleague's list. Your reason, your name and the time are kept in the audit. "
    "You are asked once for each person until you lock."
)
QUESTION_MANY = "Why do you open these records?"
ABOUT_MANY = (
    "These people are on a colleague's list. Your reason, your name and the time are kept in the audit of each. "
    "You are asked once for each person until you lock."
)
CLOSED = "On a colleague's list."
CLOSED_DO = "Say why you look. Your reason, your name and the time are kept in the audit."

TITLE = "Records opened outside a list"
TITLE_ABOUT = "The last 90 days, newest first. What was opened within the last minute is added after it."
FROM_HUB = "Asked of the hub"
NONE = "Nobody opened a record outside their list."
NONE_DO = "Whoever does is asked why first, and stands here with the reason."


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """One opening: when, by whom, of whose record, and the reason that was given."""

    patient: str
    at: str
    by: str
    name: str
    nhs: str
    why: str
    spoken: str


def opened_rows(
    found: Sequence[Opening], people: Mapping[str, Known], names: Mapping[str, str], of_the_hub: str
) -> tuple[OpenedRow, ...]:
    """`of_the_hub` is the action of somebody who asked the hub for a person."""
    return tuple(_row(one, people.get(one.patient), names.get(one.by, "Somebody else"), of_the_hub) for one in found)


def _row(one: Opening, person: Known | None, by: str, of_the_hub: str) -> OpenedRow:
    at, why = f"{day(one.at.date())} {clock(one.at)}", dict(REASONS).get(one.why, "No reason this version knows")
    if one.action == of_the_hub:
        why = f"{FROM_HUB}: {why}"
    name, number = (name_line(person.name), nhs(person.nhs_number)) if person else ("Not on this laptop", "")
    spoken = f"{at}. {by} opened {spoken_name(person.name) if person else name}. {why}"
    return OpenedRow(one.patient, at, by, name, number, why, spoken)

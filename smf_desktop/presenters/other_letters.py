"""Letters that no discharge writes: who gives a dose from now on, and a referral that was not accepted."""

from collections.abc import Sequence
from datetime import date

from smf_core.domain.checklist import Checklist
from smf_core.domain.letter import DoseLine, LetterContent, Letterhead, LetterPart
from smf_core.domain.patient import Patient
from smf_core.domain.practice import CoreTeam
from smf_desktop.presenters.letter_words import (
    content,
    core_team_address,
    in_sentence,
    letter_name,
    one_line,
    paper_day,
    person_lines,
    short_name,
    who_to_call,
)

COLLEAGUE = "Dear colleague"
GIVERS = {
    "patient": "the person",
    "carer": "a carer",
    "core_team": "the core team",
    "smf": "our nurse",
    "other": "somebody else",
}


def cover_letter(
    head: Letterhead,
    patient: Patient,
    checklist: Checklist,
    lines: Sequence[DoseLine],
    team: CoreTeam | None,
    today: date,
) -> LetterContent:
    """To the core team: who gives each dose from now on, what that leaves for the team, and who to call."""
    theirs = [line for line in lines if line.giver == "core_team"]
    others = [line for line in lines if line.giver != "core_team"]
    asked = tuple(f"Go on with: {_dose(line)}." for line in theirs)
    asked += tuple(f"Stop: {_dose(line)}. {_giver(line)} gives it." for line in others)
    told = ("Tell us who has changed the visits and from which day, so that our record can say so.",)
    name, skill = short_name(patient.name), in_sentence(checklist.label)
    return content(
        head,
        title=f"Letter to the core team about {letter_name(patient.name)}",
        written_on=today,
        to=core_team_address(team),
        about=person_lines(patient, address=True),
        greeting=COLLEAGUE,
        parts=(
            LetterPart("", (f"We are teaching {name} ({skill}). Who gives each dose has changed.",)),
            LetterPart("Who gives each dose", (), tuple(f"{_dose(line)}: {_giver(line, low=True)}" for line in lines)),
            LetterPart("What we ask of you", told, asked),
            LetterPart("Who to call", who_to_call(head.contact, us=one_line(head.service))),
        ),
    )


def rejection_letter(
    head: Letterhead, patient: Patient, skills: Sequence[str], reason: str, referrer: str, today: date
) -> LetterContent:
    """To whoever referred: the referral is not accepted, why, and what can be done. `skills` are labels."""
    name = short_name(patient.name)
    taught = f" to be taught: {', '.join(in_sentence(each) for each in skills)}" if skills else ""
    return content(
        head,
        title=f"Letter to the referrer about {letter_name(patient.name)}",
        written_on=today,
        to=(one_line(referrer) or "The referring team",),
        about=person_lines(patient, address=True),
        greeting=COLLEAGUE,
        parts=(
            LetterPart("", (f"You referred {name}{taught}. We have not accepted the referral.",)),
            LetterPart("Reason", (one_line(reason),) if reason.strip() else ()),
            LetterPart(
                "What happens next",
                (
                    "The care that is in place now goes on: we have taken nothing over.",
                    "If things change, or if the reason does not hold, send us a new referral or call us.",
                ),
            ),
            LetterPart("Who to call", who_to_call(head.contact, us=one_line(head.service))),
        ),
    )


def _dose(line: DoseLine) -> str:
    """`Evening dose, from 24 November 2026 until 1 December 2026`."""
    since = f", from {paper_day(line.from_)}" if line.from_ else ""
    until = f" until {paper_day(line.until)}" if line.until else ""
    return f"{one_line(line.dose)}{since}{until}"


def _giver(line: DoseLine, *, low: bool = False) -> str:
    who = f"{GIVERS.get(line.giver, GIVERS['other'])}{f' ({one_line(line.who)})' if line.who.strip() else ''}"
    return who if low else f"{who[:1].upper()}{who[1:]}"

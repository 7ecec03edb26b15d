"""Triage in words: what may be chosen when a referral is accepted, and what follows from it."""

from collections.abc import Iterable, Sequence
from datetime import date

from smf_core.domain.checklist import Library
from smf_core.domain.referral import Priority, Referral
from smf_desktop.presenters.identity import day, isolated
from smf_desktop.presenters.labels import skill_label, skill_labels
from smf_desktop.presenters.referral.page import SOURCES

GIVERS = (
    ("core_team", "Core team"),
    ("patient", "The person"),
    ("carer", "An informal carer"),
    ("smf", "The SMF nurse"),
    ("other", "Someone else"),
)
"""Who gives a dose until sign-off."""

EXCLUSION_FOLLOWS = (
    "Teaching waits until this is met: it is written as not met on the new pathway, and the first visit can be an "
    "assessment. Where it decides whether to accept at all, wait for information instead."
)
SAME_DAY_FOLLOWS = "Same day: the first visit is due today. Name who gives the next dose until then."
NEXT_DOSE = "Next dose"
"""What a dose is called while its time was not said."""

NAMED = frozenset({"carer", "other"})
"""Givers who need a name: nobody could ring "someone else"."""

LONGEST = 78


def exclusions(skills: Iterable[str], library: Library) -> tuple[tuple[str, str], ...]:
    """The hard gates of these skills, as `skill:gate` and a short label: what would stop teaching.

    Each says "not met" itself, as a gate is worded by what has to be so: ticked, it is a finding against teaching.
    """
    found = []
    several = len(tuple(skills)) > 1
    for skill in skills:
        for gate in library.newest(skill).gates:
            if gate.is_hard:
                words = f"Not met: {_short(gate.text)}"
                found.append((f"{skill}:{gate.id}", f"{skill_label(skill, library)}. {words}" if several else words))
    return tuple(found)


def _short(text: str) -> str:
    """A gate's first words: what it asks, without the details that decide it at the visit."""
    for end in ("; ", " (", ": "):
        text = text.split(end)[0]
    return text if len(text) <= LONGEST else text[: text.rfind(" ", 0, LONGEST)] + "..."


def joins(skills: Sequence[str], taught: Iterable[str], library: Library) -> str:
    """Which skills are being taught already, in a sentence; "" for none."""
    already = [skill for skill in skills if skill in set(taught)]
    if not already:
        return ""
    be = "is" if len(already) == 1 else "are"
    return f"{skill_labels(already, library)} {be} being taught already. This referral joins the open pathway."


def dose_given_by(giver: str, who: str) -> str:
    """Who gives the next dose, as triage keeps it: `Core team, Derby South`."""
    return ", ".join(filter(None, (dict(GIVERS).get(giver, ""), who.strip())))


def what_follows(priority: str, excluded: bool) -> str:
    """The line under the form that says what the answers lead to."""
    said = (SAME_DAY_FOLLOWS if priority == Priority.SAME_DAY else "", EXCLUSION_FOLLOWS if excluded else "")
    return " ".join(filter(None, said))


def asked_for(referral: Referral) -> str:
    """What the referral says, in two lines: who refers and why, and its notes."""
    who = SOURCES[referral.source] + (f", {referral.referrer}" if referral.referrer else "")
    said = f"{who}, {day(referral.received_on)}: {isolated(referral.reason) or 'no reason given'}."
    visits = referral.baseline_visits_per_month
    core = f"Core team visits now: {visits} a month." if visits else ""
    return " ".join(filter(None, (said, core, isolated(referral.notes))))


def proposed(on: date) -> str:
    return day(on)

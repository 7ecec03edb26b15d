"""What is left before a discharge can be signed, counted in the dock and said one by one by F8."""

from collections import Counter
from collections.abc import Mapping, Sequence

from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.missing import Missing, Part, Why

SHOWN = 4
"""Kinds of missing things named before the rest are only counted."""


def missing_summary(missing: Sequence[Missing]) -> str:
    """`Before you sign: 2 statements to confirm, outcome to choose`; `Ready to sign` when nothing is missing."""
    if not missing:
        return "Ready to sign"
    counts = Counter(_COUNTED.get((item.part, item.why)) or _COUNTED[item.part, None] for item in missing)
    named = [(one if count == 1 else several).replace("%", str(count)) for (one, several), count in counts.items()]
    left = sum(list(counts.values())[SHOWN:])
    return "Before you sign: " + ", ".join(named[:SHOWN] + ([f"and {left} more"] if left else []))


def missing_sentence(item: Missing) -> str:
    """What F8 says on arriving at one of them."""
    for key in ((item.part, item.why, item.id), (item.part, None, item.id), (item.part, item.why, "")):
        if key in _SENTENCES:
            return _SENTENCES[key]
    return _SENTENCES.get((item.part, None, ""), "This is still needed")


def _same(words: str) -> tuple[str, str]:
    return words, words


_COUNTED: Mapping[tuple[Part, Why | None], tuple[str, str]] = {
    (Part.EPISODE, None): _same("accountable nurse to name"),
    (Part.EPISODE, Why.CLOSED): _same("teaching has ended already"),
    (Part.EVIDENCE, None): ("1 part of the evidence not met", "% parts of the evidence not met"),
    (Part.ATTESTATION, None): ("1 statement to confirm", "% statements to confirm"),
    (Part.OUTCOME, None): _same("outcome to choose"),
    (Part.OUTCOME, Why.REGISTERED_NURSE): _same("registered nurse to sign"),
    (Part.OUTCOME, Why.CARER_DOES_A_CRITICAL_PART): _same("outcome to change"),
    (Part.SHARED, None): _same("visits a month to enter"),
    (Part.RETURNED, None): _same("main reason to choose"),
    (Part.REASON, None): _same("reason to enter"),
    (Part.SUPPORT, None): ("1 answer on agreed support", "% answers on agreed support"),
    (Part.CARER, None): ("1 answer about the carer", "% answers about the carer"),
    (Part.ON, None): _same("date to correct"),
    (Part.CHECK_IN, None): _same("day of the check-in call to correct"),
    (Part.CHECKED, None): _same("right person to check"),
}
"""One and several of a kind of missing thing; `%` stands for the count."""

_A_DATE = "Enter a date such as 17/11, yesterday or 17-Nov-2026"
_SENTENCES: Mapping[tuple[Part, Why | None, str], str] = {
    (Part.EPISODE, None, "accountable_nurse"): "Name the accountable registered nurse on the overview first",
    (Part.EPISODE, Why.CLOSED, ""): "Teaching of this skill has ended already",
    (Part.EVIDENCE, None, ""): "Not met yet. It needs another visit, or another outcome",
    (Part.EVIDENCE, None, CompetenceKey.MAX_OPEN_RED_FLAG): "A registered nurse closes the red flag first",
    (Part.EVIDENCE, None, CompetenceKey.HARD_GATES): "A registered nurse answers the gate first",
    (Part.EVIDENCE, None, CompetenceKey.LEARNER_TASKS): "Name a learner for every critical step and dose time",
    (
        Part.EVIDENCE,
        Why.NOT_MET,
        CompetenceKey.MIN_CONFIDENCE,
    ): "Enter a reason, or see the person again",
    (Part.EVIDENCE, Why.REGISTERED_NURSE, ""): "Only a registered nurse goes on with confidence under 7",
    (Part.ATTESTATION, None, ""): "Confirm this if you have seen it",
    (Part.OUTCOME, None, ""): "Choose how teaching ended",
    (Part.OUTCOME, Why.REGISTERED_NURSE, ""): "Only a registered nurse signs an independent discharge",
    (Part.OUTCOME, Why.CARER_DOES_A_CRITICAL_PART, ""): "A carer does a critical part. Choose With agreed support",
    (Part.SHARED, None, ""): "Enter the visits a month that the core team still makes",
    (Part.SHARED, Why.NOT_A_NUMBER, ""): "Enter the visits a month as a number",
    (Part.SHARED, Why.OUT_OF_RANGE, ""): "Enter a number of visits above 0, up to 300 a month",
    (Part.RETURNED, None, ""): "Choose the main reason",
    (Part.REASON, None, ""): "Enter the reason",
    (Part.SUPPORT, None, "support_type"): "Choose the kind of support",
    (
        Part.SUPPORT,
        Why.CARER_DOES_A_CRITICAL_PART,
        "support_type",
    ): "A carer does a critical part. Choose informal carer",
    (Part.SUPPORT, None, "support_who"): "Enter who helps",
    (Part.SUPPORT, None, "support_what"): "Enter what they help with",
    (Part.SUPPORT, None, "support_how_often"): "Enter how often",
    (Part.SUPPORT, None, "support_review_on"): "Enter the day of review",
    (Part.SUPPORT, Why.NOT_A_DATE, "support_review_on"): "Enter a date such as 17/11, tomorrow or +2w",
    (Part.SUPPORT, Why.IN_PAST, "support_review_on"): "Enter a review date from today on",
    (Part.CARER, Why.NEEDED, ""): "Enter a name and a date",
    (Part.CARER, Why.NOT_A_DATE, ""): _A_DATE,
    (Part.CARER, Why.IN_FUTURE, ""): "Enter a date up to today",
    (Part.ON, None, ""): _A_DATE,
    (Part.ON, Why.IN_FUTURE, ""): "Enter a date up to today",
    (Part.ON, Why.IN_PAST, ""): "Enter a date from the day teaching started",
    (Part.CHECK_IN, None, ""): "Enter a date such as 24/11, +5d or 24-Nov-2026",
    (Part.CHECK_IN, Why.OUT_OF_RANGE, ""): "Enter a day 3 to 7 days after the discharge, from today on",
    (Part.CHECKED, None, ""): "Confirm that this is the right person and pathway",
}

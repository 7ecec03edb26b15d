"""The lines of the competence rule in words: what is there, of what is needed."""

from smf_core.domain.checklist import Checklist
from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.competence import Evidence

_AT_LEAST = (CompetenceKey.CONSECUTIVE_COMPLETED_VISITS, CompetenceKey.REGISTERED_NURSE_IN_RUN)
"""More than is needed is shown as what is needed: never "4 of 2"."""


def evidence_words(line: Evidence, checklist: Checklist, who: str = "") -> str:
    """`4 of 7 critical steps on own`; `who` stands before it where several people learn."""
    need = line.need
    have = min(line.have, need) if line.key in _AT_LEAST else line.have
    words = {
        CompetenceKey.LEARNER_TASKS: f"{have} of {need} critical steps and dose times have a learner",
        CompetenceKey.CRITICAL_STEPS_LEVEL: f"{have} of {need} critical steps on own",
        CompetenceKey.OCCASIONAL_OBSERVATIONS: f"{have} of {need} occasional steps seen often enough",
        CompetenceKey.CONSECUTIVE_COMPLETED_VISITS: f"{have} of {need} visits in a row with every critical step on own",
        CompetenceKey.VISITS_APART_BY: f"{have} of {need} of those visits on other days or dose times",
        CompetenceKey.REGISTERED_NURSE_IN_RUN: f"{have} of {need} of those visits made by a registered nurse",
        CompetenceKey.TEACH_BACK: f"{have} of {need} teach-back questions explained",
        CompetenceKey.MIN_CONFIDENCE: f"Confidence {have} of 10, needs {need} or more",
        CompetenceKey.MAX_OPEN_RED_FLAG: "No urgent red flag open" if line.met else "A red flag is open",
        CompetenceKey.HARD_GATES: f"{have} of {need} hard gates met",
    }.get(line.key, line.key.value.replace("_", " "))
    if need == 0 and line.key is CompetenceKey.OCCASIONAL_OBSERVATIONS:
        words = "No occasional steps to see"
    if need == 0 and line.key is CompetenceKey.REGISTERED_NURSE_IN_RUN:
        words = "The service asks for no visit by a registered nurse"
    return f"{who}: {words[:1].lower()}{words[1:]}" if who else words

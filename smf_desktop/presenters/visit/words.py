"""The words of the visit page: choices, strategies, and what is still missing before signing."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.pathway import GateState
from smf_core.domain.visit import Method, NextKind, NotGoneAheadReason, Place, Purpose

PLACES = ((Place.HOME, "Home"), (Place.CLINIC, "Clinic"), (Place.VIDEO, "Video"))
METHODS = ((Method.DEMONSTRATION, "Demonstration"), (Method.VIDEO, "Video"), (Method.LEAFLET, "Leaflet"))
PURPOSES = (
    (Purpose.TEACHING, "Teaching"),
    (Purpose.ASSESSMENT, "Assessment only"),
    (Purpose.STOPPED_EARLY, "Stopped early"),
)
NEXT = (
    (NextKind.VISIT, "Visit"),
    (NextKind.CALL, "Call"),
    (NextKind.DISCHARGE, "Discharge"),
    (NextKind.CORE_TEAM, "Back to core team"),
    (NextKind.HOLD, "On hold"),
)
NOT_GONE_AHEAD = (
    (NotGoneAheadReason.HOSPITAL, "Was in hospital"),
    (NotGoneAheadReason.NO_ACCESS, "Was out, or no reply at the door"),
    (NotGoneAheadReason.PATIENT_CANCELLED, "Asked to change"),
    (NotGoneAheadReason.TEAM_CANCELLED, "We cancelled"),
)
GATES = ((GateState.MET, "M", "Met"), (GateState.NOT_MET, "U", "Not met"), (GateState.NA, "/", "Not applicable"))

STRATEGIES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Focus on clinical skills",
        (
            ("return_demonstration", "Show, then do together"),
            ("teach_back", "Teach-back"),
            ("checklist_levels", "Checklist and levels"),
            ("practice_pads", "Practice pads"),
            ("aids", "Aids and equipment"),
            ("flare_plan", "Flare or sick-day plan"),
        ),
    ),
    (
        "Providing information",
        (
            ("leaflet", "Leaflet or easy-read"),
            ("video", "Video"),
            ("written_plan", "Written plan"),
            ("results_ahead", "Results sent ahead"),
            ("signposting", "Signposting"),
            ("website", "Website or app"),
            ("ask_then_tell", "Ask first, then tell"),
        ),
    ),
    (
        "Supporting behaviour change",
        (
            ("action_planning", "Action planning"),
            ("goal_setting", "Goal setting"),
            ("agenda_setting", "Agenda setting"),
            ("decisional_balance", "Decisional balance"),
            ("motivational_interviewing", "Motivational interviewing"),
            ("habit_planning", "Cue and habit planning"),
            ("reminders", "Reminders"),
        ),
    ),
    (
        "Supporting self-efficacy",
        (
            ("confidence_ruler", "Confidence ruler and rework"),
            ("problem_solving", "Problem solving"),
            ("small_steps", "Mastery in small steps"),
            ("peer_support", "Peer support"),
            ("group_programme", "Group programme"),
            ("reframing", "Reframing setbacks"),
            ("praise", "Praise for effort"),
        ),
    ),
)
"""The four areas and their strategies (`clinical.md` 5), as (code, words). Codes are kept on the record."""

KEYS = (
    ("1 2 3 4", "Rate the step and go to the next"),
    ("0", "Not seen today"),
    ("/", "Does not apply: asks why"),
    ("=", "Same as last visit"),
    ("+", "Same as last visit for all that are left, but for critical steps; asks first"),
    ("N", "Note on this step"),
    ("Backspace", "Clear the rating"),
    ("Up Down", "Move over the steps and the folded groups; Enter opens a group"),
    ("F7", "Right person and agrees today"),
    ("F4", "None of the red flags today"),
    ("F3", "Add a reading or a vital sign"),
    ("Ctrl+Shift+R", "Add a recheck of this reading"),
    ("Ctrl+PgDn Ctrl+PgUp", "Next and previous skill"),
    ("Ctrl+G", "Go to a part of the page"),
    ("F8 Shift+F8", "Next and previous thing that is missing"),
    ("Ctrl+Z Ctrl+Y", "Undo and redo"),
    ("Ctrl+S", "Keep the draft now"),
    ("Ctrl+Shift+Enter", "Sign"),
    ("Esc", "Save the draft and close"),
)
"""The keys of the page, and what each does."""

KINDS_SHOWN = 3
"""How many kinds of missing thing the dock names before it only counts."""


def missing_summary(missing: Iterable[Missing]) -> str:
    """`Before you sign: 6 steps to rate, 1 reading to correct`; `Ready to sign` when nothing is."""
    counts = Counter(_kind(item) for item in missing)
    if not counts:
        return "Ready to sign"
    named = [_counted(kind, count) for kind, count in counts.items()]
    shown = named if len(named) <= KINDS_SHOWN + 1 else named[:KINDS_SHOWN]
    left = sum(counts.values()) - sum(list(counts.values())[: len(shown)])
    more = [f"and {left} more"] if left else []
    return "Before you sign: " + ", ".join(shown + more)


def missing_count(missing: Collection[Missing]) -> str:
    """`33 left before you sign`; `Ready to sign` when nothing is."""
    return f"{len(missing)} left before you sign" if missing else missing_summary(())


def missing_sentence(item: Missing) -> str:
    """What F8 says on arriving at one of them."""
    return _SENTENCES.get((item.part, item.why)) or _SENTENCES.get((item.part, None)) or "This is still needed"


def copy_question(copied: int, critical: int) -> tuple[str, str]:
    """What `+` asks first: how many steps it fills, and that critical ones are left."""
    title = "Copy the last rating of 1 step?" if copied == 1 else f"Copy the last ratings of {copied} steps?"
    left = {0: "", 1: "1 critical step is left for you to rate."}.get(
        critical, f"{critical} critical steps are left for you to rate."
    )
    return title, left


def _kind(item: Missing) -> tuple[str, str]:
    """One and several: `%` stands for the count; without it the words stand alone."""
    return _COUNTED.get((item.part, item.why)) or _COUNTED[item.part, None]


def _counted(kind: tuple[str, str], count: int) -> str:
    one, several = kind
    return (one if count == 1 else several).replace("%", str(count))


def _same(words: str) -> tuple[str, str]:
    return words, words


_READING: Mapping[Why | None, tuple[str, str]] = {
    None: ("% reading to correct", "% readings to correct"),
    Why.NOTE_NEEDED: ("% note to add", "% notes to add"),
}
_COUNTED: Mapping[tuple[Part, Why | None], tuple[str, str]] = {
    (Part.RIGHT_PERSON, None): _same("right person to confirm"),
    (Part.STARTED, None): _same("start time to check"),
    (Part.LATE, None): _same("reason for writing it down later to enter"),
    (Part.MINUTES, None): _same("minutes to enter"),
    (Part.STOPPED, None): _same("reason for stopping to enter"),
    (Part.SECTION, None): ("% skill to add", "% skills to add"),
    (Part.SECTION, Why.CLOSED): ("% skill whose teaching ended", "% skills whose teaching ended"),
    (Part.LEARNER, None): ("% learner to check", "% learners to check"),
    (Part.GATE, None): ("% gate to meet", "% gates to meet"),
    (Part.STEP, None): ("% step to rate", "% steps to rate"),
    (Part.STEP, Why.REASON_NEEDED): ("% reason to add", "% reasons to add"),
    (Part.STEP, Why.REGISTERED_NURSE): ("% step for a registered nurse", "% steps for a registered nurse"),
    (Part.TEACH_BACK, None): ("% question to answer", "% questions to answer"),
    (Part.CONFIDENCE, None): _same("confidence to score"),
    (Part.RED_FLAG, None): ("% red flag to answer", "% red flags to answer"),
    (Part.RED_FLAG, Why.ACTION_NEEDED): _same("what you did to write"),
    (Part.RED_FLAG, Why.TOLD_NEEDED): _same("who was told to write"),
    (Part.NEXT, None): _same("what comes next to complete"),
    (Part.NEXT, Why.NEEDED): _same("what comes next to choose"),
    (Part.AMEND, None): _same("reason for amending to enter"),
    **{(part, why): words for part in (Part.READING, Part.VITAL_SIGN) for why, words in _READING.items()},
}

_SENTENCES: Mapping[tuple[Part, Why | None], str] = {
    (Part.RIGHT_PERSON, None): "Confirm that this is the right person and that they agree today",
    (Part.STARTED, None): "The visit starts more than a day ahead. Put the clock right, then open the visit again",
    (Part.STARTED, Why.IN_PAST): "The visit starts before the person was born. Check the clock and the date of birth",
    (Part.LATE, None): "Enter why this visit is only written down now: care began over a day ago",
    (Part.MINUTES, None): "Enter how many minutes the visit took",
    (Part.MINUTES, Why.NOT_A_NUMBER): "Enter minutes as a number",
    (Part.MINUTES, Why.OUT_OF_RANGE): "Enter minutes from 1 to 720",
    (Part.STOPPED, None): "Enter why the visit was stopped early",
    (Part.SECTION, Why.CLOSED): "Teaching of this skill ended before this visit",
    (Part.LEARNER, None): "The learner is no longer an informal carer on the record. Choose the learner again",
    (Part.GATE, None): "This gate is not met. A registered nurse answers it",
    (Part.STEP, None): "Rate this step, or 0 for not seen today",
    (Part.STEP, Why.REASON_NEEDED): "Enter why this step does not apply",
    (Part.STEP, Why.REGISTERED_NURSE): "Only a registered nurse can set a critical step to not applicable",
    (Part.TEACH_BACK, None): "Choose how this question was answered",
    (Part.CONFIDENCE, None): "Score confidence from 0 to 10",
    (Part.READING, None): "Correct this reading",
    (Part.READING, Why.NOTE_NEEDED): "Note what you did about this reading",
    (Part.VITAL_SIGN, None): "Correct this reading",
    (Part.VITAL_SIGN, Why.NOTE_NEEDED): "Note what you did about this reading",
    (Part.RED_FLAG, None): "Answer Yes or No",
    (Part.RED_FLAG, Why.ACTION_NEEDED): "Enter what you did",
    (Part.RED_FLAG, Why.TOLD_NEEDED): "Enter who was told",
    (Part.NEXT, None): "Complete what comes next",
    (Part.NEXT, Why.NEEDED): "Enter what comes next",
    (Part.NEXT, Why.NOT_A_DATE): "Enter a date such as 17/11, tomorrow or +2w",
    (Part.NEXT, Why.NOT_A_TIME): "Enter a time such as 9:05 or 1430",
    (Part.NEXT, Why.NOT_A_NUMBER): "Enter minutes as a number",
    (Part.NEXT, Why.IN_PAST): "Enter a date from today on",
    (Part.NEXT, Why.REASON_NEEDED): "Enter why teaching is on hold",
    (Part.NEXT, Why.DIED): "The record says that this person has died. Choose another next step",
    (Part.AMEND, None): "Enter why the visit is amended",
}

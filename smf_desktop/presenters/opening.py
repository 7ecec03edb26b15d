"""Why a record is opened by somebody whose list the person is not on, in words."""

from smf_core.domain.opening import WhyOpened

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

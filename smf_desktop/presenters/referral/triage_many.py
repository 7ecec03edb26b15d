"""Several referrals decided in one go, in words: whom it is about, what was done, and who is left and why."""

from collections.abc import Mapping, Sequence

from smf_core.domain.triage import Left, Why
from smf_desktop.presenters.labels import counted

NAMED_AT_MOST = 8
EXCLUDED = (("no", "No, nothing is known"), ("yes", "Yes, for some of them"))
"""Whether something is known that stops teaching. It is asked once for all, and never answered for anybody."""

ONE_BY_ONE = "Accept those one by one: there you say what stops teaching"
EACH_ITS_OWN = "Each is saved by itself, with all the skills it asks for. Cancel stops at the next one."

WHY_WORDS: Mapping[Why, str] = {
    Why.DECIDED: "decided already",
    Why.QUESTION: "waits for information: accept it by itself once that is known",
    Why.MAYBE_HERE: "might already be here: compare the two records first",
    Why.TAUGHT: "taught one of these skills already: accept it by itself",
    Why.DIED: "has died",
    Why.NOT_APPROVED: "no approved checklist for one of its skills",
    Why.READ_ONLY: "the record can only be read",
    Why.GONE: "no longer here",
}


def whom(names: Sequence[str]) -> str:
    """Everyone it is about by name, the first of them where they are many."""
    shown = "; ".join(names[:NAMED_AT_MOST])
    more = len(names) - NAMED_AT_MOST
    return f"{shown}; and {more} more" if more > 0 else shown


def done_words(done: int, what: str) -> str:
    """What was done, for a toast: `3 referrals accepted`."""
    return f"{counted(done, 'referral')} {what}" if done else f"No referral {what}"


def left_title(done: int, left: int, what: str) -> str:
    return f"{done_words(done, what)}, {left} left as {'it was' if left == 1 else 'they were'}"


def left_lines(left: Sequence[Left], not_reached: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """A line for each that was not decided: who, and why."""
    lines = [f"{names[one.referral]}: {WHY_WORDS[one.why]}." for one in left]
    return (*lines, *(f"{names[one]}: not come to, as it was stopped." for one in not_reached))

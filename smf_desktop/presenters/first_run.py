"""The words of the first run."""

from smf_desktop.presenters.accounts import ROLE_LABELS

ROLES = [(role.value, label) for role, label in ROLE_LABELS.items()]
"""Code and words of each role, for a list to choose from."""

KINDS = [
    ("training", "Training", "For made-up people. Takes only NHS numbers that begin with 999."),
    ("live", "Live", "For real people. Needs checklists your clinical lead has approved."),
]
"""Code, title and note of each kind of store."""

JOIN = ("join", "Connect to a hub", "Your service has one. You need its address, a code, and a connection.")
"""The third way: no new service, but a laptop of one that there is."""


def strength(password: str) -> tuple[int, str]:
    """How long a password is, from 0 to 4, and what to say of it. Length is what counts."""
    length = len(password)
    if length == 0:
        return 0, "Three random words make a password that is long and easy to remember."
    if length < 8:
        return 1, f"{length} of at least 8 characters"
    if length < 12:
        return 2, "Long enough. 12 or more is better."
    return (3, "Good") if length < 16 else (4, "Very good")

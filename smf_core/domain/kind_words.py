"""Words that judge, and kinder ones in their place: for what a person will read about themselves."""

import re
from collections.abc import Mapping

KINDER: Mapping[str, str] = {
    "refused": "chose not to",
    "refuses": "chooses not to",
    "non-compliant": "does it another way",
    "noncompliant": "does it another way",
    "non compliant": "does it another way",
    "poor historian": "could not say",
    "failed": "has not yet",
    "fails": "does not yet",
    "failure": "not yet",
    "incompetent": "still learning",
    "unable": "not yet",
    "difficult": "finds it hard",
    "demanding": "asks for",
    "obsessed": "concerned",
    "denies": "says no to",
    "claims": "says",
    "admits": "says",
    "lazy": "not yet",
    "diabetic": "person with diabetes",
}

_JUDGING = re.compile(r"\b(" + "|".join(re.escape(word) for word in KINDER) + r")\b", re.IGNORECASE)


def judging_words(text: str) -> Mapping[str, str]:
    """The judging words of a text, as they stand in it, each with a kinder one."""
    return {found: KINDER[found.casefold()] for found in _JUDGING.findall(text)}

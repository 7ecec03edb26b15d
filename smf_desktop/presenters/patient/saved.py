"""What a save is about, in words, and why the hub set one aside."""

from collections.abc import Iterable, Mapping

from smf_desktop.ports import Saved
from smf_desktop.presenters.patient.history import UNITS

FIRST = {
    "visit": "Visit recorded",
    "call": "Telephone call",
    "referral": "Referral",
    "letter": "Letter",
    "task": "Task",
    "document": "Document",
    "episode": "Teaching",
    "red_flag": "Red flag",
    "patient": "Details",
    "review": "Decided for review",
}
"""What a save is called after, the first that is in it."""


_REASONS: Mapping[str, str] = {
    "author_unknown": "The hub does not know who wrote it",
    "left": "Whoever wrote it had left the service",
    "not_a_member": "Whoever wrote it was in no team then",
    "other_team": "The person was with another team then",
    "other_person": "It speaks of two people at once",
    "mixed": "It holds things that do not belong in one save",
    "role": "This is not part of the writer's role",
    "registered_nurse": "Only a registered nurse may record this",
    "clinical_lead": "Only a clinical lead may record this",
    "revoked": "It came from a laptop that was taken out of use",
    "unreadable": "It could not be read",
    "other_laptop": "The writer may not work on that laptop",
    "too_much": "It holds more than fits in one save",
    "other_content": "Its number had come before with other content",
    "borrowed_replica": "It came from another laptop than the one it names",
}


def refusal_words(reason: str) -> str:
    """Why the hub set a save aside, in words."""
    return _REASONS.get(reason, "The hub could not take it as it is")


def whose(saved: Saved, me: str, names: Mapping[str, str]) -> str:
    """`by Anna Wolf` of a colleague's save: this laptop has it, also where it only gave it back to the hub."""
    return "" if saved.author == me else f"by {names.get(saved.author, 'someone who left')}"


def what_is_saved(saved: Saved) -> str:
    """`Visit signed`, `Phone, address`: what a save is about."""
    kinds = {entity for entity, _ in saved.what}
    if "visit_pair" in kinds:
        return "Visit recorded twice"
    if ("visit", "signed") in saved.what:
        return "Visit signed"
    if kinds == {"patient"}:
        units = [UNITS.get(each, each[1].replace("_", " ")) for each in sorted(saved.what)]
        return "New person" if ("patient", "born") in saved.what and len(units) > 3 else listed(units)
    for kind, words in FIRST.items():
        if kind in kinds:
            return words
    named = [UNITS.get((kind, "member"), kind.replace("_", " ").capitalize()) for kind in sorted(kinds)]
    return listed(named) or "Saved"


def listed(words: Iterable[str]) -> str:
    """`Phone, access note and 2 more`."""
    found = list(dict.fromkeys(words))
    lowered = [
        word if place == 0 or word.isupper() or word[:2] in ("GP", "NH") else word[:1].lower() + word[1:]
        for place, word in enumerate(found)
    ]
    return ", ".join(lowered[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")

"""Words for the author of a save that a lead returned."""

from collections.abc import Mapping

from smf_desktop.ports import SentForReview
from smf_desktop.presenters.identity import clock, day, isolated
from smf_desktop.presenters.patient.facts import dotted
from smf_desktop.presenters.patient.saved import what_is_saved

WHAT_NEXT = "It is not in the record. Write again what is right: what you typed stays on this laptop either way."


def came_back(one: SentForReview, names: Mapping[str, str]) -> str:
    """What was saved, of when it is, and what was said of it, in a line."""
    saved = one.saved
    return dotted(f"{what_is_saved(saved)}, {day(saved.at.date())} {clock(saved.at)}", returned_words(one, names))


def returned_words(one: SentForReview, names: Mapping[str, str]) -> str:
    """`Returned by Priya Nair, 18-Nov-2026 10:00: It was Anna's visit`."""
    said = one.decision
    if said is None:
        return "Returned"
    by = names.get(said.by, "a team lead")
    at = said.at.astimezone(one.saved.at.tzinfo)
    words = f"Returned by {by}, {day(at.date())} {clock(at)}"
    return f"{words}: {isolated(said.word)}" if said.word else words


def reason_first(one: SentForReview, names: Mapping[str, str]) -> str:
    """`Returned: It was Anna's visit · Priya Nair`, for a line that may be cut."""
    said = one.decision
    if said is None:
        return "Returned"
    return dotted(f"Returned: {isolated(said.word)}" if said.word else "Returned", names.get(said.by, "a team lead"))

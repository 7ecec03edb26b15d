"""Short words that many lists share: counts, skills, the key of a rating."""

from collections.abc import Iterable, Sequence
from typing import Literal

from smf_core.domain.checklist import Library
from smf_core.domain.checklist_pieces import Common
from smf_core.domain.visit import Level

ChipKind = Literal["neutral", "info", "ok", "warn", "danger", "violet"]
"""What a chip says by its colour, beside its words."""

BEFORE_A_DOSE = "Check what was given before the next dose."
"""Beside a visit that may be recorded twice."""


def counted(number: int, word: str) -> str:
    """`1 visit`, `6 visits`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def skill_labels(skills: Iterable[str], library: Library) -> str:
    """`Insulin and self-injection`: the labels of these skills in a sentence."""
    labels = [skill_label(skill, library) for skill in dict.fromkeys(skills)]
    lowered = [label if place == 0 else label[:1].lower() + label[1:] for place, label in enumerate(labels)]
    return _joined(lowered)


def skill_label(skill: str, library: Library) -> str:
    """The label of a skill; its code where this laptop has no checklist of it."""
    return library.newest(skill).label if skill in library.skills else skill


def rating_key(level: Level | None, common: Common) -> str:
    """The key of a level on the rating scale, "" for none."""
    return common.level(level).key if level else ""


def _joined(words: Sequence[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)

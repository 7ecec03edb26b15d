"""What people of the demo say of themselves when they are asked: their ethnic category and the language they speak."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smf_desktop.demo.people import COMMUNITIES, Dice, Person

NOT_ASKED = 0.06
"""How often nobody asked, so that it stands among what is to be mended."""

INTERPRETER = 0.4
"""How often somebody who speaks another language best wants an interpreter."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Empty text is not known."""

    ethnic_category: str = ""
    language: str = ""
    interpreter: bool = False


Weighted = Sequence[tuple[str, int]]
_ENGLISH = (("English", 1),)
_SAID: Mapping[str, tuple[Weighted, Weighted]] = {
    "of the county": ((("A", 94), ("B", 3), ("Z", 3)), _ENGLISH),
    "south Asian": (
        (("H", 45), ("J", 40), ("L", 11), ("Z", 4)),
        (("English", 45), ("Punjabi", 35), ("Urdu", 20)),
    ),
    "African and Caribbean": ((("M", 60), ("N", 36), ("Z", 4)), _ENGLISH),
    "east European": (
        (("C", 96), ("Z", 4)),
        (("English", 25), ("Polish", 50), ("Lithuanian", 15), ("Romanian", 10)),
    ),
}


def origin(person: Person) -> Origin:
    """The same for the same person each time."""
    dice = Dice(f"{person.nhs_number}:origin")
    community = next((each for each in COMMUNITIES if person.family in each.families), COMMUNITIES[0])
    categories, languages = _SAID[community.name]
    category, language = _one(dice, categories), _one(dice, languages)
    if dice.random() < NOT_ASKED:
        category = ""
    if dice.random() < NOT_ASKED:
        language = ""
    return Origin(category, language, interpreter=language not in ("", "English") and dice.random() < INTERPRETER)


def _one(dice: Dice, said: Weighted) -> str:
    return dice.choices([each for each, _ in said], [weight for _, weight in said])[0]

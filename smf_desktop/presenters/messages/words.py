"""What is said of a trouble: a sentence or two, and how they are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """`happened` stands first and alone is true; `do` says what is safe and what to do."""

    happened: str
    do: str

    def __str__(self) -> str:
        return f"{self.happened} {self.do}".strip()


Speak = Words | Callable[[Any], Words]
Spoken = Mapping[type[Exception], Speak]

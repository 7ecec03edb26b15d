"""Two people's words in one note: what each added, and one text that holds everything both said."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import reduce

Span = tuple[int, int]
"""Where a part of a text begins, and how long it is."""

_SENTENCE = re.compile(r"[.!?]+(?=\s|$)|\S(?:[^.!?\n]|[.!?](?!\s|[.!?]*(?:\s|$)))*[.!?]*")
"""Up to a full stop with a space after it: 4.5 is one word."""


def joined(texts: Sequence[str]) -> str:
    """One text that says everything the texts say: what they share once, what one added in its place.

    A part is a sentence; parts that differ stand one after the other, the first text's first.
    """
    return reduce(_join, texts) if texts else ""


def added(text: str, others: Iterable[str]) -> tuple[Span, ...]:
    """The sentences of a text that one of the others lacks."""
    known = [set(map(_same, _parts(other))) for other in others]
    return tuple(
        (found.start(), len(found.group().rstrip()))
        for found in _SENTENCE.finditer(text)
        if not all(_same(found.group()) in parts for parts in known)
    )


def _join(one: str, other: str) -> str:
    first, second = _parts(one), _parts(other)
    same = SequenceMatcher(None, [_same(part) for part in first], [_same(part) for part in second], autojunk=False)
    said: list[str] = []
    for what, begin, end, there, until in same.get_opcodes():
        said += first[begin:end]
        if what != "equal":
            said += second[there:until]
    break_ = "\n" if "\n" in one or "\n" in other else " "
    return break_.join(_ended(part) if place < len(said) - 1 else part for place, part in enumerate(said))


def _parts(text: str) -> list[str]:
    return [found.strip() for found in _SENTENCE.findall(text)]


def _same(part: str) -> str:
    """Two sentences are one when they differ by capitals, spaces or the full stop alone."""
    return " ".join(part.casefold().split()).rstrip(".!?")


def _ended(part: str) -> str:
    return part if part[-1:] in ".!?" else f"{part}."

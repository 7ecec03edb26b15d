"""Text as people paste it, made fit to keep: what is meant stays, what cannot be seen or stored goes.

Names, numbers and addresses are matched and read aloud, so nothing hidden may stand in them. Notes are kept as
written, whatever is in them; only what no file can hold is replaced.
"""

import re
import unicodedata
from typing import NamedTuple

MARKS_ON_A_LETTER = 6
"""How many combining marks one letter of a name may carry; Burmese and Hebrew need up to five."""

MARKS_IN_A_NOTE = 30
"""The stream-safe bound of the Unicode standard (UAX 15), which no language reaches."""

REPLACEMENT = "\ufffd"

# Characters without a picture that Unicode does not class as format characters.
_INVISIBLE = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)))
) | frozenset(map(chr, range(0xE0100, 0xE01F0)))
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
_MARKS = frozenset({"Mn", "Me"})
_NOT_STORABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85]")
_STROKED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"})


class Cleaned(NamedTuple):
    """Text made fit to keep, and how many hidden characters were taken out of it."""

    text: str
    found: int


def clean_identity(text: str) -> Cleaned:
    """One line of an identity field: no control, direction, zero-width or half characters; single spaces; NFC.

    Joiners go too, though a few scripts spell names with them: two records of one person must not differ by
    something nobody can see.
    """
    if text.isascii() and text.isprintable():
        return Cleaned(" ".join(text.split()), 0)
    kept, found = [], 0
    for character in text.strip():
        if unicodedata.category(character) not in _DROPPED_CATEGORIES and character not in _INVISIBLE:
            kept.append(character)
            continue
        found += 1
        if character.isspace():
            kept.append(" ")
    bounded, cut = _bounded("".join(kept), MARKS_ON_A_LETTER)
    return Cleaned(" ".join(bounded.split()), found + cut)


def clean_lines(text: str) -> Cleaned:
    """`clean_identity` for a field of several lines, such as an address: the lines stay, blank ends go."""
    lines = [clean_identity(line) for line in _LINE_ENDS.sub("\n", text).split("\n")]
    return Cleaned("\n".join(line.text for line in lines).strip("\n"), sum(line.found for line in lines))


def clean_note(text: str) -> str:
    """Free text as written, in NFC with plain line ends; what cannot be stored or shown becomes a visible mark."""
    if text.isascii() and text.isprintable():
        return text
    storable = _NOT_STORABLE.sub(REPLACEMENT, _LINE_ENDS.sub("\n", text))
    return _bounded(storable, MARKS_IN_A_NOTE)[0]


def matching_key(text: str) -> str:
    """What two spellings of one name share: letters and digits without case, accents, strokes or punctuation."""
    # Most words are plain ASCII, which has one form alone, and many are read at once.
    plain = text.lower() if text.isascii() else unicodedata.normalize("NFKD", text).casefold().translate(_STROKED)
    return "".join(filter(str.isalnum, plain)) or plain


def name_key(family: str, given: str) -> str:
    """A whole name by its `matching_key`s, family name first, with the one space between the two."""
    return f"{_one_word(family)} {_one_word(given)}"


def home_key(address: str, postcode: str) -> str:
    """What tells a home from another: the first line and the postcode by their `matching_key`s; "" where one lacks."""
    first = matching_key(next(iter(address.splitlines()), "").split(",")[0])
    return f"{first} {matching_key(postcode)}" if first and postcode else ""


def _one_word(text: str) -> str:
    return matching_key(text).replace(" ", "")


def _bounded(text: str, most: int) -> Cleaned:
    """NFC with at most so many combining marks in a row; cut before too, as ordering a flood takes quadratic time."""
    first = _cut_marks(text, most)
    # A single mark may come apart in NFC, so the composed text is cut once more.
    second = _cut_marks(unicodedata.normalize("NFC", first.text), most)
    return Cleaned(second.text, first.found + second.found)


def _cut_marks(text: str, most: int) -> Cleaned:
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in _MARKS else 0
        if run <= most:
            kept.append(character)
    return Cleaned("".join(kept), len(text) - len(kept))

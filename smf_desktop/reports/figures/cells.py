"""Text that no spreadsheet runs and that stands on one line, read in the order it is written."""

from functools import lru_cache
from typing import TypeAlias
from unicodedata import category

Cell: TypeAlias = str | int | float | None

_RUN = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b")
"""What a cell that is run begins with; a spreadsheet takes some of the wide and small forms for the plain ones."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@lru_cache(maxsize=4096)
def harmless(text: str) -> str:
    """The text with spaces for line ends and tabs, without what turns its direction, and never a formula.

    Letters and digits alone are: whoever writes many cells need not ask of those.
    """
    plain = text
    if not text.isprintable():
        plain = "".join(" " if each.isspace() else each for each in text if each.isspace() or not _is_unseen(each))
    begins = text.lstrip(" ")[:1] in ("\t", "\r") or plain.lstrip()[:1] in _RUN
    return f"'{plain}" if begins else plain


def _is_unseen(character: str) -> bool:
    return category(character) in _UNSEEN

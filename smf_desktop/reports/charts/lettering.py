"""Our typeface for pictures: which letters there are, how wide each is, and the same words on every computer."""

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import as_file, files

import matplotlib
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.ft2font import LoadFlags

_FAMILY = "Atkinson Hyperlegible Next"
_FALLBACK = "DejaVu Sans"
_WEIGHTS = {400: _FAMILY, 600: f"{_FAMILY} SemiBold", 700: _FAMILY}
_UNSEEN = re.compile(r"[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


def readable(words: str) -> str:
    """Words as they can be set: on one line, nothing unseen in them, a box for a letter that no typeface here has."""
    if words.isascii() and words.isprintable():
        return words
    plain = _UNSEEN.sub(" ", unicodedata.normalize("NFC", words)).strip()
    return "".join(each if each in _letters() else "□" for each in plain)


def _ready() -> None:
    """matplotlib as it comes, whatever a file on this computer says, and with our typeface."""
    matplotlib.rcdefaults()
    # Without hinting words are as wide in every size and every format as they are measured.
    matplotlib.rcParams.update({"pdf.fonttype": 42, "svg.hashsalt": "smf", "text.hinting": "no_hinting"})
    with as_file(files("resources").joinpath("fonts")) as folder:
        for path in sorted(folder.glob("*.ttf")):
            fontManager.addfont(path)


_ready()  # once, while this is imported: what is drawn on several threads at a time shares it


@lru_cache(256)
def font(weight: int, points: float) -> FontProperties:
    return FontProperties(family=[_WEIGHTS[weight], _FALLBACK], weight=700 if weight == 700 else 400, size=points)


@cache
def _letters() -> frozenset[str]:
    """Every letter that can be set."""
    paths = (findfont(_FAMILY), findfont(_FALLBACK))
    return frozenset(chr(code) for path in paths for code in get_font(path).get_charmap())


@lru_cache(4096)
def advance(letter: str, weight: int) -> float:
    """How wide a letter is, in the size of its type. Digits are as wide as the widest of them."""
    letter = "0" if letter.isdigit() and letter.isascii() else letter
    for family in (_WEIGHTS[weight], _FALLBACK):
        face = get_font(findfont(FontProperties(family=family, weight=700 if weight == 700 else 400)))
        if face.get_char_index(ord(letter)):
            break
    face.set_size(100, 72)
    glyph = face.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / 100

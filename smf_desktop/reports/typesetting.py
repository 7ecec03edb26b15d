"""Pages as tagged PDF, set by typst in memory: words go in as data, no file is written, no network is asked."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Fonts, PDFStandards

_MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in every file in place of the moment it was made: the same page is the same bytes."""


def tagged_pdf(template: str, inputs: Mapping[str, str]) -> bytes:
    """A template of `resources/letters` as PDF/UA-1; `inputs` are its data.

    Scripts our own typeface lacks are set in others. Where no typeface at all has a letter, the file comes without the
    promise of PDF/UA and shows a box: a name that looks odd on paper is noticed, a page that cannot be printed is not
    given.
    """
    from typst import TypstError  # 80 MB that only a printed page needs

    source = _template(template)
    for everything in (False, True):
        try:
            return _set(source, inputs, _fonts(everything), "ua-1")
        except TypstError:
            continue
    return _set(source, inputs, _fonts(False), None)


def _set(source: bytes, inputs: Mapping[str, str], fonts: "Fonts", standards: "PDFStandards") -> bytes:
    from typst import Compiler

    with as_file(files("resources").joinpath("letters")) as root:
        compiler = Compiler(source, root=str(root), font_paths=fonts, sys_inputs=dict(inputs))
        made = compiler.compile(format="pdf", pdf_standards=standards, timestamp=_MADE)
    assert isinstance(made, bytes)
    return made


@cache
def _template(name: str) -> bytes:
    return files("resources").joinpath(f"letters/{name}.typ").read_bytes()


@cache
def _fonts(everything: bool) -> "Fonts":
    """Our typefaces and those that come with typst; the computer's too where `everything`."""
    from typst import Fonts

    with as_file(files("resources").joinpath("fonts")) as folder:
        return Fonts(include_system_fonts=everything, include_embedded_fonts=True, font_paths=[str(folder)])

"""Interface strings keep to the words we say; approved clinical content lives in `resources/` and is not read here."""

import ast
import re

import pytest

from tests.architecture.sources import modules, shown

NOT_SAID = re.compile(
    r"""(?x)\b(
        (?-i:DNA) | failed\ to\ attend | did\ not\ attend | no[ -]show
        | fail(s|ed|ure)? | poor | unable | incompetent
        | refused | declined\ against\ advice | non-?compliant
        | overrun | slow\ progress | bed-blocking
        | (?<!in\ )cases? | clients? | diabetics? | service\ users?
        | episode\ terminated | hypo | previous\ value | invalid | sync\ pending | error\ \d+
        | please | oops | sorry | you\ must | you\ forgot
    )\b | ! | \ &\ """,
    re.IGNORECASE,
)
"""What nobody is called, blamed or asked; and signs that plain English does without. `&` before a letter is a key."""


def unkind(tree: ast.Module) -> list[str]:
    return [f"{line}: {text}" for line, text in shown(tree) if NOT_SAID.search(text)]


def test_no_interface_string_uses_a_word_we_do_not_say() -> None:
    found = {path: unkind(tree) for path, tree in modules("ui", "smf_desktop/presenters")}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "words",
    [
        "Invalid input",
        "2 patients did not attend",
        "Refused by the patient",
        "Please sign in",
        "All done!",
        "Sync pending (5)",
        "Goals & plans",
        "Open the case",
        "Error 504",
    ],
)
def test_a_word_we_do_not_say_is_noticed(words: str) -> None:
    assert unkind(ast.parse(f"label = {words!r}"))
    assert unkind(ast.parse(f"label = f'{{count}} {words}'"))


@pytest.mark.parametrize("words", ["Caseload", "Si&gn visit", "Keep it in case", "invalid", "Visit did not go ahead"])
def test_a_word_we_say_is_let_through(words: str) -> None:
    assert unkind(ast.parse(f"label = {words!r}")) == []

"""A plugin of pytest that plants one bug: the module it is in is read with other words. Files stay as they are."""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from tests.sync.mutants.planted import MUTANTS, Mutant

ROOT = Path(__file__).parents[3]
PLANTED = "SMF_PLANTED"
"""The variable that names the mutant; without it nothing is planted."""


def mutated(mutant: Mutant) -> str:
    """The file as the bug has it. The words that are replaced must be there once."""
    text = (ROOT / mutant.file).read_text("utf-8")
    assert text.count(mutant.old) == 1, f"{mutant.name}: the code says it {text.count(mutant.old)} times"
    return text.replace(mutant.old, mutant.new)


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._text.encode(), self.path)


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self._module = mutant.file.removesuffix(".py").replace("/", ".")
        self._text = mutated(mutant)

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self._module:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(name, spec.origin, self._text)
        return spec


if PLANTED in os.environ:
    sys.meta_path.insert(0, _Finder(next(each for each in MUTANTS if each.name == os.environ[PLANTED])))

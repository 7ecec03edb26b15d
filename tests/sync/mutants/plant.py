"""Planting one bug: the module it is in is read with other words. Files stay as they are."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from tests.sync.mutants.mutant import Mutant
from tests.sync.mutants.planted import MUTANTS

ROOT = Path(__file__).parents[3]


def mutated(mutant: Mutant) -> str:
    """The file as the bug has it. The words that are replaced must be there once."""
    text = (ROOT / mutant.file).read_text("utf-8")
    assert text.count(mutant.old) == 1, f"{mutant.name}: the code says it {text.count(mutant.old)} times"
    return text.replace(mutant.old, mutant.new)


def plant(name: str) -> None:
    """From now on the module of the mutant of this name is read as the bug has it. It must not have been read yet."""
    finder = _Finder(next(each for each in MUTANTS if each.name == name))
    assert finder.module not in sys.modules, f"{finder.module} has been read as it is"
    sys.meta_path.insert(0, finder)


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._text.encode(), self.path)


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self.module = mutant.file.removesuffix(".py").replace("/", ".")
        self._text = mutated(mutant)

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.module:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(name, spec.origin, self._text)
        return spec

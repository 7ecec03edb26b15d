"""The windows: the only package that imports PySide6."""

import builtins
import linecache
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

_SIGNATURES = frozenset({"enum_sig", "layout", "parser", "pyi_generator"})
"""What PySide knows of its own signatures: needed for the words of a wrong call, and to write its type stubs."""


class _Later(ModuleType):
    """One of those, read when something of it is first asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._found = find_spec(name)
        self.__spec__ = ModuleSpec(name, None)

    def __getattr__(self, name: str) -> object:
        found = self._found
        if found is None or found.loader is None or name.startswith("__"):  # the machinery of imports asks for those
            raise AttributeError(name)
        self._found, self.__spec__ = None, found
        found.loader.exec_module(self)
        return getattr(self, name)


_import = builtins.__import__


def _import_later(
    name: str,
    globals: Mapping[str, object] | None = None,
    locals: Mapping[str, object] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    if not (fromlist and name.startswith("shibokensupport.") and _SIGNATURES.issuperset(fromlist)):
        return _import(name, globals, locals, fromlist, level)
    package = _import(name, globals, locals, ("__name__",), level)
    for part in fromlist:
        full = f"{name}.{part}"
        if full not in sys.modules:
            sys.modules[full] = _Later(full)
            setattr(package, part, sys.modules[full])
    return package


# PySide compiles those sources anew in every process, which takes a quarter of the time to a painted window.
builtins.__import__ = _import_later
import PySide6.QtCore  # noqa: E402, F401  # before anything else here, for what follows

# PySide reads the source of every module that is imported after it, and keeps it (20 MB of ours and SQLAlchemy's), to
# see which of them may ask for other names of Qt's methods. None does, so imports are as they were before all this.
builtins.__import__ = _import
linecache.clearcache()

"""The windows: the only package that imports PySide6."""

import builtins
import linecache

import PySide6.QtCore  # noqa: F401  # before anything else here, for what follows

# PySide reads the source of every module that is imported after it, and keeps it (20 MB of ours and SQLAlchemy's), to
# see which of them may ask for other names of Qt's methods. None does, so imports are as they were before that.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
linecache.clearcache()

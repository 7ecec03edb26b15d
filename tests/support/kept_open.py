"""What a process of tests opens once and keeps until it ends.

A fixture of the session is made anew in every module that imports it, so the dear ones are asked for here.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

_HELD = pytest.StashKey[dict[Callable[..., Any], Any]]()


def kept_open(config: pytest.Config, opened: Callable[..., AbstractContextManager[T]], *given: Any) -> T:
    """What `opened` gives for what it is given; entered when it is first asked for."""
    held = config.stash.setdefault(_HELD, {})
    if opened not in held:
        stack = ExitStack()
        config.add_cleanup(stack.close)
        held[opened] = stack.enter_context(opened(*given))
    kept: T = held[opened]
    return kept

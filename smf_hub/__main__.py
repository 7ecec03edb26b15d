"""`smf-hub`: the command, and `python -m smf_hub`. Here the hub is given its time, its ids and its chance."""

import os
import sys
import threading
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from smf_hub.cli import run
from smf_hub.ports import World


class SystemClock:
    """The `Clock` of this computer."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Rising:
    """Ids that rise strictly, also when the clock behind them steps back: then each is one above the last."""

    def __init__(self) -> None:
        self._last = 0
        self._one_at_a_time = threading.Lock()

    def __call__(self) -> str:
        with self._one_at_a_time:
            self._last = max(uuid7().int, self._last + 1)
            return str(UUID(int=self._last))


def main() -> int:
    return run(sys.argv[1:], os.environ, World(SystemClock(), Rising(), os.urandom))


if __name__ == "__main__":
    sys.exit(main())

"""A hub in a process of its own for the benchmarks: opens the one at a URL and serves it, as `smf-hub serve` does.

`python -m benchmarks._hub URL KEY`; prints its address once it answers.
"""

import os
import sys
from datetime import UTC, datetime

from uuid_utils.compat import uuid7

from smf_hub.app.serving import serve
from smf_hub.ports import World
from smf_hub.service.place import open_place
from smf_hub.service.projecting import projecting


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def world() -> World:
    return World(SystemClock(), lambda: str(uuid7()), os.urandom)


if __name__ == "__main__":
    url, key = sys.argv[1:]
    place = open_place(url, key or None, world())
    try:
        with projecting(place):
            serve(place, "127.0.0.1", 0, ready=lambda address: print(address, flush=True))
    finally:
        place.close()

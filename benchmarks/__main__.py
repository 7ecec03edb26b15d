"""Every figure in one table: what we take, the floor it is held against, and the goal. Run by `dev.py bench`.

Each part runs in a process of its own, so that what one leaves in memory is not in the way of the next.
`python -m benchmarks store lists` runs those alone. `sync`, `peers`, `first` and `load` take many minutes each, so they
run only when they are named: `python -m benchmarks first load`.
"""

import os
import subprocess
import sys
import time

from benchmarks._timing import HEADER

PARTS = ("start", "store", "reading", "keys", "lists", "slow", "meanwhile", "charts", "exports", "figures")


def main(chosen: list[str]) -> int:
    quiet = {"PYTHONWARNINGS": "ignore", "QT_LOGGING_RULES": "default.warning=false"}
    environ = {**os.environ, **quiet, "QT_QPA_PLATFORM": "offscreen"}
    began = time.monotonic()
    print(HEADER, flush=True)
    codes = [
        subprocess.run([sys.executable, "-m", f"benchmarks.{part}"], env=environ, check=False).returncode
        for part in chosen or PARTS
    ]
    print(f"{time.monotonic() - began:.0f} seconds in all")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

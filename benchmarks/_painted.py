"""Start the application on a store and tell when it stood on the screen: an arm of `start.py`.

Told are the moment of the first paint of the unlock window on the steady clock, the memory held then, and, where a
password is given, the milliseconds from the key in hand to a painted Today, and the memory held then.
"""

import gc
import os
import sys
import time
import traceback
from pathlib import Path

from smf_desktop.compose import House, this_computer

USERNAME = "nurse"


def main(directory: Path, password: str) -> None:
    gc.disable()  # as the command does
    from ui.app import App, make_application  # after what has no window, as the command does it

    told: list[float] = []
    # What nothing expected would leave a window without a page, and the benchmark waiting for one.
    sys.excepthook = lambda *error: (traceback.print_exception(*error), os._exit(1))

    def first() -> None:
        told.extend((time.monotonic(), resident_mib()))
        if not password:
            end()

    def end() -> None:
        print(*told, flush=True)
        app.end()
        os._exit(0)

    qt = make_application(sys.argv[0])
    app = App(House(this_computer(), directory), qt)
    if not password:
        app.window.painted.disconnect()  # what is loaded behind the painted window is not part of the figure
    app.window.painted.connect(first)
    app.begin()
    if password:
        from benchmarks._today import unlock_and_wait

        def on_today(took: float) -> None:
            told.extend((took, resident_mib()))
            end()

        unlock_and_wait(app, USERNAME, password, on_today)
    qt.exec()


def resident_mib() -> float:
    """What this process holds of the machine's memory."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")

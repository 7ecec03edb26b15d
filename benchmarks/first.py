"""The first sync of a new laptop: five thousand people with sixty thousand visits, and the memory of both sides.

`python -m benchmarks.first [PEOPLE] [FOLDER]`: a folder that was filled before, with as many, is used again.
Beside other work look at the seconds of processor, or let `chrt -r 1 python -m benchmarks.first` go before it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._filled import VISIT, VISITS_EACH
from benchmarks._newcomer import peak
from benchmarks._timing import Figure, tell
from benchmarks.load import processor
from benchmarks.sync import HUB_KEY

PEOPLE, GOAL_S, GOAL_MB, ROUNDS = 5_000, 60.0, 300.0, 2


def once(folder: Path, number: int) -> tuple[dict[str, float], float, float]:
    """What the laptop told, the most memory the hub held, and the seconds of processor it used."""
    store = folder / f"again{number}"
    shutil.copytree(folder / "bea", store)
    url = f"sqlite:///{folder / 'hub.db'}"
    serving = subprocess.Popen(
        [sys.executable, "-m", "smf_hub", "--database", url, "serve", "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "SMF_HUB_KEY": HUB_KEY},
    )
    try:
        assert serving.stdout is not None
        address = json.loads(serving.stdout.readline())["url"]
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks._newcomer", str(store), address],
            stdout=subprocess.PIPE,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            check=True,
        )
        return json.loads(said.stdout), peak(serving.pid), processor(serving.pid)
    finally:
        serving.terminate()
        serving.wait()
        shutil.rmtree(store)


def measure(folder: Path, people: int) -> None:
    tries = [once(folder, number) for number in range(ROUNDS)]
    laptop, hub_peak, hub_used = min(tries, key=lambda each: each[0]["seconds"])
    assert (laptop["patients"], laptop["visits"]) == (people, people * VISITS_EACH), laptop
    operations = people * (3 + VISITS_EACH * VISIT)
    seconds = laptop["seconds"]
    name = f"first sync, {people:,} people, {people * VISITS_EACH:,} visits"
    tell(Figure(name, seconds, GOAL_S, "the goal", 1.0, ROUNDS, "s"))
    tell(Figure("  memory of the laptop", laptop["peak"], GOAL_MB, "the goal", 1.0, ROUNDS, "MB"))
    tell(Figure("  memory of the hub", hub_peak, GOAL_MB, "the goal", 1.0, ROUNDS, "MB"))
    all_of_them = ", ".join(f"{each[0]['seconds']:.1f}" for each in tries)
    print(
        f"  {operations:,} operations, {operations / seconds:,.0f} a second; processor: laptop"
        f" {laptop['processor']:.1f} s ({laptop['processor'] * 1_000_000 / laptop['visits']:.0f} ms for 1,000 visits),"
        f" hub {hub_used:.1f} s; laptop {laptop['before']:.0f} MB before it began;"
        f" the best of {ROUNDS}, all: {all_of_them} s; load {os.getloadavg()[0]:.1f}"
    )


def main(words: list[str]) -> None:
    people = int(words[0]) if words else PEOPLE
    with tempfile.TemporaryDirectory() as made:
        folder = Path(words[1] if len(words) > 1 else made)
        folder.mkdir(exist_ok=True)
        if not (folder / "hub.db").exists():
            began = time.perf_counter()
            subprocess.run([sys.executable, "-m", "benchmarks._filled", str(folder), str(people)], check=True)
            print(f"  filled in {time.perf_counter() - began:.0f} s", flush=True)
        measure(folder, people)


if __name__ == "__main__":
    main(sys.argv[1:])

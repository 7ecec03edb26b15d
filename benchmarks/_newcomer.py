"""The first exchange of a laptop that has just joined: `python -m benchmarks._newcomer STORE ADDRESS`.

The interface is loaded beside it, as it is when somebody waits for this, so that memory is what it is then.
"""

import json
import os
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

import ui.main_window
from smf_desktop.compose import this_computer
from smf_desktop.remote.hub import RemoteHub
from smf_desktop.store import tables as local
from smf_desktop.store.exchanging import Exchanging
from smf_desktop.store.store import Store
from smf_desktop.sync.meanwhile import by_a_thread
from smf_desktop.sync.session import exchange, run
from smf_desktop.sync.steps import Who
from tests.support.stores import raw_key
from ui.tasks import Collector


def peak(pid: int | str = "self") -> float:
    """The most memory a process has held, in MB."""
    said = Path(f"/proc/{pid}/status").read_text()
    return int(said.split("VmHWM:")[1].split()[0]) / 1024


def main(folder: str, address: str) -> None:
    app = QApplication([])
    assert ui.main_window.__name__
    collector = Collector(app)  # as the application has it: nothing is looked through while an exchange goes on
    computer = this_computer()
    store = Store(Path(folder), raw_key(12))
    with store.read() as connection:
        joined = connection.execute(select(local.joined_hub)).one()
    key = Ed25519PrivateKey.from_private_bytes(joined.device_key)
    hub = RemoteHub(
        address,
        device=joined.device,
        signing_key=joined.device_key,
        hub_key=joined.hub_key,
        clock=computer.clock,
        random=os.urandom,
    )
    before, used = peak(), time.process_time()
    began = time.perf_counter()
    records = Exchanging(store, computer.clock, computer.new_id)
    with by_a_thread() as apart:
        done = run(exchange(hub, records, computer.clock, Who("4", key.sign), apart))
    took = time.perf_counter() - began
    used = time.process_time() - used
    assert done.all_sent, done
    with store.read() as connection:
        counts = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in ("patient", "visit")
        ]
    store.close()
    collector.stop()
    said = {"seconds": took, "processor": used, "before": before, "peak": peak(), "received": done.received}
    print(json.dumps({**said, "patients": counts[0], "visits": counts[1]}))


if __name__ == "__main__":
    main(*sys.argv[1:])

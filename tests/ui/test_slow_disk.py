"""F13: every flush of the disk takes two seconds. The window goes on answering, and closing loses no save."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from smf_core.records.tables import patient
from smf_desktop.services.people import change_demographics, open_person
from tests.support.processes import needs_strace
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from ui.tasks import Lanes

__all__ = ["laptop", "store_template", "team"]

SLOW = 2.0
"""Seconds a flush takes."""
LONGEST_SILENCE = SLOW / 2
"""Seconds the window may leave a key unanswered here, where others use the computer, too: a window that waited for one
flush would be silent twice as long."""


@contextmanager
def slow_disk() -> Iterator[None]:
    """Every flush of this process takes so long."""
    delay = f"inject=fsync,fdatasync:delay_enter={int(SLOW * 1e6)}"
    tracer = subprocess.Popen(
        ["strace", "-f", "-e", "trace=fsync,fdatasync", "-e", delay, "-o", os.devnull, "-p", str(os.getpid())],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert tracer.stderr is not None
    try:
        first = tracer.stderr.readline()
        if "attached" not in first:
            pytest.skip(f"strace may not attach here: {first.strip()}")
        yield
    finally:
        tracer.terminate()
        tracer.wait(30)
        tracer.stderr.close()


@needs_strace
def test_F13_on_a_slow_disk_the_window_answers_and_closing_waits_for_every_save(qtbot: QtBot, team: Team) -> None:
    home = at_home(team)
    lanes = Lanes()
    answered: list[object] = []
    failed: list[BaseException] = []
    beats: list[float] = []
    heart = QTimer()
    heart.setInterval(20)
    heart.timeout.connect(lambda: beats.append(time.monotonic()))

    def save(phone: str) -> object:
        person = open_person(team.nurse, home.patient)
        return change_demographics(team.nurse, person, {"phone": {"phone": phone}})

    with slow_disk():
        heart.start()
        began = time.monotonic()
        lanes.store.run(partial(save, "01632 960001"), done=answered.append, failed=failed.append)
        qtbot.waitUntil(lambda: bool(answered or failed), timeout=60_000)
        took = time.monotonic() - began
        lanes.store.run(partial(save, "01632 960002"), done=answered.append, failed=failed.append)
        lanes.store.drain()  # what the window does before it closes
        heart.stop()
        lanes.close()
    assert not failed
    assert took >= SLOW, "the disk was not slow"
    during = [at for at in beats if at <= began + took]
    assert max(later - earlier for earlier, later in pairwise(during)) < LONGEST_SILENCE
    with team.nurse.read() as connection:
        assert connection.scalars(select(patient.c.phone).where(patient.c.id == home.patient)).one() == "01632 960002"

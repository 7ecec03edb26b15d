"""F86: the application is killed while someone types. What was typed two seconds before is there at the next start."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from smf_desktop.compose import House
from smf_desktop.services.caseload.caseload import triage
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.referral.triage import Acceptance, accept
from tests.support.houses import PASSWORD, clock, computer, house, service_template
from tests.support.keyboard import someone_at
from tests.support.typist import TYPED_INTO

__all__ = ["clock", "house", "service_template"]

FILE = (
    "nhs_number,family_name,given_name,date_of_birth,skill,referral_received,source\n"
    "999 055 4463,Llewellyn,Ceri,02/05/1960,insulin,10/11/2026,gp\n"
)
PROMISE = 2.0
"""Seconds after which what was typed is never lost."""
SAFE = 30
"""Digits that are older than that when the end comes."""


@pytest.fixture
def directory(house: House) -> Path:
    """A store with one person on Priya's caseload, closed."""
    sitting = house.enter(house.unlock("priya", PASSWORD))
    session = sitting.session
    take_in(session, examine(session, FILE.encode()), accept_valid=True)
    (received,) = triage(session).rows
    accept(session, received.referral.id, Acceptance(session.user.id, session.user.id))
    sitting.close()
    house.release()
    return house.directory


@pytest.mark.parametrize(
    ("into", "count", "pause"),
    [
        pytest.param("visit", SAFE, 0.0, id="visit-2.2 s after the last key"),
        pytest.param("referral", 400, 0.05, id="referral-while the typing goes on"),
        pytest.param("visit", 400, 0.05, id="visit-while the typing goes on"),
        pytest.param("referral", SAFE, 0.0, id="referral-2.2 s after the last key"),
    ],
)
def test_F86_killed_while_typing_what_was_typed_two_seconds_before_is_there(
    directory: Path, qapp: QApplication, into: str, count: int, pause: float
) -> None:
    """`count` digits are typed, one every `pause` seconds; the end comes 2.2 s after the thirtieth was taken."""
    told, killed = typed_and_killed(directory, into, count=count, pause=pause)
    typed = "".join(digit for digit, _ in told)
    safe = "".join(digit for digit, at in told if at <= killed - PROMISE)
    assert len(safe) >= SAFE
    assert (len(typed) > SAFE) == (count > SAFE)
    with someone_at(House(computer(first_id=9_000_000), directory), qapp) as nurse:
        TYPED_INTO[into](nurse)
        note = nurse.keys.focus()
        assert isinstance(note, QPlainTextEdit)
        assert note.toPlainText().startswith(safe)
        assert typed.startswith(note.toPlainText())


def typed_and_killed(directory: Path, into: str, *, count: int, pause: float) -> tuple[list[tuple[str, float]], float]:
    """The digits the application took, each with its time, and when it was killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.typist", directory, str(count), str(pause), into],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(SAFE)]
        time.sleep(PROMISE + 0.2)
        child.kill()
        killed = time.monotonic()
        lines += child.stdout.readlines()
    assert child.returncode == -signal.SIGKILL
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(digit, float(at)) for digit, at in whole], killed

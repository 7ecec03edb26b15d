"""What is recorded from the discharge page beside the form: consent, things that came back, core visits so far."""

from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.discharge_facts import Closing
from smf_core.domain.equipment import Standing
from smf_desktop.presenters.banner import banner
from smf_desktop.presenters.discharge.around import AroundAct
from smf_desktop.services.people import OpenMember, change_member, open_member
from smf_desktop.services.session import Session, Touched
from ui.desk import Desk, Place
from ui.flows.asking import Act, Asker
from ui.flows.consent import ask_consent
from ui.flows.letters.core_stop import ask_core_visits
from ui.flows.patient.forms import who_line

BACK = "Marked as returned"


def around_wanted(desk: Desk, asker: Asker, over: QWidget, stand: Closing, act: str, record: str) -> None:
    """Do what a line of the page asks for; `record` is what it is about."""
    who = who_line(banner(stand.patient, desk.session.today()))
    match AroundAct(act):
        case AroundAct.CONSENT:
            ask_consent(desk, asker, over, record, who=who, skill=stand.checklist.title)
        case AroundAct.CORE_VISITS:
            ask_core_visits(desk, asker, over, record, stand.patient.id, who)
        case AroundAct.DOCUMENTS:
            desk.go(Place("patient", record, "documents"))
        case AroundAct.RETURNED:
            _came_back(desk, asker, stand.patient.id, record)


def _came_back(desk: Desk, asker: Asker, patient: str, equipment: str) -> None:
    """Write down that a thing that was lent is back, from today."""
    session = desk.session

    def job() -> tuple[OpenMember, OpenMember, Touched]:
        opened = open_member(session, patient, "equipment", equipment)
        said = dict(opened.member.fields) | {"standing": Standing.RETURNED.value, "since": session.today().isoformat()}
        now, touched = change_member(session, patient, opened, said)
        return opened, now, touched

    def done(answer: tuple[OpenMember, OpenMember, Touched]) -> None:
        before, now, touched = answer
        last = _Said(session, patient, before, now)
        asker.did(BACK, touched, Act(BACK, last.turn, last.turn))

    asker.run(job, done)


class _Said:
    """An entry as it was and as it is: each turn of undo and redo says the other."""

    def __init__(self, session: Session, patient: str, other: OpenMember, now: OpenMember) -> None:
        self._write = partial(change_member, session, patient)
        self._other, self._now = other, now

    def turn(self) -> Touched:
        now, touched = self._write(self._now, self._other.member.fields)
        self._other, self._now = self._now, now
        return touched

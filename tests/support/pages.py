"""Pages for trying the window: one that shows words, and one that keeps a visit's note as a draft."""

from dataclasses import dataclass, field
from functools import partial

from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from smf_core.domain.visit import VisitForm
from smf_desktop.presenters.banner import AllergyKind, BannerRow
from smf_desktop.services.drafts import VISIT, draft, save_draft
from smf_desktop.services.session import Touched
from ui.actions import Action
from ui.desk import Desk, Place

DOREEN = BannerRow(
    patient="01930000-0000-7000-8000-00000000d0de",
    name="ABERNATHY, Doreen (Mrs)",
    title="ABERNATHY, Doreen (Mrs)",
    born="14-Mar-1951 (75y)",
    gender="Female",
    nhs="999 007 9323",
    allergies_kind=AllergyKind.NOT_ASKED,
    allergies="Allergies not asked yet",
    spoken="Patient: Abernathy, Doreen, Mrs",
    nhs_copy="9990079323",
)


@dataclass(eq=False)
class PlainPage:
    """Shows a title and a button, and remembers what was asked of it."""

    desk: Desk
    title: str = "Today"
    banner: BannerRow | None = None
    facts: str = "6 visits"
    entered: list[Place] = field(default_factory=list)
    refreshed: list[Touched] = field(default_factory=list)
    done: list[Action] = field(default_factory=list)
    left: int = 0
    cleared: int = 0
    abilities: frozenset[Action] = frozenset()

    def __post_init__(self) -> None:
        self.widget: QWidget = QWidget()
        column = QVBoxLayout(self.widget)
        self.button = QPushButton("Start visit")
        column.addWidget(self.button)
        dock = QFrame()
        dock.setObjectName("dock")
        inside = QVBoxLayout(dock)
        self.dock_button = QPushButton("Sign visit")
        inside.addWidget(self.dock_button)
        column.addWidget(dock)

    def enter(self, place: Place) -> None:
        self.entered.append(place)
        self.button.setFocus()

    def refresh(self, touched: Touched) -> None:
        self.refreshed.append(touched)

    def leave(self) -> None:
        self.left += 1

    def clear(self) -> None:
        self.cleared += 1

    def can(self, action: Action) -> bool:
        return action in self.abilities

    def do(self, action: Action) -> None:
        self.done.append(action)


class NotePage:
    """A visit's note in the real store: what is typed is a draft as soon as the window asks for it to be kept."""

    title = "Record visit"
    banner = DOREEN
    facts = ""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.widget: QWidget = QWidget()
        column = QVBoxLayout(self.widget)
        self.note, self.other = QPlainTextEdit(), QLineEdit()
        column.addWidget(self.note)
        column.addWidget(self.other)
        self._place: Place | None = None

    def enter(self, place: Place) -> None:
        self._place = place
        read = partial(draft, self.desk.session, VISIT, place.record or "", VisitForm)
        self.desk.lanes.read.run(read, done=self._show, failed=self.desk.tell)
        self.note.setFocus()

    def refresh(self, touched: Touched) -> None:
        pass

    def leave(self) -> None:
        self._keep()

    def clear(self) -> None:
        self._keep()
        self.note.clear()

    def can(self, action: Action) -> bool:
        return action is Action.SAVE_DRAFT

    def do(self, action: Action) -> None:
        self._keep()

    def _show(self, form: VisitForm | None) -> None:
        if form is not None:
            self.note.setPlainText(form.also_present)

    def _keep(self) -> None:
        if self._place and self.note.toPlainText():
            visit, patient = self._place.record or "", self._place.patient or ""
            form = VisitForm(visit, patient, self.desk.session.now(), (), also_present=self.note.toPlainText())
            job = partial(save_draft, self.desk.session, VISIT, visit, patient, form)
            self.desk.lanes.store.run(job, done=lambda _: None, failed=self.desk.tell)

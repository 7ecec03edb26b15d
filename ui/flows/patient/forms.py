"""What every form over a person's page is made with: who it is about stands in it, always."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.banner import BannerRow
from smf_desktop.presenters.patient.facts import PatientFacts
from smf_desktop.presenters.patient.page import PatientRow
from ui.desk import Desk
from ui.flows.asking import Asker, Typed, read_date
from ui.flows.form_draft import draft_of_record
from ui.views.form_dialog import Ask, FormDialog
from ui.widgets.buttons import ButtonKind

T = TypeVar("T")

CONFIRM = "name"
"""The field of a name that is typed to confirm."""


@dataclass(frozen=True, slots=True)
class About:
    """The person whose page is open, as it was last read."""

    patient: str
    row: PatientRow
    facts: PatientFacts

    @property
    def who(self) -> str:
        return who_line(self.row.banner)


@dataclass(frozen=True, slots=True)
class Forms:
    """Makes forms over a page and carries their answers to the store."""

    desk: Desk
    asker: Asker
    over: QWidget

    def form(
        self,
        title: str,
        asks: tuple[Ask, ...],
        primary: str,
        about: About,
        words: str = "",
        *,
        kind: ButtonKind = "primary",
        past: bool = False,
    ) -> FormDialog:
        return FormDialog(
            title,
            asks,
            primary,
            who=about.who,
            about=words,
            kind=kind,
            read_date=read_date(self.desk.session, past=past),
            parent=self.over.window(),
        )

    def ask(
        self,
        about: About,
        name: str,
        dialog: FormDialog,
        job: Callable[[Typed], Callable[[], T]],
        done: Callable[[T], object],
    ) -> None:
        """Show a form that is a draft of the person's until it is saved or cancelled. `name` names it among theirs,
        with the entry that it is of."""
        draft = draft_of_record(self.desk, about.patient, name, asked_anew=(CONFIRM,))
        self.asker.ask(dialog, job, done, draft=draft)


def who_line(head: BannerRow) -> str:
    """`ABERNATHY, Doreen (Mrs) · Born 14-Mar-1951 (75y) · NHS No. 999 007 9323`."""
    number = head.nhs if head.nhs.startswith("NHS") else f"NHS No. {head.nhs}"
    return f"{head.name} · Born {head.born} · {number}"

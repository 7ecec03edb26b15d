"""Every field of a record with who wrote it and when: on the History tab, and of one card over the page."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QDialog

from smf_desktop.presenters.patient.history import HistoryRow, history_rows
from smf_desktop.services.record.overview import field_history
from ui.flows.patient.forms import About, Forms
from ui.views.patient.history import FieldHistoryDialog

CARDS = {
    "alerts": "History of allergies and alerts",
    "contacts": "History of contacts",
    "medicines": "History of medicines and products",
    "details": "History of details",
    "skills": "History of the teaching",
}


class FieldHistory:
    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._open: QDialog | None = None

    def read(self, about: About, show: Callable[[tuple[HistoryRow, ...]], object], section: str = "") -> None:
        """Read the whole record's fields, or those of one card, and show them in words."""
        desk = self._forms.desk
        said = partial(field_history, desk.session, about.patient)
        names, library = about.facts.names, desk.session.checklists
        skills = {one.id: one.skill for one in about.facts.episodes}
        desk.lanes.read.run(
            lambda: history_rows(said(), names, library, section=section, skills=skills), done=show, failed=desk.tell
        )

    def open_card(self, about: About, section: str, still: Callable[[], bool]) -> None:
        """The history of one card, over the page; `still` says whether that page is still in front."""

        def show(rows: tuple[HistoryRow, ...]) -> None:
            if not still():
                return
            self.close()
            dialog = FieldHistoryDialog(CARDS.get(section, "History"), about.who, rows, self._forms.over)
            dialog.finished.connect(self.close)
            self._open = dialog
            dialog.open()

        self.read(about, show, section)

    def close(self) -> None:
        dialog, self._open = self._open, None
        if dialog is not None:
            dialog.close()
            dialog.deleteLater()

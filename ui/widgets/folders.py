"""A folder of this computer: its whole path is typed, or it is looked for."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.widgets.opening_line import OpeningLine


class FolderField(OpeningLine):
    """Typing, or the computer's own window with Alt+Down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Look for the folder", "ellipsis", parent)

    def open_choice(self) -> None:
        found = QFileDialog.getExistingDirectory(self.window(), "Choose a folder", self.text())
        if found:
            self.setText(found)
        self.setFocus(Qt.FocusReason.PopupFocusReason)

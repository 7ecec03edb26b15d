"""Help of a page, in a window of its own."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from ui.theme import theme_in_use
from ui.widgets.buttons import Button
from ui.widgets.dialogs import give_room

SIDE = 18


class HelpView(QDialog):
    """Words of ours in Markdown. It stays open beside the page; Escape closes it."""

    def __init__(self, title: str, markdown: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        theme = theme_in_use()
        self.words = QTextBrowser()
        self.words.setObjectName("help")
        self.words.setAccessibleName(title)
        self.words.setOpenLinks(False)
        self.words.document().setDefaultFont(theme.font("body"))
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.words.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.words.setMarkdown(markdown)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SIDE, SIDE, SIDE, 12)
        whole.addWidget(self.words, 1)
        close = Button("Close", "primary")
        close.clicked.connect(self.close)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        give_room(self, 600, 620)
        self.words.setFocus()

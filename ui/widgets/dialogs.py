"""How large a dialog is."""

from PySide6.QtWidgets import QDialog

from ui.theme import theme_in_use

EDGE = 20
"""Pixels of the window below that stay in sight."""


def give_room(dialog: QDialog, width: int, height: int) -> None:
    """Make a dialog this large at text size 100 %, larger as the text is, never past the window below it."""
    theme, over = theme_in_use(), dialog.parentWidget()
    room = over.window().size() if over is not None else dialog.screen().availableSize()
    dialog.resize(min(theme.px(width), room.width() - EDGE), min(theme.px(height), room.height() - EDGE))

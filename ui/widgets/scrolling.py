"""A part of a page that scrolls up and down."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class Scrolling(QScrollArea):
    """As wide as there is room, and no frame, no bar below and no focus of its own."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.setViewport(QWidget())  # one that Python made: to know Qt's own, PySide reads every class of QtWidgets
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)

"""Backing up and restoring: where to, how far, what came of it. Knows of no store."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from smf_desktop.presenters.backups import BACK_UP_ABOUT, RESTORE_ABOUT
from ui.theme import theme_in_use
from ui.views.unlock import RecoveryForm
from ui.widgets.buttons import Button
from ui.widgets.fields import ChoiceField, Field, tell_field
from ui.widgets.notices import Notice, NoticeKind
from ui.widgets.password import PasswordField
from ui.widgets.text import Text, announce
from ui.widgets.tracks import Bar

SIDES = (18, 16, 18, 6)
LEAST_HEIGHT = 160


class _Running(QDialog):
    """A dialog with work that takes a while: its bar, its notice, and Close, which then is Stop."""

    stop_wanted = Signal()

    def __init__(self, title: str, about: str, primary: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(theme_in_use().px(460))
        self._running = False
        self._body = QWidget()
        self._body.setObjectName("scrolled")
        self.whole = QVBoxLayout(self._body)
        self.whole.setContentsMargins(*SIDES)
        self.whole.setSpacing(10)
        self.whole.addWidget(Text(title, "section", wrap=True))
        self.whole.addWidget(Text(about, "cell", "text-2", wrap=True))
        self.notice = Notice("")
        self.bar = Bar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.primary, self.close_ = Button(primary, "primary"), Button("Close")
        self._row = QHBoxLayout()
        self._row.setSpacing(10)
        self._row.addStretch(1)
        self._row.addWidget(self.close_)
        self._row.addWidget(self.primary)
        self.close_.clicked.connect(self.reject)

    def finish_layout(self) -> None:
        for part in (self.bar, self.notice):
            self.whole.addWidget(part)
            part.hide()
        self.whole.addStretch(1)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._body)
        self._row.setContentsMargins(18, 4, 18, 14)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._area, 1)
        outer.addLayout(self._row)

    def fit(self) -> None:
        """As high as what it says, up to the window it lies over; beyond that it scrolls."""
        width = max(self.width(), self.minimumWidth())
        self.whole.invalidate()
        wanted = self.whole.totalHeightForWidth(width) + self._row.sizeHint().height() + 4
        over = self.parentWidget()
        room = over.window().height() - 20 if over is not None else wanted
        self.resize(width, max(LEAST_HEIGHT, min(wanted, room)))
        QTimer.singleShot(0, self, self._show_what_counts)

    def _show_what_counts(self) -> None:
        """Scrolled into view: what was just said, else the field that waits."""
        focus = self.focusWidget()
        if self.notice.isVisible():
            self._area.ensureWidgetVisible(self.notice)
        elif focus is not None and self._body.isAncestorOf(focus):
            self._area.ensureWidgetVisible(focus)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    def set_running(self, words: str) -> None:
        """Work goes on; Close then stops it. "" ends it."""
        self._running = bool(words)
        self.primary.set_busy(words)
        self.close_.setText("Stop" if words else "Close")
        self.close_.updateGeometry()
        self.bar.setRange(0, 0)
        self.bar.setVisible(bool(words))
        if words:
            self.notice.hide()
            self.close_.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit()

    def show_progress(self, done: int, total: int) -> None:
        """Parts of a thousand: a size in bytes is too long for a bar."""
        if self._running:
            self.bar.setRange(0, 1_000)
            self.bar.setValue(1_000 * done // max(1, total))

    def say(self, happened: str, do: str, kind: NoticeKind) -> None:
        self.set_running("")
        self.notice.tell(happened, do, kind)
        self.notice.show()
        self.fit()
        announce(self.notice, f"{happened} {do}", now=kind == "danger")

    def reject(self) -> None:
        if self._running:
            self.stop_wanted.emit()
        else:
            super().reject()


class BackUpWindow(_Running):
    """First focus: the button that asks where to."""

    place_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Back up this laptop", BACK_UP_ABOUT, "Choose where to save it", parent)
        self.age = Notice("")
        self.whole.addWidget(self.age)
        self.finish_layout()
        self.primary.clicked.connect(self.place_wanted)
        self.primary.setFocus()

    def show_age(self, words: str, old: bool) -> None:
        self.age.tell(words, "", "warn" if old else "info")
        self.fit()

    def show_done(self, happened: str, do: str) -> None:
        self.say(happened, do, "ok")
        self.primary.setText("Back up again")
        self.primary.updateGeometry()
        self.close_.setFocus(Qt.FocusReason.OtherFocusReason)


class RestoreWindow(_Running):
    """The file, then who opens it and how. First focus: the button that asks for the file."""

    file_wanted = Signal()
    password_given = Signal(str, str)
    """Username and password."""
    key_given = Signal(str, str, str)
    """Username, recovery key, new password."""
    open_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Restore a backup", RESTORE_ABOUT, "Restore", parent)
        self.place = Notice("")
        self.choose = Button("Choose the backup file", icon="hard-drive")
        self.file = Text("", "cell", strong=True, wrap=True)
        self.found = Text("", "cell", "text-2", wrap=True)
        self.person = ChoiceField(())
        self.password = PasswordField()
        self.person_field = Field("Who are you?", self.person)
        self.password_field = Field("Password when the backup was made", self.password)
        self.other_way = Button("Another laptop, or the password is not known", "link")
        self.recovery = RecoveryForm()
        self.recovery.restore.hide()
        self.opens = Button("Open the records", "primary")
        for part in (self.place, self.choose, self.file, self.found, self.person_field, self.password_field):
            self.whole.addWidget(part)
        self.whole.addWidget(self.other_way)
        self.whole.addWidget(self.recovery)
        self._row.addWidget(self.opens)
        self.finish_layout()
        self.choose.clicked.connect(self.file_wanted)
        self.primary.clicked.connect(self._submit)
        self.password.edit.returnPressed.connect(self._submit)
        self.other_way.clicked.connect(lambda: self.ask_recovery(True))
        self.recovery.back.clicked.connect(lambda: self.ask_recovery(False))
        self.recovery.wanted.connect(self._recover)
        self.opens.clicked.connect(self.open_wanted)
        self.finished.connect(self.forget)
        for part in (self.file, self.found, self.person_field, self.opens):
            part.hide()
        self.primary.hide()
        self._ways(None)
        self.choose.setFocus()

    def show_file(self, name: str, words: str, people: Sequence[tuple[str, str]]) -> None:
        """A backup that can be read; now it takes someone who opens it."""
        self.notice.hide()
        self.file.setText(name)
        self.found.setText(words)
        self.person.clear()
        for code, label in people:
            self.person.addItem(label, code)
        if len(people) == 1:
            self.person.select(people[0][0])
        for part in (self.file, self.found, self.person_field):
            part.show()
        self.choose.setText("Choose another file")
        self.choose.updateGeometry()
        self.ask_recovery(False)
        (self.password.edit if len(people) == 1 else self.person).setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_recovery(self, by_key: bool) -> None:
        """Ask for the recovery key, or for the password."""
        self._ways("key" if by_key else "password")
        self.recovery.ask_for(self.person.currentText().partition(",")[0] if self.person.key() else "you")
        self.fit()
        (self.recovery.key if by_key else self.password.edit).setFocus(Qt.FocusReason.OtherFocusReason)

    def tell_password(self, words: str) -> None:
        self.set_running("")
        tell_field(self.password.edit, "Password", self.password_field.message, "hard" if words else "", words)
        self.password.edit.setFocus()
        self.password.edit.selectAll()

    def tell_key(self, words: str, *, new: bool) -> None:
        """What is wrong with the recovery key, or with the new password."""
        self.set_running("")
        (self.recovery.tell_new if new else self.recovery.tell)(words)
        (self.recovery.new.edit if new else self.recovery.key).setFocus()

    def show_restored(self, happened: str, do: str, *, warn: bool) -> None:
        self.forget()
        self.say(happened, do, "warn" if warn else "ok")
        for part in (self.place, self.choose, self.person_field, self.primary, self.close_):
            part.hide()
        self._ways(None)
        self.fit()
        self.opens.show()
        self.opens.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_running(self, words: str) -> None:
        super().set_running(words)
        self.recovery.save.set_busy(words)
        for part in (self.choose, self.person_field, self.password_field, self.other_way, self.recovery):
            part.setEnabled(not words)

    def forget(self) -> None:
        """Nothing typed stays."""
        self.password.forget()
        self.recovery.forget()

    def _ways(self, way: str | None) -> None:
        for part in (self.password_field, self.other_way):
            part.setVisible(way == "password")
        self.primary.setVisible(way == "password")
        self.recovery.setVisible(way == "key")
        self.recovery.save.setText("Restore")

    def _person(self) -> str:
        person = self.person.key()
        if not person:
            self.person_field.tell("hard", "Choose who you are")
            self.person.setFocus()
        else:
            self.person_field.tell("", "")
        return person

    def _submit(self) -> None:
        if self._running or not (person := self._person()):
            return
        if typed := self.password.edit.take():
            self.tell_password("")
            self.password_given.emit(person, typed)
        else:
            self.tell_password("Enter a password.")

    def _recover(self, key: str, password: str) -> None:
        if not self._running and (person := self._person()):
            self.key_given.emit(person, key, password)

"""The unlock page: who is working, and the password, the quick code or the recovery key."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from smf_desktop import PRODUCT
from smf_desktop.presenters.unlock import PersonRow, UnlockRows
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, FieldMessage, FieldState, tell_field
from ui.widgets.flow import FlowLayout
from ui.widgets.notices import Notice
from ui.widgets.password import PasswordField
from ui.widgets.people import PanelPage, PersonLine, PersonList, ProductMark
from ui.widgets.scrolling import Scrolling
from ui.widgets.text import Icon, KeyCap, Text

CAPS_LOCK = "Caps Lock is on"


class UnlockView(PanelPage):
    """Says what a person wants; knows of no store. First focus: the password of the person last here."""

    unlock_wanted = Signal(str, str)
    """Username and password."""
    code_wanted = Signal(str, str)
    """User id and quick code."""
    recovery_wanted = Signal(str, str, str)
    """Recovery key, username, new password."""
    restore_wanted = Signal()
    person_chosen = Signal(str)
    """User id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(panel=496, widest=600, parent=parent)
        self._people: dict[str, PersonRow] = {}
        self._by_code = self._caps_on = self._busy = False
        self.heading, self.when = Text("Who is working today?", "page"), Text("", "body", "text-2")
        self.notice = Notice("")
        self.people = PersonList()
        self.label = Text("", "dense", strong=True)
        self.password = PasswordField()
        self.unlock = Button("Unlock", "primary", shortcut="Enter")
        self.message = FieldMessage()
        self.other_way = Button("", "link")
        self.cannot = Button("I cannot unlock this laptop", "link")
        self._recovery: RecoveryForm | None = None
        self._lay_out()
        self.people.chosen.connect(self._choose)
        self.people.watch_for(self.password.edit)
        self.password.edit.returnPressed.connect(self._submit)
        self.password.edit.caps_lock.connect(self._caps_lock)
        self.password.edit.textEdited.connect(lambda: self.tell())
        self.unlock.clicked.connect(self._submit)
        self.other_way.clicked.connect(lambda: self.ask_code(not self._by_code))
        self.cannot.clicked.connect(self._open_recovery)

    @property
    def recovery(self) -> "RecoveryForm":
        """Made when it is first asked for: few ever do, and everyone waits for this page."""
        if self._recovery is None:
            form = self._recovery = RecoveryForm()
            self._column.insertWidget(self._column.indexOf(self._by_password) + 1, form)
            form.hide()
            form.back.clicked.connect(self.close_recovery)
            form.restore.clicked.connect(self.restore_wanted)
            form.wanted.connect(self._recover)
        return self._recovery

    def fill(self, rows: UnlockRows) -> None:
        """Show who may come in; the first of them is chosen."""
        self.when.setText(rows.when)
        self.notice.setVisible(bool(rows.training))
        self.notice.tell(rows.training, "What you record here is for learning and for trying things out.")
        self._people = {person.user_id: person for person in rows.people}
        self.people.fill(
            [PersonLine(row.user_id, row.name, row.role, row.initials, row.beside, row.under) for row in rows.people]
        )
        self._fill_facts(rows.facts)
        if rows.people:
            self.people.choose(rows.people[0].user_id)

    @property
    def person(self) -> PersonRow | None:
        return self._people.get(self.people.value)

    def start(self) -> None:
        """Put the focus where typing begins."""
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        self._password_into_view()

    def _password_into_view(self) -> None:
        """Also when the page is laid out only afterwards: what is typed into is always in sight."""
        if self.window().focusWidget() is self.password.edit:
            self._scroll.ensureWidgetVisible(self._by_password)

    def offer_code(self, usable: bool) -> None:
        """Whether the person chosen may use the quick code; if so it is asked for first."""
        self.other_way.setVisible(usable)
        self.ask_code(usable)

    def ask_code(self, by_code: bool) -> None:
        self._by_code = by_code
        self.password.forget()
        name = self.person.name if self.person else ""
        what = "Quick code" if by_code else "Password"
        self.label.setText(f"{what} for {name}")
        self.password.edit.setAccessibleName(self.label.text())
        self.password.edit.setMaxLength(6 if by_code else 32767)
        self.other_way.setText("Use the password" if by_code else "Use the quick code")
        self.tell()
        self.start()

    def tell(self, words: str = "", state: FieldState = "hard") -> None:
        """What came of the last try; nothing takes it away again."""
        if words:
            tell_field(self.password.edit, self.label.text(), self.message, state, words)
        elif self._caps_on:
            tell_field(self.password.edit, self.label.text(), self.message, "soft", CAPS_LOCK)
        else:
            tell_field(self.password.edit, self.label.text(), self.message, "", "")

    def set_busy(self, busy: bool) -> None:
        """While the password is being tried; a second press does nothing."""
        self._busy = busy
        self.unlock.set_busy("Unlocking" if busy else "")
        if self._recovery is not None:
            self._recovery.save.set_busy("Unlocking" if busy else "")

    def try_again(self) -> None:
        """After a wrong password: it stays, marked, so that the next key replaces it."""
        self.start()
        self.password.edit.selectAll()

    def forget(self) -> None:
        """Nothing typed stays."""
        self.password.forget()
        if self._recovery is not None:
            self._recovery.forget()

    def close_recovery(self) -> None:
        self.recovery.forget()
        self.recovery.hide()
        self._by_password.show()
        self.start()

    def _submit(self) -> None:
        person, typed = self.person, self.password.edit.take()
        if person is None or self._busy:
            return
        if self._by_code:
            self.code_wanted.emit(person.user_id, typed)
        else:
            self.unlock_wanted.emit(person.username, typed)

    def _choose(self, user_id: str) -> None:
        self.offer_code(False)
        self.person_chosen.emit(user_id)

    def _caps_lock(self, on: bool) -> None:
        self._caps_on = on
        self.tell()

    def _open_recovery(self) -> None:
        self.password.forget()
        self.tell()
        if self.person:
            self.recovery.ask_for(self.person.name)
        self._by_password.hide()
        self.recovery.show()
        self.recovery.key.setFocus(Qt.FocusReason.OtherFocusReason)

    def _recover(self, key: str, password: str) -> None:
        if self.person and not self._busy:
            self.recovery_wanted.emit(key, self.person.username, password)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.side)
        self._fill_side()
        # First what holds the rest: Qt styles everything anew in whatever is put into something else.
        holder, middle = QWidget(), self.middle
        holder.setObjectName("scrolled")
        self._scroll = Scrolling(holder)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._password_into_view)
        row.addWidget(self._scroll, 1)
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(middle)
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = self._column = QVBoxLayout(middle)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(0)
        column.addStretch(1)
        for part, gap in ((self.heading, 2), (self.when, 10), (self.notice, 14), (self.people, 14)):
            column.addWidget(part)
            column.addSpacing(gap)
        self._by_password = self._password_part()
        column.addWidget(self._by_password)
        column.addStretch(1)
        self.setTabOrder(self.password.edit, self.password.show_button)
        self.setTabOrder(self.password.show_button, self.unlock)
        self.setTabOrder(self.unlock, self.people)

    def _password_part(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.label)
        line = QHBoxLayout()
        line.setSpacing(9)
        line.addWidget(self.password, 1)
        line.addWidget(self.unlock)
        self.label.setBuddy(self.password.edit)
        column.addLayout(line)
        column.addWidget(self.message)
        column.addSpacing(10)
        foot = FlowLayout(gap=14, line_gap=6, centred=True)
        foot.addWidget(self.cannot)
        foot.addWidget(self.other_way)
        for words, keys in (("Choose a user", ("Up", "Down")), ("Text size", ("Ctrl +",))):
            foot.addWidget(_hint(words, keys))
        column.addLayout(foot)
        return part

    def _fill_side(self) -> None:
        column = self.side.column
        column.setContentsMargins(52, 52, 52, 28)
        column.setSpacing(14)
        column.addWidget(ProductMark(92))
        column.addSpacing(12)
        column.addWidget(Text(PRODUCT, "hero", "nav-on"))
        aim = "Teach the skill, see it done, step back. Built for visits at home, with or without a signal."
        column.addWidget(Text(aim, "section", "nav-text", strong=False, wrap=True))
        column.addStretch(1)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(12)
        column.addLayout(self._facts)

    def _fill_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        while self._facts.count():
            taken = self._facts.takeAt(0)
            if taken and (old := taken.widget()):
                old.deleteLater()
        for icon, words in facts:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(11)
            row.addWidget(Icon(icon, "nav-mark", 17), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Text(words, "cell", "nav-text", wrap=True), 1)
            self._facts.addWidget(line)


def _hint(words: str, keys: Sequence[str]) -> QWidget:
    hint = QWidget()
    line = QHBoxLayout(hint)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    line.addWidget(Text(words, "dense", "text-2"))
    for key in keys:
        line.addWidget(KeyCap(key))
    return hint


class RecoveryForm(QWidget):
    """The recovery key, and a new password for the person chosen."""

    wanted = Signal(str, str)
    """Recovery key, new password."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.about = Notice(
            "The recovery key sets a new password.",
            "It was shown once when this store was made: 14 groups of 4 letters and numbers. Your team lead or IT desk "
            "keeps it. Nothing in the records is changed.",
        )
        self.key = QLineEdit()
        self.new, self.again = PasswordField(), PasswordField()
        self.key_field = Field("Recovery key", self.key, hint="Capitals or small letters, with or without hyphens.")
        self.new_field = Field("New password", self.new)
        self.again_field = Field("New password again", self.again)
        self.save = Button("Set password", "primary", shortcut="Enter")
        self.back, self.restore = Button("Back", "secondary"), Button("Restore a backup", "link")
        for part in (self.about, self.key_field, self.new_field, self.again_field):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.restore)
        row.addStretch(1)
        row.addWidget(self.save)
        column.addLayout(row)
        self.save.clicked.connect(self._submit)
        for edit in (self.key, self.new.edit, self.again.edit):
            edit.returnPressed.connect(self._submit)
            edit.textEdited.connect(lambda: self.tell())

    def ask_for(self, name: str) -> None:
        self.new_field.label.setText(f"New password for {name}")

    def tell(self, words: str = "") -> None:
        """What came of the last try."""
        tell_field(self.key, "Recovery key", self.key_field.message, "hard" if words else "", words)
        if not words:
            self.tell_again("")

    def tell_new(self, words: str) -> None:
        tell_field(self.new.edit, "New password", self.new_field.message, "hard" if words else "", words)

    def tell_again(self, words: str) -> None:
        tell_field(self.again.edit, "New password again", self.again_field.message, "hard" if words else "", words)

    def forget(self) -> None:
        self.key.setText("")
        self.new.forget()
        self.again.forget()
        self.tell()

    def _submit(self) -> None:
        if not self.key.text().strip():
            self.tell("Enter the recovery key.")
            self.key.setFocus()
        elif self.new.edit.take() != self.again.edit.take():
            self.tell_again("The two passwords differ. Type the same one twice.")
            self.again.setFocus()
        else:
            self.wanted.emit(self.key.text(), self.new.edit.take())

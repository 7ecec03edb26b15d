"""Joining a hub: its address, the code, a password; then the first exchange."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from smf_desktop.presenters.first_run import strength
from smf_desktop.presenters.sync.joining import KEPT_HERE, in_fours
from ui.theme import theme_in_use
from ui.views.steps import Meter, Step, StepsView, page_of
from ui.widgets.fields import Field
from ui.widgets.notices import Notice
from ui.widgets.password import PasswordField
from ui.widgets.text import Icon, Text, announce

WELCOME, CONNECT, ENROL, PROTECT, FETCH = range(5)
FOOT = "Nothing leaves this laptop until you finish step 4."
_CONNECT = Step(
    "Connect to the hub",
    "Its address",
    "Connect to the hub",
    "Your administrator tells you its address. It takes a connection, now and for the first sync.",
    FOOT,
)
_ENROL = Step(
    "Enrol this laptop",
    "Code from your administrator",
    "Enrol this laptop",
    "Your administrator gives you a code that works once. It ties this laptop to your team, so it can be "
    "locked from the hub if it is lost.",
    FOOT,
)
NEW = (
    Step("Welcome", "A laptop of your service"),
    _CONNECT,
    _ENROL,
    Step(
        "Protect it",
        "Your password",
        "Protect it",
        "Your own password opens the records on this laptop. Forgotten, the service's recovery key sets another.",
        "Continue joins the hub and makes the store on this laptop.",
    ),
    Step("Fetch your caseload", "A few minutes"),
)
STANDING = (
    Step("Welcome", "This laptop has records"),
    _CONNECT,
    _ENROL,
    Step(
        "Join",
        "Your password",
        "Join",
        "Everything on this laptop goes to the hub, and stays here. Your password shows that it is you.",
        "Continue joins the hub. You work on while everything is sent.",
    ),
)


class JoinView(StepsView):
    """`standing`: this laptop has records of its own, and `username` is who joins with them."""

    leave_wanted = Signal()

    def __init__(self, *, standing: bool, username: str = "", device: str = "", parent: QWidget | None = None) -> None:
        super().__init__(STANDING if standing else NEW, parent)
        self._standing = standing
        self.url, self.code = QLineEdit(), QLineEdit()
        self.username, self.device = QLineEdit(username), QLineEdit(device)
        self.username.setReadOnly(standing)
        self.password, self.again = PasswordField(), PasswordField()
        self.meter = Meter()
        self.checked = Notice("", kind="ok", icon="shield-check")
        self.fields = {
            "url": Field("Address of the hub", self.url, hint="For example hub.example.org."),
            "code": Field(
                "Enrolment code", self.code, hint="3 groups of 4. Capitals or small letters. No letter O, only zero."
            ),
            "username": Field("Username", self.username, hint="As your administrator wrote it."),
            "device": Field("Name for this laptop", self.device, hint="Use the number on the asset label."),
            "password": Field("Password", self.password),
            "again": Field("Password again", self.again),
        }
        self.edits = {"password": self.password.edit, "again": self.again.edit}
        self.holder = QWidget()
        self._column = QVBoxLayout(self.holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        enrol = page_of(self.checked, *(self.fields[name] for name in ("code", "username", "device")), _kept_here())
        protect = [self.fields["password"], self.meter, self.fields["again"]]
        if standing:
            protect = [self.fields["password"]]
        for page in (page_of(), page_of(self.fields["url"]), enrol, page_of(*protect)):
            self.pages.add(page)
        if not standing:
            self.pages.add(self.holder)
        self._big_code()
        for edit in (self.url, self.code, self.username, self.device, self.password.edit, self.again.edit):
            edit.returnPressed.connect(self.continued)
        for name in self.fields:
            typed_in = self.edits.get(name, self.fields[name].control)
            if isinstance(typed_in, QLineEdit):
                typed_in.textEdited.connect(lambda _text, name=name: self.tell(name, ""))
        self.code.textEdited.connect(self._group_code)
        self.password.edit.textChanged.connect(lambda text: self.meter.show_strength(*strength(text)))
        self.show_step(CONNECT)

    def show_step(self, step: int) -> None:
        super().show_step(step)
        fetching = step == FETCH
        self.dock.offer(self.go_back, offered=step in (CONNECT, ENROL, PROTECT))
        self.dock.setVisible(not fetching)
        for part in (self.title, self.about):
            part.setVisible(not fetching)
        first = {CONNECT: self.url, ENROL: self.code, PROTECT: self.password.edit}.get(step)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_checked(self, true: str, do: str) -> None:
        """The fingerprint, to be compared."""
        self.checked.tell(true, do, "ok", icon="shield-check")
        announce(self.checked, f"{true} {do}")

    def put_in(self, page: QWidget) -> None:
        """The page of the first exchange."""
        self._column.addWidget(page)

    def forget(self) -> None:
        """Neither password nor code stays."""
        self.password.forget()
        self.again.forget()
        self.code.clear()

    def _big_code(self) -> None:
        font = theme_in_use().font("section", 700, tabular=True)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 1.5)
        self.code.setFont(font)
        self.code.setMaxLength(24)
        self.code.setMaximumWidth(theme_in_use().px(340))

    def _group_code(self, text: str) -> None:
        """In fours as it is typed; in the middle of it nothing jumps."""
        if self.code.cursorPosition() == len(text):
            grouped = in_fours(text)
            if text.endswith(" ") and not text.endswith("  ") and len(grouped.replace(" ", "")) % 4 == 0:
                return
            self.code.setText(grouped)


def _kept_here() -> QWidget:
    """Under a line: what this laptop will keep. It is told, not chosen."""
    part = QFrame()
    part.setObjectName("kept-here")
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 4, 0, 0)
    column.setSpacing(5)
    column.addWidget(Text("This laptop will keep", "cell", strong=True))
    for what, about in KEPT_HERE:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(Icon("check", "ok", 15), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(what, "cell", wrap=True))
        words.addWidget(Text(about, "dense", "text-2", wrap=True))
        line.addLayout(words, 1)
        column.addLayout(line)
    return part

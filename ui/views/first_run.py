"""New service on this laptop: four steps from nothing to a store that can be unlocked."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from smf_desktop import PRODUCT
from smf_desktop.presenters.first_run import KINDS, ROLES, strength
from ui.theme import theme_in_use
from ui.widgets.bars import Dock
from ui.widgets.buttons import Button
from ui.widgets.choices import ChoiceTiles
from ui.widgets.fields import ChoiceField, Field, tell_field
from ui.widgets.notices import Notice
from ui.widgets.password import PasswordField
from ui.widgets.people import ProductMark, SidePanel
from ui.widgets.text import Text

WELCOME, SERVICE, PROTECT, READY = range(4)


@dataclass(frozen=True, slots=True)
class _Step:
    """`name` and `note` stand at the left; `title` and `about` over the step; `foot` beside the buttons."""

    name: str
    note: str
    title: str
    about: str
    foot: str


STEPS = (
    _Step(
        "Welcome",
        "Training or live",
        "New service on this laptop",
        "This makes an encrypted store for your service. It needs no connection, and it can join a hub later.",
        "Nothing is made until you finish step 3.",
    ),
    _Step(
        "Service and team",
        "What they are called",
        "Service and team",
        "These names stand on reports and letters. This laptop's name tells its entries from those of others.",
        "Nothing is made until you finish step 3.",
    ),
    _Step(
        "Protect it",
        "Your password and recovery key",
        "Protect it",
        "You are the first person who can unlock this laptop. You can add others afterwards.",
        "Continue makes the store on this laptop.",
    ),
    _Step(
        "Ready",
        "Write the recovery key down",
        "Write the recovery key down",
        "It opens the records when a password is forgotten or this laptop breaks. It is shown only now.",
        "The store is made. Everything is on this laptop.",
    ),
)


class FirstRunView(QWidget):
    """Holds what is typed and shows the steps; knows of no store. First focus: the first field of the step."""

    continued = Signal()
    back = Signal()
    cancelled = Signal()
    save_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.side = SidePanel(340)
        self.count, self.title, self.about = (
            Text("", "body", strong=True),
            Text("", "page"),
            Text("", "section", "text-2"),
        )
        self.about.set_strong(False)
        self.about.setWordWrap(True)
        self.kind = ChoiceTiles(KINDS, columns=1, about="Training or live")
        self.place = Text("", "dense", "text-2", wrap=True)
        self.service, self.team, self.device = QLineEdit(), QLineEdit(), QLineEdit()
        self.name, self.username = QLineEdit(), QLineEdit()
        self.role = ChoiceField(ROLES)
        self.lead = QCheckBox("I am the clinical lead: I may approve checklists")
        self.password, self.again = PasswordField(), PasswordField()
        self.meter = _Meter()
        self.key = Text("", "section", wrap=True, tabular=True)
        self.written = QCheckBox("I have written it down and put it away from this laptop")
        self.save = Button("Save to a file", icon="save")
        self.trouble = Notice("", kind="danger")
        self.trouble.hide()
        self.fields = {
            "kind": Field("This store is for", self.kind),
            "service": Field("Service", self.service, hint="For example Derby community nursing."),
            "team": Field("Team", self.team, hint="For example North."),
            "device": Field("Name for this laptop", self.device, hint="Use the number on the asset label."),
            "name": Field("Your name", self.name, hint="As your colleagues write it."),
            "username": Field("Username", self.username, hint="Short, without spaces."),
            "role": Field("Your role", self.role),
            "password": Field("Password", self.password),
            "again": Field("Password again", self.again),
            "written": Field("", self.written),
        }
        self._edits: dict[str, QWidget] = {"password": self.password.edit, "again": self.again.edit}
        self.cancel, self.go_back = Button("Cancel", "quiet"), Button("Back", shortcut="Alt+Left")
        self.restore = Button("This laptop had records: restore a backup", "link")
        self.go_on = Button("Continue", "primary", shortcut="Enter")
        self.dock = Dock((self.cancel, self.go_back, self.go_on))
        self._pages = QStackedWidget()
        self._marks = [_StepMark(place + 1, step.name, step.note) for place, step in enumerate(STEPS)]
        self._lay_out()
        self._connect()
        self.show_step(WELCOME)

    @property
    def step(self) -> int:
        return self._pages.currentIndex()

    def show_step(self, step: int) -> None:
        """Show a step, with the focus on its first field."""
        said = STEPS[step]
        self._pages.setCurrentIndex(step)
        self.count.setText(f"Step {step + 1} of {len(STEPS)}")
        self.title.setText(said.title)
        self.about.setText(said.about)
        self.dock.tell(said.foot, icon="lock")
        self.go_back.setVisible(step in (SERVICE, PROTECT))
        self.cancel.setVisible(step != READY)
        self.go_on.setText(f"Open {PRODUCT}" if step == READY else "Continue")
        self.go_on.updateGeometry()
        for place, mark in enumerate(self._marks):
            mark.stand("done" if place < step else "now" if place == step else "later")
        self.trouble.hide()
        first = {WELCOME: self._first_tile(), SERVICE: self.service, PROTECT: self.name, READY: self.written}[step]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, field: str, words: str) -> None:
        """Say what is missing or wrong beside a field; "" takes it away."""
        holder = self.fields[field]
        control = self._edits.get(field, holder.control)
        tell_field(control, holder.label.text(), holder.message, "hard" if words else "", words)

    def go_to(self, field: str) -> None:
        control = self._first_tile() if field == "kind" else self._edits.get(field, self.fields[field].control)
        control.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(self.fields[field])

    def tell_trouble(self, true: str, do: str) -> None:
        """The store could not be made."""
        self.trouble.tell(true, do, "danger")
        self.trouble.show()
        self._scroll.ensureWidgetVisible(self.trouble)

    def set_busy(self, busy: bool) -> None:
        self.go_on.set_busy("Making it" if busy else "")

    def show_key(self, text: str) -> None:
        """The recovery key in groups, seven to a line."""
        groups = text.split("-")
        half = (len(groups) + 1) // 2
        self.key.setText("\n".join(("  ".join(groups[:half]), "  ".join(groups[half:]))))
        self.key.setAccessibleName("Recovery key: " + ", ".join(" ".join(group) for group in groups))

    def forget(self) -> None:
        """Neither password nor recovery key stays."""
        self.password.forget()
        self.again.forget()
        self.key.setText("")
        self.key.setAccessibleName("")

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)  # the left side gives way and the rest scrolls

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.fit(self.width())

    def _first_tile(self) -> QWidget:
        return self.kind.tiles[self.kind.value or KINDS[0][0]]

    def _suggest_username(self) -> None:
        if not self.username.text() and self.name.text().strip():
            self.username.setText(self.name.text().split()[0].casefold())

    def _connect(self) -> None:
        self.go_on.clicked.connect(self.continued)
        self.go_back.clicked.connect(self.back)
        self.cancel.clicked.connect(self.cancelled)
        self.save.clicked.connect(self.save_wanted)
        self.restore.clicked.connect(self.restore_wanted)
        for edit in (self.service, self.team, self.device, self.name, self.username):
            edit.returnPressed.connect(self.continued)
        for field in (self.password, self.again):
            field.edit.returnPressed.connect(self.continued)
        self.name.editingFinished.connect(self._suggest_username)
        self.password.edit.textChanged.connect(lambda text: self.meter.show_strength(*strength(text)))
        alt_left = QShortcut(QKeySequence("Alt+Left"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        alt_left.activated.connect(lambda: self.back.emit() if self.step in (SERVICE, PROTECT) else None)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.side)
        self._fill_side()
        right = QVBoxLayout()
        right.setSpacing(0)
        middle = QWidget()
        middle.setObjectName("scrolled")
        column = QVBoxLayout(middle)
        column.setContentsMargins(20, 28, 20, 20)
        column.setSpacing(6)
        for part in (self.count, self.title, self.about):
            column.addWidget(part)
        column.addSpacing(6)
        column.addWidget(self.trouble)
        for page in (self._welcome(), self._service(), self._protect(), self._ready()):
            self._pages.addWidget(page)
        column.addWidget(self._pages, 1)
        middle.setMaximumWidth(640)
        holder = QWidget()
        holder.setObjectName("scrolled")
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.addSpacing(28)
        across.addWidget(middle, 1)
        across.addStretch(0)
        self._scroll = QScrollArea()
        self._scroll.setWidget(holder)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right.addWidget(self._scroll, 1)
        right.addWidget(self.dock)
        row.addLayout(right, 1)

    def _fill_side(self) -> None:
        column = self.side.column
        column.setContentsMargins(34, 34, 20, 24)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(13)
        top.addWidget(ProductMark(32))
        top.addWidget(Text(PRODUCT, "name", "nav-on"), 1)
        column.addLayout(top)
        column.addSpacing(34)
        for mark in self._marks:
            column.addWidget(mark)
        column.addStretch(1)

    def _welcome(self) -> QWidget:
        return _page(self.fields["kind"], self.place, self.restore)

    def _service(self) -> QWidget:
        return _page(self.fields["service"], self.fields["team"], self.fields["device"])

    def _protect(self) -> QWidget:
        return _page(
            *(self.fields[name] for name in ("name", "username", "role")),
            self.lead,
            self.fields["password"],
            self.meter,
            self.fields["again"],
        )

    def _ready(self) -> QWidget:
        sheet = QFrame()
        sheet.setObjectName("card")
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(20, 16, 20, 16)
        self.key.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        inside.addWidget(self.key)
        warning = Notice(
            "Without a password and without this key nobody can open the records.",
            "Write it on paper and keep it in the service's safe, not with the laptop.",
            "warn",
        )
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.save)
        line.addStretch(1)
        return _page(sheet, warning, row, self.fields["written"])


def _page(*parts: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(11)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return page


class _Meter(QWidget):
    """Four pieces that fill as the password grows, and the words for it."""

    def __init__(self) -> None:
        super().__init__()
        self._level = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        self.words = Text("", "caption", "text-2")
        column.addWidget(self.words)
        self.show_strength(*strength(""))

    def show_strength(self, level: int, words: str) -> None:
        self._level = level
        self.words.setText(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        wide = (self.width() - 18) / 4
        for place in range(4):
            token = "surface-3" if place >= self._level else "warn-fill" if self._level == 1 else "ok-fill"
            painter.setBrush(theme.colour(token))
            painter.drawRoundedRect(QRectF(place * (wide + 6), 0, wide, 6), 3, 3)
        painter.end()


class _StepMark(QWidget):
    """A numbered step at the left: done, now or later; the word is in its accessible name."""

    def __init__(self, number: int, name: str, note: str) -> None:
        super().__init__()
        self._number, self._name, self._note, self._state = number, name, note, "later"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def stand(self, state: str) -> None:
        self._state = state
        self.setAccessibleName(f"Step {self._number}, {self._name}, {state}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, theme_in_use().px(60))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.px(28)
        if self._number < len(STEPS):
            painter.setPen(QPen(theme.colour("nav-2"), 2))
            painter.drawLine(side // 2, side + 2, side // 2, self.height() - 2)
        fill = {"done": "nav-mark", "now": "nav-on", "later": "nav"}[self._state]
        painter.setPen(QPen(theme.colour("nav-text" if self._state == "later" else fill), 2))
        painter.setBrush(theme.colour(fill))
        circle = QRectF(1, 1, side - 2, side - 2)
        painter.drawEllipse(circle)
        if self._state == "done":
            tick = theme.px(16)
            drawn = theme.pixmap("check", "nav", tick, self.devicePixelRatioF())
            painter.drawPixmap((side - tick) // 2, (side - tick) // 2, drawn)
        else:
            painter.setPen(theme.colour("nav" if self._state == "now" else "nav-text"))
            painter.setFont(theme.font("cell", 700))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._number))
        left = side + 13
        painter.setPen(theme.colour("nav-on" if self._state != "later" else "nav-text"))
        painter.setFont(theme.font("body", 600))
        painter.drawText(QRectF(left, 0, self.width() - left, theme.px(20)), Qt.AlignmentFlag.AlignVCenter, self._name)
        painter.setPen(theme.colour("nav-text"))
        painter.setFont(theme.font("dense"))
        below = QRectF(left, theme.px(19), self.width() - left, theme.px(18))
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, self._note)
        painter.end()

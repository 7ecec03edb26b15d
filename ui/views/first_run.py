"""New service on this laptop: four steps from nothing to a store that can be unlocked."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from smf_desktop import PRODUCT
from smf_desktop.presenters.first_run import JOIN, KINDS, ROLES, strength
from ui.views.steps import Meter, Step, StepsView, page_of
from ui.widgets.buttons import Button
from ui.widgets.choices import ChoiceTiles
from ui.widgets.fields import ChoiceField, Field
from ui.widgets.notices import Notice
from ui.widgets.password import PasswordField
from ui.widgets.text import Text

WELCOME, SERVICE, PROTECT, READY = range(4)


STEPS = (
    Step(
        "Welcome",
        "Training, live or a hub",
        "Set up this laptop",
        "An encrypted store for your service needs no connection, and it can join a hub later.",
        "Nothing is made until you finish step 3.",
    ),
    Step(
        "Service and team",
        "What they are called",
        "Service and team",
        "These names stand on reports and letters. This laptop's name tells its entries from those of others.",
        "Nothing is made until you finish step 3.",
    ),
    Step(
        "Protect it",
        "Your password and recovery key",
        "Protect it",
        "You are the first person who can unlock this laptop. You can add others afterwards.",
        "Continue makes the store on this laptop.",
    ),
    Step(
        "Ready",
        "Write the recovery key down",
        "Write the recovery key down",
        "It opens the records when a password is forgotten or this laptop breaks. It is shown only now.",
        "The store is made. Everything is on this laptop.",
    ),
)


class FirstRunView(StepsView):
    """A new service; the third tile leads to a hub instead."""

    save_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(STEPS, parent)
        self.kind = ChoiceTiles([*KINDS, JOIN], columns=1, about="Training, live or a hub")
        self.place = Text("", "dense", "text-2", wrap=True)
        self.service, self.team, self.device = QLineEdit(), QLineEdit(), QLineEdit()
        self.name, self.username = QLineEdit(), QLineEdit()
        self.role = ChoiceField(ROLES)
        self.lead = QCheckBox("I am the clinical lead: I may approve checklists")
        self.password, self.again = PasswordField(), PasswordField()
        self.meter = Meter()
        self.key = Text("", "section", wrap=True, tabular=True)
        self.written = QCheckBox("I have written it down and put it away from this laptop")
        self.save = Button("Save to a file", icon="save")
        self.restore = Button("This laptop had records: restore a backup", "link")
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
        self.edits = {"password": self.password.edit, "again": self.again.edit}
        for page in (self._welcome(), self._service(), self._protect(), self._ready()):
            self.pages.add(page)
        self._connect()
        self.show_step(WELCOME)

    def show_step(self, step: int) -> None:
        super().show_step(step)
        self.dock.offer(self.go_back, offered=step in (SERVICE, PROTECT))
        self.dock.offer(self.cancel, offered=step != READY)
        self.go_on.setText(f"Open {PRODUCT}" if step == READY else "Continue")
        self.go_on.updateGeometry()
        first = {WELCOME: self._first_tile(), SERVICE: self.service, PROTECT: self.name, READY: self.written}[step]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to(self, field: str) -> None:
        if field == "kind":
            self._first_tile().setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().go_to(field)

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

    def _first_tile(self) -> QWidget:
        return self.kind.tiles[self.kind.value or KINDS[0][0]]

    def _suggest_username(self) -> None:
        if not self.username.text() and self.name.text().strip():
            self.username.setText(self.name.text().split()[0].casefold())

    def _connect(self) -> None:
        self.save.clicked.connect(self.save_wanted)
        self.restore.clicked.connect(self.restore_wanted)
        for edit in (self.service, self.team, self.device, self.name, self.username):
            edit.returnPressed.connect(self.continued)
        for field in (self.password, self.again):
            field.edit.returnPressed.connect(self.continued)
        self.name.editingFinished.connect(self._suggest_username)
        self.password.edit.textChanged.connect(lambda text: self.meter.show_strength(*strength(text)))

    def _welcome(self) -> QWidget:
        return page_of(self.fields["kind"], self.place, self.restore)

    def _service(self) -> QWidget:
        return page_of(self.fields["service"], self.fields["team"], self.fields["device"])

    def _protect(self) -> QWidget:
        return page_of(
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
        return page_of(sheet, warning, row, self.fields["written"])

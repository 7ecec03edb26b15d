"""Every control with sample rows, drawn to pictures: `python -m ui.gallery --out DIR`. Sample people only."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ui.theme import apply, load
from ui.widgets.banner import BannerText, PatientBanner
from ui.widgets.bars import Dock, PageHeader, StatusParts, Tabs, TopBar
from ui.widgets.buttons import Button, IconButton
from ui.widgets.cards import Card, EmptyState, rule
from ui.widgets.choices import ChoiceTiles, ToggleChips
from ui.widgets.dates import DateField
from ui.widgets.fields import ChoiceField, Field, MeasureField, UnitEdit
from ui.widgets.folders import FolderField
from ui.widgets.matrix import MatrixRow, MatrixVisit, StepMatrix
from ui.widgets.notices import Notice, Toast
from ui.widgets.rail import NARROW, WIDE, NavRail, RailItem
from ui.widgets.rating import GroupBar, Mark, RatingRow, legend
from ui.widgets.scale import ScaleControl, YesNo
from ui.widgets.sparkline import Progress, Sparkline
from ui.widgets.tables import TableView
from ui.widgets.text import Avatar, Chip, KeyCap, Text
from ui.widgets.tracks import ProgressTrack, StepsTrail, TrailStep, VisitsTrack

MARKS = (
    Mark("1", "not_yet", "Not yet"),
    Mark("2", "assisted", "With help"),
    Mark("3", "prompted", "With prompts"),
    Mark("4", "independent", "On own"),
    Mark("0", "not_observed", "Not seen today"),
    Mark("/", "na", "Not applicable"),
)

PERSON = BannerText(
    name="ABERNATHY, Doreen (Mrs)",
    preferred="Dot",
    born="14-Mar-1951 (75y)",
    gender="Female",
    nhs="999 007 9323",
    allergies_kind="known",
    allergies="Penicillin (rash, 1988)",
    address="14 Larkspur Close, Derby",
    phone="01632 960 147",
    access="Key safe, see notes",
)

Sample = Callable[[], QWidget]


def main(arguments: list[str] | None = None) -> int:
    """Draw the samples and answer 0; a sample asks for its own size."""
    asked = argparse.ArgumentParser(prog="python -m ui.gallery", description=__doc__)
    asked.add_argument("--out", type=Path, required=True, help="the folder the pictures go into")
    asked.add_argument("--theme", choices=("light", "dark"), default="light")
    asked.add_argument("--text", type=int, default=100, help="text size in percent, 80 to 200")
    chosen = asked.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    draw(app, chosen.out, chosen.theme, chosen.text / 100)
    return 0


def draw(app: QApplication, out: Path, theme: Literal["light", "dark"] = "light", text: float = 1.0) -> list[Path]:
    """Every sample as a PNG in `out`, and where they are."""
    apply(app, load(theme, text))
    out.mkdir(parents=True, exist_ok=True)
    drawn = []
    for name, sample in SAMPLES.items():
        widget = sample()
        widget.resize(round(widget.width() * max(1.0, (1 + text) / 2)), widget.height())
        widget.resize(widget.width(), max(widget.height(), widget.heightForWidth(widget.width())))
        widget.show()
        widget.activateWindow()
        QCoreApplication.processEvents()
        focus = widget.findChild(QWidget, "focused")
        if focus is not None:
            focus.setFocus()
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)  # the focus may only just have come
        drawn.append(out / f"{name}.png")
        widget.grab().save(str(drawn[-1]))
        widget.close()
        widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return drawn


def _page(*parts: QWidget | QHBoxLayout | QGridLayout, size: QSize, margins: int = 16) -> QWidget:
    whole = QWidget()
    whole.setObjectName("page")
    whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(whole)
    column.setContentsMargins(margins, margins, margins, margins)
    column.setSpacing(12 if margins else 0)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    column.addStretch(1)
    whole.resize(size)
    return whole


def _row(*parts: QWidget, gap: int = 10) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(gap)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return row


def _card(title: str, *parts: QWidget | QHBoxLayout, edge: Literal["", "focus", "alert"] = "") -> Card:
    card = Card(title, edge=edge)
    for part in parts:
        if isinstance(part, QWidget):
            card.body.addWidget(part)
        else:
            card.body.addLayout(part)
    card.body.addStretch(1)
    return card


def _buttons() -> QWidget:
    focused = Button("Focus", "primary")
    focused.setObjectName("focused")
    disabled, saving = Button("Disabled"), Button("Sign visit", "secondary", icon="check")
    disabled.setEnabled(False)
    saving.set_busy("Saving")
    kinds = _row(Button("Default", "primary"), Button("Default"), Button("Default", "quiet"), focused)
    more = _row(disabled, Button("Revoke", "danger"), saving, Button("Show all", "link"), Button("Small", small=True))
    keys = _row(
        Button("Save draft and close", shortcut="Esc"),
        Button("Visit did not go ahead", icon="calendar-x"),
        Button("Sign visit", "primary", icon="check", shortcut="Ctrl+Shift+Enter"),
    )
    undo = IconButton("Undo", "undo-2", edged=True, side=32)
    icons = _row(undo, IconButton("Lock", "lock"), KeyCap("1"), KeyCap("="))
    chips = _row(
        Chip("Signed 09:44", "ok", "check"),
        Chip("Draft, not signed", "violet", "pencil"),
        Chip("Next", "info", "clock"),
        Chip("Planned"),
        Chip("Red flag", "danger", "flag"),
        Chip("Over expected", "warn"),
        Avatar("PN"),
        Avatar("SH", 34),
    )
    agrees, home = QCheckBox("Agrees today"), QRadioButton("At home")
    agrees.setChecked(True)
    home.setChecked(True)
    ticks = _row(QCheckBox("Right person"), agrees, home, QRadioButton("Video"))
    return _page(_card("Buttons", kinds, more, keys, icons, chips, ticks), size=QSize(720, 330))


def _fields() -> QWidget:
    when = DateField(lambda typed: date(2026, 11, 12))
    when.set_day(date(2026, 11, 12))
    when.setObjectName("focused")
    wrong = Field("Born", QLineEdit("31-Feb-2026"))
    wrong.tell("hard", "February 2026 has 28 days")
    high = Field("Blood glucose", UnitEdit("mmol/L"))
    high.tell("soft", "Over 20.0. Check, then record what you did.")
    off = QLineEdit("Set by the hub")
    off.setEnabled(False)
    notes = QPlainTextEdit("Magnifier clip helps with the window.")
    notes.setFixedHeight(60)
    left = _card(
        "Fields",
        Field("Seen on", DateField(lambda typed: None), hint="For example 17/11, tomorrow or +2w"),
        Field("Folder", FolderField(), hint="Of this laptop. Alt+Down looks for it"),
        Field("Next visit", when),
        wrong,
        high,
        Field("Scope", off),
        Field("Practice", ChoiceField([("a", "Alder Road"), ("b", "Larkspur")])),
        Field("Notes", notes, optional=True),
    )
    glucose, warm = MeasureField("Blood glucose", "mmol/L", last="6.8 last"), MeasureField("Temperature", "°C")
    glucose.edit.setText("3.6")
    glucose.tell("soft", "Under 4.0. Treat, then check again in 15 min.")
    warm.set_last("36.6 last")
    warm.edit.setText("63.5")
    warm.tell("hard", "Enter a temperature from 30.0 to 43.0")
    pressure = MeasureField("Blood pressure", "mmHg", last="128/76 last")
    pressure.edit.setText("132/78")
    flags = _card("Red flags", _asked("Glucose under 4.0 or over 20.0", True), _asked("Site hot or weeping", False))
    flags.body.insertLayout(2, _asked("Wrong insulin or dose given", None))
    right = QVBoxLayout()
    right.addWidget(_card("Observations", glucose, warm, pressure))
    right.addWidget(flags)
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.addWidget(left, 0, 0)
    grid.addLayout(right, 0, 1)
    grid.setColumnStretch(0, 1)
    return _page(grid, size=QSize(720, 560))


def _asked(question: str, answer: bool | None) -> QHBoxLayout:
    asked = YesNo(question, alarm=True)
    asked.set_answer(answer)
    row = QHBoxLayout()
    row.addWidget(Text(question), 1)
    row.addWidget(asked)
    return row


def _checklist() -> QWidget:
    card = Card()
    card.body.setContentsMargins(0, 0, 0, 0)
    card.body.setSpacing(0)
    steps = (
        ("Wash and dry hands", False, "4", "independent"),
        ("Gather pen, needle, sharps bin; check expiry", False, "4", "assisted"),
        ("Check the insulin name and type", True, "3", "prompted"),
        ("Roll and tip cloudy insulin", False, "0", "not_yet"),
        ("Fit a new needle", False, "/", "not_observed"),
        ("Prime with 2 units", True, "2", "na"),
        ("Check the dose in the window", True, "1", ""),
        ("Choose and rotate the site", False, "", ""),
    )
    bar = GroupBar("Before")
    bar.set_count(6, 8)
    card.body.addWidget(bar)
    for number, (words, critical, last, now) in enumerate(steps, 1):
        row = RatingRow(number, words, MARKS, critical=critical, last_key=last, last_spoken="Visit 5")
        row.control.set_value(now)
        row.set_note(number == 3)
        if number == 7:
            row.control.setObjectName("focused")
        card.body.addWidget(row)
    foot = legend(MARKS)
    foot.setContentsMargins(12, 8, 12, 8)
    card.body.addWidget(foot)
    confidence = ScaleControl("Confidence to do this alone")
    confidence.set_score(7)
    chips = ToggleChips(
        [("s", "Show, then do together"), ("c", "Chunk and check"), ("p", "Problem solving"), ("a", "Action planning")]
    )
    chips.set_value(["s", "p"])
    side = _card("Confidence to do this alone", confidence, Text("Was 7 on 12-Nov-2026.", "caption", "text-2"), chips)
    tiles = ChoiceTiles(
        [
            ("alone", "Independent", "Does the whole task alone"),
            ("help", "With agreed support", "Does it with named help at home"),
            ("back", "Back to core team", "Still needs nursing visits"),
            ("other", "Other outcome", "Moved, hospital stay, own choice, died"),
        ]
    )
    tiles.set_value("help")
    return _page(card, side, _card("Outcome", tiles), size=QSize(612, 740))


def _banners() -> QWidget:
    wide, narrow, died = PatientBanner(), PatientBanner(), PatientBanner()
    wide.fill(PERSON)
    narrow.fill(PERSON)
    narrow.setFixedWidth(600)
    died.fill(
        BannerText(
            name="CHOLMONDELEY-FEATHERSTONEHAUGH, Maximiliana Bartholomea Rosalind Wilhelmina (Professor)",
            born="02-Sep-1963",
            gender="Female",
            nhs="NHS No. not known",
            allergies_kind="not_asked",
            allergies="Allergies not asked yet",
            died="02-Oct-2026 (63y)",
            address="Flat 3, 88 Alder Road, Derby",
        )
    )
    none = PatientBanner()
    none.fill(
        BannerText(
            name="OYELARAN, Babatunde (Mr)",
            born="02-Sep-1963 (63y)",
            gender="Male",
            nhs="999 015 8517",
            nhs_chip="not traced",
            allergies_kind="none",
            allergies="No known allergies (asked 14-Oct-2026)",
            phone="01632 960 218",
        )
    )
    return _page(wide, died, none, narrow, size=QSize(1282, 560))


def _shell() -> QWidget:
    rail = NavRail(RAIL)
    rail.select("caseload")
    body = QVBoxLayout()
    body.setSpacing(0)
    top = TopBar()
    top.show_user("PN", "Priya Nair")
    tabs = Tabs(["Overview", "Visits 5", "Skills 1", "Care plan"])
    banner = PatientBanner()
    banner.fill(PERSON)
    header = PageHeader("Visit 6: insulin administration", "Tue 17-Nov-2026, started 11:31 · checklist v3.2")
    rated = ProgressTrack(width=84)
    rated.tell(8, 14, words="8 of 14 rated", spoken="steps rated")
    header.add(rated, IconButton("Undo", "undo-2", edged=True, side=27), Button("Keys", icon="keyboard", shortcut="F1"))
    dock = Dock(
        [
            Button("Save draft and close", shortcut="Esc"),
            Button("Visit did not go ahead", icon="calendar-x"),
            Button("Sign visit", "primary", icon="check", shortcut="Ctrl+Shift+Enter"),
        ]
    )
    dock.tell("Before you sign: 6 steps to rate", tone="warn", icon="circle-alert", link="Go to first")
    status = StatusParts()
    status.set_part("net", "since 08:41", strong="Offline", dot="warn-fill")
    status.set_part("wait", "5 changes saved on this laptop, waiting to sync", icon="hard-drive")
    status.set_part("draft", "Draft saved 11:52:08", icon="save", at_right=True)
    status.set_part("size", "100%", at_right=True)
    middle = QWidget()
    inside = QVBoxLayout(middle)
    inside.setContentsMargins(20, 0, 20, 12)
    for part in (
        Notice("Offline since 08:41. Keep working.", "Figures up to 17-Nov-2026.", "warn", icon="wifi-off"),
        Notice("Hub checked.", "Derby City SMF team.", "ok"),
        Notice("2 records need your review.", "A colleague changed the same fields.", "violet", link="Review"),
        Notice("Draft not saved: the disk is full.", "Free up 200 MB. Your typing is still here.", "danger"),
        Notice("Locked after 10 minutes.", "Your draft for visit 6 is saved.", icon="lock"),
    ):
        inside.addWidget(part)
    inside.addStretch(1)
    for widget in (top, banner, tabs, header, middle):
        body.addWidget(widget)
    body.addWidget(dock)
    body.addWidget(status)
    whole = _page(size=QSize(1366, 690), margins=0)
    line = QHBoxLayout()
    line.setSpacing(0)
    line.addWidget(rail)
    line.addLayout(body, 1)
    column = whole.layout()
    assert isinstance(column, QVBoxLayout)
    column.takeAt(0)
    column.addLayout(line)
    toast = Toast(whole, left=104, above=84)
    toast.say("Visit booked for 19-Nov-2026", undo=True)
    return whole


def _rails() -> QWidget:
    row = QHBoxLayout()
    for width in (NARROW, WIDE):
        rail = NavRail(RAIL)
        rail.set_width(width)
        rail.select("today")
        row.addWidget(rail)
    side = QFrame()
    side.setObjectName("rail")
    side.setFixedWidth(340)
    inner = QVBoxLayout(side)
    inner.setContentsMargins(34, 30, 20, 20)
    inner.addWidget(StepsTrail(SETUP, down=True))
    row.addWidget(side)
    row.addStretch(1)
    return _page(row, size=QSize(720, 470))


def _figures() -> QWidget:
    visits = [MatrixVisit(f"V{n}", f"Visit {n}", n == 6) for n in range(1, 7)]
    rows = [
        MatrixRow(1, "Wash and dry hands", "344440", ("",) * 6),
        MatrixRow(2, "Gather pen, needle, sharps bin; check expiry", "234440", ("",) * 6),
        MatrixRow(3, "Check the insulin name and type", "233440", ("",) * 6, critical=True),
        MatrixRow(6, "Prime with 2 units", "122330", ("",) * 6, critical=True, open=True),
        MatrixRow(8, "Check the dose in the window", "11222/", ("",) * 6, critical=True, open=True),
    ]
    matrix = StepMatrix("Steps by visit")
    matrix.show_rows(visits, rows)
    matrix.setFixedHeight(matrix.sizeHint().height())
    taught = Card("Insulin administration", icon="droplet", icon_tone="link", note="steps on own · 4 of 7 critical")
    taught.body.setContentsMargins(0, 0, 0, 0)
    taught.body.addWidget(matrix)
    line = Sparkline()
    line.show_progress(Progress((0, 1, 3, 9, 11), 14, (5, 8), 7), "11 of 14 steps on own after 5 visits.")
    spark = _card("Visits to discharge", line, rule(), Text("Steps on own, by visit.", "caption", "text-2", wrap=True))
    skill, done, over = ProgressTrack("Insulin", icon="droplet"), ProgressTrack("Self-injection", icon="syringe"), None
    skill.tell(11, 18)
    done.tell(14, 14)
    over = VisitsTrack(10, 6)
    trail = StepsTrail(DISCHARGE)
    table = TableView("Visits today")
    model = QStandardItemModel(0, 4)
    model.setHorizontalHeaderLabels(["Time", "Patient", "Teaching", "Visit"])
    for cells in (
        ("09:00", "CHAUDHRY, Nasreen (Mrs)", "Self-injection", "3 of 4"),
        ("10:15", "LLEWELLYN, Ceri (Ms)", "Insulin and self-injection", "4 of 7"),
        ("11:30", "ABERNATHY, Doreen (Mrs)", "Insulin", "6 of 7"),
    ):
        model.appendRow([QStandardItem(cell) for cell in cells])
    table.setModel(model)
    model.setParent(table)
    table.setColumnWidth(1, 200)
    table.setColumnWidth(2, 190)
    table.selectRow(2)
    table.show_order(0, down=False)
    table.setFixedHeight(140)
    listed = Card("Visits today", count=3, note="Sorted by time")
    listed.body.setContentsMargins(0, 0, 0, 0)
    listed.body.addWidget(table)
    empty = Card()
    empty.body.addWidget(
        EmptyState(
            "users-round",
            "No one on your caseload yet",
            "People appear here when a referral is accepted.",
            [Button("Accept a referral", "primary"), Button("New referral")],
        )
    )
    grid = QGridLayout()
    grid.setSpacing(12)
    grid.addWidget(taught, 0, 0)
    grid.addWidget(spark, 0, 1)
    grid.addWidget(listed, 1, 0)
    grid.addWidget(empty, 1, 1)
    grid.setColumnStretch(0, 3)
    grid.setColumnStretch(1, 2)
    return _page(_row(skill, done, VisitsTrack(5, 7), over, gap=24), trail, grid, size=QSize(1000, 640))


RAIL = (
    RailItem("today", "Today", "sun", 4),
    RailItem("caseload", "Caseload", "users-round"),
    RailItem("referrals", "Referrals", "inbox", 3, amber=True),
    RailItem("groups", "Groups", "presentation"),
    RailItem("sync", "Sync", "refresh-cw", 5, at_foot=True),
    RailItem("admin", "Admin", "settings", at_foot=True),
)

SETUP = (
    TrailStep("a", "Welcome", "English (UK)", "done"),
    TrailStep("b", "Connect to the hub", "hub.smf-derby.example", "done"),
    TrailStep("c", "Enrol this laptop", "Code from your administrator", "now"),
    TrailStep("d", "Protect it", "Your password and recovery key"),
    TrailStep("e", "Fetch your caseload", "About 2 minutes"),
)

DISCHARGE = (
    TrailStep("a", "Evidence", state="done"),
    TrailStep("b", "Outcome", state="done"),
    TrailStep("c", "Agreed support", state="now"),
    TrailStep("d", "Letter"),
    TrailStep("e", "Sign"),
)

SAMPLES: Mapping[str, Sample] = {
    "buttons": _buttons,
    "fields": _fields,
    "checklist": _checklist,
    "banner": _banners,
    "shell": _shell,
    "rails": _rails,
    "figures": _figures,
}

if __name__ == "__main__":
    sys.exit(main())

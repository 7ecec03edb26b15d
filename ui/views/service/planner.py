"""The planner: a scenario in numbers at the left; at the right what is likely, and what that rests on."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from smf_desktop.presenters.figures import INCOMPLETE
from smf_desktop.presenters.service.planner import MEASURES, NOTES, Assumption
from smf_desktop.presenters.service.planner_form import LABELS, MIX
from ui.theme import theme_in_use
from ui.views.parts import Line, scrolling, stack
from ui.views.side_list import ListView
from ui.views.table_dialog import FittedTable
from ui.views.team.cards import ChartCard
from ui.widgets.bars import Dock, PageHeader, is_narrow
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, rule
from ui.widgets.emptied import emptied
from ui.widgets.fields import ChoiceField, Field, MeasureField, UnitEdit
from ui.widgets.notices import Notice
from ui.widgets.states import StateCard
from ui.widgets.tables import RowsModel
from ui.widgets.text import Text
from ui.widgets.tracks import Bar

LEFT = 312
CHART = 250
NAMES, RESTS = "What is likely, all months together", "What this rests on"


class PlannerView(ListView):
    """First focus is the number of referrals. What is typed counts once its field is left, or Enter is pressed."""

    edited = Signal()
    scenario_chosen = Signal(str)
    measure_chosen = Signal(str)
    add_wanted = Signal()
    delete_wanted = Signal()
    observed_wanted = Signal()
    stop_wanted = Signal()
    csv_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PageHeader("Planner")
        self.scenario = ChoiceField()
        self.edits: dict[str, Line | UnitEdit] = {}
        self.fields: dict[str, Field | MeasureField] = {}
        self.observed = Button("Back to what was observed", "link")
        self.incomplete = Notice(INCOMPLETE, kind="warn")
        self.chart = ChartCard("What is likely", "", CHART)
        self.measure = ChoiceField(tuple((key.value, words) for key, (words, _) in MEASURES.items()))
        self.measure.setAccessibleName("What is shown")
        self.measure.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.measure.setMinimumContentsLength(16)
        self.bar = Bar()
        self.whole = _Rows(NAMES)
        self.rests = _Rows(RESTS)
        self.add = Button("Add scenario", "primary", icon="plus", shortcut="Ctrl+Enter")
        self.delete = Button("Delete scenario", icon="trash-2")
        self.csv = Button("Export CSV", icon="download", shortcut="Ctrl+E")
        self.stop = Button("Stop", icon="square")
        self.dock = Dock((self.stop, self.delete, self.csv, self.add), words=240)
        self._lay_out()
        self.scenario.chosen.connect(self.scenario_chosen)
        self.measure.chosen.connect(self.measure_chosen)
        for button, wanted in (
            (self.add, self.add_wanted),
            (self.delete, self.delete_wanted),
            (self.csv, self.csv_wanted),
            (self.stop, self.stop_wanted),
            (self.observed, self.observed_wanted),
        ):
            button.clicked.connect(lambda _on=False, wanted=wanted: wanted.emit())

    def take_focus(self) -> None:
        edit = self.edits.get("referrals")
        (edit or self.add).setFocus(Qt.FocusReason.OtherFocusReason)
        if edit:
            edit.selectAll()

    # --- the scenario --------------------------------------------------------------------------------

    def ask_skills(self, labels: Mapping[str, str]) -> None:
        """A field for the share of each skill."""
        wanted = [f"{MIX}{skill}" for skill in labels]
        if [key for key in self.edits if key.startswith(MIX)] == wanted:
            return
        for key in [key for key in self.edits if key.startswith(MIX)]:
            del self.edits[key], self.fields[key]
        emptied(self._mix)
        for skill, label in labels.items():
            field = MeasureField(label, "%", label_width=112, width=62)
            self._mix.addWidget(field)
            self._watch(f"{MIX}{skill}", field, field.edit)

    def show_scenario(
        self, names: Sequence[str], place: int, fields: Mapping[str, str], hints: Mapping[str, str]
    ) -> None:
        """The one that is chosen, in its fields."""
        self.scenario.set_options([(str(number), name) for number, name in enumerate(names)])
        self.scenario.select(str(place))
        for key, edit in self.edits.items():
            if edit.text() != fields.get(key, ""):
                edit.setText(fields.get(key, ""))
            field = self.fields[key]
            if isinstance(field, MeasureField):
                field.set_last(hints.get(key, ""))
            else:
                field.set_hint(hints.get(key, ""))
            field.tell()

    def typed(self) -> dict[str, str]:
        return {key: edit.text() for key, edit in self.edits.items()}

    def tell_problems(self, problems: Mapping[str, str]) -> None:
        for key, field in self.fields.items():
            field.tell("hard" if key in problems else "", problems.get(key, ""))

    # --- what came of it -----------------------------------------------------------------------------

    def show_whole(self, names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
        self.whole.fill(("Middle, 5th to 95th percentile", *names), rows)

    def show_rests(self, rows: Sequence[Assumption]) -> None:
        columns = ("Assumption", "Taken as", "Resting on")
        told = [(row.what, row.value, row.rests_on) for row in rows]
        self.rests.fill(columns, told, frozenset(at for at, row in enumerate(rows) if not row.observed))

    def show_running(self, done: int, total: int) -> None:
        """How far a simulation is; of none in all, nothing runs."""
        self.bar.setVisible(bool(total))
        self.dock.offer(self.stop, offered=bool(total))
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)

    def forget(self) -> None:
        self.chart.forget()
        self.show_whole((), ())
        self.show_rests(())
        self.show_running(0, 0)
        for words in (self.header.about, self._notes):
            words.setText("")

    def show_notes(self) -> None:
        self._notes.setText("\n".join(NOTES))

    def fit(self) -> None:
        narrow, way = is_narrow(self), QBoxLayout.Direction
        self._columns.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        side = theme_in_use().px(LEFT)
        self._left.setMinimumWidth(0 if narrow else side)
        self._left.setMaximumWidth(16_777_215 if narrow else side)

    def _watch(self, key: str, field: Field | MeasureField, edit: Line | UnitEdit) -> None:
        self.fields[key], self.edits[key] = field, edit
        edit.editingFinished.connect(self.edited)

    def _lay_out(self) -> None:
        self._left = Card("Scenario")
        column = self._left.body
        column.setSpacing(7)
        column.addWidget(Field("Scenario", self.scenario))
        name = Line(dense=False)
        name.setMaxLength(24)
        self._watch("name", Field("Name", name), name)
        for key, (label, unit) in LABELS.items():
            edit = UnitEdit(unit)
            self._watch(key, Field(label, edit, optional=key == "at_most"), edit)
        for key in ("name", "referrals"):
            column.addWidget(self.fields[key])
        for pair in (("nurses", "hours"), ("minutes", "travel"), ("at_most", "scale")):
            line = QHBoxLayout()
            line.setSpacing(8)
            for key in pair:
                line.addWidget(self.fields[key], 1, Qt.AlignmentFlag.AlignTop)
            column.addLayout(line)
        column.addWidget(self.fields["months"])
        column.addWidget(rule())
        column.addWidget(Text("Skills, in any shares", "dense", strong=True))
        self._mix = QVBoxLayout()
        self._mix.setSpacing(4)
        column.addLayout(self._mix)
        column.addWidget(self.observed, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Simulating")
        self.bar.hide()
        self.chart.header.insertWidget(1, self.measure, 1)
        self._notes = Text("", "dense", "text-2", wrap=True)
        self.show_notes()
        right = QVBoxLayout()
        right.setSpacing(10)
        for part in (self.incomplete, self.bar, self.chart, self.whole, self.rests, self._notes):
            right.addWidget(part)
        right.addStretch(1)
        inner = QWidget()
        self._area = scrolling(inner)
        self.state = StateCard(self._area)
        whole = stack(self, gap=0)
        whole.addWidget(self.header)
        whole.addWidget(self.state, 1)  # before it is filled: see `scrolling`
        whole.addWidget(self.dock)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._columns.setContentsMargins(20, 2, 20, 14)
        self._columns.setSpacing(12)
        self._columns.addWidget(self._left, 0, Qt.AlignmentFlag.AlignTop)
        self._columns.addLayout(right, 1)


class _Whole(FittedTable):
    """As high as its rows need: the page scrolls, it does not."""

    def __init__(self, name: str, widths: Sequence[int]) -> None:
        super().__init__(name, widths)
        self.horizontalHeader().setSectionsClickable(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fit(self) -> None:
        super().fit()
        high = sum(self.rowHeight(row) for row in range(self.model().rowCount()))
        self.setFixedHeight(high + self.horizontalHeader().sizeHint().height() + 4)


class _Rows(Card):
    """Rows of words under a title."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.body.setContentsMargins(0, 0, 0, 2)
        self._title = title
        self._columns: tuple[str, ...] | None = None

    def fill(
        self, columns: Sequence[str], rows: Sequence[tuple[str, ...]], marked: frozenset[int] = frozenset()
    ) -> None:
        """`marked` are the places of rows that stand out, as no record says them."""
        self.setVisible(bool(rows))
        if tuple(columns) != self._columns:
            self._columns = tuple(columns)
            self._make(self._columns)
        self.model.fill([(row, at in marked) for at, row in enumerate(rows)])
        self.table.fit()

    def _make(self, columns: tuple[str, ...]) -> None:
        emptied(self.body)
        self.table = _Whole(self._title, [1] * max(1, len(columns)))
        self.model: RowsModel[tuple[tuple[str, ...], bool]] = RowsModel(
            columns, lambda row: row[0], lambda row: ", ".join(row[0]), self.table, lambda row: "warn" if row[1] else ""
        )
        self.table.setModel(self.model)
        self.body.addWidget(self.table)

"""The middle column of a visit: teach-back, confidence, strategies, notes."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from smf_desktop.presenters.visit.checklist import ConfidenceRow, QuestionRow
from ui.views.parts import Line, Notes, Radios, height, stack
from ui.widgets.buttons import Button
from ui.widgets.cards import rule
from ui.widgets.choices import ToggleChips
from ui.widgets.emptied import emptied
from ui.widgets.scale import ScaleControl
from ui.widgets.text import Text


class QuestionItem(QWidget):
    """One teach-back question: the four answers, and what was said in the learner's words."""

    def __init__(self, row: QuestionRow, answers: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        column = stack(self, gap=3)
        optional = " (optional)" if row.optional else ""
        column.addWidget(Text(row.words + optional, "cell", strong=True, wrap=True))
        self.listen_for = Text(row.listen_for, "dense", "text-2", wrap=True)
        self.answers = Radios(answers, row.words)
        self.own_words = Line()
        self.own_words.setPlaceholderText("In their words (optional)")
        self.own_words.setAccessibleName(f"In their words, optional. {row.words}")
        self.signed = Text("", "dense", "warn")
        for part in (self.listen_for, self.answers, self.own_words, self.signed):
            column.addWidget(part)
        self.listen_for.hide()
        self.answers.focused.connect(self.listen_for.setVisible)
        self._settling = QTimer(self)  # the focus has to have arrived where it goes
        self._settling.setSingleShot(True)
        self._settling.setInterval(0)
        self._settling.timeout.connect(self._show_words)
        self.answers.focused.connect(lambda _on: self._settling.start())
        self.own_words.left.connect(self._settling.start)
        self.show_row(row)

    def show_row(self, row: QuestionRow) -> None:
        self.row = row
        self.answers.set_value(row.answer)
        self.own_words.show_text(row.own_words)
        self._show_words()
        self.signed.setText(row.signed)
        self.signed.setVisible(bool(row.signed))

    def _show_words(self) -> None:
        """Their own words can be typed once there is an answer; an empty line makes room for the next question."""
        focus = self.window().focusWidget()
        here = focus is not None and self.isAncestorOf(focus)
        self.own_words.setVisible(bool(self.row.own_words or (self.row.answer and here)))


class TeachingColumn(QFrame):
    answered = Signal(str, str)
    """Question and answer."""

    said = Signal(str, str)
    """Question and the learner's words."""

    scored = Signal(object)
    """0 to 10, or None."""

    strategies_chosen = Signal(tuple)
    notes_typed = Signal(str)

    def __init__(
        self,
        answers: Sequence[tuple[str, str]],
        strategies: Sequence[tuple[str, Sequence[tuple[str, str]]]],
        parent: QWidget | None = None,
    ) -> None:
        """`answers` are (code, words); `strategies` the areas with theirs."""
        super().__init__(parent)
        self.setObjectName("card")
        self._answers = tuple(answers)
        self.items: dict[str, QuestionItem] = {}
        whole = stack(self, gap=6, margins=(12, 6, 12, 8))
        whole.addWidget(Text("Teach-back", "section"))
        self._questions = QWidget()
        self._list = stack(self._questions, gap=9)
        self.none_left = Text("", "cell", "text-2", wrap=True)
        whole.addWidget(self._questions)
        whole.addWidget(self.none_left)
        whole.addWidget(rule())
        whole.addWidget(Text("Confidence to do this alone", "section"))
        self.scale = ScaleControl("Confidence to do this alone, 0 to 10")
        self.was = Text("", "dense", "text-2", wrap=True)
        whole.addWidget(self.scale)
        whole.addWidget(self.was)
        whole.addWidget(rule())
        whole.addLayout(self._strategies_heading())
        self._rest = QWidget()
        self.areas = [self._area(title, chips) for title, chips in strategies]
        rest = stack(self._rest, gap=4)
        whole.addWidget(self.areas[0])
        for (title, _), area in zip(strategies[1:], self.areas[1:], strict=True):
            rest.addWidget(Text(title, "dense", "text-2"))
            rest.addWidget(area)
        whole.addWidget(self._rest)
        self._rest.hide()
        whole.addWidget(rule())
        whole.addWidget(Text("Notes", "section"))
        self.notes = Notes()
        self.notes.setAccessibleName("Notes")
        self.notes.setMinimumHeight(height(72))
        whole.addWidget(self.notes, 1)
        self.scale.scored.connect(self.scored.emit)
        self.scale.cleared.connect(lambda: self.scored.emit(None))
        self.notes.typed.connect(self.notes_typed)

    def show_rows(
        self,
        questions: Sequence[QuestionRow],
        none_left: str,
        confidence: ConfidenceRow,
        strategies: Sequence[str],
        notes: str,
    ) -> None:
        if tuple(self.items) != tuple(row.question for row in questions):
            self._build(questions)
        for row in questions:
            if self.items[row.question].row != row:
                self.items[row.question].show_row(row)
        self.none_left.setText(none_left)
        self.none_left.setVisible(not questions)
        self.scale.set_score(confidence.score)
        self.was.setText(confidence.was)
        self.was.set_tone("warn" if confidence.ask_what_would_help else "text-2")
        self.was.set_strong(confidence.ask_what_would_help)
        self.scale.setAccessibleDescription(confidence.was)
        for area in self.areas:
            if set(area.value) != set(strategies) & set(area.chips):
                area.set_value(strategies)
        if any(area.value for area in self.areas[1:]):
            self._unfold(True)
        self.notes.show_text(notes)

    def focus_first(self) -> None:
        first = next(iter(self.items.values()), None)
        if first is not None:
            first.answers.take_focus()
        else:
            self.scale.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_question(self, question: str) -> None:
        if question in self.items:
            self.items[question].answers.take_focus()

    def _build(self, questions: Sequence[QuestionRow]) -> None:
        emptied(self._list)
        self.items = {}
        for row in questions:
            item = QuestionItem(row, self._answers)
            item.answers.chosen.connect(lambda code, name=row.question: self.answered.emit(name, code))
            item.own_words.textEdited.connect(lambda words, name=row.question: self.said.emit(name, words))
            self._list.addWidget(item)
            self.items[row.question] = item
        self._questions.setVisible(bool(questions))

    def _strategies_heading(self) -> QHBoxLayout:
        top = QHBoxLayout()
        self.more = Button("More", "link")
        self.more.setAccessibleName("More strategies")
        self.more.clicked.connect(lambda: self._unfold(self._rest.isHidden()))
        top.addWidget(Text("Strategies used", "section"))
        top.addStretch(1)
        top.addWidget(self.more)
        return top

    def _area(self, title: str, chips: Sequence[tuple[str, str]]) -> ToggleChips:
        area = ToggleChips(chips, about=title)
        area.changed.connect(lambda _keys: self.strategies_chosen.emit(self._chosen()))
        return area

    def _chosen(self) -> tuple[str, ...]:
        return tuple(key for area in self.areas for key in area.value)

    def _unfold(self, on: bool) -> None:
        self._rest.setVisible(on)
        self.more.setText("Fewer" if on else "More")
        self.more.setAccessibleName("Fewer strategies" if on else "More strategies")

"""The cells of the list of people, drawn by hand: bars, ticks, and flags in words."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from smf_desktop.presenters.caseload.page import Flag, SkillLine
from smf_desktop.presenters.caseload.views import Column
from ui.theme import theme_in_use
from ui.views.caseload.model import PeopleModel
from ui.views.row_paint import draw_figures, draw_words
from ui.widgets.tables import RowDelegate
from ui.widgets.text import paint_chip
from ui.widgets.tracks import paint_track, paint_visits

CHIP, LOW_CHIP, GAP = 22, 19, 5
COUNT, SHORT_TRACK = 38, 24
"""Room for `18/18`, and what is left of a track at least."""
Index = QModelIndex | QPersistentModelIndex


class PersonDelegate(RowDelegate):
    """Draws the cells of one person."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, PeopleModel):
            return
        line, rect = model.lines[index.row()], self.ground(painter, option, index)
        match model.columns[index.column()]:
            case Column.PERSON:
                draw_words(painter, rect, line.name, weight=600)
            case Column.SKILLS:
                self._skills(painter, rect, line.skills, visits=False)
            case Column.VISITS:
                self._skills(painter, rect, line.skills, visits=True)
            case Column.FLAGS:
                self._flags(painter, rect, line.flags)
            case Column.LAST:
                draw_figures(painter, rect, line.last, ink="text-2" if line.last == "None yet" else "text")
            case Column.NEXT:
                weight, ink = (700, "danger") if line.overdue else (400, "text")
                draw_figures(painter, rect, line.next, weight=weight, ink="text-2" if not line.booking else ink)
            case column:
                draw_words(painter, rect, line.words(column), tabular=column is Column.NUMBER)

    def _flags(self, painter: QPainter, rect: QRect, flags: Sequence[Flag]) -> None:
        """Every flag in words: on one line, else on two lower ones; what there is no room for even so as "+2"."""
        theme = theme_in_use()
        metrics = QFontMetrics(theme.font("caption", 500))
        icon = theme.px(14) + 5
        wide = [metrics.horizontalAdvance(flag.words) + 22 + (icon if flag.icon else 0) for flag in flags]
        rows = in_rows(wide, rect.width(), 1, 0)
        high = theme.px(CHIP)
        if sum(map(len, rows)) < len(flags):
            rows = in_rows(wide, rect.width(), 2, theme.px(24))
            high = min(theme.px(LOW_CHIP), rect.height() // 2)
        top = rect.center().y() + 1 - len(rows) * high // 2
        place = 0
        for at, row in enumerate(rows):
            x = rect.left()
            for width in row:
                flag = flags[place]
                box = QRectF(x, top + at * high, min(width, rect.right() - x), high - (at < len(rows) - 1))
                paint_chip(painter, box, flag.words, flag.kind, flag.icon)
                x += width + GAP
                place += 1
            if at == len(rows) - 1 and place < len(flags):
                left = QRect(x, top + at * high, rect.right() - x, high)
                draw_figures(painter, left, f"+{len(flags) - place}", ink="text-2")

    def _skills(self, painter: QPainter, rect: QRect, skills: Sequence[SkillLine], *, visits: bool) -> None:
        shown = skills[:2]
        high = rect.height() // max(1, len(shown)) if len(shown) > 1 else rect.height()
        for place, skill in enumerate(shown):
            line = QRect(rect.left(), rect.top() + place * high, rect.width(), high)
            if visits:
                paint_visits(painter, QRectF(line), skill.visits, skill.expected)
            else:
                self._steps(painter, line, skill, skills[2:] if place == 1 else ())

    def _steps(self, painter: QPainter, line: QRect, skill: SkillLine, more: Sequence[SkillLine]) -> None:
        """One skill on one line; `more` are those that have no line of their own: their signs stand at its end."""
        theme = theme_in_use()
        side = theme.px(15)
        taken = len(more) * (side + GAP)
        self._sign(painter, line.left(), line, skill)
        name = QRect(line.left() + side + 7, line.top(), theme.px(92), line.height())
        draw_figures(painter, name, skill.label)
        room = line.right() - name.right() - 10 - theme.px(COUNT) - taken
        long = min(theme.px(78), max(room, theme.px(SHORT_TRACK)))
        track = QRectF(name.right() + 2, line.center().y() - theme.px(3) + 1, long, theme.px(6))
        done = skill.of > 0 and skill.done == skill.of
        paint_track(painter, track, skill.done / max(1, skill.of), "ok-fill" if done else "primary")
        left = int(track.right()) + 8
        count = QRect(left, line.top(), line.right() - left - taken, line.height())
        draw_figures(painter, count, f"{skill.done}/{skill.of}", weight=600 if done else 400)
        for place, other in enumerate(more):
            self._sign(painter, line.right() - taken + GAP + place * (side + GAP), line, other)

    def _sign(self, painter: QPainter, left: int, line: QRect, skill: SkillLine) -> None:
        side = theme_in_use().px(15)
        drawn = theme_in_use().pixmap(skill.icon, "text-2", side, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPoint(left, line.center().y() - side // 2), drawn)


def in_rows(wide: Sequence[int], room: int, most: int, kept: int) -> list[list[int]]:
    """These widths in at most so many rows; `kept` of the last row stays free where not all of them find a place."""
    rows: list[list[int]] = [[]]
    for place, width in enumerate(wide):
        used = sum(each + GAP for each in rows[-1])
        last = len(rows) == most
        if rows[-1] and used + width > room - (kept if last and place < len(wide) - 1 else 0):
            if last:
                break
            rows.append([])
        rows[-1].append(width)
    return rows

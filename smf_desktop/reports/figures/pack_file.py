"""A closed month as one tagged PDF: what was agreed, its figures beside the period before, charts, what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from smf_core.domain.core_counts import written_month
from smf_core.domain.planned import ClosedMonth
from smf_core.figures.figure import Figure
from smf_core.figures.report import Report
from smf_core.figures.suppression import EITHER
from smf_desktop.presenters.days import clock, day
from smf_desktop.presenters.labels import counted as counted_words
from smf_desktop.presenters.service.months import MonthRow, closed_words
from smf_desktop.reports.figures.content import SMALL_SHOWN, Content, Picture
from smf_desktop.reports.figures.pdf_file import counted, interval, value
from smf_desktop.reports.typesetting import tagged_pdf

TEMPLATE = "pack-1"
TITLE = "Monthly pack"
NO_NOTE = "Nothing was noted for this month."
NO_CHANGES = "No figure has changed since the month was closed."
NOT_THERE = "Not counted"
HIDDEN = "Hidden"
HIDDEN_MEANS = f"Hidden: {EITHER}."
_SAID = {"Service", "Team", "Period", "Definitions version", "Complete", "Laptop not heard of since", "Small numbers"}
"""Of the facts of a report, those that hold of what was kept."""

Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What the pack says. `month` is the report as it was closed, `before` that of the month before it.

    `name` is of who closed the month; `changes` are the figures that are others now; `pictures` are told with what they
    show in words, and `not_drawn` is a sentence about those that are left out.
    """

    closed: ClosedMonth
    name: str
    month: Content
    before: Report
    before_closed: bool
    changes: Sequence[MonthRow]
    pictures: Sequence[Picture] = ()
    not_drawn: Sequence[str] = ()

    @property
    def title(self) -> str:
        return f"{TITLE}, {written_month(self.closed.month)}"

    def foot(self) -> str:
        mark = f" · {SMALL_SHOWN}" if self.month.small_shown else ""
        return f"{self.title} · Definitions version {self.month.report.definitions_version}{mark}"

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Whose figures these are, when they were kept, and how far they can be trusted."""
        kept = "as it was closed" if self.before_closed else "not closed, so as the records stand now"
        said = tuple((name, words) for name, words in self.month.facts() if name in _SAID)
        return (
            *said,
            ("Closed", closed_words(self.closed, self.name)),
            ("Digest of what was kept (SHA-256)", f"{self.closed.digest[:32]} {self.closed.digest[32:]}"),
            ("Period before", f"{written_month(self.before.asked.since)}, {kept}"),
            ("Charts and changes as at", f"{day(self.month.at.date())} {clock(self.month.at)}"),
        )


def write_pack(path: Path, pack: Pack) -> None:
    """The pack on A4, as PDF/UA-1."""
    with path.open("xb") as file:
        file.write(pack_pdf(pack))


def pack_pdf(pack: Pack) -> bytes:
    before = {_key(each): each for each in pack.before.figures}
    figures = pack.month.report.figures
    parts = [each for each in figures if each.group]
    said = {
        "title": pack.title,
        "of": f"{pack.month.service} · {pack.month.team} · {closed_words(pack.closed, pack.name)}",
        "foot": pack.foot(),
        "mark": pack.month.small_shown,
        "month": written_month(pack.closed.month),
        "before": written_month(pack.before.asked.since),
        "note": pack.closed.note.splitlines() or [NO_NOTE],
        "actions": [[each.what, each.owner, day(each.due_on)] for each in pack.closed.actions],
        "figures": [_row(pack.month, each, before) for each in figures if not each.group],
        "parts": [_row(pack.month, each, before) for each in parts if _says(each, before)],
        "left_out": _left_out(sum(not _says(each, before) for each in parts)),
        "hidden": HIDDEN_MEANS if any(each.suppressed for each in figures) else "",
        "pictures": [{"svg": each.svg.decode(), "words": each.words} for each in pack.pictures],
        "not_drawn": list(pack.not_drawn),
        "changes": [[each.measure, each.part, each.then, each.now, each.why] for each in pack.changes],
        "unchanged": NO_CHANGES,
        "definitions": [[each.label, each.definition] for each in pack.month.definitions().values()],
        "facts": pack.facts(),
    }
    return tagged_pdf(TEMPLATE, {"pack": msgspec.json.encode(said).decode()})


def _row(content: Content, figure: Figure, before: Mapping[Key, Figure]) -> Sequence[str]:
    """The measure, its part, what is beside it, the figure with its counts and interval, and the period before."""
    was = before.get(_key(figure))
    beside = ". ".join(words.rstrip(".") for words in figure.beside)
    return (figure.label, content.group(figure), beside, *_told(figure), *(_told(was) if was else (NOT_THERE, "", "")))


def _told(figure: Figure) -> tuple[str, str, str]:
    return HIDDEN if figure.suppressed else value(figure), counted(figure), interval(figure)


def _says(figure: Figure, before: Mapping[Key, Figure]) -> bool:
    """Whether there is a count of it in one of the two months."""
    was = before.get(_key(figure))
    return figure.numerator is not None or (was is not None and was.numerator is not None)


def _left_out(many: int) -> str:
    if not many:
        return ""
    return f"{counted_words(many, 'figure')} by skill left out: hidden, or nothing to count in either month."


def _key(figure: Figure) -> Key:
    return figure.id, tuple(sorted(figure.group.items()))

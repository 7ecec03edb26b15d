"""A report as a workbook: real numbers and dates, its own charts, nothing that is run or fetched."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

from smf_core.figures.figure import Figure
from smf_core.figures.suppression import is_share
from smf_desktop.reports.figures.cells import Cell, harmless
from smf_desktop.reports.figures.content import ROW_COLUMNS, SMALL_SHOWN, Content

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

Formats: TypeAlias = Mapping[str, Any]

_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTHS = (30, 20, 10, 10, 10, 9, 9, 11, 26, 34, 50)
_GRID = {"visible": True, "line": {"color": "#D9DDE1", "width": 0.75}}
_BLUE = {"color": "#005EB8"}
_DEFINED = ("Id", "Measure", "Version", "What it means")
_HEADS = ("Measure", "Group", "Counted", "Out of", "Figure", "From", "To", "Unit", "Reason", "Beside it", "Definition")


def write_xlsx(path: Path, content: Content, rows: Iterable[Sequence[Cell]] | None = None) -> None:
    """Sheets Figures, Definitions and Data as at; Charts where there is something to draw, Rows where they are given.

    Rows go to the disk one by one, beside the file. Raises `OSError`.
    """
    with TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.") as folder:
        write_workbook(path, Path(folder), lambda book: _write(book, content, rows))


def write_workbook(path: Path, folder: Path, write: "Callable[[Workbook], None]") -> None:
    """What `write` puts into a new workbook, kept in `folder` until it is closed. Raises `OSError`."""
    from xlsxwriter import Workbook  # a third of a second that only a workbook needs
    from xlsxwriter.exceptions import FileCreateError

    book = Workbook(str(path), {"constant_memory": True, "tmpdir": str(folder), **_SAFE})
    try:
        write(book)
        book.close()
    except FileCreateError as error:
        raise error.args[0] from None
    finally:
        for sheet in book.worksheets():  # given up half-way the library leaves what it keeps on the disk open
            if sheet.row_data_fh is not None:
                sheet.row_data_fh.close()


def _write(book: "Workbook", content: Content, rows: Iterable[Sequence[Cell]] | None) -> None:
    asked = content.report.asked
    made = datetime.combine(asked.as_of, time())
    book.set_properties({"title": content.title, "created": made, "comments": content.foot()})
    head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
    formats = {
        "head": book.add_format(head),
        "unit": book.add_format({"text_wrap": True, "valign": "top", "align": "left", "indent": 1}),
        "number_head": book.add_format({**head, "align": "right"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "count": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0.0", "valign": "top"}),
        "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
        "date": book.add_format({"num_format": "dd-mmm-yyyy", "valign": "top", "align": "left"}),
    }
    _figures(_sheet(book, "Figures", content, _HEADS, formats["head"]), content, formats)
    _definitions(_sheet(book, "Definitions", content, _DEFINED, formats["head"]), content, formats)
    _as_at(_sheet(book, "Data as at", content, ("What", "Said"), formats["head"]), content, formats)
    _charts(book, content, formats)
    if rows is not None:
        write_rows(_sheet(book, "Rows", content, ROW_COLUMNS, formats["head"]), rows)


def write_rows(sheet: "Worksheet", rows: Iterable[Sequence[Cell]]) -> None:
    """Rows of plain cells under the header."""
    for place, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(place, column, harmless(cell))
            elif cell is not None:
                sheet.write_number(place, column, cell)


def _sheet(book: "Workbook", name: str, content: Content, columns: Sequence[str], head: Any) -> "Worksheet":
    """A sheet with its header, which stays in sight; where small numbers are shown it and every page say so."""
    sheet = book.add_worksheet(name)
    for column, words in enumerate((*columns, SMALL_SHOWN) if content.small_shown else columns):
        sheet.write_string(0, column, words, head)
    sheet.freeze_panes(1, 0)
    foot = content.foot().replace("&", "&&")
    sheet.set_footer(f"&L{foot}&RPage &P of &N")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    if content.small_shown:
        sheet.set_header(f"&C&B{SMALL_SHOWN}")
    return sheet


def _text(sheet: "Worksheet", row: int, column: int, words: str, formats: Formats, kind: str = "text") -> None:
    if words:
        sheet.write_string(row, column, harmless(words), formats[kind])


def _figures(sheet: "Worksheet", content: Content, formats: Formats) -> None:
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    for column in range(2, 7):
        sheet.write_string(0, column, _HEADS[column], formats["number_head"])
    for row, each in enumerate(content.report.figures, 1):
        _text(sheet, row, 0, each.label, formats)
        _text(sheet, row, 1, content.group(each), formats)
        kind = formats["share" if _is_percentage(each) else "number"]
        numbers = (each.numerator, each.denominator, each.value, each.low, each.high)
        for column, number in enumerate(numbers, 2):
            if number is not None:
                whole = column < 4 and number == int(number)
                sheet.write_number(row, column, number, formats["count"] if whole else kind)
        words = (each.unit, each.reason, "; ".join(each.beside), each.definition)
        for column, said in enumerate(words, 7):
            _text(sheet, row, column, said, formats, "unit" if column == 7 else "text")


def _is_percentage(figure: Figure) -> bool:
    return is_share(figure) or figure.id.endswith(("_change", "_compared"))


def _definitions(sheet: "Worksheet", content: Content, formats: Formats) -> None:
    for column, width in enumerate((30, 34, 9, 100)):
        sheet.set_column(column, column, width)
    for row, (name, each) in enumerate(content.definitions().items(), 1):
        for column, words in enumerate((name, each.label, each.version, each.definition)):
            _text(sheet, row, column, words, formats)


def _as_at(sheet: "Worksheet", content: Content, formats: Formats) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 60)
    asked, row = content.report.asked, 0
    for row, (name, words) in enumerate(content.facts(), 1):
        _text(sheet, row, 0, name, formats)
        _text(sheet, row, 1, words, formats)
    before = zip(("Baseline from", "Baseline to"), asked.before or (), strict=False)
    days: tuple[tuple[str, date], ...] = (
        *(("From", asked.since), ("To", asked.until), ("As at", asked.as_of)),
        *before,
    )
    for place, (name, on) in enumerate(days, row + 1):
        _text(sheet, place, 0, name, formats)
        sheet.write_datetime(place, 1, datetime.combine(on, time()), formats["date"])


# --- charts --------------------------------------------------------------------------------------


def _charts(book: "Workbook", content: Content, formats: Formats) -> None:
    """The rates with their intervals, and each figure that was told by month; what they draw stands beside them."""
    shares = [each for each in content.report.figures if is_share(each) and not {"month", "nurse"} & each.group.keys()]
    monthly: dict[str, list[Figure]] = {}
    for each in content.report.figures:
        if "month" in each.group and each.value is not None:
            monthly.setdefault(each.id, []).append(each)
    drawn = [("Rates with their 95% intervals", shares, "scatter")] if shares else []
    drawn += [(several[0].label, several, "line") for several in monthly.values() if len(several) > 1]
    if not drawn:
        return
    sheet = _sheet(book, "Charts", content, ("Drawn beside", "Figure", "Below", "Above"), formats["head"])
    sheet.set_column(0, 0, 44)
    row = 1
    for title, several, kind in drawn:
        first = row + 1
        sheet.write_string(row, 0, harmless(title), formats["head"])
        for row, each in enumerate(several, first):
            _drawn(sheet, row, each, content, formats)
        _chart(book, sheet, (first, row), title, kind, share=all(map(is_share, several)))
        row = max(row + 2, first + 19)


def _drawn(sheet: "Worksheet", row: int, each: Figure, content: Content, formats: Formats) -> None:
    group = content.group(each)
    name = group if "month" in each.group else f"{each.label}, {group}" if group else each.label
    value = each.value or 0.0
    low, high = (value if end is None else end for end in (each.low, each.high))
    _text(sheet, row, 0, name, formats)
    kind = formats["share" if _is_percentage(each) else "number"]
    for column, number in enumerate((value, value - low, high - value), 1):
        sheet.write_number(row, column, number, kind)


def _chart(book: "Workbook", sheet: "Worksheet", rows: tuple[int, int], title: str, kind: str, *, share: bool) -> None:
    first, last = rows
    chart = book.add_chart({"type": "bar" if kind == "scatter" else "line"})
    where = [sheet.get_name(), first, 0, last, 0]
    values = [sheet.get_name(), first, 1, last, 1]
    below, above = (f"='Charts'!${column}${first + 1}:${column}${last + 1}" for column in "CD")
    ends = {"type": "custom", "plus_values": above, "minus_values": below}
    chart.add_series(
        {
            "name": title,
            "categories": where,
            "values": values,
            ("x_error_bars" if kind == "scatter" else "y_error_bars"): ends,
            "marker": {"type": "circle", "size": 6, "fill": _BLUE, "border": _BLUE},
            **({"fill": _BLUE} if kind == "scatter" else {"line": _BLUE}),
        }
    )
    chart.set_title({"name": title})
    chart.set_legend({"none": True})
    axis = {"min": 0, "major_gridlines": _GRID, **({"max": 1, "num_format": "0%"} if share else {})}
    chart.set_y_axis({"reverse": True} if kind == "scatter" else axis)
    chart.set_x_axis(axis if kind == "scatter" else {})
    chart.set_size({"width": 760, "height": 360})
    sheet.insert_chart(first - 1, 5, chart, {"description": f"{title}. The numbers stand beside the chart."})

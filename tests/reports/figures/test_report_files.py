"""Reports as files: what stands in them, what no spreadsheet runs, and that they are there whole or not at all."""

import csv
import errno
import json
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize

from smf_desktop.reports.figures.cells import harmless
from smf_desktop.reports.figures.content import COLUMNS, ROW_COLUMNS, Content, Picture
from smf_desktop.reports.figures.csv_file import write_csv
from smf_desktop.reports.figures.json_file import write_json
from smf_desktop.reports.figures.pdf_file import report_pdf
from smf_desktop.reports.figures.pictures import pictures_of
from smf_desktop.reports.figures.whole import BETWEEN, counting, whole
from smf_desktop.reports.figures.xlsx_file import write_xlsx
from smf_desktop.trouble import FileUnwritable, NoRoomForFile, ReportStopped
from tests.support.pdfs import document, pages
from tests.support.reports import content, rate

FORMULAS = (
    "=HYPERLINK(1)",
    "+1+cmd",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "\n=1",
    "\u00a0=1",
    "\u200b=1",
    "\u202e=1",
    "\uff1d1",
    "\uff0bx",
    "\ufeff=1",
)
HOSTILE = (*FORMULAS, "Line\nbreak", "a\u202eb", "a\u2066b\u2069", "x\x00y", "R&D <b>", 'say "so"', "a,b;c")
ROWS = (("9f", "40 to 64", "female", "insulin", "2026-05", "independent", 7, 210), ("a0", "=1", "", "", "", "", 1, 45))

AS_SHOWN = "44,34,76,1,,0,false,true,true,false,false,-1"
"""Commas, quotes, UTF-8, cells as they are shown and not as they are typed, and every sheet a file."""


def sheet(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def by_libreoffice(folder: Path, said: Content) -> dict[str, list[list[str]]]:
    """Every sheet of the workbook as LibreOffice shows its cells."""
    write_xlsx(folder / "out.xlsx", said)
    home = f"-env:UserInstallation=file://{folder}/home"
    into = f"csv:Text - txt - csv (StarCalc):{AS_SHOWN}"
    command = ["soffice", home, "--headless", "--convert-to", into, "--outdir", folder, folder / "out.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {path.stem.removeprefix("out-"): sheet(path) for path in folder.glob("out-*.csv")}


# --- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_never_the_first_thing_in_a_cell(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize(("text", "plain"), [("Insulin", "Insulin"), ("a\u202eb", "ab"), ("Line\nbreak", "Line break")])
def test_other_text_stands_on_one_line_in_the_order_it_is_written(text: str, plain: str) -> None:
    assert harmless(text) == plain


@given(st.text())
def test_no_text_is_run_breaks_a_line_or_turns_round(text: str) -> None:
    found = harmless(text)
    assert found.lstrip()[:1] not in tuple("=+-@\uff1d\uff0b\uff0d\uff20")
    assert not set(found) & set("\t\r\n\u2028\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200e\u200f\x00")


# --- CSV and JSON --------------------------------------------------------------------------------


def test_csv_carries_every_figure_with_its_definition_beside_it(tmp_path: Path) -> None:
    write_csv(tmp_path / "out.csv", COLUMNS, content().rows())
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbffigure,label,group,")
    header, whole_, insulin = sheet(tmp_path / "out.csv")
    row = dict(zip(header, whole_, strict=True))
    assert (row["numerator"], row["denominator"], float(row["value"])) == ("141", "190", 141 / 190)
    assert (row["from"], row["to"], row["as_of"]) == ("2026-05-01", "2026-10-31", "2026-11-17")
    assert (row["definition"], row["definition_version"]) == (content().report.figures[0].definition, "1")
    assert (row["small_numbers_shown"], row["complete"]) == ("no", "no")
    assert insulin[2] == "Insulin"


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_harmless_in_csv_and_in_a_workbook(tmp_path: Path, name: str) -> None:
    said = content(rate(141, 190, {"nurse": "n"}, label=name), labels={"n": name})
    write_csv(tmp_path / "out.csv", COLUMNS, said.rows())
    write_xlsx(tmp_path / "out.xlsx", said)
    (_, row) = sheet(tmp_path / "out.csv")
    (_, cells) = openpyxl.load_workbook(tmp_path / "out.xlsx")["Figures"].iter_rows(max_row=2)
    for cell in (row[1], row[2], cells[0].value, cells[1].value):
        assert cell == harmless(name)
    assert cells[0].data_type == "s"


def test_json_has_the_shape_that_was_promised(tmp_path: Path) -> None:
    write_json(tmp_path / "out.json", content(), iter(ROWS))
    told = json.loads((tmp_path / "out.json").read_bytes())
    assert told["report"] == "discharge-rates"
    assert told["period"] == {"from": "2026-05-01", "to": "2026-10-31"}
    assert told["baseline"] == {"from": "2025-05-01", "to": "2025-10-31"}
    assert told["missing_devices"] == [{"device": "SMF-LT-014", "last_seen": "2026-11-02T09:00:00+00:00"}]
    assert (told["complete"], told["as_of"], told["team"]) == (False, "2026-11-17", "")
    promised = {"id", "label", "group", "unit", "suppressed", "reason", "definition"}
    promised |= {"numerator", "denominator", "value", "low", "high"}
    assert all(each.keys() >= promised for each in told["figures"])
    assert told["figures"][1]["group"] == {"skill": "insulin"}
    assert told["rows"][0] == dict(zip(ROW_COLUMNS, ROWS[0], strict=True))


# --- a workbook ----------------------------------------------------------------------------------


def test_a_workbook_has_its_sheets_real_numbers_real_dates_and_charts(tmp_path: Path) -> None:
    months = [rate(20 + n, 40, {"month": f"2026-{n:02}"}, name="of_months") for n in range(1, 7)]
    write_xlsx(tmp_path / "out.xlsx", content(rate(141, 190), *months), iter(ROWS))
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["Figures", "Definitions", "Data as at", "Charts", "Rows"]
    assert {each.freeze_panes for each in book} == {"A2"}
    figures = list(book["Figures"].iter_rows(min_row=2, values_only=True))
    assert figures[0][2:5] == (141, 190, 141 / 190)
    assert book["Figures"]["E2"].number_format == "0.0%"
    days = dict(book["Data as at"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert f"{days['From']:%Y-%m-%d} {days['As at']:%Y-%m-%d}" == "2026-05-01 2026-11-17"
    assert [type(each).__name__ for each in book["Charts"]._charts] == ["BarChart", "LineChart"]
    assert next(book["Rows"].iter_rows(min_row=2, values_only=True)) == ROWS[0]
    assert book.properties.created.year == 2026


def test_nothing_in_a_workbook_is_run_or_fetched_and_it_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_xlsx(tmp_path / name, content(), iter(ROWS))
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    with ZipFile(tmp_path / "one.xlsx") as parts:
        for part in parts.namelist():
            text = parts.read(part)
            assert b"<f>" not in text or part.startswith("xl/charts/")
            assert b'TargetMode="External"' not in text
    assert sorted(each.name for each in tmp_path.iterdir()) == ["one.xlsx", "two.xlsx"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_a_workbook_and_shows_the_same_and_runs_nothing(tmp_path: Path) -> None:
    named = [rate(20 + n, 40, {"nurse": str(n)}, label=name) for n, name in enumerate(HOSTILE)]
    months = [rate(20 + n, 40, {"month": f"2026-{n:02}"}, name="of_months") for n in range(1, 7)]
    said = content(rate(141, 190), *named, *months, labels={str(n): name for n, name in enumerate(HOSTILE)})
    sheets = by_libreoffice(tmp_path, said)
    shown = [row[:7] for row in sheets["Figures"][1:]]
    assert shown[0] == ["Discharged", "", "141", "190", "74.2%", "67.6%", "79.9%"]
    assert [row[:2] for row in shown[1 : len(named) + 1]] == [[harmless(name)] * 2 for name in HOSTILE]
    for row, figure in zip(shown, said.report.figures, strict=True):
        assert row[2:5] == [f"{figure.numerator:g}", f"{figure.denominator:g}", f"{figure.value:.1%}"]
    assert ["From", "01-May-2026"] in sheets["Data as at"]
    assert ["2026-03", "57.5%", "15.3%", "14.0%"] in [row[:4] for row in sheets["Charts"]]
    assert not [cell for rows in sheets.values() for row in rows for cell in row if cell.startswith(("#", "Err:"))]


@pytest.mark.parametrize("shown", [False, True])
def test_where_small_numbers_are_shown_every_sheet_and_every_page_says_so(tmp_path: Path, *, shown: bool) -> None:
    said = content(*(rate(30 + n, 90, {"skill": f"skill {n}"}) for n in range(60)), small_shown=shown)
    write_xlsx(tmp_path / "out.xlsx", said, iter(ROWS))
    write_csv(tmp_path / "out.csv", COLUMNS, said.rows())
    for each in openpyxl.load_workbook(tmp_path / "out.xlsx"):
        head = [cell.value for cell in next(each.iter_rows(max_row=1))]
        assert ("Small numbers shown" in head) == shown
        assert ("Small numbers shown" in (each.oddFooter.left.text or "")) == shown
    assert {row[-1] for row in sheet(tmp_path / "out.csv")[1:]} == {"yes" if shown else "no"}
    shown_on = list(pages(report_pdf(said)))
    assert len(shown_on) > 2
    assert all(("Small numbers shown" in page) == shown for page in shown_on)


# --- PDF -----------------------------------------------------------------------------------------


def test_a_pdf_is_tagged_and_says_every_figure_with_its_definition(tmp_path: Path) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="90"><rect width="190" height="80"/></svg>'
    pdf = report_pdf(content(), [Picture(svg, "Rates by skill: insulin 20 of 27.")])
    said = " ".join(pages(pdf))
    for sentence in (
        "Discharge rates",
        "Derby community nursing · All teams · 01-May-2026 to 31-Oct-2026",
        "74.2%",
        "141 of 190",
        "67.6% to 79.9%",
        "Discharged, Insulin",
        "Of the people whose teaching ended, those who do it alone.",
        "Definitions version 1",
        "SMF-LT-014",
        "Page 1 of",
    ):
        assert sentence in said
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf
    assert pdf == report_pdf(content(), [Picture(svg, "Rates by skill: insulin 20 of 27.")])
    page = document(pdf).render(0, QSize(600, 848))
    dark = sum(page.pixelColor(x, y).lightness() < 100 for x in range(0, 600, 3) for y in range(0, 848, 3))
    assert dark > 200


def test_rates_told_apart_are_drawn_and_what_is_hidden_is_said_to_be() -> None:
    insulin, wound = rate(20, 27, {"skill": "insulin"}), rate(30, 40, {"skill": "wound"})
    gone = replace(rate(3, 40, {"skill": "=1"}), numerator=None, value=None, low=None, high=None, suppressed=True)
    (drawn,) = pictures_of(content(rate(141, 190), insulin, wound, gone))
    assert drawn.svg.startswith(b"<?xml")
    assert "Discharged." in drawn.words
    assert b"hidden" in drawn.svg
    assert b"pdfuaid" in report_pdf(content(), [drawn]), "every picture has its words"


def test_nurses_are_never_set_beside_one_another_by_outcome(tmp_path: Path) -> None:
    nurses = content(*(rate(20 + n, 40, {"nurse": f"n{n}"}) for n in range(4)))
    assert pictures_of(nurses) == ()
    write_xlsx(tmp_path / "out.xlsx", nurses)
    assert "Charts" not in openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames


@pytest.mark.parametrize("text", ["#panic(1)", "$ x^2 $ *b* `c`", '#read("/etc/passwd")', "= Heading", "a\nb \u202ec"])
def test_no_name_is_read_as_markup_on_paper(text: str) -> None:
    said = " ".join(pages(report_pdf(content(rate(141, 190, {"nurse": "n"}), labels={"n": text}))))
    assert " ".join(text.replace("\u202e", "").split()) in said.replace("\u202e", "")


# --- whole or not at all -------------------------------------------------------------------------


def test_a_file_is_there_only_when_it_was_told_and_is_all_on_the_disk(tmp_path: Path) -> None:
    out, seen = tmp_path / "out.csv", []

    def before(digests: object) -> None:
        seen.append((digests, out.exists()))

    digests = whole({out: lambda path: path.write_text("new")}, before)
    assert seen == [(digests, False)]
    assert out.read_text() == "new"
    assert len(digests[out]) == 64


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (OSError(errno.ENOSPC, "full"), NoRoomForFile),
        (OSError(errno.EDQUOT, "quota"), NoRoomForFile),
        (OSError(errno.EACCES, "no"), FileUnwritable),
        (ReportStopped(), ReportStopped),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_what_breaks_off_leaves_the_file_that_was_there_and_nothing_else(
    tmp_path: Path, raised: BaseException, told: type[BaseException]
) -> None:
    out, rows = tmp_path / "out.csv", tmp_path / "out-rows.csv"
    out.write_text("last month's")

    def half(path: Path) -> None:
        path.write_text("half of")
        raise raised

    with pytest.raises(told):
        whole({out: lambda path: path.write_text("new"), rows: half}, lambda digests: None)
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]
    assert out.read_text() == "last month's"


def test_a_full_disk_under_a_workbook_is_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("xlsxwriter.workbook.ZipFile", full)
    with pytest.raises(NoRoomForFile):
        whole({tmp_path / "out.xlsx": lambda path: write_xlsx(path, content())}, lambda digests: None)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file_and_a_missing_folder_none_either(tmp_path: Path) -> None:
    for out in (tmp_path, tmp_path / "not there" / "out.csv"):
        with pytest.raises(FileUnwritable):
            whole({out: lambda path: path.write_text("new")}, lambda digests: None)


def test_somebody_is_told_as_rows_are_written_and_may_stop_it() -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 2 * BETWEEN

    with pytest.raises(ReportStopped):
        list(counting(iter(range(10 * BETWEEN)), 10 * BETWEEN, progress))
    assert told == [(BETWEEN, 10 * BETWEEN), (2 * BETWEEN, 10 * BETWEEN)]


def test_a_workbook_read_back_from_memory_is_sound(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "out.xlsx", content(*(rate(20, 30, {"skill": f"s{n}"}) for n in range(300))))
    book = openpyxl.load_workbook(BytesIO((tmp_path / "out.xlsx").read_bytes()))
    assert book["Figures"].max_row == 301

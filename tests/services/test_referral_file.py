"""A file of referrals is read as a careful clerk would read it."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smf_core.domain.patient import Name
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.referral.bytes import COLUMNS, LARGEST_FILE
from smf_desktop.services.referral.cells import LONGEST_CELL, Kind
from smf_desktop.services.referral.file import KnownPerson, ReferralFile, against, as_json, corrected, without
from smf_desktop.services.referral.importing import rows_to_fix, template
from smf_desktop.trouble import BadReferralFile
from tests.support.referral_rows import BASELINE, GOOD, MISSING, OTHER, RULES, SKILL_WORDS, csv_of, read_file, taken

MESSY = Path(__file__).parents[1] / "data" / "referrals-messy.csv"


# --- the file a clerk would sigh over -------------------------------------------------------------


def test_the_messy_file_is_reported_as_a_careful_clerk_would() -> None:
    file = read_file(MESSY.read_bytes())
    assert [(said.line, said.column, said.kind.value, said.reason, said.of) for said in file.findings] == [
        (3, "nhs_number", "refused", "The NHS number does not match its check digit.", None),
        (7, "baseline_visits_per_month", "refused", BASELINE, None),
        (11, "address", "note", "Hidden characters were taken out.", None),
        (21, "skill", "refused", MISSING, None),
        (27, "date_of_birth", "refused", MISSING, None),
        (52, "nhs_number", "note", "NHS number not known.", None),
        (53, "baseline_visits_per_month", "refused", BASELINE, None),
        (57, "nhs_number", "refused", "An NHS number is not all zeros.", None),
        (66, "date_of_birth", "refused", "The age would be over 130 years.", None),
        (76, "skill", "refused", SKILL_WORDS, None),
        (78, "referral_received", "refused", "The date is in the future.", None),
        (88, "referral_received", "refused", "Write the date as 2026-11-17, 17/11/2026 or 17-Nov-2026.", None),
        (95, "date_of_birth", "refused", "The date is in the future.", None),
        (111, "nhs_number", "refused", "An NHS number has 10 digits.", None),
        (120, "date_of_birth", "refused", "There is no such day.", None),
        (128, "skill", "refused", SKILL_WORDS, None),
        (131, "nhs_number", "note", "NHS number not known.", None),
        (131, None, "duplicate", "The same person is earlier in this file.", "line:108"),
        (134, "family_name", "refused", MISSING, None),
        (140, None, "duplicate", "The same person is earlier in this file.", "line:49"),
        (141, "sex", "refused", "Use female, male, indeterminate or not known.", None),
    ]
    assert (file.records, len(file.rows), len(file.refused)) == (140, 124, 16)


def test_the_odd_cells_of_the_messy_file_are_kept() -> None:
    rows = {row.line: row for row in read_file(MESSY.read_bytes()).rows}
    assert rows[11].address == "evil 3 Mill Lane"
    assert rows[56].notes == "<b onclick=x>bold</b>"
    assert rows[91].notes == '=HYPERLINK("http://x","y")'
    assert rows[133].notes == "line one\nline two"
    assert rows[139].notes == "x" * len(rows[139].notes)
    assert len(rows[139].notes) > 4000
    assert rows[35].name == Name("O\u2019Connor", "Farida", "Dr")
    assert rows[9].skills == ("wound", "self_injection")
    assert (rows[131].of, rows[140].of, rows[108].of) == ("line:108", "line:49", None)


# --- the shape of the file ------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("columns", [COLUMNS, COLUMNS[::-1], tuple(map(str.upper, COLUMNS))])
def test_encoding_separator_order_and_case_do_not_matter(
    encoding: str, separator: str, columns: tuple[str, ...]
) -> None:
    row = {column: GOOD[column.lower()] for column in columns}
    file = read_file(csv_of(row, separator=separator, columns=columns).encode(encoding))
    assert file == read_file(csv_of(GOOD))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_end_will_do(end: str, last: bool) -> None:
    text = csv_of(GOOD, OTHER).replace("\r\n", end)
    assert read_file(text if last else text.removesuffix(end)) == read_file(csv_of(GOOD, OTHER))


def test_a_record_over_several_lines_counts_once() -> None:
    file = read_file(csv_of(GOOD | {"notes": 'line one\r\nline "two"\n\nline four'}, OTHER | {"sex": "yes"}))
    assert file.rows[0].notes == 'line one\nline "two"\n\nline four'
    assert [said.line for said in file.findings] == [3]


def test_empty_rows_are_passed_over_and_still_counted_as_the_spreadsheet_counts() -> None:
    lines = csv_of(GOOD, OTHER | {"sex": "yes"}).splitlines()
    file = read_file("\n".join([lines[0], "", lines[1], "," * 15, lines[2], "", ""]))
    assert [row.line for row in file.rows] == [3]
    assert [said.line for said in file.findings] == [5]
    assert file.records == 2


def test_empty_cells_beyond_the_header_do_no_harm() -> None:
    header, row = csv_of(GOOD).splitlines()
    assert read_file(f"{header}\n{row},,,\n") == read_file(csv_of(GOOD))


@pytest.mark.parametrize("row", [",".join(["x"] * 18), ",".join(["x"] * 15), "x"])
def test_a_row_whose_cells_do_not_match_the_header_is_refused(row: str) -> None:
    (said,) = read_file(csv_of() + row).findings
    assert (said.line, said.column, said.kind) == (2, None, Kind.REFUSED)


def test_a_column_that_is_not_ours_is_noted() -> None:
    file = read_file(csv_of(GOOD | {"Shoe size": "9"}, columns=(*COLUMNS, "Shoe size")))
    assert [(said.line, said.column, said.kind) for said in file.findings] == [(1, "shoe_size", Kind.NOTE)]
    assert file.rows == read_file(csv_of(GOOD)).rows


def test_a_header_alone_is_a_file_without_referrals() -> None:
    assert read_file(csv_of()) == ReferralFile((), (), ())


def test_letters_written_in_two_encodings_are_pointed_out() -> None:
    both = (
        csv_of(GOOD).encode("utf-8") + csv_of(OTHER | {"given_name": "Ren\u00e9"}).encode("cp1252").split(b"\r\n", 1)[1]
    )
    assert [(said.line, said.kind) for said in read_file(both).findings] == [(1, Kind.NOTE)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"PK\x03\x04rest of a spreadsheet", "not_text"),
        (csv_of(GOOD).encode("utf-16"), "not_text"),
        (csv_of(GOOD).encode("utf-16-le"), "not_text"),
        (bytes(range(256)), "not_text"),
        (b"\xef\xbb\xbf" + csv_of(GOOD).encode("cp1252"), "not_text"),
        (csv_of(GOOD).encode() + b"\x81", "not_text"),
        (b"x" * (LARGEST_FILE + 1), "too_big"),
        (b"hello", "no_header"),
        (csv_of(GOOD).encode().split(b"\r\n", 1)[1], "no_header"),
        (b"family_name,given_name\nA,B\n", "missing_columns"),
        (csv_of(GOOD, columns=(*COLUMNS, "SEX")).encode(), "columns_twice"),
        (csv_of(GOOD, OTHER).encode() + b'"never closed,\n', "quotation_marks"),
        (csv_of(GOOD).encode() + b'"closed" early,\n', "quotation_marks"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole_in_plain_words(data: bytes, code: str) -> None:
    with pytest.raises(BadReferralFile) as refusal:
        read_file(data)
    assert refusal.value.code == code
    assert "Nothing was imported." in str(words_for(refusal.value))


def test_words_name_the_columns_and_the_row() -> None:
    with pytest.raises(BadReferralFile) as missing:
        read_file("family_name,given_name,skill,source\n")
    assert words_for(missing.value).happened == "The file has no column date_of_birth, referral_received."
    with pytest.raises(BadReferralFile) as marks:
        read_file(csv_of(GOOD) + '"x')
    assert words_for(marks.value).happened == "The quotation marks in row 3 do not pair."


# --- the same person twice ------------------------------------------------------------------------


def _duplicates(file: ReferralFile) -> list[tuple[int, str | None]]:
    return [(said.line, said.of) for said in file.findings if said.kind is Kind.DUPLICATE]


def test_the_same_number_or_the_same_name_and_birth_date_is_a_duplicate() -> None:
    named = OTHER | {"family_name": "O'BRIEN", "given_name": "Huseyin", "nhs_number": ""}
    file = read_file(csv_of(GOOD, OTHER, OTHER | {"family_name": "Novak"}, named, GOOD))
    assert _duplicates(file) == [(4, "line:3"), (5, "line:2"), (6, "line:2")]
    assert [row.of for row in file.rows] == [None, None, "line:3", "line:2", "line:2"]


def test_the_same_name_with_another_birth_date_is_somebody_else() -> None:
    assert _duplicates(read_file(csv_of(GOOD, GOOD | {"nhs_number": "", "date_of_birth": "26-Dec-1974"}))) == []


def test_a_duplicate_points_at_a_row_that_is_taken_when_there_is_one() -> None:
    file = read_file(csv_of(GOOD | {"sex": "yes"}, GOOD, GOOD))
    assert _duplicates(file) == [(3, "line:2"), (4, "line:3")]


def test_people_of_the_store_are_found_by_number_first() -> None:
    file = read_file(csv_of(GOOD, OTHER, GOOD))
    known = [
        KnownPerson("p1", None, Name("O'Brien", "Huseyin"), date(1974, 12, 25)),
        KnownPerson("p2", "9991234136", Name("Novak", "Irena"), date(1950, 1, 1)),
    ]
    held = against(file, known)
    assert _duplicates(held) == [(2, "patient:p2"), (4, "patient:p2")]
    assert [row.of for row in held.rows] == ["patient:p2", None, "patient:p2"]
    assert _duplicates(against(file, known[:1])) == [(2, "patient:p1"), (4, "patient:p1")]
    assert against(file, []) == file


def test_the_second_time_everybody_is_already_here() -> None:
    file = read_file(MESSY.read_bytes())
    known = [KnownPerson(str(row.line), row.nhs_number, row.name, row.date_of_birth) for row in file.rows]
    assert len(_duplicates(against(file, known))) == len(file.rows)


# --- what a script reads --------------------------------------------------------------------------


def test_the_json_document_has_the_agreed_shape() -> None:
    document = json.loads(json.dumps(as_json(read_file(MESSY.read_bytes()), imported=0)))
    assert list(document) == ["records", "imported", "findings"]
    assert (document["records"], document["imported"], len(document["findings"])) == (140, 0, 21)
    assert document["findings"][17] == {
        "line": 131,
        "column": None,
        "kind": "duplicate",
        "reason": "The same person is earlier in this file.",
        "of": "line:108",
    }


# --- properties -----------------------------------------------------------------------------------


CELL = st.one_of(
    st.text(max_size=40), st.sampled_from(["\u202e", "\x00", '"', "\n", ";", ",", "\ufeff", "|", "999 123 4136"])
)


def _any_way_out(data: bytes) -> ReferralFile | None:
    try:
        return read_file(data)
    except BadReferralFile:
        return None


@given(st.binary())
@example(b'"')
@example(b'family_name,"')
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    _any_way_out(data)


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    whole = MESSY.read_bytes()[:2000]
    cut = data.draw(st.integers(0, len(whole)))
    gap = data.draw(st.integers(0, 20))
    _any_way_out(whole[:cut] + data.draw(st.binary(max_size=8)) + whole[cut + gap :])


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELL)), max_size=4))
def test_every_row_is_taken_or_refused_and_every_refusal_has_a_reason(rows: list[dict[str, str]]) -> None:
    file = _any_way_out(csv_of(*rows).encode("utf-8", "surrogatepass"))
    if file is None:
        return
    refused = {said.line for said in file.findings if said.kind is Kind.REFUSED}
    assert refused == {row.line for row in file.refused}
    assert refused.isdisjoint(row.line for row in file.rows)
    assert all(said.reason for said in file.findings)


@given(CELL.filter(lambda text: text.strip() != ""), st.sampled_from(COLUMNS))
def test_a_cell_goes_through_the_quotation_marks_and_comes_back(text: str, column: str) -> None:
    file = _any_way_out(csv_of(GOOD | {column: text}).encode("utf-8", "surrogatepass"))
    assert file is None or file.records == 1
    for row in file.refused if file else ():
        assert row.cells[column] == text


@given(st.dates(date(1900, 1, 1), RULES.today), st.integers(0, 300))
def test_a_valid_row_is_always_taken(birth: date, visits: int) -> None:
    received = min(RULES.today, birth + timedelta(days=visits))
    row = taken(
        date_of_birth=birth.isoformat(), referral_received=f"{received:%d/%m/%Y}", baseline_visits_per_month=str(visits)
    )
    assert (row.date_of_birth, row.received_on) == (birth, received)


def test_a_finding_says_nothing_of_the_person() -> None:
    secret = "Zzyzxwood"
    file = read_file(csv_of(*(GOOD | {column: secret} for column in COLUMNS)))
    assert not any(secret in str(said) for said in file.findings)


# --- put right on the screen ----------------------------------------------------------------------


def test_a_row_put_right_is_read_again_and_held_against_those_before_it() -> None:
    wrong = OTHER | {"nhs_number": "999 123 4137"}
    file = read_file(csv_of(GOOD, wrong))
    assert [row.line for row in file.refused] == [3]
    again = corrected(file, {3: {"nhs_number": GOOD["nhs_number"]}}, RULES)
    assert again.refused == ()
    assert again.rows[1].of == "line:2", "put right, it repeats the row before it"
    assert corrected(again, {3: {"nhs_number": OTHER["nhs_number"]}}, RULES) == read_file(csv_of(GOOD, OTHER))


def test_a_row_with_too_few_cells_is_put_right_as_a_whole() -> None:
    file = read_file(csv_of(GOOD) + "Abernathy,Doreen\n")
    assert [row.line for row in file.refused] == [3]
    assert corrected(file, {3: OTHER}, RULES).refused == ()


def test_rows_taken_in_are_left_out_of_what_is_left() -> None:
    file = read_file(csv_of(GOOD, OTHER, GOOD))
    left = without(file, {2}, RULES)
    assert [row.line for row in left.rows] == [3, 4]
    assert left.rows[1].of is None, "whom it repeats is here now, and is found there"


def test_what_one_entry_cannot_hold_refuses_its_row_and_never_stops_the_import() -> None:
    flood = "\U0001f489" * LONGEST_CELL
    file = read_file(csv_of(GOOD | {"reason": flood, "notes": flood}, OTHER))
    assert [row.line for row in file.rows] == [3]
    assert [said.column for said in file.findings if said.kind is Kind.REFUSED] == ["notes"]
    assert read_file(csv_of(GOOD | {"reason": "x" * LONGEST_CELL, "notes": "y" * LONGEST_CELL})).refused == ()


@given(st.text(max_size=30))
def test_no_cell_of_the_rows_to_fix_is_a_formula_and_the_file_can_be_read_again(text: str) -> None:
    data = rows_to_fix(read_file(csv_of(GOOD | {"family_name": text, "nhs_number": "1"}, OTHER)))
    (row,) = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    assert row["row"] == "2"
    assert "nhs_number" in row["what_to_correct"]
    assert read_file(data).records == 1


def test_the_template_is_a_file_without_rows() -> None:
    assert read_file(template()).records == 0

"""A file of referrals is read as a careful clerk would read it."""

import csv
import io
import json
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smf_core.domain.patient import Name, Sex
from smf_core.domain.referral import Source
from smf_desktop.ports import BadReferralFile
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.referral.file import (
    COLUMNS,
    LARGEST_FILE,
    LONGEST_CELL,
    Kind,
    KnownPerson,
    ReferralFile,
    ReferralRow,
    Rules,
    StoreKind,
    against,
    as_json,
    corrected,
    read,
    read_row,
    without,
)
from smf_desktop.services.referral.importing import rows_to_fix, template

TODAY = date(2026, 11, 17)
MESSY = Path(__file__).parents[1] / "data" / "referrals-messy.csv"
SKILLS = {
    "Insulin": "insulin",
    "Self-injection": "self_injection",
    "Catheter care": "catheter_care",
    "Catheter valve": "catheter_valve",
    "Wound": "wound",
    "Compression": "compression",
}
GOOD = {
    "nhs_number": "999 123 4136",
    "family_name": "O\u2019Brien",
    "given_name": "H\u00fcseyin",
    "title": "Mr",
    "date_of_birth": "25-Dec-1974",
    "sex": "m",
    "address": "129 Mill Lane, Derby",
    "postcode": "DE9 6WE",
    "phone": "01632 960704",
    "gp_practice_code": "C81528",
    "referral_received": "14/10/2026",
    "source": "gp",
    "skill": "insulin|compression",
    "reason": "for teaching",
    "baseline_visits_per_month": "30",
    "notes": "",
}
OTHER = GOOD | {"nhs_number": "999 009 9480", "family_name": "Czerwinski", "given_name": "Brian"}


def _csv(*rows: dict[str, str], separator: str = ",", columns: tuple[str, ...] = COLUMNS) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return out.getvalue()


def _read(data: str | bytes, store_kind: StoreKind = "training") -> ReferralFile:
    return read(data.encode() if isinstance(data, str) else data, today=TODAY, store_kind=store_kind, skills=SKILLS)


def _findings(**changed: str) -> list[tuple[str | None, str, str]]:
    return [(said.column, said.kind.value, said.reason) for said in _read(_csv(GOOD | changed)).findings]


def _refused(column: str, value: str) -> str:
    """The reason; nothing else is said of the row, and it is kept as it came."""
    file = _read(_csv(GOOD | {column: value}))
    assert file.rows == ()
    assert file.refused[0].cells[column] == value
    (said,) = file.findings
    assert (said.line, said.column, said.kind) == (2, column, Kind.REFUSED)
    return said.reason


def _taken(**changed: str) -> ReferralRow:
    (row,) = _read(_csv(GOOD | changed)).rows
    return row


# --- the file a clerk would sigh over ------------------------------------------------------------

SKILL_WORDS = (
    "Use one or several of insulin, self_injection, catheter_care, catheter_valve, wound, compression, with | between."
)
MISSING = "This cell is needed and is empty."
BASELINE = "Use a number of visits a month from 0 to 300."


def test_the_messy_file_is_reported_as_a_careful_clerk_would() -> None:
    file = _read(MESSY.read_bytes())
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
    rows = {row.line: row for row in _read(MESSY.read_bytes()).rows}
    assert rows[11].address == "evil 3 Mill Lane"
    assert rows[56].notes == "<b onclick=x>bold</b>"
    assert rows[91].notes == '=HYPERLINK("http://x","y")'
    assert rows[133].notes == "line one\nline two"
    assert rows[139].notes == "x" * len(rows[139].notes)
    assert len(rows[139].notes) > 4000
    assert rows[35].name == Name("O\u2019Connor", "Farida", "Dr")
    assert rows[9].skills == ("wound", "self_injection")
    assert (rows[131].of, rows[140].of, rows[108].of) == ("line:108", "line:49", None)


# --- what a row holds ----------------------------------------------------------------------------


def test_a_good_row_is_taken_with_nothing_said() -> None:
    file = _read(_csv(GOOD))
    assert file.findings == ()
    assert file.rows == (
        ReferralRow(
            line=2,
            nhs_number="9991234136",
            name=Name("O\u2019Brien", "H\u00fcseyin", "Mr"),
            date_of_birth=date(1974, 12, 25),
            sex=Sex.MALE,
            address="129 Mill Lane, Derby",
            postcode="DE9 6WE",
            phone="01632 960704",
            practice_code="C81528",
            received_on=date(2026, 10, 14),
            source=Source.GP,
            skills=("insulin", "compression"),
            reason="for teaching",
            baseline_visits_per_month="30",
            notes="",
        ),
    )


def test_only_what_is_required_is_required() -> None:
    needed = ("family_name", "given_name", "date_of_birth", "skill", "referral_received", "source")
    short = _read(_csv(GOOD, columns=needed))
    empty = _read(_csv({column: GOOD[column] for column in needed}))
    assert short.rows == empty.rows
    assert [said.reason for said in short.findings] == ["NHS number not known."]
    (row,) = short.rows
    assert (row.nhs_number, row.sex, row.baseline_visits_per_month) == (None, Sex.NOT_KNOWN, None)


@pytest.mark.parametrize(
    "column", ["family_name", "given_name", "date_of_birth", "skill", "referral_received", "source"]
)
def test_a_required_cell_that_is_empty_or_blank_refuses_the_row(column: str) -> None:
    assert _refused(column, "") == _refused(column, " \u00a0 ") == MISSING


@pytest.mark.parametrize("column", [column for column in COLUMNS if column not in ("nhs_number", "address")])
def test_a_blank_cell_counts_as_empty(column: str) -> None:
    assert _findings(**{column: "  "}) == _findings(**{column: ""})


@pytest.mark.parametrize(
    ("word", "sex"),
    [
        ("female", Sex.FEMALE),
        ("F", Sex.FEMALE),
        ("Male", Sex.MALE),
        ("m", Sex.MALE),
        ("indeterminate", Sex.INDETERMINATE),
        ("Not known", Sex.NOT_KNOWN),
        ("", Sex.NOT_KNOWN),
    ],
)
def test_sex(word: str, sex: Sex) -> None:
    assert _taken(sex=word).sex is sex


@pytest.mark.parametrize(("column", "word"), [("sex", "yes"), ("sex", "x"), ("source", "Facebook"), ("source", "g p")])
def test_an_unknown_word_refuses_the_row(column: str, word: str) -> None:
    assert _refused(column, word).startswith("Use ")


@pytest.mark.parametrize("source", list(Source))
def test_every_source_is_known(source: Source) -> None:
    assert _taken(source=source.value).source is source


@pytest.mark.parametrize("word", ["tracheostomy", "insulin|insuline", "insulin,wound", "insulin;wound"])
def test_an_unknown_skill_refuses_the_row(word: str) -> None:
    assert _refused("skill", word) == SKILL_WORDS


def test_a_skill_may_be_named_by_its_label_with_a_note() -> None:
    file = _read(_csv(GOOD | {"skill": "Self-injection| catheter valve |WOUND|insulin"}))
    assert file.rows[0].skills == ("self_injection", "catheter_valve", "wound", "insulin")
    assert [said.reason for said in file.findings] == [
        "Read as self_injection.",
        "Read as catheter_valve.",
        "Read as wound.",
    ]


def test_a_skill_named_twice_is_one_skill() -> None:
    assert _taken(skill="insulin|insulin|").skills == ("insulin",)
    assert _refused("skill", "|") == MISSING


@pytest.mark.parametrize(("text", "kept"), [("0", "0"), ("4.5", "4.5"), ("4,5", "4.5"), ("300", "300"), (" 13 ", "13")])
def test_a_baseline_is_a_number_of_visits(text: str, kept: str) -> None:
    assert _taken(baseline_visits_per_month=text).baseline_visits_per_month == kept


@pytest.mark.parametrize("text", ["-4", "301", "300.1", "sixty", "1,000", "1.2.3", "60 visits", "\u0664", "+5"])
def test_a_baseline_outside_0_to_300_refuses_the_row(text: str) -> None:
    assert _refused("baseline_visits_per_month", text) == BASELINE


@pytest.mark.parametrize("column", COLUMNS)
def test_a_cell_over_ten_thousand_characters_refuses_the_row(column: str) -> None:
    assert _refused(column, "9" * 10_001) == "This cell is over 10,000 characters."


def test_a_cell_of_ten_thousand_characters_is_kept() -> None:
    assert len(_taken(notes="x" * 10_000).notes) == 10_000


def test_ten_megabytes_in_one_cell_refuse_that_row_and_no_other() -> None:
    start = time.perf_counter()
    file = _read(_csv(GOOD | {"notes": '"\n' * 5_000_000}, OTHER))
    assert [(said.line, said.column, said.kind) for said in file.findings] == [(2, "notes", Kind.REFUSED)]
    assert [row.line for row in file.rows] == [3]
    assert time.perf_counter() - start < 10


def test_every_bad_cell_of_a_row_is_named() -> None:
    bad = {"nhs_number": "1", "date_of_birth": "x", "sex": "x", "source": "x", "skill": "x", "referral_received": "x"}
    assert {column for column, kind, _ in _findings(**bad) if kind == "refused"} == set(bad)


def test_a_row_put_right_in_place_is_read_by_the_same_rules() -> None:
    file = _read(_csv(GOOD | {"sex": "yes"}))
    right = read_row(2, {**file.refused[0].cells, "sex": "f"}, Rules(TODAY, "training", SKILLS))
    assert right.findings == ()
    assert right.row == _taken(sex="f")


# --- hostile and odd input, by its number in the list of faults ----------------------------------


def test_F75_sql_in_any_field_is_text() -> None:
    attack = "Robert'); DROP TABLE patient;--"
    row = _taken(family_name=attack, address=attack, notes=attack, reason=attack)
    assert (row.name.family, row.address, row.notes, row.reason) == (attack, attack, attack, attack)


def test_F76_markup_is_text() -> None:
    markup = '<img src="http://x/y.png"><b>bold</b>&amp;'
    row = _taken(given_name=markup, notes=markup, address=markup)
    assert (row.name.given, row.notes, row.address) == (markup, markup, markup)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\uff1d"])
def test_F77_a_formula_is_kept_as_it_came(start: str) -> None:
    formula = f"{start}1+1|' /C calc'!A0"
    row = _taken(notes=formula, address=formula)
    assert (row.notes, row.address) == (formula, formula)


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("family_name", "\u202eAbb\u202cott", "Abbott"),
        ("given_name", "Do\u200breen", "Doreen"),
        ("title", "Mr\x00s", "Mrs"),
        ("phone", "\u2066\u200e01632 960704", "01632 960704"),
        ("postcode", "DE9\u2060 6WE", "DE9 6WE"),
        ("address", "Flat 2\n\u202e3 Mill Lane", "Flat 2\n3 Mill Lane"),
    ],
)
def test_F78_what_cannot_be_seen_is_taken_out_of_an_identity_with_a_note(column: str, value: str, kept: str) -> None:
    assert _findings(**{column: value}) == [(column, "note", "Hidden characters were taken out.")]
    row = _taken(**{column: value})
    where = {"family_name": row.name.family, "given_name": row.name.given, "title": row.name.title}
    assert (where | {"phone": row.phone, "postcode": row.postcode, "address": row.address})[column] == kept


def test_F78_half_a_character_costs_that_character_and_no_other() -> None:
    data = _csv(GOOD | {"family_name": "Abb\ud800ott", "notes": "a\udc00b"}).encode("utf-8", "surrogatepass")
    file = _read(data)
    assert [(said.column, said.kind.value) for said in file.findings] == [("family_name", "note")]
    assert file.rows[0].name == Name("Abbott", "H\u00fcseyin", "Mr")
    assert file.rows[0].notes == "a\ufffdb"


def test_F78_a_note_keeps_what_was_written() -> None:
    note = "\U0001f9f4 \u202eleft\u202c caf\u00e9\nsecond line"
    assert _taken(notes=note).notes == note
    assert _findings(notes=note) == []
    assert "\x00" not in _taken(notes="a\x00b").notes


def test_F78_a_name_of_hidden_characters_alone_is_no_name() -> None:
    assert ("family_name", "refused", MISSING) in _findings(family_name="\u200b\u3164")


def test_F78_a_flood_of_combining_marks_is_bounded() -> None:
    assert len(_taken(family_name="Abbott" + "\u0301\u0323" * 4000).name.family) < 20


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("999 123 4137", "The NHS number does not match its check digit."),
        ("999 000 0000", "The NHS number does not match its check digit."),  # check value 10
        ("000 000 0000", "An NHS number is not all zeros."),
        ("999 123 413", "An NHS number has 10 digits."),
        ("99912341361", "An NHS number has 10 digits."),
        ("9.99E+09", "An NHS number has only digits, spaces and hyphens."),
        ("943 476 5919", "A training store takes only NHS numbers that begin with 999."),
    ],
)
def test_F79_a_wrong_nhs_number_refuses_the_row(number: str, reason: str) -> None:
    assert _refused("nhs_number", number) == reason


def test_F79_a_live_store_refuses_the_test_range() -> None:
    file = _read(_csv(GOOD, OTHER | {"nhs_number": "943-476-5919"}), "live")
    assert [(said.line, said.reason) for said in file.findings] == [
        (2, "NHS numbers that begin with 999 are for training.")
    ]
    assert [row.nhs_number for row in file.rows] == ["9434765919"]


@pytest.mark.parametrize("number", ["9991234136", " 999 123 4136", "999-123-4136", "999\u00a0123\u00a04136"])
def test_F79_spaces_and_hyphens_do_not_matter(number: str) -> None:
    assert _taken(nhs_number=number).nhs_number == "9991234136"


def test_F79_no_nhs_number_is_a_note() -> None:
    assert _findings(nhs_number="") == [("nhs_number", "note", "NHS number not known.")]
    assert _taken(nhs_number=" ").nhs_number is None


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("date_of_birth", "18-Nov-2026", "The date is in the future."),
        ("referral_received", "18-Nov-2026", "The date is in the future."),
        ("date_of_birth", "16-Nov-1895", "The age would be over 130 years."),
        ("date_of_birth", "31/02/1950", "There is no such day."),
        ("date_of_birth", "1974-25-12", "There is no such day."),
        ("date_of_birth", "25/12/74", "Write the date as 2026-11-17, 17/11/2026 or 17-Nov-2026."),
        ("referral_received", "24-Dec-1974", "The date is before the date of birth."),
    ],
)
def test_F80_a_date_that_cannot_be_refuses_the_row(column: str, value: str, reason: str) -> None:
    assert _refused(column, value) == reason


def test_F80_the_last_dates_that_can_be_are_taken() -> None:
    assert _taken(date_of_birth="18-Nov-1895").date_of_birth == date(1895, 11, 18)
    assert _taken(date_of_birth="17-Nov-2026", referral_received="17-Nov-2026").received_on == TODAY


@pytest.mark.parametrize("value", ["NaN", "inf", "-inf", "1e2", "30 kg", "0x10"])
def test_F81_what_is_not_a_plain_number_refuses_the_row(value: str) -> None:
    assert _refused("baseline_visits_per_month", value) == BASELINE


@pytest.mark.parametrize("value", ["../../etc/passwd", "C:\\CON", "NUL", "a/b"])
def test_F82_a_path_in_a_cell_is_text(value: str) -> None:
    assert _taken(family_name=value, notes=value).name.family == value


# --- the shape of the file -----------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("columns", [COLUMNS, COLUMNS[::-1], tuple(map(str.upper, COLUMNS))])
def test_encoding_separator_order_and_case_do_not_matter(
    encoding: str, separator: str, columns: tuple[str, ...]
) -> None:
    row = {column: GOOD[column.lower()] for column in columns}
    file = _read(_csv(row, separator=separator, columns=columns).encode(encoding))
    assert file == _read(_csv(GOOD))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_end_will_do(end: str, last: bool) -> None:
    text = _csv(GOOD, OTHER).replace("\r\n", end)
    assert _read(text if last else text.removesuffix(end)) == _read(_csv(GOOD, OTHER))


def test_a_record_over_several_lines_counts_once() -> None:
    file = _read(_csv(GOOD | {"notes": 'line one\r\nline "two"\n\nline four'}, OTHER | {"sex": "yes"}))
    assert file.rows[0].notes == 'line one\nline "two"\n\nline four'
    assert [said.line for said in file.findings] == [3]


def test_empty_rows_are_passed_over_and_still_counted_as_the_spreadsheet_counts() -> None:
    lines = _csv(GOOD, OTHER | {"sex": "yes"}).splitlines()
    file = _read("\n".join([lines[0], "", lines[1], "," * 15, lines[2], "", ""]))
    assert [row.line for row in file.rows] == [3]
    assert [said.line for said in file.findings] == [5]
    assert file.records == 2


def test_empty_cells_beyond_the_header_do_no_harm() -> None:
    header, row = _csv(GOOD).splitlines()
    assert _read(f"{header}\n{row},,,\n") == _read(_csv(GOOD))


@pytest.mark.parametrize("row", [",".join(["x"] * 17), ",".join(["x"] * 15), "x"])
def test_a_row_whose_cells_do_not_match_the_header_is_refused(row: str) -> None:
    (said,) = _read(_csv() + row).findings
    assert (said.line, said.column, said.kind) == (2, None, Kind.REFUSED)


def test_a_column_that_is_not_ours_is_noted() -> None:
    file = _read(_csv(GOOD | {"Shoe size": "9"}, columns=(*COLUMNS, "Shoe size")))
    assert [(said.line, said.column, said.kind) for said in file.findings] == [(1, "shoe_size", Kind.NOTE)]
    assert file.rows == _read(_csv(GOOD)).rows


def test_a_header_alone_is_a_file_without_referrals() -> None:
    assert _read(_csv()) == ReferralFile((), (), ())


def test_letters_written_in_two_encodings_are_pointed_out() -> None:
    both = _csv(GOOD).encode("utf-8") + _csv(OTHER | {"given_name": "Ren\u00e9"}).encode("cp1252").split(b"\r\n", 1)[1]
    assert [(said.line, said.kind) for said in _read(both).findings] == [(1, Kind.NOTE)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"PK\x03\x04rest of a spreadsheet", "not_text"),
        (_csv(GOOD).encode("utf-16"), "not_text"),
        (_csv(GOOD).encode("utf-16-le"), "not_text"),
        (bytes(range(256)), "not_text"),
        (b"\xef\xbb\xbf" + _csv(GOOD).encode("cp1252"), "not_text"),
        (_csv(GOOD).encode() + b"\x81", "not_text"),
        (b"x" * (LARGEST_FILE + 1), "too_big"),
        (b"hello", "no_header"),
        (_csv(GOOD).encode().split(b"\r\n", 1)[1], "no_header"),
        (b"family_name,given_name\nA,B\n", "missing_columns"),
        (_csv(GOOD, columns=(*COLUMNS, "SEX")).encode(), "columns_twice"),
        (_csv(GOOD, OTHER).encode() + b'"never closed,\n', "quotation_marks"),
        (_csv(GOOD).encode() + b'"closed" early,\n', "quotation_marks"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole_in_plain_words(data: bytes, code: str) -> None:
    with pytest.raises(BadReferralFile) as refusal:
        _read(data)
    assert refusal.value.code == code
    assert "Nothing was imported." in str(words_for(refusal.value))


def test_words_name_the_columns_and_the_row() -> None:
    with pytest.raises(BadReferralFile) as missing:
        _read("family_name,given_name,skill,source\n")
    assert words_for(missing.value).happened == "The file has no column date_of_birth, referral_received."
    with pytest.raises(BadReferralFile) as marks:
        _read(_csv(GOOD) + '"x')
    assert words_for(marks.value).happened == "The quotation marks in row 3 do not pair."


# --- the same person twice -----------------------------------------------------------------------


def _duplicates(file: ReferralFile) -> list[tuple[int, str | None]]:
    return [(said.line, said.of) for said in file.findings if said.kind is Kind.DUPLICATE]


def test_the_same_number_or_the_same_name_and_birth_date_is_a_duplicate() -> None:
    named = OTHER | {"family_name": "O'BRIEN", "given_name": "Huseyin", "nhs_number": ""}
    file = _read(_csv(GOOD, OTHER, OTHER | {"family_name": "Novak"}, named, GOOD))
    assert _duplicates(file) == [(4, "line:3"), (5, "line:2"), (6, "line:2")]
    assert [row.of for row in file.rows] == [None, None, "line:3", "line:2", "line:2"]


def test_the_same_name_with_another_birth_date_is_somebody_else() -> None:
    assert _duplicates(_read(_csv(GOOD, GOOD | {"nhs_number": "", "date_of_birth": "26-Dec-1974"}))) == []


def test_a_duplicate_points_at_a_row_that_is_taken_when_there_is_one() -> None:
    file = _read(_csv(GOOD | {"sex": "yes"}, GOOD, GOOD))
    assert _duplicates(file) == [(3, "line:2"), (4, "line:3")]


def test_people_of_the_store_are_found_by_number_first() -> None:
    file = _read(_csv(GOOD, OTHER, GOOD))
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
    file = _read(MESSY.read_bytes())
    known = [KnownPerson(str(row.line), row.nhs_number, row.name, row.date_of_birth) for row in file.rows]
    assert len(_duplicates(against(file, known))) == len(file.rows)


# --- what a script reads -------------------------------------------------------------------------


def test_the_json_document_has_the_agreed_shape() -> None:
    document = json.loads(json.dumps(as_json(_read(MESSY.read_bytes()), imported=0)))
    assert list(document) == ["records", "imported", "findings"]
    assert (document["records"], document["imported"], len(document["findings"])) == (140, 0, 21)
    assert document["findings"][17] == {
        "line": 131,
        "column": None,
        "kind": "duplicate",
        "reason": "The same person is earlier in this file.",
        "of": "line:108",
    }


# --- properties ----------------------------------------------------------------------------------

CELL = st.one_of(
    st.text(max_size=40), st.sampled_from(["\u202e", "\x00", '"', "\n", ";", ",", "\ufeff", "|", "999 123 4136"])
)


def _any_way_out(data: bytes) -> ReferralFile | None:
    try:
        return _read(data)
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
    file = _any_way_out(_csv(*rows).encode("utf-8", "surrogatepass"))
    if file is None:
        return
    refused = {said.line for said in file.findings if said.kind is Kind.REFUSED}
    assert refused == {row.line for row in file.refused}
    assert refused.isdisjoint(row.line for row in file.rows)
    assert all(said.reason for said in file.findings)


@given(CELL.filter(lambda text: text.strip() != ""), st.sampled_from(COLUMNS))
def test_a_cell_goes_through_the_quotation_marks_and_comes_back(text: str, column: str) -> None:
    file = _any_way_out(_csv(GOOD | {column: text}).encode("utf-8", "surrogatepass"))
    assert file is None or file.records == 1
    for row in file.refused if file else ():
        assert row.cells[column] == text


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 300))
def test_a_valid_row_is_always_taken(birth: date, visits: int) -> None:
    received = min(TODAY, birth + timedelta(days=visits))
    row = _taken(
        date_of_birth=birth.isoformat(), referral_received=f"{received:%d/%m/%Y}", baseline_visits_per_month=str(visits)
    )
    assert (row.date_of_birth, row.received_on) == (birth, received)


def test_a_finding_says_nothing_of_the_person() -> None:
    secret = "Zzyzxwood"
    file = _read(_csv(*(GOOD | {column: secret} for column in COLUMNS)))
    assert not any(secret in str(said) for said in file.findings)


# --- put right on the screen ---------------------------------------------------------------------

RULES = Rules(TODAY, "training", SKILLS)


def test_a_row_put_right_is_read_again_and_held_against_those_before_it() -> None:
    wrong = OTHER | {"nhs_number": "999 123 4137"}
    file = _read(_csv(GOOD, wrong))
    assert [row.line for row in file.refused] == [3]
    again = corrected(file, 3, {"nhs_number": GOOD["nhs_number"]}, RULES)
    assert again.refused == ()
    assert again.rows[1].of == "line:2", "put right, it repeats the row before it"
    assert corrected(again, 3, {"nhs_number": OTHER["nhs_number"]}, RULES) == _read(_csv(GOOD, OTHER))


def test_a_row_with_too_few_cells_is_put_right_as_a_whole() -> None:
    file = _read(_csv(GOOD) + "Abernathy,Doreen\n")
    assert [row.line for row in file.refused] == [3]
    assert corrected(file, 3, OTHER, RULES).refused == ()


def test_rows_taken_in_are_left_out_of_what_is_left() -> None:
    file = _read(_csv(GOOD, OTHER, GOOD))
    left = without(file, {2}, RULES)
    assert [row.line for row in left.rows] == [3, 4]
    assert left.rows[1].of is None, "whom it repeats is here now, and is found there"


def test_what_one_entry_cannot_hold_refuses_its_row_and_never_stops_the_import() -> None:
    flood = "\U0001f489" * LONGEST_CELL
    file = _read(_csv(GOOD | {"reason": flood, "notes": flood}, OTHER))
    assert [row.line for row in file.rows] == [3]
    assert [said.column for said in file.findings if said.kind is Kind.REFUSED] == ["notes"]
    assert _read(_csv(GOOD | {"reason": "x" * LONGEST_CELL, "notes": "y" * LONGEST_CELL})).refused == ()


@given(st.text(max_size=30))
def test_no_cell_of_the_rows_to_fix_is_a_formula_and_the_file_can_be_read_again(text: str) -> None:
    data = rows_to_fix(_read(_csv(GOOD | {"family_name": text, "nhs_number": "1"}, OTHER)))
    (row,) = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    assert row["row"] == "2"
    assert "nhs_number" in row["what_to_correct"]
    assert _read(data).records == 1


def test_the_template_is_a_file_without_rows() -> None:
    assert _read(template()).records == 0

"""A row of a referral file: what it holds, what refuses it, and hostile and odd input."""

import time
from datetime import date

import pytest

from smf_core.domain.patient import Name, Sex
from smf_core.domain.referral import Source
from smf_desktop.services.referral.bytes import COLUMNS
from smf_desktop.services.referral.cells import Kind
from smf_desktop.services.referral.row import ReferralRow, read_row
from tests.support.referral_rows import BASELINE, GOOD, MISSING, OTHER, RULES, SKILL_WORDS, csv_of, read_file, taken


def _findings(**changed: str) -> list[tuple[str | None, str, str]]:
    return [(said.column, said.kind.value, said.reason) for said in read_file(csv_of(GOOD | changed)).findings]


def _refused(column: str, value: str) -> str:
    """The reason; nothing else is said of the row, and it is kept as it came."""
    file = read_file(csv_of(GOOD | {column: value}))
    assert file.rows == ()
    assert file.refused[0].cells[column] == value
    (said,) = file.findings
    assert (said.line, said.column, said.kind) == (2, column, Kind.REFUSED)
    return said.reason


# --- what a row holds -----------------------------------------------------------------------------


def test_a_good_row_is_taken_with_nothing_said() -> None:
    file = read_file(csv_of(GOOD))
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
            referrer="Dr M. Osei",
            skills=("insulin", "compression"),
            reason="for teaching",
            baseline_visits_per_month="30",
            notes="",
        ),
    )


def test_only_what_is_required_is_required() -> None:
    needed = ("family_name", "given_name", "date_of_birth", "skill", "referral_received", "source")
    short = read_file(csv_of(GOOD, columns=needed))
    empty = read_file(csv_of({column: GOOD[column] for column in needed}))
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
    assert taken(sex=word).sex is sex


@pytest.mark.parametrize(("column", "word"), [("sex", "yes"), ("sex", "x"), ("source", "Facebook"), ("source", "g p")])
def test_an_unknown_word_refuses_the_row(column: str, word: str) -> None:
    assert _refused(column, word).startswith("Use ")


@pytest.mark.parametrize("source", list(Source))
def test_every_source_is_known(source: Source) -> None:
    assert taken(source=source.value).source is source


@pytest.mark.parametrize("word", ["tracheostomy", "insulin|insuline", "insulin,wound", "insulin;wound"])
def test_an_unknown_skill_refuses_the_row(word: str) -> None:
    assert _refused("skill", word) == SKILL_WORDS


def test_a_skill_may_be_named_by_its_label_with_a_note() -> None:
    file = read_file(csv_of(GOOD | {"skill": "Self-injection| catheter valve |WOUND|insulin"}))
    assert file.rows[0].skills == ("self_injection", "catheter_valve", "wound", "insulin")
    assert [said.reason for said in file.findings] == [
        "Read as self_injection.",
        "Read as catheter_valve.",
        "Read as wound.",
    ]


def test_a_skill_named_twice_is_one_skill() -> None:
    assert taken(skill="insulin|insulin|").skills == ("insulin",)
    assert _refused("skill", "|") == MISSING


@pytest.mark.parametrize(("text", "kept"), [("0", "0"), ("4.5", "4.5"), ("4,5", "4.5"), ("300", "300"), (" 13 ", "13")])
def test_a_baseline_is_a_number_of_visits(text: str, kept: str) -> None:
    assert taken(baseline_visits_per_month=text).baseline_visits_per_month == kept


@pytest.mark.parametrize("text", ["-4", "301", "300.1", "sixty", "1,000", "1.2.3", "60 visits", "\u0664", "+5"])
def test_a_baseline_outside_0_to_300_refuses_the_row(text: str) -> None:
    assert _refused("baseline_visits_per_month", text) == BASELINE


@pytest.mark.parametrize("column", COLUMNS)
def test_a_cell_over_ten_thousand_characters_refuses_the_row(column: str) -> None:
    assert _refused(column, "9" * 10_001) == "This cell is over 10,000 characters."


def test_a_cell_of_ten_thousand_characters_is_kept() -> None:
    assert len(taken(notes="x" * 10_000).notes) == 10_000


def test_ten_megabytes_in_one_cell_refuse_that_row_and_no_other() -> None:
    start = time.perf_counter()
    file = read_file(csv_of(GOOD | {"notes": '"\n' * 5_000_000}, OTHER))
    assert [(said.line, said.column, said.kind) for said in file.findings] == [(2, "notes", Kind.REFUSED)]
    assert [row.line for row in file.rows] == [3]
    assert time.perf_counter() - start < 10


def test_every_bad_cell_of_a_row_is_named() -> None:
    bad = {"nhs_number": "1", "date_of_birth": "x", "sex": "x", "source": "x", "skill": "x", "referral_received": "x"}
    assert {column for column, kind, _ in _findings(**bad) if kind == "refused"} == set(bad)


def test_a_row_put_right_in_place_is_read_by_the_same_rules() -> None:
    file = read_file(csv_of(GOOD | {"sex": "yes"}))
    right = read_row(2, {**file.refused[0].cells, "sex": "f"}, RULES)
    assert right.findings == ()
    assert right.row == taken(sex="f")


# --- hostile and odd input, by its number in the list of faults -----------------------------------


def test_F75_sql_in_any_field_is_text() -> None:
    attack = "Robert'); DROP TABLE patient;--"
    row = taken(family_name=attack, address=attack, notes=attack, reason=attack)
    assert (row.name.family, row.address, row.notes, row.reason) == (attack, attack, attack, attack)


def test_F76_markup_is_text() -> None:
    markup = '<img src="http://x/y.png"><b>bold</b>&amp;'
    row = taken(given_name=markup, notes=markup, address=markup)
    assert (row.name.given, row.notes, row.address) == (markup, markup, markup)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\uff1d"])
def test_F77_a_formula_is_kept_as_it_came(start: str) -> None:
    formula = f"{start}1+1|' /C calc'!A0"
    row = taken(notes=formula, address=formula)
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
    row = taken(**{column: value})
    where = {"family_name": row.name.family, "given_name": row.name.given, "title": row.name.title}
    assert (where | {"phone": row.phone, "postcode": row.postcode, "address": row.address})[column] == kept


def test_F78_half_a_character_costs_that_character_and_no_other() -> None:
    data = csv_of(GOOD | {"family_name": "Abb\ud800ott", "notes": "a\udc00b"}).encode("utf-8", "surrogatepass")
    file = read_file(data)
    assert [(said.column, said.kind.value) for said in file.findings] == [("family_name", "note")]
    assert file.rows[0].name == Name("Abbott", "H\u00fcseyin", "Mr")
    assert file.rows[0].notes == "a\ufffdb"


def test_F78_a_note_keeps_what_was_written() -> None:
    note = "\U0001f9f4 \u202eleft\u202c caf\u00e9\nsecond line"
    assert taken(notes=note).notes == note
    assert _findings(notes=note) == []
    assert "\x00" not in taken(notes="a\x00b").notes


def test_F78_a_name_of_hidden_characters_alone_is_no_name() -> None:
    assert ("family_name", "refused", MISSING) in _findings(family_name="\u200b\u3164")


def test_F78_a_flood_of_combining_marks_is_bounded() -> None:
    assert len(taken(family_name="Abbott" + "\u0301\u0323" * 4000).name.family) < 20


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
    file = read_file(csv_of(GOOD, OTHER | {"nhs_number": "943-476-5919"}), "live")
    assert [(said.line, said.reason) for said in file.findings] == [
        (2, "NHS numbers that begin with 999 are for training.")
    ]
    assert [row.nhs_number for row in file.rows] == ["9434765919"]


@pytest.mark.parametrize("number", ["9991234136", " 999 123 4136", "999-123-4136", "999\u00a0123\u00a04136"])
def test_F79_spaces_and_hyphens_do_not_matter(number: str) -> None:
    assert taken(nhs_number=number).nhs_number == "9991234136"


def test_F79_no_nhs_number_is_a_note() -> None:
    assert _findings(nhs_number="") == [("nhs_number", "note", "NHS number not known.")]
    assert taken(nhs_number=" ").nhs_number is None


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
    assert taken(date_of_birth="18-Nov-1895").date_of_birth == date(1895, 11, 18)
    assert taken(date_of_birth="17-Nov-2026", referral_received="17-Nov-2026").received_on == RULES.today


@pytest.mark.parametrize("value", ["NaN", "inf", "-inf", "1e2", "30 kg", "0x10"])
def test_F81_what_is_not_a_plain_number_refuses_the_row(value: str) -> None:
    assert _refused("baseline_visits_per_month", value) == BASELINE


@pytest.mark.parametrize("value", ["../../etc/passwd", "C:\\CON", "NUL", "a/b"])
def test_F82_a_path_in_a_cell_is_text(value: str) -> None:
    assert taken(family_name=value, notes=value).name.family == value

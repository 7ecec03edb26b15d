"""What core teams send: read row by row, taken in whole or not at all, the same wherever it is imported."""

from datetime import date

import pytest
from sqlalchemy import select

from smf_core.domain.core_counts import BadMonth, CoreCount, month_after, month_before, parse_month
from smf_core.policy.rules import NotAllowed
from smf_core.records import tables as t
from smf_core.records.queries.stated import core_counts
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.people import NewPerson, new_patient
from smf_desktop.services.referral.cells import Kind
from smf_desktop.services.service.core_counts import NOT_HERE, import_core_referrals, import_core_rereferrals
from smf_desktop.services.service.core_files import read_core_counts
from smf_desktop.services.session import Session
from smf_desktop.store.tables import pending_access
from smf_desktop.trouble import BadReferralFile
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]

TODAY = date(2026, 11, 17)
HEADER = "month,team,count,registered_population,kind,comparison\n"
DOREEN, NOBODY = "999 123 4136", "999 009 9480"


def said(rows: str, header: str = HEADER) -> list[tuple[int, str | None, str, str]]:
    found = read_core_counts((header + rows).encode(), today=TODAY)
    return [(each.line, each.column, each.kind.value, each.reason) for each in found.findings]


@pytest.mark.parametrize(
    "text", ["2026-03", "03/2026", "Mar-2026", "march 2026", "Mar-26", "2026-03-01", "01/03/2026", "01-Mar-2026"]
)
def test_a_month_as_files_write_it(text: str) -> None:
    assert parse_month(text) == date(2026, 3, 1)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-3", "03/26", "Mrz-2026", "2026-03-02", "Q1 2026", "0000-01", "-", "ma"]
)
def test_what_is_not_a_month(text: str) -> None:
    with pytest.raises(BadMonth):
        parse_month(text)


def test_months_follow_one_another_over_the_year() -> None:
    assert month_after(date(2025, 12, 1)) == date(2026, 1, 1)
    assert month_before(date(2026, 1, 1)) == date(2025, 12, 1)
    assert month_after(month_before(date(2026, 7, 1))) == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("soon,City,5,1000,,", "month", "Write the month as 2026-11, 11/2026 or Nov-2026."),
        (",City,5,1000,,", "month", "This cell is needed and is empty."),
        ("2026-12,City,5,1000,,", "month", "The month is in the future."),
        ("2026-10,,5,1000,,", "team", "This cell is needed and is empty."),
        ("2026-10,City,-5,1000,,", "count", "A count is a whole number, 0 or more."),
        ("2026-10,City,5.5,1000,,", "count", "A count is a whole number, 0 or more."),
        ("2026-10,City,,1000,,", "count", "This cell is needed and is empty."),
        ("2026-10,City,5,0,,", "registered_population", "A registered population is a whole number over 0."),
        ("2026-10,City,5,-9,,", "registered_population", "A registered population is a whole number over 0."),
        ("2026-10,City,5,many,,", "registered_population", "A registered population is a whole number over 0."),
        ("2026-10,City,5,1000,,perhaps", "comparison", "Use yes for a team without self-management, else no."),
        ("2026-10,City,5,1000", None, "The row has more or fewer cells than the header."),
        (f"2026-10,{'x' * 201},5,1000,,", "team", "This name is over 200 characters."),
        (f"2026-10,City,5,1000,{'x' * 10_001},", "kind", "This cell is over 10,000 characters."),
    ],
)
def test_a_bad_cell_refuses_its_row_with_one_sentence(row: str, column: str | None, reason: str) -> None:
    ((line, at, kind, told),) = said(f"{row}\n")
    assert (line, at, kind) == (2, column, "refused")
    assert told.startswith(reason)


def test_the_same_month_twice() -> None:
    rows = "2026-09,City,5,1000,,\n2026-09,CITY,5,1000,,\n2026-09,City,5,1000,,\n2026-09,City,6,1000,,\n"
    found = read_core_counts((HEADER + rows).encode(), today=TODAY)
    assert [(each.line, each.kind.value, each.of) for each in found.findings] == [
        (3, "refused", None),
        (4, "duplicate", "line:2"),
        (5, "refused", None),
    ]
    assert [each.count for each in found.rows] == [5]


def test_months_left_out_are_said_and_the_others_imported() -> None:
    rows = "2026-10,City,5,1000,,\n2026-05,City,5,1000,,\n2026-07,City,5,1000,,\n2026-06,East,5,1000,,\n"
    gaps = [(2, "No count of this team for Aug-2026 to Sep-2026: a gap, not 0.")]
    gaps += [(4, "No count of this team for Jun-2026: a gap, not 0.")]
    assert [(line, reason) for line, column, kind, reason in said(rows) if (column, kind) == ("month", "note")] == gaps


def test_what_is_only_noted() -> None:
    ours = "2026-11,City,5,,,no\n"
    assert [(column, kind) for _, column, kind, _ in said(ours)] == [
        ("month", "note"),
        ("registered_population", "note"),
    ]
    assert said("2026-10,City,5\n", "month,team,count\n") == []


def test_a_team_is_a_comparison_or_it_is_not() -> None:
    ((line, column, kind, _),) = said("2026-09,City,5,1000,,yes\n2026-10,City,5,1000,,no\n")
    assert (line, column, kind) == (3, "comparison", "refused")


def test_dialects_of_spreadsheets() -> None:
    rows = '\ufeffCount;Team;Month;Comparison\r\n0;"Derby; City";Oct-26;YES\r\n;;;\r\n'
    (found,) = read_core_counts(rows.encode(), today=TODAY).rows
    assert found == CoreCount(date(2026, 10, 1), "Derby; City", 0, None, "", comparison=True)


@pytest.mark.parametrize(
    ("data", "happened"),
    [
        (b"", "The file is empty."),
        (b"a,b\n1,2\n", "The first row does not name the columns."),
        (b"month,team\n2026-10,City\n", "The file has no column count."),
        (b"PK\x03\x04", "The file is not CSV text."),
    ],
)
def test_a_file_that_is_none(team: Team, data: bytes, happened: str) -> None:
    with pytest.raises(BadReferralFile) as refused:
        import_core_referrals(team.lead, data)
    words = words_for(refused.value)
    assert words.happened == happened
    assert "family_name" not in words.do


# --- taken in ----------------------------------------------------------------------------------------------------


def counts(session: Session) -> dict[str, int]:
    with session.read() as connection:
        return {f"{each.month:%Y-%m} {each.team}": each.count for each in core_counts(connection).values()}


def test_a_file_is_taken_in_once_and_a_corrected_one_changes_it(team: Team) -> None:
    rows = "".join(f"2026-{month:02},Derby City,{400 + month},262000,,\n" for month in range(1, 11))
    first = import_core_referrals(team.lead, (HEADER + rows).encode())
    assert (first.records, first.imported, first.unchanged) == (10, 10, 0)
    again = import_core_referrals(team.admin, (HEADER + rows).encode())
    assert (again.imported, again.unchanged) == (0, 10)
    corrected = import_core_referrals(team.admin, (HEADER + rows.replace("403", "399")).encode())
    assert (corrected.imported, corrected.unchanged) == (1, 9)
    assert counts(team.lead)["2026-03 Derby City"] == 399
    assert len(counts(team.lead)) == 10


def test_one_refused_row_means_none(team: Team) -> None:
    told = import_core_referrals(team.lead, (HEADER + "2026-09,City,5,9,,\n2026-10,City,-5,9,,\n").encode())
    assert told.refused
    assert (told.records, told.imported) == (2, 0)
    assert counts(team.lead) == {}


def test_more_rows_than_one_change_set_holds(team: Team) -> None:
    rows = "".join(f"{year}-{month:02},City,{year},,,\n" for year in range(1990, 2026) for month in range(1, 13))
    assert import_core_referrals(team.lead, (HEADER + rows).encode()).imported == 432
    assert len(counts(team.lead)) == 432


@pytest.mark.parametrize("who", ["nurse", "assistant"])
def test_who_may_not(team: Team, who: str) -> None:
    for take_in in (import_core_referrals, import_core_rereferrals):
        with pytest.raises(NotAllowed):
            take_in(getattr(team, who), b"")


def test_an_import_is_audited(team: Team) -> None:
    import_core_referrals(team.lead, (HEADER + "2026-10,City,5,9,,\n").encode())
    import_core_referrals(team.lead, (HEADER + "2026-10,City,-5,9,,\n").encode())
    with team.lead.read() as connection:
        noted = connection.execute(select(pending_access)).all()
    assert [(row.author, row.action, row.detail) for row in noted] == [(team.lead.user.id, "import", "core_referrals")]


def test_who_came_back_is_found_by_number_and_nobody_is_invented(team: Team) -> None:
    doreen, items = new_patient(
        team.nurse, NewPerson("Abernathy", "Doreen", date(1951, 3, 14), nhs_number=DOREEN.replace(" ", ""))
    )
    with team.nurse.work() as work:
        work.save(items, patient=doreen)
    header = "nhs_number,received_on,team,reason\n"
    rows = f'{DOREEN},03/11/2026,North,"Fell, hands weak"\n{NOBODY},2026-11-04,North,\n{DOREEN},2026-11-03,north,\n'
    told = import_core_rereferrals(team.lead, (header + rows).encode())
    assert (told.records, told.imported) == (3, 1)
    assert [(each.line, each.kind, each.reason) for each in told.findings] == [
        (3, Kind.NOTE, NOT_HERE),
        (4, Kind.DUPLICATE, "This row is earlier in the file."),
    ]
    with team.lead.read() as connection:
        (row,) = connection.execute(select(t.core_return)).all()
    assert (row.patient, row.received_on, row.team) == (doreen, date(2026, 11, 3), "North")
    assert row.reason == "Fell, hands weak"
    again = import_core_rereferrals(team.admin, (header + rows).encode())
    assert (again.imported, again.unchanged) == (0, 1)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",2026-11-03,North,", "nhs_number"),
        ("999 000 0019,2026-11-03,North,", "nhs_number"),
        (f"{DOREEN},2026-11-18,North,", "received_on"),
        (f"{DOREEN},3/11/26,North,", "received_on"),
        (f"{DOREEN},2026-11-03,,", "team"),
    ],
)
def test_a_bad_row_of_who_came_back(team: Team, row: str, column: str) -> None:
    told = import_core_rereferrals(team.lead, f"nhs_number,received_on,team,reason\n{row}\n".encode())
    assert told.refused
    assert [each.column for each in told.findings] == [column]

"""The list of areas: taken in whole or not at all, in place of the one before."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.area import Area, BadArea, area_code, areas_around, fifth
from smf_core.domain.stated import BaselineOf
from smf_core.policy.rules import NotAllowed
from smf_core.records.queries.areas import areas, deciles, edition
from smf_core.records.queries.stated import baselines
from smf_desktop.services.referral.cells import Kind
from smf_desktop.services.service.areas import MOST, AreasImported, import_areas
from smf_desktop.services.session import Session
from smf_desktop.trouble import BadReferralFile
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]

HEADER = "area,decile\n"
LIST = f"{HEADER}DE22,5\nde22  3,2\nDE223ZA,1\nDE23 1,9\n"


def take_in(session: Session, text: str) -> AreasImported:
    return import_areas(session, text.encode())


def listed(session: Session) -> Mapping[str, int]:
    with session.read() as connection:
        return {each.code: each.decile for each in areas(connection)}


def test_a_list_is_taken_in_and_a_postcode_has_the_decile_of_the_smallest_area_it_is_in(team: Team) -> None:
    found = take_in(team.lead, LIST)
    assert (found.records, found.added, found.changed, found.unchanged, found.gone) == (4, 4, 0, 0, 0)
    assert listed(team.lead) == {"DE22": 5, "DE22 3": 2, "DE22 3ZA": 1, "DE23 1": 9}
    wanted = ("DE22 3ZA", "de223zb", "DE22 4AA", "DE23 1AA", "DE23 2AA", "DE2 2AA", "", "Derby")
    with team.lead.read() as connection:
        assert deciles(connection, wanted) == {"DE22 3ZA": 1, "de223zb": 2, "DE22 4AA": 5, "DE23 1AA": 9}


def test_a_newer_list_stands_in_place_of_the_one_before(team: Team) -> None:
    take_in(team.lead, LIST)
    again = take_in(team.admin, LIST)
    assert (again.unchanged, again.touched) == (4, {"access"} & again.touched)
    newer = take_in(team.admin, f"{HEADER}DE22,5\nDE22 3,4\nDE24,7\n")
    assert (newer.added, newer.changed, newer.unchanged, newer.gone) == (1, 1, 1, 2)
    assert listed(team.lead) == {"DE22": 5, "DE22 3": 4, "DE24": 7}
    back = take_in(team.lead, LIST)
    assert (back.added, back.changed, back.gone) == (2, 1, 1)
    assert listed(team.lead) == {"DE22": 5, "DE22 3": 2, "DE22 3ZA": 1, "DE23 1": 9}


def test_the_edition_of_the_list_is_told_and_one_that_is_not_named_is_not_that_of_the_list_before(team: Team) -> None:
    def standing() -> str:
        with team.lead.read() as connection:
            return edition(connection)

    take_in(team.lead, LIST)
    assert standing() == ""
    for named in (" Indices of  Deprivation 2019 ", "Indices of Deprivation 2019", "Indices of Deprivation 2025"):
        import_areas(team.admin, LIST.encode(), named)
        assert standing() == " ".join(named.split())
    with team.lead.read() as connection:
        stated = baselines(connection, BaselineOf.AREAS)
    assert [(each.source[-4:], each.withdrawn, each.by) for each in stated] == [
        ("2025", False, team.admin.user.id),
        ("2019", True, team.admin.user.id),
    ]
    import_areas(team.lead, f"{HEADER}Derby,1\n".encode(), "Indices of Deprivation 2030")
    assert standing() == "Indices of Deprivation 2025"  # nothing of a refused list counts
    take_in(team.lead, LIST)
    assert standing() == ""


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("DE223,5", "area", "sector with its space"),
        ("Derby,5", "area", "sector with its space"),
        (",5", "area", "needed"),
        ("DE22,0", "decile", "from 1"),
        ("DE22,11", "decile", "from 1"),
        ("DE22,2.5", "decile", "from 1"),
        ("DE22,-1", "decile", "from 1"),
        ("DE22,\u00b2", "decile", "from 1"),
        ("DE22,", "decile", "needed"),
        ("DE23,4\nde23,5", "decile", "another decile"),
    ],
)
def test_one_row_that_is_wrong_and_nothing_is_taken_in(team: Team, row: str, column: str, said: str) -> None:
    take_in(team.lead, LIST)
    before = listed(team.lead)
    found = take_in(team.lead, f"{HEADER}S1,1\n{row}\n")
    (wrong,) = [each for each in found.findings if each.kind is Kind.REFUSED]
    assert (wrong.line, wrong.column, found.refused) == (2 + len(row.splitlines()), column, True)
    assert said in wrong.reason
    assert listed(team.lead) == before


def test_a_list_without_rows_takes_nothing_away(team: Team) -> None:
    take_in(team.lead, LIST)
    assert [each.reason for each in take_in(team.lead, HEADER).findings] == ["The list names no area."]
    with pytest.raises(BadReferralFile):
        take_in(team.lead, "postcode,imd\nDE22 3ZA,1\n")
    assert len(listed(team.lead)) == 4


def test_a_row_that_is_there_twice_is_said_and_counts_once(team: Team) -> None:
    found = take_in(team.lead, f"{HEADER}DE22,5\nde22,5\n")
    assert [(each.line, each.kind, each.of) for each in found.findings] == [(3, Kind.DUPLICATE, "line:2")]
    assert listed(team.lead) == {"DE22": 5}


def test_a_list_that_is_too_long_is_refused_in_one_sentence(team: Team) -> None:
    rows = (f"DE{n // 2600 % 90 + 10} {n % 10}{chr(65 + n // 10 % 26)}{chr(65 + n // 260 % 10)},1" for n in range(MOST))
    more = [f"S{n % 90 + 1} {n // 90 % 10}{chr(65 + n // 900 % 26)}A,1" for n in range(MOST)]
    found = take_in(team.lead, HEADER + "\n".join([*rows, *more]))
    assert [each.reason for each in found.findings if each.kind is Kind.REFUSED]
    assert listed(team.lead) == {}


def test_who_teaches_takes_no_list_in(team: Team) -> None:
    for session in (team.nurse, team.assistant):
        with pytest.raises(NotAllowed):
            take_in(session, LIST)


def test_a_fifth_is_two_tenths() -> None:
    assert [fifth(decile) for decile in range(1, 11)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@given(st.from_regex(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", fullmatch=True))
def test_a_postcode_is_in_itself_its_sector_and_its_district_however_it_is_typed(postcode: str) -> None:
    outward, inward = postcode.split()
    assert areas_around(postcode.lower()) == areas_around(postcode.replace(" ", "")) == areas_around(f" {postcode} ")
    assert areas_around(postcode) == (postcode, f"{outward} {inward[0]}", outward)
    assert [area_code(code) for code in areas_around(postcode)] == list(areas_around(postcode))
    assert Area(postcode, 1).id == Area(area_code(postcode.lower()), 9).id


@given(st.text())
def test_any_text_is_an_area_or_refused(text: str) -> None:
    try:
        found = area_code(text)
    except BadArea:
        return
    assert area_code(found) == found

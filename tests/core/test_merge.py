"""Who stands for whom, and who is alike: pure functions of what was said."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.merge import Like, Likeness, alike, standing_for
from smf_core.domain.patient import Name

IDS = st.sampled_from("abcdef")
LINKS = st.dictionaries(IDS, IDS, max_size=6)
BORN = date(1951, 3, 14)


@given(LINKS)
def test_nobody_is_lost_whatever_the_links_say(links: dict[str, str]) -> None:
    """Whoever is stood for is stood for by somebody who stands alone."""
    found = standing_for(links)
    assert all(into not in found for into in found.values())
    assert set(found) <= set(links)


@given(LINKS)
def test_links_that_follow_one_another_end_at_one_person(links: dict[str, str]) -> None:
    found = standing_for(links)
    assert all(found.get(one, one) == found.get(other, other) for one, other in links.items())


@given(LINKS)
def test_who_stands_does_not_depend_on_the_order_in_which_links_are_read(links: dict[str, str]) -> None:
    assert standing_for(dict(reversed(links.items()))) == standing_for(links)


def test_a_ring_of_merges_leaves_the_first_record_standing() -> None:
    assert standing_for({"b": "a", "a": "b"}) == {"b": "a"}
    assert standing_for({"a": "c", "b": "a", "c": "b", "d": "c"}) == {"b": "a", "c": "a", "d": "a"}


def likeness(family: str, given: str, born: date | None = BORN, **more: str) -> Likeness:
    return Likeness(Name(family, given), born, **more)


DOREEN = likeness("Abernathy", "Doreen", nhs_number="9990079323", postcode="DE1 2AB", phone="01632 960305")


def test_people_are_alike_for_a_reason_and_the_surest_is_told() -> None:
    assert alike(likeness("Other", "Name", None, nhs_number="9990079323"), DOREEN) is Like.NHS_NUMBER
    assert alike(likeness("ABERNATHY", "doreen"), DOREEN) is Like.NAME_AND_BIRTH
    assert alike(likeness("Doreen", "Abernathy"), DOREEN) is Like.NAMES_SWAPPED
    assert alike(likeness("Abernathy", "Dorothy"), DOREEN) is Like.SIMILAR_NAME_AND_BIRTH
    assert alike(likeness("Smith", "Doreen"), DOREEN) is Like.SIMILAR_NAME_AND_BIRTH
    assert alike(likeness("Abernathy", "Doreen", None, postcode="de12ab"), DOREEN) is Like.NAME_AND_HOME
    assert alike(likeness("Abernathy", "Doreen", None, phone="01632960305"), DOREEN) is Like.NAME_AND_PHONE
    assert alike(likeness("Abernathy", "Doreen", date(1951, 4, 14)), DOREEN) is Like.NAME_AND_NEAR_BIRTH


def test_a_birth_date_alone_or_a_name_alone_makes_nobody_alike() -> None:
    assert alike(likeness("Smith", "John"), DOREEN) is None
    assert alike(likeness("Abernathy", "Doreen", date(1960, 1, 2)), DOREEN) is None
    assert alike(likeness("Abernathy", "Peter", None, postcode="DE1 2AB"), DOREEN) is None
    assert alike(likeness("", ""), likeness("", "")) is None


def test_day_and_month_the_other_way_round_is_a_slip_of_the_pen() -> None:
    one, other = likeness("Abernathy", "Doreen", date(1951, 3, 4)), likeness("Abernathy", "Doreen", date(1951, 4, 3))
    assert alike(one, other) is Like.NAME_AND_NEAR_BIRTH

"""Two nurses sign one booking apart: a co-signature is of the signature that was read, whichever comes first (F60)."""

from dataclasses import replace

import pytest

from smf_desktop.services.day.today import today_facts
from smf_desktop.services.visit.cosigning import ask_cosignature, cosign, withdraw_cosignature
from smf_desktop.services.visit.visits import sign_visit
from tests.support.three_laptops import Nurse, Three, booked, home, north, rebuilt, three
from tests.support.visits import Home, filled_form

__all__ = ["home", "north", "three"]


def cosigned(nurse: Nurse, visit: str) -> tuple[str, str | None, str | None]:
    """Whose visit it is, who was asked to co-sign it, and who did."""
    found = nurse.visit(visit)
    return found.signed_by or "", found.cosign_of, found.cosigned_by


@pytest.mark.parametrize("when", ["before", "after"], ids="told apart {} it comes".format)
def test_F60_a_co_signature_stays_with_the_signature_that_was_read(three: Three, home: Home, when: str) -> None:
    """Priya has read Anna's alone. Tom's is the earlier one, and comes later."""
    tom, anna, priya = (each.session.user.id for each in three.all)
    visit = booked(three, home)
    three.tom.signs(home, visit, "Tom: 12 units given")
    three.passes(minutes=20)
    three.anna.signs(home, visit, "Anna: 12 units given")
    ask_cosignature(three.anna.session, visit, priya)
    three.anna.exchange()
    three.priya.exchange()
    assert [one.id for one in today_facts(three.priya.session).cosign] == [visit]
    if when == "after":
        three.tom.exchange()
        three.anna.exchange()
        (pair,) = three.anna.pairs(home)
        own = pair.other.id
        three.anna.settles(home, None)
    cosign(three.priya.session, visit, "Read")
    three.meet()
    for each in three.all:
        assert cosigned(each, visit) == (tom, None, None), "nobody has read what Tom signed"
    if when == "before":
        (pair,) = three.tom.pairs(home)
        own = pair.other.id
        three.tom.settles(home, None)
    three.meet()
    for each in three.all:
        assert cosigned(each, own) == (anna, priya, priya)
        assert each.visit(own).cosign_note == "Read"
        assert cosigned(each, visit) == (tom, None, None)
        rebuilt(each)
    assert today_facts(three.priya.session).cosign == ()


def test_F60_who_is_asked_with_a_signature_is_asked_about_that_one(three: Three, home: Home) -> None:
    """What was asked of the first is withdrawn there, and not of the other."""
    tom, anna, priya = (each.session.user.id for each in three.all)
    visit = booked(three, home)
    three.tom.signs(home, visit, "Tom: 12 units given")
    ask_cosignature(three.tom.session, visit, anna)
    three.passes(minutes=20)
    three.anna.signs(home, visit, "Anna: 12 units given")
    ask_cosignature(three.anna.session, visit, priya)
    three.meet()
    for each in three.all:
        assert cosigned(each, visit) == (tom, anna, None)
    withdraw_cosignature(three.tom.session, visit)
    (pair,) = three.tom.pairs(home)
    three.tom.settles(home, None)
    three.meet()
    for each in three.all:
        assert cosigned(each, visit) == (tom, None, None)
        assert cosigned(each, pair.other.id) == (anna, priya, None)
        rebuilt(each)


def test_F60_what_was_asked_with_a_signature_is_withdrawn_for_it_though_it_was_told_apart_meanwhile(
    three: Three, home: Home
) -> None:
    tom, anna, priya = (each.session.user.id for each in three.all)
    visit = booked(three, home)
    three.tom.signs(home, visit, "Tom: 12 units given")
    three.passes(minutes=20)
    form = filled_form(three.anna.team, home)
    sign_visit(three.anna.session, replace(form, visit=visit, planned=visit, cosign_of=priya))
    three.anna.exchange()
    withdraw_cosignature(three.anna.session, visit)
    three.passes(minutes=20)
    three.tom.exchange()
    (pair,) = three.tom.pairs(home)
    three.tom.settles(home, None)
    assert cosigned(three.tom, pair.other.id) == (anna, priya, None)
    three.meet()
    for each in three.all:
        assert cosigned(each, visit) == (tom, None, None)
        assert cosigned(each, pair.other.id) == (anna, None, None)
        rebuilt(each)

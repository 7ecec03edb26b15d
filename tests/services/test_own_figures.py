"""A nurse's own figures: hers and nobody else's, each with what belongs to it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from smf_core.figures.figure import Asked, share
from smf_core.figures.own import visits_made
from smf_core.policy.rules import NotAllowed
from smf_desktop.presenters.service.own import (
    OwnFacts,
    own_foot,
    own_headlines,
    own_mend_rows,
    progress_rows,
    skill_rows,
)
from smf_desktop.presenters.team.headline import Headline
from smf_desktop.services.service.own import own_days, own_figures, own_people
from smf_desktop.services.session import Session
from tests.support.demos import Demo, small_demo
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home, taught

__all__ = ["laptop", "store_template", "team"]

SINCE, UNTIL = date(2025, 11, 1), date(2026, 10, 31)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    yield from small_demo(tmp_path_factory)


def own(session: Session, *, joined: bool = False) -> OwnFacts:
    return own_figures(session, SINCE, UNTIL, joined=joined)


def count(session: Session, asking: str, **said: str) -> int:
    with session.read() as connection:
        return int(connection.scalar(text(asking), said) or 0)


def test_a_nurse_is_told_hers_and_a_colleague_nothing_of_it(team: Team) -> None:
    home = at_home(team, "insulin", "wound")
    taught(team, home, days_ago=2)
    mine, theirs = own(team.nurse), own(team.nurse2)
    assert (mine.this_month.visits, mine.this_month.people, mine.this_month.minutes) == (1, 1, 45)
    assert [(row.patient, row.confidence) for row in progress_rows(mine)] == [
        (home.patient, "7 of 10, asked once"),
        (home.patient, "7 of 10, asked once"),
    ]
    assert own_mend_rows(mine)
    assert [row.value for row in own_headlines(theirs)] == ["0", "0", "0", "", ""]
    assert (progress_rows(theirs), own_mend_rows(theirs), skill_rows(theirs)) == ((), (), ())


def test_who_teaches_nobody_has_no_figures_of_their_own(team: Team) -> None:
    for nobody in (team.admin, replace(team.nurse, user=replace(team.nurse.user, active=False))):
        with pytest.raises(NotAllowed):
            own(nobody)
        with pytest.raises(NotAllowed):
            own_people(nobody, Asked(since=SINCE, until=UNTIL, as_of=UNTIL), "caseload_now")


def test_people_behind_are_ones_own_whoever_is_asked_for(team: Team) -> None:
    home = at_home(team)
    asked = Asked(since=SINCE, until=UNTIL, as_of=UNTIL, nurse=team.nurse.user.id)
    assert [row.confidence for row in progress_rows(own(team.nurse))] == ["Not asked"]
    assert [one.patient for one in own_people(team.nurse, asked, "caseload_now").rows] == [home.patient]
    assert own_people(team.nurse2, asked, "caseload_now").rows == ()


def test_the_counts_are_those_of_the_visits_she_signed(demo: Demo) -> None:
    session = demo.nurse
    facts = own(session)
    of_hers = "FROM visit WHERE status = 'signed' AND struck_reason = '' AND signed_by = :nurse"
    first = "2026-11-01T00:00"
    own_visits = count(
        session, f"SELECT count(*) {of_hers} AND started_at >= :first", nurse=session.user.id, first=first
    )
    minutes = count(
        session, f"SELECT sum(minutes) {of_hers} AND started_at >= :first", nurse=session.user.id, first=first
    )
    everybody = count(session, f"SELECT count(*) {of_hers}", nurse=session.user.id)
    assert (facts.this_month.visits, facts.this_month.minutes) == (own_visits, minutes)
    assert 0 < own_visits < everybody
    with session.read() as connection:
        assert visits_made(connection, session.user.id, date(2026, 1, 1), date(2026, 11, 17)).visits == everybody
        assert visits_made(connection, session.user.id, date(2027, 1, 1), date(2027, 1, 31)).visits == 0


def shares(facts: OwnFacts, number: int, among: int) -> dict[str, Headline]:
    """The headlines as they are with so many of so many discharged."""
    wilson = share(number, among, nobody="Nobody.")
    figure = replace(
        facts.figures["discharge_rate"],
        **{name: getattr(wilson, name) for name in ("numerator", "denominator", "value", "low", "high")},
    )
    told = replace(facts, figures={**facts.figures, "discharge_rate": figure})
    return {row.key: row for row in own_headlines(told)}


def test_a_share_has_its_counts_and_its_interval_and_few_are_said_to_be_few(demo: Demo) -> None:
    facts = own(demo.nurse)
    many = shares(facts, 141, 190)["discharge_rate"]
    assert (many.value, many.beside) == ("74%", "95% CI 68% to 80%")
    assert many.words == "141 of 190 people whose teaching ended"
    few = shares(facts, 2, 3)["discharge_rate"]
    assert (few.value, few.beside) == ("2 of 3", "95% CI 21% to 94%")
    assert few.words == "3 people: too few to say more"
    before = own_figures(demo.nurse, date(2020, 1, 1), date(2020, 1, 31), joined=False)
    none = {row.key: row for row in own_headlines(before)}
    assert (none["discharge_rate"].value, none["no_access_rate"].value) == ("", "")
    assert none["no_access_rate"].words == "No visit was due in this period."
    assert all(row.note.endswith("too few to say more") for row in skill_rows(facts))


def test_progress_is_what_the_record_says(demo: Demo) -> None:
    session = demo.nurse
    facts = own(session)
    rows = progress_rows(facts)
    taught_by = "SELECT count(*) FROM episode WHERE closed_on IS NULL AND nurse = :nurse"
    assert len(rows) == count(session, taught_by, nurse=session.user.id)
    assert [row.name.casefold() for row in rows] == sorted(row.name.casefold() for row in rows)
    for row in rows:
        visits = count(
            session, "SELECT coalesce(max(visits), 0) FROM counted_episode WHERE episode = :one", one=row.episode
        )
        assert row.visits.startswith(f"{visits} of ")
    assert any(", then " in row.confidence for row in rows)
    ready = replace(facts, lines=tuple(replace(one, ready=(one.pathways[0].id,)) for one in facts.lines[:1]))
    assert [row.ready for row in progress_rows(ready)][:1] == ["Ready to discharge"]
    assert "yours alone" in own_foot(facts)


def test_no_word_of_the_page_names_a_colleague_or_ranks_anybody(demo: Demo) -> None:
    facts = own(demo.nurse)
    told = [row.spoken for row in (*own_headlines(facts), *skill_rows(facts), *progress_rows(facts))]
    told += [row.definition for row in own_headlines(facts)] + [own_foot(facts)]
    words = " ".join(told).casefold()
    others = [one.user.name for name, one in demo.sessions.items() if name != "nurse"]
    assert not [name for name in others if name.casefold() in words]
    assert not [word for word in ("rank", "average", "team mean", "better", "worse") if word in words]


def test_a_laptop_of_a_team_says_what_it_does_not_hold_whole(demo: Demo) -> None:
    rows = {row.key: row.incomplete for row in own_headlines(own(demo.nurse, joined=True))}
    assert rows == {
        "visits_made": False,
        "minutes": False,
        "caseload_now": False,
        "discharge_rate": True,
        "no_access_rate": True,
    }
    assert not any(row.incomplete for row in own_headlines(own(demo.nurse)))
    year, quarter = (SINCE, UNTIL), (date(2026, 8, 1), UNTIL)
    assert own_days(demo.nurse, (year, quarter), joined=True) == quarter
    assert own_days(demo.nurse, (year, quarter), joined=False) == year
    assert own_days(demo.nurse, (year,), joined=True) == year

"""What figures are held against is stated with its source and author, withdrawn and never written over."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from smf_core.domain.stated import (
    CORE_REFERRALS_CHART,
    BaselineNotPossible,
    BaselineOf,
    CauseNeeded,
    MonthAhead,
    NotStated,
    SourceNeeded,
)
from smf_core.domain.teaching_trouble import NotAVisitsNumber
from smf_core.figures.core_counts import baseline_stated
from smf_core.policy.rules import NotAllowed
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.services.service.baselines import (
    baselines,
    rebase,
    rebases,
    state_baseline,
    state_usual_visits,
    usual_visits,
    withdraw_baseline,
    withdraw_rebase,
)
from smf_desktop.services.session import Session, Touched
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]

YEAR = date(2025, 5, 1), date(2026, 4, 30)


def test_a_baseline_is_stated_and_withdrawn_and_the_log_keeps_both(team: Team) -> None:
    state_baseline(team.lead, *YEAR, source="core diaries", bedding_in=date(2026, 5, 17), note="Agreed with the board")
    team.clock.forward(days=1)
    state_baseline(team.lead, date(2025, 6, 1), YEAR[1], source="core diaries, corrected")
    newest, first = (each.what for each in baselines(team.lead, BaselineOf.CORE_REFERRALS))
    assert (newest.since, first.since, first.bedding_in) == (date(2025, 6, 1), YEAR[0], date(2026, 5, 1))
    assert (first.on, first.by, first.note) == (date(2026, 11, 17), team.lead.user.id, "Agreed with the board")
    team.clock.forward(hours=1)
    withdraw_baseline(team.admin, newest.id)
    with team.lead.read() as connection:
        assert baseline_stated(connection) == first
    (log, _) = baselines(team.lead, BaselineOf.CORE_REFERRALS)
    assert log.what.withdrawn
    assert [(act.by, act.withdrawn) for act in log.acts] == [("Lead Example", False), ("Admin Example", True)]
    assert log.acts[1].at - log.acts[0].at == timedelta(hours=1)
    with pytest.raises(NotStated):
        withdraw_baseline(team.admin, newest.id)


def test_the_usual_visits_of_a_skill(team: Team) -> None:
    assert not usual_visits(team.lead)["insulin"].stated
    state_usual_visits(team.lead, "insulin", "60,9", source="audit of spring")
    found = usual_visits(team.lead)["insulin"]
    assert (found.a_month, found.source, found.stated_on, found.stated) == (
        60.9,
        "audit of spring",
        date(2026, 11, 17),
        True,
    )
    (stated,) = baselines(team.lead, BaselineOf.CORE_VISITS)
    withdraw_baseline(team.lead, stated.what.id)
    assert not usual_visits(team.lead)["insulin"].stated


def test_a_rebase_has_a_cause_an_author_a_date_and_a_log(team: Team) -> None:
    rebase(team.lead, CORE_REFERRALS_CHART, date(2026, 5, 9), "Service start", "first team")
    (made,) = rebases(team.lead, CORE_REFERRALS_CHART)
    assert (made.what.month, made.what.cause, made.what.note) == (date(2026, 5, 1), "Service start", "first team")
    assert (made.what.on, made.what.by, made.what.withdrawn) == (date(2026, 11, 17), team.lead.user.id, False)
    withdraw_rebase(team.admin, made.what.id)
    (gone,) = rebases(team.lead, CORE_REFERRALS_CHART)
    assert gone.what.withdrawn
    assert [act.by for act in gone.acts] == ["Lead Example", "Admin Example"]
    assert rebases(team.lead, "another chart") == ()


@pytest.mark.parametrize(
    ("act", "trouble"),
    [
        (lambda who: state_baseline(who, YEAR[1], YEAR[0], source="x"), BaselineNotPossible),
        (lambda who: state_baseline(who, YEAR[0], date(2026, 11, 30), source="x"), BaselineNotPossible),
        (lambda who: state_baseline(who, date(2026, 4, 2), YEAR[1], source="x"), BaselineNotPossible),
        (lambda who: state_baseline(who, *YEAR, source="  "), SourceNeeded),
        (lambda who: state_usual_visits(who, "insulin", "-1", source="x"), NotAVisitsNumber),
        (lambda who: state_usual_visits(who, "insulin", "nan", source="x"), NotAVisitsNumber),
        (lambda who: state_usual_visits(who, "insulin", "301", source="x"), NotAVisitsNumber),
        (lambda who: state_usual_visits(who, "insulin", "60", source=""), SourceNeeded),
        (lambda who: rebase(who, CORE_REFERRALS_CHART, date(2026, 5, 1), " "), CauseNeeded),
        (lambda who: rebase(who, CORE_REFERRALS_CHART, date(2026, 12, 1), "Moved"), MonthAhead),
        (lambda who: withdraw_rebase(who, "nobody knows"), NotStated),
    ],
)
def test_what_cannot_be_stated_is_said(team: Team, act: Callable[[Session], Touched], trouble: type[Exception]) -> None:
    with pytest.raises(trouble) as raised:
        act(team.lead)
    assert words_for(raised.value) != OUR_FAULT
    for who in (team.nurse, team.assistant):
        with pytest.raises(NotAllowed):
            act(who)

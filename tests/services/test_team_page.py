"""The figures of the team page in one read, who may have them, and who is behind a mark."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from smf_core.domain.stated import CORE_REFERRALS_CHART
from smf_core.figures.figure import Asked, Split
from smf_core.figures.suppression import WhyShown, hide_small
from smf_core.operations.protocol import LaptopNote
from smf_core.policy.rules import NotAllowed
from smf_desktop.presenters.team.facts import Pointed, TeamFacts
from smf_desktop.presenters.team.headline import beside_headlines, headlines
from smf_desktop.services.auditing import REPORT
from smf_desktop.services.reporting.making import make_report
from smf_desktop.services.session import Session
from smf_desktop.services.team.charts import team_charts
from smf_desktop.services.team.page import asked_of_hub, team_facts
from smf_desktop.services.team.people import CASELOAD, OTHERS, RATES, STEP, SURVIVAL, page_of, people_of
from smf_desktop.services.team.pictures import HIDDEN, SHOWN, copy_picture, leaving, may_show_small, save_picture
from smf_desktop.trouble import FileUnwritable
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.team_page import core_counts, people_taught

__all__ = ["laptop", "store_template", "team"]


def asked(session: Session, **narrowed: str) -> Asked:
    today = session.today()
    whole = Asked(since=today.replace(year=today.year - 1), until=today, as_of=today, team=session.team)
    return replace(whole, **narrowed)  # type: ignore[arg-type]  # every filter is text


def facts(of: Team, *, joined: bool = False, **narrowed: str) -> TeamFacts:
    return team_facts(of.lead, asked(of.lead, **narrowed), joined=joined)


def test_the_figures_are_those_of_the_people_taught(team: Team) -> None:
    people_taught(team, 12)
    found = facts(team)
    rate = found.figures["discharge_rate"]
    assert (rate.numerator, rate.denominator) == (7, 11)
    assert found.figures["caseload_now"].value == 1
    assert [(one.nurse, one.people) for one in found.loads] == [(team.nurse.user.id, 1)]
    charts = team_charts(found)
    assert [(one.key, one.people) for one in charts.survival.curves] == [("insulin", 12)]
    assert [(one.number, one.among) for one in charts.rates.rates] == [(7, 11)]
    assert sum(len(people) for mark, people in found.marked.items() if mark == "no_next") == 1


def test_a_filter_narrows_every_figure(team: Team) -> None:
    people_taught(team, 6)
    people_taught(team, 3, "wound", still=0)
    assert facts(team, skill="wound").figures["discharge_rate"].denominator == 3
    assert facts(team, nurse=team.nurse2.user.id).figures["discharge_rate"].denominator == 0
    assert facts(team, team="elsewhere").figures["caseload_now"].value == 0
    assert facts(team, locality="Nowhere").figures["caseload_now"].value == 0


def test_with_many_skills_the_smallest_are_one_series(team: Team) -> None:
    for many, skill in ((4, "insulin"), (3, "wound"), (2, "compression"), (1, "catheter_care")):
        people_taught(team, many, skill, still=0)
    charts = team_charts(facts(team))
    assert [(one.key, one.people) for one in charts.survival.curves] == [("insulin", 4), ("wound", 3), (OTHERS, 3)]
    assert charts.others == ("compression", "catheter_care")
    behind = people_of(team.lead, asked(team.lead), Pointed(SURVIVAL, OTHERS), charts.others)
    assert {one.skill for one in behind.all} == {"compression", "catheter_care"}


def test_nobody_at_all_is_a_sentence_for_every_figure_and_chart(team: Team) -> None:
    found = facts(team)
    charts = team_charts(found)
    for one in (found.figures["discharge_rate"], found.figures["discharge_rate_cohort"], *found.by_skill):
        assert one.value is None
        assert one.reason.endswith(".")
    for chart in (charts.survival, charts.endings, charts.referrals, charts.rates, charts.caseload):
        assert chart.summary().endswith(".")
        assert "nan" not in chart.summary().lower()
    assert found.figures["core_referral_change"].reason == "No baseline is stated, so there is nothing to compare with."


def test_referrals_to_core_teams_come_with_their_baseline_and_what_reset_the_limits(team: Team) -> None:
    core_counts(team)
    found = facts(team)
    assert CORE_REFERRALS_CHART == "core_referrals"
    assert -0.12 < (found.figures["core_referral_change"].value or 0) < -0.07
    charts = team_charts(found)
    assert [one.cause for one in charts.referrals.rebases] == ["Service starts"]
    assert len(charts.referrals.counted) == 24


def test_behind_a_rate_stand_those_with_other_outcomes_among_all(team: Team) -> None:
    people_taught(team, 12)
    found = people_of(team.lead, asked(team.lead), Pointed(RATES, "insulin"))
    assert (len(found.rows), len(found.all)) == (4, 11)
    assert {one.outcome for one in found.rows} == {"returned_core", "declined"}
    assert set(found.names) == {one.patient for one in found.all}


def test_of_many_behind_a_rate_the_names_are_read_a_page_at_a_time(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smf_desktop.services.team.people.PAGE", 3)
    people_taught(team, 12)
    found = people_of(team.lead, asked(team.lead), Pointed(RATES, "insulin"))
    assert (len(found.rows), len(found.all)) == (4, 11)
    assert set(found.names) == {one.patient for one in (*found.rows[:3], *found.all[:3])}
    rows, names = page_of(team.lead, found.all, 9)
    assert rows == found.all[9:]
    assert set(names) == {one.patient for one in rows}
    with pytest.raises(NotAllowed):
        page_of(team.admin, found.all, 0)


def test_behind_a_step_of_the_curve_stand_those_discharged_at_that_visit(team: Team) -> None:
    people_taught(team, 12)
    found = people_of(team.lead, asked(team.lead), Pointed(SURVIVAL, "insulin", "2"))
    assert {(one.visits, one.counted) for one in found.rows} == {(2, True)}
    assert len(found.all) == 12


def test_each_part_of_a_nurses_bar_has_the_people_it_counts(team: Team) -> None:
    people_taught(team, 4, still=3)
    (load,) = facts(team).loads
    for part in ("taught", "ready", "over"):
        found = people_of(team.lead, asked(team.lead), Pointed(CASELOAD, load.nurse, part))
        assert len({one.patient for one in found.rows}) == getattr(load, part)


def test_behind_a_stuck_step_stand_those_it_holds_back(team: Team) -> None:
    people_taught(team, 2, still=2)
    first = facts(team).stuck[0]
    held = tuple(episode for _, episode in first.held)
    found = people_of(team.lead, asked(team.lead), Pointed(STEP, first.skill, "words"), chosen=held)
    assert {one.episode for one in found.rows} == set(held)


def test_figures_are_for_those_who_may_read_them_and_people_for_those_who_open_records(team: Team) -> None:
    people_taught(team, 2)
    assert team_facts(team.admin, asked(team.admin), joined=False).may_open is False
    with pytest.raises(NotAllowed):
        people_of(team.admin, asked(team.admin), Pointed(RATES, "insulin"))
    for session in (team.nurse, team.assistant):
        with pytest.raises(NotAllowed):
            team_facts(session, asked(session), joined=False)


@dataclass
class AHub:
    """Answers every figure with so many of so many."""

    seen: list[str] = field(default_factory=list)

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        self.seen.append(name)
        group = {asked["by"]: "insulin"} if "by" in asked else {}
        numbers = {"numerator": 141, "denominator": 190, "value": 0.742, "low": 0.68, "high": 0.8}
        words = {"label": "x", "unit": "people", "reason": "", "definition": "x", "version": "1"}
        told = {"id": name, "group": group, "beside": [], **numbers, **words}
        return json.dumps({"figures": [told]}).encode()

    def laptops(self) -> list[LaptopNote]:
        return []


def test_what_this_laptop_does_not_hold_whole_is_the_hubs(team: Team) -> None:
    before = replace(asked(team.lead), since=team.lead.today().replace(year=2019))
    here = team_facts(team.lead, before, joined=True)
    assert (here.whole, here.ask_hub) == (False, True)
    hub = AHub()
    found = asked_of_hub(team.lead, hub, here)
    assert found.figures["discharge_rate"].denominator == 190
    assert [one.group for one in found.medians] == [{"skill": "insulin"}]
    assert found.of_hub == set(hub.seen) - {"discharge_rate_opportunity"}
    assert found.figures["caseload_now"] == here.figures["caseload_now"]


def test_a_picture_leaves_without_its_small_numbers_unless_there_is_a_reason(team: Team) -> None:
    people_taught(team, 12)
    charts = team_charts(facts(team))
    shown, said = leaving(charts.caseload, None)
    assert said == HIDDEN
    assert [row[1:5] for row in shown.table().rows] == [(None,) * 4]
    assert leaving(charts.caseload, WhyShown.AUDIT) == (charts.caseload, SHOWN)
    assert may_show_small(team.lead, charts.caseload)
    assert not may_show_small(team.admin, charts.caseload)


def test_a_picture_hides_the_skills_that_a_report_of_the_same_hides(team: Team) -> None:
    """Six wounds are few endings of one kind: whoever had the picture of the insulin beside would know them."""
    people_taught(team, 12)
    people_taught(team, 6, "wound", still=0)
    found = facts(team)
    made = make_report(team.lead, "discharge-rates", replace(found.asked, by=Split.SKILL), joined=False)
    hidden = {
        one.group["skill"]
        for one in hide_small(made).figures
        if one.suppressed and one.id == "discharge_rate_episode" and one.group
    }
    charts = team_charts(found)
    assert hidden == {"insulin", "wound"} == charts.rates.dark - {""} == charts.survival.dark - {""}
    rates, _ = leaving(charts.rates, None)
    assert [row[1:3] for row in rates.table().rows if row[0] != "All skills"] == [(None, None)] * 2
    curves, _ = leaving(charts.survival, None)
    assert curves.table().rows == ()


def test_who_may_not_show_small_numbers_takes_no_picture_of_them_and_the_reason_is_noted(team: Team) -> None:
    with pytest.raises(NotAllowed):
        copy_picture(team.admin, "caseload", lambda: b"", WhyShown.AUDIT)
    copy_picture(team.lead, "caseload", lambda: b"", WhyShown.AUDIT)
    assert [one.detail for one in team.lead.store.noted(REPORT)] == ["chart caseload copied small:audit"]


def test_a_picture_is_taken_by_those_who_may_export_and_is_noted(team: Team, tmp_path: Path) -> None:
    assert copy_picture(team.lead, "rates", lambda: b"picture") == b"picture"
    save_picture(team.admin, "rates", lambda: b"picture", tmp_path / "rates.png")
    assert (tmp_path / "rates.png").read_bytes() == b"picture"
    digest = sha256(b"picture").hexdigest()
    assert [one.detail for one in team.lead.store.noted(REPORT)] == ["chart rates copied", f"chart rates {digest}"]
    with pytest.raises(NotAllowed):
        save_picture(team.nurse, "rates", lambda: b"", tmp_path / "no.png")
    with pytest.raises(FileUnwritable):
        save_picture(team.lead, "rates", lambda: b"", tmp_path / "no" / "such.png")
    assert not list(tmp_path.glob("*no*"))


@pytest.mark.parametrize(
    "narrowed",
    [
        {"since": date(2019, 1, 1), "until": date(2019, 12, 31)},
        {"since": date(2027, 1, 1), "until": date(2027, 12, 31)},
        {"since": date(2026, 11, 17), "until": date(2026, 11, 17)},
        {"as_of": date(2030, 1, 1)},
        {"as_of": date(2020, 1, 1)},
        {"nurse": "somebody who left"},
        {"skill": "compression"},
        {"locality": "Nowhere"},
        {"team": ""},
    ],
    ids=[
        "before the service",
        "ahead",
        "one day",
        "clock ahead",
        "clock behind",
        "left",
        "never taught",
        "place",
        "all",
    ],
)
@pytest.mark.parametrize(("many", "still"), [(0, 0), (1, 0), (1, 1), (12, 12), (12, 1)])
def test_whatever_is_asked_every_figure_and_chart_says_something_plain(
    team: Team, many: int, still: int, narrowed: Mapping[str, Any]
) -> None:
    people_taught(team, many, still=still)
    found = team_facts(team.lead, replace(asked(team.lead), **narrowed), joined=False)
    rows = (*headlines(found), *beside_headlines(found))
    charts = team_charts(found)
    said = [row.spoken for row in rows] + [
        chart.summary() for chart in (charts.survival, charts.endings, charts.referrals, charts.rates, charts.caseload)
    ]
    for words in said:
        assert "nan" not in words.lower()
        assert "inf" not in words.lower()
        assert "None" not in words
    for row in rows:
        assert row.words
        assert row.definition
        assert " of " in row.words or "%" not in row.value or row.key == "core_referral_change"

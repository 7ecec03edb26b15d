"""Something was written about somebody whose record has not come: it is told at once, and a lead hears of it."""

from smf_desktop.presenters.sync.centre import centre_rows
from smf_desktop.presenters.today.lists import side_lists
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.sync.centre import centre
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]


def comes_from_elsewhere(team: Team) -> str:
    """Two saves about a person, without what began the record. Answers who."""
    who, visit = team.nurse.new_id(), team.nurse.new_id()
    said = {"patient": who, "reason": "no_access", "note": "", "at": team.clock.now().isoformat()}
    with team.nurse.work() as work:
        work.save([new_item("visit", visit, "not_gone_ahead", **said)], patient=who)
        work.save([new_item("patient", who, "phone", phone="01632 960777")], patient=who)
    return who


def late(session: Session) -> list[tuple[str, str]]:
    """What Today says under what nobody has settled."""
    lists = side_lists(today_facts(session), session.checklists)
    return [(row.name, row.about) for one in lists if one.key == "late" for row in one.rows]


def test_F61_it_stands_in_the_sync_centre_at_once_and_on_a_leads_today_after_five_days(team: Team) -> None:
    at_home(team)
    comes_from_elsewhere(team)
    for session in (team.nurse, team.lead):
        held = centre_rows(centre(session), team.clock.now().tzinfo).held
        ((who, what, when),) = [(one.who, one.what, one.when) for one in held.lines]
        assert (who, what, when) == ("Someone whose record has not come", "2 saves wait for it", "17-Nov-2026 09:00")
        assert held.count == 1
    team.clock.forward(days=5)
    assert late(team.lead) == []
    team.clock.forward(minutes=1)
    (row,) = late(team.lead)
    about = "2 saves wait for it, for over 5 days · since 17-Nov-2026 09:00"
    assert row == ("Someone whose record has not come", about)
    assert late(team.nurse) == []


def test_F61_once_the_record_comes_nothing_is_waited_for(team: Team) -> None:
    who = comes_from_elsewhere(team)
    team.clock.forward(days=6)
    with team.nurse.work() as work:
        work.save([new_item("patient", who, "name", family="Okafor", given="Chidi")], patient=who)
    assert late(team.lead) == []
    assert centre(team.lead).unbegun == ()
    assert who in centre(team.lead).people

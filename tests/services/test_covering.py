"""Who has whom: many people handed over at once, colleagues who stand in, and lists that are never stale."""

from datetime import date, timedelta

import pytest

from smf_core.domain.caseload_trouble import (
    CoversThemselves,
    CoverTurnedRound,
    NobodyChosen,
    UnknownView,
    ViewNameNeeded,
)
from smf_core.domain.task import TaskKind
from smf_core.policy.rules import NotAllowed
from smf_core.records.lines import anyone_behind
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.episodes import open_episodes
from smf_desktop.presenters.caseload.page import behind_words
from smf_desktop.presenters.caseload.views import Asked, Column, NextVisit, Sort
from smf_desktop.presenters.today.page import today_row
from smf_desktop.services.booking.bookings import NewBooking, book_visits
from smf_desktop.services.caseload import freshness
from smf_desktop.services.caseload.caseload import caseload_page, chosen_people
from smf_desktop.services.caseload.covering import (
    NewAbsence,
    absences,
    assign,
    call_off_absence,
    cover_pathways,
    end_covers,
    hand,
    pathways_of,
    record_absence,
)
from smf_desktop.services.caseload.handover import handover, peek
from smf_desktop.services.caseload.saved_views import change_view, delete_view, move_view, rename_view, save_view, views
from smf_desktop.services.caseload.search import find_people
from smf_desktop.services.day.to_do import waiting
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.people import Member, NewPerson, add_member, new_patient
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.visit.visits import book_visit
from smf_desktop.store.tables import pending_access
from smf_desktop.trouble import NoSuchUser
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import Home, at_home, taught

__all__ = ["laptop", "store_template", "team"]

DAY = timedelta(days=1)


def listed(session: Session, asked: Asked | None = None) -> list[str]:
    return [row.person.id for row in caseload_page(session, asked or Asked()).rows]


def crowd(team: Team, people: int) -> None:
    """So many people taught by the first nurse, written in one transaction."""
    session = team.nurse
    version = session.checklists.newest("wound").version
    with session.work() as work:
        for number in range(people):
            person, items = new_patient(session, NewPerson(f"Family{number:03}", "Ann", date(1950, 1, 1)))
            referral, pathway = session.new_id(), session.new_id()
            received = {"patient": person, "team": session.team, "received_on": "2026-10-01", "source": "gp"}
            opened = {"patient": person, "referral": referral, "skill": "wound", "checklist_version": version}
            items += [
                new_item("referral", referral, "received", **received, reason="Leg", skills=["wound"]),
                new_item("episode", pathway, "opened", **opened, expected_visits=6, opened_on="2026-10-02"),
                new_item("episode", pathway, "nurse", nurse=session.user.id),
            ]
            work.save(items, patient=person)


def test_F63_five_hundred_people_are_handed_over_in_turns_and_back_again(team: Team) -> None:
    crowd(team, 500)
    people = chosen_people(team.nurse, Asked())
    assert len(people) == 500
    pathways = pathways_of(team.nurse, people)
    before = team.store.chain().seq
    handed = assign(team.nurse, pathways, team.nurse2.user.id)
    assert team.store.chain().seq == before + 500, "each is a change of its own in its person's record"
    assert len(handed.before) == 500
    assert set(handed.before.values()) == {team.nurse.user.id}
    assert listed(team.nurse) == []
    assert len(caseload_page(team.nurse2, Asked(), limit=1_000).rows) == 500
    again = assign(team.nurse, pathways, team.nurse2.user.id)
    assert again.before == {}, "doing it again does only the rest"
    hand(team.nurse, handed.before)
    assert len(caseload_page(team.nurse, Asked(), limit=1_000).rows) == 500


def test_a_pathway_that_ended_meanwhile_is_passed_over_and_the_rest_goes(team: Team) -> None:
    home = at_home(team)
    crowd(team, 1)
    with team.nurse.read() as connection:
        ids = [one.id for one in open_episodes(connection)]
    with team.nurse.work() as work:
        ended = {"on": "2026-11-17", "outcome": "moved_away", "main_reason": "other"}
        work.save([work.change("episode", home.episodes["insulin"], "discharge", ended)], patient=home.patient)
    handed = assign(team.nurse, ids, team.nurse2.user.id)
    assert handed.passed_over == (home.episodes["insulin"],)
    assert len(handed.before) == 1


def test_only_people_who_teach_are_given_anyone_and_only_those_who_may_give(team: Team) -> None:
    home = at_home(team)
    pathways = list(home.episodes.values())
    with pytest.raises(NoSuchUser):
        assign(team.nurse, pathways, team.admin.user.id)
    with pytest.raises(NotAllowed):
        assign(team.assistant, pathways, team.nurse2.user.id)
    with pytest.raises(NobodyChosen):
        assign(team.nurse, [], team.nurse2.user.id)
    assert listed(team.nurse) == [home.patient]


def test_an_absence_moves_the_list_for_its_days_and_it_returns_by_itself(team: Team) -> None:
    home = at_home(team)
    today, nurse2 = team.nurse.today(), team.nurse2.user.id
    new = NewAbsence(team.nurse.user.id, today, today + 2 * DAY, "leave", nurse2)
    away = record_absence(team.nurse, new)
    absence = away.id
    assert (away.touched, away.left) == ({"absence"}, ())
    assert listed(team.nurse2) == [home.patient]
    (row,) = caseload_page(team.nurse, Asked()).rows
    assert [(one.nurse, one.until, one.lent) for one in row.covers.values()] == [(nurse2, today + 2 * DAY, False)]
    assert [one.id for one in absences(team.nurse)] == [absence]
    team.clock.forward(days=3)
    assert listed(team.nurse2) == []
    assert absences(team.nurse) == ()
    team.clock.forward(days=-3)
    call_off_absence(team.nurse, absence)
    assert listed(team.nurse2) == []
    call_off_absence(team.nurse, absence, cancelled=False)
    assert listed(team.nurse2) == [home.patient]


def test_a_pathway_lent_returns_after_its_last_day_and_at_once_when_the_cover_ends(team: Team) -> None:
    home = at_home(team)
    today, pathways = team.nurse.today(), list(home.episodes.values())
    covers, touched = cover_pathways(team.nurse, pathways, team.nurse2.user.id, today, today, "Swap")
    assert touched == {"nurse_cover"}
    assert listed(team.nurse2) == [home.patient]
    team.clock.forward(days=1)
    assert listed(team.nurse2) == []
    team.clock.forward(days=-1)
    end_covers(team.nurse, covers)
    assert listed(team.nurse2) == []
    with team.nurse.read() as connection:
        held = episode_of(connection, pathways[0])
    assert held is not None
    assert held.nurse == team.nurse.user.id


def test_days_turned_round_and_covering_oneself_are_refused(team: Team) -> None:
    home = at_home(team)
    today, me = team.nurse.today(), team.nurse.user.id
    with pytest.raises(CoversThemselves):
        record_absence(team.nurse, NewAbsence(me, today, today, "leave", me))
    with pytest.raises(CoverTurnedRound):
        record_absence(team.nurse, NewAbsence(me, today, today - DAY))
    with pytest.raises(CoverTurnedRound):
        cover_pathways(team.nurse, list(home.episodes.values()), me, today - 3 * DAY, today - DAY)


# --- never stale ---------------------------------------------------------------------------------


def test_a_list_waits_for_no_great_many_lines_and_nobody_is_lost_meanwhile(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "SOON", 1)  # two are a great many
    home = at_home(team)
    ceri = at_home(team, "catheter_care", person=NewPerson("Llewellyn", "Ceri", date(1960, 5, 2))).patient
    page = caseload_page(team.nurse, Asked())
    assert (page.rows, page.behind) == ((), 2)
    assert behind_words(page.behind).startswith("The list is being made anew: 2 people are")
    (found,) = find_people(team.nurse, "llewellyn")
    assert (found.id, found.is_taught) == (ceri, True)
    assert [freshness.bring_some_up(team.nurse) for _ in range(2)] == [1, 0]
    page = caseload_page(team.nurse, Asked())
    assert ({row.person.id for row in page.rows}, page.behind) == ({home.patient, ceri}, 0)
    assert behind_words(page.behind) == ""


def test_the_list_shows_a_save_at_once_and_costs_nothing_when_nothing_was_saved(team: Team) -> None:
    home = at_home(team)
    assert caseload_page(team.nurse, Asked(next=NextVisit.NONE)).rows[0].person.id == home.patient
    with team.nurse.read() as connection:
        assert not anyone_behind(connection)
    book(team, home, team.clock.at + DAY)
    assert caseload_page(team.nurse, Asked(next=NextVisit.NONE)).rows == ()
    assert listed(team.nurse, Asked(next=NextVisit.TOMORROW)) == [home.patient]
    assert listed(team.nurse, Asked(next=NextVisit.TODAY)) == []
    team.clock.forward(days=2)
    assert listed(team.nurse, Asked(next=NextVisit.OVERDUE)) == [home.patient]


def book(team: Team, home: Home, at: object) -> None:
    nurse = team.nurse.user.id
    book_visit(team.nurse, patient=home.patient, episodes=list(home.episodes.values()), at=at, minutes=45, nurse=nurse)


def test_somebody_is_found_by_carer_and_number_and_says_why(team: Team) -> None:
    home = at_home(team)
    (found,) = find_people(team.nurse, "anne abernathy")
    assert (found.id, found.is_taught, found.why) == (home.patient, True, "Contact Anne Abernathy")
    (found,) = find_people(team.nurse, "999 007 93")
    assert (found.id, found.why) == (home.patient, "")
    assert find_people(team.nurse, "nobody at all") == ()
    with pytest.raises(NotAllowed):
        find_people(team.admin, "aber")


# --- views ---------------------------------------------------------------------------------------


def test_a_view_keeps_filters_order_and_columns_for_one_user_on_every_laptop(team: Team) -> None:
    asked = Asked(mine=False, skill="wound", marks=("over",), sort=Sort.NAME, descending=True, text="aber")
    first, touched = save_view(team.nurse, "  Wounds,  over ", asked, (Column.PERSON, Column.FLAGS))
    assert touched == {"saved_view"}
    (view,) = views(team.nurse)
    assert (view.name, view.columns) == ("Wounds, over", (Column.PERSON, Column.FLAGS))
    assert view.asked == Asked(mine=False, skill="wound", marks=("over",), sort=Sort.NAME, descending=True)
    assert views(team.nurse2) == ()
    second, _ = save_view(team.nurse, "Second", Asked(), ())
    move_view(team.nurse, second, -1)
    assert [one.saved for one in views(team.nurse)] == [second, first]
    move_view(team.nurse, second, -1)
    assert [one.saved for one in views(team.nurse)] == [second, first]
    rename_view(team.nurse, first, "Over")
    change_view(team.nurse, first, Asked(stage="discharged"), ())
    assert [(one.name, one.asked.stage) for one in views(team.nurse)] == [("Second", "taught"), ("Over", "discharged")]
    delete_view(team.nurse, second)
    assert [one.saved for one in views(team.nurse)] == [first]
    delete_view(team.nurse, second, deleted=False)
    assert len(views(team.nurse)) == 2
    with pytest.raises(UnknownView):
        rename_view(team.nurse2, first, "Mine now")
    with pytest.raises(ViewNameNeeded):
        save_view(team.nurse, "  ", Asked(), ())


# --- what is shown of a person -------------------------------------------------------------------


def test_a_peek_and_a_sheet_wait_for_no_line(team: Team) -> None:
    home, today = at_home(team), team.nurse.today()
    crowd(team, 3)
    cover_pathways(team.nurse2, [*home.episodes.values()], team.nurse2.user.id, today, today)
    with team.nurse.read() as connection:
        assert anyone_behind(connection)
    assert peek(team.nurse, home.patient).row.pathways[0].id == home.episodes["insulin"]
    assert [one.person.name.family for one in handover(team.nurse).people] == [
        "Abernathy",
        "Family000",
        "Family001",
        "Family002",
    ]
    assert [one.person.id for one in handover(team.nurse, team.nurse2.user.id).people] == [home.patient], "covered"
    with team.nurse.read() as connection:
        assert anyone_behind(connection), "nobody's line was made anew for it"


def test_a_peek_and_a_sheet_are_noted_in_each_record_before_they_are_shown(team: Team) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    facts = peek(team.nurse, home.patient)
    assert facts.last is not None
    sheet = handover(team.nurse)
    assert [one.person.id for one in sheet.people] == [home.patient]
    with team.nurse.read() as connection:
        noted = connection.execute(pending_access.select()).all()
    assert [(row.action, row.patient, row.detail) for row in noted] == [
        ("read", home.patient, "peek"),
        ("print", home.patient, "handover"),
    ]


@pytest.mark.parametrize("lent", [False, True])
def test_who_stands_in_has_the_visits_of_those_days_on_today_until_they_return(team: Team, lent: bool) -> None:
    home, other = at_home(team), team.lead
    episodes = home.of()
    for days in (0, 1, 2):
        at = team.clock.at + timedelta(days=days, hours=1)
        book_visit(
            team.nurse, patient=home.patient, episodes=episodes, at=at, minutes=45, nurse=team.nurse.user.id, focus=""
        )
    first = team.nurse.today()
    if lent:
        (cover,), _ = cover_pathways(team.lead, episodes, other.user.id, first, first + DAY)
    else:
        new = NewAbsence(team.nurse.user.id, first, first + DAY, "leave", other.user.id)
        cover = record_absence(team.lead, new).id

    def seen() -> list[int]:
        return [len(today_facts(other, first + days * DAY).visits) for days in range(3)]

    assert seen() == [1, 1, 0]
    shown = today_row(today_facts(other), other.checklists)
    assert shown.next is not None
    assert [row.instead for row in (shown.next, *shown.visits)] == ["In place of Nurse Example"] * 2
    assert all("In place of Nurse Example" in row.spoken for row in (shown.next, *shown.visits))
    assert {row.instead for row in today_row(today_facts(team.nurse), other.checklists).visits} == {""}
    assert waiting(other).today == 1
    team.clock.forward(days=1)
    assert len(today_facts(other).overdue) == 1
    lists = {one.key: one.rows for one in today_row(today_facts(other), other.checklists).lists}
    assert "In place of Nurse Example" in lists["overdue"][0].about
    if lent:
        end_covers(team.lead, [cover])
    else:
        call_off_absence(team.lead, cover)
    assert seen() == [0, 0, 0]
    assert today_facts(other).overdue == ()


def dose_visits(team: Team, home: Home, days: int) -> None:
    """A visit in an hour on each of so many days, which gives the morning dose."""
    add_member(team.nurse, home.patient, Member("medicine", {"skill": "insulin", "name": "A", "times": "Morning"}))
    first = team.clock.at + timedelta(hours=1)
    new = NewBooking(home.patient, home.of(), first, 45, team.nurse.user.id, dose="Morning", times=days)
    book_visits(team.nurse, new)


def asked_days(team: Team, home: Home) -> list[date | None]:
    found = tasks_about(team.nurse, home.patient).open
    return sorted(one.due_on for one in found if one.kind is TaskKind.WHO_GIVES_DOSE and one.urgent and one.due_on)


def test_an_absence_that_nobody_covers_asks_in_red_who_gives_the_doses_of_its_days(team: Team) -> None:
    home, today = at_home(team), team.nurse.today()
    dose_visits(team, home, 4)
    book(team, home, team.clock.at + DAY + timedelta(hours=5))
    new = NewAbsence(team.nurse.user.id, today + DAY, today + 2 * DAY)
    away = record_absence(team.lead, new)
    assert (len(away.left), away.doses, away.touched >= {"absence", "task"}) == (3, 2, True)
    assert asked_days(team, home) == [today + DAY, today + 2 * DAY]
    again = record_absence(team.lead, new)
    assert (again.doses, again.questions) == (2, ()), "what is asked already is not asked twice"
    call_off_absence(team.lead, away.id, away.questions)
    assert asked_days(team, home) == []
    call_off_absence(team.lead, away.id, away.questions, cancelled=False)
    assert asked_days(team, home) == [today + DAY, today + 2 * DAY]


@pytest.mark.parametrize("lent", [False, True])
def test_nothing_is_asked_of_the_days_on_which_somebody_stands_in(team: Team, lent: bool) -> None:
    home, today = at_home(team), team.nurse.today()
    dose_visits(team, home, 3)
    by, me = team.nurse2.user.id, team.nurse.user.id
    if lent:
        cover_pathways(team.lead, home.of(), by, today, today + DAY)
    else:
        record_absence(team.lead, NewAbsence(me, today, today + DAY, "leave", by))
    assert asked_days(team, home) == []
    assert record_absence(team.lead, NewAbsence(me, today, today + 2 * DAY)).doses == 1
    assert asked_days(team, home) == [today + 2 * DAY]

"""Discharge by keyboard: a real store, real lanes, real key presses on the real page."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from smf_core.domain.discharge import DischargeForm, Outcome, ReturnReason, SupportType
from smf_core.domain.pathway import PATIENT
from smf_desktop.services.drafts import DISCHARGE, save_draft
from smf_desktop.services.ending.discharges import closing, discharge
from smf_desktop.services.pathways import name_learner
from smf_desktop.services.people import Member, add_member
from tests.support.discharge_pages import Open, episode_in, in_turn, kept, open_page
from tests.support.discharges import ATTESTED, independent, ready, teach
from tests.support.pressing import Ctrl, Key
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from ui.actions import Action
from ui.desk import Place

__all__ = ["laptop", "open_page", "store_template", "team"]


# --- signing --------------------------------------------------------------------------------------


def test_an_independent_discharge_is_signed_by_keyboard_alone(team: Team, open_page: Open) -> None:
    episode = ready(team)
    page = open_page(team.nurse, episode)
    assert page.focus is page.view.outcome.tiles.tiles["independent"]
    page.press(Key.Key_Space)
    assert page.view.outcome.note.text() == "Counts as “discharged to self-care”"
    for expected in ("a01", "a02"):
        page.press(Key.Key_F8)
        assert page.focus is page.view.confirm.boxes[expected].box
        page.press(Key.Key_Space)
    page.press(Key.Key_F8)
    assert page.focus is page.view.signing.checked
    page.press(Key.Key_Space)
    assert page.dock() == "Evidence complete. Nothing is stopping discharge."
    page.sign()
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["Discharge signed. Ctrl+P prints 3 letters"])
    assert page.desk.went == [Place("patient", page.desk.went[0].patient)]
    assert "episode" in page.desk.changed[-1]
    ended = episode_in(team.nurse, episode)
    assert (ended.outcome, ended.closed_on) == ("independent", team.nurse.today())
    page.page.leave()
    page.settle()
    assert kept(team.nurse, episode) is None
    assert page.desk.told == []


def test_pressing_sign_says_what_is_missing_and_goes_to_the_first_of_it(team: Team, open_page: Open) -> None:
    page = open_page(team.nurse, ready(team))
    page.press(Key.Key_Space)
    page.view.signing.on.setFocus()
    page.sign()
    assert page.focus is page.view.confirm.boxes["a01"].box
    assert page.dock() == "Before you sign: 2 statements to confirm, right person to check"
    assert page.desk.toasts == []


def test_agreed_support_is_typed_and_signed_by_keyboard(team: Team, open_page: Open) -> None:
    episode = ready(team)
    page = open_page(team.nurse, episode)
    page.press(Key.Key_Space, Key.Key_Right)
    assert page.form.outcome is Outcome.INDEPENDENT_SUPPORT
    assert not page.view.trail.steps["support"].isHidden()
    page.press(Key.Key_F8, Key.Key_Space, Key.Key_F8, Key.Key_Space, Key.Key_F8)
    assert page.focus is page.view.support.kind
    page.press(Key.Key_Down, Key.Key_Down)
    assert page.form.support_type is SupportType.PHARMACY
    for typed in ("High Street pharmacy", "Fills the pen box", "Weekly", "+2w"):
        page.press(Key.Key_F8)
        page.press(typed)
    page.press(Key.Key_F8)
    assert page.form.support_review_on == "03-Dec-2026"
    assert page.focus is page.view.signing.checked
    page.press(Key.Key_Space)
    page.sign()
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["Discharge signed. Ctrl+P prints 3 letters"])
    assert episode_in(team.nurse, episode).outcome == "independent_support"


def test_every_outcome_is_chosen_with_the_arrow_keys(team: Team, open_page: Open) -> None:
    page = open_page(team.nurse, at_home(team).episodes["insulin"])
    first, others = page.view.outcome.tiles.tiles, page.view.outcome.others.tiles
    for outcome, keys in zip(first, in_turn(len(first)), strict=True):
        page.press(*keys)
        assert page.form.outcome == (None if outcome == "other" else outcome)
    page.press(Key.Key_Tab)
    for outcome, keys in zip(others, in_turn(len(others)), strict=True):
        page.press(*keys)
        assert page.form.outcome == outcome
    assert {*first, *others} - {"other"} == set(Outcome)


def test_back_to_the_core_team_asks_for_its_main_reason_and_says_so_beside_the_field(
    team: Team, open_page: Open
) -> None:
    episode = at_home(team).episodes["insulin"]
    page = open_page(team.nurse, episode)
    page.view.outcome.tiles.tiles["returned_core"].click()
    assert not page.view.outcome.fields["main_reason"].message.words.text()
    page.sign()
    assert page.focus is page.view.outcome.main_reason
    assert page.view.outcome.fields["main_reason"].message.words.text() == "Choose the main reason"
    page.press(Key.Key_Down, Key.Key_Down)
    assert page.form.main_reason is ReturnReason.SIGHT
    assert not page.view.outcome.fields["main_reason"].message.words.text()
    page.press(Key.Key_F8, Key.Key_Space)
    page.sign()
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["Discharge signed. Ctrl+P prints 3 letters"])


# --- evidence -------------------------------------------------------------------------------------


def test_the_evidence_stands_line_by_line_with_its_visits_and_dates(team: Team, open_page: Open) -> None:
    page = open_page(team.nurse, ready(team))
    said = page.evidence()
    assert "Met: 18 of 18 steps on own. When last seen" in said
    assert "Met: 13 of 13 critical steps on own. 17-Nov-2026 and 18-Nov-2026" in said
    assert any("Visits 1 and 2, two different days" in line for line in said)
    assert any("5 of 5 teach-back questions explained" in line for line in said)
    assert "Met: Accountable registered nurse named. Nurse Example" in said
    assert all(line.startswith("Met") for line in said)
    assert page.view.trail.steps["evidence"].state == "done"


def test_what_is_not_met_names_the_steps_and_f8_goes_to_its_line(team: Team, open_page: Open) -> None:
    from smf_core.domain.visit import Level

    episode = at_home(team).episodes["insulin"]
    teach(team, episode, levels={"s08": Level.PROMPTED}, confidence=5)
    page = open_page(team.nurse, episode)
    page.press(Key.Key_Space, Key.Key_F8)
    assert "Not yet on own: Do a 2-unit test shot until insulin shows" in page.focus.accessibleName()
    page.press(Key.Key_Down)
    assert page.focus in page.view.evidence.rows
    page.sign()
    assert page.desk.toasts == []
    assert episode_in(team.nurse, episode).is_open


def test_each_learner_has_lines_of_their_own_and_a_carers_part_rules_out_independent(
    team: Team, open_page: Open
) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    name_learner(team.nurse, episode, PATIENT)
    name_learner(team.nurse, episode, home.daughter, ("s09",))
    teach(team, episode)
    page = open_page(team.nurse, episode)
    assert {line.row.learner for line in page.view.evidence.rows} == {PATIENT, home.daughter, ""}
    titles = {label.text() for label in page.view.evidence.findChildren(QLabel)}
    assert {"Doreen (patient)", "Anne Abernathy (daughter)", "For everyone"} <= titles
    page.press(Key.Key_Space)
    assert any("A carer does a critical part." in notice.true.text() for notice in page.view.outcome._notices)
    page.press(Key.Key_Right, Key.Key_F8)
    page.view.support.kind.setFocus()
    page.press(Key.Key_Down)
    assert page.form.support_type is SupportType.INFORMAL_CARER
    assert page.view.fields["back_up.name"].isVisible()


def test_only_low_confidence_can_be_overridden_with_a_reason(team: Team, open_page: Open) -> None:
    episode = ready(team, confidence=6)
    save_draft(
        team.nurse,
        DISCHARGE,
        episode,
        closing(team.nurse, episode).patient.id,
        independent(episode),
    )
    page = open_page(team.nurse, episode)
    assert page.focus is page.view.evidence.override
    assert page.view.evidence.override_field.message.words.text().startswith("Only confidence is low.")
    page.press(Key.Key_F8)
    assert page.view.evidence.override_field.message.words.text() == "Enter a reason, or see the person again"
    page.press("Her sister is next door")
    assert page.dock() == "Evidence complete. Nothing is stopping discharge."
    page.sign()
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["Discharge signed. Ctrl+P prints 3 letters"])


def test_the_override_is_not_offered_to_an_assistant_who_sees_why_they_cannot_sign(team: Team, open_page: Open) -> None:
    page = open_page(team.assistant, ready(team, confidence=6))
    assert not page.view.evidence.override.isVisible()
    page.press(Key.Key_Space)
    notice = page.view.outcome._notices[0]
    assert notice.isVisible()
    assert notice.true.text().startswith("Only a registered nurse signs an independent discharge")
    page.sign()
    assert "registered nurse to sign" in page.dock()


# --- fields ---------------------------------------------------------------------------------------


def test_a_date_is_told_about_when_it_is_left_not_while_it_is_typed(team: Team, open_page: Open) -> None:
    page = open_page(team.nurse, at_home(team).episodes["insulin"])
    field = page.view.fields["on"]
    assert field.message.words.text() == "Empty means today, 17-Nov-2026"
    field.control.setFocus()
    page.press("31-Fbe")
    assert field.message.words.text() == "Empty means today, 17-Nov-2026"
    page.press(Key.Key_Tab)
    assert field.message.words.text() == "Enter a date such as 17/11, yesterday or 17-Nov-2026"
    assert page.form.on == "31-Fbe"
    field.control.setFocus()
    page.press(Key.Key_A, held=Ctrl)
    page.press("17/11")
    page.press(Key.Key_Tab)
    assert page.form.on == "17-Nov-2026"
    assert field.message.words.text() == "Empty means today, 17-Nov-2026"


def test_a_pathway_that_has_ended_says_how_and_leads_to_the_overview(team: Team, open_page: Open) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    discharge(team.nurse, DischargeForm(episode, Outcome.MOVED, checked=True))
    page = open_page(team.nurse, episode)
    assert page.view.ended.true.text() == "Teaching of insulin ended on 17-Nov-2026: moved"
    assert not page.view.dock.isVisible()
    assert not page.page.can(Action.SIGN)
    page.press(Key.Key_Return)
    assert page.desk.went == [Place("patient", home.patient)]


def test_who_may_not_open_records_is_told_and_sees_nothing(team: Team, open_page: Open) -> None:
    page = open_page(team.admin, at_home(team).episodes["insulin"])
    assert len(page.desk.told) == 1
    assert page.page.banner is None
    assert page.evidence() == []


def test_words_from_the_record_are_shown_as_they_are_never_as_markup(team: Team, open_page: Open) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    fields = {"name": "<b>Anne</b>", "relation": "<i>daughter</i>", "informal_carer": True}
    carer, _ = add_member(team.nurse, home.patient, Member("contact", fields))
    name_learner(team.nurse, episode, carer, ("s01",))
    page = open_page(team.nurse, episode)
    shown = [one for one in page.view.findChildren(QLabel) if "<b>Anne</b>" in one.text()]
    assert shown
    assert all(one.textFormat() is Qt.TextFormat.PlainText for one in shown)


def test_tab_reaches_every_part_in_the_order_of_the_page(team: Team, open_page: Open) -> None:
    episode = ready(team)
    patient = closing(team.nurse, episode).patient.id
    form = replace(independent(episode), outcome=Outcome.INDEPENDENT_SUPPORT, attestations=ATTESTED)
    save_draft(team.nurse, DISCHARGE, episode, patient, form)
    page = open_page(team.nurse, episode)
    view = page.view
    page.qtbot.waitUntil(lambda: view.letter.preview.page_count > 0)
    view.evidence.rows[0].setFocus()
    stops = [
        view.outcome.tiles.tiles["independent_support"],
        view.outcome.reason,
        view.confirm.boxes["a01"].box,
        view.confirm.boxes["a02"].box,
        view.support.kind,
        view.support.review,
        view.fields["support_who"].control,
        view.fields["support_how_often"].control,
        view.fields["support_what"].control,
        *view.around.buttons,
        view.afterwards.on,
        view.afterwards.since,
        view.signing.on,
        view.signing.checked,
        view.letter.tabs,
        view.letter.large,
        view.letter.preview.view,
    ]
    for stop in stops:
        page.press(Key.Key_Tab)
        assert page.focus is stop


@pytest.mark.parametrize(("width", "height"), [(1282, 553), (635, 260)])
def test_nothing_scrolls_sideways(team: Team, open_page: Open, width: int, height: int) -> None:
    page = open_page(team.nurse, ready(team))
    page.view.outcome.tiles.tiles["other"].click()
    for _ in range(2):  # the dock folds its buttons on the way
        page.desk.window.resize(width, height)
        page.settle()
    inside = page.view._area.widget()
    assert page.desk.window.width() == width
    assert inside.minimumSizeHint().width() <= page.view._area.viewport().width()

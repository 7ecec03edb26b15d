"""Discharge by keyboard: a real store, real lanes, real key presses on the real page."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.diary import Concern
from smf_core.domain.discharge import DischargeForm, Outcome, ReturnReason, SupportType
from smf_core.domain.pathway import PATIENT, Episode
from smf_core.domain.task import TaskKind
from smf_core.records.queries.episodes import episode as episode_of
from smf_desktop.services.booking.bookings import NewBooking, book_visits
from smf_desktop.services.drafts import DISCHARGE, draft, save_draft
from smf_desktop.services.ending.discharges import closing, discharge
from smf_desktop.services.pathways import name_learner, record_core_visits
from smf_desktop.services.people import Member, add_member
from smf_desktop.services.session import Session
from smf_desktop.services.tasks import tasks_about
from tests.support.desks import OnDesk, on_desk
from tests.support.discharges import ATTESTED, independent, ready, teach
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from ui.actions import Action
from ui.desk import Place
from ui.flows.discharge.page import DischargePage
from ui.views.discharge.page import DischargeView
from ui.views.form_dialog import FormDialog
from ui.widgets.buttons import Button

__all__ = ["laptop", "store_template", "team"]

Key = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
Open = Callable[[Session, str], "Opened"]


class Opened:
    """The page on its desk, and short ways to press keys on what has the focus."""

    def __init__(self, qtbot: QtBot, desk: OnDesk, episode: str) -> None:
        self.qtbot, self.desk, self.episode = qtbot, desk, episode
        page, view = desk.page, desk.page.widget
        assert isinstance(page, DischargePage)
        assert isinstance(view, DischargeView)
        self.page, self.view = page, view

    @property
    def form(self) -> DischargeForm:
        assert self.page.form is not None
        return self.page.form

    @property
    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(self, *keys: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            if isinstance(key, str):
                self.qtbot.keyClicks(self.focus, key)
            else:
                self.qtbot.keyClick(self.focus, key, held)

    def sign(self) -> None:
        self.press(Key.Key_Return, held=CTRL | SHIFT)

    def settle(self) -> None:
        """Every job given so far has run and its answer is shown."""
        for lane in (self.desk.lanes.store, self.desk.lanes.read):
            lane.drain()
        QApplication.processEvents()
        QApplication.processEvents()

    def dock(self) -> str:
        return self.view.dock.words.text()

    def evidence(self) -> list[str]:
        return [line.row.spoken for line in self.view.evidence.rows]


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Open]:
    made: list[OnDesk] = []

    def opened(session: Session, episode: str) -> Opened:
        one = on_desk(session, DischargePage)
        made.append(one)
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        one.page.enter(Place("discharge", record=episode))
        qtbot.waitUntil(lambda: bool(one.told) or one.page.banner is not None)
        return Opened(qtbot, one, episode)

    yield opened
    for one in made:
        page = one.page
        one.close()
        shiboken6.delete(page)


def episode_in(session: Session, episode: str) -> Episode:
    with session.read() as connection:
        found = episode_of(connection, episode)
    assert found is not None
    return found


def kept(session: Session, episode: str) -> DischargeForm | None:
    return draft(session, DISCHARGE, episode, DischargeForm)


def to_tile(place: int) -> list[Qt.Key]:
    """The arrow keys from the first of tiles in two columns to another."""
    return [Key.Key_Down] * (place // 2) + [Key.Key_Right] * (place % 2)


# --- signing ---------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_is_chosen_with_the_arrow_keys(team: Team, open_page: Open, outcome: Outcome) -> None:
    page = open_page(team.nurse, at_home(team).episodes["insulin"])
    first = list(page.view.outcome.tiles.tiles)
    page.press(Key.Key_Space, *to_tile(first.index(outcome.value if outcome.value in first else "other")))
    if outcome.value not in first:
        assert page.form.outcome is None
        others = list(page.view.outcome.others.tiles)
        page.press(Key.Key_Tab, Key.Key_Space, *to_tile(others.index(outcome.value)))
    assert page.form.outcome is outcome


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


# --- evidence --------------------------------------------------------------------------------------------------------


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


# --- drafts, undo ----------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_within_two_seconds_and_is_back_to_the_character(team: Team, open_page: Open) -> None:
    episode = at_home(team).episodes["insulin"]
    page = open_page(team.nurse, episode)
    page.view.outcome.tiles.tiles["returned_core"].click()
    page.view.outcome.reason.setFocus()
    page.press("  <b>half a wo")
    page.qtbot.waitUntil(lambda: kept(team.nurse, episode) == page.form, timeout=2_000)
    page.qtbot.waitUntil(lambda: page.page.facts.startswith("Draft saved "))
    again = open_page(team.nurse, episode)
    assert again.form == replace(DischargeForm(episode), outcome=Outcome.RETURNED_CORE, reason="  <b>half a wo")
    assert again.view.outcome.reason.toPlainText() == "  <b>half a wo"
    assert again.page.facts.startswith("Draft saved ")


def test_undo_and_redo_are_the_pages_also_while_typing(team: Team, open_page: Open) -> None:
    episode = at_home(team).episodes["insulin"]
    page = open_page(team.nurse, episode)
    page.view.outcome.tiles.tiles["returned_core"].click()
    page.view.outcome.reason.setFocus()
    page.press("too weak")
    page.press(Key.Key_Z, held=CTRL)
    assert (page.form.outcome, page.form.reason) == (Outcome.RETURNED_CORE, "")
    assert page.view.outcome.reason.toPlainText() == ""
    page.press(Key.Key_Z, held=CTRL)
    assert page.form == DischargeForm(episode)
    assert not page.page.can(Action.UNDO)
    page.press(Key.Key_Y, held=CTRL)
    page.press(Key.Key_Y, held=CTRL)
    assert page.form.reason == "too weak"
    assert page.view.outcome.tiles.value == "returned_core"


def test_a_page_that_is_empty_again_keeps_no_draft(team: Team, open_page: Open) -> None:
    episode = at_home(team).episodes["insulin"]
    page = open_page(team.nurse, episode)
    page.press(Key.Key_Space)
    page.page.save_now()
    page.settle()
    assert kept(team.nurse, episode) is not None
    page.press(Key.Key_Z, held=CTRL)
    page.page.save_now()
    page.settle()
    assert kept(team.nurse, episode) is None
    assert page.page.facts == ""


def test_escape_keeps_the_draft_and_goes_to_the_overview(team: Team, open_page: Open) -> None:
    home = at_home(team)
    page = open_page(team.nurse, home.episodes["insulin"])
    page.press(Key.Key_Space)
    page.view.outcome.reason.setFocus()
    page.press("x")
    page.press(Key.Key_Escape)
    assert page.desk.went == [Place("patient", home.patient)]
    assert page.desk.toasts == ["Draft kept. Alt+Left goes back"]
    page.settle()
    held = kept(team.nurse, home.episodes["insulin"])
    assert held is not None
    assert held.reason == "x"


def test_locking_keeps_the_draft_and_leaves_nothing_of_anyone_on_the_page(team: Team, open_page: Open) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    add_member(team.nurse, home.patient, Member("contact", {"name": "Quillfeather", "informal_carer": True}))
    page = open_page(team.nurse, episode)
    page.press(Key.Key_Space, Key.Key_Right)
    page.view.support.kind.setFocus()
    page.press(Key.Key_Down)
    for name in ("support_who", "back_up.name"):
        page.view.fields[name].control.setFocus()
        page.press("Quillfeather")
    page.page.clear()
    page.settle()
    held = kept(team.nurse, episode)
    assert held is not None
    assert (held.support_who, held.back_up.name) == ("Quillfeather", "Quillfeather")
    assert page.page.banner is None
    words = [label.text() + label.accessibleName() for label in page.view.findChildren(QLabel)]
    words += [edit.text() for edit in page.view.findChildren(QLineEdit)]
    words += [edit.toPlainText() for edit in page.view.findChildren(QPlainTextEdit)]
    words += [each.accessibleName() for each in page.view.findChildren(QWidget)]
    assert not [said for said in words if "Quillfeather" in said or "Abernathy" in said or "Doreen" in said]


def test_a_record_that_changed_meanwhile_refuses_the_signature_and_keeps_every_word(
    team: Team, open_page: Open
) -> None:
    episode = ready(team)
    form = replace(independent(episode), reason="well done")
    save_draft(team.nurse, DISCHARGE, episode, closing(team.nurse, episode).patient.id, form)
    page = open_page(team.nurse, episode)
    assert isinstance(page.focus, Button)
    teach(team, episode, by=team.nurse2, flag="r01")
    page.sign()
    page.qtbot.waitUntil(lambda: len(page.desk.told) == 1)
    page.qtbot.waitUntil(lambda: "1 part of the evidence not met" in page.dock())
    assert page.form == form
    page.settle()
    assert kept(team.nurse, episode) == form
    assert any("Unconscious, fitting or too drowsy" in line for line in page.evidence())


# --- fields ----------------------------------------------------------------------------------------------------------


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
    page.press(Key.Key_A, held=CTRL)
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


# --- the letters, the calls, and taking it back ----------------------------------------------------------------------


def preview(page: Opened) -> str:
    return " ".join(page.view.letter.preview.words.split())


def notes(page: Opened) -> dict[str, str]:
    return {notice.true.text(): notice.do.text() for notice in page.view.letter.notices if not notice.isHidden()}


def test_before_an_outcome_is_chosen_the_likely_letter_shows_and_says_so(team: Team, open_page: Open) -> None:
    page = open_page(team.nurse, ready(team))
    page.qtbot.waitUntil(lambda: "You can now give your own insulin." in preview(page))
    likely = "As the evidence stands, this is the letter of: independent."
    assert notes(page)[likely] == "No outcome is chosen yet."
    page.press(*to_tile(3), Key.Key_Space)
    page.view.outcome.others.tiles["declined"].click()
    page.qtbot.waitUntil(lambda: "you would like to stop learning" in preview(page))
    assert likely not in notes(page)


def test_where_the_evidence_is_open_no_letter_is_guessed(team: Team, open_page: Open) -> None:
    page = open_page(team.nurse, at_home(team).episodes["insulin"])
    assert page.view.letter.preview.empty.true.text() == "The letters show here once an outcome is chosen"
    assert page.view.letter.preview.page_count == 0


def test_the_letter_beside_the_form_says_what_is_typed(team: Team, open_page: Open) -> None:
    page = open_page(team.nurse, ready(team))
    page.press(Key.Key_Space, Key.Key_Right)
    page.qtbot.waitUntil(lambda: "Dear Mrs Abernathy" in preview(page))
    page.qtbot.keyClick(page.view.letter.tabs, Key.Key_Right)
    page.qtbot.waitUntil(lambda: "manages this at home with the support agreed" in preview(page))
    who = page.view.fields["support_who"].control
    who.setFocus()
    page.press("Anne, her daughter")
    page.qtbot.waitUntil(lambda: "Anne, her daughter" in preview(page))
    page.qtbot.keyClick(page.view.letter.tabs, Key.Key_Left)
    page.qtbot.waitUntil(lambda: "Dear Mrs Abernathy" in preview(page))
    pages = page.view.letter.preview.page_count
    page.view.letter.large.setFocus()
    page.press(Key.Key_Space)
    page.qtbot.waitUntil(lambda: page.view.letter.preview.page_count > pages)


def test_a_judging_word_is_pointed_out_and_blocks_nothing(team: Team, open_page: Open) -> None:
    page = open_page(team.nurse, ready(team))
    page.press(Key.Key_Space, Key.Key_Right)
    what = page.view.fields["support_what"].control
    what.setFocus()
    page.press("He refused a reminder")
    assert notes(page)["The person will read “refused”."] == "A kinder word: chose not to."


def test_the_check_in_call_is_3_to_7_days_after(team: Team, open_page: Open) -> None:
    page = open_page(team.nurse, ready(team))
    page.press(Key.Key_Space)
    field = page.view.fields["check_in_on"]
    assert field.message.words.text().startswith("Empty means Tue 24-Nov-2026. 3 to 7 days after")
    field.control.setFocus()
    page.press("+8d", Key.Key_Tab)
    assert field.message.words.text() == "Enter a day 3 to 7 days after the discharge, from today on"
    field.control.setFocus()
    page.press(Key.Key_A, held=CTRL)
    page.press("+7d", Key.Key_Tab)
    assert page.form.check_in_on == "26-Nov-2026"
    assert field.message.words.text().startswith("Empty means")


def test_other_outcomes_ask_for_no_call_and_a_mistake_writes_no_letter(team: Team, open_page: Open) -> None:
    page = open_page(team.nurse, ready(team))
    page.press(*to_tile(3), Key.Key_Space)
    page.view.outcome.others.tiles["declined"].click()
    assert page.view.fields["check_in_on"].isHidden()
    page.qtbot.waitUntil(lambda: "you would like to stop learning" in preview(page))
    page.view.outcome.others.tiles["entered_in_error"].click()
    page.qtbot.waitUntil(lambda: page.view.letter.preview.page_count == 0)
    assert page.view.letter.preview.empty.true.text() == "A record that was a mistake writes no letter"


def test_a_signed_discharge_is_taken_back_with_a_reason(team: Team, open_page: Open) -> None:
    episode = ready(team)
    discharge(team.nurse, independent(episode))
    page = open_page(team.nurse, episode)
    page.qtbot.waitUntil(page.view.overview.hasFocus)
    page.press(Key.Key_Tab)
    assert page.focus is page.view.reopen
    page.press(Key.Key_Return)
    page.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FormDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, FormDialog)
    page.qtbot.waitUntil(lambda: dialog.isAncestorOf(page.focus))
    page.press("Signed for the wrong skill", Key.Key_Return)
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["Discharge taken back"])
    assert episode_in(team.nurse, episode).is_open


def test_an_assistant_is_not_offered_to_take_a_discharge_back(team: Team, open_page: Open) -> None:
    episode = ready(team)
    discharge(team.nurse, independent(episode))
    page = open_page(team.assistant, episode)
    page.qtbot.waitUntil(page.view.overview.hasFocus)
    assert page.view.reopen.isHidden()


def test_undo_beside_the_toast_takes_the_signature_back_and_keeps_what_was_typed(team: Team, open_page: Open) -> None:
    episode = ready(team)
    patient = closing(team.nurse, episode).patient.id
    form = replace(independent(episode), reason="Very sure of herself")
    save_draft(team.nurse, DISCHARGE, episode, patient, form)
    page = open_page(team.nurse, episode)
    page.sign()
    page.qtbot.waitUntil(lambda: len(page.desk.offered) == 1)
    page.desk.offered[0]()
    page.qtbot.waitUntil(lambda: page.desk.toasts[-1] == "Discharge taken back")
    assert episode_in(team.nurse, episode).is_open
    assert page.desk.went[-1] == Place("discharge", patient, episode)
    assert kept(team.nurse, episode) == replace(form, checked=False)


def test_a_death_is_not_undone_beside_the_toast(team: Team, open_page: Open) -> None:
    episode = at_home(team, gates=False).episodes["insulin"]
    patient = closing(team.nurse, episode).patient.id
    form = DischargeForm(episode, Outcome.DECEASED, checked=True)
    save_draft(team.nurse, DISCHARGE, episode, patient, form)
    page = open_page(team.nurse, episode)
    page.sign()
    page.qtbot.waitUntil(lambda: page.desk.toasts == ["Discharge signed. Ctrl+P prints 2 letters"])
    assert page.desk.offered == []


# --- what else is looked at ------------------------------------------------------------------------------------------


def dialog(page: Opened, title: str) -> FormDialog:
    page.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FormDialog))
    found = QApplication.activeModalWidget()
    assert isinstance(found, FormDialog)
    assert found.windowTitle() == title
    page.qtbot.waitUntil(lambda: found.isAncestorOf(page.focus))
    return found


def around(page: Opened) -> dict[str, str]:
    rows = page.view._rows
    assert rows is not None
    return {row.label: row.words for row in rows.around}


def lent(team: Team, episode: str) -> str:
    patient = closing(team.nurse, episode).patient.id
    said = {"item": "Glucose meter", "standing": "lent", "since": "2026-11-17", "episode": episode}
    add_member(team.nurse, patient, Member("equipment", said))
    return patient


def test_what_was_lent_is_marked_as_returned_from_the_page_and_taken_back_beside_the_toast(
    team: Team, open_page: Open
) -> None:
    episode = ready(team)
    lent(team, episode)
    page = open_page(team.nurse, episode)
    assert around(page)["To come back"] == "Glucose meter"
    page.view.around.buttons[1].setFocus()
    assert page.focus.accessibleName() == "Glucose meter has come back"
    page.press(Key.Key_Return)
    page.qtbot.waitUntil(lambda: around(page)["To come back"] == "Nothing lent")
    assert page.focus in page.view.around.buttons
    page.desk.offered[0]()
    page.qtbot.waitUntil(lambda: around(page)["To come back"] == "Glucose meter")
    assert page.desk.told == []


def test_consent_is_recorded_from_the_page_by_keyboard(team: Team, open_page: Open) -> None:
    episode = ready(team)
    page = open_page(team.nurse, episode)
    assert around(page)["Consent"] == "Not recorded yet"
    page.view.around.buttons[0].setFocus()
    page.press(Key.Key_Return)
    asked = dialog(page, "Consent and capacity")
    asked.fields["answer"].control.select("given")
    page.press(Key.Key_Return, held=CTRL)
    page.qtbot.waitUntil(lambda: around(page)["Consent"] == "Agrees to be taught")
    assert around(page)["Capacity"] == "Capacity not doubted"


def test_core_visits_stand_with_their_days_and_more_are_recorded_from_the_page(team: Team, open_page: Open) -> None:
    episode = ready(team)
    for day, a_month in ((1, "60"), (10, "30")):
        on = team.nurse.today().replace(day=day)
        record_core_visits(team.nurse, episode, from_=on, a_month=a_month, source="Jo Field")
    page = open_page(team.nurse, episode)
    assert around(page)["Core team visits"] == "60 a month from 01-Nov-2026, 30 from 10-Nov-2026"
    page.view.around.buttons[-1].setFocus()
    page.press(Key.Key_Return)
    asked = dialog(page, "How many core visits still go on?")
    page.press("0")
    asked.fields["source"].control.setFocus()
    page.press("Jo Field", Key.Key_Return)
    more = "60 a month from 01-Nov-2026, 30 from 10-Nov-2026, 0 from 19-Nov-2026"
    page.qtbot.waitUntil(lambda: around(page)["Core team visits"] == more)


def test_signing_asks_who_gives_the_dose_of_a_visit_it_takes_back(team: Team, open_page: Open) -> None:
    episode = ready(team)
    patient = closing(team.nurse, episode).patient.id
    at = team.nurse.now().replace(hour=18) + timedelta(days=1)
    book_visits(team.nurse, NewBooking(patient, (episode,), at, 30, team.nurse.user.id, dose="Evening"), set(Concern))
    save_draft(team.nurse, DISCHARGE, episode, patient, independent(episode))
    page = open_page(team.nurse, episode)
    page.sign()
    asked = dialog(page, "Who gives this dose?")
    asked.fields["giver"].control.select("patient")
    page.press(Key.Key_Return, held=CTRL)
    page.qtbot.waitUntil(lambda: page.desk.toasts[-1] == "Saved")
    assert not [one for one in tasks_about(team.nurse, patient).open if one.kind is TaskKind.WHO_GIVES_DOSE]

"""What stands around a discharge: letters, calls, what was lent, and the way back."""

from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QApplication

from smf_core.domain.diary import Concern
from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.task import TaskKind
from smf_desktop.services.booking.bookings import NewBooking, book_visits
from smf_desktop.services.drafts import DISCHARGE, drafts, save_draft
from smf_desktop.services.ending.discharges import closing, discharge
from smf_desktop.services.pathways import record_core_visits
from smf_desktop.services.people import Member, add_member
from tests.support.discharge_pages import Open, Opened, episode_in, kept, open_page, to_tile
from tests.support.discharges import independent, ready
from tests.support.pressing import Ctrl, Key, in_front
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import at_home
from ui.desk import Place
from ui.views.form_dialog import FormDialog

__all__ = ["laptop", "open_page", "store_template", "team"]


# --- the letters, the calls, and taking it back ---------------------------------------------------


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
    page.press(Key.Key_A, held=Ctrl)
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
    page.press("Signed for the")
    page.page.clear()  # a lock takes nothing of it
    again = open_page(team.nurse, episode)
    again.qtbot.waitUntil(again.view.overview.hasFocus)
    again.press(Key.Key_Tab, Key.Key_Return)
    assert in_front(again.qtbot, "Take this discharge back?").values()["reason"] == "Signed for the"
    again.press(" wrong skill", Key.Key_Return)
    again.qtbot.waitUntil(lambda: again.desk.toasts == ["Discharge taken back"])
    assert list(drafts(team.nurse)) == []
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


# --- what else is looked at -----------------------------------------------------------------------


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
    page.press(Key.Key_Return, held=Ctrl)
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
    page.press(Key.Key_Return, held=Ctrl)
    page.qtbot.waitUntil(lambda: page.desk.toasts[-1] == "Saved")
    assert not [one for one in tasks_about(team.nurse, patient).open if one.kind is TaskKind.WHO_GIVES_DOSE]

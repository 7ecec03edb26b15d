"""What is typed on the discharge page is kept, taken back and put forward again."""

from dataclasses import replace

from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget

from smf_core.domain.discharge import DischargeForm, Outcome
from smf_desktop.services.drafts import DISCHARGE, save_draft
from smf_desktop.services.ending.discharges import closing
from smf_desktop.services.people import Member, add_member
from tests.support.discharge_pages import Open, kept, open_page
from tests.support.discharges import independent, ready, teach
from tests.support.pressing import Ctrl, Key
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from ui.actions import Action
from ui.desk import Place
from ui.widgets.buttons import Button

__all__ = ["laptop", "open_page", "store_template", "team"]


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
    page.press(Key.Key_Z, held=Ctrl)
    assert (page.form.outcome, page.form.reason) == (Outcome.RETURNED_CORE, "")
    assert page.view.outcome.reason.toPlainText() == ""
    page.press(Key.Key_Z, held=Ctrl)
    assert page.form == DischargeForm(episode)
    assert not page.page.can(Action.UNDO)
    page.press(Key.Key_Y, held=Ctrl)
    page.press(Key.Key_Y, held=Ctrl)
    assert page.form.reason == "too weak"
    assert page.view.outcome.tiles.value == "returned_core"


def test_a_page_that_is_empty_again_keeps_no_draft(team: Team, open_page: Open) -> None:
    episode = at_home(team).episodes["insulin"]
    page = open_page(team.nurse, episode)
    page.press(Key.Key_Space)
    page.page.save_now()
    page.settle()
    assert kept(team.nurse, episode) is not None
    page.press(Key.Key_Z, held=Ctrl)
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

"""What happens to a visit once it is signed: a co-signature, a copy for the trust's record, another checklist."""

from dataclasses import replace

import pytest

from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.teaching_trouble import (
    AlreadyCosigned,
    NotApproved,
    NotReadyToSign,
    OwnSignature,
    ReasonNeeded,
    SameChecklist,
    UnknownVisit,
)
from smf_core.domain.visit import Level, Visit
from smf_core.policy.rules import NotAllowed
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.visits import visit as visit_of
from smf_core.records.queries.visits import visits_of_episode
from smf_desktop.presenters.patient.timeline import timeline
from smf_desktop.presenters.patient.visits import visit_lines
from smf_desktop.presenters.today.lists import side_lists
from smf_desktop.services.day.calls import save_call
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.record.overview import overview
from smf_desktop.services.session import Session, StoreKind, new_item
from smf_desktop.services.visit.amending import amend_visit
from smf_desktop.services.visit.checklist_change import change_checklist, other_versions
from smf_desktop.services.visit.cosigning import ask_cosignature, cosign, withdraw_cosignature
from smf_desktop.services.visit.facts import visit_page
from smf_desktop.services.visit.note_copies import NoteOf, copy_note, note
from smf_desktop.services.visit.visits import sign_visit, start_visit, strike_visit
from tests.services.test_calls import filled
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home, filled_form, taught

__all__ = ["laptop", "store_template", "team"]


def stored(session: Session, visit: str) -> Visit:
    with session.read() as connection:
        found = visit_of(connection, visit)
    assert found is not None
    return found


# --- written down later --------------------------------------------------------------------------


def test_a_visit_signed_more_than_a_day_after_care_says_why(team: Team) -> None:
    home = at_home(team)
    form = filled_form(team, home)
    team.clock.forward(hours=25)
    with pytest.raises(NotReadyToSign) as wrong:
        sign_visit(team.nurse, form)
    assert wrong.value.missing == (Missing(Part.LATE, Why.REASON_NEEDED),)
    sign_visit(team.nurse, replace(form, late_reason="The laptop was out of power"))
    visit = stored(team.nurse, form.visit)
    assert visit.late_reason == "The laptop was out of power"
    assert visit.started_at == form.started_at
    assert visit.signed_at == team.clock.at


def test_a_visit_signed_the_same_evening_asks_for_no_reason(team: Team) -> None:
    form = filled_form(team, at_home(team))
    team.clock.forward(hours=9)
    sign_visit(team.nurse, form)
    assert stored(team.nurse, form.visit).late_reason == ""


def test_a_visit_from_a_colleagues_draft_says_whose_it_was_for_good(team: Team) -> None:
    form = filled_form(team, at_home(team))
    sign_visit(team.nurse, replace(form, draft_of=team.nurse2.user.id))
    assert stored(team.nurse, form.visit).draft_of == team.nurse2.user.id
    assert f"From the draft of {team.nurse2.user.name}." in note(team.nurse, NoteOf.VISIT, form.visit).text
    again = amend_visit(team.nurse, form.visit)
    sign_visit(team.nurse, replace(again, also_present="Her son", amend_reason="He came in later"))
    assert stored(team.nurse, form.visit).draft_of == team.nurse2.user.id


# --- co-signing ----------------------------------------------------------------------------------


def test_a_visit_may_ask_for_a_co_signature_as_it_is_signed(team: Team) -> None:
    form = replace(filled_form(team, at_home(team)), cosign_of=team.nurse2.user.id)
    sign_visit(team.nurse, form)
    assert stored(team.nurse, form.visit).cosign_of == team.nurse2.user.id


def test_a_co_signature_names_who_read_it_and_when_and_is_given_once(team: Team) -> None:
    visit = taught(team, at_home(team))
    ask_cosignature(team.nurse, visit, team.nurse2.user.id)
    team.clock.forward(hours=2)
    cosign(team.nurse2, visit, "Read with the nurse")
    held = stored(team.nurse, visit)
    assert (held.cosigned_by, held.cosigned_at, held.cosign_note) == (
        team.nurse2.user.id,
        team.clock.at,
        "Read with the nurse",
    )
    with pytest.raises(AlreadyCosigned):
        cosign(team.lead, visit)
    assert held.signed_by == team.nurse.user.id  # co-signing is not carrying out


def test_nobody_co_signs_their_own_visit(team: Team) -> None:
    visit = taught(team, at_home(team))
    with pytest.raises(OwnSignature):
        cosign(team.nurse, visit)
    with pytest.raises(OwnSignature):
        ask_cosignature(team.nurse, visit, team.nurse.user.id)


def test_only_a_registered_nurse_co_signs(team: Team) -> None:
    visit = taught(team, at_home(team))
    with pytest.raises(NotAllowed):
        cosign(team.assistant, visit)


def test_a_request_for_a_co_signature_can_be_withdrawn(team: Team) -> None:
    visit = taught(team, at_home(team))
    ask_cosignature(team.nurse, visit, team.nurse2.user.id)
    withdraw_cosignature(team.nurse, visit)
    assert stored(team.nurse, visit).cosign_of is None
    with pytest.raises(UnknownVisit):
        withdraw_cosignature(team.nurse, visit)


# --- the note for the trust's record -------------------------------------------------------------


def waiting(session: Session) -> list[str]:
    """What Today says is not in the trust's record yet."""
    return [one.record for one in today_facts(session).not_copied]


def test_a_copied_note_leaves_a_trace_of_who_and_when(team: Team) -> None:
    visit = taught(team, at_home(team))
    assert waiting(team.nurse) == [visit]
    made, touched = copy_note(team.nurse2, NoteOf.VISIT, visit)
    assert "note_copy" in touched
    copied = note(team.nurse, NoteOf.VISIT, visit)
    assert copied.text == made.text
    assert copied.copied is not None
    assert (copied.copied.by, copied.copied.at) == (team.nurse2.user.id, team.clock.at)
    assert copied.current
    assert waiting(team.nurse) == []


def test_every_visit_call_and_discharge_of_a_record_says_whether_the_trust_has_it_and_who_copied_it(team: Team) -> None:
    home = at_home(team)
    visit, episode = taught(team, home), home.episodes["insulin"]
    call = save_call(team.nurse, filled(team.nurse, home)).call
    ended = {"on": team.nurse.today().isoformat(), "outcome": "independent", "by": team.nurse.user.id}
    with team.nurse.work() as work:
        work.save([new_item("episode", episode, "discharge", **ended)], patient=home.patient)

    def told() -> dict[str, str]:
        facts, library = overview(team.nurse, home.patient), team.nurse.checklists
        rows = timeline(facts, library)
        said = {row.title.partition(",")[0]: row.about.partition(" · ")[0] for row in rows if "trust" in row.about}
        return said | {"Visit": next(each.trust for each in visit_lines(facts, rows, library) if each.trust)}

    not_yet = "In the trust record: not yet"
    assert told() == {"Telephone call": not_yet, "Teaching ended: Independent": not_yet, "Visit": "Not yet"}
    for of, record in ((NoteOf.CALL, call), (NoteOf.DISCHARGE, episode), (NoteOf.VISIT, visit)):
        copy_note(team.nurse2, of, record)
    said = "opied 17-Nov-2026 09:00, Nurse2 Example"
    assert set(told().values()) == {f"In the trust record: c{said}", f"C{said}"}


def test_a_note_copied_before_an_amendment_says_so(team: Team) -> None:
    visit = taught(team, at_home(team))
    copy_note(team.nurse, NoteOf.VISIT, visit)
    amended = amend_visit(team.nurse, visit)
    section = replace(amended.sections[0], notes="Prefers the blue pen")
    sign_visit(team.nurse, replace(amended, sections=(section,), amend_reason="Forgot the pen"))
    held = note(team.nurse, NoteOf.VISIT, visit)
    assert held.copied is not None
    assert not held.current


def test_a_note_not_copied_for_a_day_is_late(team: Team) -> None:
    taught(team, at_home(team))

    def tone() -> str:
        lists = side_lists(today_facts(team.nurse), team.nurse.checklists)
        ((row,),) = [one.rows for one in lists if one.key == "not_copied"]
        return row.tone

    team.clock.forward(hours=24)
    assert tone() == ""
    team.clock.forward(minutes=1)
    assert tone() == "danger"


def test_a_visit_entered_in_error_has_no_note_to_copy(team: Team) -> None:
    visit = taught(team, at_home(team))
    strike_visit(team.nurse, visit, "Wrong day")
    assert waiting(team.nurse) == []
    with pytest.raises(UnknownVisit):
        copy_note(team.nurse, NoteOf.VISIT, visit)


def test_notes_of_others_are_not_listed(team: Team) -> None:
    taught(team, at_home(team))
    assert waiting(team.nurse2) == []


def test_the_note_says_what_was_seen_in_plain_words(team: Team) -> None:
    home = at_home(team)
    checklist = team.nurse.checklists.newest("insulin")
    visit = taught(team, home, levels={checklist.steps[2].id: Level.PROMPTED})
    text = note(team.nurse, NoteOf.VISIT, visit).text
    assert text.startswith("ABERNATHY, Doreen (Mrs), born 14-Mar-1951, NHS No. 999 007 9323\n")
    assert f"With prompts: {checklist.steps[2].short}." in text
    assert "Confidence to do this alone: 7 of 10." in text
    assert "Capillary blood glucose" in text
    assert "6.8 mmol/L" in text
    assert "No red flags seen." in text
    assert "Nurse Example, registered nurse." in text
    assert "<" not in text


def test_the_note_names_the_visits_place_by_care_time_and_one_struck_has_none(team: Team) -> None:
    home = at_home(team)
    third, first, second = (taught(team, home, days_ago=ago) for ago in (1, 9, 4))
    struck = taught(team, home, days_ago=6)
    strike_visit(team.nurse, struck, "Wrong day")
    places = [note(team.nurse, NoteOf.VISIT, one).text for one in (first, second, third)]
    assert [f"visit {place} of about" in text for place, text in enumerate(places, start=1)] == [True] * 3


# --- another version of the checklist ------------------------------------------------------------


def test_a_pathway_changes_its_checklist_only_by_choice_and_with_a_reason(team: Team) -> None:
    home = at_home(team)
    lead, episode = with_newer(team.lead), home.episodes["insulin"]
    (newer,) = other_versions(lead, "insulin", lead.checklists.versions("insulin")[-1].version)
    with pytest.raises(ReasonNeeded):
        change_checklist(lead, episode, newer.version, " ")
    with pytest.raises(NotAllowed):
        change_checklist(replace(lead, user=team.assistant.user), episode, newer.version, "The pen changed")
    change_checklist(lead, episode, newer.version, "The pen changed")
    with lead.read() as connection:
        held = episode_of(connection, episode)
    assert held is not None
    assert held.checklist_version == newer.version
    with pytest.raises(SameChecklist):
        change_checklist(lead, episode, newer.version, "Again")


def test_a_visit_signed_before_keeps_its_ratings_when_the_checklist_changes(team: Team) -> None:
    home = at_home(team)
    lead, episode = with_newer(team.lead), home.episodes["insulin"]
    taught(team, home)
    with lead.read() as connection:
        before = visits_of_episode(connection, episode)
    change_checklist(lead, episode, lead.checklists.newest("insulin").version, "Reworded")
    with lead.read() as connection:
        assert visits_of_episode(connection, episode) == before


def test_a_draft_keeps_the_version_it_was_begun_with(team: Team) -> None:
    home = at_home(team)
    lead, episode = with_newer(team.lead), home.episodes["insulin"]
    form = filled_form(team, home)
    change_checklist(lead, episode, "9.0.0", "Reworded")
    nurse = replace(lead, user=team.nurse.user)
    assert visit_page(nurse, form).taught[episode].checklist.version == form.sections[0].checklist_version
    sign_visit(nurse, form)
    assert stored(nurse, form.visit).sections[0].checklist_version == form.sections[0].checklist_version
    again, _ = start_visit(nurse, [episode])
    assert again.sections[0].checklist_version == "9.0.0"


def test_a_live_pathway_changes_only_to_an_approved_checklist(team: Team) -> None:
    home = at_home(team)
    lead = replace(with_newer(team.lead), kind=StoreKind.LIVE)
    newest = lead.checklists.newest("insulin")
    assert other_versions(lead, "insulin", "0.1.0") == ()
    with pytest.raises(NotApproved):
        change_checklist(lead, home.episodes["insulin"], newest.version, "Reworded")


def with_newer(session: Session) -> Session:
    """The same session on a laptop that has been given a newer insulin checklist."""
    newest = session.checklists.newest("insulin")
    newer = replace(newest, version="9.0.0")
    library = replace(
        session.checklists, checklists={**session.checklists.checklists, (newer.id, newer.version): newer}
    )
    return replace(session, checklists=library)


def test_a_started_visit_of_nobody_is_not_co_signed(team: Team) -> None:
    form, _ = start_visit(team.nurse, list(at_home(team).episodes.values()))
    with pytest.raises(UnknownVisit):
        cosign(team.nurse2, form.visit)

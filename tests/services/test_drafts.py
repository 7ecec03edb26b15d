"""B35: a draft that a newer version wrote is kept and named, is never replaced, and stops nobody from writing."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from smf_core.domain.discharge import DischargeForm
from smf_core.domain.referral_form import ReferralForm
from smf_core.operations.protocol import DraftNote
from smf_desktop.presenters.sync.drafts import elsewhere_rows
from smf_desktop.presenters.today.lists import side_lists
from smf_desktop.services.day.calls import open_call, save_call
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.drafts import (
    CALL,
    COMMISSIONING,
    DISCHARGE,
    MONTHS,
    REFERRAL,
    VISIT,
    TypedForm,
    draft,
    drafts,
    is_kept_aside,
    keep_typed,
    save_draft,
    typed_before,
)
from smf_desktop.services.ending.discharges import open_discharge
from smf_desktop.services.referral.intake import keep_form, open_form
from smf_desktop.services.session import Session
from smf_desktop.services.visit.visits import open_visit, sign_visit
from tests.services.test_calls import filled as called
from tests.services.test_main_job import filled
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home

__all__ = ["laptop", "store_template", "team"]

UNREADABLE = b'{"kind_of_form":"another","rows":[1,2]}'


def kept(session: Session, page: str, record: str, patient: str, form: bytes) -> None:
    with session.work() as work:
        work.keep_draft(page, record, patient, form)


def aside(session: Session) -> list[bytes | None]:
    return [
        session.store.draft(session.user.id, row.page, row.record) for row in drafts(session) if is_kept_aside(row.page)
    ]


def a_call(session: Session, home: Home) -> str:
    return save_call(session, called(session, home)).call


def a_visit(session: Session, home: Home) -> str:
    form = filled(session, open_visit(session, patient=home.patient, episodes=home.of()).form)
    sign_visit(session, form)
    return form.visit


def a_discharge(session: Session, home: Home) -> str:
    episode = next(iter(home.episodes.values()))
    form = replace(open_discharge(session, episode).form, reason="Moved away")
    save_draft(session, DISCHARGE, episode, home.patient, form)
    return open_discharge(session, episode).form.episode


@pytest.mark.parametrize(("page", "writes"), [(CALL, a_call), (VISIT, a_visit), (DISCHARGE, a_discharge)])
def test_B35_an_unreadable_draft_is_kept_and_a_new_form_is_written_beside_it(
    team: Team, page: str, writes: Callable[[Session, Home], str]
) -> None:
    session, home = team.nurse, at_home(team)
    record = {
        CALL: "a-call",
        VISIT: open_visit(session, patient=home.patient, episodes=home.of()).form.visit,
        DISCHARGE: next(iter(home.episodes.values())),
    }[page]
    kept(session, page, record, home.patient, UNREADABLE)
    assert writes(session, home)
    assert aside(session) == [UNREADABLE]


def test_B35_of_several_referrals_being_typed_the_one_that_can_be_read_is_taken_up(team: Team) -> None:
    session = team.nurse
    keep_form(session, ReferralForm("typed-here", family_name="ABERNATHY"))
    kept(session, REFERRAL, "typed-elsewhere", "", UNREADABLE)
    assert open_form(session).form.family_name == "ABERNATHY"
    assert aside(session) == [UNREADABLE]


def test_B35_a_draft_with_a_field_unknown_here_is_not_taken_up_without_it(team: Team) -> None:
    """Read without that field and saved again, it would have lost what was typed there."""
    session, home = team.nurse, at_home(team)
    form = open_call(session, home.patient).form
    newer = msgspec.json.encode(msgspec.to_builtins(form) | {"words": "Half", "typed_later": "and half"})
    kept(session, CALL, form.call, home.patient, newer)
    assert open_call(session, home.patient).form.words == ""
    assert aside(session) == [newer]


def test_B35_the_drafts_of_a_record_kept_aside_do_not_replace_one_another(team: Team) -> None:
    session, home = team.nurse, at_home(team)
    for minute in range(3):
        team.clock.forward(minutes=1)
        kept(session, DISCHARGE, "an-episode", home.patient, UNREADABLE + b" " * minute)
        assert draft(session, DISCHARGE, "an-episode", DischargeForm) is None
    assert sorted(map(len, filter(None, aside(session)))) == [len(UNREADABLE) + more for more in range(3)]


def test_B35_back_on_the_newer_version_the_draft_is_on_its_page_again(team: Team) -> None:
    session, home = team.nurse, at_home(team)
    form = replace(open_call(session, home.patient).form, words="All of it")
    whole = msgspec.json.encode(form)
    kept(session, f"{CALL}@2026-11-16T10:00:00+00:00", form.call, home.patient, whole)
    assert open_call(session, home.patient).form.words == "All of it"
    assert aside(session) == []


def test_B35_today_names_what_is_kept(team: Team) -> None:
    session, home = team.nurse, at_home(team)
    kept(session, CALL, "a-call", home.patient, UNREADABLE)
    open_call(session, home.patient)
    (row,) = next(one for one in side_lists(today_facts(session), session.checklists) if one.key == "drafts").rows
    assert "Written by a newer version; kept" in row.about


def test_B35_in_a_damaged_store_what_is_kept_aside_is_listed_as_it_lies(team: Team) -> None:
    session, home = team.nurse, at_home(team)
    whole = msgspec.json.encode(open_call(session, home.patient).form)
    kept(session, f"{CALL}@2026-11-16T10:00:00+00:00", "a-call", home.patient, whole)
    team.store.damaged = True
    assert [is_kept_aside(row.page) for row in drafts(session)] == [True]


def test_what_is_typed_in_a_form_of_the_service_is_kept_for_its_author_and_is_no_draft_about_a_person(
    team: Team,
) -> None:
    at = keep_typed(team.lead, COMMISSIONING, "self_check", TypedForm({"note": "half\ud83d a word"}))
    assert at is not None
    found = typed_before(team.lead, COMMISSIONING, "self_check")
    assert found == (TypedForm({"note": "half\ufffd a word"}), at)
    for nobody in (
        typed_before(team.admin, COMMISSIONING, "self_check"),
        typed_before(team.lead, MONTHS, "self_check"),
    ):
        assert nobody is None
    assert today_facts(team.lead).drafts == ()
    kept(team.lead, COMMISSIONING, "plan", "", UNREADABLE)
    assert typed_before(team.lead, COMMISSIONING, "plan") is None
    assert aside(team.lead) == [UNREADABLE]
    assert keep_typed(team.lead, COMMISSIONING, "self_check", TypedForm({})) is None
    assert typed_before(team.lead, COMMISSIONING, "self_check") is None


def test_on_another_laptop_it_is_told_as_of_the_service(team: Team) -> None:
    now = team.lead.now()
    author = team.lead.user.id
    note = DraftNote(slot="s", author=author, page=COMMISSIONING, patient="", saved_at=now.isoformat(), device="d")
    (row,) = elsewhere_rows([note], {}, {}, author, now)
    assert (row.what.partition(",")[0], row.who, row.own) == ("Commissioning form draft of yours", "The service", True)

"""A planted person is looked for in every byte that leaves the process: files, logs, drafts, temporary files."""

import logging
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from smf_core.domain.call import CallNext, CallOutcome, CallPurpose, FlagsTold
from smf_core.domain.day_trouble import NotReadyToSave
from smf_core.domain.diary import Concern
from smf_core.domain.dose_cover import Giver
from smf_core.domain.teaching_trouble import NotReadyToSign
from smf_core.domain.visit import VisitForm
from smf_core.records.queries.episodes import open_episodes_of
from smf_core.records.queries.patients import search
from smf_core.records.queries.visits import signed_visits_of_patient
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.booking.bookings import NewBooking, book_visits
from smf_desktop.services.booking.dose_covers import NewCover, name_giver
from smf_desktop.services.caseload.handover import handover
from smf_desktop.services.caseload.search import find_people
from smf_desktop.services.day.calls import open_call, save_call
from smf_desktop.services.day.ics import diary_times
from smf_desktop.services.day.paper_sheets import sheet_for
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.drafts import CALL, save_draft
from smf_desktop.services.ending.death import record_death, reverse_death
from smf_desktop.services.letters.letters import letters_about, mark_printed, read_letter
from smf_desktop.services.people import Member, add_member
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.referral.triage import Acceptance, accept
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.tasks import NewTask, ask_task
from smf_desktop.services.visit.note_copies import NoteOf, copy_note
from smf_desktop.services.visit.visits import sign_visit, start_visit
from smf_desktop.store.backup import write_backup
from smf_desktop.store.salvage import salvage
from smf_desktop.store.store import Store
from tests.services.test_main_job import filled, first_insulin_referral, meet_all_gates
from tests.support.sessions import team_at
from tests.support.stores import NOW, Laptop, laptop, store_template

__all__ = ["laptop", "store_template"]

SURNAME, NOTE, NUMBER = "Zzyzxquill", "Quillfeather whispers", "9990079323"
FILE = (
    "family_name,given_name,date_of_birth,skill,referral_received,source,nhs_number,notes\n"
    f"{SURNAME},Ada,1950-03-04,insulin,2026-11-16,gp,{NUMBER},{NOTE}\n"
)
PLANTED = tuple(text.encode(code) for text in (SURNAME, NOTE, NUMBER) for code in ("utf-8", "utf-16-le", "utf-16-be"))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every temporary file of the process falls here, where it can be read."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def leaks(*folders: Path) -> list[str]:
    """Files that hold anything planted, by their path or their bytes."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [
        path.name
        for path in files
        if any(planted in path.read_bytes() or planted in str(path).encode() for planted in PLANTED)
    ]


def a_visit(nurse: Session, store: Store) -> None:
    take_in(nurse, examine(nurse, FILE.encode()), accept_valid=False)
    to = Acceptance(nurse=nurse.user.id, accountable_nurse=nurse.user.id)
    (episode,), _ = accept(nurse, first_insulin_referral(nurse), to)
    meet_all_gates(nurse, episode)
    form, _ = start_visit(nurse, [episode])
    add_member(nurse, form.patient, Member("allergy", {"substance": NOTE}))
    form = filled(nurse, form)
    form = replace(form, also_present=SURNAME, sections=(replace(form.sections[0], notes=NOTE),))
    save_draft(nurse, "visit", form.visit, form.patient, form)
    with pytest.raises(NotReadyToSign) as refused:
        sign_visit(nurse, replace(form, minutes="soon"))
    assert SURNAME not in repr(refused.value)
    assert SURNAME not in str(words_for(refused.value))
    sign_visit(nurse, form)
    left, _ = start_visit(nurse, [episode])
    save_draft(nurse, "visit", left.visit, left.patient, with_note(left))
    with store.read() as connection:  # a sort that spills, were it allowed to, would spill these names
        connection.exec_driver_sql("SELECT * FROM patient ORDER BY family_name DESC").all()


def with_note(form: VisitForm) -> VisitForm:
    return replace(form, sections=(replace(form.sections[0], notes=NOTE),))


def test_F85_a_planted_person_is_in_no_file_log_or_temporary_file(
    laptop: Laptop, temporary: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store = Store(laptop.directory, laptop.key)
    a_visit(team_at(store).nurse, store)
    assert (laptop.directory / "records.db-wal").stat().st_size > 0
    assert leaks(laptop.directory, temporary) == []
    store.close()
    assert leaks(laptop.directory, temporary) == []
    assert not any(text in caplog.text for text in (SURNAME, NOTE, NUMBER))


def a_day(nurse: Session, lead: Session) -> list[bytes]:
    """What goes between people about her: a call, a task, who gives a dose with its letter, a sheet, a copied note.

    Answers what leaves the store on purpose, but may not name her.
    """
    with nurse.read() as connection:
        (person,) = search(connection, SURNAME)
        (episode,) = open_episodes_of(connection, [person.id])
        visit = signed_visits_of_patient(connection, person.id)[0].id
    call = open_call(nurse, person.id).form
    said = {"purpose": CallPurpose.ADVICE, "outcome": CallOutcome.SETTLED, "flags": FlagsTold.NONE}
    call = replace(call, who="patient", words=NOTE, next=CallNext.NOTHING, **said)
    save_draft(nurse, CALL, call.call, person.id, replace(call, purpose=None))
    with pytest.raises(NotReadyToSave) as refused:
        save_call(nurse, replace(call, minutes=NOTE))
    assert NOTE not in repr(refused.value) + str(words_for(refused.value))
    save_call(nurse, call)
    ask_task(nurse, NewTask(NOTE, patient=person.id))
    name_giver(nurse, NewCover(episode.id, "Evening", Giver.CORE_TEAM, nurse.today(), note=NOTE))
    (letter,) = letters_about(nurse, person.id).letters
    assert SURNAME.encode() not in read_letter(nurse, letter.id).pdf[:200]
    mark_printed(nurse, letter.id)
    sheet_for(nurse, episode.id)
    copy_note(nurse, NoteOf.VISIT, visit)
    with nurse.work() as work:
        digest = work.keep_blob(NOTE.encode() * 50)
        held = {"kind": "photograph", "media": "image/jpeg", "title": NOTE, "size": len(NOTE) * 50}
        work.save(
            [new_item("document", nurse.new_id(), "held", patient=person.id, digest=digest, **held)], patient=person.id
        )
    at = nurse.now() + timedelta(days=2)
    new = NewBooking(person.id, (episode.id,), at, 45, nurse.user.id, focus=NOTE)
    book_visits(nurse, new, frozenset(Concern))
    find_people(nurse, SURNAME)
    handover(nurse)
    today_facts(nurse)
    record_death(lead, person.id, nurse.today(), NOTE)
    reverse_death(lead, person.id, NOTE)
    return [diary_times(nurse)]


def test_F85_a_whole_day_about_a_planted_person_leaves_no_trace_beside_the_store(
    laptop: Laptop, temporary: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store = Store(laptop.directory, laptop.key)
    team = team_at(store)
    a_visit(team.nurse, store)
    files = a_day(team.nurse, team.lead)
    assert all(planted not in one for one in files for planted in PLANTED)
    away = tmp_path / "away"
    away.mkdir()
    write_backup(
        laptop.directory, laptop.key, away / "backup", store="s", keys={}, now=NOW, progress=lambda done, total: True
    )
    assert leaks(laptop.directory, temporary, away) == []
    store.close()
    assert salvage(laptop.directory, laptop.key, away / "salvaged.db").saved > 0
    assert leaks(laptop.directory, temporary, away) == []
    assert not any(text in caplog.text for text in (SURNAME, NOTE, NUMBER))


def test_the_search_for_leaks_finds_one(tmp_path: Path) -> None:
    (tmp_path / "trace.txt").write_text(f"signed for {SURNAME}", "utf-16-le")
    assert leaks(tmp_path) == ["trace.txt"]

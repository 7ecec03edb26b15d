"""A planted person is looked for in every byte that leaves the process: files, logs, drafts, temporary files."""

import logging
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from smf_core.domain.teaching_trouble import NotReadyToSign
from smf_core.domain.visit import VisitForm
from smf_desktop.presenters.messages import words_for
from smf_desktop.services.drafts import save_draft
from smf_desktop.services.people import Member, add_member
from smf_desktop.services.referrals import Acceptance, accept, examine, take_in
from smf_desktop.services.session import Session
from smf_desktop.services.visits import sign_visit, start_visit
from smf_desktop.store.store import Store
from tests.services.test_main_job import filled, first_insulin_referral, meet_all_gates
from tests.support.sessions import team_at
from tests.support.stores import Laptop, laptop, store_template

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


def test_the_search_for_leaks_finds_one(tmp_path: Path) -> None:
    (tmp_path / "trace.txt").write_text(f"signed for {SURNAME}", "utf-16-le")
    assert leaks(tmp_path) == ["trace.txt"]

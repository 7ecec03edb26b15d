"""Saving diary times from the Tools menu."""

from pathlib import Path

import pytest

from smf_desktop.trouble import FileUnwritable
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from ui.flows.day.diary import write_diary

__all__ = ["laptop", "store_template", "team"]


def test_the_file_holds_the_times(team: Team, tmp_path: Path) -> None:
    write_diary(team.nurse, tmp_path / "visit-times.ics")
    assert (tmp_path / "visit-times.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_a_folder_that_cannot_be_written_is_said(team: Team, tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable):
        write_diary(team.nurse, tmp_path / "nowhere" / "visit-times.ics")

"""The tour draws every page with real data, and leaves the store as it was."""

import shutil
from pathlib import Path
from typing import Literal

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from smf_core.records.tables import access
from smf_desktop.compose import House
from tests.support.houses import PASSWORD, clock, computer, demo_template
from tests.support.keys import ToldClock
from ui.tour import Drawn, draw

__all__ = ["clock", "demo_template"]


def drawn_by(
    user: str,
    template: Path,
    folder: Path,
    *,
    first_id: int,
    size: tuple[int, int] = (683, 384),
    theme: Literal["light", "dark"] = "light",
    page: str | None = None,
) -> Drawn:
    """The pictures of a demo store that somebody may see, in a folder of their own."""
    house = House(computer(first_id=first_id), Path(shutil.copytree(template, folder / "store")))
    key = house.unlock(user, PASSWORD)
    return draw(house, key, folder / "tour", size=size, theme=theme, page=page, progress=lambda done, total: True)


def test_every_page_is_drawn_from_the_demos_own_day(qapp: QApplication, demo_template: Path, tmp_path: Path) -> None:
    drawn = drawn_by("nurse", demo_template, tmp_path, first_id=5_000_000, size=(1366, 768))
    names = [path.name for path in drawn.pictures]
    assert names == [
        "01-first-run.png",
        "02-unlock.png",
        "03-today.png",
        "04-caseload.png",
        "05-referrals.png",
        "06-patient.png",
        "07-visit.png",
        "08-not-gone-ahead.png",
        "09-call.png",
        "10-discharge.png",
        "11-letters.png",
        "12-sync.png",
        "13-tasks.png",
        "14-own.png",
        "15-import-referrals.png",
        "16-checklists.png",
        "17-palette.png",
        "18-help.png",
    ]
    assert sorted(path.name for path in (tmp_path / "tour").iterdir()) == names
    for path in drawn.pictures[:14]:
        picture = QImage(str(path))
        assert (picture.width(), picture.height()) == (1366, 768)
    assert drawn.counts["patients"] == 12


def test_one_page_may_be_drawn_alone_in_another_size(qapp: QApplication, demo_template: Path, tmp_path: Path) -> None:
    drawn = drawn_by("nurse", demo_template, tmp_path, first_id=6_000_000, theme="dark", page="caseload")
    assert [path.name for path in drawn.pictures] == ["04-caseload.png"]
    assert QImage(str(drawn.pictures[0])).width() == 683


def test_whoever_opens_no_record_is_shown_the_pages_of_their_role(
    qapp: QApplication, demo_template: Path, tmp_path: Path
) -> None:
    drawn = drawn_by("admin", demo_template, tmp_path, first_id=6_500_000, page="help")
    assert [path.name for path in drawn.pictures] == ["17-help.png"]  # over the first of their own


def test_the_store_itself_is_only_told_that_its_pages_were_drawn(
    demo_template: Path, tmp_path: Path, clock: ToldClock
) -> None:
    house = House(computer(clock=clock, first_id=7_000_000), Path(shutil.copytree(demo_template, tmp_path / "store")))
    key = house.unlock("nurse", PASSWORD)
    copy = house.copied(key, tmp_path / "copy")
    assert any(key.key)
    assert sorted(path.name for path in copy.directory.iterdir()) == sorted(
        path.name for path in house.directory.iterdir() if path.name not in ("instance.lock", "reserve.bin")
    )
    sitting = house.enter(key)
    with sitting.session.read() as connection:
        notes = [(row.action, row.detail) for row in connection.execute(access.select())]
    assert ("export", "tour") in notes
    sitting.close()

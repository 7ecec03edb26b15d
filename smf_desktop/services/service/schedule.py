"""Reports that are saved to a folder every month: which ones, what of that is due, and saving it.

What is wanted is a setting of one person on one laptop: the folder is of this laptop alone, and a record would send it
to every laptop of the team. It says nothing of anybody in care. What has been saved is read from the audit, which is in
the encrypted store: a setting that is lost or changed by hand never makes a month be saved twice.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import file_digest
from pathlib import Path

import msgspec

from smf_core.domain.core_counts import month_after, month_before
from smf_core.figures.months import of_month
from smf_core.figures.report import REPORTS
from smf_core.policy.rules import Action, may, require
from smf_core.records.queries.users import service
from smf_desktop.ports import Progress
from smf_desktop.services.auditing import REPORT, SCHEDULED, note
from smf_desktop.services.reporting.exporting import FORMATS, PACK, Format, How, save_report
from smf_desktop.services.reporting.making import KnowsLaptops, laptops_missing, make_report
from smf_desktop.services.service.months import closed_months
from smf_desktop.services.service.pack import save_pack
from smf_desktop.services.session import Session
from smf_desktop.trouble import FileUnwritable, MonthNotSaved, NoRoomForFile, ReportStopped, ScheduleNotPossible

LAST_DAY = 28
"""The last day of a month that every month has."""


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which reports (names of `REPORTS`, or `PACK`) in which formats are saved in a folder, on a day of each month,
    of the month before it. `first` is the first day of the first such month; `id` tells it in the audit.

    The pack is always PDF. Small numbers are always hidden.
    """

    id: str
    day: int
    folder: str
    reports: tuple[str, ...]
    formats: tuple[Format, ...]
    first: date


@dataclass(frozen=True, slots=True)
class Due:
    """One file that is to be saved: of which month, named by its first day."""

    month: date
    report: str
    format: Format
    path: Path


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of it: the files saved, the months whose pack waits until they are closed, and the first trouble.

    What could not be saved is due still.
    """

    saved: tuple[Path, ...] = ()
    waiting: tuple[date, ...] = ()
    trouble: MonthNotSaved | None = None


def schedule_in(kept: bytes | None) -> Schedule | None:
    """The schedule as its person's settings have it; None where there is none that can be read."""
    try:
        return msgspec.json.decode(kept, type=Schedule) if kept else None
    except msgspec.DecodeError:
        return None


def kept_as(schedule: Schedule) -> bytes:
    return msgspec.json.encode(schedule)


def new_schedule(
    session: Session, day: int, folder: str, reports: Sequence[str], formats: Sequence[Format]
) -> Schedule:
    """Begins with the last month that is over. Raises `NotAllowed` or `ScheduleNotPossible`. Looks at the disk."""
    require(session.user, Action.EXPORT_FIGURES)
    if not 1 <= day <= LAST_DAY:
        raise ScheduleNotPossible("day")
    if not reports or not {*reports} <= {*REPORTS, PACK}:
        raise ScheduleNotPossible("reports")
    if not {*formats} <= {*FORMATS} or not (formats or set(reports) == {PACK}):
        raise ScheduleNotPossible("formats")
    if not Path(folder).is_absolute() or not Path(folder).is_dir():
        raise ScheduleNotPossible("folder")
    return Schedule(session.new_id(), day, folder, tuple(reports), tuple(formats), month_before(session.today()))


def due(session: Session, schedule: Schedule) -> tuple[Due, ...]:
    """What is to be saved by now and has not been, the earliest month first."""
    if not may(session.user, Action.EXPORT_FIGURES).allowed:
        return ()
    done = {found.groups() for found in _notes(session, _DONE) if found["id"] == schedule.id}
    wanted = [
        Due(month, report, form, Path(schedule.folder, f"{report}-{month:%Y-%m}.{form}"))
        for month in _months(schedule, session.today())
        for report in schedule.reports
        for form in (("pdf",) if report == PACK else schedule.formats)
    ]
    return tuple(each for each in wanted if (schedule.id, f"{each.month:%Y-%m}", each.report, each.format) not in done)


def run_schedule(
    session: Session, hub: KnowsLaptops | None, schedule: Schedule, progress: Progress = lambda done, total: True
) -> Ran:
    """Save what is due, each file whole or not at all and never over another. On the work lane.

    Raises `NotAllowed` or `ReportStopped`; what was saved by then stays, and is not saved again.
    """
    require(session.user, Action.EXPORT_FIGURES)
    wanted = due(session, schedule)
    if wanted and not Path(schedule.folder).is_dir():
        return Ran(trouble=MonthNotSaved(wanted[0].month, schedule.folder, "folder"))
    saved: list[Path] = []
    waiting: list[date] = []
    troubles: list[MonthNotSaved] = []
    for number, each in enumerate(wanted):
        if not progress(number, len(wanted)):
            raise ReportStopped
        try:
            if each.path.exists():
                _same(session, each)
            elif _save(session, hub, each):
                saved.append(each.path)
            else:
                waiting.append(each.month)
                continue
            note(session, SCHEDULED, None, _said(schedule, each))
        except MonthNotSaved as trouble:
            troubles.append(trouble)
    progress(len(wanted), len(wanted))
    return Ran(tuple(saved), tuple(waiting), next(iter(troubles), None))


def _months(schedule: Schedule, today: date) -> Iterator[date]:
    """The months whose day has come."""
    month = schedule.first
    while (after := month_after(month)).replace(day=schedule.day) <= today:
        yield month
        month = after


def _save(session: Session, hub: KnowsLaptops | None, wanted: Due) -> bool:
    """Whether it could be made yet: a month that is not closed has no pack. Raises `MonthNotSaved`."""
    wrong = partial(MonthNotSaved, wanted.month, str(wanted.path.parent))
    try:
        if wanted.report == PACK:
            return _save_pack(session, wanted)
        asked = of_month(wanted.month, session.team, session.today())
        missing = laptops_missing(session, hub, asked)
        made = make_report(session, wanted.report, asked, joined=hub is not None, missing=missing)
        with session.read() as connection:
            name = service(connection).name
        save_report(session, name, made, wanted.path, How(format=wanted.format))
    except NoRoomForFile:
        raise wrong("room") from None
    except (FileUnwritable, OSError):
        raise wrong("folder") from None
    return True


def _save_pack(session: Session, wanted: Due) -> bool:
    closed = next((each.closed for each in closed_months(session) if each.closed.month == wanted.month), None)
    if closed is None:
        return False
    save_pack(session, closed.id, wanted.path)
    return True


# --- the audit -----------------------------------------------------------------------------------

_DONE = re.compile(r"schedule=(?P<id>\S+) month=([0-9-]{7}) report=(\S+) format=(\S+)")
_DIGEST = re.compile(r"report=.* sha256=(?P<digest>[0-9a-f]{64})")


def _said(schedule: Schedule, saved: Due) -> str:
    return f"schedule={schedule.id} month={saved.month:%Y-%m} report={saved.report} format={saved.format}"


def _notes(session: Session, shape: re.Pattern[str]) -> Iterator[re.Match[str]]:
    action = SCHEDULED if shape is _DONE else REPORT
    return (found for each in session.store.noted(action) if (found := shape.fullmatch(each.detail)))


def _same(session: Session, wanted: Due) -> None:
    """A file that is there already was saved here: the end came before the note that its month is done, or another
    setting saved it. Raises `MonthNotSaved` where it is another."""
    wrong = partial(MonthNotSaved, wanted.month, str(wanted.path.parent))
    try:
        with wanted.path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
    except OSError:
        raise wrong("folder") from None
    if not any(found["digest"] == digest for found in _notes(session, _DIGEST)):
        raise wrong("differs")

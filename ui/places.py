"""Where one can go and what opens over it. Each page and dialog is imported when it is first gone to."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from smf_desktop.services.laptop.backups import BackupWriter
from ui.actions import Action
from ui.desk import Desk, Page, Place
from ui.widgets.rail import RailItem

Maker = Callable[[Desk], Page]
Opens = Callable[[Desk, QWidget], None]


def _today(desk: Desk) -> Page:
    from ui.flows.day.today import TodayPage

    return TodayPage(desk)


def _caseload(desk: Desk) -> Page:
    from ui.flows.caseload.page import CaseloadPage

    return CaseloadPage(desk)


def _referrals(desk: Desk) -> Page:
    from ui.flows.referral.intake import ReferralsPage

    return ReferralsPage(desk)


def _patient(desk: Desk) -> Page:
    from ui.flows.patient.page import PatientPage

    return PatientPage(desk)


def _visit(desk: Desk) -> Page:
    from ui.flows.visit.page import VisitPage

    return VisitPage(desk)


def _discharge(desk: Desk) -> Page:
    from ui.flows.discharge.page import DischargePage

    return DischargePage(desk)


def _letters(desk: Desk) -> Page:
    from ui.flows.letters.page import LettersPage

    return LettersPage(desk)


def _call(desk: Desk) -> Page:
    from ui.flows.day.calls import CallFlow

    return CallFlow(desk)


def _not_gone_ahead(desk: Desk) -> Page:
    from ui.flows.day.not_gone_ahead import NotGoneAheadFlow

    return NotGoneAheadFlow(desk)


def _tasks(desk: Desk) -> Page:
    from ui.flows.day.tasks import TasksPage

    return TasksPage(desk)


def _team(desk: Desk) -> Page:
    from ui.flows.team.page import TeamPage

    return TeamPage(desk)


def _reports(desk: Desk) -> Page:
    from ui.flows.reports.page import ReportsPage

    return ReportsPage(desk)


def _commissioning(desk: Desk) -> Page:
    from ui.flows.service.commissioning import CommissioningPage

    return CommissioningPage(desk)


def _core_counts(desk: Desk) -> Page:
    from ui.flows.service.core_teams import CoreTeamsPage

    return CoreTeamsPage(desk)


def _months(desk: Desk) -> Page:
    from ui.flows.service.months import MonthsPage

    return MonthsPage(desk)


def _quality(desk: Desk) -> Page:
    from ui.flows.service.quality import QualityPage

    return QualityPage(desk)


def _own(desk: Desk) -> Page:
    from ui.flows.service.own import OwnPage

    return OwnPage(desk)


def _planner(desk: Desk) -> Page:
    from ui.flows.service.planner import PlannerPage

    return PlannerPage(desk)


def _sync(desk: Desk) -> Page:
    from ui.flows.sync.page import SyncPage

    return SyncPage(desk)


def _sync_history(desk: Desk, window: QWidget) -> None:
    from ui.flows.sync.history import show_history

    show_history(desk, window)


def record_call(desk: Desk, window: QWidget, bar: QWidget, patient: str | None) -> None:
    """The call page about whoever is on the screen, else about somebody who is looked for first."""
    if patient:
        desk.go(Place("call", patient))
        return
    from ui.flows.palette import Palette

    about = replace(desk, go=lambda place: desk.go(Place("call", place.patient)))
    Palette(about, (), "", lambda action: None, window).open_below(bar, "@")


def new_task(desk: Desk, window: QWidget, patient: str | None, who: str) -> None:
    from ui.flows.asking import Asker
    from ui.flows.day.tasks import ask_new_task

    ask_new_task(desk, Asker(desk, window), window, patient, who)


def dose_cover(desk: Desk, window: QWidget, patient: str, who: str) -> None:
    from ui.flows.asking import Asker
    from ui.flows.day.dose_cover import ask_dose_cover

    ask_dose_cover(desk, Asker(desk, window), window, patient, who)


def _save_diary(desk: Desk, window: QWidget) -> None:
    from ui.flows.day.diary import ask_save_diary

    ask_save_diary(desk, window)


def _import_practices(desk: Desk, window: QWidget) -> None:
    from ui.flows.letters.practices import ask_practices

    ask_practices(desk, window)


def _import_areas(desk: Desk, window: QWidget) -> None:
    from ui.flows.asking import Asker
    from ui.flows.service.areas import ask_areas

    ask_areas(desk, Asker(desk, window), window)


def _blank_sheet(desk: Desk, window: QWidget) -> None:
    from ui.flows.paper_sheet import ask_blank_sheet

    ask_blank_sheet(desk, window)


def _core_teams(desk: Desk, window: QWidget) -> None:
    from ui.flows.asking import Asker
    from ui.flows.letters.practices import ask_core_teams

    ask_core_teams(desk, Asker(desk, window), window)


def _import_referrals(desk: Desk, window: QWidget) -> None:
    from ui.flows.referral.page import ImportDialog

    _open(ImportDialog(desk, window))


def _checklists(desk: Desk, window: QWidget) -> None:
    from ui.flows.laptop.checklists import ChecklistsDialog

    _open(ChecklistsDialog(desk, window))


def _service_settings(desk: Desk, window: QWidget) -> None:
    from ui.flows.asking import Asker
    from ui.flows.laptop.service_settings import ask_settings

    ask_settings(desk, Asker(desk, window), window)


def _openings(desk: Desk, window: QWidget) -> None:
    from ui.flows.laptop.openings import show_openings

    show_openings(desk, window)


def _ask_for_person(desk: Desk, window: QWidget) -> None:
    from ui.flows.sync.asked_for import ask_for_person

    ask_for_person(desk, window)


def back_up(backups: BackupWriter, desk: Desk, window: QWidget) -> None:
    from ui.flows.laptop.backups import BackUpDialog

    _open(BackUpDialog(desk, backups, window))


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


PAGES: Mapping[str, Maker] = {
    "today": _today,
    "caseload": _caseload,
    "referrals": _referrals,
    "patient": _patient,
    "visit": _visit,
    "discharge": _discharge,
    "letters": _letters,
    "call": _call,
    "not_gone_ahead": _not_gone_ahead,
    "tasks": _tasks,
    "sync": _sync,
    "team": _team,
    "reports": _reports,
    "quality": _quality,
    "own": _own,
    "months": _months,
    "commissioning": _commissioning,
    "core_counts": _core_counts,
    "planner": _planner,
}

GOES: Mapping[Action, str] = {
    Action.TODAY: "today",
    Action.CASELOAD: "caseload",
    Action.REFERRALS: "referrals",
    Action.SYNC: "sync",
    Action.TEAM: "team",
    Action.REPORTS: "reports",
    Action.QUALITY: "quality",
    Action.OWN_FIGURES: "own",
    Action.MONTHS: "months",
    Action.COMMISSIONING: "commissioning",
    Action.CORE_COUNTS: "core_counts",
    Action.PLANNER: "planner",
    Action.LETTERS: "letters",
    Action.TASKS: "tasks",
}
"""The page a command goes to."""

OPENS: Mapping[Action, Opens] = {
    Action.IMPORT_REFERRALS: _import_referrals,
    Action.CHECKLISTS: _checklists,
    Action.SERVICE_SETTINGS: _service_settings,
    Action.OPENINGS: _openings,
    Action.ASK_HUB: _ask_for_person,
    Action.SYNC_HISTORY: _sync_history,
    Action.SAVE_DIARY: _save_diary,
    Action.IMPORT_PRACTICES: _import_practices,
    Action.IMPORT_AREAS: _import_areas,
    Action.CORE_TEAMS: _core_teams,
    Action.BLANK_SHEET: _blank_sheet,
}
"""What a command opens over whatever page is in front."""

RAIL = (
    RailItem("today", "Today", "sun"),
    RailItem("caseload", "Caseload", "users-round"),
    RailItem("referrals", "Referrals", "inbox"),
    RailItem("team", "Team", "chart-line"),
    RailItem("reports", "Reports", "file-chart-column"),
    RailItem("own", "My figures", "activity"),
    RailItem("sync", "Sync", "refresh-cw", at_foot=True),
)

REPORTS: Mapping[str, str] = {
    "reports": "Figures",
    "months": "Closed months",
    "quality": "Data quality",
    "commissioning": "Commissioning",
    "core_counts": "Core teams",
    "planner": "Planner",
}
"""The pages that Reports in the rail stands for, by the words of their tabs, in the order they are shown."""

WRITTEN = frozenset({"visit", "discharge", "call", "not_gone_ahead", "referrals"})
"""Pages that are written: about one person each is open in one window only, as there is one draft of it."""


def is_same_writing(one: Place, other: Place) -> bool:
    """Whether two places would write the same draft."""
    return one.page in WRITTEN and (one.page, one.patient) == (other.page, other.patient)

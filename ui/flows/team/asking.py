"""Windows over the team page: other dates, everyone behind a mark, what a figure counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.days import day
from smf_desktop.presenters.reports.choice import WHY_SHOWN
from smf_desktop.presenters.reports.page import WHY_ABOUT
from smf_desktop.presenters.team.headline import Headline
from smf_desktop.presenters.team.lists import PersonRow
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, Typed, read_date
from ui.flows.table_dialog import keep_read
from ui.views.form_dialog import Ask, FormDialog
from ui.views.table_dialog import Offer, TableDialog

Opens = Callable[[str, str], object]
Empty = tuple[str, str, str]
"""Icon, what is true, and why."""

COLUMNS = (("Person", 300), ("Why they are here", 420))
LOGGED = "Opening a record is logged."
NOBODY = ("users", "Nobody is behind this figure", "It counts nobody in this period.")
NO_NAMES = ("users", "No names are behind this figure", "It is counted by others, or from what has no name.")
MAY_NOT = ("users", "No names are shown", "The people behind a figure are shown to those who open records.")


def ask_days(
    desk: Desk, asker: Asker, over: QWidget, days: tuple[date, date], then: Callable[[tuple[date, date]], object]
) -> None:
    """Ask for the first and the last day of the period."""
    session = desk.session
    asks = (
        Ask("since", "First day", "date", value=day(days[0]), half=True),
        Ask("until", "Last day", "date", value=day(days[1]), half=True),
    )
    dialog = FormDialog(
        "Which days?", asks, "Show figures", read_date=read_date(session, past=True), parent=over.window()
    )

    def job(typed: Typed) -> Callable[[], tuple[date, date]]:
        fields = Reader(typed, session.today())
        since, until = fields.day("since"), fields.day("until")
        if since and until and until < since:
            fields.problems["until"] = "Enter a last day that is not before the first"
        fields.check()
        assert since is not None
        assert until is not None
        return lambda: (since, until)

    asker.ask(dialog, job, then, "Reading", lane=desk.lanes.read)


def ask_why_small(desk: Desk, asker: Asker, over: QWidget, then: Callable[[str], object]) -> None:
    """A lead says why small numbers are shown; it is written to the audit with every file."""
    dialog = FormDialog(
        "Show small numbers?",
        (Ask("why", "Reason", "choice", options=WHY_SHOWN),),
        "Show small numbers",
        about=WHY_ABOUT,
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], str]:
        fields = Reader(typed, desk.session.today())
        why = fields.needed("why", "Choose a reason")
        fields.check()
        return lambda: why

    asker.ask(dialog, job, then, "Reading", lane=desk.lanes.read)


@dataclass(frozen=True, slots=True)
class Listed:
    """The first `rows` of so `many` people; `more` reads those that follow so many."""

    rows: Sequence[PersonRow]
    many: int
    more: Callable[[int], Sequence[PersonRow]] = lambda shown: ()


def show_people(desk: Desk, over: QWidget, title: str, listed: Listed, opens: Opens) -> TableDialog[PersonRow]:
    """Everyone a mark is counted among, in a window."""
    dialog = _people(title, LOGGED, over, opens, NOBODY)
    dialog.open()
    _show(desk, dialog, "", listed)
    return dialog


def show_figure(
    desk: Desk,
    over: QWidget,
    row: Headline,
    people: Callable[[], Listed] | None,
    opens: Opens,
    nobody: Empty | None = None,
) -> TableDialog[PersonRow]:
    """What a figure counts, all that must stand beside it, and the people behind it, as they are read.

    Without `people` it says `nobody`, else why there are none.
    """
    why = nobody or (MAY_NOT if row.has_people else NO_NAMES)
    dialog = _people(row.label, row.definition, over, opens, why if people is None else NOBODY)
    said = f"{row.value} {row.beside}".strip()
    note = "\n".join(filter(None, (said, f"{row.words.rstrip('.')}.", *row.more)))
    if people is None:
        dialog.open()
        dialog.show_rows((), note)
    else:
        keep_read(desk, dialog, desk.lanes.read, people, partial(_show, desk, dialog, note))
    return dialog


def _show(desk: Desk, dialog: TableDialog[PersonRow], note: str, listed: Listed) -> None:
    """The first people, and the others a page at a time as they are asked for."""
    standing = [dialog]
    dialog.finished.connect(standing.clear)

    def came(rows: Sequence[PersonRow]) -> None:
        for one in standing:
            one.add_rows(rows)

    def failed(error: BaseException) -> None:
        came(())
        desk.tell(error)

    dialog.more_wanted.connect(lambda shown: desk.lanes.read.run(partial(listed.more, shown), done=came, failed=failed))
    dialog.show_rows(listed.rows, note, many=listed.many)


def _people(title: str, about: str, over: QWidget, opens: Opens, empty: Empty) -> TableDialog[PersonRow]:
    """A window with people; where there cannot be any nothing is counted and nothing offered."""
    names = empty is NOBODY
    dialog: TableDialog[PersonRow] = TableDialog(
        title,
        about,
        COLUMNS,
        lambda row: (row.name, row.words),
        lambda row: row.spoken,
        empty=empty,
        offers=(Offer("open", "Open record", "primary"),) if names else (),
        counted=names,
        can=lambda _key, row: bool(row.patient),
        parent=over.window(),
    )
    dialog.act_wanted.connect(partial(_opened, dialog, opens))
    return dialog


def _opened(dialog: TableDialog[PersonRow], opens: Opens, _key: str, row: PersonRow) -> None:
    dialog.accept()
    opens(row.patient, row.name)

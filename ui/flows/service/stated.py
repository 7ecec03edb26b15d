"""What can be done with something stated: read it whole with its log, withdraw it, and take that back."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.service.stated import LogRow, StatedRow, log_rows
from smf_desktop.services.service.baselines import Stated
from smf_desktop.services.session import Session, Touched
from ui.flows.asking import Act, Asker
from ui.views.form_dialog import FormDialog
from ui.views.table_dialog import TableDialog

COLUMNS = (("When", 140), ("Who", 140), ("Did", 110), ("What", 300), ("Source", 220))
NOTHING = ("history", "Nothing is stated yet", "Every statement and withdrawal will stand here.")
KEPT = "Withdrawn, it stays in the log and nothing is held against it any more."


class Withdraws(Protocol):
    """A service that withdraws what was stated, or has it stand again."""

    def __call__(self, session: Session, record: str, /, *, withdrawn: bool = True) -> Touched: ...


def show_log(over: QWidget, title: str, rows: Sequence[StatedRow]) -> TableDialog[LogRow]:
    """Who stated and withdrew what, and when, the last first."""
    dialog: TableDialog[LogRow] = TableDialog(
        title,
        "Nothing is written over: what was withdrawn stays here.",
        COLUMNS,
        lambda row: row.words,
        lambda row: row.spoken,
        empty=NOTHING,
        parent=over.window(),
    )
    dialog.open()
    dialog.show_rows(log_rows(rows))
    return dialog


def ask_withdraw(session: Session, asker: Asker, over: QWidget, row: StatedRow, withdraw: Withdraws) -> None:
    """Show it whole, and withdraw it where that is what was meant."""
    dialog = FormDialog(
        "Withdraw this?",
        (),
        "Withdraw",
        who=f"{row.of}: {row.said}",
        about=f"{row.source}. Stated {row.stated}. {KEPT}",
        kind="danger",
        cancel="Leave it",
        parent=over.window(),
    )
    away, back = withdrawing(session, row.id, withdraw)
    asker.ask(
        dialog, lambda _typed: away, lambda touched: asker.did("Withdrawn", touched, Act("withdrawn", back, away))
    )


def stated(session: Session, asker: Asker, words: str, withdraw: Withdraws) -> Callable[[Stated], None]:
    """Say that something was stated; taking it back withdraws it."""

    def done(made: Stated) -> None:
        away, back = withdrawing(session, made.id, withdraw)
        asker.did(words, made.touched, Act(words, away, back))

    return done


def withdrawing(
    session: Session, record: str, withdraw: Withdraws
) -> tuple[Callable[[], Touched], Callable[[], Touched]]:
    """What withdraws a record, and what has it stand again."""
    return partial(withdraw, session, record), partial(withdraw, session, record, withdrawn=False)

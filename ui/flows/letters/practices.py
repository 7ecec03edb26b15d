"""Tools: a list of practices taken in, and the core teams that letters go to."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from smf_core.domain.practice import CoreTeam
from smf_desktop.presenters.practices import taken_in_words
from smf_desktop.services.letters.practices import (
    TakenIn,
    add_core_team,
    change_core_team,
    core_teams,
    end_core_team,
    import_practices,
)
from smf_desktop.services.session import Touched
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, Typed
from ui.flows.csv_files import ask_csv, take_csv
from ui.flows.form_draft import draft_anywhere
from ui.views.form_dialog import Ask, FormDialog

NEW = "new"


def ask_practices(desk: Desk, over: QWidget) -> QFileDialog:
    """Ask for a CSV list of practices and take it in."""
    return ask_csv(over, "Choose a list of practices", partial(take_in, desk))


def take_in(desk: Desk, path: Path) -> None:
    """Take a list of practices in, and say what it changed."""

    def done(found: TakenIn) -> None:
        desk.changed(found.touched)
        desk.toast(taken_in_words(found.added, found.changed, found.unchanged))

    take_csv(desk, path, import_practices, done)


def ask_core_teams(desk: Desk, asker: Asker, over: QWidget) -> None:
    """Which core team is to be changed, or a new one; then its form."""
    desk.lanes.read.run(partial(core_teams, desk.session), done=partial(_choose, desk, asker, over), failed=desk.tell)


def _choose(desk: Desk, asker: Asker, over: QWidget, teams: tuple[CoreTeam, ...]) -> None:
    if not teams:
        _ask_team(desk, asker, over, CoreTeam("", ""))
        return
    options = (*((team.id, team.name) for team in teams), (NEW, "A new team"))
    form = FormDialog(
        "Which core team?",
        (Ask("team", "Core team", "choice", value=teams[0].id, options=options),),
        "Open",
        about="Letters about care that is taken over go to these teams.",
        parent=over.window(),
    )

    def chosen(typed: Typed) -> None:
        form.accept()
        _ask_team(desk, asker, over, next((one for one in teams if one.id == typed["team"]), CoreTeam("", "")))

    form.submitted.connect(chosen)
    form.open()


def _ask_team(desk: Desk, asker: Asker, over: QWidget, team: CoreTeam) -> None:
    asks = [
        Ask("name", "Name", value=team.name, hint="As it stands on its letters"),
        Ask("phone", "Phone", value=team.phone, optional=True, half=True),
        Ask("locality", "Area", value=team.locality, optional=True, half=True),
        Ask("address", "Address", "text", value=team.address, optional=True),
    ]
    if team.id:
        asks.append(Ask("ended", "This team is not there any more", "check"))
    title = "Change this core team" if team.id else "Add a core team"
    form = FormDialog(title, tuple(asks), "Save team", parent=over.window())

    def job(typed: Typed) -> Callable[[], Touched]:
        read = Reader(typed, desk.session.today())
        name = read.needed("name", "Enter the name of the team")
        read.check()
        said = CoreTeam(team.id, name, read.text("phone"), read.text("address"), read.text("locality"))
        if not team.id:
            return partial(add_core_team, desk.session, said)
        if read.on("ended"):
            return partial(end_core_team, desk.session, team)
        return partial(change_core_team, desk.session, team, said)

    draft = draft_anywhere(desk, f"core team {team.id}".rstrip())
    asker.ask(form, job, partial(asker.did, "Core team saved"), draft=draft)

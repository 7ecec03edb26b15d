"""Another version of the checklist for one pathway: which, and why; what was rated before stays as it was."""

from collections.abc import Callable
from functools import partial

from smf_desktop.presenters.checklists import version_line
from smf_desktop.services.session import Touched
from smf_desktop.services.visit.checklist_change import change_checklist, other_versions
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, Typed
from ui.flows.form_draft import draft_of_record
from ui.views.form_dialog import Ask, FormDialog

MakeForm = Callable[[str, tuple[Ask, ...], str, str], FormDialog]
"""Title, fields, primary button, and what it is about: a form that names the person."""


def ask_checklist(
    desk: Desk, asker: Asker, make_form: MakeForm, *, patient: str, episode: str, skill: str, version: str
) -> bool:
    """Ask for another version. Answers False where there is none to choose."""
    others = other_versions(desk.session, skill, version)
    if not others:
        desk.toast("There is no other version to choose")
        return False
    options = tuple((one.version, version_line(one)) for one in others)
    dialog = make_form(
        f"Teach from another version than {version}?",
        (
            Ask("version", "Version", "choice", others[0].version, options=options),
            Ask("reason", "Why it is changed", "text"),
        ),
        "Change checklist",
        "Visits signed so far keep what they were rated against. A draft keeps its version, too.",
    )

    def job(typed: Typed) -> Callable[[], Touched]:
        fields = Reader(typed, desk.session.today())
        chosen, reason = fields.needed("version", "Choose a version"), fields.needed("reason", "Enter a reason")
        fields.check()
        return partial(change_checklist, desk.session, episode, chosen, reason)

    draft = draft_of_record(desk, patient, f"checklist {episode}")
    asker.ask(dialog, job, lambda touched: asker.did("Checklist changed", touched), draft=draft)
    return True

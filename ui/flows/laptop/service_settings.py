"""The settings of the service: only its clinical lead changes them, with a reason."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_desktop.ports import LEAST_MINUTES, MOST_MINUTES
from smf_desktop.services.laptop.accounts import ServiceSettings, change_settings, settings
from smf_desktop.services.session import Touched
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, Typed
from ui.flows.form_draft import draft_anywhere
from ui.views.form_dialog import Ask, FormDialog


def ask_settings(desk: Desk, asker: Asker, over: QWidget) -> None:
    """Read the settings, then show them in a form."""
    job = partial(settings, desk.session)
    desk.lanes.read.run(job, done=partial(_show, desk, asker, over), failed=desk.tell)


def _show(desk: Desk, asker: Asker, over: QWidget, standing: ServiceSettings) -> None:
    asks = (
        Ask("minutes", "Minutes before an idle laptop locks", value=str(standing.idle_minutes), hint="From 5 to 15"),
        Ask(
            "nurse",
            "A registered nurse makes one of the visits that count",
            "check",
            "yes" if standing.registered_nurse_in_run else "",
        ),
        Ask(
            "video",
            "Critical steps seen by video count",
            "check",
            "yes" if standing.video_ratings_of_critical_steps else "",
        ),
        Ask("phone", "Phone number on letters", value=standing.contact_phone, optional=True, half=True),
        Ask(
            "hours",
            "Its hours",
            value=standing.contact_hours,
            hint="Such as Monday to Friday, 8:30 to 17:00",
            optional=True,
            half=True,
        ),
        Ask(
            "other",
            "At other times",
            value=standing.out_of_hours,
            hint="Such as call 111, or the number of the night service",
            optional=True,
        ),
        Ask("reason", "Reason"),
    )
    about = "The lock time holds from the next unlock. The two ticks decide who is found safe alone."
    dialog = FormDialog("Service settings", asks, "Save settings", about=about, parent=over.window())

    def job(typed: Typed) -> Callable[[], Touched]:
        read = Reader(typed, desk.session.today())
        minutes = read.whole("minutes", LEAST_MINUTES, MOST_MINUTES)
        reason = read.needed("reason", "Enter why the settings change")
        read.check()
        new = ServiceSettings(
            minutes,
            typed["nurse"] == "yes",
            typed["video"] == "yes",
            contact_phone=read.text("phone"),
            contact_hours=read.text("hours"),
            out_of_hours=read.text("other"),
        )
        return partial(change_settings, desk.session, new, reason)

    def done(touched: Touched) -> None:
        desk.changed(touched)
        desk.toast("Settings saved")

    asker.ask(dialog, job, done, draft=draft_anywhere(desk, "settings"))

"""A person's own password and quick code, and what is known of the application."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from smf_desktop import PRODUCT, VERSION
from smf_desktop.presenters.backups import age_words
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.laptop.sitting import Sitting
from smf_desktop.trouble import PasswordTooShort, WrongPassword
from ui.desk import Desk
from ui.views.account import AboutView, SecretDialog


def ask_password(desk: Desk, sitting: Sitting, window: QWidget) -> SecretDialog:
    """Change one's own password: the one in use, then the new one twice."""
    dialog = SecretDialog(
        "Change password",
        "The old password works until the new one is safely kept. Three random words make a good one.",
        ("Password now", "New password", "New password again"),
        "Change password",
        window,
    )

    def change(typed: tuple[str, str, str]) -> None:
        now, new, _ = typed
        job = partial(sitting.change_password, now, new)
        desk.lanes.work.run(job, done=changed, failed=not_changed)

    def changed(_: None) -> None:
        dialog.accept()
        desk.toast("Password changed")

    def not_changed(error: BaseException) -> None:
        words = str(words_for(error))
        dialog.tell(1 if isinstance(error, PasswordTooShort) else 0, words)
        if not isinstance(error, PasswordTooShort | WrongPassword):
            desk.tell(error)

    dialog.given.connect(change)
    dialog.open()
    return dialog


def ask_quick_code(desk: Desk, sitting: Sitting, window: QWidget) -> SecretDialog:
    """Set six digits that reopen the store after an idle lock, for 2 hours from the last full unlock."""
    dialog = SecretDialog(
        "Set quick code",
        "Six digits reopen the laptop after it has locked itself, for 2 hours from your last full unlock. "
        "After 3 wrong tries, and after any other lock, your password is needed.",
        ("Quick code, 6 digits", "Quick code again"),
        "Set code",
        window,
    )
    for secret in dialog.secrets:
        secret.edit.setMaxLength(6)

    def put(typed: tuple[str, str]) -> None:
        desk.lanes.work.run(partial(sitting.set_quick_code, typed[0]), done=is_set, failed=not_set)

    def is_set(_: None) -> None:
        dialog.accept()
        desk.toast("Quick code set")

    def not_set(error: BaseException) -> None:
        dialog.tell(0, str(words_for(error)))

    dialog.given.connect(put)
    dialog.open()
    return dialog


class AboutDialog(AboutView):
    """Version, licences, the store on this laptop."""

    def __init__(self, sitting: Sitting, directory: Path, window: QWidget) -> None:
        super().__init__(
            PRODUCT,
            (
                ("Version", VERSION),
                ("Service and team", f"{sitting.service_name}, {sitting.team_name}"),
                ("Store", f"{sitting.session.kind.value.capitalize()}, in {directory}"),
                ("Backup", age_words(sitting.backups.last(), sitting.session.now())[0]),
                (
                    "Licences",
                    "The application: MIT. Qt for Python: LGPL 3. Type: Atkinson Hyperlegible Next, SIL Open Font "
                    "License. Icons: Lucide, ISC.",
                ),
            ),
            window,
        )

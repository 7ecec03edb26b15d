"""Backups from the windows: one is made off the interface thread, and a store comes back from one."""

from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from smf_desktop.ports import Clock
from smf_desktop.presenters.backups import (
    ENDING,
    age_words,
    backed_up_words,
    found_words,
    people_of,
    place_words,
    restored_words,
    suggested_name,
)
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.laptop.backups import (
    BackedUp,
    BackupReader,
    BackupWriter,
    ByPassword,
    ByRecoveryKey,
    FoundBackup,
    RestoredStore,
    Way,
    back_up,
)
from smf_desktop.trouble import (
    BackupStopped,
    DeviceSecretMissing,
    PasswordTooShort,
    RecoveryKeyMistyped,
    WrongPassword,
    WrongRecoveryKey,
)
from ui.desk import Desk
from ui.flows.telling import telling
from ui.tasks import Lane
from ui.views.backups import BackUpWindow, RestoreWindow

FILES = f"Backups (*{ENDING});;All files (*)"


class BackUpDialog(BackUpWindow):
    """Tools, Back up this laptop. Esc while it runs stops it, and nothing of it is kept."""

    _told = Signal(int, int)

    def __init__(self, desk: Desk, backups: BackupWriter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._backups = desk, backups
        self._stop = Event()
        self.place_wanted.connect(self._ask_where)
        self.stop_wanted.connect(self._stop.set)
        self._told.connect(self.show_progress)
        self.finished.connect(lambda _code: self._stop.set())
        self._read_age()

    def write(self, file: Path) -> None:
        self._stop.clear()
        self.set_running("Backing up")
        progress = telling(self._told.emit, self._stop)
        job = partial(back_up, self._desk.session, self._backups, file, progress)
        self._desk.lanes.work.run(job, done=self._written, failed=self._not_written)

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save the backup", suggested_name(self._desk.session.now()), FILES)
        if name:
            self.write(Path(name))

    def _read_age(self) -> None:
        self._desk.lanes.work.run(self._backups.last, done=self._show_age, failed=self._desk.tell)

    def _show_age(self, last: datetime | None) -> None:
        self.show_age(*age_words(last, self._desk.session.now()))

    def _written(self, made: BackedUp) -> None:
        words = backed_up_words(made.file, made.change_sets, made.size)
        self.show_done(words.happened, words.do)
        self._read_age()

    def _not_written(self, error: BaseException) -> None:
        words = words_for(error)
        self.say(words.happened, words.do, "warn" if isinstance(error, BackupStopped) else "danger")
        self.primary.setFocus()


class RestoreDialog(RestoreWindow):
    """Restore a backup, before anyone is in: on an emptied laptop, or in place of the records that are here."""

    restored = Signal(object)
    """The `Key` of whoever opened the backup; the store is in place."""
    _told = Signal(int, int)

    def __init__(self, reader: BackupReader, clock: Clock, lane: Lane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader, self._clock, self._lane = reader, clock, lane
        self._found: FoundBackup | None = None
        self._made: RestoredStore | None = None
        self._stop = Event()
        words = place_words(is_empty=reader.is_empty)
        self.place.tell(words.happened, words.do, "info" if reader.is_empty else "warn")
        self.file_wanted.connect(self._ask_for_file)
        self.password_given.connect(lambda username, password: self._restore(ByPassword(username, password)))
        self.key_given.connect(lambda username, key, new: self._restore(ByRecoveryKey(username, key, new)))
        self.stop_wanted.connect(self._stop.set)
        self.open_wanted.connect(self.accept)
        self._told.connect(self.show_progress)
        self.finished.connect(self._left)

    def read(self, file: Path) -> None:
        self._lane.run(partial(self._reader.look_at, file), done=self._show_found, failed=self._not_restored)

    def _ask_for_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Choose the backup file", "", FILES)
        if name:
            self.read(Path(name))

    def _show_found(self, found: FoundBackup) -> None:
        self._found = found
        words = found_words(found.made_at, found.change_sets, found.card, self._clock.now())
        self.show_file(found.file.name, words, people_of(found.card))

    def _restore(self, way: Way) -> None:
        if self._found is None:
            return
        self._stop.clear()
        self.set_running("Restoring")
        progress = telling(self._told.emit, self._stop)
        job = partial(self._reader.restore, self._found.file, way, progress, set_aside=not self._reader.is_empty)
        self._lane.run(job, done=self._is_restored, failed=self._not_restored)

    def _is_restored(self, made: RestoredStore) -> None:
        self._made = made
        words = restored_words(
            made.made_at,
            made.change_sets,
            self._clock.now(),
            behind=made.behind,
            missing=made.missing,
            set_aside=made.set_aside,
        )
        self.show_restored(words.happened, words.do, warn=made.behind)

    def _not_restored(self, error: BaseException) -> None:
        words = words_for(error)
        match error:
            case WrongPassword():
                self.tell_password(words.happened)
            case RecoveryKeyMistyped() | WrongRecoveryKey():
                self.tell_key(str(words), new=False)
            case PasswordTooShort():
                self.tell_key(str(words), new=True)
            case DeviceSecretMissing():
                self.set_running("")
                self.ask_recovery(True)
                self.say(words.happened, "Nothing was changed. Enter the recovery key.", "warn")
            case _:
                self.say(words.happened, words.do, "warn" if isinstance(error, BackupStopped) else "danger")

    def _left(self, _code: int) -> None:
        """Closed: with a store in place whoever opened it goes in, also when the window was merely closed."""
        self._stop.set()
        made, self._made = self._made, None
        if made is not None:
            self.restored.emit(made.key)

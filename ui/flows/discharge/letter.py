"""The letter beside the discharge form, set anew a moment after the last change."""

from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer

from smf_core.domain.discharge import DischargeForm
from smf_core.domain.discharge_facts import Closing
from smf_core.domain.letter import LetterContent, LetterKind
from smf_desktop.presenters.letters.words import letter_text
from smf_desktop.services.letters.letters import preview_pdf
from ui.desk import Desk
from ui.views.discharge.letter import LetterCard

LETTER_AFTER_MS = 200
"""From the last change to the letter set anew."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the letter shown is made from."""

    form: DischargeForm
    stand: Closing
    kind: str
    large: bool


class LetterBeside(QObject):
    """Keeps the preview in step with the form: the letter of its outcome, or of the likely one until it is chosen."""

    def __init__(self, desk: Desk, card: LetterCard, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._card = desk, card
        self._large = False
        self._now: _Wanted | None = None
        self._next: _Wanted | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(LETTER_AFTER_MS)
        self._wait.timeout.connect(self._set)

    def show_large(self, on: bool) -> None:
        """Large print from the next `follow` on."""
        self._large = on

    def follow(self, form: DischargeForm, stand: Closing) -> None:
        """The form is this now; the first letter of a page is set at once."""
        outcome = form.outcome or stand.likely_outcome(self._desk.session.today())
        if outcome is None:
            wanted = None
        else:
            plain = replace(form, outcome=outcome, checked=False, attestations=frozenset())
            wanted = _Wanted(plain, stand, self._card.kind, self._large)
        if wanted == self._next:
            return
        first, self._next = self._now is None, wanted
        if first:
            self._set()
        else:
            self._wait.start()

    def forget(self) -> None:
        self._wait.stop()
        self._now = self._next = None

    def _set(self) -> None:
        """Set the letter anew, off this thread; what is typed meanwhile sets it once more."""
        wanted = self._now = self._next
        if wanted is None:
            return
        today = self._desk.session.today()
        job = partial(preview_pdf, wanted.form, wanted.stand, LetterKind(wanted.kind), today, large=wanted.large)
        self._desk.lanes.read.run(job, done=partial(self._show, wanted), failed=self._desk.tell)

    def _show(self, wanted: _Wanted, made: tuple[LetterContent, bytes] | None) -> None:
        if wanted is not self._now:
            return
        if made is None:
            self._card.preview.clear("This outcome writes no letter of this kind")
        else:
            said, pdf = made
            self._card.preview.show_pdf(pdf, letter_text(said))

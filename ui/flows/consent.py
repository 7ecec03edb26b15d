"""Consent to be taught and capacity for that decision: one form, wherever it is recorded from."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import partial
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from smf_core.domain.consent import Answer, Capacity
from smf_desktop.presenters.identity import day
from smf_desktop.presenters.patient.care import ANSWERS, CAPACITIES
from smf_desktop.services.record.consent import ConsentForm, OpenConsent, open_consent, record_consent
from smf_desktop.services.session import Touched
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, Typed, read_date
from ui.flows.form_draft import draft_of_record
from ui.views.form_dialog import Ask, FormDialog

Code = TypeVar("Code", bound=StrEnum)


def ask_consent(desk: Desk, asker: Asker, over: QWidget, episode: str, *, who: str, skill: str) -> None:
    """Open the form on what is recorded of a pathway. `who` is the person and `skill` the title, as the form names
    them."""
    session = desk.session

    def ask(opened: OpenConsent) -> None:
        dialog = FormDialog(
            "Consent and capacity",
            _asks(opened, day(session.today())),
            "Save",
            who=who,
            about=skill,
            read_date=read_date(session, past=True),
            parent=over.window(),
        )

        def job(typed: Typed) -> Callable[[], Touched]:
            return partial(record_consent, session, opened, _read(typed, session.today()))

        asker.ask(dialog, job, done, draft=draft_of_record(desk, opened.patient, f"consent {episode}"))

    def done(touched: Touched) -> None:
        asker.did("Consent recorded" if touched else "Nothing was changed", touched)

    desk.lanes.read.run(partial(open_consent, session, episode), done=ask, failed=desk.tell)


def _asks(opened: OpenConsent, today: str) -> tuple[Ask, ...]:
    held = opened.consent
    return (
        Ask("answer", "What the person said", "choice", held.answer.value if held else "", options=_options(ANSWERS)),
        Ask("on", "On", "date", day(held.on) if held and held.on else today, half=True),
        Ask(
            "capacity",
            "Capacity for this decision",
            "choice",
            held.capacity.value if held else Capacity.NOT_DOUBTED.value,
            options=_options(CAPACITIES),
            half=True,
        ),
        Ask(
            "capacity_on",
            "Capacity assessed on",
            "date",
            day(held.capacity_on) if held and held.capacity_on else "",
            optional=True,
            half=True,
        ),
        Ask(
            "basis",
            "On what ground care goes on without capacity",
            value=held.basis if held else "",
            hint="Best interests decision, power of attorney for health",
            optional=True,
        ),
        Ask("note", "Note", "text", held.note if held else "", optional=True),
    )


def _read(typed: Typed, today: date) -> ConsentForm:
    """What was typed; raises `ToCorrect`."""
    fields = Reader(typed, today)
    answer = fields.needed("answer", "Choose what the person said")
    on, assessed = fields.day("on"), fields.day("capacity_on", needed=False)
    capacity = Capacity(fields.text("capacity") or Capacity.NOT_DOUBTED.value)
    for key, each in (("on", on), ("capacity_on", assessed)):
        if each is not None and each > today:
            fields.problems[key] = "Enter today or an earlier date"
    if capacity is Capacity.LACKS and answer == Answer.GIVEN.value:
        fields.needed("basis", "Say on what ground care goes on")
    if capacity is not Capacity.NOT_DOUBTED and assessed is None:
        fields.problems.setdefault("capacity_on", "Enter when it was assessed")
    fields.check()
    return ConsentForm(Answer(answer), on or today, capacity, assessed, fields.text("basis"), fields.text("note"))


def _options(words: Mapping[Code, str]) -> tuple[tuple[str, str], ...]:
    return tuple((code.value, label) for code, label in words.items())

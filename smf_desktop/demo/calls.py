"""Calls: advice between two visits, and the calls after a discharge that ask if the person still manages."""

from dataclasses import replace
from datetime import timedelta

from smf_core.domain.call import PATIENT, CallForm, CallNext, CallOutcome, CallPurpose, FlagsTold
from smf_core.domain.task import Task
from smf_desktop.demo import around
from smf_desktop.demo.people import Dice
from smf_desktop.demo.so_far import SoFar
from smf_desktop.services.day.calls import open_call, save_call
from smf_desktop.services.session import Session
from smf_desktop.services.visit.note_copies import NoteOf, copy_note


def advice(so_far: SoFar) -> None:
    """The person, or who cares for them, rings between two visits."""
    asked, done = so_far.around.choice(around.ADVICE)
    form = open_call(so_far.session, so_far.patient).form
    form = replace(
        form,
        who=so_far.contact if so_far.contact and so_far.around.random() < 0.3 else PATIENT,
        minutes=str(so_far.around.randrange(3, 15)),
        purpose=CallPurpose.ADVICE,
        outcome=CallOutcome.SETTLED,
        words=asked,
        action=done,
        flags=FlagsTold.NONE,
        next=CallNext.NOTHING,
    )
    save_call(so_far.session, form)
    so_far.note_copied(NoteOf.CALL, form.call)


def check_in(session: Session, task: Task, dice: Dice, *, outcome: CallOutcome | None = None) -> CallForm:
    """The call that a discharge asked for; as a rule the person still manages alone."""
    assert task.patient is not None
    found = (
        outcome
        or dice.choices(
            (CallOutcome.STILL_ALONE, CallOutcome.NEEDS_HELP, CallOutcome.CORE_VISITING, CallOutcome.NO_ANSWER),
            (86, 5, 3, 6),
        )[0]
    )
    form = replace(open_call(session, task.patient, task=task.id).form, who=PATIENT, outcome=found)
    form = replace(form, next=CallNext.NOTHING, flags=FlagsTold.NONE, minutes=str(dice.randrange(3, 10)))
    match found:
        case CallOutcome.STILL_ALONE:
            form = replace(form, words=dice.choice(around.STILL_ALONE))
        case CallOutcome.NEEDS_HELP:
            form = replace(form, words=dice.choice(around.NEEDS_HELP), action="Told how to be referred again")
        case CallOutcome.CORE_VISITING:
            since = (session.today() - timedelta(days=2)).isoformat()
            form = replace(form, words=around.CORE_AGAIN, since=since, core_visits="8")
        case _:
            form = replace(form, words="", action=around.NOT_MADE, minutes="")
    save_call(session, form)
    copy_note(session, NoteOf.CALL, form.call)
    return form

"""Who gives a dose: the question a visit leaves open, and the cover until sign-off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.dose_cover import EpisodeCover, Giver
from smf_desktop.presenters.dose_cover import GIVERS, DoseCoverRow, dose_title
from smf_desktop.presenters.identity import day
from smf_desktop.services.booking.dose_covers import (
    CoverChanged,
    DoseQuestion,
    NewCover,
    dose_cover_of,
    dose_question,
    end_cover,
    name_giver,
    put_cover_back,
)
from smf_desktop.services.session import Session, Touched
from ui.desk import Desk
from ui.flows.asking import Act, Asker, Reader, Typed, read_date
from ui.flows.form_draft import draft_of_record
from ui.views.form_dialog import Ask, FormDialog

WRITTEN = "core team letter written"
"""Added to what is said of a change that wrote to the core team."""

GIVER_CHOICES = tuple((one.value, words) for one, words in GIVERS.items())


def ask_dose(desk: Desk, asker: Asker, over: QWidget, task: str) -> None:
    """Ask who gives this dose. Left unanswered, the red task stands until somebody is named."""

    def ask(asked: DoseQuestion) -> None:
        dialog = FormDialog(
            "Who gives this dose?",
            (
                Ask("", f"{dose_title(asked.dose)} on {day(asked.on)}", "note"),
                Ask("giver", "Who gives it", "choice", options=GIVER_CHOICES),
                Ask("who", "Name", optional=True, hint="Of a carer or somebody else"),
                Ask("note", "Told, by whom and when", optional=True, hint="Told at 10:15"),
            ),
            "Save",
            about="A visit that was to give it does not. It stays in red until somebody is named.",
            cancel="Not now",
            parent=over.window(),
        )

        def job(typed: Typed) -> Callable[[], CoverChanged]:
            fields = Reader(typed, desk.session.today())
            giver = _giver(fields)
            fields.check()
            new = NewCover(asked.episode, asked.dose, giver, asked.on, asked.on, task=asked.task)
            return partial(name_giver, desk.session, _said(new, fields))

        draft = draft_of_record(desk, asked.patient, f"dose {task}")
        asker.ask(dialog, job, partial(_changed, desk.session, asker), "Saving", draft=draft)

    desk.lanes.read.run(partial(dose_question, desk.session, task), done=ask, failed=desk.tell)


def ask_dose_cover(desk: Desk, asker: Asker, over: QWidget, patient: str, who: str, dose: str = "") -> None:
    """Name who gives a dose from a day on, for one person. Whoever was named gives way on those days."""

    def ask(covers: Sequence[EpisodeCover]) -> None:
        doses = tuple((f"{one.episode}:{name}", dose_title(name)) for one in covers for name in one.doses)
        pathways = tuple((one.episode, desk.session.checklists.newest(one.skill).label) for one in covers)
        today = desk.session.today()
        first = next((key for key, _ in doses if key.partition(":")[2] == dose), doses[0][0] if doses else "")
        lapse = next((gap for one in covers for gap in one.lapses if gap.dose == first.partition(":")[2]), None)
        asks = [
            Ask("dose", "Dose or care time", "choice", first, options=(*doses, ("", "Another")) if doses else ()),
            Ask("other", "Another dose or care time", optional=bool(doses), hint="Evening, 08:00, bag change"),
            Ask("episode", "Skill", "choice", pathways[0][0] if pathways else "", options=pathways),
            Ask("giver", "Who gives it", "choice", options=GIVER_CHOICES, half=True),
            Ask("who", "Name", optional=True, half=True, hint="Of a carer or somebody else"),
            Ask("from", "From", "date", day(max(lapse.from_, today) if lapse else today), half=True),
            Ask("until", "Until", "date", optional=True, half=True, hint="Empty: until it is changed"),
            Ask("note", "Note", optional=True),
        ]
        dialog = FormDialog(
            "Who gives the dose?",
            [one for one in asks if _is_needed(one, doses, pathways)],
            "Save",
            who=who,
            about="Whoever is named now gives way on these days. The core team is written to.",
            read_date=read_date(desk.session),
            parent=over.window(),
        )

        def job(typed: Typed) -> Callable[[], CoverChanged]:
            fields = Reader(typed, today)
            episode, _, name = typed.get("dose", "").partition(":")
            if other := fields.text("other"):
                episode, name = typed.get("episode", "") or (pathways[0][0] if pathways else ""), other
            if not name:
                fields.problems["other"] = "Choose or type the dose"
            giver, from_ = _giver(fields), fields.day("from")
            until = fields.day("until", needed=False)
            fields.check()
            assert from_ is not None
            return partial(name_giver, desk.session, _said(NewCover(episode, name, giver, from_, until), fields))

        draft = draft_of_record(desk, patient, "dose cover")
        asker.ask(dialog, job, partial(_changed, desk.session, asker), "Saving", draft=draft)

    desk.lanes.read.run(partial(dose_cover_of, desk.session, patient), done=ask, failed=desk.tell)


def ask_end_cover(
    desk: Desk, asker: Asker, over: QWidget, rows: Sequence[DoseCoverRow], who: str, covers: tuple[str, ...] = ()
) -> None:
    """Take out who was named for a dose: one line of the card at once, else it is asked which."""

    def done(changed: CoverChanged) -> None:
        _changed(desk.session, asker, changed, "Nobody named now")

    if covers:
        asker.run(partial(end_cover, desk.session, *covers), done)
        return
    named = [row for row in rows if row.covers]
    options = tuple((str(place), row.words) for place, row in enumerate(named))
    dialog = FormDialog(
        "End who gives a dose?",
        (Ask("line", "Which of these ends", "choice", "0", options=options),),
        "End it",
        who=who,
        about="Nobody is named for those days then: it stands in red until somebody is. The core team is written to.",
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], CoverChanged]:
        return partial(end_cover, desk.session, *named[int(typed["line"])].covers)

    asker.ask(dialog, job, done, "Saving")


def _is_needed(ask: Ask, doses: Sequence[tuple[str, str]], pathways: Sequence[tuple[str, str]]) -> bool:
    return bool({"dose": doses, "episode": len(pathways) > 1}.get(ask.key, True))


def _giver(fields: Reader) -> Giver:
    code = fields.needed("giver", "Choose who gives it")
    giver = Giver(code) if code else Giver.OTHER
    if code in (Giver.CARER, Giver.OTHER) and not fields.text("who"):
        fields.problems["who"] = "Enter their name"
    return giver


def _said(new: NewCover, fields: Reader) -> NewCover:
    return NewCover(
        new.episode, new.dose, new.giver, new.from_, new.until, fields.text("who"), fields.text("note"), new.task
    )


def _changed(session: Session, asker: Asker, done: CoverChanged, said: str = "Saved") -> None:
    last = _Last(session, done)
    words = f"{said}, {WRITTEN}" if done.letter else said
    asker.did(words, done.touched, Act("Who gives the dose", last.back, last.back))


@dataclass
class _Last:
    """The rows as they stood before the last change: undo and redo put each other's rows back."""

    session: Session
    done: CoverChanged

    def back(self) -> Touched:
        self.done = put_cover_back(self.session, self.done)
        return self.done.touched

"""What a visit is: who learns, what for, when, or that it did not go ahead."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from smf_core.domain.dates import parse_time, parse_typed
from smf_core.domain.trouble import DomainError
from smf_core.domain.visit import Method, Purpose, VisitForm
from smf_core.domain.visit import Place as VisitPlace
from smf_core.domain.visit_edits import learn, teach
from smf_core.domain.visit_rules import assess_only, stop_early
from smf_desktop.presenters.identity import clock, day, name_line
from smf_desktop.services.visit.wrong_person import Moved
from ui.desk import Place
from ui.flows.asking import Asker, Reader, Typed, read_date
from ui.flows.form_draft import draft_of_record
from ui.flows.visit.part import VisitPart
from ui.flows.wrong_person import ask_right_person
from ui.views.form_dialog import Ask, FormDialog


class VisitStrip:
    def __init__(self, page: VisitPart) -> None:
        self._page = page
        self._asker = Asker(page.desk, page.view)
        strip = page.view.strip
        strip.confirmed.connect(lambda on: self._edit(lambda form: replace(form, right_person=on)))
        strip.learner_chosen.connect(self._choose_learner)
        strip.also_present_typed.connect(
            lambda words: self._edit(lambda form: replace(form, also_present=words), "also")
        )
        strip.place_chosen.connect(lambda code: self._edit(lambda form: replace(form, place=VisitPlace(code))))
        strip.methods_chosen.connect(
            lambda codes: self._edit(lambda form: replace(form, methods=tuple(Method(code) for code in codes)))
        )
        strip.minutes_typed.connect(lambda words: self._edit(lambda form: replace(form, minutes=words), "minutes"))
        strip.purpose_chosen.connect(self._choose_purpose)
        page.view.gates.assess_wanted.connect(self.assess_only)
        page.view.late_reason_typed.connect(
            lambda words: self._edit(lambda form: replace(form, late_reason=words), "late")
        )
        page.view.cosign_chosen.connect(lambda nurse: self._edit(lambda form: replace(form, cosign_of=nurse)))

    def forget(self) -> None:
        """The page is about another visit, or is locked."""
        self._asker.forget()

    def turn_right_person(self) -> None:
        self._edit(lambda form: replace(form, right_person=not form.right_person))

    def assess_only(self) -> None:
        form, facts = self._page.form, self._page.facts_held
        if form is not None and facts is not None:
            self._page.change(assess_only(form, taught=facts.taught))

    def ask_stop_early(self) -> None:
        dialog = FormDialog(
            "Stop the visit early?",
            (Ask("reason", "Why it was stopped"),),
            "Stop early",
            about="The steps left become Not seen today. What was recorded stays.",
            cancel="Go on teaching",
            parent=self._page.view,
        )
        dialog.rejected.connect(self._page.show)

        def read(fields: Reader) -> Callable[[VisitForm], VisitForm] | None:
            reason, facts = fields.needed("reason", "Enter a reason"), self._page.facts_held
            fields.check()
            return partial(stop_early, reason=reason, taught=facts.taught) if facts is not None else None

        self._ask(dialog, "stop early", read)

    def not_gone_ahead(self) -> None:
        """The page for that; the draft of the visit stays until it is recorded there."""
        form = self._page.form
        if form is not None:
            self._page.desk.go(Place("not_gone_ahead", form.patient, form.visit))

    def ask_when(self) -> None:
        """The visit is written down later: when care really began, and why only now."""
        form = self._page.form
        if form is None:
            return
        session = self._page.desk.session
        dialog = FormDialog(
            "When did care begin?",
            (
                Ask("on", "Date of the visit", "date", day(form.started_at.date()), half=True),
                Ask("at", "Time care began", value=clock(form.started_at), half=True),
                Ask("late_reason", "Why it is written down later", value=form.late_reason),
            ),
            "Set the time",
            about="The record keeps both: when care began, and when you signed.",
            read_date=read_date(session, past=True),
            parent=self._page.view,
        )

        def read(fields: Reader) -> Callable[[VisitForm], VisitForm]:
            began = self._began(fields)
            reason = fields.needed("late_reason", "Enter why it is written down later")
            fields.check()
            return lambda form: replace(form, started_at=began or form.started_at, late_reason=reason)

        self._ask(dialog, "when", read)

    def _ask(
        self, dialog: FormDialog, name: str, read: Callable[[Reader], Callable[[VisitForm], VisitForm] | None]
    ) -> None:
        """What was typed in the dialog goes into the form of the visit and is kept there before it is let go here."""
        form = self._page.form
        if form is None:
            return
        still_here = self._page.still_here()

        def job(typed: Typed) -> Callable[[], None]:
            edit = read(Reader(typed, self._page.desk.session.today()))
            if edit is not None and still_here():
                self._edit(edit)
                self._page.keep_now()
            return lambda: None

        draft = draft_of_record(self._page.desk, form.patient, f"{name} {form.visit}")
        self._asker.ask(dialog, job, lambda _none: None, draft=draft)

    def ask_right_person(self) -> None:
        """The draft was begun in the wrong person's record: move it, with all that was typed."""
        form, facts = self._page.form, self._page.facts_held
        if form is None or facts is None:
            return
        self._page.keep_now()
        still_here = self._page.still_here()

        def moved(where: Moved) -> None:
            if still_here():
                self._page.go_on_at(Place("visit", where.patient, where.visit))

        ask_right_person(
            self._page.desk,
            self._asker,
            self._page.view,
            visit=form.visit,
            patient=form.patient,
            who=name_line(facts.patient.name),
            signed=False,
            names=dict,
            done=moved,
        )

    def _began(self, fields: Reader) -> datetime | None:
        """When care began; None where what was typed cannot be that, and the fields say why."""
        session, key = self._page.desk.session, "on"
        try:
            on, key = parse_typed(fields.text("on"), session.today(), past=True), "at"
            began = session.local(on, parse_time(fields.text("at")))
        except DomainError as wrong:
            fields.wrong(key, wrong)
            return None
        if began > session.now():
            fields.problems["at"] = "Enter a time that has come"
        return began

    def _edit(self, edit: Callable[[VisitForm], VisitForm], field: str = "") -> None:
        if self._page.form is not None:
            self._page.change(edit(self._page.form), field)

    def _choose_learner(self, learner: str) -> None:
        form = self._page.form
        if form is not None and self._page.facts_held is not None:
            self._page.turn_to(*learn(form, self._page.section, learner))

    def _choose_purpose(self, code: str) -> None:
        match Purpose(code):
            case Purpose.TEACHING:
                if self._page.form is not None:
                    self._page.change(teach(self._page.form))
            case Purpose.ASSESSMENT:
                self.assess_only()
            case Purpose.STOPPED_EARLY:
                self.ask_stop_early()

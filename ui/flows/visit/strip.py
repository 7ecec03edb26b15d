"""What a visit is: who learns, what for, when, or that it did not go ahead."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from smf_core.domain.dates import parse_time, parse_typed
from smf_core.domain.trouble import DomainError
from smf_core.domain.visit import Method, Purpose, VisitForm
from smf_core.domain.visit import Place as VisitPlace
from smf_core.domain.visit_edits import learn, teach
from smf_core.domain.visit_rules import assess_only, stop_early
from smf_desktop.presenters.identity import clock, day, name_line
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.visit.wrong_person import Moved
from ui.desk import Place
from ui.flows.asking import Asker, read_date
from ui.flows.visit.part import VisitPart
from ui.flows.wrong_person import ask_right_person
from ui.views.form_dialog import Ask, FormDialog
from ui.views.visit.dialogs import Question


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
        question = Question(
            "Stop the visit early?",
            "The steps left become Not seen today. What was recorded stays.",
            "Stop early",
            "Go on teaching",
            reason="Why it was stopped",
            parent=self._page.view,
        )
        question.answered.connect(lambda _choice, reason: self._stop_early(reason))
        question.rejected.connect(self._page.show)
        question.open()

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
        still_here = self._page.still_here()

        def submitted(typed: Mapping[str, str]) -> None:
            problems, began = self._began(typed)
            dialog.tell(problems)
            if began is not None and not problems and still_here():
                dialog.accept()
                self._edit(lambda form: replace(form, started_at=began, late_reason=typed["late_reason"].strip()))

        dialog.submitted.connect(submitted)
        dialog.open()

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

    def _began(self, typed: Mapping[str, str]) -> tuple[dict[str, str], datetime | None]:
        """What is wrong with what was typed, and when care began where nothing is."""
        session, problems = self._page.desk.session, {}
        try:
            on = parse_typed(typed["on"], session.today(), past=True)
        except DomainError as wrong:
            return {"on": str(words_for(wrong))}, None
        try:
            began = session.local(on, parse_time(typed["at"]))
        except DomainError as wrong:
            return {"at": str(words_for(wrong))}, None
        if began > session.now():
            problems["at"] = "Enter a time that has come"
        if not typed["late_reason"].strip():
            problems["late_reason"] = "Enter why it is written down later"
        return problems, began

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

    def _stop_early(self, reason: str) -> None:
        form, facts = self._page.form, self._page.facts_held
        if form is not None and facts is not None:
            self._page.change(stop_early(form, reason=reason, taught=facts.taught))

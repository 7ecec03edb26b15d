"""The checklist of a visit: each rating key, what was last time, and why a step does not apply."""

from smf_core.domain.visit import Level
from smf_core.domain.visit_facts import VisitFacts
from smf_core.domain.visit_rules import clear, not_applicable, note, rate, same_as_last, same_as_last_for_rest
from smf_desktop.presenters.visit.checklist import last_ratings, left_to_copy, rating_words
from smf_desktop.presenters.visit.words import copy_question
from ui.flows.visit.part import VisitPart
from ui.views.visit.dialogs import Question
from ui.widgets.text import announce


class VisitSteps:
    def __init__(self, page: VisitPart) -> None:
        self._page = page
        steps = page.view.checklist
        steps.rated.connect(self._rate)
        steps.cleared.connect(lambda step: page.edit(lambda form: clear(form, page.section, step)))
        steps.same_as_last.connect(self._same_as_last)
        steps.rest_as_last.connect(self._ask_rest_as_last)
        steps.note_typed.connect(self._note)
        steps.reason_typed.connect(self._reason)
        steps.refused.connect(lambda words: announce(page.view, words, now=True))

    def _rate(self, step: str, level: str) -> None:
        page = self._page
        form, facts = page.form, page.facts_held
        if form is None or facts is None:
            return
        page.change(rate(form, page.section, step, Level(level)))
        self._move_on(facts, step, level)

    def _move_on(self, facts: VisitFacts, step: str, level: str) -> None:
        page = self._page
        assert page.form is not None
        checklist = facts.taught[page.form.sections[page.section].episode].checklist
        following = page.view.checklist.move_on(step)
        announce(page.view, rating_words(facts, checklist, following, level))

    def _same_as_last(self, step: str) -> None:
        page = self._page
        form, facts = page.form, page.facts_held
        if form is None or facts is None:
            return
        last = last_ratings(form, facts, page.section)
        if step not in last:
            announce(page.view, "Not rated before")
            return
        page.change(same_as_last(form, page.section, step, last))
        self._move_on(facts, step, last[step].level.value)

    def _ask_rest_as_last(self) -> None:
        page = self._page
        form, facts = page.form, page.facts_held
        if form is None or facts is None:
            return
        copied, critical = left_to_copy(form, facts, page.section)
        if not copied:
            announce(page.view, "There is nothing to copy from last visit")
            return
        title, about = copy_question(copied, critical)
        question = Question(title, about, "Copy", "Rate them myself", parent=page.view)
        question.answered.connect(self._rest_as_last)
        question.open()

    def _rest_as_last(self) -> None:
        page = self._page
        form, facts = page.form, page.facts_held
        if form is None or facts is None:
            return
        checklist = facts.taught[form.sections[page.section].episode].checklist
        last = last_ratings(form, facts, page.section)
        page.change(same_as_last_for_rest(form, page.section, last, checklist))
        page.view.checklist.focus_first()

    def _reason(self, step: str, words: str) -> None:
        """Typing a reason sets the step to not applicable; an empty one sets nothing by itself."""
        page = self._page
        form = page.form
        if form is None:
            return
        there = form.sections[page.section].marks.get(step)
        if words or (there is not None and there.level is Level.NA):
            page.change(not_applicable(form, page.section, step, words), f"reason {page.section} {step}")

    def _note(self, step: str, words: str) -> None:
        page = self._page
        page.edit(lambda form: note(form, page.section, step, words), f"note {page.section} {step}")

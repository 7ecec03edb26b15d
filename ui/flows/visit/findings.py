"""What is found at a visit: readings with their rechecks and notes, and red flags with what was done."""

from dataclasses import replace
from functools import partial

from smf_core.domain.readings import DIASTOLIC, SYSTOLIC
from smf_core.domain.visit_edits import add_reading, answer_flag, flag, type_reading, write_flag
from smf_core.domain.visit_rules import add_recheck, none_of_these_flags
from smf_desktop.presenters.identity import clock
from ui.flows.visit.part import VisitPart
from ui.widgets.text import announce


class VisitFindings:
    def __init__(self, page: VisitPart) -> None:
        self._page = page
        readings, flags = page.view.readings, page.view.flags
        readings.value_typed.connect(partial(self._type_reading, part="value"))
        readings.at_typed.connect(partial(self._type_reading, part="at"))
        readings.note_typed.connect(partial(self._type_reading, part="note"))
        readings.recheck_wanted.connect(self._recheck)
        readings.added.connect(self._add_readings)
        flags.answered.connect(self._answer_flag)
        flags.typed.connect(self._type_flag)
        flags.none_wanted.connect(self.no_red_flags)

    def _type_reading(self, section: int | None, index: int, words: str, *, part: str) -> None:
        typed = {part: words}
        self._page.edit(
            lambda form: type_reading(
                form, section, index, value=typed.get("value"), at=typed.get("at"), note=typed.get("note")
            ),
            f"{part} {section} {index}",
        )

    def _add_readings(self, section: int | None, observations: tuple[str, ...]) -> None:
        page = self._page
        form = page.form
        if form is None:
            return
        for observation in observations:
            form = add_reading(form, section, observation)
        page.change(form)
        page.view.readings.focus_last_of(section, observations[0])

    def recheck_here(self) -> None:
        readings = self._page.view.readings
        row = readings.current()
        if row is None:
            readings.focus_first()
        else:
            self._recheck(row.section, row.observation)

    def _recheck(self, section: int | None, observation: str) -> None:
        """Another reading with its own time. A blood pressure is taken again as a whole."""
        page = self._page
        form = page.form
        if form is None:
            return
        at = clock(page.desk.session.now())
        pair = (SYSTOLIC, DIASTOLIC)
        together = pair if observation in pair else (observation,)
        for one in together:
            form = add_recheck(form, section, one, at)
        page.change(form)
        page.view.readings.focus_last_of(section, together[0])

    def _answer_flag(self, section: int, sign: str, seen: bool) -> None:
        page = self._page
        form = page.form
        if form is None:
            return
        if flag(form, section, sign).id and not seen:
            announce(page.view, "A signed red flag stays on the record; a registered nurse closes it", now=True)
            page.show()
            return
        page.change(answer_flag(form, section, sign, seen))
        page.view.flags.move_on(sign)

    def no_red_flags(self) -> None:
        page = self._page
        form, facts = page.form, page.facts_held
        if form is None or facts is None or page.rows is None or not page.rows.flags:
            return
        checklist = facts.taught[form.sections[page.section].episode].checklist
        page.change(none_of_these_flags(form, page.rows.flags[0].section, checklist))

    def _type_flag(self, section: int, sign: str, field: str, words: str) -> None:
        page = self._page
        form = page.form
        if form is None:
            return
        said = flag(form, section, sign)
        said = replace(
            said,
            action=words if field == "action" else said.action,
            told=words if field == "told" else said.told,
            advised=words if field == "advised" else said.advised,
            next_check=words if field == "next_check" else said.next_check,
        )
        page.change(write_flag(form, section, sign, said), f"flag {section} {sign} {field}")

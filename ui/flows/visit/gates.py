"""The gates on top of a visit: each is written down by itself; words being typed are kept in the draft of the visit."""

from dataclasses import replace
from functools import partial

from smf_core.domain.dates import parse_typed
from smf_core.domain.pathway import GateState
from smf_core.domain.trouble import DomainError
from smf_core.domain.visit import GateForm
from smf_core.domain.visit_edits import gate_written, type_gate
from smf_desktop.services.session import Touched
from smf_desktop.services.visit.gates import GateAnswer, answer_gate
from ui.flows.visit.part import VisitPart
from ui.widgets.text import announce


class VisitGates:
    def __init__(self, page: VisitPart) -> None:
        self._page = page
        gates = page.view.gates
        gates.picked.connect(self._pick)
        gates.typed.connect(self._type)
        gates.saved.connect(self._save)

    def _pick(self, gate: str, state: str) -> None:
        """Not met is written down at once; met and not applicable need words first."""
        page = self._page
        form, rows = page.form, page.rows
        if form is None or rows is None or rows.gates is None:
            return
        chosen = GateState(state)
        row = next(row for row in (*rows.gates.open, *rows.gates.settled) if row.gate == gate)
        if row.refused and chosen is not GateState.NOT_MET:
            announce(page.view, row.refused, now=True)
            page.view.gates.items[gate].say(row.refused)
            return
        if chosen is GateState.NOT_MET:
            self._write(GateAnswer(gate, chosen))
            return
        typed = form.sections[page.section].gates.get(gate, GateForm(chosen))
        page.change(type_gate(form, page.section, gate, replace(typed, state=chosen)))
        page.view.gates.focus_words(gate)

    def _type(self, gate: str, words: str, until: str) -> None:
        page = self._page
        form = page.form
        if form is not None and gate in form.sections[page.section].gates:
            typed = replace(form.sections[page.section].gates[gate], words=words, valid_until=until)
            page.change(type_gate(form, page.section, gate, typed), f"gate {page.section} {gate}")

    def _save(self, gate: str) -> None:
        page = self._page
        typed = page.form.sections[page.section].gates.get(gate) if page.form else None
        if typed is None:
            return
        if not typed.words.strip():
            page.view.gates.ask_words(gate)
            return
        try:
            until = parse_typed(typed.valid_until, page.desk.session.today()) if typed.valid_until.strip() else None
        except DomainError as error:
            page.desk.tell(error)
            return
        met = typed.state is GateState.MET
        words = typed.words.strip()
        self._write(
            GateAnswer(gate, typed.state, evidence=words if met else "", reason="" if met else words, valid_until=until)
        )

    def _write(self, said: GateAnswer) -> None:
        page = self._page
        if page.form is None:
            return
        still_here, following = page.still_here(), page.view.gates.following(said.gate)
        job = partial(answer_gate, page.desk.session, page.form.sections[page.section].episode, said)

        def done(touched: Touched) -> None:
            if still_here() and page.form is not None:
                page.amend(gate_written(page.form, said.gate))
                page.reread(partial(self._shown, following))
            page.desk.changed(touched)

        page.desk.lanes.store.run(job, done=done, failed=page.desk.tell)

    def _shown(self, following: str) -> None:
        page = self._page
        page.show()
        if page.rows is not None and page.rows.gates is None:
            announce(page.view, "Every hard gate is met. Teaching can start")
            page.view.checklist.focus_first()
        else:
            page.view.gates.focus_gate(following)

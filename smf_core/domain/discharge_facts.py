"""What a discharge is held against while it is written: read once, so that no key press waits for the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from smf_core.domain.check_in import first_call_proposed, second_call
from smf_core.domain.checklist import Checklist
from smf_core.domain.competence import Readiness, carer_does_critical_part
from smf_core.domain.dates import parse_typed
from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.discharge_rules import discharge_day, missing_for
from smf_core.domain.document import Document
from smf_core.domain.equipment import Equipment
from smf_core.domain.letter import Letterhead
from smf_core.domain.missing import Missing
from smf_core.domain.pathway import Episode
from smf_core.domain.patient import Patient
from smf_core.domain.practice import CoreTeam, Practice
from smf_core.domain.red_flag import RedFlag
from smf_core.domain.trouble import DomainError
from smf_core.domain.visit import Visit


@dataclass(frozen=True, slots=True)
class Closing:
    """The pathway, its signed visits, and how near competence it is today.

    `registered_nurse` is the author's role; `dose_times` are the prescribed ones of the skill; `names` holds who
    users are by id; `equipment` and `documents` are those of the person. The rest is for the letters: who writes
    them, the person's practice (None where it is not listed), the core teams to choose from with the one proposed,
    and the bank holidays around today.
    """

    patient: Patient
    episode: Episode
    checklist: Checklist
    visits: tuple[Visit, ...]
    open_flags: tuple[RedFlag, ...]
    readiness: Readiness
    dose_times: tuple[str, ...]
    registered_nurse: bool
    names: Mapping[str, str] = field(default_factory=dict)
    equipment: tuple[Equipment, ...] = ()
    documents: tuple[Document, ...] = ()
    letterhead: Letterhead = field(default_factory=Letterhead)
    practice: Practice | None = None
    core_teams: tuple[CoreTeam, ...] = ()
    core_team_proposed: str = ""
    holidays: frozenset[date] = frozenset()

    def likely_outcome(self, today: date) -> Outcome | None:
        """How the evidence says that teaching ends; None while it is not complete."""
        if not self.readiness.ready:
            return None
        carer = carer_does_critical_part(self.checklist, self.episode, today, self.dose_times)
        return Outcome.INDEPENDENT_SUPPORT if carer else Outcome.INDEPENDENT

    def core_team(self, form: DischargeForm) -> CoreTeam | None:
        """The core team written to: the one chosen, else the one proposed."""
        wanted = form.core_team or self.core_team_proposed
        return next((team for team in self.core_teams if team.id == wanted), None)

    def first_call(self, form: DischargeForm, today: date) -> date:
        """The day of the first call after the discharge: as typed, else the one proposed."""
        try:
            if form.check_in_on.strip():
                return parse_typed(form.check_in_on, today)
        except DomainError:
            pass
        return first_call_proposed(discharge_day(form, today), today, self.holidays)

    def second_call(self, form: DischargeForm, today: date) -> date:
        """The day of the call three months after the discharge."""
        return second_call(discharge_day(form, today), today, self.holidays)

    def missing(self, form: DischargeForm, today: date) -> tuple[Missing, ...]:
        """Everything that still stands between the form and a signature, in the order of the page."""
        return missing_for(
            form,
            self.readiness,
            self.checklist,
            self.episode,
            registered_nurse=self.registered_nurse,
            today=today,
            dose_times=self.dose_times,
        )

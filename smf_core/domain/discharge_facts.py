"""What a discharge is held against while it is written: read once, so that no key press waits for the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from smf_core.domain.checklist import Checklist
from smf_core.domain.competence import Readiness
from smf_core.domain.discharge import DischargeForm
from smf_core.domain.discharge_rules import missing_for
from smf_core.domain.missing import Missing
from smf_core.domain.pathway import Episode
from smf_core.domain.patient import Patient
from smf_core.domain.red_flag import RedFlag
from smf_core.domain.visit import Visit


@dataclass(frozen=True, slots=True)
class Closing:
    """The pathway, its signed visits, and how near competence it is today.

    `registered_nurse` is the author's role; `dose_times` are the prescribed ones of the skill; `names` holds who
    users are by id.
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

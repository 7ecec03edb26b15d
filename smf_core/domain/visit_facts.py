"""What a visit is held against while it is written: read once, so that no key press waits for the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from smf_core.domain.checklist_pieces import Common
from smf_core.domain.missing import Missing
from smf_core.domain.patient import Patient
from smf_core.domain.twice import Made
from smf_core.domain.visit import Reading, Visit, VisitForm
from smf_core.domain.visit_rules import Taught, missing


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """`taught` is keyed by episode id; its visits are those of the record without the one being written.

    `last_readings` holds the latest reading of each observation before this visit, `names` who users are by id,
    `signed` the visit that is being amended.
    """

    patient: Patient
    taught: Mapping[str, Taught]
    common: Common
    registered_nurse: bool
    last_readings: Mapping[str, Reading] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    signed: Visit | None = None
    cosigners: tuple[tuple[str, str], ...] = ()
    """Who may be asked to co-sign, as (user id, name): the registered nurses but the author."""

    near: tuple[Made, ...] = ()
    """Visits that colleagues signed and that may be this one: what was given there must not be given again."""

    twice: tuple[tuple[Made, Made], ...] = ()
    """Earlier visits that two people signed and that may be one, the earlier first: nobody has said yet."""

    def missing(self, form: VisitForm, now: datetime) -> tuple[Missing, ...]:
        """Everything that stands between the form and a signature."""
        return missing(form, self.taught, self.patient, self.common, registered_nurse=self.registered_nurse, now=now)

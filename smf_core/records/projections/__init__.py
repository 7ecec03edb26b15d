"""What each kind of record looks like in the tables, from nothing but its own operations."""

from collections.abc import Mapping

from smf_core.records.projections.care import CARE
from smf_core.records.projections.figures import FIGURES
from smf_core.records.projections.messages import MESSAGES
from smf_core.records.projections.person import PERSON
from smf_core.records.projections.service import SERVICE
from smf_core.records.projections.values import Projection
from smf_core.records.projections.visits import VISITS

PROJECTIONS: Mapping[str, Projection] = {**PERSON, **CARE, **VISITS, **MESSAGES, **SERVICE, **FIGURES}

"""The tables of both ends: the log of change sets, and the records folded from it.

Every record table has a column that names the record its rows are folded from, so the rows of one record can be
taken away and written anew. Instants are UTC text that sorts, with the minutes of offset beside them.
"""

from smf_core.records.tables.care import core_visits, discharge, dose_cover, episode, gate, hold, learner, referral
from smf_core.records.tables.columns import fit_for_postgresql, metadata
from smf_core.records.tables.figures import (
    baseline,
    closed_month,
    core_count,
    core_return,
    counted_episode,
    open_pathway,
    plan,
    rebase,
    self_check,
)
from smf_core.records.tables.log import LOG, change_set, item
from smf_core.records.tables.messages import call, letter, note_copy, task
from smf_core.records.tables.person import (
    alert,
    allergy,
    contact,
    document,
    equipment,
    medicine,
    patient,
    same_person,
    two_people,
)
from smf_core.records.tables.service import (
    absence,
    access,
    approval,
    area,
    core_team,
    nurse_cover,
    practice,
    saved_view,
    service,
    service_setting,
    team,
    user,
)
from smf_core.records.tables.visits import (
    observation,
    red_flag,
    step_rating,
    teach_back,
    visit,
    visit_pair,
    visit_section,
)

fit_for_postgresql(metadata)

__all__ = [
    "LOG",
    "absence",
    "access",
    "alert",
    "allergy",
    "approval",
    "area",
    "baseline",
    "call",
    "change_set",
    "closed_month",
    "contact",
    "core_count",
    "core_return",
    "core_team",
    "core_visits",
    "counted_episode",
    "discharge",
    "document",
    "dose_cover",
    "episode",
    "equipment",
    "gate",
    "hold",
    "item",
    "learner",
    "letter",
    "medicine",
    "metadata",
    "note_copy",
    "nurse_cover",
    "observation",
    "open_pathway",
    "patient",
    "plan",
    "practice",
    "rebase",
    "red_flag",
    "referral",
    "same_person",
    "saved_view",
    "self_check",
    "service",
    "service_setting",
    "step_rating",
    "task",
    "teach_back",
    "team",
    "two_people",
    "user",
    "visit",
    "visit_pair",
    "visit_section",
]

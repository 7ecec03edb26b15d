"""How a pathway ended, in words."""

from collections.abc import Mapping

from smf_core.domain.discharge import Outcome

OUTCOMES: Mapping[str, str] = {
    Outcome.INDEPENDENT.value: "Independent",
    Outcome.INDEPENDENT_SUPPORT.value: "Independent with agreed support",
    Outcome.SHARED_CORE.value: "Shared with the core team",
    Outcome.RETURNED_CORE.value: "Back to core team",
    Outcome.NOT_SUITABLE.value: "Found unsuitable",
    Outcome.DECLINED.value: "Chose not to, or asked to stop",
    Outcome.NO_CONTACT.value: "Could not be reached",
    Outcome.HOSPITAL.value: "In hospital",
    Outcome.DECEASED.value: "Died",
    Outcome.MOVED.value: "Moved away",
    Outcome.TREATMENT_ENDED.value: "Treatment ended",
    Outcome.TRANSFERRED.value: "Transferred",
    Outcome.ENTERED_IN_ERROR.value: "Entered in error",
}

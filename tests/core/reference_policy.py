"""Who may send what, said a second time from what each page of the laptop asks of a person. Nothing is shared with
the table that is tested but the words of the records."""

from collections.abc import Mapping, Sequence
from typing import Any

Said = tuple[str, bool, Mapping[str, Any]]
"""An operation: `entity.kind`, whether it changes something that was said before, and what it says."""

REGISTERED = {"nurse", "lead"}
TEACH = REGISTERED | {"assistant"}
OFFICE = TEACH | {"admin"}
MANAGE = {"lead", "admin"}
LEAD = {"lead"}

BY_ROLE = {
    **dict.fromkeys(("patient.same_person", "review.decided", "review.unbegun"), LEAD),
    **dict.fromkeys(("practice.listed", "core_team.listed", "team.named", "service.named"), MANAGE),
    **dict.fromkeys(("core_count.counted", "core_return.received", "baseline.stated", "rebase.told"), MANAGE),
    **dict.fromkeys(("area.listed",), MANAGE),
    **dict.fromkeys(("closed_month.closed", "closed_month.note", "self_check.checked", "plan.stated"), MANAGE),
    **dict.fromkeys(("user.person", "user.standing", "user.membership"), MANAGE),
    **dict.fromkeys(("referral.triage", "absence.away", "nurse_cover.arranged"), REGISTERED),
    **dict.fromkeys(("episode.opened", "episode.nurse", "episode.accountable_nurse"), REGISTERED),
    **dict.fromkeys(("visit_pair.told",), REGISTERED),
    **dict.fromkeys(("episode.checklist", "episode.baseline", "visit.cosigned", "red_flag.closing"), REGISTERED),
    **dict.fromkeys(("referral.received", "referral.duplicate", "patient.no_known_allergies"), OFFICE),
    **dict.fromkeys(("task.asked", "task.done", "letter.sending"), OFFICE),
}
AT_THE_DOOR = {f"patient.{unit}" for unit in ("name", "born", "sex", "nhs_number", "address", "phone", "practice")}
CLOSES_WELL = {"independent", "independent_support"}


def might(said: Said, beside: Sequence[Said], role: str, *, clinical_lead: bool) -> bool:
    """Whether somebody in this role may send one operation of a kind that is known."""
    what, changes, says = said
    dying = any(other == "patient.death" and fields.get("died_on") for other, _, fields in beside)
    if what == "access.done":
        return True
    if what in ("service.setting", "approval.given"):
        return clinical_lead
    if what in ("visit.signed", "call.made") and says.get("registered"):
        return role in REGISTERED
    if what == "patient.team":
        return role in (REGISTERED if changes else OFFICE)
    if what in AT_THE_DOOR or what == "allergy.member":
        return role in (TEACH if changes else OFFICE)
    if dying and what == "referral.triage" and says.get("status") == "rejected":
        return role in TEACH
    if dying and what == "nurse_cover.arranged" and changes:
        return role in TEACH
    needs_a_nurse = {
        "patient.death": not says.get("died_on"),
        "episode.discharge": not says.get("outcome") or says["outcome"] in CLOSES_WELL,
        "visit.struck": not (says.get("reason") == "wrong_person" and says.get("moved_to")),
        "red_flag.struck": bool(says.get("reason")),
        "visit.signed": bool(says.get("by")),
    }
    if what in needs_a_nurse:
        return role in (REGISTERED if needs_a_nurse[what] else TEACH)
    return role in BY_ROLE.get(what, TEACH)

"""Consent, capacity and equipment of one pathway in words."""

from collections.abc import Iterable, Mapping

from smf_core.domain.consent import Answer, Capacity, Consent
from smf_core.domain.equipment import Equipment, Standing
from smf_core.domain.pathway import Episode
from smf_desktop.presenters.identity import day, isolated
from smf_desktop.presenters.patient.facts import FactRow, dotted

ANSWERS: Mapping[Answer, str] = {
    Answer.GIVEN: "Agrees to be taught",
    Answer.NOT_GIVEN: "Chose not to be taught",
    Answer.WITHDRAWN: "Asked to stop",
}
CAPACITIES: Mapping[Capacity, str] = {
    Capacity.NOT_DOUBTED: "Capacity not doubted",
    Capacity.HAS: "Has capacity for this decision",
    Capacity.LACKS: "Lacks capacity for this decision",
}
STANDINGS: Mapping[Standing, str] = {
    Standing.IN_HOME: "In the home",
    Standing.LENT: "Lent",
    Standing.RETURN_AT_DISCHARGE: "Return at discharge",
    Standing.RETURNED: "Returned",
}


def consent_rows(one: Episode, names: Mapping[str, str]) -> tuple[FactRow, ...]:
    """Consent and capacity, each with its day; what nobody has recorded is said to be so."""
    found = one.consent
    if found is None:
        return (FactRow("Consent", "Not recorded yet", "Record what the person said", one.id, "warn"),)
    tone = "" if found.answer is Answer.GIVEN and found.settled else "warn"
    when = dotted(day(found.on) if found.on else "", names.get(found.by, ""), isolated(found.note))
    apart = "" if found.settled else "Two laptops recorded this apart"
    return (
        FactRow("Consent", ANSWERS[found.answer], dotted(apart, when), one.id, tone),
        _capacity(found, one.id),
    )


def _capacity(found: Consent, episode: str) -> FactRow:
    on = f"assessed {day(found.capacity_on)}" if found.capacity_on else ""
    basis = isolated(f"on the ground of: {found.basis}") if found.basis else ""
    tone = "warn" if found.capacity is Capacity.LACKS else ""
    return FactRow("Capacity", CAPACITIES[found.capacity], dotted(on, basis), episode, tone)


def equipment_rows(episode: str, held: Iterable[Equipment]) -> tuple[FactRow, ...]:
    """What is there for this pathway, and what is there for the home as a whole."""
    return tuple(
        FactRow(
            label=STANDINGS[one.standing],
            words=isolated(one.item),
            about=dotted(
                f"since {day(one.since)}" if one.since else "",
                isolated(one.note),
                "" if one.settled else "two versions to settle",
            ),
            record=f"equipment:{one.id}",
            tone="warn" if one.comes_back or not one.settled else "",
        )
        for one in held
        if one.episode in (None, episode)
    )

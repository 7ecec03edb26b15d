"""Whom the records that a push names are about, so that nobody writes in one by naming a person of their own.

What the projector has not folded yet is asked of the feeds themselves (`lately`).
"""

from collections.abc import Mapping, Sequence

from smf_core.records.queries.owning import alike, change_sets_of, first_change_sets
from smf_hub.service.judging import Sent
from smf_hub.service.lately import OF_NOBODY, Named
from smf_hub.service.place import Place
from smf_hub.store import feeds, projected


def owners(place: Place, sent: Sequence[Sent]) -> Mapping[Named, frozenset[str]]:
    """By record that is known already: the people under whom it was written, and whoever is the same person."""
    under = {
        (item.entity, item.entity_id): each.head.patient_id
        for each in sent
        if each.head
        for item in each.change_set.items
        if item.entity not in OF_NOBODY
    }
    if place.lately.is_full:
        with place.records.read() as records:
            place.lately.forget(projected.positions(records))
    with place.hub.read() as hub:
        lately = place.lately.under(hub, under)
    # Only now: what another push has had forgotten since is in these records.
    with place.records.read() as records:
        first = first_change_sets(records, under)
        same = alike(records)
    # Whom accepted work is about never changes, so no snapshot is needed.
    patients = place.hub.at_once(lambda hub: feeds.patients_of(hub, set(first.values())))
    found = {name: same.of({patient}) for name, patient in lately.items()}
    found |= {name: same.of({patients[cs_id]}) for name, cs_id in first.items() if cs_id in patients}
    strange = {name for name, theirs in found.items() if under[name] not in theirs}
    if not strange:
        return found
    # Rare, so read only now: written under somebody else once, who is another person again.
    with place.records.read() as records:
        all_of = {name: change_sets_of(records, name) for name in strange if name in first}
    with place.hub.read() as hub:
        patients = feeds.patients_of(hub, set().union(*all_of.values()))
        found |= {name: same.of({patients[each] for each in sets if each in patients}) for name, sets in all_of.items()}
        people = {who for name in strange for who in (under[name], *found[name]) if who is not None}
        teams = {who: held[-1][1] for who, held in feeds.teams_of(hub, people).items()}
    merged = _merged_in(sent)
    alone = {name for name in strange if any(_go_together(teams, merged, under[name], owner) for owner in found[name])}
    return {name: theirs for name, theirs in found.items() if name not in alone}


def _merged_in(sent: Sequence[Sent]) -> set[frozenset[str]]:
    """Who is said to be one person in this very push."""
    items = (item for each in sent if each.head for item in each.change_set.items)
    return {
        frozenset((item.entity_id, str(item.payload.get("kept"))))
        for item in items
        if (item.entity, item.kind) == ("patient", "same_person")
    }


def _go_together(teams: Mapping[str, str], merged: set[frozenset[str]], patient: str | None, owner: str) -> bool:
    """Whether a record may be written on under another person: of the same team, or merged a moment ago.

    Within a team nothing is reached that way which could not be reached by the right name.
    """
    if patient is None:
        return False
    return teams.get(patient, "") == teams.get(owner) or frozenset((patient, owner)) in merged

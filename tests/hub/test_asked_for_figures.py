"""A laptop that joined asks the hub for a figure: a lead's is told, a nurse's and one that was shut out are not."""

import json

import pytest

from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.policy.roles import Role
from smf_hub.service.managing import add_user, revoke
from smf_hub.service.place import Place
from tests.support.joining import at_hub, joins, staffed

DAYS = {"from": "2026-01-01", "to": "2026-10-31", "as_of": "2026-11-17"}


def refused(place: Place, device: str, name: str = "discharge_rate") -> Trouble:
    with pytest.raises(HubTrouble) as raised:
        at_hub(place, device).figure(name, DAYS)
    return raised.value.why


def test_a_leads_laptop_is_told_a_figure_of_its_team(place: Place) -> None:
    north = staffed(place, "amy")
    add_user(place, "lea", role=Role.LEAD, team=north)
    _, lead = joins(place, "lea")
    told = json.loads(at_hub(place, lead.device).figure("discharge_rate", DAYS))
    assert (told["team"], told["since"], told["until"]) == (north, "2026-01-01", "2026-10-31")
    (figure,) = told["figures"]
    assert (figure["id"], figure["value"], figure["denominator"]) == ("discharge_rate", None, 0)
    assert refused(place, lead.device, "no_such_figure") is Trouble.UNKNOWN
    revoke(place, lead.device)
    assert refused(place, lead.device) is Trouble.REVOKED


def test_a_nurses_laptop_is_told_no_figure(place: Place) -> None:
    staffed(place, "amy")
    _, nurse = joins(place, "amy")
    assert refused(place, nurse.device) is Trouble.NOT_ALLOWED

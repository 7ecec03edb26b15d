"""Every test of a service asks the hub's policy as well: whatever a laptop lets somebody write, a hub takes."""

import inspect
from collections.abc import Sequence
from datetime import datetime
from itertools import product

import msgspec
import pytest
from sqlalchemy import select

from smf_core.operations.change_set import ChangeSet, Item
from smf_core.policy import rules
from smf_core.policy.roles import Capability, Role, User
from smf_core.policy.rules import Action, Decision
from smf_core.policy.sending import Standing, other_person, refusal
from smf_core.records import tables as t
from smf_desktop.store.store import RECORDS, Work

SERVICES = "smf_desktop.services."
FIRST_RECORDS = f"{SERVICES}laptop.setup"
"""Asks nobody: whoever makes a store writes its first records, and who is named there."""

ANYBODY = tuple(
    User("", "", "", role, frozenset(capabilities))
    for role, capabilities in product(Role, ((), (Capability.CLINICAL_LEAD,)))
)


class _Asked:
    """Which acts a service asked leave for since it last wrote something."""

    def __init__(self) -> None:
        self.actions: list[Action] = []
        self.wrote = False

    def ask(self, action: Action) -> None:
        if self.wrote:
            self.actions, self.wrote = [], False
        self.actions.append(action)


@pytest.fixture(autouse=True)
def a_hub_takes_what_services_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each save of a service is judged for everybody whom the service would have let make it.

    What a test writes past the services is not, and the claim to be a registered nurse follows who it is.
    """
    asked = _Asked()
    may, save = rules.may, Work.save

    def asking(user: User, action: Action) -> Decision:
        decision = may(user, action)
        caller = inspect.currentframe()
        if caller and caller.f_back and caller.f_back.f_code is rules.require.__code__ and decision.allowed:
            asked.ask(action)
        return decision

    def saving(
        work: Work,
        items: Sequence[Item],
        *,
        patient: str | None,
        care_time: datetime | None = None,
        act: str | None = None,
        chain_of: str = RECORDS,
        author: str | None = None,
    ) -> str:
        made = save(work, items, patient=patient, care_time=care_time, act=act, chain_of=chain_of, author=author)
        caller = inspect.currentframe()
        by = caller.f_back.f_globals["__name__"] if caller and caller.f_back else ""
        if by.startswith(SERVICES) and by != FIRST_RECORDS and asked.actions:
            row = work.connection.execute(select(t.change_set).where(t.change_set.c.cs_id == made)).one()
            sent = ChangeSet(row.head, row.body)
            for user in ANYBODY:
                if all(may(user, action).allowed for action in asked.actions):
                    refused = _refused(sent, user)
                    assert refused is None, f"a hub refuses {user.role} what {by} writes: {refused}"
        asked.wrote = True
        return made

    monkeypatch.setattr(rules, "may", asking)
    monkeypatch.setattr(Work, "save", saving)


def _refused(sent: ChangeSet, user: User) -> str | None:
    said = [
        msgspec.structs.replace(item, payload={**item.payload, "registered": user.is_registered_nurse})
        if "registered" in item.payload
        else item
        for item in sent.items
    ]
    patient = sent.head.patient_id
    standing = Standing({"team": user.role}, user.capabilities)
    return other_person(said, patient) or refusal(said, standing, "team" if patient else None, True)

"""A team with people who were taught and discharged, in a real store, for its figures."""

from datetime import date, datetime, timedelta

from smf_core.operations.change_set import Item, Ref
from smf_desktop.services.session import Session
from tests.support.figures import begun
from tests.support.sessions import Team
from tests.support.written import Laptop

LATE_SUMMER = date(2026, 8, 3)
HOW = ("independent", "independent_support", "returned_core", "independent", "declined")


class InStore(Laptop):
    """Writes through the store of a session instead of into a bare connection."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def save(self, *items: Item, at: datetime, patient: str | None = None, author: str | None = None) -> Ref:
        with self.session.work() as work:
            return work.save(items, patient=patient, care_time=at), 0


def people_taught(team: Team, many: int = 12, skill: str = "insulin", *, still: int = 1) -> list[str]:
    """So many people begun in August, one a day, after two to four visits ended in turn as `HOW` has it; the last
    `still` of them are taught still. Answers their ids."""
    laptop = InStore(team.lead)
    people = []
    for number in range(many):
        first = LATE_SUMMER + timedelta(days=number)
        days = [(first + timedelta(days=2 * each)).isoformat() for each in range(2 + number % 3)]
        person = f"{skill} {number:02}"
        ended = HOW[number % len(HOW)] if number < many - still else ""
        begun(laptop, person, days, ended, skill=skill, team=team.lead.team, nurse=team.nurse.user.id)
        people.append(person)
    return people


def core_counts(team: Team) -> None:
    """Referrals to core teams of two years, a tenth fewer in the second; the first is the baseline."""
    from smf_desktop.services.service.baselines import rebase, state_baseline
    from smf_desktop.services.service.core_counts import import_core_referrals

    rows = ["month,team,count,registered_population"]
    for place in range(24):
        year, month = divmod(2024 * 12 + 10 + place, 12)
        count = (410 if place < 12 else 369) + (7 * place) % 13
        rows.append(f"{year}-{month + 1:02},Derby City,{count},262000")
    import_core_referrals(team.lead, "\n".join(rows).encode())
    state_baseline(team.lead, date(2024, 11, 1), date(2025, 10, 31), source="Core team returns")
    rebase(team.lead, "core_referrals", date(2025, 11, 1), "Service starts")

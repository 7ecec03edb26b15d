"""What opening the store takes, imported, read and gone through once while someone types their password."""

from importlib import import_module

from smf_desktop.compose.checklists import shipped_checklists
from smf_desktop.compose.computer import Computer

TAKEN = (
    "security.vault",
    "security.quick_code",
    "security.kdf",
    "security.os_keys",
    "services.laptop.checklists",
    "services.laptop.sitting",
    "store.audit",
    "store.recovery",
    "store.schema",
    "safekeeping",
)


def warm(computer: Computer) -> None:
    for module in TAKEN:
        import_module(f"smf_desktop.{module}")
    shipped_checklists()
    rehearse_today(computer)


def rehearse_today(computer: Computer) -> None:
    """Read the first page once, of a store that is nowhere, so that its statements are written when it counts.

    A lead's reads all that a nurse's does, and more.
    """
    from smf_core.policy.roles import Role, User
    from smf_desktop.services.day.to_do import waiting
    from smf_desktop.services.day.today import today_facts
    from smf_desktop.services.session import Session, StoreKind
    from smf_desktop.store.rehearsal import Rehearsal

    nurse, team = computer.new_id(), computer.new_id()
    library = shipped_checklists()
    skill = library.skills[0]
    store = Rehearsal(nurse, computer.clock.now(), skill=skill, version=library.newest(skill).version)
    try:
        session = Session(
            store=store,
            user=User(nurse, "", "", Role.LEAD),
            clock=computer.clock,
            new_id=computer.new_id,
            checklists=library,
            kind=StoreKind.TRAINING,
            service=team,
            team=team,
        )
        today_facts(session)
        waiting(session)
    finally:
        store.close()

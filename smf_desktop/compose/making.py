"""A new service: its keys, its store and its first user, made together."""

from pathlib import Path

from smf_core.policy.roles import Capability, Role, User
from smf_desktop.compose.computer import Place
from smf_desktop.compose.entering import migrations
from smf_desktop.presenters.accounts import role_label
from smf_desktop.security import vault
from smf_desktop.security.opened import Opened
from smf_desktop.services.laptop.door import NewService
from smf_desktop.services.laptop.setup import first_records, record_user
from smf_desktop.services.session import StoreKind
from smf_desktop.store.schema import create_store
from smf_desktop.store.store import Store


def make_store(place: Place, new: NewService) -> tuple[Opened, str]:
    """The store of a new service, whole or absent. Answers the key, and the text of the recovery key.

    Raises `StoreExists`, `FolderNotEmpty`, `PasswordTooShort` or a `StoreTrouble`.
    """
    computer = place.computer
    new_id, now = computer.new_id, computer.clock.now()
    capabilities = frozenset({Capability.CLINICAL_LEAD}) if new.clinical_lead else frozenset[Capability]()
    user = User(new_id(), new.username, new.name, Role(new.role), capabilities)
    made: list[tuple[Opened, str]] = []

    def fill(folder: Path) -> bytearray:
        opened, recovery_key = vault.create(
            folder,
            store_id=new_id(),
            kind=new.kind,
            device=new.device or computer.name,
            first_user=slot_for(user),
            password=new.password,
            means=computer.means(True),
        )
        made.append((opened, recovery_key.text))
        return opened.raw_key()

    def first(store: Store) -> None:
        with store.work(author=user.id, now=now, new_id=new_id) as work:
            first_records(
                work,
                service=new_id(),
                service_name=new.service,
                team=new_id(),
                team_name=new.team,
                kind=StoreKind(new.kind),
            )
            record_user(work, user)

    create_store(place.directory, scripts=migrations(), new_id=new_id, fill=fill, first=first)
    return made[0]


def slot_for(user: User) -> vault.NewUser:
    """What the key file says of a person; the unlock page shows it."""
    return vault.NewUser(user.id, user.username, user.name, role_label(user.role))

"""The users of a laptop."""

import argparse

from smf_desktop.commands.terminal import DONE, Terminal, opened, seated


def add(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_core.policy.roles import Capability, Role
    from smf_desktop.services.laptop.setup import new_user, take_back

    with seated(terminal, arguments) as (house, key, sitting):
        capabilities = frozenset({Capability.CLINICAL_LEAD}) if arguments.clinical_lead else frozenset[Capability]()
        made, _ = new_user(
            sitting.session,
            username=arguments.username,
            name=arguments.name or arguments.username,
            role=Role(arguments.role),
            capabilities=capabilities,
        )
        try:
            house.add_user(key, made, terminal.new_password("SMF_NEW_PASSWORD"))
        except BaseException:
            take_back(sitting.session, made)
            raise
    if arguments.json:
        terminal.document({"id": made.id, "username": made.username, "role": made.role.value})
    else:
        terminal.say(f"{made.username} can unlock this store now.")
    return DONE


def remove(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.presenters.messages.troubles import words_for
    from smf_desktop.services.laptop.setup import remove_user
    from smf_desktop.trouble import RekeyWaits

    with opened(terminal, arguments) as (house, key):
        sitting = house.enter(key.again())
        try:
            removed, _ = remove_user(sitting.session, arguments.username)
            gone = removed.user
            house.remove_user(key, gone.username)
        finally:
            sitting.close()
        waits: RekeyWaits | None = None
        try:
            house.rekey(key, terminal.progress("Pages under a new key")).zero()
        except RekeyWaits as why:
            waits = why
    if arguments.json:
        said = {"id": gone.id, "username": gone.username, "from_service": removed.from_service}
        terminal.document(said | {"rekeyed": waits is None})
        return DONE
    terminal.say(f"{gone.username} can no longer unlock this store. Their records stay.")
    if removed.from_service:
        terminal.say("They work in the service no more: after the next sync no other laptop gives them more time.")
    renewed = "The records have a new key. Backups made before keep the old one."
    terminal.say(str(words_for(waits)) if waits else renewed)
    return DONE


def everyone(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.laptop import accounts

    with seated(terminal, arguments) as (_, _, sitting):
        people = accounts.everyone(sitting.session)
    rows = [
        {
            "id": person.id,
            "username": person.username,
            "name": person.name,
            "role": person.role.value,
            "clinical_lead": person.is_clinical_lead,
            "active": person.active,
        }
        for person in people
    ]
    if arguments.json:
        terminal.document({"users": rows})
        return DONE
    for row in rows:
        also = ", clinical lead" if row["clinical_lead"] else ""
        terminal.say(f"{row['username']}: {row['name']}, {row['role']}{also}{'' if row['active'] else ', has left'}")
    return DONE

"""A new hub."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from smf_hub import ports
from smf_hub.commands.terminal import DONE, USAGE, USUAL, Terminal, Told, write_secret

TRAINING_SERVICE = "Training"
MISFIT = "--live and --kind training contradict each other. Nothing was changed."
NO_SERVICE = "A hub for real people says whose it is. Nothing was made. Name the service with --service."


def init(terminal: Terminal, arguments: argparse.Namespace) -> int:
    if arguments.live and arguments.kind == "training":
        raise Told(MISFIT, USAGE)
    live = arguments.live or arguments.kind == "live"
    if live and not arguments.service:
        raise Told(NO_SERVICE, USAGE)
    service = arguments.service or TRAINING_SERVICE
    made = make_anew(terminal, arguments.database or USUAL, service, arguments.recovery_out, live=live)
    if arguments.json:
        terminal.document(made)
        return DONE
    terminal.say(f"The hub of {made['service']} is made, for {'real' if live else 'made-up'} people.")
    terminal.say(f"It is known by the fingerprint {made['fingerprint']}.")
    say_recovery_key(terminal.say, made, arguments.recovery_out)
    return DONE


def make_anew(terminal: Terminal, url: str, service: str, recovery_out: Path | None, *, live: bool) -> dict[str, Any]:
    """Make a hub. Answers who it is, with the recovery key's text unless that was written to a file."""
    from smf_core.operations.enrolment import fingerprint
    from smf_hub.service.place import make_place, new_recovery_key
    from smf_hub.store.database import parse
    from smf_hub.store.keys import make_key
    from smf_hub.store.schema import is_there

    at, service = parse(url), " ".join(service.split())
    if not service:
        raise Told("A service needs a name. Nothing was changed.", USAGE)
    if is_there(at):
        raise ports.HubExists
    text, public = new_recovery_key(terminal.world)
    if recovery_out is not None:
        write_secret(recovery_out, f"{text}\n")
    try:
        key = make_key(at, terminal.environ, terminal.world.random)
        kind: Any = "live" if live else "training"
        place = make_place(url, key, terminal.world, service=service, kind=kind, recovery_key=public)
    except BaseException:
        if recovery_out is not None:
            recovery_out.unlink()
        raise
    identity = place.identity
    place.close()
    made = {
        "hub": identity.hub,
        "service": identity.service_name,
        "kind": identity.kind,
        "fingerprint": fingerprint(identity.public_key),
    }
    return made if recovery_out is not None else {**made, "recovery_key": text}


def say_recovery_key(say: Callable[[str], None], made: Mapping[str, Any], recovery_out: Path | None) -> None:
    if recovery_out is not None:
        say(f"The service's recovery key is in {recovery_out}. Take it off this computer: nothing else here holds it.")
        return
    say("The service's recovery key, shown this once. Write it down and keep it away from this computer:")
    say(str(made["recovery_key"]))

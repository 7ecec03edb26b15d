"""A hub at work: answering laptops, and folding what they sent."""

import argparse
import signal
from contextlib import nullcontext

from smf_hub.commands.making import TRAINING_SERVICE, make_anew, say_recovery_key
from smf_hub.commands.terminal import DONE, USUAL, Terminal, opened


def serve(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.app import serving
    from smf_hub.service.projecting import projecting
    from smf_hub.store.alone import alone
    from smf_hub.store.database import parse
    from smf_hub.store.schema import is_there

    if arguments.database is None and not is_there(parse(USUAL)):
        made = make_anew(terminal, USUAL, TRAINING_SERVICE, None, live=False)
        terminal.aside("There was no hub in this folder, so one for made-up people was made: hub.db.")
        say_recovery_key(terminal.aside, made, None)

    def ended(number: int, frame: object) -> None:
        """The server hands the signal on once it has answered what it had begun; what is open here is then closed."""
        raise KeyboardInterrupt

    def ready(url: str) -> None:
        if arguments.json:
            terminal.document({"url": url})
        else:
            terminal.say(f"The hub answers at {url}.")

    signal.signal(signal.SIGTERM, ended)
    with opened(terminal, arguments) as place, alone(parse(arguments.database or USUAL)):
        place.grant_days = arguments.grant_days
        with nullcontext() if arguments.no_projector else projecting(place, arguments.roots):
            serving.serve(place, arguments.host, arguments.port, arguments.tls_cert, arguments.tls_key, ready=ready)
    return DONE


def project(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.projecting import Signals, follow

    signals = Signals()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, frame: signals.stop())
    with opened(terminal, arguments) as place:
        follow(place, signals, arguments.roots)
    return DONE

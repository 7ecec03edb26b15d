"""The words of `smf-hub`. With `--json` a command writes one document on standard output and nothing else there.

Errors are one plain sentence or two on standard error. A command is imported when it runs, and what it needs then.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from smf_core.domain.trouble import DomainError, Known
from smf_hub import ports
from smf_hub.commands.terminal import (
    DONE,
    INTEGRITY,
    LOCKED,
    NOT_DONE,
    OUR_FAULT,
    UNREACHABLE,
    USAGE,
    USUAL,
    Terminal,
    Told,
)
from smf_hub.ports import World

ROLES = ("nurse", "assistant", "lead", "admin", "privacy_officer")
PORT_MOST = 65_535

WORDS: Mapping[type[Exception], tuple[str, int]] = {
    ports.NoHubHere: ("There is no hub there yet. Nothing was changed. Make one with smf-hub init.", NOT_DONE),
    ports.HubExists: ("There is a hub there already. It was left as it is. Name another database.", NOT_DONE),
    ports.HubUnreadable: (
        "This is not a hub under this key, or it is damaged. Nothing was changed. "
        "Check the key; if it is the right one, restore the hub from its last backup.",
        LOCKED,
    ),
    ports.HubKeyMissing: (
        "The key of this hub was not found. Nothing was changed. Put its 64 digits into SMF_HUB_KEY, or put its key "
        "file back beside the database.",
        LOCKED,
    ),
    ports.KeyFileOpen: (
        "Others on this computer may read the hub's key file. Nothing was opened. Allow its owner alone (chmod 600).",
        LOCKED,
    ),
    ports.DatabaseSilent: (
        "The database server does not answer. Nothing was changed. Check that it runs, and the URL.",
        UNREACHABLE,
    ),
    ports.HubNewer: (
        "A newer version of the program has brought up this hub. Nothing was changed. Update the program.",
        NOT_DONE,
    ),
    ports.NoSuchTeam: ("The hub has no team of that name. Nothing was changed. See smf-hub team list.", NOT_DONE),
    ports.TeamNameTaken: (
        "A team has that name already, or the name is empty. Nothing was changed. Choose another name.",
        NOT_DONE,
    ),
    ports.NoSuchHubUser: (
        "Nobody of that username works in a team of this hub. Nothing was changed. See smf-hub user list.",
        NOT_DONE,
    ),
    ports.UsernameUnfit: (
        "A username has at least 1 character and at most 120. Nothing was changed. Choose another one.",
        NOT_DONE,
    ),
    ports.NoSuchDevice: (
        "No laptop has that id, or more than one has that name. Nothing was changed. See smf-hub device list.",
        NOT_DONE,
    ),
    ports.BackupIsTheServers: (
        "A hub on PostgreSQL is backed up by the database itself. Nothing was written. "
        "pg_dump -Fc -f FILE URL takes all of it from one moment; pg_restore -d URL FILE brings it back.",
        NOT_DONE,
    ),
    ports.CopyNotWritten: (
        "The backup could not be written to its end, and nothing of it was left. The hub is as it was. "
        "Look for room on the disk and try again.",
        NOT_DONE,
    ),
    ports.BackupNotSound: (
        "What is in the backup does not hold, or this is not its hub's key. The file was left as it is. "
        "Run smf-hub check; take another backup or another key.",
        INTEGRITY,
    ),
    ports.NoBackupThere: ("There is no backup of that name. Nothing was changed. Name another file.", NOT_DONE),
    ports.PlainHttp: (
        "Without a certificate a hub serves its own computer alone. Nothing was started. "
        "Name 127.0.0.1, or give --tls-cert and --tls-key.",
        USAGE,
    ),
    ports.PortTaken: (
        "The hub cannot answer there: another program has this port, or the computer has no such address. "
        "Nothing was changed. Name another one with --port or --host.",
        NOT_DONE,
    ),
    ports.ServedAlready: (
        "This hub is being served already by another program. Nothing was changed. "
        "Stop that one first, or keep the hub on PostgreSQL, where several may.",
        NOT_DONE,
    ),
    ports.CertificateUnreadable: (
        "The certificate or its key cannot be read, or they do not belong together. Nothing was started. "
        "Check --tls-cert and --tls-key.",
        USAGE,
    ),
}
"""For each trouble what happened, what is safe and what to do, and the exit code."""

OUR_WORDS = "Something went wrong in the program. What was saved before is safe. Tell whoever looks after it."
NO_DATABASE = (
    "This is no database for a hub. Nothing was changed. Write sqlite:///FILE or postgresql://USER@SERVER/DATABASE."
)

Act = Callable[[Terminal, argparse.Namespace], int]


def port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= PORT_MOST):
        raise argparse.ArgumentTypeError(f"write the port as a number up to {PORT_MOST}")
    return int(text)


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="smf-hub", description="The hub that laptops sync with.")
    whole.add_argument("--database", metavar="URL", help=f"{USUAL} if left out, or postgresql://...")
    whole.set_defaults(json=False)
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")

    made = _command(commands, "init", "making.init", "a new hub for a service")
    made.add_argument("--service", metavar="NAME", help="the name of the service; a live one needs it")
    made.add_argument("--kind", choices=("training", "live"), help="for made-up people (the usual) or for real ones")
    made.add_argument("--live", action="store_true", help="the same as --kind live")
    made.add_argument("--recovery-out", type=Path, metavar="FILE", help="write the service's recovery key here")

    served = _command(commands, "serve", "serving.serve", "answer laptops until it is told to stop")
    served.add_argument("--host", default="127.0.0.1", help="plain HTTP answers this computer alone (%(default)s)")
    served.add_argument("--port", type=port, default=8443, help="%(default)s; 0 takes a free one")
    served.add_argument("--tls-cert", type=Path, metavar="FILE", help="to answer more than this computer")
    served.add_argument("--tls-key", type=Path, metavar="FILE", help="the key of the certificate")
    served.add_argument(
        "--grant-days",
        type=int,
        choices=range(1, 15),
        default=7,
        metavar="DAYS",
        help="how long a laptop may work without asking (7)",
    )
    served.add_argument("--no-projector", action="store_true", help="smf-hub project runs beside, for PostgreSQL")
    project = _command(
        commands, "project", "serving.project", "fold what comes in into records, as a process of its own"
    )

    of_teams = _group(commands, "team", "the teams of the service")
    _command(of_teams, "add", "people.add_team", "a new team").add_argument("name", metavar="NAME")
    _command(of_teams, "list", "people.all_teams", "every team")

    of_users = _group(commands, "user", "the people of the service")
    added = _command(of_users, "add", "people.add_user", "somebody works in a team from now on, in this role")
    added.add_argument("username", metavar="NAME", help="the username")
    added.add_argument("--role", required=True, choices=ROLES)
    added.add_argument("--team", required=True, metavar="TEAM", help="by name or id")
    added.add_argument("--name", metavar="NAME", help="as colleagues write it")
    added.add_argument("--clinical-lead", action="store_true", help="may approve checklists")
    ended = _command(of_users, "end", "people.end_user", "somebody works in a team no more; their records stay")
    ended.add_argument("username", metavar="NAME")
    ended.add_argument("--team", metavar="TEAM", help="this team alone; without it they have left")
    _command(of_users, "list", "people.all_users", "everybody, with their teams")

    of_devices = _group(commands, "device", "the laptops of the service")
    code = _command(of_devices, "code", "laptops.new_code", "a one-time code for a laptop, alone on a line")
    code.add_argument("--user", required=True, metavar="NAME", help="who will work on it")
    code.add_argument("--qr", action="store_true", help="also as a picture of letters, on standard error")
    code.add_argument("--svg", type=Path, metavar="FILE", help="also as a picture in a file")
    code.add_argument("--url", default="https://127.0.0.1:8443", metavar="URL", help="the hub's address, for a picture")
    _command(
        of_devices, "list", "laptops.all_laptops", "every laptop: when it was last here, and what it had left to send"
    )
    revoked = _command(
        of_devices, "revoke", "laptops.revoke", "a laptop is given nothing more; what it still sends waits"
    )
    revoked.add_argument("device", metavar="LAPTOP", help="by id, or by its name")
    wiped = _command(of_devices, "wipe", "laptops.wipe", "a laptop is to send what it has and to destroy its store")
    wiped.add_argument("device", metavar="LAPTOP", help="by id, or by its name")
    locked = _command(of_devices, "lock", "laptops.lock", "a laptop is to let nobody in until it has asked the hub")
    locked.add_argument("device", metavar="LAPTOP", help="by id, or by its name")

    copied = _command(commands, "backup", "copies.backup", "the hub in one file, also while it serves; SQLite only")
    copied.add_argument("file", type=Path, metavar="FILE", help="never over one that is there")
    back = _command(commands, "restore", "copies.restore", "a hub from a backup, where there is none; SQLite only")
    back.add_argument("file", type=Path, metavar="FILE")
    _command(
        commands, "fingerprint", "looking.fingerprint", "who this hub is, as people compare it when a laptop joins"
    )
    told = _command(commands, "events", "looking.events", "what an administrator must know of, the newest first")
    told.add_argument("--last", type=int, default=50, metavar="N", help="%(default)s")
    checked = _command(
        commands, "check", "looking.check", "look through the hub: pages, feeds, counters, receipts, signatures"
    )
    for each, about in (
        (served, "the folder that gets the signed root of each day; best on a disk that lets nothing be changed"),
        (project, "the folder that gets the signed root of each day"),
        (checked, "a folder of daily roots to hold the feeds against, as well as those kept here"),
    ):
        each.add_argument("--roots", type=Path, metavar="FOLDER", help=about)
    return whole


def _group(among: Any, name: str, about: str) -> Any:
    made = among.add_parser(name, help=about, description=_sentence(about))
    _common(made)
    return made.add_subparsers(dest="verb", required=True, metavar="ACT")


def _command(among: Any, name: str, act: str, about: str) -> argparse.ArgumentParser:
    """`act` is the command's module and function."""
    made: argparse.ArgumentParser = among.add_parser(name, help=about, description=_sentence(about))
    made.set_defaults(act=act)
    _common(made)
    return made


def _common(command: argparse.ArgumentParser) -> None:
    unsaid = argparse.SUPPRESS
    command.add_argument("--database", metavar="URL", default=unsaid, help=f"{USUAL} if left out, or postgresql://...")
    command.add_argument("--json", action="store_true", default=unsaid, help="one JSON document on standard output")


def _sentence(about: str) -> str:
    return f"{about[0].upper()}{about[1:]}."


def act(name: str) -> Act:
    """The command of that name, whose module is read now."""
    module, _, function = name.partition(".")
    found: Act = getattr(import_module(f"smf_hub.commands.{module}"), function)
    return found


def run(words: Sequence[str], environ: Mapping[str, str], world: World) -> int:
    """One command. Answers its exit code."""
    terminal = Terminal(environ, world)
    try:
        arguments = parser().parse_args(words)
    except SystemExit as left:
        return int(left.code or 0)
    try:
        return act(arguments.act)(terminal, arguments)
    except Told as told:
        terminal.aside(str(told))
        return told.code
    except KeyboardInterrupt:
        return DONE
    except BrokenPipeError:
        return NOT_DONE
    except Exception as error:
        return _say_what_went_wrong(terminal, error)


def _say_what_went_wrong(terminal: Terminal, error: Exception) -> int:
    from smf_hub.store.database import NotADatabase

    if isinstance(error, NotADatabase):
        terminal.aside(NO_DATABASE)
        return USAGE
    known = WORDS.get(type(error))
    if known is not None:
        terminal.aside(known[0])
        return known[1]
    if isinstance(error, FileExistsError):
        terminal.aside("A file is there already and is left as it is. Name another one.")
        return NOT_DONE
    if isinstance(error, OSError):
        terminal.aside("A file or a network port cannot be used. Check the names, and whether another hub runs there.")
        return NOT_DONE
    if isinstance(error, DomainError | Known):
        terminal.aside("The hub refused this. Nothing was changed.")
        return NOT_DONE
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    terminal.aside(f"{OUR_WORDS}\n{type(error).__name__} at {places}")
    return OUR_FAULT

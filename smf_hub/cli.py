"""The words of `smf-hub`. With `--json` a command writes one document on standard output and nothing else there.

Errors are one plain sentence or two on standard error. What a command needs is imported when it runs.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smf_core.domain.trouble import DomainError, Known
from smf_hub import ports
from smf_hub.ports import World

if TYPE_CHECKING:
    from smf_hub.service.place import Place

DONE, OUR_FAULT, USAGE, NOT_DONE, LOCKED, INTEGRITY, UNREACHABLE = 0, 1, 2, 3, 4, 5, 6

USUAL = "sqlite:///hub.db"
ROLES = ("nurse", "assistant", "lead", "admin", "privacy_officer")
TRAINING_SERVICE = "Training"

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
MISFIT = "--live and --kind training contradict each other. Nothing was changed."

NO_SERVICE = "A hub for real people says whose it is. Nothing was made. Name the service with --service."

Act = Callable[["Terminal", argparse.Namespace], int]


class Told(Exception):
    """A sentence for the person at the terminal, and the exit code that goes with it."""

    def __init__(self, words: str, code: int) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a command is given."""

    environ: Mapping[str, str]
    world: World

    def say(self, words: str) -> None:
        print(words, flush=True)

    def aside(self, words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    def document(self, value: Mapping[str, Any]) -> None:
        print(json.dumps(value, ensure_ascii=False), flush=True)


# --- the words -----------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="smf-hub", description="The hub that laptops sync with.")
    whole.add_argument("--database", metavar="URL", help=f"{USUAL} if left out, or postgresql://...")
    whole.set_defaults(json=False)
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")

    made = _command(commands, "init", _init, "a new hub for a service")
    made.add_argument("--service", metavar="NAME", help="the name of the service; a live one needs it")
    made.add_argument("--kind", choices=("training", "live"), help="for made-up people (the usual) or for real ones")
    made.add_argument("--live", action="store_true", help="the same as --kind live")
    made.add_argument("--recovery-out", type=Path, metavar="FILE", help="write the service's recovery key here")

    served = _command(commands, "serve", _serve, "answer laptops until it is told to stop")
    served.add_argument("--host", default="127.0.0.1", help="plain HTTP on this computer alone (%(default)s)")
    served.add_argument("--port", type=int, default=8443, help="%(default)s; 0 takes a free one")
    served.add_argument("--tls-cert", type=Path, metavar="FILE")
    served.add_argument("--tls-key", type=Path, metavar="FILE")
    served.add_argument(
        "--grant-days", type=int, choices=range(1, 15), default=7, metavar="DAYS", help="how long to work offline (7)"
    )
    served.add_argument("--no-projector", action="store_true", help="smf-hub project runs beside, for PostgreSQL")
    project = _command(commands, "project", _project, "fold what comes in into records, as a process of its own")

    of_teams = _group(commands, "team", "the teams of the service")
    _command(of_teams, "add", _team_add, "a new team").add_argument("name", metavar="NAME")
    _command(of_teams, "list", _team_list, "every team")

    of_users = _group(commands, "user", "the people of the service")
    added = _command(of_users, "add", _user_add, "somebody works in a team from now on, in this role")
    added.add_argument("username", metavar="NAME", help="the username")
    added.add_argument("--role", required=True, choices=ROLES)
    added.add_argument("--team", required=True, metavar="TEAM", help="by name or id")
    added.add_argument("--name", metavar="NAME", help="as colleagues write it")
    added.add_argument("--clinical-lead", action="store_true", help="may approve checklists")
    ended = _command(of_users, "end", _user_end, "somebody works in a team no more; their records stay")
    ended.add_argument("username", metavar="NAME")
    ended.add_argument("--team", metavar="TEAM", help="this team alone; without it they have left")
    _command(of_users, "list", _user_list, "everybody, with their teams")

    of_devices = _group(commands, "device", "the laptops of the service")
    code = _command(of_devices, "code", _device_code, "a one-time code for a laptop, alone on a line")
    code.add_argument("--user", required=True, metavar="NAME", help="who will work on it")
    code.add_argument("--qr", action="store_true", help="also as a picture of letters, on standard error")
    code.add_argument("--svg", type=Path, metavar="FILE", help="also as a picture in a file")
    code.add_argument("--url", default="https://127.0.0.1:8443", metavar="URL", help="the hub's address, for a picture")
    _command(of_devices, "list", _device_list, "every laptop: when it was last here, and what it had left to send")
    revoked = _command(of_devices, "revoke", _device_revoke, "a laptop is answered no more; what it sends waits")
    revoked.add_argument("device", metavar="LAPTOP", help="by id, or by its name")
    wiped = _command(of_devices, "wipe", _device_wipe, "a laptop is to send what it has and to destroy its store")
    wiped.add_argument("device", metavar="LAPTOP", help="by id, or by its name")

    locked = _command(of_devices, "lock", _device_lock, "a laptop is to let nobody in until it has asked the hub")
    locked.add_argument("device", metavar="LAPTOP", help="by id, or by its name")

    copied = _command(commands, "backup", _backup, "the hub in one file, also while it serves; SQLite only")
    copied.add_argument("file", type=Path, metavar="FILE", help="never over one that is there")
    back = _command(commands, "restore", _restore, "a hub from a backup, where there is none; SQLite only")
    back.add_argument("file", type=Path, metavar="FILE")
    _command(commands, "fingerprint", _fingerprint, "who this hub is, as people compare it when a laptop joins")
    told = _command(commands, "events", _events, "what an administrator must know of, the newest first")
    told.add_argument("--last", type=int, default=50, metavar="N", help="%(default)s")
    checked = _command(commands, "check", _check, "look through the hub: pages, feeds, counters, receipts, signatures")
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


def _command(among: Any, name: str, act: Act, about: str) -> argparse.ArgumentParser:
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


def run(words: Sequence[str], environ: Mapping[str, str], world: World) -> int:
    """One command. Answers its exit code."""
    terminal = Terminal(environ, world)
    try:
        arguments = parser().parse_args(words)
    except SystemExit as left:
        return int(left.code or 0)
    act: Act = arguments.act
    try:
        return act(terminal, arguments)
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


# --- a hub ---------------------------------------------------------------------------------------


@contextmanager
def _opened(terminal: Terminal, arguments: argparse.Namespace) -> "Iterator[Place]":
    from smf_hub.service.place import open_place
    from smf_hub.store.database import parse
    from smf_hub.store.keys import find_key
    from smf_hub.store.schema import is_there

    url = arguments.database or USUAL
    if not is_there(parse(url)):
        raise ports.NoHubHere
    place = open_place(url, find_key(parse(url), terminal.environ), terminal.world)
    try:
        yield place
    finally:
        place.close()


def _init(terminal: Terminal, arguments: argparse.Namespace) -> int:
    if arguments.live and arguments.kind == "training":
        raise Told(MISFIT, USAGE)
    live = arguments.live or arguments.kind == "live"
    if live and not arguments.service:
        raise Told(NO_SERVICE, USAGE)
    service = arguments.service or TRAINING_SERVICE
    made = _made(terminal, arguments.database or USUAL, service, arguments.recovery_out, live=live)
    if arguments.json:
        terminal.document(made)
        return DONE
    terminal.say(f"The hub of {made['service']} is made, for {'real' if live else 'made-up'} people.")
    terminal.say(f"It is known by the fingerprint {made['fingerprint']}.")
    _say_recovery_key(terminal.say, made, arguments.recovery_out)
    return DONE


def _made(terminal: Terminal, url: str, service: str, recovery_out: Path | None, *, live: bool) -> dict[str, Any]:
    """Make a hub. Answers who it is, with the recovery key's text unless that was written to a file."""
    from smf_core.operations.protocol import fingerprint
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
        _write_secret(recovery_out, f"{text}\n")
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


def _say_recovery_key(say: Callable[[str], None], made: Mapping[str, Any], recovery_out: Path | None) -> None:
    if recovery_out is not None:
        say(f"The service's recovery key is in {recovery_out}. Take it off this computer: nothing else here holds it.")
        return
    say("The service's recovery key, shown this once. Write it down and keep it away from this computer:")
    say(str(made["recovery_key"]))


def _write_secret(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _serve(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.app.serving import serve
    from smf_hub.service.projecting import projecting
    from smf_hub.store.database import parse
    from smf_hub.store.schema import is_there

    if arguments.database is None and not is_there(parse(USUAL)):
        made = _made(terminal, USUAL, TRAINING_SERVICE, None, live=False)
        terminal.aside("There was no hub in this folder, so one for made-up people was made: hub.db.")
        _say_recovery_key(terminal.aside, made, None)

    def ended(number: int, frame: object) -> None:
        """The server hands the signal on once it has answered what it had begun; what is open here is then closed."""
        raise KeyboardInterrupt

    def ready(url: str) -> None:
        if arguments.json:
            terminal.document({"url": url})
        else:
            terminal.say(f"The hub answers at {url}.")

    signal.signal(signal.SIGTERM, ended)
    with _opened(terminal, arguments) as place:
        place.grant_days = arguments.grant_days
        with nullcontext() if arguments.no_projector else projecting(place, arguments.roots):
            serve(place, arguments.host, arguments.port, arguments.tls_cert, arguments.tls_key, ready=ready)
    return DONE


def _project(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.projecting import Signals, follow

    signals = Signals()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, frame: signals.stop())
    with _opened(terminal, arguments) as place:
        follow(place, signals, arguments.roots)
    return DONE


# --- teams and users -----------------------------------------------------------------------------


def _team_add(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import add_team

    with _opened(terminal, arguments) as place:
        team = add_team(place, arguments.name)
    _answer(terminal, arguments, {"team": team, "name": arguments.name}, f"The team {arguments.name} is there.")
    return DONE


def _team_list(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import all_teams

    with _opened(terminal, arguments) as place:
        found = all_teams(place)
    _answer(
        terminal,
        arguments,
        {"teams": [{"team": each.team, "name": each.name} for each in found]},
        *(each.name for each in found),
    )
    return DONE


def _user_add(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_core.policy.roles import Role
    from smf_hub.service.managing import add_user

    with _opened(terminal, arguments) as place:
        user = add_user(
            place,
            arguments.username,
            role=Role(arguments.role),
            team=arguments.team,
            name=arguments.name,
            clinical_lead=arguments.clinical_lead,
        )
    said = {"user": user, "username": arguments.username, "role": arguments.role, "team": arguments.team}
    _answer(terminal, arguments, said, f"{arguments.username} is {arguments.role} in {arguments.team} from now on.")
    return DONE


def _user_end(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import end_membership

    with _opened(terminal, arguments) as place:
        end_membership(place, arguments.username, arguments.team)
    where = f"works in {arguments.team} no more" if arguments.team else "works here no more"
    said = {"username": arguments.username, "team": arguments.team}
    _answer(terminal, arguments, said, f"{arguments.username} {where}. Their records stay.")
    return DONE


def _user_list(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import all_teams, everyone
    from smf_hub.service.times import iso

    with _opened(terminal, arguments) as place:
        teams = {each.team: each.name for each in all_teams(place)}
        people = everyone(place)
    rows = [
        {
            "user": each.account.user,
            "username": each.account.username,
            "name": each.account.name,
            "role": each.account.role,
            "capabilities": sorted(each.account.capabilities),
            "active": each.account.active,
            "memberships": [
                {
                    "team": teams.get(row.team, row.team),
                    "role": row.role,
                    "since": iso(row.since),
                    "until": None if row.until is None else iso(row.until),
                }
                for row in each.memberships
            ],
        }
        for each in people
    ]
    _answer(terminal, arguments, {"users": rows}, *map(_user_line, rows))
    return DONE


def _user_line(row: Mapping[str, Any]) -> str:
    now = [f"{each['role']} in {each['team']}" for each in row["memberships"] if each["until"] is None]
    also = ", clinical lead" if row["capabilities"] else ""
    return f"{row['username']}: {row['name']}, {', '.join(now) if row['active'] and now else 'has left'}{also}"


# --- laptops -------------------------------------------------------------------------------------


def _device_code(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.enrolling import as_qr_svg, as_qr_text, new_code

    with _opened(terminal, arguments) as place:
        code = new_code(place, arguments.user)
    if arguments.svg is not None:
        _write_secret(arguments.svg, as_qr_svg(arguments.url, code))
    _answer(terminal, arguments, {"code": code, "minutes": 15}, code)
    if arguments.qr:
        terminal.aside(as_qr_text(arguments.url, code))
    return DONE


def _device_list(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import all_devices, all_teams, everyone
    from smf_hub.service.times import iso

    with _opened(terminal, arguments) as place:
        teams = {each.team: each.name for each in all_teams(place)}
        names = {each.account.user: each.account.username for each in everyone(place)}
        devices = all_devices(place)
    rows = [
        {
            "device": each.device,
            "name": each.name,
            "team": teams.get(each.team, each.team),
            "users": sorted(names.get(user, user) for user in each.users),
            "enrolled_at": iso(each.enrolled_at),
            "last_seen": None if each.last_seen is None else iso(each.last_seen),
            "unsent": each.unsent,
            "drafts": each.drafts,
            "app": each.app,
            "revoked_at": None if each.revoked_at is None else iso(each.revoked_at),
        }
        for each in devices
    ]
    _answer(terminal, arguments, {"devices": rows}, *map(_device_line, rows))
    return DONE


def _device_line(row: Mapping[str, Any]) -> str:
    seen = f"last here {row['last_seen']}, {row['unsent']} to send" if row["last_seen"] else "not here yet"
    state = "revoked" if row["revoked_at"] else seen
    return f"{row['device']} {row['name']}: {', '.join(row['users'])} ({row['team']}), {state}"


def _device_revoke(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import revoke

    with _opened(terminal, arguments) as place:
        found = revoke(place, arguments.device)
    words = f"{found.name} is answered no more. What it still sends waits for a lead."
    _answer(terminal, arguments, {"device": found.device, "name": found.name}, words)
    return DONE


def _device_wipe(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import order_wipe

    with _opened(terminal, arguments) as place:
        found = order_wipe(place, arguments.device)
    words = f"{found.name} will be told when it next connects. If it never does, its encryption alone protects it."
    _answer(terminal, arguments, {"device": found.device, "name": found.name}, words)
    return DONE


def _device_lock(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import order_lock

    with _opened(terminal, arguments) as place:
        found = order_lock(place, arguments.device)
    words = f"{found.name} will lock when it next connects, and open again once it has asked the hub."
    _answer(terminal, arguments, {"device": found.device, "name": found.name}, words)
    return DONE


# --- backups -------------------------------------------------------------------------------------


def _backup(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.backups import back_up
    from smf_hub.store.database import parse
    from smf_hub.store.keys import find_key

    with _opened(terminal, arguments) as place:
        key = find_key(parse(arguments.database or USUAL), terminal.environ)
        made = back_up(place, key, arguments.file)
    said = {"file": str(made.file), "feeds": made.feeds, "change_sets": made.change_sets, "size": made.size}
    whole = f"{made.change_sets} change sets in {made.feeds} feeds, all whole, are in {made.file}."
    _answer(terminal, arguments, said, whole, "It opens with the hub's key alone: keep that elsewhere.")
    return DONE


def _restore(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.backups import restore
    from smf_hub.store.database import parse
    from smf_hub.store.keys import find_key

    url = arguments.database or USUAL
    made = restore(arguments.file, url, find_key(parse(url), terminal.environ), terminal.world)
    said = {"feeds": made.feeds, "change_sets": made.change_sets}
    whole = f"The hub is there again, with {made.change_sets} change sets in {made.feeds} feeds, all whole."
    before = "Before laptops come back: revoke, end and add whom you did since the backup was made."
    _answer(terminal, arguments, said, whole, before)
    return DONE


# --- looking -------------------------------------------------------------------------------------


def _fingerprint(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_core.operations.protocol import fingerprint

    with _opened(terminal, arguments) as place:
        who = place.identity
    shown = fingerprint(who.public_key)
    said = {"hub": who.hub, "service": who.service_name, "kind": who.kind, "fingerprint": shown}
    _answer(terminal, arguments, said, shown)
    return DONE


def _events(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import events
    from smf_hub.service.times import iso

    with _opened(terminal, arguments) as place:
        found = events(place, arguments.last)
    rows = [
        {"at": iso(each.at), "kind": each.kind, "device": each.device, "user": each.user, "detail": each.detail}
        for each in found
    ]
    lines = (" ".join(str(said) for said in row.values() if said) for row in rows)
    _answer(terminal, arguments, {"events": rows}, *lines)
    return DONE


def _check(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service.managing import check

    with _opened(terminal, arguments) as place:
        report = check(place, arguments.roots)
    found = [{"what": each.what, "where": each.where, "number": each.number} for each in report.findings]
    said = {"ok": not found, "feeds": report.feeds, "change_sets": report.change_sets, "findings": found}
    if arguments.json:
        terminal.document(said)
    if not found:
        if not arguments.json:
            terminal.say(f"{report.change_sets} change sets in {report.feeds} feeds, all whole.")
        return DONE
    first = report.findings[0]
    where = f" in {first.where} at {first.number}" if first.where else ""
    terminal.aside(f"Not sound: {first.what}{where}. Nothing was changed. Restore the hub; laptops send again.")
    return INTEGRITY


def _answer(terminal: Terminal, arguments: argparse.Namespace, document: Mapping[str, Any], *lines: str) -> None:
    if arguments.json:
        terminal.document(document)
        return
    for line in lines:
        terminal.say(line)

"""The commands of `smf`. Each answers an exit code; with `--json`, one document on standard output and nothing else.

Errors are one plain sentence or two on standard error, from the same words as the windows use. What a command needs
is imported when it runs, so that `smf --help` is there at once.
"""

import argparse
import contextlib
import gc
import getpass
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smf_desktop import PRODUCT, VERSION

if TYPE_CHECKING:
    from smf_desktop.compose import Computer, House
    from smf_desktop.ports import UnlockCard
    from smf_desktop.security.opened import Opened
    from smf_desktop.services.sitting import Sitting

DONE, OUR_FAULT, USAGE, NOT_DONE, LOCKED, INTEGRITY, NOT_ALLOWED = 0, 1, 2, 3, 4, 5, 7
"""Exit codes; 6 is for a hub that cannot be reached."""

ROLES = ("nurse", "assistant", "lead", "admin", "privacy_officer")
STORE_HELP = "the folder of the store"


class Told(Exception):
    """A sentence for the person at the terminal, and the exit code that goes with it."""

    def __init__(self, words: str, code: int) -> None:
        super().__init__(words)
        self.code = code


class Terminal:
    """What a command says and asks. `computer` is made only when a command needs one."""

    def __init__(self, environ: Mapping[str, str], computer: "Callable[[], Computer] | None" = None) -> None:
        self.environ = environ
        self._computer = computer

    def computer(self) -> "Computer":
        from smf_desktop.compose import this_computer

        return (self._computer or this_computer)()

    def house(self, store: Path) -> "House":
        from smf_desktop.compose import House

        return House(self.computer(), store)

    def password(self, variable: str = "SMF_PASSWORD", asking: str = "Password: ") -> str:
        if variable in self.environ:
            return self.environ[variable]
        if not sys.stdin.isatty():
            raise Told(
                f"No password was given. Nothing was changed. Set {variable}, or run this in a terminal.", LOCKED
            )
        return getpass.getpass(asking)

    def new_password(self, variable: str) -> str:
        """A password nobody has yet: asked for twice."""
        first = self.password(variable, "New password: ")
        if variable not in self.environ and getpass.getpass("The same again: ") != first:
            raise Told("The two passwords differ. Nothing was changed. Run the command again.", NOT_DONE)
        return first

    def say(self, words: str) -> None:
        print(words, flush=True)

    def document(self, value: Mapping[str, Any]) -> None:
        print(json.dumps(value, ensure_ascii=False), flush=True)

    def progress(self, what: str) -> Callable[[int, int], bool]:
        """Counts on standard error where someone looks at it."""
        seen = sys.stderr.isatty()

        def tell(done: int, total: int) -> bool:
            if seen:
                end = "\n" if done >= total else ""
                print(f"\r{what}: {done} of {total}", end=end, file=sys.stderr, flush=True)
            return True

        return tell


@contextlib.contextmanager
def opened(
    terminal: Terminal,
    arguments: argparse.Namespace,
    among_several: "Callable[[House], str] | None" = None,
) -> "Iterator[tuple[House, Opened]]":
    """The store's folder held, and its key for `--user`. The key is wiped at the end."""
    with terminal.house(arguments.store) as house:
        username = arguments.user or (among_several or only_user)(house)
        key = house.unlock(username, terminal.password())
        try:
            yield house, key
        finally:
            key.zero()


@contextlib.contextmanager
def seated(terminal: Terminal, arguments: argparse.Namespace) -> "Iterator[tuple[House, Opened, Sitting]]":
    """An open store at `--user`'s hands."""
    with opened(terminal, arguments) as (house, key):
        sitting = house.enter(key)
        try:
            yield house, key, sitting
        finally:
            sitting.close()


def only_user(house: "House") -> str:
    return only_user_of(house.card())


def only_user_of(card: "UnlockCard") -> str:
    users = card.users
    if len(users) != 1:
        names = ", ".join(sorted(user.username for user in users))
        raise Told(f"Several people use this store. Nothing was changed. Say who you are with --user: {names}.", USAGE)
    return users[0].username


def nurse_here(house: "House") -> str:
    """A nurse, if one uses this store: the pages are made for them."""
    users = sorted(house.card().users, key=lambda user: (user.role != "SMF nurse", user.username))
    return users[0].username


# --- the commands --------------------------------------------------------------------------------


def init(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.door import NewService

    house = terminal.house(arguments.store)
    new = NewService(
        service=arguments.service,
        team=arguments.team,
        device=arguments.device or house.name,
        kind="live" if arguments.live else "training",
        name=arguments.name or arguments.user,
        username=arguments.user,
        role=arguments.role,
        password=terminal.new_password("SMF_PASSWORD"),
        clinical_lead=arguments.clinical_lead,
    )
    out: Path | None = arguments.recovery_out
    if out is not None and out.exists():
        raise Told("The file for the recovery key is there already. Nothing was changed. Choose another.", NOT_DONE)
    key, recovery_key = house.make(new)
    key.zero()
    house.release()
    if out is not None:
        write_private(out, recovery_key + "\n")
    if arguments.json:
        told = {"store": str(house.directory), "kind": new.kind, "user": new.username}
        terminal.document(told if out else {**told, "recovery_key": recovery_key})
        return DONE
    terminal.say(f"A {new.kind} store for {new.service}, team {new.team}, is in {house.directory}.")
    if out is not None:
        terminal.say(f"The recovery key is in {out}. Keep it away from this computer.")
    else:
        terminal.say(f"The recovery key, shown only now:\n\n    {recovery_key}\n\nKeep it away from this computer.")
    return DONE


def user_add(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_core.policy.roles import Capability, Role
    from smf_desktop.services.setup import new_user, remove_user

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
            remove_user(sitting.session, made.username)
            raise
    if arguments.json:
        terminal.document({"id": made.id, "username": made.username, "role": made.role.value})
    else:
        terminal.say(f"{made.username} can unlock this store now.")
    return DONE


def user_remove(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.setup import remove_user

    with seated(terminal, arguments) as (house, key, sitting):
        gone, _ = remove_user(sitting.session, arguments.username)
        house.remove_user(key, gone.username)
    if arguments.json:
        terminal.document({"id": gone.id, "username": gone.username})
    else:
        terminal.say(f"{gone.username} can no longer unlock this store. Their records stay.")
    return DONE


def user_list(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.accounts import everyone

    with seated(terminal, arguments) as (_, _, sitting):
        people = everyone(sitting.session)
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


def open_window(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.compose import usual_place

    shown = sys.platform in ("win32", "darwin") or any(
        terminal.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )
    if not shown:
        raise Told("There is no display here. Nothing was changed. `smf tour` draws every page to a file.", NOT_DONE)
    gc.disable()  # the windows' own collector takes over; until then there is little to find, and much to look through
    from ui.app import run as show

    return show(terminal.house(arguments.store or usual_place(terminal.environ)))


def tour(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from ui.tour import draw

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with (
        opened(terminal, arguments, among_several=nurse_here) as (house, key),
        tempfile.TemporaryDirectory() as folder,
    ):
        drawn = draw(
            house.copied(key, Path(folder) / "store"),
            key,
            arguments.out,
            size=arguments.size,
            theme=arguments.theme,
            text=arguments.text / 100,
            page=arguments.page,
            progress=terminal.progress("Pages drawn"),
        )
    if arguments.json:
        terminal.document({"pages": [path.name for path in drawn.pictures], **drawn.counts})
        return DONE
    for path in drawn.pictures:
        terminal.say(str(path))
    return DONE


def import_referrals(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.accounts import team_named
    from smf_desktop.services.referral_file import LARGEST_FILE
    from smf_desktop.services.referrals import examine, take_in

    try:
        with arguments.file.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError:
        raise Told("The file cannot be read. Nothing was changed. Check its name and try again.", NOT_DONE) from None
    with seated(terminal, arguments) as (_, _, sitting):
        session = sitting.session
        team = team_named(session, arguments.team) if arguments.team else None
        found = examine(session, data)
        told = take_in(
            session,
            found,
            accept_valid=arguments.accept_valid,
            team=team,
            progress=terminal.progress("Referrals taken in"),
        )
    findings = [
        {
            "line": finding.line,
            "column": finding.column,
            "kind": finding.kind.value,
            "reason": finding.reason,
            "of": finding.of,
        }
        for finding in told.file.findings
    ]
    refused = any(finding["kind"] == "refused" for finding in findings)
    if arguments.json:
        terminal.document({"records": told.file.records, "imported": told.imported, "findings": findings})
        return NOT_DONE if refused else DONE
    for finding in findings:
        column = f", {finding['column']}" if finding["column"] else ""
        of = f" ({finding['of']})" if finding["of"] else ""
        terminal.say(f"Row {finding['line']}{column}: {finding['kind']}. {finding['reason']}{of}")
    terminal.say(f"{told.imported} of {told.file.records} referrals taken in.")
    if refused and not told.imported:
        terminal.say("Nothing was changed. Put the rows right, or take in the others with --accept-valid.")
    return NOT_DONE if refused else DONE


def import_practices(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.practices import LARGEST_FILE
    from smf_desktop.services.practices import import_practices as take_in

    try:
        with arguments.file.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError:
        raise Told("The file cannot be read. Nothing was changed. Check its name and try again.", NOT_DONE) from None
    with seated(terminal, arguments) as (_, _, sitting):
        found = take_in(sitting.session, data)
    if arguments.json:
        terminal.document({"added": found.added, "changed": found.changed, "unchanged": found.unchanged})
    else:
        terminal.say(f"{found.added} practices added, {found.changed} changed, {found.unchanged} as they were.")
    return DONE


def export_records(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.exporting import export_records as export

    with seated(terminal, arguments) as (_, _, sitting):
        counts = export(sitting.session, arguments.out.absolute())
    if arguments.json:
        terminal.document({"out": str(arguments.out.absolute()), "rows": counts})
        return DONE
    for name, count in counts.items():
        terminal.say(f"{name}: {count}")
    terminal.say(f"The records are in {arguments.out}, readable by anyone who can open that folder.")
    return DONE


def verify(terminal: Terminal, arguments: argparse.Namespace) -> int:
    with opened(terminal, arguments) as (house, key):
        found = house.verify(key)
    findings = [{"code": each.code, "table": each.table, "record": each.record} for each in found.findings]
    if arguments.json:
        terminal.document(
            {"ok": found.ok, "operations": found.operations, "change_sets": found.change_sets, "findings": findings}
        )
    elif found.ok:
        terminal.say(f"The store agrees with itself: {found.change_sets} change sets, {found.operations} operations.")
    if found.ok:
        return DONE
    first = findings[0]
    place = " ".join(part for part in (first["code"], first["table"], first["record"]) if part)
    raise Told(
        f"The store does not agree with itself, first here: {place}. Nothing was changed. Keep a copy of the folder "
        "and tell your IT desk.",
        INTEGRITY,
    )


def backup(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.ports import StoreInUse

    with contextlib.ExitStack() as held:
        house = terminal.house(arguments.store)
        with contextlib.suppress(StoreInUse):  # a backup may be made while the window has it open
            held.enter_context(house)
        key = house.unlock(arguments.user or only_user(house), terminal.password())
        made = house.back_up(key, arguments.file.absolute(), terminal.progress("Copied and checked"))
    if arguments.json:
        terminal.document(
            {
                "file": str(made.file),
                "made_at": made.made_at.isoformat(timespec="seconds"),
                "change_sets": made.change_sets,
                "bytes": made.size,
            }
        )
        return DONE
    terminal.say(f"{made.change_sets} change sets are in {made.file}, encrypted; it was read back and is whole.")
    terminal.say("On this laptop a password opens it, on another the recovery key.")
    return DONE


def restore(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.ports import DeviceSecretMissing
    from smf_desktop.services.backups import ByPassword, ByRecoveryKey

    house = terminal.house(arguments.store)
    found = house.look_at(arguments.file.absolute())
    username = arguments.user or only_user_of(found.card)
    recovery_key = _recovery_key(terminal, arguments.recovery)
    way = (
        ByRecoveryKey(username, recovery_key, terminal.new_password("SMF_PASSWORD"))
        if recovery_key
        else ByPassword(username, terminal.password())
    )
    try:
        made = house.restore(found.file, way, terminal.progress("Read and checked"))
    except DeviceSecretMissing:
        raise Told(
            "This computer does not hold its part of the key, so a password alone does not open the backup. Nothing "
            "was changed. Give the recovery key with --recovery FILE or in SMF_RECOVERY_KEY.",
            LOCKED,
        ) from None
    made.key.zero()
    house.release()
    if arguments.json:
        terminal.document(
            {
                "store": str(house.directory),
                "made_at": made.made_at.isoformat(timespec="seconds"),
                "change_sets": made.change_sets,
                "user": username,
            }
        )
        return DONE
    made_at = f"{made.made_at:%d-%b-%Y %H:%M}"
    terminal.say(f"The store of {made_at} is in {house.directory}, with {made.change_sets} change sets.")
    terminal.say("What was recorded after that is not in it. It goes on under numbers of its own.")
    return DONE


def salvage(terminal: Terminal, arguments: argparse.Namespace) -> int:
    with opened(terminal, arguments) as (house, key):
        found = house.salvage(key, arguments.out.absolute())
    if arguments.json:
        terminal.document({"file": str(found.file) if found.file else None, "saved": found.saved, "lost": found.lost})
        return DONE
    if found.file is None:
        terminal.say("Nothing that only this laptop holds could be read, so no file was written.")
    else:
        terminal.say(f"{found.saved} unsent change sets are in {found.file}, encrypted under the store's key.")
    if found.lost is None:
        terminal.say("The list of what is unsent cannot be read: every change set that could be read was taken.")
    elif found.lost:
        terminal.say(f"{found.lost} more are unsent and could not be read.")
    terminal.say("The store itself was not changed. Keep its folder and tell your IT desk.")
    return DONE


def _recovery_key(terminal: Terminal, file: Path | None) -> str:
    """The recovery key where one is given: from the file `init` wrote, or from the environment."""
    if file is None:
        return terminal.environ.get("SMF_RECOVERY_KEY", "")
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Told(
            "The file of the recovery key cannot be read. Nothing was changed. Check its name and try again.", NOT_DONE
        ) from None


def demo(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.compose import build_demo

    password = terminal.environ.get("SMF_PASSWORD", "")
    report = build_demo(
        terminal.computer(),
        arguments.store,
        patients=arguments.patients,
        months=arguments.months,
        seed=arguments.seed,
        as_of=arguments.as_of,
        password=password,
        progress=terminal.progress("People made up"),
    )
    if arguments.json:
        terminal.document(report)
        return DONE
    terminal.say(f"{report['patients']} made-up people with {report['visits']} visits, up to {report['as_of']}.")
    terminal.say(f"Users: {', '.join(report['users'])}. Password: {report['password']}")
    return DONE


# --- the words of the command line ---------------------------------------------------------------


def size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError("write the size as 1366x768")
    return int(width), int(height)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write the date as 2026-11-17") from None


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="smf", description=f"{PRODUCT}: teaching people to do their own care at home.")
    whole.add_argument("--version", action="version", version=f"{PRODUCT} {VERSION}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")

    made = _command(commands, "init", init, "a new store for a service, without a hub")
    made.add_argument("store", type=Path, metavar="STORE", help=STORE_HELP)
    made.add_argument("--service", required=True, metavar="NAME", help="the name of the service")
    made.add_argument("--team", required=True, metavar="NAME", help="the name of its team")
    made.add_argument("--user", required=True, metavar="NAME", help="the username of its first user")
    made.add_argument("--role", required=True, choices=ROLES, help="the first user's role")
    made.add_argument("--name", metavar="NAME", help="the first user's name as colleagues write it")
    made.add_argument("--clinical-lead", action="store_true", help="the first user may approve checklists")
    made.add_argument("--device", metavar="NAME", help="the name of this laptop")
    made.add_argument("--live", action="store_true", help="for real people; without it the store is for training")
    made.add_argument(
        "--recovery-out", type=Path, metavar="FILE", help="write the recovery key here, not to the screen"
    )

    users = commands.add_parser("user", help="the users of this laptop", description="The users of this laptop.")
    of_users = users.add_subparsers(dest="act", required=True, metavar="ACT")
    added = _on_store(_command(of_users, "add", user_add, "let one more person unlock this store"))
    added.add_argument("username", metavar="USERNAME")
    added.add_argument("--role", required=True, choices=ROLES)
    added.add_argument("--name", metavar="NAME", help="as colleagues write it")
    added.add_argument("--clinical-lead", action="store_true", help="may approve checklists")
    added.epilog = "The new person's password comes from SMF_NEW_PASSWORD or a prompt."
    removed = _on_store(_command(of_users, "remove", user_remove, "take a person off this laptop; their records stay"))
    removed.add_argument("username", metavar="USERNAME")
    _on_store(_command(of_users, "list", user_list, "who uses this laptop"))

    made_up = _command(commands, "demo", demo, "a new training store of made-up people")
    made_up.add_argument("store", type=Path, metavar="STORE", help=STORE_HELP)
    made_up.add_argument("--patients", type=int, default=240, metavar="N")
    made_up.add_argument("--months", type=int, default=18, metavar="N")
    made_up.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed and day give the same figures")
    made_up.add_argument("--as-of", type=day, metavar="DATE", help="the day it all ends at (today)")

    shown = _command(commands, "open", open_window, "the application")
    shown.add_argument("store", type=Path, metavar="STORE", nargs="?", help=f"{STORE_HELP}; the usual one if left out")

    drawn = _on_store(_command(commands, "tour", tour, "draw every page with its real data to PNG files"))
    drawn.add_argument("--out", type=Path, required=True, metavar="DIR")
    drawn.add_argument("--size", type=size, default=(1366, 768), metavar="WxH")
    drawn.add_argument("--theme", choices=("light", "dark"), default="light")
    drawn.add_argument("--text", type=int, choices=range(80, 201), default=100, metavar="PERCENT", help="80 to 200")
    drawn.add_argument("--page", metavar="NAME", help="this page only")

    taken = commands.add_parser("import", help="take records in", description="Take records in.")
    of_imports = taken.add_subparsers(dest="act", required=True, metavar="WHAT")
    referrals = _command(of_imports, "referrals", import_referrals, "referrals from a CSV file")
    referrals.add_argument("file", type=Path, metavar="FILE")
    _store_option(referrals)
    referrals.add_argument("--team", metavar="T", help="the team they are for, by name or id")
    referrals.add_argument("--accept-valid", action="store_true", help="take in the valid rows though others are not")

    practices = _command(of_imports, "practices", import_practices, "general practices from a CSV file")
    practices.add_argument("file", type=Path, metavar="FILE")
    _store_option(practices)

    given = commands.add_parser("export", help="take records elsewhere", description="Take records elsewhere.")
    of_exports = given.add_subparsers(dest="act", required=True, metavar="WHAT")
    records = _command(
        of_exports, "records", export_records, "every record as NDJSON, in clear; it is noted who did it"
    )
    _store_option(records)
    records.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder that is not there yet")

    _on_store(_command(commands, "verify", verify, "look through a store: pages, chains, tables, audit"))

    copied = _on_store(_command(commands, "backup", backup, "a whole copy of a store in one encrypted file, checked"))
    copied.add_argument("file", type=Path, metavar="FILE", help="a file that is not there yet")
    _restoring(_command(commands, "restore", restore, "a store from a backup, in a folder that is empty or not there"))
    rescued = _on_store(
        _command(commands, "salvage", salvage, "from a damaged store, what no hub has yet, in one encrypted file")
    )
    rescued.add_argument("out", type=Path, metavar="OUT", help="a file that is not there yet")
    return whole


def _restoring(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE", help="the file that backup wrote")
    command.add_argument("store", type=Path, metavar="STORE", help="a folder that is empty or not there yet")
    command.add_argument("--user", metavar="NAME", help="who you are; the password comes from SMF_PASSWORD or a prompt")
    command.add_argument(
        "--recovery",
        type=Path,
        metavar="FILE",
        help="the file with the recovery key, needed on another laptop; or SMF_RECOVERY_KEY. The password is then new",
    )


def _command(
    among: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    act: Callable[[Terminal, argparse.Namespace], int],
    about: str,
) -> argparse.ArgumentParser:
    made = among.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
    made.set_defaults(act=act)
    if act is not open_window:
        made.add_argument("--json", action="store_true", help="one JSON document on standard output")
    return made


def _on_store(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("store", type=Path, metavar="STORE", help=STORE_HELP)
    command.add_argument("--user", metavar="NAME", help="who you are; the password comes from SMF_PASSWORD or a prompt")
    return command


def _store_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--store", type=Path, required=True, metavar="STORE", help=STORE_HELP)
    command.add_argument("--user", metavar="NAME", help="who you are; the password comes from SMF_PASSWORD or a prompt")


def write_private(path: Path, text: str) -> None:
    """A new file that only its owner may read."""
    with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)


def run(words: Sequence[str], terminal: Terminal | None = None) -> int:
    """One command. Answers its exit code."""
    terminal = terminal or Terminal(os.environ)
    try:
        arguments = parser().parse_args(words)
    except SystemExit as left:
        return int(left.code or 0)
    act: Callable[[Terminal, argparse.Namespace], int] = arguments.act
    try:
        return act(terminal, arguments)
    except Told as told:
        print(told, file=sys.stderr)
        return told.code
    except KeyboardInterrupt:
        print("Stopped. What was saved before stands.", file=sys.stderr)
        return NOT_DONE
    except BrokenPipeError:
        return NOT_DONE
    except Exception as error:
        return _say_what_went_wrong(error)


def _say_what_went_wrong(error: Exception) -> int:
    from smf_core.domain.trouble import DomainError, Known
    from smf_core.policy.rules import NotAllowed
    from smf_desktop import ports
    from smf_desktop.presenters.messages import words_for

    print(words_for(error), file=sys.stderr)
    match error:
        case NotAllowed():
            return NOT_ALLOWED
        case (
            ports.WrongPassword()
            | ports.UnlockMustWait()
            | ports.NoSuchUser()
            | ports.DeviceSecretMissing()
            | ports.KeyStoreSilent()
            | ports.StoreInUse()
        ):
            return LOCKED
        case ports.StoreDamaged() | ports.KeyFileDamaged() | ports.BackupDamaged() | ports.BackupNotSound():
            return INTEGRITY
        case DomainError() | Known():
            return NOT_DONE
    _say_where(error)
    return OUR_FAULT


def _say_where(error: BaseException) -> None:
    """Type and place only: a message may hold what was typed."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    print(f"{type(error).__name__} at {places}", file=sys.stderr)

"""The words of `smf`. With `--json` a command writes one document on standard output and nothing else.

Errors are one plain sentence or two on standard error, from the same words as the windows use. A command is imported
when it runs, and what it needs then, so that `smf --help` is there at once.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path

from smf_desktop import PRODUCT, VERSION
from smf_desktop.commands.terminal import INTEGRITY, LOCKED, NOT_ALLOWED, NOT_DONE, OUR_FAULT, Terminal, Told

Act = Callable[[Terminal, argparse.Namespace], int]
ROLES = ("nurse", "assistant", "lead", "admin", "privacy_officer")
REPORTS = ("caseload-reduction", "discharge-rates", "visits-to-discharge", "caseload", "core-referrals")
STORE_HELP = "the folder of the store"


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


def month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError("write the month as 2026-10") from None


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="smf", description=f"{PRODUCT}: teaching people to do their own care at home.")
    whole.add_argument("--version", action="version", version=f"{PRODUCT} {VERSION}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")

    made = _command(commands, "init", "stores.init", "a new store for a service, without a hub")
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
    added = _on_store(_command(of_users, "add", "users.add", "let one more person unlock this store"))
    added.add_argument("username", metavar="USERNAME")
    added.add_argument("--role", required=True, choices=ROLES)
    added.add_argument("--name", metavar="NAME", help="as colleagues write it")
    added.add_argument("--clinical-lead", action="store_true", help="may approve checklists")
    added.epilog = "The new person's password comes from SMF_NEW_PASSWORD or a prompt."
    removed = _on_store(
        _command(of_users, "remove", "users.remove", "take a person off this laptop; their records stay")
    )
    removed.add_argument("username", metavar="USERNAME")
    _on_store(_command(of_users, "list", "users.everyone", "who uses this laptop"))

    made_up = _command(commands, "demo", "stores.demo", "a new training store of made-up people")
    made_up.add_argument("store", type=Path, metavar="STORE", help=STORE_HELP)
    made_up.add_argument("--patients", type=int, default=240, metavar="N")
    made_up.add_argument("--months", type=int, default=18, metavar="N")
    made_up.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed and day give the same figures")
    made_up.add_argument(
        "--second-laptop", type=Path, metavar="DIR", help="also a colleague's laptop, and a hub that both have joined"
    )
    made_up.add_argument("--as-of", type=day, metavar="DATE", help="the day it all ends at (today)")

    shown = _command(commands, "open", "windows.open_window", "the application")
    shown.add_argument("store", type=Path, metavar="STORE", nargs="?", help=f"{STORE_HELP}; the usual one if left out")

    drawn = _on_store(_command(commands, "tour", "windows.tour", "draw every page with its real data to PNG files"))
    drawn.add_argument("--out", type=Path, required=True, metavar="DIR")
    drawn.add_argument("--size", type=size, default=(1366, 768), metavar="WxH")
    drawn.add_argument("--theme", choices=("light", "dark"), default="light")
    drawn.add_argument("--text", type=int, choices=range(80, 201), default=100, metavar="PERCENT", help="80 to 200")
    drawn.add_argument("--page", metavar="NAME", help="this page only")

    taken = commands.add_parser("import", help="take records in", description="Take records in.")
    of_imports = taken.add_subparsers(dest="act", required=True, metavar="WHAT")
    referrals = _command(of_imports, "referrals", "records.import_referrals", "referrals from a CSV file")
    referrals.add_argument("file", type=Path, metavar="FILE")
    _store_option(referrals)
    referrals.add_argument("--team", metavar="T", help="the team they are for, by name or id")
    referrals.add_argument("--accept-valid", action="store_true", help="take in the valid rows though others are not")

    practices = _command(of_imports, "practices", "records.import_practices", "general practices from a CSV file")
    practices.add_argument("file", type=Path, metavar="FILE")
    _store_option(practices)

    areas = _command(of_imports, "areas", "records.import_areas", "areas and their deprivation from a CSV file")
    areas.add_argument("file", type=Path, metavar="FILE")
    _store_option(areas)
    areas.add_argument(
        "--edition", metavar="NAME", default="", help="which edition of the index it is of, as it is to be told"
    )

    for name, act, about in (
        ("core-referrals", "core_teams.import_referrals", "referrals to core teams by month from a CSV file"),
        ("core-rereferrals", "core_teams.import_rereferrals", "people who came back to core teams, from a CSV file"),
    ):
        counts = _command(of_imports, name, act, about)
        counts.add_argument("file", type=Path, metavar="FILE")
        _store_option(counts)

    given = commands.add_parser("export", help="take records elsewhere", description="Take records elsewhere.")
    of_exports = given.add_subparsers(dest="act", required=True, metavar="WHAT")
    records = _command(
        of_exports, "records", "records.export_records", "every record as NDJSON, in clear; it is noted who did it"
    )
    _store_option(records)
    records.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder that is not there yet")

    told = commands.add_parser(
        "report", help="figures with their definitions, in a file", description="Figures with their definitions."
    )
    of_reports = told.add_subparsers(dest="name", required=True, metavar="NAME")
    for name in REPORTS:
        _reporting(_command(of_reports, name, "report.save", f"the report {name}, in a file"))
    by_locality = _command(
        of_reports, "commissioning", "report.save", "per locality what was planned, delivered and released, in a file"
    )
    by_locality.set_defaults(skill="", nurse="", by="", baseline_from=None, baseline_to=None, pseudonymise=False)
    _of_days(by_locality)
    _of_months(of_reports)

    _on_store(_command(commands, "verify", "stores.verify", "look through a store: pages, chains, tables, audit"))

    copied = _on_store(
        _command(commands, "backup", "copies.backup", "a whole copy of a store in one encrypted file, checked")
    )
    copied.add_argument("file", type=Path, metavar="FILE", help="a file that is not there yet")
    _restoring(
        _command(commands, "restore", "copies.restore", "a store from a backup, in a folder that is empty or not there")
    )
    rescued = _on_store(
        _command(
            commands, "salvage", "copies.salvage", "from a damaged store, what no hub has yet, in one encrypted file"
        )
    )
    rescued.add_argument("out", type=Path, metavar="OUT", help="a file that is not there yet")
    enrolled = _command(commands, "enrol", "hub.enrol", "join a hub, with a new store or one that had no hub")
    enrolled.add_argument("store", type=Path, metavar="STORE", help=f"{STORE_HELP}; made if it is not there")
    enrolled.add_argument("--hub", required=True, metavar="URL", help="where the hub answers")
    enrolled.add_argument("--code", required=True, metavar="CODE", help="the one-time code, from the administrator")
    enrolled.add_argument(
        "--user",
        required=True,
        metavar="NAME",
        help="who you are there; the password comes from SMF_PASSWORD or a prompt",
    )
    enrolled.add_argument("--device", metavar="NAME", help="the name of this laptop")
    _on_store(_command(commands, "sync", "hub.sync", "one exchange with the hub: send, fetch, compare"))
    return whole


def _reporting(command: argparse.ArgumentParser) -> None:
    _of_days(command)
    command.add_argument("--skill", metavar="S", default="", help="one skill, by name or code")
    command.add_argument("--nurse", metavar="NAME", default="", help="one nurse, by name or user name")
    command.add_argument("--by", choices=("skill", "nurse", "month", "team"), default="", help="what to tell apart")
    for option in ("--baseline-from", "--baseline-to"):
        command.add_argument(option, type=day, metavar="DATE", help="what a change is held against, included")
    command.add_argument(
        "--pseudonymise", action="store_true", help="also rows about people, each under a code of this export alone"
    )


def _of_days(command: argparse.ArgumentParser) -> None:
    """Figures of some days, and the file they go to."""
    _store_option(command)
    for option, into in (("--from", "since"), ("--to", "until")):
        command.add_argument(option, dest=into, type=day, required=True, metavar="DATE", help="included, local")
    command.add_argument("--team", metavar="T", default="", help="one team, by name or id")
    command.add_argument("--locality", metavar="L", default="", help="people whom its core teams referred")
    _small_option(command)
    command.add_argument("--format", choices=("json", "csv", "xlsx", "pdf"), default="json")
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help="written whole or not at all")


def _small_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--hide-small", action="store_true", help="hide counts of 1 to 4; without it a lead is needed")
    command.add_argument(
        "--why",
        choices=("checking", "commissioner", "safety", "audit"),
        default="checking",
        help="why small numbers are shown, for the audit (checking)",
    )


def _of_months(among: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    packed = _command(among, "pack", "report.pack", "a closed month as one PDF: figures, notes, charts, what changed")
    _store_option(packed)
    packed.add_argument("--month", type=month, required=True, metavar="MONTH", help="as it was closed last: 2026-10")
    _small_option(packed)
    packed.add_argument("--out", type=Path, required=True, metavar="FILE", help="written whole or not at all")
    scheduled = _command(
        among, "scheduled", "report.scheduled", "what is due of your monthly export on this laptop, for a timer to run"
    )
    _store_option(scheduled)


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
    act: str,
    about: str,
) -> argparse.ArgumentParser:
    """`act` is the command's module and function."""
    made = among.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
    made.set_defaults(act=act)
    if name != "open":
        made.add_argument("--json", action="store_true", help="one JSON document on standard output")
    return made


def _on_store(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("store", type=Path, metavar="STORE", help=STORE_HELP)
    command.add_argument("--user", metavar="NAME", help="who you are; the password comes from SMF_PASSWORD or a prompt")
    return command


def _store_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--store", type=Path, required=True, metavar="STORE", help=STORE_HELP)
    command.add_argument("--user", metavar="NAME", help="who you are; the password comes from SMF_PASSWORD or a prompt")


def act(name: str) -> Act:
    """The command of that name, whose module is read now."""
    module, _, function = name.partition(".")
    found: Act = getattr(import_module(f"smf_desktop.commands.{module}"), function)
    return found


def run(words: Sequence[str], terminal: Terminal | None = None) -> int:
    """One command. Answers its exit code."""
    terminal = terminal or Terminal(os.environ)
    try:
        arguments = parser().parse_args(words)
    except SystemExit as left:
        return int(left.code or 0)
    try:
        return act(arguments.act)(terminal, arguments)
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
    from smf_desktop import trouble
    from smf_desktop.presenters.messages.troubles import words_for

    print(words_for(error), file=sys.stderr)
    match error:
        case NotAllowed() | trouble.NoLongerHere():
            return NOT_ALLOWED
        case (
            trouble.WrongPassword()
            | trouble.UnlockMustWait()
            | trouble.NoSuchUser()
            | trouble.DeviceSecretMissing()
            | trouble.KeyStoreSilent()
            | trouble.StoreInUse()
            | trouble.GrantLapsed()
            | trouble.LockedByHub()
        ):
            return LOCKED
        case trouble.StoreDamaged() | trouble.KeyFileDamaged() | trouble.BackupDamaged() | trouble.BackupNotSound():
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

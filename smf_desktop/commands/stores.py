"""Making a store, and looking through one."""

import argparse
from pathlib import Path
from typing import Any

from smf_desktop.commands.terminal import DONE, INTEGRITY, NOT_DONE, Terminal, Told, opened, write_private


def init(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.laptop.door import NewService

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


def demo(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.compose.demo import build_demo

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
    if arguments.second_laptop is not None:
        report["hub"] = _second_laptop(terminal, arguments, report["password"])
    if arguments.json:
        terminal.document(report)
        return DONE
    terminal.say(f"{report['patients']} made-up people with {report['visits']} visits, up to {report['as_of']}.")
    terminal.say(f"Users: {', '.join(report['users'])}. Password: {report['password']}")
    if hub := report.get("hub"):
        port = hub["url"].rpartition(":")[2]
        terminal.say(f"Second laptop: {hub['second']}. What both wrote of {hub['apart']} people waits to be settled.")
        terminal.say(f"Their hub: smf-hub serve --database sqlite:///{hub['database']} --port {port}")
    return DONE


def _second_laptop(terminal: Terminal, arguments: argparse.Namespace, password: str) -> dict[str, Any]:
    from smf_desktop.compose.demo import SERVICE, TEAM
    from smf_desktop.compose.second_laptop import join_two

    second = arguments.second_laptop.absolute()
    return join_two(
        terminal.computer(),
        arguments.store,
        second,
        second.with_name(f"{second.name}-hub"),
        service=SERVICE,
        team=TEAM,
        password=password,
        progress=terminal.progress("Exchanged"),
    )


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

"""What an administrator looks at: who the hub is, what happened, and whether everything holds."""

import argparse
from collections.abc import Mapping

from smf_hub.commands.terminal import DONE, INTEGRITY, Terminal, answer, moment, opened


def fingerprint(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_core.operations import enrolment

    with opened(terminal, arguments) as place:
        who = place.identity
    shown = enrolment.fingerprint(who.public_key)
    said = {"hub": who.hub, "service": who.service_name, "kind": who.kind, "fingerprint": shown}
    answer(terminal, arguments, said, shown)
    return DONE


def events(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service import managing
    from smf_hub.service.times import iso

    with opened(terminal, arguments) as place:
        found = managing.events(place, arguments.last)
        names = {each.device: each.name for each in managing.all_devices(place)}
        names |= {each.account.user: each.account.username for each in managing.everyone(place)}
    rows = [
        {"at": iso(each.at), "kind": each.kind, "device": each.device, "user": each.user, "detail": each.detail}
        for each in found
    ]
    lines = (_event_line(row, names) for row in rows)
    answer(terminal, arguments, {"events": rows}, *lines)
    return DONE


def _event_line(row: Mapping[str, str | None], names: Mapping[str, str]) -> str:
    """When, what, and of which laptop and whom, by their names."""
    about = [names.get(said, said) for said in (row["device"], row["user"], row["detail"]) if said]
    return f"{moment(row['at'] or '')} {row['kind']}{': ' if about else ''}{', '.join(about)}"


def check(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service import managing

    with opened(terminal, arguments) as place:
        report = managing.check(place, arguments.roots)
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

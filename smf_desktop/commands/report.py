"""A report saved to a file."""

import argparse
from typing import TYPE_CHECKING

from smf_desktop.commands.terminal import DONE, NOT_ALLOWED, NOT_DONE, Terminal, Told, seated

if TYPE_CHECKING:
    from smf_desktop.services.reporting.exporting import Exported, WhyShown
    from smf_desktop.services.session import Session


COMMISSIONING = "commissioning"
"""Of localities, so it is told apart by them alone."""


def save(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_core.figures.figure import Split
    from smf_core.policy.rules import Action, require
    from smf_desktop.services.reporting.exporting import How, save_report
    from smf_desktop.services.reporting.making import Wanted, asked_for, laptops_missing, make_report
    from smf_desktop.services.service.commissioning import make_commissioning

    with seated(terminal, arguments) as (_, _, sitting):
        session = sitting.session
        require(session.user, Action.EXPORT_FIGURES)
        show_small = _show_small(session, arguments)
        wanted = Wanted(
            since=arguments.since,
            until=arguments.until,
            team=arguments.team,
            skill=arguments.skill,
            nurse=arguments.nurse,
            locality=arguments.locality,
            by=Split(arguments.by),
            before_since=arguments.baseline_from,
            before_until=arguments.baseline_to,
        )
        asked = asked_for(session, wanted)
        joined, missing = sitting.hub is not None, laptops_missing(session, sitting.hub, asked)
        if arguments.name == COMMISSIONING:
            made = make_commissioning(session, asked, joined=joined, missing=missing)
        else:
            made = make_report(session, arguments.name, asked, joined=joined, missing=missing)
        how = How(
            format=arguments.format,
            show_small=show_small,
            with_rows=arguments.pseudonymise,
        )
        out = arguments.out.absolute()
        saved = save_report(session, sitting.service_name, made, out, how, terminal.progress("Rows written"))
    return _tell(terminal, arguments, saved)


def pack(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_core.domain.core_counts import written_month
    from smf_core.policy.rules import Action, require
    from smf_desktop.services.service.months import closed_months
    from smf_desktop.services.service.pack import save_pack

    with seated(terminal, arguments) as (_, _, sitting):
        session = sitting.session
        require(session.user, Action.EXPORT_FIGURES)
        show_small = _show_small(session, arguments)
        closed = next((each.closed for each in closed_months(session) if each.closed.month == arguments.month), None)
        if closed is None:
            words = f"{written_month(arguments.month)} has not been closed. Nothing was written. Close it first."
            raise Told(words, NOT_DONE)
        out = arguments.out.absolute()
        saved = save_pack(session, closed.id, out, show_small, terminal.progress("Pack made"))
    return _tell(terminal, arguments, saved)


def scheduled(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from base64 import b64decode

    from smf_core.domain.core_counts import written_month
    from smf_desktop.presenters.messages.troubles import words_for
    from smf_desktop.services.service.schedule import run_schedule, schedule_in
    from smf_desktop.settings import MONTHLY_EXPORT, settings_of
    from smf_desktop.trouble import NoSchedule

    with seated(terminal, arguments) as (house, _, sitting):
        session = sitting.session
        kept = settings_of(house.directory, session.user.id).kept.get(MONTHLY_EXPORT, "")
        wanted = schedule_in(b64decode(kept))
        if wanted is None:
            raise NoSchedule
        ran = run_schedule(session, sitting.hub, wanted, terminal.progress("Files saved"))
    if arguments.json:
        waiting = [f"{month:%Y-%m}" for month in ran.waiting]
        failed = str(words_for(ran.trouble)) if ran.trouble else None
        terminal.document({"files": [str(path) for path in ran.saved], "waiting": waiting, "failed": failed})
    else:
        for path in ran.saved:
            terminal.say(f"{path} is saved, readable by anyone who can open that folder.")
        for month in ran.waiting:
            terminal.say(f"The pack of {written_month(month)} waits until that month is closed.")
        if not (ran.saved or ran.waiting or ran.trouble):
            terminal.say("Nothing is due.")
    if ran.trouble:
        raise ran.trouble
    return DONE


def _show_small(session: "Session", arguments: argparse.Namespace) -> "WhyShown | None":
    from smf_core.policy.rules import Action, may
    from smf_desktop.services.reporting.exporting import WhyShown

    if arguments.hide_small:
        return None
    if not may(session.user, Action.SHOW_SMALL_NUMBERS).allowed:
        raise Told("Only a lead shows small numbers. Nothing was written. Hide them: --hide-small.", NOT_ALLOWED)
    return WhyShown(arguments.why)


def _tell(terminal: Terminal, arguments: argparse.Namespace, saved: "Exported") -> int:
    """The files, and what must be known of them."""
    from smf_desktop.presenters.days import day

    overlaps = list(dict.fromkeys(f"{day(each.since)} to {day(each.until)}" for each in saved.overlaps))
    if arguments.json:
        files = [{"file": str(path), "sha256": digest} for path, digest in saved.digests.items()]
        hidden = sum(figure.suppressed for figure in saved.report.figures)
        terminal.document(
            {
                "files": files,
                "figures": len(saved.report.figures),
                "suppressed": hidden,
                "rows": saved.rows,
                "complete": saved.report.complete,
                "overlaps": overlaps,
            }
        )
        return DONE
    for path in saved.digests:
        terminal.say(f"{path} is saved, readable by anyone who can open that folder.")
    if not saved.report.complete:
        terminal.say("It may not be complete: work of some people or laptops may be missing from it.")
    if overlaps:
        terminal.say(
            "These figures were exported before for some of the same days and people: "
            f"{', '.join(overlaps)}. What differs between the two may tell of a few people."
        )
    return DONE

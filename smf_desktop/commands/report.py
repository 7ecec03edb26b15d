"""A report saved to a file."""

import argparse

from smf_desktop.commands.terminal import DONE, NOT_ALLOWED, Terminal, Told, seated


def save(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_core.figures.figure import Split
    from smf_core.policy.rules import Action, may, require
    from smf_desktop.presenters.days import day
    from smf_desktop.services.reporting.exporting import How, WhyShown, save_report
    from smf_desktop.services.reporting.making import Wanted, asked_for, laptops_missing, make_report

    with seated(terminal, arguments) as (_, _, sitting):
        session = sitting.session
        require(session.user, Action.EXPORT_FIGURES)
        if not arguments.hide_small and not may(session.user, Action.SHOW_SMALL_NUMBERS).allowed:
            raise Told("Only a lead shows small numbers. Nothing was written. Hide them: --hide-small.", NOT_ALLOWED)
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
        missing = laptops_missing(session, sitting.hub, asked)
        made = make_report(session, arguments.name, asked, joined=sitting.hub is not None, missing=missing)
        how = How(
            format=arguments.format,
            show_small=None if arguments.hide_small else WhyShown(arguments.why),
            with_rows=arguments.pseudonymise,
        )
        out = arguments.out.absolute()
        saved = save_report(session, sitting.service_name, made, out, how, terminal.progress("Rows written"))
    overlaps = [f"{day(each.since)} to {day(each.until)}" for each in dict.fromkeys(saved.overlaps)]
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
            "These figures were exported before for days that overlap with these: "
            f"{', '.join(dict.fromkeys(overlaps))}. What differs between the two may tell of a few people."
        )
    return DONE

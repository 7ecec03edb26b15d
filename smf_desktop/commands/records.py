"""Records taken in and taken out."""

import argparse

from smf_desktop.commands.files import file_of, say_findings
from smf_desktop.commands.terminal import DONE, NOT_DONE, Terminal, seated


def import_referrals(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.laptop.accounts import team_named
    from smf_desktop.services.referral.bytes import LARGEST_FILE
    from smf_desktop.services.referral.cells import Kind
    from smf_desktop.services.referral.file import as_json
    from smf_desktop.services.referral.referrals import examine, take_in

    data = file_of(arguments, LARGEST_FILE)
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
    refused = any(finding.kind is Kind.REFUSED for finding in told.file.findings)
    if arguments.json:
        terminal.document(as_json(told.file, told.imported))
        return NOT_DONE if refused else DONE
    say_findings(terminal, told.file.findings)
    terminal.say(f"{told.imported} of {told.file.records} referrals taken in.")
    if refused and not told.imported:
        terminal.say("Nothing was changed. Put the rows right, or take in the others with --accept-valid.")
    return NOT_DONE if refused else DONE


def import_practices(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.letters.practices import LARGEST_FILE
    from smf_desktop.services.letters.practices import import_practices as take_in

    data = file_of(arguments, LARGEST_FILE)
    with seated(terminal, arguments) as (_, _, sitting):
        found = take_in(sitting.session, data)
    if arguments.json:
        terminal.document({"added": found.added, "changed": found.changed, "unchanged": found.unchanged})
    else:
        terminal.say(f"{found.added} practices added, {found.changed} changed, {found.unchanged} as they were.")
    return DONE


def import_areas(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.presenters.service.areas import areas_words
    from smf_desktop.presenters.team.words import NO_EDITION
    from smf_desktop.services.referral.bytes import LARGEST_FILE
    from smf_desktop.services.referral.cells import as_document
    from smf_desktop.services.service.areas import import_areas as take_in

    data = file_of(arguments, LARGEST_FILE)
    with seated(terminal, arguments) as (_, _, sitting):
        found = take_in(sitting.session, data, arguments.edition)
    if arguments.json:
        document = as_document(found.records, found.added + found.changed, found.findings)
        terminal.document(document | {"unchanged": found.unchanged, "gone": found.gone})
        return NOT_DONE if found.refused else DONE
    say_findings(terminal, found.findings)
    if found.refused:
        terminal.say("Nothing was changed. Put the rows right and import the file again.")
        return NOT_DONE
    words = areas_words(added=found.added, changed=found.changed, unchanged=found.unchanged, gone=found.gone)
    terminal.say(f"{words}.")
    if not arguments.edition:
        terminal.say(f"{NO_EDITION}: name it with --edition.")
    return DONE


def export_records(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_desktop.services.laptop.exporting import export_records as export

    with seated(terminal, arguments) as (_, _, sitting):
        counts = export(sitting.session, arguments.out.absolute())
    if arguments.json:
        terminal.document({"out": str(arguments.out.absolute()), "rows": counts})
        return DONE
    for name, count in counts.items():
        terminal.say(f"{name}: {count}")
    terminal.say(f"The records are in {arguments.out}, readable by anyone who can open that folder.")
    return DONE

"""The teams and the people of a service."""

import argparse
from collections.abc import Mapping
from typing import Any

from smf_hub.commands.terminal import DONE, Terminal, answer, opened


def add_team(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service import managing

    with opened(terminal, arguments) as place:
        team = managing.add_team(place, arguments.name)
    answer(terminal, arguments, {"team": team, "name": arguments.name}, f"The team {arguments.name} is there.")
    return DONE


def all_teams(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service import managing

    with opened(terminal, arguments) as place:
        found = managing.all_teams(place)
    answer(
        terminal,
        arguments,
        {"teams": [{"team": each.team, "name": each.name} for each in found]},
        *(each.name for each in found),
    )
    return DONE


def add_user(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_core.policy.roles import Role
    from smf_hub.service import managing

    with opened(terminal, arguments) as place:
        user = managing.add_user(
            place,
            arguments.username,
            role=Role(arguments.role),
            team=arguments.team,
            name=arguments.name,
            clinical_lead=arguments.clinical_lead,
        )
    said = {"user": user, "username": arguments.username, "role": arguments.role, "team": arguments.team}
    answer(terminal, arguments, said, f"{arguments.username} is {arguments.role} in {arguments.team} from now on.")
    return DONE


def end_user(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service import managing

    with opened(terminal, arguments) as place:
        managing.end_membership(place, arguments.username, arguments.team)
    where = f"works in {arguments.team} no more" if arguments.team else "works here no more"
    said = {"username": arguments.username, "team": arguments.team}
    answer(terminal, arguments, said, f"{arguments.username} {where}. Their records stay.")
    return DONE


def all_users(terminal: Terminal, arguments: argparse.Namespace) -> int:
    from smf_hub.service import managing
    from smf_hub.service.times import iso

    with opened(terminal, arguments) as place:
        teams = {each.team: each.name for each in managing.all_teams(place)}
        people = managing.everyone(place)
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
    answer(terminal, arguments, {"users": rows}, *map(_user_line, rows))
    return DONE


def _user_line(row: Mapping[str, Any]) -> str:
    now = [f"{each['role']} in {each['team']}" for each in row["memberships"] if each["until"] is None]
    also = ", clinical lead" if row["capabilities"] else ""
    return f"{row['username']}: {row['name']}, {', '.join(now) if row['active'] and now else 'has left'}{also}"

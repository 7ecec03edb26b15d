"""No service does or tells anything before it has asked who is at the keyboard: every one of them is walked."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from smf_desktop import services

OPEN_TO_ALL = {
    # about no person: what the service is called, who works here, what is taught, which practices there are
    "laptop.accounts.settings",
    "laptop.accounts.team_named",
    "caseload.caseload.wanted",
    "reporting.making.asked_for",
    "reporting.making.labels",
    "figures.holds_all_since",  # how long a laptop of somebody's role keeps whom it taught
    "service.own.own_days",
    "visit.checklist_change.other_versions",
    "caseload.covering.absences",
    "letters.practices.core_teams",
    "letters.practices.find_practices",
    "referral.triage.pathway_checklist",
    "referral.referrals.skill_labels",
    "caseload.saved_views.usual_columns",
    # one's own drafts and traces, and what lists keep beside the records
    "auditing.note",
    "reporting.exporting.note_report",
    "drafts.discard_draft",
    "drafts.draft",
    "drafts.drafts",
    "drafts.keep_typed",
    "drafts.save_draft",
    "drafts.typed_before",
    "caseload.freshness.bring_few_up",
    "caseload.freshness.bring_lines_up",
    "caseload.freshness.bring_some_up",
    "caseload.freshness.look_who_is_ready",
    "referral.importing.keep_cells",
    "referral.intake.keep_form",
    # how many wait to be settled, and where a change set of a record is: counts, ids and codes
    "sync.centre.how_it_stands",
    "sync.centre.reviews_waiting",
    "sync.centre.where_work_is",
    "sync.drafts.bring",  # one's own, from another laptop
}
"""Services that ask nobody who they are."""

Name = tuple[str, str]
"""A module of the services, and a name in it."""

_HERE = f"{services.__name__}."
_ASKING = {"require", "may"}
_PARTS = {"work", "connection"}
"""Whatever takes one of these is part of another service, which has asked already; so is what answers items."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for module in pkgutil.walk_packages(services.__path__, _HERE):
        path = Path(inspect.getfile(importlib.import_module(module.name)))
        yield module.name.removeprefix(_HERE), ast.parse(path.read_text("utf-8"))


def names_used() -> dict[Name, set[Name]]:
    """By function or class of the services, every name it uses, in the module that holds it."""
    found: dict[Name, set[Name]] = {}
    for module, tree in modules():
        imported = {
            each.asname or each.name: (str(node.module).removeprefix(_HERE), each.name)
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for each in node.names
        }
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                used = (each.id for each in ast.walk(node) if isinstance(each, ast.Name))
                found[module, node.name] = {imported.get(name, (module, name)) for name in used}
    return found


def doors() -> Iterator[Name]:
    """Every function of the services that a page may call."""
    for module, tree in modules():
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            given = {each.arg for each in (*node.args.args, *node.args.kwonlyargs)}
            answers = ast.unparse(node.returns) if node.returns else ""
            if "session" in given and not given & _PARTS and "Item" not in answers:
                yield module, node.name


def asks(name: Name, used: dict[Name, set[Name]], seen: frozenset[Name] = frozenset()) -> bool:
    """Whether a function asks who may, or calls one that does."""
    if name[1] in _ASKING:
        return True
    return name not in seen and any(asks(each, used, seen | {name}) for each in used.get(name, ()))


def test_every_service_asks_who_may_or_is_named_as_open_to_all() -> None:
    used = names_used()
    asked_nobody = {f"{module}.{name}" for module, name in doors() if not asks((module, name), used)}
    assert asked_nobody == OPEN_TO_ALL


def test_the_walk_finds_the_services() -> None:
    found = {f"{module}.{name}" for module, name in doors()}
    assert len(found) > 150
    assert {
        "visit.visits.sign_visit",
        "letters.letters.mark_sent",
        "referral.merging.merge",
        "ending.death.record_death",
    } <= found

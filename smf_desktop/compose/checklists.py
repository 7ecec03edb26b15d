"""The checklists that come with the application."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smf_core.domain.checklist import Library


@cache
def shipped_checklists() -> "Library":
    """The checklists of `resources/skills`."""
    import resources
    from smf_core.domain.checklist import library
    from smf_core.domain.checklist_file import parse_common, parse_skill

    folder = Path(resources.__path__[0]) / "skills"
    common = parse_common((folder / "common.yaml").read_text("utf-8"), "common.yaml")
    texts = {each.name: each.read_text("utf-8") for each in folder.iterdir() if each.name.endswith(".yaml")}
    return library(common, [parse_skill(texts[name], name, common) for name in sorted(texts) if name != "common.yaml"])

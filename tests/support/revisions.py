"""A next release of the schema, made up: its migrations stand in a folder of the test's own."""

import shutil
from pathlib import Path

import pytest

from smf_desktop.store import schema
from tests.support.stores import SCRIPTS

NEXT = schema.VERSION + 1
ADDS = """
    op.add_column("patient", sa.Column("called", sa.Text(), nullable=True))
    op.create_table("lent", sa.Column("id", sa.String(36), primary_key=True), sa.Column("what", sa.Text()))
"""


def next_release(folder: Path, monkeypatch: pytest.MonkeyPatch, does: str = ADDS) -> Path:
    """From here on the application is one version further. Answers the folder of its migrations."""
    scripts = folder / "next-migrations"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    body = "\n".join(f"    {line.strip()}" for line in does.strip().splitlines())
    (scripts / "records" / "versions" / f"{NEXT:04d}_made_up.py").write_text(
        f'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "{NEXT:04d}"\n'
        f'down_revision = "{schema.VERSION:04d}"\nbranch_labels = None\ndepends_on = None\n\n\n'
        f"def upgrade() -> None:\n{body}\n",
        "utf-8",
    )
    monkeypatch.setattr(schema, "VERSION", NEXT)
    return scripts

"""What a start must not do: each of these was a cost that nobody saw."""

import subprocess
import sys

OURS = "('smf_core', 'smf_desktop', 'ui', 'sqlalchemy')"
SOURCES_HELD = f"""
import linecache, ui.main_window
print([name for name in linecache.cache if any(f'/{{ours}}/' in name for ours in {OURS})])
"""

CLASSES_READ = """
import enum
from PySide6.QtCore import Qt
from ui.theme import apply, load
from ui.widgets.scrolling import Scrolling
from ui.widgets.tables import RowsModel, TableView
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
apply(app, load())
made, make = [], enum.EnumType._create_
enum.EnumType._create_ = lambda kind, *said, **more: made.append(said[0]) or make(kind, *said, **more)
table, inner = TableView("People"), QWidget()
table.viewport(), table.horizontalHeader().viewport(), Scrolling(inner).viewport()
print(made)
"""


def said_by(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()


def test_the_source_of_what_is_imported_is_not_kept_in_memory() -> None:
    assert said_by(SOURCES_HELD) == "[]"


def test_a_table_and_a_page_that_scrolls_need_no_class_of_qt_that_they_do_not_use() -> None:
    """PySide reads all of them, a hundred lists of names, to tell what a part is that Qt made by itself."""
    made = said_by(CLASSES_READ)
    assert "TabShape" not in made, made
    assert made.count("'") < 20, made

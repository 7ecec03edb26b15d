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


WRONG_CALL = """
import sys, ui
from ui.views.unlock import UnlockView
from ui.app import make_application
app = make_application("smf")
view = UnlockView()
unread = "create_signature" not in vars(sys.modules["shibokensupport.signature.layout"])
try:
    view.setWindowTitle(3)
except TypeError as error:
    print(unread, "setWindowTitle(arg__1: str" in str(error))
"""

FIRST_PAGE = """
import sys, ui.app, smf_desktop.compose
print([name for name in ("msgspec", "logging", "sqlalchemy", "keyring", "yaml") if name in sys.modules])
"""


def test_what_qt_knows_of_its_signatures_is_read_when_a_call_is_wrong_and_not_before() -> None:
    assert said_by(WRONG_CALL) == "True True"


def test_the_first_page_imports_nothing_that_only_an_open_store_needs() -> None:
    assert said_by(FIRST_PAGE) == "[]"

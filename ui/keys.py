"""Which keys do what for whoever is here: usual keys, those this person changed, and whether letters act in lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

PROPERTY = "keys"


@dataclass(frozen=True)
class Keys:
    """`changed` has the key of a command by its name, "" for none; `instead` the new key of each usual one."""

    letters: bool = True
    changed: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)


def wear_keys(keys: Keys) -> None:
    """These keys hold in every window from now on."""
    app = QCoreApplication.instance()
    if app is not None:
        app.setProperty(PROPERTY, keys)


def keys_in_use() -> Keys:
    app = QCoreApplication.instance()
    found = app.property(PROPERTY) if app is not None else None
    return found if isinstance(found, Keys) else Keys()


def portable(key: str) -> str:
    """A key as it is kept: the same for the Enter of the number pad, and however it was typed."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText).replace("Enter", "Return")


def key_shown(usual: str) -> str:
    """What a button says beside its words: the usual key, or what this person put in its place."""
    instead = keys_in_use().instead
    return instead.get(portable(usual), usual) if instead else usual


def is_quiet_letter(event: QKeyEvent) -> bool:
    """A letter alone that was pressed while letters are not commands here (WCAG 2.1.4)."""
    if keys_in_use().letters or event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
        return False
    return Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z

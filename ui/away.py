"""When nobody is at the laptop: nothing typed for a while, sleep, a closed lid, a locked screen, another user."""

import sys
from collections.abc import Callable
from datetime import datetime
from enum import Enum, auto
from typing import Any, Protocol

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

TICK_MS = 1000
ASLEEP_SECONDS = 30
"""The wall clock may run so far ahead of the steady one between two ticks; further, and the laptop was asleep."""

ACTIVITY = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
    }
)


class Away(Enum):
    """Why nobody is there. Only after `IDLE` may a quick code do."""

    IDLE = auto()
    SYSTEM = auto()


class Rule(Protocol):
    """When an unattended laptop locks itself; times are steady seconds."""

    def active(self, now: float) -> "Rule": ...
    def visit(self, now: float, *, is_open: bool) -> "Rule": ...
    def is_due(self, now: float) -> bool: ...


class Clocks(Protocol):
    def now(self) -> datetime: ...
    def steady(self) -> float: ...


class Watch(QObject):
    """Follows keys, clicks and the clocks of a sitting, and what the system tells."""

    left = Signal(Away)

    def __init__(self, app: QApplication, clock: Clocks, rule: Rule, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app, self._clock, self.rule = app, clock, rule
        self._seen = (clock.now(), clock.steady())
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        app.focusWindowChanged.connect(self._listen)
        self._listen()

    def stop(self) -> None:
        self._timer.stop()
        self._app.focusWindowChanged.disconnect(self._listen)
        for window in self._app.topLevelWindows():
            window.removeEventFilter(self)

    def _listen(self) -> None:
        """Hear what comes to every window there is now, once.

        Not to the application as a whole: every paint and layout of every control would pass through here as well.
        """
        for window in self._app.topLevelWindows():
            window.installEventFilter(self)

    def visit(self, *, is_open: bool) -> None:
        self.rule = self.rule.visit(self._clock.steady(), is_open=is_open)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in ACTIVITY:
            self.rule = self.rule.active(self._clock.steady())
        return False

    @Slot()
    def tick(self) -> None:
        """Look at the clocks: is it time, or did the laptop sleep without telling?"""
        self._listen()  # a menu is a window that never has the focus
        wall, steady = self._clock.now(), self._clock.steady()
        slept = (wall - self._seen[0]).total_seconds() - (steady - self._seen[1]) > ASLEEP_SECONDS
        self._seen = (wall, steady)
        if slept:
            self.left.emit(Away.SYSTEM)
        elif self.rule.is_due(steady):
            self.left.emit(Away.IDLE)


# --- what the system tells -----------------------------------------------------------------------


def system_signals(window: QWidget, left: Callable[[], None]) -> QObject | None:
    """Listen to this system until the window is gone; None where there is nothing to listen to."""
    listen = {"win32": WindowsSignals, "linux": LinuxSignals}.get(sys.platform)
    return listen(left, window) if listen else None


LOGIN, MANAGER = "org.freedesktop.login1", "org.freedesktop.login1.Manager"
PROPERTIES = "org.freedesktop.DBus.Properties"
SCREEN_SAVERS = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.freedesktop.ScreenSaver", "/ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
)


class LinuxSignals(QObject):
    """logind (sleep, lock, another session in front), UPower (lid) and the screen savers, over D-Bus."""

    def __init__(self, left: Callable[[], None], window: QWidget | None = None) -> None:
        super().__init__(window)
        self._left = left
        self.listens = self._listen()

    @Slot(bool)
    def begins(self, on: bool) -> None:
        """Sleep or a screen saver begins; the end of it says nothing."""
        if on:
            self._left()

    @Slot()
    def locked(self) -> None:
        self._left()

    @Slot(str, "QVariantMap", "QStringList")
    def properties(self, interface: str, changed: dict[str, Any], gone: list[str]) -> None:
        """Another session came to the front, or the lid was closed."""
        if changed.get("Active") is False or changed.get("LidIsClosed") is True:
            self._left()

    def _listen(self) -> bool:
        from PySide6.QtDBus import QDBusConnection, QDBusInterface  # only once the window stands

        system, session = QDBusConnection.systemBus(), QDBusConnection.sessionBus()
        heard = False
        if system.isConnected():
            manager = QDBusInterface(LOGIN, "/org/freedesktop/login1", MANAGER, system)
            found = manager.call("GetSession", "auto").arguments()
            heard |= system.connect(LOGIN, "", MANAGER, "PrepareForSleep", self, b"1begins(bool)")
            path = getattr(found[0], "path", lambda: "")() if found else ""
            if path:
                heard |= system.connect(LOGIN, path, f"{LOGIN}.Session", "Lock", self, b"1locked()")
                changed = b"1properties(QString,QVariantMap,QStringList)"
                heard |= system.connect(LOGIN, path, PROPERTIES, "PropertiesChanged", self, changed)
            power = ("org.freedesktop.UPower", "/org/freedesktop/UPower", PROPERTIES, "PropertiesChanged")
            heard |= system.connect(*power, self, b"1properties(QString,QVariantMap,QStringList)")
        if session.isConnected():
            for name, path in SCREEN_SAVERS:
                heard |= session.connect(name, path, name, "ActiveChanged", self, b"1begins(bool)")
        return heard


WM_POWERBROADCAST, WM_WTSSESSION_CHANGE = 0x0218, 0x02B1
PBT_APMSUSPEND, PBT_POWERSETTINGCHANGE = 0x0004, 0x8013
LEAVING = frozenset({0x2, 0x4, 0x6, 0x7})
"""WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT, WTS_SESSION_LOGOFF, WTS_SESSION_LOCK."""


def says_left(message: int, what: int, lid_closed: Callable[[], bool] = lambda: False) -> bool:
    """Whether a Windows message tells of sleep, a locked or switched session, or (asked only then) a closed lid."""
    if message == WM_POWERBROADCAST:
        return what == PBT_APMSUSPEND or (what == PBT_POWERSETTINGCHANGE and lid_closed())
    return message == WM_WTSSESSION_CHANGE and what in LEAVING


class WindowsSignals(QObject):
    """Messages to the window: power, the lid switch, the session."""

    def __init__(self, left: Callable[[], None], window: QWidget) -> None:
        super().__init__(window)
        self._filter = _MessageFilter(left)
        app = QApplication.instance()
        if app is not None:
            app.installNativeEventFilter(self._filter)
        if sys.platform == "win32":
            _register(int(window.winId()))


class _MessageFilter(QAbstractNativeEventFilter):
    def __init__(self, left: Callable[[], None]) -> None:
        super().__init__()
        self._left = left

    def nativeEventFilter(self, event_type: QByteArray | bytes | bytearray | memoryview, message: int) -> object:
        if sys.platform == "win32" and QByteArray(event_type) == QByteArray(b"windows_generic_MSG"):
            import ctypes.wintypes  # only where there is a Windows to ask

            read = ctypes.wintypes.MSG.from_address(int(message))
            if says_left(read.message, read.wParam, lambda: _lid_is_closed(read.lParam)):
                self._left()
        return False, 0


if sys.platform == "win32":
    import ctypes

    class _Guid(ctypes.Structure):
        _fields_ = (
            ("one", ctypes.c_uint32),
            ("two", ctypes.c_uint16),
            ("three", ctypes.c_uint16),
            ("rest", ctypes.c_ubyte * 8),
        )

    class _PowerSetting(ctypes.Structure):
        _fields_ = (("setting", _Guid), ("length", ctypes.c_uint32), ("data", ctypes.c_ubyte * 1))

    _LID = _Guid(
        0xBA3E0F4D, 0xB817, 0x4094, (ctypes.c_ubyte * 8)(0xA2, 0xD1, 0xD5, 0x63, 0x79, 0xE6, 0xA0, 0xF3)
    )  # GUID_LIDSWITCH_STATE_CHANGE

    def _register(window: int) -> None:
        ctypes.windll.wtsapi32.WTSRegisterSessionNotification(window, 0)
        ctypes.windll.user32.RegisterPowerSettingNotification(window, ctypes.byref(_LID), 0)

    def _lid_is_closed(address: int) -> bool:
        told = _PowerSetting.from_address(address)
        return bytes(told.setting) == bytes(_LID) and told.data[0] == 0

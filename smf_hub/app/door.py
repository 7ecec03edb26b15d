"""What one process of a hub remembers of those who knock: which requests came already, and how many from whom."""

from collections import OrderedDict
from ipaddress import IPv4Address, ip_address, ip_network
from threading import Lock

WINDOW_S, WRONG_WINDOW_S = 60, 15 * 60
JOINS_MOST, JOINS_WHILE_GUESSED, JOINS_OF_GUESSER = 10, 2, 1
"""Tries to join in a minute from one network: usually, while codes are guessed anywhere, and where they are guessed."""

WRONG_OF_ONE, WRONG_OF_ALL = 20, 200
"""So many wrong codes in a quarter of an hour, from one network or from all, are taken for guessing."""

NONCES_MOST = 500_000
KNOCKERS_MOST = 50_000


class Nonces:
    """Requests that came once already. One is remembered for as long as its time could still be accepted."""

    def __init__(self, remember_ms: int, most: int = NONCES_MOST) -> None:
        self._remember_ms, self._most = remember_ms, most
        self._seen: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = Lock()

    def is_new(self, device: str, nonce: str, now_ms: int) -> bool | None:
        """Whether it is; it is not from now on. None when there is no room to remember one more."""
        with self._lock:
            while self._seen and next(iter(self._seen.values())) < now_ms - self._remember_ms:
                self._seen.popitem(last=False)
            if (device, nonce) in self._seen:
                return False
            if len(self._seen) >= self._most:
                return None
            self._seen[device, nonce] = now_ms
            return True


class Tally:
    """How often each has come in the present window of time."""

    def __init__(self, window_s: int, room: int = KNOCKERS_MOST) -> None:
        self._window_ms, self._room = window_s * 1000, room
        self._window, self._total = 0, 0
        self._counts: dict[str, int] = {}
        self._lock = Lock()

    def add(self, who: str, now_ms: int) -> int:
        """Count once more; answers how often that is. Those for whom there is no room left are counted as one."""
        with self._lock:
            self._turn(now_ms)
            known = who if who in self._counts or len(self._counts) < self._room else _OTHERS
            self._total += 1
            self._counts[known] = count = self._counts.get(known, 0) + 1
            return count

    def of(self, who: str, now_ms: int) -> int:
        with self._lock:
            self._turn(now_ms)
            return self._counts.get(who, 0)

    def total(self, now_ms: int) -> int:
        with self._lock:
            self._turn(now_ms)
            return self._total

    def left_s(self, now_ms: int) -> int:
        """Seconds until the next window begins, at least one."""
        return self._window_ms // 1000 - now_ms % self._window_ms // 1000

    def _turn(self, now_ms: int) -> None:
        window = now_ms // self._window_ms
        if window != self._window:
            self._window, self._total = window, 0
            self._counts.clear()


_OTHERS = ""


class Rates:
    """How often somebody has knocked in the present minute."""

    def __init__(self, most: int) -> None:
        self._most, self._knocks = most, Tally(WINDOW_S)

    def wait(self, who: str, now_ms: int) -> int:
        """Seconds until this one may come again; 0: come in."""
        return 0 if self._knocks.add(who, now_ms) <= self._most else self._knocks.left_s(now_ms)


class Joins:
    """How often in a minute one network may try to join: less often where, and while, many codes were wrong.

    It slows and never shuts: whatever others do, a network that got nothing wrong has two tries in each minute, one
    that did has one. What keeps a code from being guessed are its 60 bits.
    """

    def __init__(self) -> None:
        self._tries, self._wrong = Tally(WINDOW_S), Tally(WRONG_WINDOW_S)

    def wait(self, address: str, now_ms: int) -> int:
        """Seconds until somebody may try from there; 0: now."""
        who = network(address)
        most = JOINS_MOST
        if self._wrong.of(who, now_ms) >= WRONG_OF_ONE:
            most = JOINS_OF_GUESSER
        elif self._wrong.total(now_ms) >= WRONG_OF_ALL:
            most = JOINS_WHILE_GUESSED
        return 0 if self._tries.add(who, now_ms) <= most else self._tries.left_s(now_ms)

    def was_wrong(self, address: str, now_ms: int) -> None:
        """The code that came from there was none."""
        self._wrong.add(network(address), now_ms)


def network(address: str) -> str:
    """Whom an address counts as: of IPv6 a whole /64, which is one subscriber's; what is no address, itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))

"""What one process of a hub remembers of those who knock: which requests came already, and how many from whom."""

from collections import OrderedDict
from threading import Lock

WINDOW_S = 60
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


class Rates:
    """How often somebody has knocked in the present minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._window = 0
        self._counts: dict[str, int] = {}
        self._lock = Lock()

    def wait(self, who: str, now_ms: int) -> int:
        """Seconds until this one may come again; 0: come in."""
        window, into = divmod(now_ms, WINDOW_S * 1000)
        with self._lock:
            if window != self._window:
                self._window = window
                self._counts.clear()
            known = self._counts.get(who)
            if known is None and len(self._counts) >= KNOCKERS_MOST:
                return WINDOW_S - into // 1000
            self._counts[who] = count = (known or 0) + 1
        return 0 if count <= self._most else WINDOW_S - into // 1000

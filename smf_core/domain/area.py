"""Places by their postcode, and how deprived each is said to be."""

import re
from dataclasses import dataclass
from uuid import NAMESPACE_OID, uuid5

from smf_core.domain.trouble import DomainError

_OUTWARD = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
_WHOLE = re.compile(rf"({_OUTWARD}) ?([0-9][A-Z]{{2}})")
_WIDER = re.compile(rf"{_OUTWARD}(?: [0-9])?")

MOST_DEPRIVED, LEAST_DEPRIVED = 1, 10
"""The first and the last decile of the Index of Multiple Deprivation."""


class BadArea(DomainError):
    """Neither a postcode nor a sector (DE22 3) nor a district (DE22) of one."""


@dataclass(frozen=True, slots=True)
class Area:
    """A postcode, a sector or a district, and its decile of deprivation: 1 is the most deprived tenth."""

    code: str
    decile: int

    @property
    def id(self) -> str:
        """The same wherever it is imported."""
        return str(uuid5(NAMESPACE_OID, f"area/{self.code}"))


def area_code(text: str) -> str:
    """A postcode, sector or district as it is kept: in capitals, with one space. Raises `BadArea`."""
    plain = " ".join(text.upper().split())
    if whole := _WHOLE.fullmatch(plain):
        return f"{whole[1]} {whole[2]}"
    if _WIDER.fullmatch(plain):
        return plain
    raise BadArea


def areas_around(postcode: str) -> tuple[str, ...]:
    """The codes of the areas that a postcode is in, the smallest first; none where it is not a whole postcode."""
    whole = _WHOLE.fullmatch("".join(postcode.upper().split()))
    if whole is None:
        return ()
    outward, inward = whole.groups()
    return f"{outward} {inward}", f"{outward} {inward[0]}", outward


def fifth(decile: int) -> int:
    """The fifth of the country that a decile is in: 1 is the most deprived."""
    return (decile + 1) // 2

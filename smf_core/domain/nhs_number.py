"""The NHS number: ten digits, the last of them a check digit (modulus 11)."""

import re

from smf_core.domain.trouble import DomainError

_BETWEEN_DIGITS = re.compile(r"[\s\-\u2010\u2011\u2012\u2013]+")
_DIGITS = re.compile(r"[0-9]+")


class BadNhsNumber(DomainError):
    """Not an NHS number, or not one this store takes.

    `code`: `characters`, `length`, `zeros`, `check_digit`; `live_in_training`, `test_in_live`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check(text: str) -> str:
    """The ten digits of a number given with or without spaces and hyphens; `BadNhsNumber` when it is none.

    NHS Data Dictionary: the first nine digits weigh 10 down to 2; eleven less the remainder by 11 is the check
    digit, 11 standing for 0. A result of 10 has no check digit, so no such number is ever given out.
    """
    number = _BETWEEN_DIGITS.sub("", text)
    if number and not _DIGITS.fullmatch(number):
        raise BadNhsNumber("characters")
    if len(number) != 10:
        raise BadNhsNumber("length")
    if number == "0000000000":
        raise BadNhsNumber("zeros")
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), number, strict=False))
    if (11 - total % 11) % 11 != int(number[-1]):
        raise BadNhsNumber("check_digit")
    return number


def check_for_store(text: str, *, training: bool) -> str:
    """`check`, and the number is of the kind the store takes: the 999 range in a training store, no other there."""
    number = check(text)
    if training and not is_test_range(number):
        raise BadNhsNumber("live_in_training")
    if not training and is_test_range(number):
        raise BadNhsNumber("test_in_live")
    return number


def is_test_range(number: str) -> bool:
    """True for the range kept for made-up people, which is never given to anyone."""
    return number.startswith("999")


def formatted(number: str) -> str:
    """Ten digits as people read them: 3-3-4."""
    return f"{number[:3]} {number[3:6]} {number[6:]}"

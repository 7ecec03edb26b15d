"""What a list of areas changed, and what is wrong with one."""

from smf_desktop.presenters.labels import counted


def areas_words(*, added: int, changed: int, unchanged: int, gone: int) -> str:
    """`412 areas added, 3 changed, 5 no longer listed`."""
    if not (added or changed or gone):
        return f"Nothing new: {counted(unchanged, 'area')} as listed"
    left = f", {gone:,} no longer listed" if gone else ""
    return f"{counted(added, 'area')} added, {changed:,} changed{left}"


def row_words(line: int, column: str | None, reason: str) -> tuple[str, str, str]:
    """What is wrong with a row, as the cells of a table."""
    return f"{line:,}", (column or "").capitalize(), reason

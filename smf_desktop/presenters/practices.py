"""What taking in a list of practices changed, in words."""


def taken_in_words(added: int, changed: int, unchanged: int) -> str:
    """`12 practices added, 3 changed`."""
    if not added and not changed:
        return f"Nothing new: {_practices(unchanged)} as listed"
    return f"{_practices(added)} added, {changed} changed"


def _practices(count: int) -> str:
    return f"{count} practice{'' if count == 1 else 's'}"

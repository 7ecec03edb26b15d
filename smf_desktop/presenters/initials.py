"""Someone who works here, in two letters."""


def initials(name: str) -> str:
    """First letters of the first and the last word: `PN` for Priya Nair."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else ""

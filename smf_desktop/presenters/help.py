"""Help in words: a page's own text with its keys below, and what a control is for."""

from collections.abc import Iterable

MARKUP = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#|~"})


def help_page(text: str, commands: Iterable[tuple[str, str, str]]) -> tuple[str, str]:
    """A title, and Markdown of the text with a list of what can be done: rows of key, command and hint.

    `text` is ours and begins with its title as a heading.
    """
    heading, _, rest = text.strip().partition("\n")
    title = heading.lstrip("# ").strip()
    lines = [f"# {title}", "", rest.strip(), "", "## What you can do here", ""]
    for key, words, hint in commands:
        keys = f" · **{key.translate(MARKUP)}**" if key else ""
        lines.append(f"- {words.translate(MARKUP)}{keys}: {_begins_small(hint).translate(MARKUP)}")
    return f"Help: {title}", "\n".join(lines)


def what_words(name: str, description: str, tip: str) -> str:
    """What a control is: its name, then what is said of it, each once."""
    parts: list[str] = []
    for part in (name, description, tip):
        words = part.strip().rstrip(".")
        if words and not any(words in told for told in parts):
            parts.append(words)
    return f"{'. '.join(parts)}." if parts else "There is no more to say about this. Press F1 for help with the page."


def _begins_small(hint: str) -> str:
    keeps = hint[:3].isupper() or not hint[1:2].islower()
    return hint if keeps else hint[:1].lower() + hint[1:]

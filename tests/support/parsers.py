"""What a program's parser knows."""

import argparse
from collections.abc import Iterator


def below(of: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The words that may follow, each with its own parser."""
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def commands(of: argparse.ArgumentParser, above: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command, those of a group by both words: `init`, `team add`."""
    found = list(below(of))
    if not found:
        yield above.strip(), of
    for name, each in found:
        yield from commands(each, f"{above} {name}")

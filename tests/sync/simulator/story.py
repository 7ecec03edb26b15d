"""What happened in a simulated world, as a short story that a nurse could read."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Story:
    """Lines in the order in which they happened; `short` shortens ids to what tells them apart."""

    title: str
    lines: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def tell(self, at: datetime, who: str, what: str) -> None:
        self.lines.append(f"{at:%a %d-%b %H:%M:%S} {who}: {what}")

    def call(self, name: str, id_: str) -> None:
        """From now on an id is told by this name."""
        self.names[id_] = name

    def told(self, last: int = 400) -> str:
        """The whole story, or its end."""
        before = len(self.lines) - last
        left_out = f"... {before} lines before\n" if before > 0 else ""
        return self.named(f"{self.title}\n{left_out}" + "\n".join(self.lines[-last:]))

    def named(self, text: str) -> str:
        """A text with names in place of ids."""
        for id_, name in self.names.items():
            text = text.replace(id_, name)
        return text

"""What stands beside a figure that this laptop cannot say whole (design.md section 6)."""

from dataclasses import dataclass

INCOMPLETE = "Incomplete: this laptop does not hold the whole period."
ASK_HUB = "Ask the hub"


@dataclass(frozen=True, slots=True)
class BesideFigure:
    """Words under a figure, and the link that offers the hub's; "" for none."""

    words: str = ""
    link: str = ""


def beside_figure(*, whole: bool, ask_hub: bool) -> BesideFigure:
    """Nothing beside a figure that is whole; who may not ask the hub is offered nothing that would be refused."""
    if whole:
        return BesideFigure()
    return BesideFigure(INCOMPLETE, ASK_HUB if ask_hub else "")

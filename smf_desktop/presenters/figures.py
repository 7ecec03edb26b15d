"""What stands beside a figure that this laptop cannot say whole (design.md section 6)."""

INCOMPLETE = "Incomplete: this laptop does not hold the whole period."
ASK_HUB = "Ask the hub"

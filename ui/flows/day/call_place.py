"""What the record of a call's place names: the task that asks for the call, or the call to amend."""

TASK, AMEND = "task:", "call:"

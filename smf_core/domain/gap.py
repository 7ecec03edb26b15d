"""What a short form still lacks: a field by its name, and what is wanted of it."""

from dataclasses import dataclass

from smf_core.domain.missing import Why


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to put right before the form can be saved."""

    field: str
    why: Why = Why.NEEDED

"""Every figure by its id."""

from collections.abc import Mapping

from sqlalchemy import Connection

from smf_core.figures.caseload import CASELOAD_NOW
from smf_core.figures.discharges import DISCHARGE_RATE, DISCHARGE_RATE_EPISODE
from smf_core.figures.figure import Asked, Definition, Figure, NoSuchFigure, reckon

DEFINITIONS: Mapping[str, Definition] = {
    each.id: each for each in (CASELOAD_NOW, DISCHARGE_RATE, DISCHARGE_RATE_EPISODE)
}


def figure(connection: Connection, name: str, asked: Asked) -> Figure:
    """One figure as the records stand in this transaction. Raises `NoSuchFigure`."""
    definition = DEFINITIONS.get(name)
    if definition is None:
        raise NoSuchFigure
    return reckon(connection, definition, asked)

"""Questions that one statement asks: on a server each statement of its own costs a journey and a transaction."""

from collections.abc import Sequence

from sqlalchemy import Connection

from smf_core.records.rows import Values, asked

Question = tuple[str, Values]
"""A statement as `asked` takes it, with its values. Each row it answers is (name, other name, number, other number,
bytes), empty where it has none."""

AT_ONCE = 400
"""Statements that SQLite puts together, and some to spare."""

_PART = "SELECT {number}, p{number}.* FROM ({text}) AS p{number}"


def asked_together(connection: Connection, questions: Sequence[Question]) -> list[list[Values]]:
    """The rows that each of some questions answers."""
    answers: list[list[Values]] = [[] for _ in questions]
    for begin in range(0, len(questions), AT_ONCE):
        some = questions[begin : begin + AT_ONCE]
        text = " UNION ALL ".join(_PART.format(number=number, text=text) for number, (text, _) in enumerate(some))
        for number, *row in asked(connection, text, tuple(value for _, values in some for value in values)):
            answers[begin + number].append(tuple(row))
    return answers

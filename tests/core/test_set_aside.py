"""Change sets that count nowhere for a while: the records are as if they had never come, and as before once they do."""

import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from smf_core.operations.change_set import ChangeSet
from smf_core.records import checking, writing
from smf_core.records.log import held_hashes, operations_saved
from tests.core.test_writing import histories
from tests.support.examples import examples
from tests.support.written import empty


def tables(connection: Connection) -> dict[str, list[Any]]:
    """What follows from the log, the log left out."""
    return {
        name: sorted(map(tuple, connection.exec_driver_sql(f'SELECT * FROM "{name}"')), key=repr)  # ours
        for name in checking.TABLES
    }


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
def test_what_is_set_aside_never_was_and_what_is_brought_back_always_was(
    log: list[tuple[ChangeSet, bytes]], dice: random.Random
) -> None:
    aside = {each.head.cs_id for each, _ in dice.sample(log, dice.randint(0, len(log)))}
    engine, other = empty(), empty()
    with engine.connect() as connection, other.connect() as without:
        writing.write(connection, log)
        stood = tables(connection)
        writing.write(without, [pair for pair in log if pair[0].head.cs_id not in aside])
        writing.set_aside(connection, aside)
        writing.set_aside(connection, aside)
        assert tables(connection) == tables(without)
        assert held_hashes(connection, aside).keys() == aside
        assert writing.without_items(connection, [each.head.cs_id for each, _ in log]) == aside
        writing.rebuild(connection)
        assert tables(connection) == tables(without)
        writing.bring_back(connection, aside)
        writing.bring_back(connection, aside)
        assert tables(connection) == stood
    engine.dispose()
    other.dispose()


@given(histories())
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.too_slow])
def test_payloads_that_went_come_again_and_nothing_is_as_if_they_had_stayed_away(
    log: list[tuple[ChangeSet, bytes]],
) -> None:
    engine = empty()
    with engine.connect() as connection:
        writing.write(connection, log)
        stood = tables(connection)
        ids = [each.head.cs_id for each, _ in log]
        writing.set_aside(connection, ids)
        writing.drop_payloads(connection, ids)
        assert list(checking.broken_links(connection)) == []
        assert not any(operations_saved(connection, each) for each in ids)
        writing.bring_back(connection, ids)
        writing.rebuild(connection)
        assert not any(tables(connection).values())
        writing.keep_payloads(connection, [each for each, _ in log])
        writing.bring_back(connection, ids)
        assert tables(connection) == stood
    engine.dispose()

"""Stories made up by Hypothesis in the world of the simulator: whatever is done in whatever order, it ends well.

They are told in parts, so that processes share them. The suite tells the same ones each time; a night tells others, and
shortens one that does not end well to one that a nurse could read.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.sync.simulator.acts import Hands
from tests.sync.simulator.doing import something
from tests.sync.simulator.laptop import SimLaptop
from tests.sync.simulator.oracle import Survivors, findings, told_true
from tests.sync.simulator.weeks import PAUSES, Service, world_of
from tests.sync.simulator.world import Rates, World

STEPS = 50
IN_A_PART = 25
PARTS_OF_THE_SUITE, PARTS_OF_A_NIGHT = 8, 40
LAPTOPS_MOST = 6
GAPS = """SELECT feed, count(*), max(feed_seq), n FROM feed_counter JOIN
    (SELECT feed, feed_seq FROM feed_change_set UNION ALL SELECT feed, feed_seq FROM quarantine) USING (feed)
    GROUP BY feed HAVING count(*) <> n OR max(feed_seq) <> n"""

a_laptop = st.integers(0, LAPTOPS_MOST - 1)
minutes = st.sampled_from([0, 1, 60, 24 * 60, 7 * 24 * 60])
wrong = st.sampled_from([-10 * 365 * 24, -24, -1, 0, 1, 24, 365 * 24])
"""Hours."""


class Stories(RuleBasedStateMachine):
    """Three laptops of one team and one of the other; network faults all the while."""

    begun: ClassVar[Service]
    service: Service

    @initialize(seed=st.integers(0, 2**16))
    def begins(self, seed: int) -> None:
        self.open = ExitStack()
        calm = Rates(crash=0.0, hub_crash=0.001, transfers=False)
        self.service = self.open.enter_context(world_of(seed, self.begun.template, calm, self.begun))
        for each in self.service.laptops:
            each.after_sync = told_true
        self.world.torture = True

    @property
    def world(self) -> World:
        return self.service.world

    def one(self, number: int) -> SimLaptop:
        laptops = self.service.laptops
        return laptops[number % len(laptops)]

    # --- what people do --------------------------------------------------------------------------

    @rule(number=a_laptop)
    def create(self, number: int) -> None:
        Hands(self.one(number)).new_person()

    @rule(number=a_laptop)
    def amend(self, number: int) -> None:
        Hands(self.one(number)).change()

    @rule(number=a_laptop)
    def visit(self, number: int) -> None:
        Hands(self.one(number)).visit()

    @rule(number=a_laptop)
    def transfer(self, number: int) -> None:
        Hands(self.one(number)).transfer()

    @rule(number=a_laptop)
    def resolve(self, number: int) -> None:
        Hands(self.one(number)).settle()

    @rule(number=a_laptop)
    def anything(self, number: int) -> None:
        something(self.one(number))

    @rule(number=a_laptop, wait=minutes)
    def sync(self, number: int, wait: int) -> None:
        self.service.world.passes(60.0 * wait + 1)
        self.service.world.runs(self.service.world.seconds())
        self.service.world.hub.follows()
        self.one(number).sync()

    @rule(days=st.sampled_from(PAUSES))
    def a_season_passes(self, days: int) -> None:
        self.service.pauses(days)

    # --- what befalls them -----------------------------------------------------------------------

    @rule(number=a_laptop, statements=st.integers(1, 400))
    def crash(self, number: int, statements: int) -> None:
        self.one(number).fuse = statements

    @rule(number=a_laptop)
    def back_up(self, number: int) -> None:
        self.one(number).backed_up()

    @rule(number=a_laptop)
    def restore(self, number: int) -> None:
        laptop = self.one(number)
        if laptop.copies:
            laptop.restored()

    @precondition(lambda self: len(self.service.laptops) < LAPTOPS_MOST)
    @rule(number=a_laptop)
    def clone(self, number: int) -> None:
        self.service.cloned(self.one(number))

    @precondition(lambda self: sum(each.revoked for each in self.service.laptops) == 0)
    @rule(number=a_laptop)
    def revoke(self, number: int) -> None:
        self.service.revoke(self.one(number))

    @precondition(lambda self: len(self.service.laptops) > 2 and not self.world.wiped)
    @rule(number=a_laptop)
    def wipe(self, number: int) -> None:
        self.service.wipe(self.one(number))

    @rule(number=a_laptop, hours=wrong)
    def skew(self, number: int, hours: int) -> None:
        self.one(number).clock.wrong = timedelta(hours=hours)

    @rule()
    def back_up_the_hub(self) -> None:
        self.service.world.hub.copied()

    @rule()
    def hub_fails_over(self) -> None:
        self.service.hub_restored()

    # --- what must hold --------------------------------------------------------------------------

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        if not hasattr(self, "service"):
            return
        wrong = self.service.world.hub.place.hub.at_once(lambda connection: connection.exec_driver_sql(GAPS).all())
        assert not wrong, f"I3 {wrong}"

    def teardown(self) -> None:
        if not hasattr(self, "service"):
            return
        with self.open:
            survivors = Survivors.of(self.service)
            self.service.rests()
            story = self.service.world.story
            found = [story.named(one) for one in findings(self.service, survivors)]
            assert not found, "\n".join([story.told(), *found[:20]])


@pytest.fixture(scope="module")
def begun(empty_store: Path) -> Iterator[Service]:
    """Where every story goes on from: laptops that have met, and the disks they and their hub left when they closed."""
    with world_of(0, empty_store) as service:
        service.begins(4)
        service.ends()
        yield service


def stories_from(where: Service) -> type[Stories]:
    class Told(Stories):
        begun = where

    return Told


def told(stories: type[Stories], *phases: Phase) -> None:
    run_state_machine_as_test(
        stories,
        settings=settings(
            max_examples=IN_A_PART,
            stateful_step_count=STEPS,
            phases=phases,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("part", range(PARTS_OF_THE_SUITE))
def test_whatever_is_done_in_whatever_order_it_ends_well(part: int, begun: Service) -> None:
    told(seed(part)(stories_from(begun)), Phase.generate)


@pytest.mark.nightly
@pytest.mark.parametrize("part", range(PARTS_OF_A_NIGHT))
def test_a_night_of_stories(part: int, begun: Service) -> None:
    told(stories_from(begun), Phase.generate, Phase.shrink)

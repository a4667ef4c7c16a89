"""Both engines leave the same rows on desks of some size: a shipped model, and one that is full for weeks."""

from datetime import date
from pathlib import Path
from random import Random

import pytest

import slmdsl
from slmdsl.contract.scenarios import what_if
from slmdsl.ingest.empirical import with_measured
from slmdsl.simulate.fast.engine import simulate as simulate_fast
from slmdsl.simulate.reference.desk import simulate
from slmdsl.workload.draws.values import EXPONENTIAL
from slmdsl.workload.from_contract import desk_plan
from slmdsl.workload.luck import luck_of
from tests.bare_desks import NEVER, Desk, Group, Step
from tests.desks import HOUR_US
from tests.property.test_engines import differing

pytestmark = pytest.mark.compiled  # thousands of tickets

MODEL = Path(__file__).parents[2] / "models" / "acme" / "whatif.slm"
SPEC = slmdsl.load(MODEL)


@pytest.mark.parametrize("scenario", sorted(SPEC.contract.scenarios))
def test_a_shipped_model(scenario):
    asked = what_if(with_measured(SPEC.contract, SPEC.root), scenario)
    plan = desk_plan(asked, first=date(2027, 3, 15), last=date(2027, 3, 28), warm_up_us=24 * 3 * HOUR_US)
    luck = luck_of(plan, 7, 0)
    outcome = simulate(plan, luck)
    assert len(outcome.events) > 1_000
    assert differing(outcome, simulate_fast(plan, luck)) == []


class _Drawn(Desk):
    """Times are exponential."""

    def row(self, ticks):
        return -1 if ticks is None else self.table.add(EXPONENTIAL, ticks * HOUR_US)


def test_a_desk_with_long_queues():
    random = Random(5)
    staff = ((0, NEVER),)
    tickets = sorted((random.randrange(1_500), random.randrange(-1, 3)) for _ in range(2_000))
    desk = _Drawn(
        tickets=tickets,
        end=1_800,
        groups=(
            Group(agents=(staff,) * 6, roster=staff, queue=(1, 0), preempts=(0,)),
            Group(agents=(staff,) * 4, roster=staff),
        ),
        steps=(Step(answers=1, works=4, patience=400, to=1), Step(name="apps", group=1, works=4)),
        customer_wait=10,
        reopens=(0.1, 20),
    )
    plan, luck = desk.made()
    outcome = simulate(plan, luck)
    assert outcome.preempted > 100
    assert outcome.gave_up > 10
    assert differing(outcome, simulate_fast(plan, luck)) == []

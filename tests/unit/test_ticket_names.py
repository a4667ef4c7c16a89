"""The names of simulated tickets."""

import numpy as np
import pytest

from slmdsl.workload.demand.sources import labels_of
from slmdsl.workload.names import TicketNames
from tests.demands import arrivals, day, demand_plan, load

PLAN = demand_plan(
    load(
        "rate 40 per day\nburst of geometric(mean 2)\npriority P1 50%, P2 50%",
        scenario="P1 incidents * 2 during 2027-01-10 .. 2027-01-12",
    ),
    last="2027-01-31",
)
DRAWN = arrivals(PLAN)
NAMES = TicketNames(PLAN.demand, DRAWN)


def test_a_name_says_source_day_and_number():
    row = int(np.flatnonzero((DRAWN.day == day("2027-01-05")) & (DRAWN.burst == 3) & (DRAWN.member == 0))[0])
    assert NAMES[row] == "incidents-2027-01-05-4"


def test_further_tickets_of_a_burst_are_numbered():
    row = int(np.flatnonzero(DRAWN.member == 2)[0])
    assert NAMES[row].endswith(f"-{DRAWN.burst[row] + 1}.3")


def test_a_surge_is_named_without_blanks():
    row = int(np.flatnonzero(DRAWN.source == 1)[0])
    assert NAMES[row].startswith("incidents*P1_incidents-2027-01-1")


def test_names_differ_and_lead_back():
    listed = list(NAMES)
    assert len(set(listed)) == len(NAMES) == len(DRAWN)
    assert listed == [NAMES[row] for row in range(len(NAMES))]
    assert [NAMES.row_of(name) for name in listed[::50]] == list(range(0, len(listed), 50))


@pytest.mark.parametrize(
    "name", ["", "incidents", "nobody-2027-01-05-4", "incidents-2027-01-05-400000", "incidents-2028-01-05-1"]
)
def test_nobody_is_called_so(name):
    assert NAMES.row_of(name) is None


def test_a_day_that_there_is_not():
    assert NAMES.row_of("incidents-2027-02-31-4") is None


def test_labels_stay_unlike():
    assert labels_of(["a*b c", "a*b, c", "a+x!"]) == ("a*b_c", "a*b_c.2", "a+x!")

"""A level that is judged on the same logs has the chance that a study with that level set finds."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slmdsl.base.units import MINUTE, Duration
from slmdsl.contract.model.agreements import LongestOutage, Score, Share, Statistic, Within
from slmdsl.contract.variants import Variant, variant_of
from slmdsl.study.negotiation.gathering import Gathering
from slmdsl.study.running.bench import Job
from slmdsl.study.running.looks import chance_of
from tests.studies import TWO_GROUPS, contract_of, setting

pytestmark = pytest.mark.compiled

SPEC = TWO_GROUPS.replace(
    "  target happy:",
    """\
  target small: response of P1 incidents within 20 min for 90% each week, or 1 miss under 4 tickets
  target dated: response of P2 incidents within 1 h for 60%, from 2027-02-15 for 90% each week
  target least: count of P1, P2 incidents at least 30 each week
  target still: longest outage of till at most 4 h each month
  target downs: count of outages of till at most 3 each month
  target shut:  share of P2 incidents where reopenings > 0 at most 10% each week, minimum 3 tickets
  target happy:""",
)
CONFIDENCE = 0.95
NUMBERS = range(4)


@pytest.fixture(scope="module")
def gathering():
    contract = contract_of(SPEC)
    job = Job(contract=contract, setting=setting(contract, replications=len(NUMBERS)), engine="fast")
    return Gathering(job, "gold", None, lambda *_: None)


@pytest.fixture(scope="module")
def base(gathering):
    return gathering.gathered([variant_of("base")], NUMBERS, "base")[0]


def bounds_of(target):
    form = target.form
    if isinstance(form, Statistic | LongestOutage):
        return st.integers(1, 3000).map(lambda minutes: Duration(us=minutes * MINUTE))
    if isinstance(form, Score):
        return st.integers(0, 50).map(lambda tenths: Fraction(tenths, 10))
    if isinstance(form, Within | Share) or target.name == "up":
        return st.integers(0, 1000).map(lambda permille: Fraction(permille, 1000))
    return st.integers(0, 120).map(Fraction)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_counting_anew_is_what_a_study_finds(gathering, base, data):
    chosen = {name: data.draw(bounds_of(values.target), label=name) for name, values in base.values.items()}
    edits = tuple(base.values[name].promise(bound) for name, bound in chosen.items())
    words = ", ".join(f"{name} {bound}" for name, bound in chosen.items())
    found = gathering.gathered([Variant(name=words, scenario="base", edits=edits)], NUMBERS, words)[0]
    for name, bound in chosen.items():
        recounted = base.values[name].chance_at(bound, CONFIDENCE)
        assert recounted == chance_of(found.tally, name, CONFIDENCE), (name, bound)


def test_every_target_but_that_of_whole_quarters_is_judged(base):
    unjudged = {
        name for name, values in base.values.items() if values.chance_at(bound_of(values), CONFIDENCE) is None
    }
    assert unjudged == {"gold.mttr"}
    assert len(base.values) == 15


def bound_of(values):
    form = values.target.form
    return Duration(us=MINUTE) if isinstance(form, Statistic | LongestOutage) else Fraction(1)


def test_as_asked_is_as_it_is_counted(base):
    for name, values in base.values.items():
        if name == "gold.dated":
            continue  # no one level is asked
        form = values.target.form
        is_time = isinstance(form, Statistic | LongestOutage)
        asked = (form.limit.values[0][1].duration) if is_time else form.goal.values[0][1]
        assert values.chance_at(asked, CONFIDENCE) == chance_of(base.tally, name, CONFIDENCE), name

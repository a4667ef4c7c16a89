"""Distributions from what people know: what they are drawn with, and what is said where they make no sense."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import HOUR
from slmdsl.contract import check
from slmdsl.contract.from_tree.distributions import read_distribution, resolved_distribution
from slmdsl.contract.model.distributions import Measured, MixOf, Solved, measured_in, with_values
from slmdsl.syntax.parse import parse
from slmdsl.syntax.tree import distributions as tree
from slmdsl.syntax.tree import work
from slmdsl.syntax.tree.common import Literal
from slmdsl.syntax.tree.walk import walk

REFERENCES = {
    "lognormal": lambda mu, sigma: stats.lognorm(sigma, scale=math.exp(mu)),
    "gamma": lambda shape, scale: stats.gamma(shape, scale=scale),
    "weibull": lambda shape, scale: stats.weibull_min(shape, scale=scale),
}
COUNTED = 'load autumn "Autumn" {{\n  incidents {{\n    burst of {}\n  }}\n}}\n'
TIMED = 'load autumn "Autumn" {{\n  cause storm "Storm" {{\n    for {}\n  }}\n}}\n'


def written(text, *, counts=False):
    parsed = parse((COUNTED if counts else TIMED).format(text), "a.slm")
    assert not parsed.diagnostics
    kind = work.Burst if counts else work.Lasts
    (holder,) = (node for node in walk(parsed.tree) if isinstance(node, kind))
    return holder.size if counts else holder.duration


def read(text, *, counts=False):
    return read_distribution(written(text, counts=counts), counts=counts)


def solved(text, *, counts=False):
    found = read(text, counts=counts)
    assert found.findings == ()
    return found.distribution


# Values in hours, for a reader to check.
@pytest.mark.parametrize(
    ("text", "family", "parameters"),
    [
        ("8 h", "constant", (8,)),
        ("constant(30 min)", "constant", (0.5,)),
        ("constant(0 s)", "constant", (0,)),
        ("exponential(2 days)", "exponential", (48,)),
        ("exponential(mean 20 min)", "exponential", (1 / 3,)),
        ("exponential(median 1 h)", "exponential", (1 / math.log(2),)),
        ("exponential(p90 1 h)", "exponential", (1 / math.log(10),)),
        ("exponential(rate 4)", "exponential", (0.25,)),
        ("uniform(2 h, 4 h)", "uniform", (2, 4)),
        ("uniform(max 4 h, min 0 h)", "uniform", (0, 4)),
        ("triangular(1 h, 2 h, 6 h)", "triangular", (1, 2, 6)),
        ("pert(max 6 h, mode 1 h, min 1 h)", "pert", (1, 1, 6)),
    ],
)
def test_families_that_are_drawn_with_what_is_said(text, family, parameters):
    distribution = solved(text)
    assert (distribution.family, distribution.unit) == (family, "time")
    assert distribution.parameters == pytest.approx([value * HOUR for value in parameters], rel=1e-14)


@pytest.mark.parametrize(
    ("text", "family", "shape", "scale"),
    [
        ("gamma(2.5, 3 h)", "gamma", 2.5, 3),
        ("gamma(shape 2.5, rate 4)", "gamma", 2.5, 0.25),
        ("gamma(scale 3 h, mean 6 h)", "gamma", 2, 3),
        ("gamma(mean 3 h, sd 1 h)", "gamma", 9, 1 / 3),
        ("weibull(shape 1.5, scale 9 h)", "weibull", 1.5, 9),
        ("weibull(mean 3 h, shape 1)", "weibull", 1, 3),
        ("lognormal(median 2 h, p90 5 h)", "lognormal", None, None),
    ],
)
def test_families_with_a_shape(text, family, shape, scale):
    distribution = solved(text)
    assert distribution.family == family
    if family == "lognormal":
        mu, sigma = distribution.parameters
        assert math.isclose(math.exp(mu), 2 * HOUR)
        assert math.isclose(sigma, math.log(2.5) / stats.norm.ppf(0.9))
    else:
        assert distribution.parameters == pytest.approx((shape, scale * HOUR), rel=1e-12)


def known(name, value):
    return tree.Parameter(name=name, value=Literal(value=Fraction(value), span=NOWHERE), span=NOWHERE)


def figure(reference, name):
    return (
        reference.ppf(float(name[1:]) / 100) if name[1:2].isdigit() else getattr(reference, _CALLED[name])()
    )


_CALLED = {"mean": "mean", "sd": "std", "median": "median"}
SPREADS = {
    "lognormal": st.floats(0.02, 2.5).map(lambda sigma: (1.0, sigma)),
    "gamma": st.floats(0.03, 2.5).map(lambda spread: (spread**-2, 3.0)),
    "weibull": st.floats(0.3, 30.0).map(lambda shape: (shape, 3.0)),
}
PAIRS = [
    ("mean", "sd"),
    ("median", "p90"),
    ("p10", "p99.9"),
    ("mean", "p95"),
    ("p75", "sd"),
    ("mean", "median"),
]


@pytest.mark.parametrize("family", SPREADS)
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@given(st.data())
def test_two_figures_are_met(family, pair, data):
    given_one = REFERENCES[family](*data.draw(SPREADS[family]))
    wanted = [figure(given_one, name) for name in pair]
    assume(abs(math.log(wanted[1] / wanted[0])) > 1e-3)  # else there is next to no spread
    literal = Literal(value=family, span=NOWHERE)
    parameters = tuple(known(*each) for each in zip(pair, wanted, strict=True))
    node = tree.NamedDistribution(family=literal, parameters=parameters, span=NOWHERE)
    found = resolved_distribution(node, counts=True)
    assert found is not None
    solved_one = REFERENCES[family](*found.parameters)
    assert [figure(solved_one, name) for name in pair] == pytest.approx(wanted, rel=1e-9)


def test_the_smaller_of_two_spreads_is_taken():
    found = read("lognormal(mean 2 h, p90 4 h)")
    z = stats.norm.ppf(0.9)
    assert math.isclose(
        found.distribution.parameters[1], z - math.sqrt(z * z - 2 * math.log(2)), rel_tol=1e-9
    )
    (note,) = found.findings
    assert (note.code, note.label) == ("SLM604", "its median is 88.84 min, not 24.28 min")


def test_nothing_is_said_of_a_second_spread_that_would_not_matter():
    assert solved("lognormal(mean 6 h, p95 14 h)").family == "lognormal"  # the other has sigma 2.65
    assert solved("lognormal(mean 9 h, p90 20 h)").family == "lognormal"  # medians 5.1 h and 2.9 h


def test_the_largest_possible_quantile_is_named():
    (finding,) = read("lognormal(mean 2 h, p90 5 h)").findings
    assert finding.message == "no lognormal has a `p90` of 2.5 times its `mean`: it is at most 2.273 times"
    assert finding.label == "at most 4.546 h with this mean"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("lognormal(mean 2 h, median 3 h)", "SLM603", "the `median` of a lognormal lies below its `mean`"),
        ("gamma(mean 2 h, p99 1 h)", "SLM603", "the `p99` of a gamma distribution lies above its `mean`"),
        ("gamma(p99.99 2 h, sd 5 h)", "SLM603", "it is at most 0.1258 times"),
        ("weibull(scale 5 h, mean 2 h)", "SLM603", "it is at least 0.8856 times"),
        ("gamma(scale 1 s, p10 900 h)", "SLM609", "beyond belief"),
        ("weibull(scale 1 s, p75 900 h)", "SLM609", "beyond belief"),
    ],
)
def test_why_two_figures_do_not_go_together(text, code, words):
    (finding,) = read(text).findings
    assert finding.code == code
    assert words in finding.message


def test_counts_have_numbers():
    assert solved("geometric(mean 1.4)", counts=True).parameters == (1.4,)
    assert solved("geometric(1)", counts=True).unit == "count"
    assert solved("uniform(1, 4)", counts=True).parameters == (1.0, 4.0)
    assert solved("exponential(rate 0.25)", counts=True).parameters == (4.0,)


def test_business_days_stay_business_days():
    distribution = solved("gamma(mean 3 business days, sd 1 business day)")
    assert distribution.unit == "business_days"
    assert distribution.parameters == pytest.approx((9.0, 1 / 3), rel=1e-12)
    assert solved("uniform(0 s, 2 business days)").parameters == (0.0, 2.0)
    assert solved("2 business days").unit == "business_days"


def test_mixes_and_measured_values():
    mix = solved('mix(45% constant(1 h), 55% mix(10% 2 h, 90% empirical("f.csv" "hours")))')
    assert isinstance(mix, MixOf)
    (one, first), (other, second) = mix.parts
    assert (one, other) == (Fraction(45, 100), Fraction(55, 100))
    assert isinstance(first, Solved)
    measured = second.parts[1][1]
    assert isinstance(measured, Measured)
    assert (measured.file, measured.column, measured.unit, measured.values) == ("f.csv", "hours", "time", ())


def test_measured_values_are_put_where_they_belong():
    mix = solved('mix(45% constant(1 h), 55% mix(10% 2 h, 90% empirical("f.csv" "hours")))')
    (unread,) = measured_in(mix)
    filled = with_values(mix, lambda each: [3.0, 1.0] if each is unread else [])
    assert [each.values for each in measured_in(filled)] == [(1.0, 3.0)]
    assert filled.parts[0] == mix.parts[0]
    assert list(measured_in(filled.parts[0][1])) == []


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("lognormal(2 h, 5 h)", "SLM600", "2 h"),
        ("exponential(sd 2 h)", "SLM600", "sd 2 h"),
        ("uniform(2 h, 3 h, 4 h)", "SLM600", "4 h"),
        ("gamma(mode 2 h, sd 2 h)", "SLM600", "mode 2 h"),
        ("gamma(mean 2 h)", "SLM601", "gamma(mean 2 h)"),
        ("triangular(1 h, 2 h)", "SLM601", "triangular(1 h, 2 h)"),
        ("lognormal(mean 2 h, median 1 h, p90 4 h)", "SLM601", "p90 4 h"),
        ("exponential(mean 2 h, rate 3)", "SLM601", "rate 3"),
        ("lognormal(p90 2 h, p90 3 h)", "SLM602", "p90 3 h"),
        ("lognormal(p50 2 h, median 2 h)", "SLM602", "median 2 h"),
        ("gamma(scale 2 h, rate 2)", "SLM602", "rate 2"),
        ("uniform(min 2 h, min 3 h)", "SLM602", "min 3 h"),
        ("lognormal(mean 2 h, p90 5 h)", "SLM603", "p90 5 h"),
        ("lognormal(mean 2 h, median 3 h)", "SLM603", "median 3 h"),
        ("gamma(mean 2 h, p90 7 h)", "SLM603", "p90 7 h"),
        ("lognormal(median 5 h, p90 2 h)", "SLM605", "p90 2 h"),
        ("gamma(p90 2 h, p10 5 h)", "SLM605", "p90 2 h"),
        ("uniform(4 h, 2 h)", "SLM606", "2 h"),
        ("pert(min 1 h, mode 7 h, max 6 h)", "SLM606", "max 6 h"),
        ("uniform(2 h, 2 h)", "SLM608", "2 h"),
        ("gamma(mean 2 h, sd 0 h)", "SLM608", "sd 0 h"),
        ("weibull(median 2 h, p90 2 h)", "SLM608", "p90 2 h"),
        ("lognormal(median 2 h, p90 2 h 1 ms)", "SLM608", "p90 2 h 1 ms"),
        ("gamma(mean 2 h, sd 1 s)", "SLM608", "sd 1 s"),
        ("lognormal(median 1 s, p90 90 days)", "SLM609", "p90 90 days"),
        ("lognormal(mean 1 h, sd 8_000_000 h)", "SLM609", "sd 8_000_000 h"),
        ("weibull(mean 90 days, median 1 ms)", "SLM609", "median 1 ms"),
        ("gamma(0.001, 2 h)", "SLM609", "0.001"),
        ("weibull(shape 2_000, scale 2 h)", "SLM609", "shape 2_000"),
        ("geometric(mean 3)", "SLM610", "geometric(mean 3)"),
        ("gamma(mean 3 business days, sd 8 h)", "SLM611", "sd 8 h"),
        ("gamma(mean 3 business days, rate 8)", "SLM611", "rate 8"),
        ("mix(50% 2 h, 50% 1 business day)", "SLM611", "50% 1 business day"),
        ("exponential(mean 3)", "SLM305", "3"),
        ("weibull(shape 2 h, scale 2 h)", "SLM305", "2 h"),
        ("exponential(mean 30%)", "SLM305", "30%"),
        ("exponential(mean 0 h)", "SLM311", "0 h"),
        ("gamma(0, 3 h)", "SLM311", "0"),
        ("lognormal(median 2 h, p0 1 h)", "SLM318", "p0 1 h"),
        ("mix(50% 2 h, 50% uniform(3 h, 2 h))", "SLM606", "2 h"),
    ],
)
def test_what_makes_no_sense_is_said_once(text, code, at):
    found = read(text)
    (finding,) = found.findings
    assert found.distribution is None
    assert finding.is_error
    assert finding.code == code
    assert TIMED.format(text)[finding.span.start : finding.span.end] == at
    assert resolved_distribution(written(text), counts=False) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("geometric(mean 0.4)", "SLM607"),
        ("2 h", "SLM305"),
        ("uniform(1 h, 3 h)", "SLM305"),
        ("geometric(1, 2)", "SLM600"),
    ],
)
def test_counts_that_make_no_sense(text, code):
    found = read(text, counts=True)
    assert found.distribution is None
    assert [finding.code for finding in found.findings] == [code]


def test_a_mix_of_nothing_is_none():
    found = read("mix(0% 2 h, 0% 3 h)")  # SLM315 tells of the shares
    assert (found.distribution, found.findings) == (None, ())


def test_every_part_of_a_mix_is_told_of():
    found = read("mix(50% uniform(3 h, 2 h), 50% exponential(mean 0 h))")
    assert [finding.code for finding in found.findings] == ["SLM606", "SLM311"]


def test_bounds_are_told_in_the_unit_that_was_written():
    labels = [
        read(text).findings[0].label
        for text in (
            "lognormal(mean 2 business days, p90 5 business days)",
            "lognormal(mean 20 s, p90 50 s)",
            "lognormal(mean 20 min, p90 50 min)",
            "lognormal(mean 20 days, p90 50 days)",
        )
    ]
    bounds = ["4.546 business days", "45.46 s", "45.46 min", "45.46 days"]
    assert labels == [f"at most {bound} with this mean" for bound in bounds]
    (counted,) = read("gamma(mean 2, p90 7)", counts=True).findings
    assert counted.label == "at most 6.049 with this mean"


def codes_of(text):
    _, found = check([parse(text, "a.slm").tree])
    return [each.code for each in found if "600" <= each.code[3:] <= "612"]


def test_business_days_need_a_calendar():
    days = "uniform(1 business day, 2 business days)"
    assert codes_of(TIMED.format(days)) == ["SLM612"]
    step = 'load autumn "A" {{\n  incidents {{\n    step desk {{\n      {}\n    }}\n  }}\n}}\n'
    assert codes_of(step.format(f"works {days}")) == ["SLM612"]
    assert codes_of(step.format(f"waits {days} on office")) == []


def test_each_place_is_checked():
    text = """risk fire "Fire" {
  impact outage for uniform(2 h, 1 h)
  impact desk staff -30% for uniform(2 h, 1 h)
  impact incidents in till * 5 for uniform(2 h, 1 h)
}

load autumn "Autumn" {
  incidents {
    burst of uniform(2, 1)
    step desk {
      answers in uniform(2 h, 1 h)
      gives up 3% after uniform(2 h, 1 h)
      works uniform(2 h, 1 h)
      waits uniform(2 h, 1 h)
    }
    waits for customer 25% for uniform(2 h, 1 h)
    reopens 4% after uniform(2 h, 1 h)
  }
  component till.one fails every uniform(2 h, 1 h), repaired in uniform(2 h, 1 h)
  cause power "Power" {
    every uniform(2 h, 1 h)
    for uniform(2 h, 1 h)
    raises uniform(2, 1) P1 incidents in till over 30 min
  }
}
"""
    assert codes_of(text) == ["SLM606"] * text.count("uniform(")

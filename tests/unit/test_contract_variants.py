"""What `vary` spans: variants, their points on the axes, and what each simulates."""

from fractions import Fraction

import pytest

from slmdsl.contract.scenarios import what_if
from slmdsl.contract.variants import Point, count_of, variant_of, variants_of, varied
from slmdsl.syntax.parse import parse
from tests.contracts import contract, read

MODEL = """
provider us "Us"
team desk "Desk"
service till "Tills" {
  components east
  needs east
}
request laptop "Laptop"
calendar office {
  open mon..fri 08:00-18:00
  timezone UTC
}
clock usual {
  runs on office
}
profile week {
  timezone UTC
  mon..sun 00:00-24:00 1
}
staff desk {
  shift day mon..sun 08:00-18:00 2 agents
}
load steady {
  incidents {
    rate 30 per day
    profile week
    in till 100%
    priority P1 10%, P2 90%
    start at desk
    step desk {
      works constant(20 min)
      then resolved 100%
    }
  }
  requests for laptop {
    rate 5 per week, varying 10%
    profile week
    in till 100%
    priority P2 100%
    start at desk
    step desk {
      works constant(20 min)
      then resolved 100%
    }
  }
  component till.east fails every constant(99 h), repaired in constant(1 h)
}
risk power "Power" {
  affects till
  likelihood 3 per year
  impact outage for lognormal(median 2 h, p90 5 h)
  owner us
  treatment accept "Cheaper."
}
risk flood "Flood" {
  affects till
  likelihood 1 per year
  impact outage for lognormal(median 2 h, p90 5 h)
  owner us
  treatment accept "Cheaper."
}
sla gold "Gold" {
  between us and us
  clock usual
  target fix: resolution of P1 incidents within 4 h for 90% each month
  target up: availability of till at least 99% each month
}
scenario today {
  load steady
}
scenario dry from today {
  without power
}
experiment tried {
  scenarios SCENARIOS
  horizon 2027-01-01 .. 2027-12-31
  VARY
}
"""


UNBACKED = {"SLM411"}


def model(*vary, scenarios="today"):
    lines = "\n  ".join(f"vary {each}" for each in vary)
    return MODEL.replace("SCENARIOS", scenarios).replace("VARY", lines)


def tried(*vary, scenarios="today"):
    spec = contract(model(*vary, scenarios=scenarios))
    return spec, variants_of(spec.experiments["tried"])


def simulated(said):
    """Return the first and the last variant of one range, as simulated, and all the points."""
    spec, found = tried(said)
    return varied(spec, found[0]), varied(spec, found[-1]), [each.points[0] for each in found]


def target(what, name):
    return next(each for each in what.contract.agreements["gold"].targets if each.name == name)


@pytest.mark.parametrize(
    ("said", "dimension", "unit", "words", "numbers"),
    [
        ("desk.day agents 2 .. 6 step 2", "desk.day agents", "", ["2", "4", "6"], [2, 4, 6]),
        ("desk lines 5 .. 6", "desk lines", "", ["5", "6"], [5, 6]),
        ("till.east crew of 1 .. 3 step 2", "till.east crew of", "", ["1", "3"], [1, 3]),
        ("gold.fix for 80% .. 90% step 5%", "gold.fix for", "%", ["80%", "85%", "90%"], [80, 85, 90]),
        ("gold.up at least 99% .. 99.9% step 0.3%", "gold.up at least", "%", None, [99, 99.3, 99.6, 99.9]),
        ("desk absence 0% .. 20% step 10%", "desk absence", "%", ["0%", "10%", "20%"], [0, 10, 20]),
        ("gold.fix within 1 h .. 2 h step 30 min", "gold.fix within", "h", None, [1, 1.5, 2]),
        (
            "gold.fix by end of 1 business day .. 3 business days step 2 business days",
            "gold.fix by end of",
            "business days",
            ["1 business day", "3 business days"],
            [1, 3],
        ),
        ("steady.laptop rate 6 .. 12 step 3 per day", "steady.laptop rate", "per day", None, [6, 9, 12]),
        ("steady.incidents rate 6 .. 8 per hour", "steady.incidents rate", "per hour", None, [6, 7, 8]),
        (
            "incidents in till * 0.8 .. 1.1 step 0.1",
            "incidents in till *",
            "times",
            ["0.8", "0.9", "1", "1.1"],
            [0.8, 0.9, 1, 1.1],
        ),
        (
            "incidents * 2 .. 3 step 1 during 2027-11-15 .. 2027-12-05",
            "incidents during 2027-11-15 .. 2027-12-05 *",
            "times",
            ["2", "3"],
            [2, 3],
        ),
        ("without power", "power", "", ["with", "without"], [1, 0]),
        ("without risks", "risks", "", ["with", "without"], [1, 0]),
    ],
)
def test_points_of_each_kind_of_range(said, dimension, unit, words, numbers):
    points = simulated(said)[2]
    assert {each.dimension for each in points} == {dimension}
    assert {each.unit for each in points} == {unit}
    assert [each.number for each in points] == numbers  # exact: no step adds up the errors of the one before
    if words is not None:
        assert [each.words for each in points] == words


def test_a_last_value_that_no_step_meets_is_not_passed():
    assert [each.words for each in simulated("gold.fix for 80% .. 94% step 5%")[2]] == ["80%", "85%", "90%"]


class TestWhatIsSimulated:
    def test_shares_and_bounds(self):
        first, last, _ = simulated("gold.fix for 80% .. 95% step 5%")
        assert [target(each, "fix").form.goal.values[0][1] for each in (first, last)] == [
            Fraction(80, 100),
            Fraction(95, 100),
        ]
        first, last, _ = simulated("gold.up at least 98% .. 99.5% step 0.5%")
        assert [target(each, "up").form.goal.values[0][1] for each in (first, last)] == [
            Fraction(98, 100),
            Fraction(995, 1000),
        ]

    def test_ends_of_days(self):
        _, last, _ = simulated("gold.fix by end of 1 business day .. 3 business days")
        limit = target(last, "fix").form.limit.values[0][1]
        assert limit.end_of_day
        assert limit.duration.business_days == 3

    def test_staff_and_crews(self):
        assert simulated("desk absence 0% .. 20% step 5%")[1].contract.staff["desk"].absence == Fraction(1, 5)
        assert simulated("desk lines 5 .. 6")[1].contract.staff["desk"].lines == 6
        assert simulated("till.east crew of 1 .. 3")[1].load.failing[0].crew == 3

    def test_rates_and_factors(self):
        rate = simulated("steady.laptop rate 6 .. 12 step 3 per day")[1].load.streams[1].rates[0]
        assert (rate.count, rate.per, rate.varying) == (12, "day", Fraction(1, 10))
        factor = simulated("laptop requests * 0.8 .. 1.4 step 0.1")[1].multiplies[0]
        assert (factor.stream, factor.factor) == ("laptop", Fraction(14, 10))
        whole = simulated("requests * 1 .. 2 step 0.5 during 2027-11-15 .. 2027-12-05")[0].multiplies
        assert [(each.stream, each.factor, each.during is not None) for each in whole] == [
            ("laptop", 1, True)
        ]

    def test_risks(self):
        names = [[risk.name for risk in each.risks] for each in simulated("without power")[:2]]
        assert names == [["power", "flood"], ["flood"]]
        names = [[risk.name for risk in each.risks] for each in simulated("without risks")[:2]]
        assert names == [["power", "flood"], []]

    def test_a_variant_without_anything_else_is_the_scenario(self):
        spec, _ = tried("desk.day agents 1 .. 2")
        assert varied(spec, variant_of("dry")) == what_if(spec, "dry")

    def test_what_a_scenario_is_without_stays_away(self):
        spec, found = tried("without flood", scenarios="dry")
        assert [[risk.name for risk in varied(spec, each).risks] for each in found] == [["flood"], []]


class TestVariants:
    def test_the_last_range_changes_fastest(self):
        _, found = tried("without power, desk.day agents 4 .. 5", scenarios="today, dry")
        assert [each.name for each in found] == [
            "today: with power, desk.day agents 4",
            "today: with power, desk.day agents 5",
            "today: without power, desk.day agents 4",
            "today: without power, desk.day agents 5",
            "dry: with power, desk.day agents 4",
            "dry: with power, desk.day agents 5",
            "dry: without power, desk.day agents 4",
            "dry: without power, desk.day agents 5",
        ]
        assert found[3].without == ("power",)
        assert found[3].points == (
            Point(dimension="power", words="without", number=0.0, unit=""),
            Point(dimension="desk.day agents", words="5", number=5.0, unit=""),
        )

    def test_they_are_counted_without_being_made(self):
        spec, found = tried("without risks, desk.day agents 4 .. 6", scenarios="today, dry")
        assert count_of(spec.experiments["tried"]) == len(found) == 12
        assert count_of(tried()[0].experiments["tried"]) == 1


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("desk.day absence 0% .. 20% step 5%", ["SLM204"]),
        ("desk crew of 1 .. 3", ["SLM204"]),
        ("gold.fix rate 1 .. 3 per day", ["SLM204"]),
        ("gold for 80% .. 90% step 5%", ["SLM204"]),
        ("gold.up for 80% .. 90% step 5%", ["SLM305"]),
        ("gold.fix at least 80% .. 90% step 5%", ["SLM305"]),
        ("gold.up at most 80% .. 90% step 5%", ["SLM658"]),
        ("gold.fix for 80% .. 101% step 5%", ["SLM302"]),
        ("gold.fix for 90% .. 80% step 5%", ["SLM306"]),
        ("incidents * 2 .. 1 step 0.5", ["SLM306"]),
        ("gold.fix by end of 3 business days .. 1 business day", ["SLM306"]),
        ("gold.fix by end of 1 business day .. 3 h", ["SLM305", "SLM312"]),
        ("gold.fix by end of 1 business day .. 2 business days step 0.5 business days", ["SLM312"]),
        ("gold.fix within 1 day .. 2 days", ["SLM301"]),
        ("gold.fix for 80% .. 90% step 0%", ["SLM311"]),
        ("incidents * 0 .. 1 step 0.5", ["SLM311"]),
        ("steady.laptop rate 0 .. 3 per day", ["SLM311"]),
        ("desk.day agents 1 .. 3 step 0", ["SLM311"]),
        ("P1 requests * 1 .. 2 step 0.5", ["SLM653"]),
        ("night.day agents 1 .. 2", ["SLM203"]),
        ("without nothing", ["SLM203"]),
        ("without gold", ["SLM204"]),
    ],
)
def test_ranges_that_do_not_fit(said, expected):
    assert sorted({each.code for each in read(model(said))[1]} - UNBACKED) == expected


@pytest.mark.parametrize("said", ["gold.fix for 80% .. 90%", "desk absence 0% .. 9%", "incidents * 1 .. 2"])
def test_shares_and_factors_say_their_step(said):
    found = parse(model(said), "spec.slm").diagnostics
    assert [each.code for each in found] == ["SLM102"]
    assert found[0].message.startswith("expected `step`")

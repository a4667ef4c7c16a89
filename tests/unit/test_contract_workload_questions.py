"""What is found in the questions that experiments ask, and in the horizons that they are asked of."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slmdsl.base.units import to_us
from slmdsl.contract import check
from slmdsl.contract.checks.workload_horizons import holds_a_period
from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit, RollingPeriod
from slmdsl.rules.periods import periods_of
from slmdsl.syntax.parse import parse
from tests.contracts import read
from tests.unit.test_contract_variants import UNBACKED, model

PAID = "  shift day mon..sun 08:00-18:00 2 agents\n"
FIND = "find cheapest where chance of gold >= 80%"


def codes(*lines, scenarios="today", paid="EUR", horizon=None, more=""):
    text = model(scenarios=scenarios).replace(
        "  horizon 2027-01-01 .. 2027-12-31",
        "\n  ".join([horizon or "  horizon 2027-01-01 .. 2027-12-31", *lines]),
    )
    if paid:
        text = text.replace(PAID, f"{PAID}  cost {paid} 40 per agent hour\n")
    return sorted({each.code for each in read(text + more)[1]} - UNBACKED)


TWO_MORE = "scenario two_more from today {\n  set desk.day agents 4\n}\n"
TIGHTER = "scenario tighter from today {\n  set gold.fix within 1 h\n}\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["vary desk.day agents 1 .. 100, gold.fix for 1% .. 100% step 1%"], []),
        (["vary desk.day agents 1 .. 101, gold.fix for 1% .. 100% step 1%"], ["SLM670"]),
        (["vary desk.day agents 1 .. 2_000"], ["SLM654"]),
        (["vary desk.day agents 1 .. 2, desk.day agents 3 .. 4"], ["SLM671"]),
        (["vary without power", "vary without flood, without power"], ["SLM671"]),
        (["vary without risks, without risks"], ["SLM671"]),
        (["vary incidents * 1 .. 2 step 1, incidents * 2 .. 4 step 1"], ["SLM671"]),
        (["vary incidents * 1 .. 2 step 1, incidents * 2 .. 4 step 1 during 2027-03-01 .. 2027-03-31"], []),
        (["vary desk.day agents 1 .. 2, desk lines 1 .. 2, desk absence 0% .. 9% step 9%"], []),
        (["vary desk.day agents 4 .. 4"], ["SLM672"]),
        (["vary without power, without risks"], []),
        (["replications until half width of gold <= 0%"], ["SLM677"]),
        (["replications until half width of gold <= 2%, at most 60"], []),
        (["replications until half width of gold <= 2%, at most 59"], ["SLM679"]),
    ],
)
def test_what_is_varied_and_how_surely(lines, expected):
    assert codes(*lines) == expected


def test_a_scenario_named_twice():
    assert codes(scenarios="today, today") == ["SLM671"]


@pytest.mark.parametrize(
    ("scenarios", "said", "expected"),
    [
        ("dry", "without power", ["SLM672"]),
        ("today, dry", "without power", []),
        ("dry", "without risks", []),
    ],
)
def test_leaving_out_what_every_scenario_leaves_out(scenarios, said, expected):
    assert codes(f"vary {said}", scenarios=scenarios) == expected


def test_leaving_out_risks_twice():
    bare = "scenario bare from today {\n  without risks\n}\n"
    assert codes("vary without risks", scenarios="bare", more=bare) == ["SLM672"]
    assert codes("vary without power", scenarios="bare", more=bare) == ["SLM672"]


class TestSearches:
    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            ([], ["SLM673"]),
            (["vary desk.day agents 4 .. 4"], ["SLM672", "SLM673"]),
            (["vary desk.day agents 4 .. 5"], []),
            (["vary gold.fix within 1 h .. 2 h"], ["SLM674"]),
            (["vary desk absence 0% .. 9% step 9%"], ["SLM674"]),
            (["vary gold.fix within 1 h .. 2 h, desk.day agents 4 .. 5"], []),
            (["vary desk.day agents 4 .. 5", "replications 100"], []),
            (["vary desk.day agents 4 .. 5", "replications until half width of gold <= 2%"], ["SLM676"]),
        ],
    )
    def test_what_may_be_chosen(self, lines, expected):
        assert codes(*lines, FIND) == expected

    @pytest.mark.parametrize(("share", "expected"), [("0%", ["SLM678"]), ("100%", ["SLM678"]), ("99.9%", [])])
    def test_certainties(self, share, expected):
        assert codes("vary desk.day agents 4 .. 5", FIND.replace("80%", share)) == expected

    def test_scenarios_may_differ_in_cost(self):
        assert codes(FIND, scenarios="today, two_more", more=TWO_MORE) == []
        assert codes(FIND, scenarios="today, tighter", more=TIGHTER) == ["SLM674"]

    def test_staff_without_a_price(self):
        assert codes("vary desk.day agents 4 .. 5", FIND, paid=None) == ["SLM674"]
        assert codes("vary desk.day agents 4 .. 5", paid=None) == []

    def test_a_price_that_could_not_be_read_is_no_lacking_one(self):
        text = model("desk.day agents 4 .. 5").replace("  horizon", f"  {FIND}\n  horizon")
        parsed = parse(text.replace(PAID, f"{PAID}  cost EUR oops\n"), "spec.slm")
        assert "SLM674" not in {each.code for each in check([parsed.tree])[1]}

    def test_two_currencies(self):
        second = (
            'team apps "Applications"\nstaff apps {\n  shift day mon..sun 08:00-18:00 2 agents\n'
            "  cost {currency} 50 per agent hour\n}\n"
        )
        for currency, expected in (("GBP", ["SLM675"]), ("EUR", [])):
            text = model("desk.day agents 4 .. 5").replace("  horizon", f"  {FIND}\n  horizon")
            text = text.replace(PAID, f"{PAID}  cost EUR 40 per agent hour\n")
            text = text.replace(
                "      then resolved 100%\n    }\n  }\n  requests",
                "      then resolved 90%, apps 10%\n    }\n    step apps {\n      works constant(20 min)\n"
                "      then resolved 100%\n    }\n  }\n  requests",
            )
            found = read(text + second.replace("{currency}", currency))[1]
            assert sorted({each.code for each in found} - UNBACKED) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("horizon 2027-01-01 .. 2027-01-31", []),
        ("horizon 2027-01-02 .. 2027-02-27", ["SLM680"]),
        ("horizon 2027-01-02 .. 2027-02-28", []),
        ("horizon 1901-01-01 .. 1901-12-31", []),
        ("horizon 1900-12-31 .. 1901-12-31", ["SLM681"]),
        ("horizon 2198-01-01 .. 2198-12-31", []),
        ("horizon 2198-01-01 .. 2199-01-01", ["SLM681"]),
        ("horizon 2027-12-31 .. 2027-01-01", ["SLM306"]),
    ],
)
def test_horizons(said, expected):
    assert codes(horizon=f"  {said}") == expected


DAYS = st.dates(date(2026, 12, 1), date(2028, 4, 1))
PERIODS = st.one_of(
    st.sampled_from(PeriodUnit).map(lambda unit: CalendarPeriod(unit=unit)),
    st.integers(1, 400).map(lambda days: RollingPeriod(days=days)),
)


@given(
    DAYS,
    st.integers(0, 500),
    PERIODS,
    st.none() | DAYS,
    st.none() | st.integers(0, 500),
    st.integers(1, 31),
    st.sampled_from(["clamp", "spill"]),
)
@example(date(2027, 2, 1), 27, CalendarPeriod(unit=PeriodUnit.MONTH), None, None, 31, "spill")
@example(date(2027, 1, 31), 27, CalendarPeriod(unit=PeriodUnit.MONTH), None, None, 31, "clamp")
@example(date(2027, 1, 5), 5, CalendarPeriod(unit=PeriodUnit.MONTH), date(2027, 1, 6), 3, 1, "clamp")
def test_a_horizon_holds_the_periods_that_are_judged_in_it(first, days, period, begins, lasts, day, overflow):
    end = first + timedelta(days=days)
    valid_to = begins and lasts is not None and begins + timedelta(days=lasts)
    agreement = SimpleNamespace(
        zone="UTC", valid_from=begins, valid_to=valid_to or None, month_day=day, month_overflow=overflow
    )
    target = SimpleNamespace(period=period)
    from_us, to_us_ = _midnight_us(first), _midnight_us(end + timedelta(days=1))
    earlier = _midnight_us(first - timedelta(days=800)) if not isinstance(period, RollingPeriod) else from_us
    found = periods_of(target, agreement, earlier, to_us_ + 1)
    whole = [
        begin >= from_us and finish <= to_us_
        for begin, finish in zip(found.from_us, found.to_us, strict=True)
    ]
    assert holds_a_period(target, agreement, first, end) == any(whole)


def _midnight_us(day):
    return to_us(datetime(day.year, day.month, day.day, tzinfo=UTC))

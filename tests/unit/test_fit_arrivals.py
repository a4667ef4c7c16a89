"""Arrivals fitted on logs that the project's own generator drew: what was said must be found."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from slmdsl.study.fit.arrivals.doubts import SENTENCES
from slmdsl.study.fit.arrivals.draws import arrival_draws
from slmdsl.study.fit.arrivals.from_opened import arrivals_of
from slmdsl.study.fit.arrivals.profile import weights_of
from tests.demands import arrivals, demand_plan, load

pytestmark = pytest.mark.compiled  # a million tickets

PROFILES = {
    "shop": """
  timezone Europe/Amsterdam
  mon..fri 00:00-07:00 0.1, 07:00-09:00 1.4, 09:00-12:00 2.2, 12:00-17:00 1.6, 17:00-24:00 0.4
  sat      08:00-18:00 0.9
  sun      10:00-17:00 0.3
  holidays NL 0.2
""",
    "office": """
  timezone America/New_York
  mon      08:00-18:00 3
  tue..fri 08:00-12:00 2.5, 12:00-18:00 1.5
  holidays US 0.1
""",
    "round": """
  timezone Asia/Shanghai
  mon..sun 00:00-08:00 0.6, 08:00-24:00 1.2
""",
    "even": """
  timezone UTC
  mon..sun 00:00-24:00 1
""",
}
ZONES = {"shop": "Europe/Amsterdam", "office": "America/New_York", "round": "Asia/Shanghai", "even": "UTC"}
MINUTE = 60_000_000
DAY = 1_440 * MINUTE


@dataclass(frozen=True, kw_only=True)
class Model:
    """What is said, and how near a fit must come: rate, varying and weights as shares, correlated so far off.

    More is asked where a log tells more: the rate of two years whose days vary by 14 % is known to 1 %, of half a year
    whose days vary by 40 %, and are alike, to 6 %.
    """

    profile: str
    rates: tuple[tuple[str | None, float], ...]
    varying: int = 0
    correlated: float = 0.0
    burst: float = 1.0
    growing: int = 0
    first: str = "2024-01-01"
    last: str = "2025-12-31"
    rate_off: float = 0.03
    varying_off: float = 0.2
    correlated_off: float = 0.15
    weight_off: float = 0.1
    minutes: bool = False
    seed: int = 0

    @property
    def said(self):
        """Return the lines of a load."""
        factor = f", varying {self.varying}%, correlated {self.correlated}" if self.varying else ""
        growth = f", growing {self.growing}% per year as of {self.last}" if self.growing else ""
        rates = [
            f"rate {rate} per day{f' from {since}' if since else ''}{factor}{growth}"
            for since, rate in self.rates
        ]
        burst = [f"burst of geometric(mean {self.burst})"] if self.burst > 1 else []
        return "\n    ".join([*rates, *burst, "profile week"])


def one(rate):
    return ((None, rate),)


YEAR = {"first": "2025-01-01"}
HALF = {"first": "2025-01-01", "last": "2025-06-30"}

MODELS = {
    "the example": Model(profile="shop", rates=one(100), varying=14, correlated=0.35, burst=1.4),
    "its growth": Model(
        profile="shop", rates=one(100), varying=14, correlated=0.35, burst=1.4, growing=12, first="2023-01-01"
    ),
    "fast growth": Model(
        profile="round", rates=one(60), varying=20, correlated=0.2, growing=30, rate_off=0.05
    ),
    "a step": Model(
        profile="shop", rates=((None, 100), ("2025-03-10", 150)), varying=14, correlated=0.35, burst=1.4
    ),
    "a step down": Model(
        profile="office", rates=((None, 60), ("2024-10-07", 35)), varying=15, correlated=0.3, rate_off=0.04
    ),
    "two steps": Model(
        profile="round",
        rates=((None, 40), ("2024-07-15", 70), ("2025-05-05", 50)),
        varying=10,
        correlated=0.3,
    ),
    "a step in minutes": Model(
        profile="even", rates=((None, 50), ("2025-06-01", 90)), varying=12, burst=1.5, minutes=True
    ),
    "plain Poisson": Model(profile="even", rates=one(100), **YEAR),
    "few, plain": Model(profile="round", rates=one(6), rate_off=0.05, weight_off=0.12),
    "few, at work": Model(profile="office", rates=one(8), rate_off=0.05, weight_off=0.12),
    "large bursts": Model(profile="round", rates=one(15), burst=3, rate_off=0.05, weight_off=0.15),
    "bursts and days": Model(
        profile="office",
        rates=one(40),
        burst=2.5,
        varying=25,
        correlated=0.3,
        rate_off=0.05,
        correlated_off=0.2,
    ),
    "small bursts": Model(
        profile="shop", rates=one(150), burst=1.1, varying=15, correlated=0.5, **YEAR, rate_off=0.04
    ),
    "bursts in minutes": Model(
        profile="shop", rates=one(120), burst=1.4, varying=14, correlated=0.35, minutes=True
    ),
    "busy minutes": Model(
        profile="office", rates=one(250), varying=14, correlated=0.5, minutes=True, rate_off=0.04
    ),
    "days of their own": Model(profile="office", rates=one(60), varying=30, rate_off=0.04),
    "alike days": Model(profile="round", rates=one(80), varying=25, correlated=0.7, rate_off=0.06),
    "very alike days": Model(profile="shop", rates=one(200), varying=12, correlated=0.8, rate_off=0.04),
    "wild days": Model(profile="even", rates=one(50), varying=60, correlated=0.3, rate_off=0.06),
    "calm days": Model(profile="shop", rates=one(300), varying=6, correlated=0.4, weight_off=0.06),
    "half a year": Model(
        profile="shop",
        rates=one(80),
        varying=15,
        correlated=0.35,
        **HALF,
        varying_off=0.3,
        correlated_off=0.25,
        weight_off=0.2,
    ),
    "half a year, alike": Model(
        profile="round",
        rates=one(200),
        varying=10,
        correlated=0.6,
        burst=1.2,
        **HALF,
        rate_off=0.05,
        varying_off=0.3,
    ),
    "a quarter": Model(
        profile="office",
        rates=one(100),
        varying=15,
        correlated=0.3,
        first="2025-01-01",
        last="2025-03-31",
        rate_off=0.06,
        varying_off=0.3,
        correlated_off=0.3,
    ),
    "much of it": Model(
        profile="shop", rates=one(500), varying=14, correlated=0.35, burst=1.2, **HALF, correlated_off=0.25
    ),
}


def drawn(model):
    """Return when tickets of a model arrive, in microseconds UTC."""
    text = load(model.said, world=f"profile week {{{PROFILES[model.profile]}}}\n")
    plan = demand_plan(text, first=model.first, last=model.last)
    at_us = arrivals(plan, model.seed).at * 1_000_000
    return at_us // MINUTE * MINUTE if model.minutes else at_us


@pytest.mark.parametrize("name", MODELS)
def test_what_was_said_is_found(name):
    model = MODELS[name]
    at_us = drawn(model)
    days = date.fromisoformat(model.first), date.fromisoformat(model.last)
    fit = arrivals_of(at_us, ZONES[model.profile], days=days)
    assert (fit.first, fit.last) == days
    assert fit.rates[0].since is None
    assert len(fit.rates) == len(model.rates)
    for (since, rate), found in zip(model.rates, fit.rates, strict=True):
        assert found.per_day == pytest.approx(rate, rel=model.rate_off)
        if since:
            assert abs(found.since - date.fromisoformat(since)).days <= 4
    assert fit.varying == pytest.approx(model.varying / 100, rel=model.varying_off, abs=1e-9)
    assert fit.correlated == pytest.approx(model.correlated, abs=model.correlated_off)
    assert fit.burst_mean == pytest.approx(model.burst, rel=0.05)
    assert (fit.growth.share if fit.growth else 0) == pytest.approx(model.growing / 100, abs=0.03)
    check_week(model, fit)


def check_week(model, fit):
    """Hold each window that was said against the hours of the fit, and the holidays."""
    found = weights_of(fit.profile.lines).reshape(7, 24)
    said = week_of(PROFILES[model.profile])
    for day, first, end, weight in said:
        assert found[day, first:end].mean() == pytest.approx(weight, rel=model.weight_off), (day, first)
    assert found.mean() == pytest.approx(1.0, rel=0.01)
    if "holidays" in PROFILES[model.profile]:
        assert fit.profile.holidays.factor == pytest.approx(
            {"shop": 0.2, "office": 0.1}[model.profile], abs=0.06
        )
    else:
        assert fit.profile.holidays is None


def week_of(text):
    """Return the windows of a profile's text: weekday, hours, weight of mean 1."""
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    rows = []
    for line in text.strip().splitlines():
        word, rest = line.split(maxsplit=1)
        if word in {"timezone", "holidays"}:
            continue
        first, _, last = word.partition("..")
        for day in range(names.index(first), names.index(last or first) + 1):
            for window in rest.split(","):
                hours, weight = window.split()
                begin, end = (int(each[:2]) for each in hours.split("-"))
                rows.append((day, begin, end, float(weight)))
    mean = sum((end - begin) * weight for _, begin, end, weight in rows) / 168
    return [(day, begin, end, weight / mean) for day, begin, end, weight in rows]


def fitted(name, **more):
    model = MODELS[name]
    return arrivals_of(drawn(model), ZONES[model.profile], **more)


def keys(fit):
    return [each.key for each in fit.cautions]


class TestDraws:
    FIT = fitted("half a year, alike")

    def test_they_lie_around_what_is_said(self):
        draws = arrival_draws(self.FIT, 1, 400)
        assert draws.columns == ("incidents rate", "incidents varying", "incidents correlated")
        assert draws.rows.shape == (400, 3)
        rate, varying, correlated = draws.rows.T
        assert rate.mean() == pytest.approx(1.0, abs=0.01)
        assert varying.mean() == pytest.approx(1.0, abs=0.06)
        assert correlated.mean() == pytest.approx(self.FIT.correlated, abs=0.06)

    def test_they_are_as_wide_as_fits_of_other_logs_differ(self):
        model = MODELS["half a year, alike"]
        rates = [
            arrivals_of(drawn(replace(model, seed=seed)), "Asia/Shanghai").rates[0].per_day
            for seed in range(12)
        ]
        spread = arrival_draws(self.FIT, 1, 400).rows[:, 0].std()
        assert spread == pytest.approx(np.std(rates, ddof=1) / 200, rel=0.6)

    def test_luck_comes_from_the_seed_and_the_stream(self):
        one, again, other = (arrival_draws(self.FIT, seed, 20).rows for seed in (1, 1, 2))
        assert np.array_equal(one, again)
        assert not np.array_equal(one, other)
        named = arrival_draws(self.FIT, 1, 20, name="laptops")
        assert named.columns[0] == "laptops rate"
        assert not np.array_equal(one, named.rows)

    def test_of_dated_rates_the_last_one_tells(self):
        fit = fitted("a step in minutes")
        wide = arrival_draws(fit, 1, 400).rows[:, 0].std()
        whole = arrival_draws(replace(fit, rates=fit.rates[:1]), 1, 400).rows[:, 0].std()
        assert wide > 1.3 * whole

    def test_growth_leaves_its_end_less_sure(self):
        fit = fitted("fast growth")
        grown = arrival_draws(fit, 1, 400).rows[:, 0].std()
        assert grown > 1.5 * arrival_draws(replace(fit, growth=None), 1, 400).rows[:, 0].std()

    def test_where_nothing_varies_nothing_is_said_of_that(self):
        assert arrival_draws(fitted("plain Poisson"), 1, 5).columns == ("incidents rate",)


class TestDoubts:
    AT_US = drawn(MODELS["half a year"])

    def test_a_thin_tail_is_left_out(self):
        tail = self.AT_US[-1] + np.arange(1, 60) * 3 * DAY
        fit = arrivals_of(np.concatenate([self.AT_US, tail]), "Europe/Amsterdam")
        assert (fit.first, fit.last) == (date(2025, 1, 1), date(2025, 6, 30))
        caution = next(each for each in fit.cautions if each.key == "thin-edges")
        assert (caution.number("before"), caution.number("after")) == (0, 59)
        assert fit.tickets == fit.used + 59

    def test_half_a_first_day_is_left_out(self):
        begun_us = (date(2025, 2, 4).toordinal() - 719_163) * DAY + 13 * 60 * MINUTE
        fit = arrivals_of(self.AT_US[np.searchsorted(self.AT_US, begun_us) :], "Europe/Amsterdam")
        assert fit.first == date(2025, 2, 5)

    def test_quiet_days_that_no_holiday_explains_are_named(self):
        day = (self.AT_US + 60 * MINUTE) // DAY
        gone = np.isin(day, [date(2025, 3, each).toordinal() - 719_163 for each in (4, 19)])
        fit = arrivals_of(self.AT_US[~gone], "Europe/Amsterdam")
        caution = next(each for each in fit.cautions if each.key == "quiet-days")
        assert caution.number("days") == "2025-03-04, 2025-03-19"
        assert caution.number("varying") < fit.varying

    def test_short_logs_tell_little(self):
        fit = arrivals_of(self.AT_US, "Europe/Amsterdam", days=(date(2025, 3, 3), date(2025, 3, 16)))
        assert {"few-days", "growth-untold", "no-holidays"} <= set(keys(fit))
        assert fit.growth is None
        assert len(fit.rates) == 1

    def test_holidays_are_guessed_or_given(self):
        guessed = arrivals_of(self.AT_US, "Europe/Amsterdam")
        assert "holidays-guessed" in keys(guessed)
        given = arrivals_of(self.AT_US, "Europe/Amsterdam", regions=("NL",))
        assert (given.profile.holidays.region, given.profile.holidays.given) == ("NL", True)
        assert "holidays-guessed" not in keys(given)
        assert arrivals_of(self.AT_US, "Europe/Amsterdam", regions=()).profile.holidays is None

    def test_dates_alone_tell_no_bursts(self):
        fit = arrivals_of(self.AT_US // DAY * DAY, "UTC")
        assert "coarse-instants" in keys(fit)
        assert fit.burst_mean == 1

    def test_too_little_is_refused(self):
        with pytest.raises(ValueError, match="19 tickets"):
            arrivals_of(self.AT_US[:19], "UTC")
        with pytest.raises(ValueError, match="on 7 days"):
            arrivals_of(self.AT_US, "UTC", days=(date(2025, 3, 3), date(2025, 3, 8)))


def test_each_doubt_has_its_sentence():
    told = [each for name in ("half a year", "wild days", "few, plain") for each in fitted(name).cautions]
    short = arrivals_of(TestDoubts.AT_US // DAY * DAY, "UTC", days=(date(2025, 3, 3), date(2025, 3, 16)))
    for caution in (*told, *short.cautions):
        assert "{" not in SENTENCES[caution.key].format(**dict(caution.numbers))
    assert {each.key for each in told} | set(keys(short)) <= set(SENTENCES)


def test_order_does_not_matter():
    at_us = drawn(MODELS["half a year"])
    one, other = (arrivals_of(each, "Europe/Amsterdam") for each in (at_us, at_us[::-1]))
    assert one.rates == other.rates
    assert one.profile == other.profile


def test_tables_hold_what_was_counted_and_expected():
    fit = fitted("the example")
    assert fit.days.counts.sum() == fit.used
    assert fit.days.expected.sum() == pytest.approx(fit.used, rel=0.01)
    inside = (fit.days.low <= fit.days.counts) & (fit.days.counts <= fit.days.high)
    assert inside.mean() == pytest.approx(0.9, abs=0.04)
    assert fit.hours.fitted.sum() == pytest.approx(fit.hours.counted.sum(), rel=0.02)

"""Arrivals of the real service desk log: what simulated logs of the fit have in common with it."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from slmdsl.study.fit.arrivals.draws import arrival_draws
from slmdsl.study.fit.arrivals.from_opened import arrivals_of
from slmdsl.study.fit.arrivals.local_days import wall_clock
from tests.demands import arrivals, demand_plan, load

pytestmark = pytest.mark.compiled  # a million tickets

LOG = Path("models/demo/data/incident_event_log.csv.gz")
ZONE = "America/Sao_Paulo"
DAY = 86_400_000_000
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONDAY, WEEKS = date(2016, 2, 29), 13
EPOCH = date(1970, 1, 1)


def opened_of_log():
    """Return when the tickets of the log were opened, in microseconds UTC."""
    columns = pl.read_csv(LOG, columns=["number", "opened_at"], infer_schema_length=0)
    opened = columns.unique("number")["opened_at"].str.to_datetime("%d/%m/%Y %H:%M", time_unit="us")
    return opened.dt.replace_time_zone(ZONE).dt.timestamp("us").to_numpy()


@pytest.fixture(scope="module")
def opened_us():
    return opened_of_log()


@pytest.fixture(scope="module")
def fit(opened_us):
    return arrivals_of(opened_us, ZONE)


def text_of(fit):
    """Return the fit as a load, and the profile that it has."""
    holidays = fit.profile.holidays
    lines = [f"timezone {ZONE}", f"holidays {holidays.region} {holidays.factor:.3f}"]
    for line in fit.profile.lines:
        windows = ", ".join(
            f"{first:02d}:00-{end:02d}:00 {weight:.3f}" for first, end, weight in line.windows
        )
        lines.append(f"{', '.join(NAMES[day] for day in line.weekdays)} {windows}")
    rate = f"rate {fit.rates[0].per_day:.1f} per day, varying {100 * fit.varying:.1f}%"
    said = f"{rate}, correlated {fit.correlated:.2f}\n    profile week"
    return load(said, world="profile week {\n  " + "\n  ".join(lines) + "\n}\n")


def weekly(at_us):
    """Return the tickets of each whole week of the fitted days, from Monday on, and those of the week's days."""
    day = wall_clock(np.asarray(at_us), ZONE) // DAY - (MONDAY - EPOCH).days
    inside = (day >= 7) & (day < 7 * WEEKS)
    return np.bincount(day[inside] // 7, minlength=WEEKS)[1:]


def test_the_dense_part_is_found(fit):
    assert (fit.tickets, fit.first, fit.last) == (24_918, date(2016, 3, 1), date(2016, 5, 31))
    assert fit.growth is None
    assert len(fit.rates) == 1
    assert fit.days.counts.sum() == fit.used == 24_437
    assert fit.rates[0].per_day == pytest.approx(270, abs=3)


def test_the_countrys_holidays_are_found_and_what_it_does_not_name_is_told(fit):
    holidays = fit.profile.holidays
    assert (holidays.region, holidays.given) == ("BR", False)
    assert holidays.factor == pytest.approx(0.15, abs=0.03)
    told = {each.key: each for each in fit.cautions}
    assert set(told) == {"thin-edges", "growth-untold", "holidays-guessed", "quiet-days"}
    # Corpus Christi, the days off around it, and the Friday after a Thursday off: no public holidays.
    assert told["quiet-days"].number("days") == "2016-04-22, 2016-05-26, 2016-05-27"


def test_the_week_is_readable_and_that_of_the_log(fit):
    assert sum(len(line.windows) for line in fit.profile.lines) <= 30
    assert [line.weekdays for line in fit.profile.lines] == [(0,), (1, 2, 3, 4), (5, 6)]
    off = np.abs(fit.hours.fitted - fit.hours.counted).reshape(7, 24).sum(axis=1)
    assert np.all(off[:5] < 0.13 * fit.hours.counted.reshape(7, 24).sum(axis=1)[:5])


def test_weeks_of_simulated_logs_differ_as_those_of_the_log_do(fit, opened_us):
    real = weekly(opened_us)
    last = MONDAY + timedelta(days=7 * WEEKS)
    plan = demand_plan(text_of(fit), first=MONDAY.isoformat(), last=last.isoformat())
    logs = np.array([weekly(arrivals(plan, r).at * 1_000_000) for r in range(60)])
    assert logs.mean() == pytest.approx(real.mean(), rel=0.03)
    spread, spreads = real.std(ddof=1), logs.std(axis=1, ddof=1)
    assert spreads.mean() == pytest.approx(spread, rel=0.2)
    dispersion = np.mean(spreads**2) / logs.mean()
    assert dispersion == pytest.approx(spread**2 / real.mean(), rel=0.2)


def test_draws_of_its_parameters_are_quick_and_narrow(fit):
    rows = arrival_draws(fit, 1, 200).rows
    assert rows.shape == (200, 3)
    assert 0.03 < rows[:, 0].std() < 0.08

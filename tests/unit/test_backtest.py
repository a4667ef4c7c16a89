"""Back-tests: on a log of the model itself ranges cover what they promise, and nothing of later is ever used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from slmdsl.contract.model.uncertainty import Draws
from slmdsl.events.log import EventLog
from slmdsl.study.backtest.asking import backtest
from slmdsl.study.backtest.backtesting import Ahead, held_against
from slmdsl.study.backtest.forms import GAUGES, BacktestError, Compared, score_of
from slmdsl.study.backtest.gauges import Weeks, gauged
from slmdsl.study.backtest.truth import Truth, last_day, zone_of
from slmdsl.study.backtest.weekly import as_written, is_weekly, with_weeks
from slmdsl.study.running.bench import trial_of
from tests import studies
from tests.contracts import contract
from tests.fits import DECLARED, Desk

pytestmark = pytest.mark.compiled

CONTRACT = studies.contract_of()
ZONE = "Europe/Amsterdam"
TESTED = Ahead(until=date(2027, 4, 1), to=date(2027, 5, 31), zone=ZONE)


def real(contract=CONTRACT, number=0, *, seed=11, last=date(2027, 5, 31)):
    """Return the log of a whole spring of a model, as if it had happened."""
    setting = studies.setting(contract, horizon=(date(2027, 1, 1), last), seed=seed)
    return trial_of(contract, "base", setting, "fast").run(number).log


LOG = real()
TEST = held_against(CONTRACT, "base", LOG, TESTED, replications=40)


def test_every_promise_of_tickets_is_compared_by_its_period_and_by_the_week():
    months = {each.name for each in TEST.rows if not each.weekly}
    weeks = {each.name for each in TEST.rows if each.weekly}
    assert {"gold.answer", "gold.fix", "gold.few", "gold.moved"} <= months
    assert weeks - set(GAUGES) >= months
    assert set(GAUGES) <= weeks
    assert "gold.mttr" not in months  # the quarter does not lie wholly within
    fix = TEST.of("gold.fix", weekly=False)
    assert [each.period for each in fix] == ["2027-04", "2027-05"]
    assert [each.period for each in TEST.of("gold.fix", weekly=True)] == [f"2027-W{n}" for n in range(14, 22)]
    assert {each.part for each in TEST.of("gold.moved", weekly=False)} == {"mail", "till"}


def test_ranges_cover_what_comes_from_the_same_model():
    found = [score_of(each for each in _tested(number).rows if not each.weekly) for number in (1,)]
    assert 0.8 <= np.mean([each.covered for each in found]) <= 0.99
    arrivals = score_of(TEST.of("arrivals", weekly=True))
    assert arrivals.relative < 0.2


def _tested(number):
    return held_against(CONTRACT, "base", real(number=number), TESTED, replications=40, seed=number)


def test_a_wrong_model_is_found_out():
    other = contract_with_rates(0.4)
    found = held_against(other, "base", LOG, TESTED, replications=20)
    assert score_of(found.of("arrivals", weekly=True)).covered < 0.2
    assert (
        score_of(found.of("arrivals", weekly=True)).error
        > 3 * score_of(TEST.of("arrivals", weekly=True)).error
    )


def contract_with_rates(*factors):
    year = CONTRACT.loads["year"]
    if len(factors) == 1:
        (stream,) = year.streams
        rates = tuple(replace(each, count=each.count * 2 // 5) for each in stream.rates)
        return replace(CONTRACT, loads={"year": replace(year, streams=(replace(stream, rates=rates),))})
    rows = tuple((each,) for each in factors)
    draws = Draws(file="x.csv", columns=("incidents rate",), rows=rows, span=year.span)
    return replace(CONTRACT, loads={"year": replace(year, uncertain=draws)})


def test_uncertainty_of_parameters_widens_ranges():
    unsure = held_against(
        contract_with_rates(0.7, 0.85, 1.0, 1.15, 1.3), "base", LOG, TESTED, replications=40
    )
    assert (TEST.parameters, unsure.parameters) == (0, 1)
    narrow, wide = (each.of("arrivals", weekly=True) for each in (TEST, unsure))
    assert sum(each.high - each.low for each in wide) > 1.5 * sum(each.high - each.low for each in narrow)


def test_the_truth_is_what_evaluate_says_of_the_whole_log():
    row = TEST.of("gold.fix", weekly=False)[0]
    tickets = LOG.tickets.filter(pl.col("priority").is_in(["P2", "P3"]))
    assert row.n > 100
    assert 0 < row.real < 1
    assert row.from_us == TESTED.span_us[0]
    assert tickets.height > row.n


def test_what_comes_later_is_not_known_before():
    """A naive forecast is of the log as it stood: what happens after the first tested day cannot change it."""
    weekly = with_weeks(CONTRACT, ["gold"])
    from_us, to_us = TESTED.span_us
    one = Truth.of(weekly, LOG, ["gold"], from_us, to_us)
    calm = real(contract_with_rates(0.4))
    mixed = _spliced(LOG, calm, from_us)
    other = Truth.of(weekly, mixed, ["gold"], from_us, to_us)
    assert [(each.target.qualified, each.period, each.value) for each in one.before] == [
        (each.target.qualified, each.period, each.value) for each in other.before
    ]
    assert [each.value for each in one.rows] != [each.value for each in other.rows]


def _spliced(log, other, at_us):
    """Return a log with the tickets of one before an instant, and those of another from then on."""
    at = pl.from_epoch(pl.Series([at_us]), time_unit="us").dt.replace_time_zone("UTC")[0]
    early, late = log.tickets.filter(pl.col("opened") < at), other.tickets.filter(pl.col("opened") >= at)
    late = late.with_columns(ticket="later-" + pl.col("ticket"))
    events = log.events.filter(pl.col("ticket").is_in(early["ticket"].implode()))
    more = other.events.with_columns(ticket="later-" + pl.col("ticket"))
    more = more.filter(pl.col("ticket").is_in(late["ticket"].implode()))
    return EventLog.from_frames(
        pl.concat([early, late]), pl.concat([events, more]), outages=log.outages, feedback=log.feedback
    )


def test_levels_that_move_before_are_told():
    """Twice as much work in the second half of what is known is seen; the same work in both is not."""
    weekly = with_weeks(CONTRACT, ["gold"])
    from_us, to_us = TESTED.span_us
    busy = _spliced(
        real(contract_with_rates(0.4)),
        LOG,
        Ahead(until=date(2027, 2, 15), to=TESTED.to, zone=ZONE).span_us[0],
    )
    still, moved = (Truth.of(weekly, each, ["gold"], from_us, to_us).drift() for each in (LOG, busy))
    assert still < 0.02 < moved
    assert Truth.of(weekly, LOG, ["gold"], from_us - 70 * 86_400_000_000, to_us).drift() is None


def test_weekly_copies_are_called_as_they_are_written():
    weekly = with_weeks(CONTRACT, ["gold", "silver"])
    targets = weekly.agreements["gold"].targets
    copies = [each for each in targets if is_weekly(each)]
    assert {as_written(each).name for each in copies} == {
        each.name for each in CONTRACT.agreements["gold"].targets
    }
    assert len(targets) == 2 * len(CONTRACT.agreements["gold"].targets) - 1  # one is weekly as written
    assert weekly.agreements["silver"].targets[0] in CONTRACT.agreements["silver"].targets


def test_gauges_count_what_came_and_what_is_open():
    day = [date(2027, 3, 1) + timedelta(days=number) for number in range(20)]
    times = [pl.datetime(each.year, each.month, each.day, 12, time_zone="UTC") for each in day]
    frame = pl.select(
        ticket=pl.Series(["a", "b", "c", "d"]),
        kind=pl.lit("incident"),
        service=pl.lit("mail"),
        priority=pl.lit("P1"),
        opened=pl.concat_list(times[0], times[1], times[8], times[9]).explode(),
        resolved=pl.concat_list(times[1], times[10], times[8] + pl.duration(hours=2), None).explode(),
    )
    events = pl.DataFrame(
        {"ticket": ["d"], "at": [day[12]], "type": ["state"], "phase": ["cancelled"]}
    ).with_columns(pl.col("at").cast(pl.Datetime("us", "UTC")))
    weeks = Weeks.within(date(2027, 2, 27), date(2027, 3, 20), "UTC")
    assert weeks.labels == ("2027-W09", "2027-W10")
    found = gauged(EventLog.from_frames(frame, events), weeks)
    assert found.arrivals.tolist() == [2, 2]
    assert found.backlog.tolist() == [1, 0]
    assert found.resolved.tolist() == [1, 2]
    assert found.median_resolution.tolist() == [86_400, (9 * 86_400 + 7_200) / 2]


def test_a_reopened_ticket_is_open_again():
    at = [pl.datetime(2027, 3, day, time_zone="UTC") for day in (1, 3, 4)]
    frame = pl.select(
        ticket=pl.lit("a"),
        kind=pl.lit("incident"),
        service=pl.lit("mail"),
        priority=pl.lit("P1"),
        opened=at[0],
    )
    events = pl.select(
        ticket=pl.lit("a"), at=pl.concat_list(at[1:]).explode(), type=pl.lit("state")
    ).with_columns(phase=pl.Series(["resolved", "active"]))
    weeks = Weeks.within(date(2027, 3, 1), date(2027, 3, 7), "UTC")
    assert gauged(EventLog.from_frames(frame, events), weeks).backlog.tolist() == [1]


def test_a_test_ends_where_tickets_do():
    log = real(last=date(2027, 4, 20))
    assert zone_of(CONTRACT) == ZONE
    found = last_day(CONTRACT, log, date(2027, 4, 1), ZONE)
    assert date(2027, 4, 20) <= found <= date(2027, 4, 24)
    assert last_day(CONTRACT, log, date(2027, 6, 1), ZONE) is None
    gold = replace(CONTRACT.agreements["gold"], valid_to=date(2027, 4, 10))
    short = replace(CONTRACT, agreements={"gold": gold})
    assert last_day(short, log, date(2027, 4, 1), ZONE) == date(2027, 4, 10)
    assert last_day(CONTRACT, EventLog.from_frames(), date(2027, 4, 1), ZONE) is None


def test_days_without_a_period_are_refused():
    days = Ahead(until=date(2027, 4, 6), to=date(2027, 4, 9), zone=ZONE)
    with pytest.raises(BacktestError, match="no whole week"):
        held_against(CONTRACT, "base", LOG, days, replications=2)


def test_a_fit_on_a_known_desk_foretells_what_comes():
    """The whole way: fitted on twelve weeks of a known desk, four more are foretold, better than by the ones before."""
    declared = contract(DECLARED)
    spec = SimpleNamespace(contract=declared, texts={"spec.slm": DECLARED})
    shares: list[float] = []
    found = backtest(
        spec,
        Desk(weeks=16).log(2),
        until=date(2027, 3, 29),
        replications=40,
        progress=lambda _, share: shares.append(share),
    )
    level, everything = found.shares(weekly=True), score_of(found.rows)
    assert found.first == date(2027, 3, 29)
    assert found.model.last < found.first
    assert found.last >= date(2027, 4, 25)
    assert found.carried > 20
    assert found.left_out == 0
    assert found.parameters > 5
    assert level.error < 0.02
    assert everything.covered > 0.7
    assert shares[-1] == 1


def test_a_day_without_log_is_refused():
    spec = SimpleNamespace(contract=contract(DECLARED), texts={"spec.slm": DECLARED})
    log = Desk(weeks=4).log()
    with pytest.raises(BacktestError, match="too few tickets"):
        backtest(spec, log, until=date(2027, 5, 1))
    with pytest.raises(BacktestError, match="before it begins"):
        backtest(spec, log, until=date(2027, 1, 20), to=date(2027, 1, 19))


def test_scores_add_up():
    def row(real, predicted, naive, low, high):
        return Compared(
            subject="arrivals",
            part=None,
            weekly=True,
            period="2027-W10",
            from_us=0,
            to_us=1,
            n=1,
            real=real,
            predicted=predicted,
            low=low,
            high=high,
            said=1,
            naive=naive,
        )

    rows = [row(10.0, 12.0, 9.0, 8.0, 12.0), row(30.0, 26.0, 20.0, 20.0, 29.0)]
    found = score_of(rows)
    assert (found.rows, found.error, found.relative, found.covered) == (2, 3.0, 3 / 20, 0.5)
    assert found.naive_error == 5.5
    assert score_of([rows[0], row(1.0, 1.0, None, 0.0, 2.0)]).naive_error is None
    assert score_of([]) is None

"""The same bytes, however many replications run at a time, in whatever order they end, by either engine."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass, replace
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from threading import Event

import numpy as np
import pytest

import slmdsl as slm
from slmdsl.contract.model.studies import SetNumber
from slmdsl.contract.variants import Point, Variant, variant_of
from slmdsl.simulate.runs import simulated
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.running.bench import Bench
from slmdsl.study.running.study import Study, studied
from slmdsl.workload.from_contract import desk_plan_of

pytestmark = pytest.mark.compiled  # thousands of tickets

ACME = Path(__file__).parents[2] / "models" / "acme" / "whatif.slm"
FRAMES = sorted(name for name, value in vars(Study).items() if isinstance(value, property))
SCENARIOS = "today", "power_cut"
FEWER = Point(dimension="desk.late agents", words="4", number=4, unit="")
HORIZON = date(2027, 12, 1), date(2027, 12, 31)
REPLICATIONS = 8


@pytest.fixture(scope="module")
def acme():
    return slm.load(ACME).contract


def study_of(contract, workers):
    """Two scenarios of the worked company and one of them with fewer people, beside each other."""
    setting = setting_of(contract, "today", Wishes(horizon=HORIZON, replications=REPLICATIONS, seed=11))
    span = contract.scenarios["today"].span
    edit = SetNumber(what="desk.late", attribute="agents", value=Fraction(4), span=span)
    fewer = Variant(name="today: fewer", scenario="today", edits=(edit,), points=(FEWER,))
    variants = (*(variant_of(name) for name in SCENARIOS), fewer)
    return studied(contract, replace(setting, variants=variants), workers=workers)


def frames_of(study):
    found = []
    for name in FRAMES:
        frame, into = getattr(study, name), BytesIO()
        assert frame.height, f"nothing in {name}"
        frame.write_ipc(into)
        found.append((name, into.getvalue()))
    return found


@pytest.fixture(scope="module")
def alone(acme):
    return frames_of(study_of(acme, 1))


def test_all_frames_of_a_study_are_compared(alone):
    assert {"summary", "periods", "desk", "outages"} <= set(FRAMES)
    assert [name for name, _ in alone] == FRAMES


@pytest.mark.parametrize("workers", [2, 4])
def test_any_number_of_workers_gives_the_same_frames(acme, alone, workers):
    assert frames_of(study_of(acme, workers)) == alone


@pytest.mark.parametrize("workers", [2, 4])
def test_replications_may_end_in_any_order(acme, alone, workers, monkeypatch):
    done, ended = Bench.done, []
    over = {number: Event() for number in range(REPLICATIONS)}

    def odd_ones_first(bench, task):
        found = done(bench, task)
        if task.number % 2 == 0:
            assert over[task.number + 1].wait(timeout=120)
        ended.append(task.number)
        over[task.number].set()
        return found

    monkeypatch.setattr(Bench, "done", odd_ones_first)
    assert frames_of(study_of(acme, workers)) == alone
    assert sorted(ended) == sorted(over)
    for number in ended:
        assert number % 2 or ended.index(number + 1) < ended.index(number)


def in_parquet(log, path):
    log.to_parquet(path)
    return path.read_bytes()


def columns(log):
    """All columns of a log with their types, by table and name; coded ones as codes and values."""
    found = {}
    for table in ("ticket_columns", "event_columns", "outage_columns", "feedback_columns"):
        for each in fields(rows := getattr(log, table)):
            value = getattr(rows, each.name)
            coded = is_dataclass(value) and hasattr(value, "codes")
            found[table, each.name] = [np.asarray(value.codes), tuple(value.values)] if coded else value
    return found


def alike(one, other):
    if isinstance(one, list):
        return one[0].dtype == other[0].dtype and np.array_equal(one[0], other[0]) and one[1] == other[1]
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return list(one) == list(other)


@pytest.fixture(scope="module")
def plan(acme):
    days = {"first": HORIZON[0], "last": HORIZON[1], "warm_up_us": 7 * 86_400_000_000}
    return desk_plan_of(acme, "power_cut", **days)


def test_threads_that_simulate_at_once_write_the_same_logs(plan, tmp_path):
    def written(number):
        return in_parquet(simulated(plan, 11, number % 4).log, tmp_path / f"{number}.parquet")

    one_by_one = [written(number) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(written, range(12)))
    assert at_once == one_by_one * 3
    assert len(set(one_by_one)) == len(one_by_one)


def test_both_engines_write_the_same_logs(plan, tmp_path):
    fast = simulated(plan, 11, 0).log
    slow = simulated(plan, 11, 0, engine="simpy").log
    assert in_parquet(fast, tmp_path / "fast") == in_parquet(slow, tmp_path / "simpy")
    one, other = columns(fast), columns(slow)
    assert [name for name in one if not alike(one[name], other[name])] == []

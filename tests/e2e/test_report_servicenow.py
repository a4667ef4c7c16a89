"""The report of May 2016 on the real ServiceNow log, its figures worked out anew from the file in plain polars."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import process_time

import polars as pl
import pytest

import slmdsl as slm
from slmdsl.base.shipped import shipped
from slmdsl.report.document.formats import rendered

pytestmark = pytest.mark.compiled

MODELS = shipped("models") / "demo"
WAITING = ("Awaiting User Info", "Awaiting Evidence", "Awaiting Vendor", "Awaiting Problem")
TIMES = ("opened_at", "resolved_at", "sys_updated_at")
FIRST, END = datetime(2016, 5, 1), datetime(2016, 6, 1)  # on the wall clock of the file, which has no zone
LIMITS = {each: timedelta(hours=hours) for each, hours in {"1": 4, "2": 8, "3": 24, "4": 50}.items()}
HOLIDAYS = {datetime(2016, 3, 25), datetime(2016, 4, 21)}
VALID = datetime(2016, 3, 1)
GOAL = 0.8
AT_MOST_S = 10


@pytest.fixture(scope="module")
def document():
    spec = slm.load(MODELS / "service_desk.slm")
    log = slm.ingest(spec, "servicenow")
    started = process_time()
    (document,) = slm.report(spec, log, "monthly", period="2016-05", languages=("en",)).documents
    assert len(rendered([document], ".html")) > 100_000
    assert process_time() - started < AT_MOST_S
    return document


@pytest.fixture(scope="module")
def updates():
    raw = pl.read_csv(MODELS / "data" / "incident_event_log.csv.gz", infer_schema_length=0, null_values="?")
    return (
        raw.with_columns(pl.col(name).str.to_datetime("%d/%m/%Y %H:%M", strict=False) for name in TIMES)
        .filter(pl.col("incident_state") != "-100")
        .with_row_index("row")
        .sort("number", "sys_updated_at", "row")
    )


def rows(document, key):
    found = next(each for each in document.tables() if each.key == key)
    names = [each.key for each in found.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def line(document, target):
    return next(row for row in rows(document, "targets.service_desk") if row["target"].value == target)


def office_hours(begin, end):
    """Yield the stretches from Monday to Friday, 8:00 to 18:00, but for the public holidays of these months."""
    day = begin.replace(hour=0, minute=0)
    while day < end:
        first, last = max(begin, day + timedelta(hours=8)), min(end, day + timedelta(hours=18))
        if day.weekday() < 5 and day not in HOLIDAYS and first < last:
            yield first, last
        day += timedelta(days=1)


def hours(begin, end, priority):
    """The clock of a P1 runs around the clock, the others in office hours."""
    return [(begin, end)] if priority == "1" else office_hours(begin, end)


def run_out(ran, priority):
    """Return when a limit ran out in the stretches in which the clock ran, None if it did not run beyond."""
    left, reached = LIMITS[priority], None
    for begin, end in (each for stretch in ran for each in hours(*stretch, priority)):
        if reached is not None or end - begin > left:
            return reached or begin + left
        left -= end - begin
        reached = None if left else end  # at closing time: missed once it runs on, but decided now
    return None


def decided(opened, resolved, steps):
    """Return when a ticket was decided, whether in time, and as which priority; None if it was not.

    It is decided at its stop, or as soon as its clock has run for more than the limit of its priority of then. Clocks
    stand still while it waits.
    """
    ran, now, since, runs, priority = [], opened, opened, True, steps[0][2][0]
    stop = min(resolved or END, END)
    for at, state, following in [*steps, (END, None, None)]:
        until = min(max(at, opened), stop)
        if runs and until > now:
            ran.append((now, until))
        now = max(now, until)
        over = run_out(ran, priority)
        if over is not None:
            return max(over, since), False, priority
        if resolved is not None and now >= resolved:
            # A new priority at the very instant of the stop still counts.
            return resolved, True, following[0] if following and at <= resolved else priority
        if state is not None:
            runs = state not in WAITING
            if following[0] != priority:
                priority, since = following[0], now
    return None


def fixed(updates):
    """Return, by priority, which of the tickets that were decided in May were in time."""
    found = {priority: {} for priority in LIMITS}
    for (number,), group in updates.group_by(["number"], maintain_order=True):
        steps = group.select("sys_updated_at", "incident_state", "priority").rows()
        opened, resolved = group["opened_at"][0], group["resolved_at"][-1]
        is_closed = any(state == "Closed" and at <= END for at, state, _ in steps)
        if not VALID <= opened < END or (resolved is None and is_closed):
            continue  # closed without a resolution: a class of its own
        verdict = decided(opened, resolved, steps)
        if verdict is not None and FIRST <= verdict[0] < END:
            found[verdict[2]][number] = verdict[1]
    return found


def test_tickets_of_every_priority_and_their_misses(document, updates):
    listed = rows(document, "breaches.service_desk")
    for priority, counted in fixed(updates).items():
        told = line(document, f"p{priority}_fix")
        missed = {number for number, in_time in counted.items() if not in_time}
        assert set(told["n"].trace.tickets) == counted.keys()
        assert set(told["missed"].trace.tickets) == missed
        assert (told["n"].value, told["missed"].value) == (len(counted), len(missed))
        assert float(told["value"].value) == pytest.approx(1 - len(missed) / len(counted))
        assert told["verdict"].value == ("met" if float(told["value"].value) >= GOAL else "missed")
        mine = {row["ticket"].value for row in listed if row["target"].value == f"p{priority}_fix"}
        assert mine == missed


def test_reopened_tickets(document, updates):
    tickets = updates.group_by("number", maintain_order=True).agg(
        pl.col("opened_at").first(), pl.col("resolved_at").last(), pl.col("reopen_count").cast(pl.Int64).max()
    )
    resolved = tickets.filter(
        pl.col("resolved_at") >= FIRST,
        pl.col("resolved_at") < END,
        pl.col("opened_at") >= VALID,
    )
    again = resolved.filter(pl.col("reopen_count") > 0)
    told = line(document, "reopened")
    assert (told["n"].value, told["missed"].value) == (resolved.height, again.height)
    assert set(told["missed"].trace.tickets) == set(again["number"])
    assert float(told["value"].value) == pytest.approx(again.height / resolved.height)


def test_rows_in_are_the_rows_of_the_file(document):
    (told,) = rows(document, "intake")
    raw = pl.read_csv(MODELS / "data" / "incident_event_log.csv.gz", infer_schema_length=0)
    assert told["rows_in"].value == raw.height
    assert told["refused"].value == raw.filter(pl.col("incident_state") == "-100").height

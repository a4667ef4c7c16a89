"""The shipped real logs, held against a few lines of pandas that know nothing of the package."""

import pandas as pd
import polars as pl
import pytest

from slmdsl.events.vocabulary import Phase
from slmdsl.ingest import ingest
from tests.ingest_plans import DATA, SERVICENOW_STATES, servicenow, uptime


@pytest.fixture(scope="module")
def rows():
    path = DATA / "servicenow-incidents" / "incident_event_log.csv.gz"
    frame = pd.read_csv(path, na_values="?", low_memory=False)
    for name in ("opened_at", "resolved_at", "closed_at", "sys_updated_at"):
        frame[name] = pd.to_datetime(frame[name], format="%d/%m/%Y %H:%M")
    return frame


@pytest.fixture(scope="module")
def told():
    return ingest([servicenow()], root=DATA)


@pytest.fixture(scope="module")
def trusted():
    return ingest([servicenow(trust_columns=True)], root=DATA)


def test_every_row_is_accounted_for(told, rows):
    (intake,) = told.intakes
    assert intake.rows_in == len(rows) == 141_712
    assert intake.rows_refused == (rows.incident_state == "-100").sum() == 5
    assert intake.rows_taken == 141_707
    assert told.refused["reason"].unique().to_list() == ['state in "incident_state": no line matches "-100"']
    assert told.refused["row"].to_list() == (rows.index[rows.incident_state == "-100"] + 1).to_list()


def test_tickets(told, rows):
    assert told.tickets.height == rows.number.nunique() == 24_918
    counts = dict(told.tickets.group_by("priority").len().iter_rows())
    first = rows[rows.incident_state != "-100"].groupby("number", sort=False).priority.first()
    assert counts == {f"P{name[0]}": count for name, count in first.value_counts().items()}


def test_trusted_columns_are_the_resolution(trusted, rows):
    resolved = rows.groupby("number", sort=False).resolved_at.first()
    assert trusted.tickets["resolved"].count() == resolved.notna().sum() == 23_362
    local = trusted.tickets["resolved"].dt.convert_time_zone("America/Sao_Paulo").dt.replace_time_zone(None)
    assert local.to_list() == [None if pd.isna(at) else at.to_pydatetime() for at in resolved]
    by_event = trusted.events.filter(pl.col("phase") == "resolved")
    assert by_event["ticket"].n_unique() == by_event.height == 23_362
    assert (
        by_event.join(trusted.tickets, on="ticket").select((pl.col("at") == pl.col("resolved")).all()).item()
    )


def test_events_that_trusted_columns_overrule_are_counted(told, trusted, rows):
    without_column = rows[rows.resolved_at.isna()]
    empty = without_column[without_column.incident_state == "Resolved"].number.nunique()
    believed_events = {one.reason: one.rows for one in told.tallies}
    assert {one.reason: one.rows for one in trusted.tallies if "`resolved`, which" in one.reason} == {
        "the column `resolved`, which is believed, differs from the last resolved event": believed_events[
            "the column `resolved` differs from the last resolved event, which is believed"
        ],
        "the column `resolved`, which is believed, is empty, and there is a resolved event": empty,
    }


def test_nothing_reopens_a_trusted_resolution(trusted):
    after = trusted.events.join(trusted.tickets, on="ticket").filter(
        (pl.col("at") > pl.col("resolved")) & pl.col("phase").is_in(["new", "active", "wait_customer"])
    )
    assert after.is_empty()


def test_phase_times_add_up_as_in_the_rows(told, rows):
    """Microseconds in each phase between a ticket's rows, summed over all tickets."""
    kept = rows[rows.incident_state != "-100"].copy()
    kept["phase"] = kept.incident_state.map(
        lambda state: SERVICENOW_STATES.get(state, "wait_internal" if state.startswith("Awaiting") else None)
    )
    kept["at"] = kept.sys_updated_at.dt.tz_localize("America/Sao_Paulo", ambiguous=True).dt.tz_convert("UTC")
    kept = kept.sort_values(["number", "at"], kind="stable")
    kept["spent"] = kept.groupby("number")["at"].shift(-1) - kept["at"]
    expected = kept.groupby("phase").spent.sum()

    states = told.events.filter(pl.col("type") == "state")
    last = kept.groupby("number")["at"].max()
    ends = pl.DataFrame({"ticket": last.index.tolist(), "end": last.dt.tz_convert("UTC").tolist()})
    spent = (
        states.join(ends, on="ticket")
        .with_columns(until=pl.col("at").shift(-1).over("ticket").fill_null(pl.col("end")))
        .group_by("phase")
        .agg((pl.col("until") - pl.col("at")).sum())
    )
    found = {phase: pd.Timedelta(length) for phase, length in spent.iter_rows()}
    assert found == expected.to_dict()


def test_contradictions_are_counted(told, rows):
    state, number = rows.incident_state, rows.number
    entered = (state == "Resolved") & ((state.shift() != "Resolved") | (number.shift() != number))
    last = rows[entered].groupby("number").sys_updated_at.last()
    stated = rows.groupby("number").resolved_at.last().reindex(last.index)
    differing = (stated.notna() & (stated != last)).sum()
    tally = told.tallied.filter(
        pl.col("reason").str.contains("`resolved` differs from the last resolved event")
    )
    assert tally["rows"].item() == differing
    early = rows.groupby("number").sys_updated_at.first() < rows.groupby("number").opened_at.first()
    tally = told.tallied.filter(pl.col("reason").str.contains("first event is dated before"))
    assert tally["rows"].item() == early.sum() == 5


def test_a_log_read_twice_is_the_same(told):
    again = ingest([servicenow()], root=DATA)
    assert again.tickets.equals(told.tickets)
    assert again.events.equals(told.events)


def test_uptime_samples():
    log = ingest([uptime()], root=DATA)
    rows = pd.read_csv(DATA / "uptime-digital-editions" / "status_samples.csv.gz")
    assert log.intakes[0].rows_taken == len(rows) == 10_530
    up = log.samples.filter(pl.col("metric") == "up")
    assert up.height == 10_530
    assert up["value"].sum() == (rows.state == "up").sum()
    assert up["service"].n_unique() == rows.service.nunique() == 54
    assert log.samples.filter(pl.col("metric") == "response_ms")["value"].sum() == rows.response_ms.sum()
    held = log.sample_columns
    keys = list(
        zip(held.service.codes.tolist(), held.metric.codes.tolist(), held.at_us.tolist(), strict=True)
    )
    assert keys == sorted(keys)


def test_phases_have_the_codes_of_the_vocabulary(told):
    held = told.event_columns
    assert set(held.phase[held.phase >= 0].tolist()) <= set(Phase)

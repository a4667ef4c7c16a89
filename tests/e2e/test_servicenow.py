"""The real ServiceNow log against figures worked out from the file by other means (plain pandas in this module)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import slmdsl as slm

DATA = Path(__file__).parents[2] / "models" / "demo" / "data" / "incident_event_log.csv.gz"
AWAITING = ("Awaiting User Info", "Awaiting Vendor", "Awaiting Problem", "Awaiting Evidence")
LIMITS = (4, 8, 24, 40)

SPEC = """
calendar weekdays {
  timezone  America/Sao_Paulo
  open      mon..fri 08:00-18:00
}

provider it {
}

customer users {
}

service desk {
}

clock gross {
  stops     at resolved
  runs      on weekdays
}

clock net {
  stops     at resolved
  pauses    while wait_customer, wait_supplier, wait_internal, scheduled
  runs      on weekdays
}

sla gross_sla {
  between   it and users
  covers    desk
  timezone  America/Sao_Paulo
  clock     gross
  target g4:  resolution of incidents within 4 h for 50% each year
  target g8:  resolution of incidents within 8 h for 50% each year
  target g24: resolution of incidents within 24 h for 50% each year
  target g40: resolution of incidents within 40 h for 50% each year
}

sla net_sla {
  between   it and users
  covers    desk
  timezone  America/Sao_Paulo
  clock     net
  target n4:  resolution of incidents within 4 h for 50% each year
  target n8:  resolution of incidents within 8 h for 50% each year
  target n24: resolution of incidents within 24 h for 50% each year
  target n40: resolution of incidents within 40 h for 50% each year
  target median: median resolution of incidents at most 40 h each year
}

source log {
  read      "incident_event_log.csv.gz"
  timezone  America/Sao_Paulo
  missing   "?"
  trust columns
  ticket    "number"
  kind      incident
  service   desk
  at        "sys_updated_at" format "%d/%m/%Y %H:%M"
  opened    "opened_at" format "%d/%m/%Y %H:%M"
  resolved  "resolved_at" format "%d/%m/%Y %H:%M"
  closed    "closed_at" format "%d/%m/%Y %H:%M"
  priority  "priority" as { "1*" P1, "2*" P2, "3*" P3, "4*" P4 }
  state     "incident_state" as {
    "New"                new
    "Active"             active
    "Awaiting User Info" wait_customer
    "Awaiting Vendor"    wait_supplier
    "Awaiting Problem"   wait_internal
    "Awaiting Evidence"  scheduled
    "Resolved"           resolved
    "Closed"             closed
    *                    active
  }
}
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("servicenow")
    (folder / DATA.name).write_bytes(DATA.read_bytes())
    (folder / "spec.slm").write_text(SPEC, encoding="utf-8")
    spec = slm.load(folder)
    return slm.evaluate(spec, slm.ingest(spec, "log"))


@pytest.fixture(scope="module")
def rows():
    frame = pd.read_csv(DATA, keep_default_na=False, dtype=str)
    for column in ("opened_at", "resolved_at", "sys_updated_at"):
        frame[column] = pd.to_datetime(frame[column].where(frame[column] != "?"), format="%d/%m/%Y %H:%M")
    return frame


def open_minutes(instants) -> np.ndarray:
    """Minutes open Mon-Fri 08:00-18:00 since the Monday before 1970, on a wall clock without zone."""
    minutes = instants.to_numpy().astype("datetime64[m]").astype("int64")
    days, minute = np.divmod(minutes, 1440)
    weeks, weekday = np.divmod(days + 3, 7)
    return weeks * 3000 + np.where(weekday < 5, weekday * 600 + np.clip(minute - 480, 0, 600), 3000)


def resolved_tickets(rows) -> pd.DataFrame:
    tickets = rows.groupby("number", sort=False)[["opened_at", "resolved_at"]].first()
    return tickets[tickets.resolved_at.notna()]


def pandas_gross(rows) -> pd.Series:
    tickets = resolved_tickets(rows)
    return pd.Series(open_minutes(tickets.resolved_at) - open_minutes(tickets.opened_at), index=tickets.index)


def pandas_net(rows) -> pd.Series:
    """Gross minus the time from each Awaiting row to the ticket's next row, in the order of the file."""
    after = rows.groupby("number", sort=False).sys_updated_at.shift(-1)
    waiting = rows.assign(after=after)[rows.incident_state.isin(AWAITING) & rows.resolved_at.notna()]
    begin = waiting[["sys_updated_at", "opened_at"]].max(axis=1)
    end = waiting[["after", "resolved_at"]].min(axis=1)
    paused = np.maximum(open_minutes(end) - open_minutes(begin), 0)
    return pandas_gross(rows).sub(
        pd.Series(paused, index=waiting.number).groupby(level=0).sum(), fill_value=0
    )


def elapsed_minutes(verdicts, target: str) -> pd.Series:
    judged = verdicts.tickets.filter((pl.col("target") == target) & pl.col("stop").is_not_null())
    minutes = judged["elapsed"].dt.total_microseconds() / 60_000_000
    return pd.Series(minutes.to_numpy(), index=judged["ticket"].to_numpy())


def test_every_ticket_has_the_elapsed_time_that_pandas_finds(verdicts, rows):
    for target, expected in (("g4", pandas_gross(rows)), ("n4", pandas_net(rows))):
        found = elapsed_minutes(verdicts, target)
        assert len(found) == len(expected) == 23_362
        assert (found.sort_index() == expected.sort_index()).all()


def test_the_published_figures_come_out(verdicts, rows):
    hours = elapsed_minutes(verdicts, "g4") / 60
    assert round(hours.median(), 2) == 7.52
    assert round(float(np.quantile(hours, 0.9)), 1) == 115.3
    published = {"g": (56.28, 49.35, 33.97, 26.37), "n": (50.06, 41.43, 24.22, 17.14)}
    for prefix, shares in published.items():
        for limit, share in zip(LIMITS, shares, strict=True):
            of_target = verdicts.targets.filter(pl.col("target") == f"{prefix}{limit}")
            judged, met = of_target["n"].sum(), of_target["met"].sum()
            assert judged == 23_362
            assert round(100 * (judged - met) / judged, 2) == share


def test_tickets_without_a_resolution_are_a_class_of_their_own(verdicts):
    of_target = verdicts.targets.filter(pl.col("target") == "g4")
    assert of_target["unresolved"].sum() == 1_556
    listed = verdicts.tickets.filter((pl.col("target") == "g4") & pl.col("met").is_null())
    assert listed.height == 1_556
    assert set(listed["reason"]) == {"closed without a resolution"}

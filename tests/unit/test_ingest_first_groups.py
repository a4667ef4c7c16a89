"""With which team a ticket starts, where one source tells the team and another the moves."""

from __future__ import annotations

import polars as pl

import slmdsl as slm
from slmdsl.base.shipped import shipped

ACME = shipped("models") / "acme"
NAMES = {"Service Desk": "desk", "App Support": "apps", "HostCo": "hostco"}


def test_a_ticket_starts_where_the_export_says_and_moves_when_the_events_say():
    log = slm.ingest(slm.load(ACME), ["desk_export", "desk_events"])
    told = pl.read_csv(ACME / "data" / "tickets.csv").select("number", "group")
    starts = log.tickets.join(told, left_on="ticket", right_on="number", suffix="_told", how="inner")
    assert starts.height == log.tickets.height
    assert starts.filter(pl.col("group") != pl.col("group_told").replace(NAMES)).is_empty()
    moved = pl.read_csv(ACME / "data" / "events.csv.gz").filter(pl.col("event") == "group")
    events = log.events.filter(pl.col("type") == "group")
    known = moved.filter(pl.col("number").is_in(told["number"].to_list()))
    assert events.height == known.height > 200


def test_a_stated_move_does_not_say_where_a_ticket_was_before(tmp_path):
    (tmp_path / "a.slm").write_text(
        """
team desk

team apps

source tracker {
  read      "moves.csv"
  timezone  UTC
  ticket    "id"
  kind      incident
  at        "at"
  type      "what" as { "moved" group, * state }
  state     "state" as { "open" active, "done" resolved }
  group     "group"
}
""",
        encoding="utf-8",
    )
    (tmp_path / "moves.csv").write_text(
        "id,at,what,state,group\nA,2027-01-01 09:00,opened,open,\nA,2027-01-01 10:00,moved,,apps\n"
        "B,2027-01-01 09:00,opened,open,desk\nB,2027-01-01 10:00,moved,,apps\n",
        encoding="utf-8",
    )
    log = slm.ingest(slm.load(tmp_path), "tracker")
    assert dict(zip(log.tickets["ticket"], log.tickets["group"], strict=True)) == {"A": None, "B": "desk"}
    moves = log.events.filter(pl.col("type") == "group")
    assert moves.select("ticket", "group").rows() == [("A", "apps"), ("B", "apps")]

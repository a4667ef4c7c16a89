"""Logs from frames and back, through memory and through parquet."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest
from polars.testing import assert_frame_equal

from slmdsl.base.units import NO_TIME, to_us
from slmdsl.events.columns import HOLD_DEFAULT, HOLD_UNTIL_NEXT, Coded, Events, Tickets
from slmdsl.events.log import EventLog
from slmdsl.events.vocabulary import EventType, Phase, Role

NINE, TEN, ELEVEN = (datetime(2027, 1, 4, hour, tzinfo=UTC) for hour in (9, 10, 11))

TICKETS = {
    "ticket": ["A", "B"],
    "kind": ["incident", "laptop"],
    "service": ["email", None],
    "priority": ["P1", "P2"],
    "opened": [NINE, TEN],
}
EVENTS = {"ticket": ["B", "A", "A"], "at": [TEN, ELEVEN, TEN], "type": ["group", "state", "priority"]}
FRAMES = ("tickets", "events", "samples", "outages", "feedback", "refused", "contradicted", "tallied")


def test_only_five_columns_are_needed():
    log = EventLog.from_frames(TICKETS)
    assert log.tickets.schema == {
        "ticket": pl.String,
        "kind": pl.String,
        "service": pl.String,
        "priority": pl.String,
        "opened": pl.Datetime("us", "UTC"),
        "responded": pl.Datetime("us", "UTC"),
        "resolved": pl.Datetime("us", "UTC"),
        "closed": pl.Datetime("us", "UTC"),
        "reopenings": pl.Int32,
        "reassignments": pl.Int32,
        "customer": pl.String,
        "group": pl.String,
    }
    assert log.tickets["opened"].to_list() == [NINE, TEN]
    assert log.ticket_columns.resolved_us.tolist() == [NO_TIME, NO_TIME]
    assert log.ticket_columns.service.word(1) is None
    assert log.ticket_columns.first_event.tolist() == [-1, -1]
    assert log.last_us == to_us(TEN)


@pytest.mark.parametrize(
    "make", [pl.DataFrame, pa.table, pd.DataFrame, lambda rows: pl.DataFrame(rows).lazy(), dict]
)
def test_any_frame_will_do(make):
    log = EventLog.from_frames(make(TICKETS), make(EVENTS | {"priority": [None, None, "P3"]}))
    assert log.tickets["ticket"].to_list() == ["A", "B"]
    assert log.events["at"].to_list() == [TEN, ELEVEN, TEN]


def test_events_are_chained_in_order():
    log = EventLog.from_frames(
        TICKETS,
        EVENTS
        | {"phase": [None, "resolved", None], "priority": [None, None, "P3"], "group": ["desk", None, None]},
    )
    held, tickets = log.event_columns, log.ticket_columns
    first = tickets.first_event.tolist()
    assert held.next_event[first].tolist() == [first[0] + 1, -1]
    assert [EventType(kind) for kind in held.type] == [EventType.PRIORITY, EventType.STATE, EventType.GROUP]
    assert Coded(codes=held.priority, values=tickets.priority.values).word(0) == "P3"
    assert Coded(codes=held.group, values=tickets.group.values).word(2) == "desk"
    assert Phase(held.phase[1]) is Phase.RESOLVED
    assert log.tickets["resolved"].to_list() == [ELEVEN, None]


def test_a_log_may_hold_no_tickets():
    start = datetime(2027, 3, 1, tzinfo=UTC)
    log = EventLog.from_frames(
        outages={"service": ["mail"], "start": [start], "end": [start.replace(hour=1)], "planned": [False]}
    )
    assert (log.tickets.height, log.outages.height) == (0, 1)


def test_ties_are_broken_by_seq_then_by_rank():
    at = [TEN] * 5
    kinds = ["state", "priority", "state", "state", "state"]
    phases = ["active", None, "resolved", "wait_customer", "cancelled"]
    rows = {
        "ticket": ["A"] * 5,
        "at": at,
        "type": kinds,
        "phase": phases,
        "priority": [None, "P2"] + [None] * 3,
    }
    log = EventLog.from_frames(TICKETS, rows | {"seq": [1, 1, 1, 1, 1]})
    assert log.events["phase"].to_list() == ["resolved", "cancelled", None, "wait_customer", "active"]
    log = EventLog.from_frames(TICKETS, rows | {"seq": [3, 2, 5, 1, 4]})
    assert log.events["phase"].to_list() == ["wait_customer", None, "active", "cancelled", "resolved"]
    assert EventLog.from_frames(TICKETS, rows).events["phase"].to_list() == phases


def test_counts_come_from_events_unless_given():
    rows = {
        "ticket": ["A"] * 7,
        "at": [TEN] * 7,
        "type": ["state", "state", "state", "state", "group", "group", "group"],
        "phase": ["resolved", "closed", "active", "resolved", None, None, None],
        "group": [None] * 4 + ["desk", "apps", "apps"],
    }
    log = EventLog.from_frames(TICKETS, rows)
    assert log.tickets.select("reopenings", "reassignments").rows() == [(1, 1), (0, 0)]
    assert EventLog.from_frames(TICKETS | {"group": ["net", None]}, rows).tickets[
        "reassignments"
    ].to_list() == [2, 0]
    given = EventLog.from_frames(TICKETS | {"reopenings": [5, None], "reassignments": [7, 8]}, rows)
    assert given.tickets.select("reopenings", "reassignments").rows() == [(5, 7), (0, 8)]


def test_the_last_event_beats_the_column():
    rows = {"ticket": ["A", "A"], "at": [NINE, TEN], "type": ["state"] * 2, "phase": ["resolved", "closed"]}
    log = EventLog.from_frames(TICKETS | {"resolved": [TEN, TEN], "closed": [ELEVEN, None]}, rows)
    assert log.tickets.select("resolved", "closed").rows() == [(NINE, TEN), (TEN, None)]
    assert log.contradicted["row"].to_list() == [1, 1]
    assert log.tallied["fate"].to_list() == ["contradicted"] * 2


def test_instants_out_of_order_are_listed():
    facts = {
        "responded": [NINE, NINE],
        "resolved": [NINE, NINE],
        "closed": [None, datetime(2027, 1, 4, 8, tzinfo=UTC)],
    }
    rows = {"ticket": ["A"], "at": [datetime(2027, 1, 4, 8, tzinfo=UTC)], "type": ["ack"]}
    log = EventLog.from_frames(TICKETS | facts, rows)
    assert log.contradicted["reason"].to_list() == [
        "ticket B: resolved before it was opened",
        "ticket B: responded before it was opened",
        "ticket B: closed before it was resolved",
        "ticket A: its first event is dated before it was opened",
    ]


def test_further_columns_are_fields_as_text():
    more = {
        "site": ["Bern", None],
        "vip": [True, False],
        "floor": [3, None],
        "seen": [date(2027, 1, 1), None],
    }
    log = EventLog.from_frames(TICKETS | more)
    assert log.tickets.select(list(more)).rows() == [
        ("Bern", "true", "3", "2027-01-01"),
        (None, "false", None, None),
    ]
    assert log.ticket_columns.fields["site"].word(0) == "Bern"


def test_naive_datetimes_are_utc_and_others_are_converted():
    nine = datetime(2027, 1, 4, 9)
    log = EventLog.from_frames(pl.DataFrame(TICKETS | {"opened": [nine, nine]}))
    assert log.tickets["opened"].to_list() == [NINE, NINE]
    zoned = pl.Series([nine, nine]).dt.cast_time_unit("ns").dt.replace_time_zone("Asia/Tokyo")
    log = EventLog.from_frames(pl.DataFrame(TICKETS | {"opened": zoned}))
    assert log.tickets["opened"].to_list() == [datetime(2027, 1, 4, 0, tzinfo=UTC)] * 2


@pytest.mark.parametrize(
    ("tickets", "events", "message"),
    [
        ({"ticket": [1, 2]}, None, "tickets.ticket must hold text, not Int64"),
        ({"ticket": ["A", "A"]}, None, "tickets.ticket names `A` more than once"),
        ({"ticket": ["A", None]}, None, "tickets.ticket is missing in 1 of 2 rows"),
        ({"opened": [NINE, None]}, None, "tickets.opened is missing in 1 of 2 rows"),
        ({"opened": ["2027-01-04", "2027-01-05"]}, None, "tickets.opened must hold datetimes, not String"),
        ({"reopenings": [0.5, 1.5]}, None, "tickets.reopenings must hold whole numbers, not Float64"),
        (
            {"reopenings": [2**40, 1]},
            None,
            "tickets.reopenings must hold whole numbers of 32 bits, not Int64",
        ),
        (
            {"closed": [None, datetime(9999, 12, 31)]},
            None,
            "tickets.closed lies outside the years 1900 to 2199 in 1 of 2 rows",
        ),
        ({"tags": [["a"], ["b"]]}, None, "tickets.tags must hold text, numbers, booleans or dates"),
        (
            {},
            EVENTS | {"ticket": ["B", "A", "Z"]},
            "1 rows are of tickets that `tickets` does not have, such as `Z`",
        ),
        ({}, EVENTS | {"type": ["group", "status", "priority"]}, "`status` is not one of state"),
        ({}, EVENTS | {"phase": ["?", None, None]}, "`?` is not one of new, active, wait_customer"),
        ({}, EVENTS | {"public": ["yes", None, None]}, "events.public must hold booleans, not String"),
        (
            {},
            {"ticket": ["A"], "att": [NINE], "type": ["ack"]},
            "events has no column `at`; did you mean `att`?",
        ),
    ],
)
def test_what_is_wrong_is_named(tickets, events, message):
    with pytest.raises(ValueError, match=r".") as failure:
        EventLog.from_frames(TICKETS | tickets, events)
    assert message in str(failure.value)


def test_columns_that_pandas_writes_for_missing_values():
    nan = float("nan")
    log = EventLog.from_frames(
        pd.DataFrame(TICKETS | {"reopenings": [2, None], "resolved": nan, "customer": nan, "group": None})
    )
    assert log.tickets.select("reopenings", "resolved", "customer", "group").rows() == [
        (2, None, None, None),
        (0, None, None, None),
    ]
    with pytest.raises(ValueError, match=r"tickets.opened is missing in 2 of 2 rows"):
        EventLog.from_frames(pd.DataFrame(TICKETS | {"opened": nan}))


def test_an_outage_that_ends_before_it_starts_is_named():
    one = {"service": ["a", "a"], "start": [NINE, TEN], "end": [NINE, NINE]}
    with pytest.raises(ValueError, match=r"outages.end is before outages.start in 1 of 2 rows"):
        EventLog.from_frames(TICKETS, outages=one)


def test_a_share_beyond_all_users_is_named():
    two = {"service": ["a", "a"], "start": [NINE, TEN]}
    for wrong in (1.5, -0.1, float("inf")):
        with pytest.raises(ValueError, match=r"outages.share lies outside 0 .. 1 in 1 of 2 rows"):
            EventLog.from_frames(TICKETS, outages=two | {"share": [wrong, 1.0]})
    log = EventLog.from_frames(TICKETS, outages=two | {"share": [float("nan"), 0]})
    assert log.outages["share"].to_list() == [1.0, 0.0]


def test_missing_columns_and_no_frames_are_named():
    with pytest.raises(ValueError, match="tickets has no column `opened`"):
        EventLog.from_frames({name: column for name, column in TICKETS.items() if name != "opened"})
    with pytest.raises(ValueError, match="tickets is a list, not a frame"):
        EventLog.from_frames([1])
    with pytest.raises(ValueError, match="feedback is no frame"):
        EventLog.from_frames(TICKETS, feedback={"score": [5, "five"], "at": [NINE]})
    one = {"service": ["a"], "metric": ["up"], "at": [NINE], "value": [1.0], "hold": ["soon"]}
    with pytest.raises(ValueError, match=r"samples.hold: `soon` is neither"):
        EventLog.from_frames(TICKETS, samples=one)


def full_log():
    return EventLog.from_frames(
        TICKETS | {"resolved": [TEN, None], "site": ["Bern", None], "group": ["desk", None]},
        EVENTS
        | {
            "phase": [None, "resolved", None],
            "priority": [None, None, "P3"],
            "group": ["apps", None, None],
            "actor": ["x", None, "y"],
            "actor_role": ["agent", "customer", None],
            "public": [True, False, None],
            "reason": [None, "why", None],
        },
        samples={
            "service": ["b", "a", "a", "a"],
            "metric": ["up"] * 4,
            "at": [NINE, TEN, NINE, NINE],
            "value": [1, 0, 1, 0],
            "hold": ["default", "until next", "900000000 us", None],
        },
        outages={
            "service": ["a", "a"],
            "start": [NINE, TEN],
            "end": [TEN, None],
            "planned": [True, None],
            "announced": [NINE, None],
            "cause": ["power", None],
            "share": [0.4, None],
            "data_loss": [timedelta(minutes=5), None],
        },
        feedback={
            "ticket": ["B", None, "Z"],
            "service": [None, "a", "a"],
            "at": [TEN] * 3,
            "score": [5.0, 4.5, 3.0],
        },
    )


def test_samples_outages_and_feedback():
    log = full_log()
    assert log.samples.rows() == [
        ("a", "up", NINE, 1.0, "900000000 us"),
        ("a", "up", NINE, 0.0, "default"),
        ("a", "up", TEN, 0.0, "until next"),
        ("b", "up", NINE, 1.0, "default"),
    ]
    assert log.sample_columns.hold_us.tolist() == [900_000_000, HOLD_DEFAULT, HOLD_UNTIL_NEXT, HOLD_DEFAULT]
    assert log.outages.rows() == [
        ("a", NINE, TEN, True, NINE, "power", 0.4, timedelta(minutes=5)),
        ("a", TEN, None, False, None, None, 1.0, None),
    ]
    assert log.feedback.rows() == [("B", None, TEN, 5.0), (None, "a", TEN, 4.5), (None, "a", TEN, 3.0)]
    assert log.events["actor_role"].to_list() == [None, "customer", "agent"]
    assert Role(log.event_columns.actor_role[1]) is Role.CUSTOMER


@pytest.mark.parametrize("make", [full_log, EventLog, lambda: EventLog.from_frames(TICKETS)])
def test_parquet_keeps_everything(tmp_path, make):
    log = make()
    log.to_parquet(tmp_path / "log.parquet")
    back = EventLog.from_parquet(tmp_path / "log.parquet")
    for name in FRAMES:
        assert_frame_equal(getattr(log, name), getattr(back, name))
    assert (log.refusals, log.contradictions, log.tallies, log.intakes) == (
        back.refusals,
        back.contradictions,
        back.tallies,
        back.intakes,
    )
    assert log.event_columns.next_event.tolist() == back.event_columns.next_event.tolist()


def test_other_tools_read_the_parquet(tmp_path):
    full_log().to_parquet(tmp_path / "log.parquet")
    table = pa_parquet.read_table(tmp_path / "log.parquet", filters=[("table", "=", "tickets")])
    assert [row["ticket"] for row in table["tickets"].to_pylist()] == ["A", "B"]
    lazy = pl.scan_parquet(tmp_path / "log.parquet").filter(pl.col("table") == "events")
    assert_frame_equal(lazy.select("events").unnest("events").collect(), full_log().events)


def test_other_files_are_no_logs(tmp_path):
    (tmp_path / "a.parquet").write_text("nothing of the kind")
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "b.parquet")
    for name, message in (("a.parquet", "not a parquet file"), ("b.parquet", "not an event log")):
        with pytest.raises(ValueError, match=message):
            EventLog.from_parquet(tmp_path / name)


def test_frames_are_made_once_and_their_arrays_can_be_written():
    log = full_log()
    assert log.tickets is log.tickets
    for held in (
        log.ticket_columns,
        log.event_columns,
        log.sample_columns,
        log.outage_columns,
        log.feedback_columns,
    ):
        for name in held.__slots__:
            column = getattr(held, name)
            array = column.codes if isinstance(column, Coded) else column
            if isinstance(array, np.ndarray):
                assert array.flags.writeable, name
                assert array.flags.c_contiguous, name


def test_empty_parts_are_empty():
    log = EventLog()
    assert len(log.ticket_columns) == len(Tickets.empty()) == len(Events.empty()) == 0
    assert all(getattr(log, name).is_empty() for name in FRAMES)
    assert log.last_us == NO_TIME


def test_the_log_itself_needs_no_polars():
    code = "import sys, slmdsl.events.log; raise SystemExit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

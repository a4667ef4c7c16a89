"""The way in, held against obvious one-row-at-a-time readings of generated files."""

import csv
import io
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.base.globs import Glob
from slmdsl.ingest import csv_records, ingest
from tests.ingest_plans import column, plan

START = datetime(2027, 1, 4, 9, tzinfo=UTC)
CELLS = st.text(st.sampled_from("ab \",;\r\n\t'é漢"), max_size=6)


def read(text, form, facts, **more):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "t.csv").write_bytes(text)
        return ingest([plan("t.csv", form, facts, **more)], root=Path(folder))


@given(st.lists(st.tuples(CELLS, CELLS), max_size=12), st.integers(1, 40), st.sampled_from(",;\t|"))
def test_any_table_that_csv_can_say_is_read_as_the_standard_reader_reads_it(rows, block, delimiter):
    """Also where the file is cut into blocks at any byte."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["id", "opened", "one", "two"])
    for number, (one, two) in enumerate(rows):
        writer.writerow([f"T{number}", "2027-01-04", one, two])
    with mock.patch.object(csv_records, "_BLOCK", block + 24):
        log = read(
            text.getvalue().encode(),
            "tickets",
            {"ticket": "id", "opened": "opened"},
            fields={"one": column("one"), "two": column("two")},
            options=(("delimiter", delimiter),),
        )
    assert log.refusals == ()
    assert log.tickets.select("one", "two").rows() == [(one or None, two or None) for one, two in rows]


@given(st.binary(max_size=300), st.integers(1, 64))
def test_any_bytes_are_read_or_refused_row_by_row(noise, block):
    head = b"id,opened\nA,2027-01-04\n"
    with mock.patch.object(csv_records, "_BLOCK", block + 24):
        log = read(head + noise, "tickets", {"ticket": "id", "opened": "opened"})
    (intake,) = log.intakes
    assert intake.rows_in == intake.rows_taken + intake.rows_refused
    assert len(log.refusals) == intake.rows_refused
    assert log.tickets["ticket"][0] == "A"


@given(st.text(st.sampled_from("ab*."), max_size=6), st.text(st.sampled_from("ab."), max_size=8))
def test_patterns_match_as_a_naive_matcher_does(pattern, text):
    def naive(pattern, text):
        if not pattern:
            return not text
        if pattern[0] == "*":
            return any(naive(pattern[1:], text[at:]) for at in range(len(text) + 1))
        return bool(text) and pattern[0] == text[0] and naive(pattern[1:], text[1:])

    assert Glob(pattern)(text) == naive(pattern, text)


SNAPSHOTS = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.integers(0, 5),
        st.sampled_from(["new", "active", "wait_customer", "resolved", "closed", ""]),
        st.sampled_from(["P1", "P2", ""]),
        st.sampled_from(["desk", "apps", ""]),
    ),
    min_size=1,
    max_size=14,
)


RANKS = {"resolved": 0, "closed": 0, "priority": 2, "wait_customer": 3, "state": 4, "group": 5}


def expected_history(rows):
    """What one would write down reading the rows of each ticket from top to bottom."""
    history, facts = [], {}
    for ticket in sorted({row[0] for row in rows}):
        own = sorted(
            (
                (minute, number, *known)
                for number, (name, minute, *known) in enumerate(rows, 1)
                if name == ticket
            ),
            key=lambda row: row[:2],
        )
        now = {"state": None, "priority": None, "group": None}
        start = dict(now)
        for minute, number, *known in own:
            changes = []
            for kind, value in zip(now, known, strict=True):
                if value and value != now[kind]:
                    if now[kind] is None and kind != "state":
                        start[kind] = value
                    else:
                        changes.append((kind, value))
                    now[kind] = value
            changes.sort(key=lambda change: RANKS.get(change[1], RANKS[change[0]]))
            history += [
                (ticket, START + timedelta(minutes=minute), number, kind, value) for kind, value in changes
            ]
        facts[ticket] = (start["priority"], start["group"])
    return history, facts


@given(SNAPSHOTS)
def test_snapshots_become_the_history_that_a_reader_would_write_down(rows):
    lines = [
        f"{name},{(START + timedelta(minutes=minute)).isoformat()},{state},{priority},{group}"
        for name, minute, state, priority, group in rows
    ]
    facts = {"ticket": "id", "at": "at", "state": "state", "priority": "priority", "group": "group"}
    log = read("\n".join(["id,at,state,priority,group", *lines]).encode(), "events", facts)
    history, start = expected_history(rows)
    found = log.events.with_columns(value=pl.coalesce("phase", "priority", "group")).sort(
        "ticket", maintain_order=True
    )
    assert found.select("ticket", "at", "seq", "type", "value").rows() == history
    assert {row[0]: row[1:] for row in log.tickets.select("ticket", "priority", "group").rows()} == start


@given(
    SNAPSHOTS,
    st.lists(st.integers(-1, 6), min_size=3, max_size=3),
    st.lists(st.integers(-1, 8), min_size=3, max_size=3),
)
def test_trusted_columns_have_the_only_say_on_resolution(rows, resolved, closed):
    def at(minute):
        return "" if minute < 0 else (START + timedelta(minutes=minute)).isoformat()

    lines = [
        f"{name},{at(minute)},{state},{at(resolved['ABC'.index(name)])},{at(closed['ABC'.index(name)])}"
        for name, minute, state, _, _ in rows
    ]
    facts = {"ticket": "id", "at": "at", "state": "state", "resolved": "resolved", "closed": "closed"}
    text = "\n".join(["id,at,state,resolved,closed", *lines]).encode()
    log = read(text, "events", facts, trust_columns=True)
    for ticket, done, shut in log.tickets.select("ticket", "resolved", "closed").rows():
        place = "ABC".index(ticket)
        events = log.events.filter(pl.col("ticket") == ticket)
        by_event = events.filter(pl.col("phase") == "resolved")["at"].to_list()
        assert by_event == ([] if resolved[place] < 0 else [done])
        assert done == (None if resolved[place] < 0 else START + timedelta(minutes=resolved[place]))
        if closed[place] >= 0:
            assert shut == START + timedelta(minutes=closed[place])
            assert events.filter(pl.col("phase") == "closed")["at"].to_list() == [shut]
        if done is not None:
            later = events.filter((pl.col("at") > done) & pl.col("phase").is_not_null())
            assert set(later["phase"].to_list()) <= {"closed"}

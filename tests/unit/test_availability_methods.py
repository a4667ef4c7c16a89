"""What the ways of counting availability and outages do where a case in Markdown does not reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

import slmdsl as slm
from slmdsl.base.units import DAY, HOUR, MINUTE, duration_us, to_us
from slmdsl.cli.tables.figures import figure, promised
from slmdsl.contract import check
from slmdsl.contract.model.agreements import OutageSelection
from slmdsl.evaluate.availability.events import read_events
from slmdsl.evaluate.availability.exclusions import chosen_by
from slmdsl.evaluate.from_log import evaluate
from slmdsl.events.columns import HOLD_UNTIL_NEXT, Samples
from slmdsl.events.log import EventLog
from slmdsl.rules.availability import uptime_rule
from slmdsl.syntax.parse import parse
from tests import builders as b

TEXT = """provider globex
customer acme
field site
service mail
service wan
service host {
  components  east
}
sla gold {
  between  globex and acme
  valid    2027-04-01 .. 2027-12-31
%s
}
"""


def contract_of(*lines):
    text = TEXT % "\n".join(f"  {line}" for line in lines)
    contract, findings = check([parse(text, "a.slm").tree], texts={"a.slm": text})
    assert not [finding for finding in findings if finding.is_error], findings
    return contract


def log_of(**frames):
    ticket = {"ticket": ["A"], "kind": ["incident"], "service": ["mail"], "priority": ["P1"]}
    return EventLog.from_frames(ticket | {"opened": [datetime(2027, 4, 1, tzinfo=UTC)]}, **frames)


def outages(*rows, **more):
    """Rows of (service, hours from 1 April, hours)."""
    start = datetime(2027, 4, 1, tzinfo=UTC)
    frame = {
        "service": [row[0] for row in rows],
        "start": [start + timedelta(hours=row[1]) for row in rows],
        "end": [start + timedelta(hours=row[1] + row[2]) for row in rows],
    }
    return pl.DataFrame(frame | more)


def rows_of(contract, log, as_of=(2027, 5, 1)):
    return evaluate(contract, log, as_of_us=to_us(datetime(*as_of, tzinfo=UTC))).periods


@pytest.mark.parametrize(("unknown", "good", "total"), [(None, 1, 2), ("up", 2, 3), ("down", 1, 3)])
def test_samples_without_a_value_are_left_out_unless_the_target_decides_them(unknown, good, total):
    samples = Samples(
        service=b.coded(["mail"] * 3),
        metric=b.coded(["up"] * 3),
        at_us=np.arange(3),
        value=np.array([1.0, 0.0, np.nan]),
        hold_us=np.full(3, HOLD_UNTIL_NEXT),
    )
    counts = read_events(samples, "mail", 10, unknown)
    assert (sum(counts.good), sum(counts.total), len(counts.left_out_us)) == (good, total, 3 - total)


def test_a_sample_that_is_partly_up_is_partly_good_and_exactly_so():
    samples = Samples(
        service=b.coded(["mail"] * 10),
        metric=b.coded(["up"] * 10),
        at_us=np.arange(10),
        value=np.full(10, 0.1),
        hold_us=np.full(10, HOLD_UNTIL_NEXT),
    )
    assert sum(read_events(samples, "mail", 10, None).good) == 1
    assert len(read_events(samples, "mail", 4, None).good) == 5


def test_counts_of_events_beyond_what_int64_holds_are_exact():
    at = datetime(2027, 4, 2, tzinfo=UTC)
    huge = 2.0**62
    samples = pl.DataFrame(
        {
            "service": ["mail"] * 4,
            "metric": ["events_all", "events_good"] * 2,
            "at": [at, at, at + timedelta(hours=1), at + timedelta(hours=1)],
            "value": [huge, huge, huge, huge - 1024],
        }
    )
    target = "target up: availability of mail by events at least 100% each year"
    (row,) = rows_of(contract_of(target), log_of(samples=samples), as_of=(2028, 1, 1))
    assert row.exact == Fraction(2**63 - 1024, 2**63)
    assert row.verdict == "missed"


@pytest.mark.parametrize("length", ["60 days", "1440 h"])
@pytest.mark.parametrize(("hours", "good"), [(720, 4), (721, 3)])
def test_slices_longer_than_int64_holds_are_exact(length, hours, good):
    # 275 days are four slices of 60 and a rest; half of the first may be down.
    target = f"target up: availability of mail by slices of {length} at least 50% at least 99% each year"
    (row,) = rows_of(contract_of(target), log_of(outages=outages(("mail", 0, hours))), as_of=(2028, 1, 1))
    assert (row.n, row.met, row.unresolved) == (4, good, 1)


def test_six_excluded_outages_are_five_and_one_more():
    clause = 'exclude outages in mail because "Clause 12"'
    target = "target up: availability of mail at least 99% each month"
    book = outages(*(("mail", 24 * day, 1) for day in range(6)))
    row = rows_of(contract_of(target, clause), log_of(outages=book))[0]
    assert (row.excluded, row.value) == (6, 1)
    assert row.note.endswith("mail 2027-04-05 00:00 to 2027-04-05 01:00 (Clause 12), 1 more")


def test_an_excluded_outage_that_goes_on_has_no_end():
    clause = 'exclude outages in mail because "Clause 12"'
    target = "target up: availability of mail at least 99% each month"
    book = outages(("mail", 24, 1)).with_columns(end=pl.lit(None, pl.Datetime("us", "UTC")))
    row = rows_of(contract_of(target, clause), log_of(outages=book), as_of=(2027, 4, 3))[0]
    assert row.note == "excluded: mail 2027-04-02 00:00 (Clause 12)"
    assert (row.value, row.gross_value, row.n) == (1, 0.5, 1440)


def test_the_first_exclusion_that_takes_an_outage_gives_its_reason_and_tickets_stay_apart():
    clauses = (
        'exclude incidents where site = north because "Clause 1"',
        'exclude outages in host because "Clause 2"',
        'exclude outages in host where cause = fire because "Clause 3"',
    )
    target = "target up: availability of host.east at least 99% each month"
    book = outages(("host.east", 24, 1), cause=["fire"])
    row = rows_of(contract_of(target, *clauses), log_of(outages=book))[0]
    assert row.note == "excluded: host.east 2027-04-02 00:00 to 2027-04-02 01:00 (Clause 2)"


def test_outages_that_are_asked_for_by_their_cause_need_a_book():
    target = "target many: count of outages of mail where cause = fire at most 2 each month"
    day = datetime(2027, 4, 2, tzinfo=UTC)
    samples = pl.DataFrame({"service": ["mail"], "metric": ["up"], "at": [day], "value": [0.0]})
    row = rows_of(contract_of(target), log_of(samples=samples))[0]
    assert (row.verdict, row.value, row.note) == ("no_data", None, "no facts about mail")


@pytest.mark.parametrize(("words", "n"), [("planned = true", 1), ("share >= 50%", 1), ("share > 0.3", 2)])
def test_outages_are_asked_for_what_they_are(words, n):
    target = f"target many: count of outages of mail where {words} and service in (mail) at most 9 each month"
    book = outages(("mail", 24, 1), ("mail", 48, 1), planned=[True, False], share=[0.4, 0.5])
    assert rows_of(contract_of(target), log_of(outages=book))[0].n == n


def test_users_that_the_catalogue_does_not_know_weigh_alike_without_a_word_for_one_service():
    target = "target up: availability of mail by user_minutes at least 99% each month"
    row = rows_of(contract_of(target), log_of(outages=outages(("mail", 0, 72))))[0]
    assert (row.value, row.note, row.n) == (0.9, "", 43200)


def test_users_of_a_component_are_those_of_its_service():
    target = "target up: availability of host.east, mail by user_minutes at least 99% each month"
    row = rows_of(contract_of(target), log_of(outages=outages(("host.east", 0, 72))))[0]
    assert row.value == 0.95
    assert "the users of host.east and mail are not known" in row.note


def test_the_longest_outage_promises_no_share():
    contract = contract_of("target long: longest outage of mail at most 2 h each month")
    agreement = contract.agreements["gold"]
    rule = uptime_rule(agreement.targets[0], agreement, contract)
    assert rule.names == {"mail"}
    with pytest.raises(TypeError, match=r"gold\.long"):
        _ = rule.goal


def test_no_periods_have_no_verdicts_in_any_form():
    lines = (
        "target events: availability of mail by events at least 99% each month",
        "target long: longest outage of mail at most 2 h each month",
        "target back: restore of mail within 2 h for 90% each month",
    )
    rows = rows_of(contract_of(*lines), log_of(outages=outages(("mail", 0, 1))), as_of=(2027, 3, 1))
    assert [(row.verdict, row.period) for row in rows] == [("no_data", None)] * 3


def test_two_outages_of_unknown_data_loss_are_told_as_two():
    target = "target back: restore of mail within 4 h for 50%, data loss at most 15 min each month"
    row = rows_of(contract_of(target), log_of(outages=outages(("mail", 24, 1), ("mail", 48, 1))))[0]
    assert (row.verdict, row.unresolved) == ("no_data", 2)
    assert row.note == "2 outages of which the data loss is not known"


def test_a_restoration_in_business_days_that_is_too_late_counts_where_the_days_ran_out():
    form_target = "target back: restore of mail within 2 h for 50% each month"
    contract = contract_of(form_target)
    agreement = contract.agreements["gold"]
    (target,) = agreement.targets
    days = b.dated(b.limit(b.business_days(1)))
    late = replace(target, form=replace(target.form, limit=days), calendar=b.OFFICE)
    contract = replace(contract, agreements={"gold": replace(agreement, targets=(late,))})
    book = outages(("mail", 29 * 24 + 12, 96))
    april, may = rows_of(contract, log_of(outages=book), as_of=(2027, 6, 1))[:2]
    # From Friday 30 April 12:00 one business day ends on Monday 3 May at 12:00.
    assert (april.n, may.n, may.met) == (0, 1, 0)


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("15 min", 15 * MINUTE),
        (" 1 h 30 min ", 90 * MINUTE),
        ("1.5 days", 36 * HOUR),
        ("2 weeks", 14 * DAY),
        ("soon", None),
        ("5", None),
        ("5 min or so", None),
        ("", None),
    ],
)
def test_lengths_of_time_are_read_as_the_language_writes_them(text, us):
    assert duration_us(text) == us


@pytest.mark.parametrize(
    ("column", "reason"),
    [([5.0], "must hold durations"), ([timedelta(minutes=-5)], "less than nothing in 1 of 1 rows")],
)
def test_data_loss_is_a_length_of_time(column, reason):
    with pytest.raises(ValueError, match=f"outages.data_loss.*{reason}"):
        log_of(outages=outages(("mail", 0, 1), data_loss=column))


def test_a_selection_without_services_means_all_of_them():
    book = log_of(outages=outages(("mail", 0, 1), ("wan", 2, 1), cause=["fire", None])).outage_columns
    selection = OutageSelection(services=(), condition=None, words="outages")
    assert chosen_by(selection, book).tolist() == [True, True]
    by_cause = replace(selection, condition=b.is_missing("cause"))
    assert chosen_by(by_cause, book).tolist() == [False, True]


SOURCE = """source book {
  read       "book.csv"
  timezone   UTC
  outages    from "start" to "end"
  service    mail
  data_loss  "lost"
}
"""


def test_data_loss_is_read_from_a_file_and_what_is_no_length_of_time_is_refused(tmp_path):
    text = TEXT % "  target back: restore of mail within 4 h, data loss at most 15 min each month" + SOURCE
    (tmp_path / "a.slm").write_text(text, encoding="utf-8")
    book = "start,end,lost\n2027-04-02 10:00,2027-04-02 11:00,10 min\n2027-04-03 10:00,2027-04-03 11:00,\n"
    (tmp_path / "book.csv").write_text(f"{book}2027-04-04 10:00,2027-04-04 11:00,soon\n", encoding="utf-8")
    spec = slm.load(tmp_path)
    log = slm.ingest(spec, "book")
    assert log.outages["data_loss"].to_list() == [timedelta(minutes=10), None]
    assert log.refused["reason"].to_list() == ['data_loss in "lost": "soon" is no data loss']
    log.to_parquet(tmp_path / "log.parquet")
    again = EventLog.from_parquet(tmp_path / "log.parquet")
    row = slm.evaluate(spec, again, as_of=datetime(2027, 5, 1, tzinfo=UTC)).targets.row(0, named=True)
    assert (row["n"], row["met"], row["unresolved"], row["verdict"]) == (1, 1, 1, "met")


@pytest.mark.parametrize(
    ("target", "value", "promise"),
    [
        ("longest outage of mail at most 2 h each month", "3 h", "≤ 2 h"),
        ("count of outages of mail at most 2 each month", "1", "≤ 2"),
        ("restore of mail within 4 h for 50% each month", "100.00 %", "≥ 50 %"),
        ("availability of mail by slices of 1 h at least 90% at least 99% each month", "99.58 %", "≥ 99 %"),
    ],
)
def test_figures_of_outages_are_printed_in_their_units(target, value, promise):
    row = rows_of(contract_of(f"target a: {target}"), log_of(outages=outages(("mail", 24, 3))))[0]
    assert (figure(row.target, row.value, threshold=row.threshold), promised(row)) == (value, promise)

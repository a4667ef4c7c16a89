"""Verdicts as a terminal shows them."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import polars as pl
import pytest
from rich.console import Console

from slmdsl.base.spans import Span
from slmdsl.base.units import HOUR, MINUTE, Duration
from slmdsl.calendars import ALWAYS
from slmdsl.cli.answers.machine import records, utc
from slmdsl.cli.answers.results import csv_safe, write_results
from slmdsl.cli.tables.figures import figure, interval, of_unit, promised
from slmdsl.cli.tables.verdict_tables import intake_lines, verdict_counts, verdict_tables
from slmdsl.contract.model.agreements import (
    Ageing,
    Agreement,
    Availability,
    CalendarPeriod,
    Count,
    Dated,
    Limit,
    NotYetEvaluated,
    PeriodUnit,
    Population,
    SampledMetric,
    Score,
    Share,
    Statistic,
    Target,
    Within,
)
from slmdsl.contract.model.clocks import Clock, Deadline, Mark, Reopened, Reprioritised
from slmdsl.evaluate.period_verdicts import PeriodVerdict, Word
from slmdsl.evaluate.verdicts import Verdicts
from slmdsl.events.intake import Intake, Refusal, Tally
from slmdsl.events.log import EventLog

PLACE = Span("a.slm", 0, 3, 7, 1)
CLOCK = Clock(
    name="standard",
    title="",
    starts=Mark.OPENED,
    responds=Mark.PUBLIC_REPLY,
    stops=Mark.RESOLVED,
    pauses=frozenset(),
    calendar=ALWAYS,
    reopened=Reopened.RESUMES,
    reprioritised=Reprioritised.RETAINS,
    deadline=Deadline.CLOSING,
    span=PLACE,
)
P1 = Population(
    kind="incident", priorities=("P1",), requests=(), services=(), condition=None, words="P1 incidents"
)


def always(value):
    return Dated(values=((None, value, PLACE),))


def limit(**length):
    return always(Limit(duration=Duration(**length)))


GOAL = always(Fraction(9, 10))
WITHIN = Within(measure="resolution", population=P1, limit=limit(us=4 * HOUR), goal=GOAL, small_numbers=None)
UP = Availability(services=("email",), method="minutes", goal=GOAL, maintenance="counts", unknown=None)
REOPENED = Share(population=P1, condition=None, at_most=True, goal=GOAL)


def mean(**length):
    return Statistic(measure="resolution", population=P1, quantile=None, word="mean", limit=limit(**length))


def metric(*, at_most=True):
    return SampledMetric(
        service="till", metric="ms", unit="ms", quantile=None, word="p99", at_most=at_most, goal=GOAL
    )


def target(form=WITHIN, name="p1_fix", agreement="acme_gold", sentence=None):
    return Target(
        name=name,
        agreement=agreement,
        form=form,
        period=CalendarPeriod(unit=PeriodUnit.MONTH),
        clock=CLOCK,
        calendar=ALWAYS,
        counted=None,
        per=None,
        minimum=0,
        sentence=sentence
        or f"target {name}: resolution of P1 incidents within 4 h for 90% each month on always",
        span=PLACE,
        limit_span=PLACE,
    )


def agreement(name="acme_gold", title="Managed workplace"):
    return Agreement(
        name=name,
        title=title,
        kind="sla",
        promiser=None,
        receiver=None,
        services=(),
        supports=(),
        valid_from=date(2027, 1, 1),
        valid_to=None,
        version=None,
        supersedes=None,
        zone="UTC",
        month_day=1,
        month_overflow="clamp",
        stays=None,
        targets=(),
        exclusions=(),
        span=PLACE,
    )


def row(of=None, verdict=Word.MET, **figures):
    return PeriodVerdict(target=of or target(), verdict=verdict, **{"period": "2027-03"} | figures)


def printed(rows, agreements=None, width=200):
    console = Console(file=io.StringIO(), width=width)
    for shown in verdict_tables(rows, agreements or {"acme_gold": agreement()}, console):
        console.print(shown)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def cells(line):
    return re.split(r" {2,}", line.strip())


def test_an_agreement_is_a_table_with_the_promise_beside_its_periods():
    rows = [
        row(period="2027-01", n=10, met=9, value=0.9, low=0.596, high=0.982, threshold=0.9),
        row(
            period="2027-02",
            verdict=Word.MISSED,
            n=1200,
            met=1000,
            value=1000 / 1200,
            low=0.811,
            high=0.853,
            threshold=0.9,
            gross_value=0.8,
            excluded=3,
            unresolved=2,
            cancelled=1,
        ),
    ]
    heading, names, rule, *lines = printed(rows)
    assert heading == "acme_gold  Managed workplace  a.slm:7"
    assert cells(names) == [
        "target",
        "period",
        "n",
        "met",
        "value",
        "95 % range",
        "promised",
        "verdict",
        "notes",
    ]
    assert set(rule) == {"─"}
    assert [cells(line) for line in lines if line] == [
        ["p1_fix", "2027-01", "10", "9", "90.00 %", "59.6–98.2", "≥ 90 %", "✓ met"],
        [
            "resolution of P1 incidents within 4 h for",
            *("2027-02", "1,200", "1,000", "83.33 %", "81.1–85.3", "≥ 90 %", "✗ missed"),
            "2 unresolved, 1 cancelled, 3 excluded, gross 80.00 %",
        ],
        ["90% each month on always"],
    ]


def test_a_narrow_terminal_has_the_promise_above_its_periods():
    rows = [
        row(period="2027-01", n=10, met=9, value=0.9, low=0.596, high=0.982, threshold=0.9),
        row(
            period="2027-02",
            verdict=Word.MISSED,
            n=1200,
            met=1000,
            value=1000 / 1200,
            threshold=0.9,
            excluded=3,
        ),
        row(target(mean(us=5 * HOUR), "mttr"), n=2, value=3600.0, threshold=18000.0),
    ]
    assert printed(rows, width=80) == [
        "acme_gold  Managed workplace  a.slm:7",
        "  period       n    met    value  95 % range  promised  verdict",
        "",
        "p1_fix  resolution of P1 incidents within 4 h for 90% each month on always",
        "  2027-01     10      9  90.00 %   59.6–98.2    ≥ 90 %  ✓ met",
        "  2027-02  1,200  1,000  83.33 %                ≥ 90 %  ✗ missed",
        "      3 excluded",
        "",
        "mttr  resolution of P1 incidents within 4 h for 90% each month on always",
        "  2027-03      2             1 h                 ≤ 5 h  ✓ met",
    ]


def test_what_comes_from_data_cannot_steer_the_terminal():
    for width in (60, 200):
        text = "\n".join(printed([row(part="\x1b[2J", note="\x07")], width=width))
        assert "␛[2J" in text
        assert not {"\x1b", "\x07"} & set(text)


def test_a_long_part_is_cut():
    assert f"{'x' * 23}…  " in printed([row(part="x" * 30)])[3]


def test_each_agreement_has_a_table_and_each_target_a_block():
    one, other = target(name="p1"), target(name="p2")
    rows = [row(one), row(other), row(target(agreement="basic"))]
    lines = printed(rows, {"acme_gold": agreement(), "basic": agreement("basic", "Basic")})
    assert [line for line in lines if line.endswith("a.slm:7")] == [
        "acme_gold  Managed workplace  a.slm:7",
        "basic  Basic  a.slm:7",
    ]
    assert [line.split()[0] for line in lines if line.startswith(("p1", "p2"))] == ["p1", "p2", "p1_fix"]


def test_parts_have_a_column_of_their_own():
    _, names, _, first, second, *_ = printed([row(part="Delft"), row(part="(missing)")])
    assert cells(names)[:3] == ["target", "for", "period"]
    assert cells(first)[1] == "Delft"
    assert cells(second)[1] == "(missing)"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            {"verdict": Word.RUNNING, "value": 0.5, "best": 0.75, "worst": 0.4, "undecided": 3},
            ["… running", "can still become 40.00 % to 75.00 %, 3 undecided"],
        ),
        (
            {"of": target(REOPENED), "verdict": Word.RUNNING, "value": 0.0, "best": 0.0, "worst": 0.1},
            ["… running", "can still become 0.00 % to 10.00 %"],
        ),
        (
            {"of": target(UP), "value": 0.99, "best": 1.0, "worst": 0.98, "unknown_us": 90 * MINUTE},
            ["✓ met", "may have been 98.00 % to 100.00 %, 1 h 30 min unknown"],
        ),
        ({"verdict": Word.NO_DATA, "note": "the log holds nothing"}, ["– no data", "the log holds nothing"]),
        ({"verdict": Word.MET, "best": 0.9, "worst": 0.9}, ["✓ met"]),
        (
            {"of": target(NotYetEvaluated(words="updates")), "verdict": Word.NOT_EVALUATED, "note": "later"},
            ["○ not evaluated", "later"],
        ),
        ({"verdict": Word.NOT_MODELLED}, ["○ not modelled"]),
    ],
)
def test_what_stands_beside_a_verdict(more, expected):
    line = printed([row(**more)])[3]
    assert cells(line)[-len(expected) :] == expected


def test_a_period_cut_by_the_validity_says_so():
    assert "2027-03 (part)" in printed([row(cut=True)])[3]


def test_figures_of_what_is_not_counted_are_left_out():
    line = printed([row(target(NotYetEvaluated(words="x")), Word.NOT_EVALUATED, n=0, met=0)])[3]
    assert cells(line) == ["p1_fix", "2027-03", "○ not evaluated"]


@pytest.mark.parametrize(
    ("form", "value", "threshold", "shown", "bound"),
    [
        (WITHIN, 0.9, 0.9, "90.00 %", "≥ 90 %"),
        (WITHIN, 0.89996, 0.9, "89.996 %", "≥ 90 %"),
        (WITHIN, 0.9 - 1e-12, 0.9, "90.000000 %", "≥ 90 %"),
        (UP, 0.99954, 0.9995, "99.954 %", "≥ 99.95 %"),
        (REOPENED, 0.05, 0.05, "5.00 %", "≤ 5 %"),
        (mean(us=5 * HOUR), 5400.4, 18000.0, "1 h 30 min", "≤ 5 h"),
        (mean(business_days=Fraction(6)), 6.001, 6.0, "6.001 business days", "≤ 6.00 business days"),
        (Count(population=P1, at_most=True, goal=GOAL), 12.0, 10.0, "12", "≤ 10"),
        (Count(population=P1, at_most=False, goal=GOAL), 1200.0, 1000.0, "1,200", "≥ 1,000"),
        (Ageing(population=P1, older_than=None, at_most=True, goal=GOAL), 3.0, 10.0, "3", "≤ 10"),
        (Score(quantile=None, at_most=False, goal=GOAL), 4.16, 4.2, "4.16", "≥ 4.2"),
        (metric(), 812.4, 800.0, "812 ms", "≤ 800 ms"),
        (metric(at_most=False), 800.3, 800.0, "800.3 ms", "≥ 800 ms"),
    ],
)
def test_figures_are_told_apart_from_the_threshold(form, value, threshold, shown, bound):
    of = target(form)
    assert figure(of, value, threshold=threshold) == shown
    assert promised(row(of, threshold=threshold)) == bound


@pytest.mark.parametrize(
    ("low", "value", "high", "shown"),
    [
        (0.0952, 0.5, 0.9048, "9.5–90.5"),
        (0.99951, 0.99956, 0.99961, "99.951–99.961"),
        (0.99951, 0.9996, 0.99961, "99.951–99.961"),
        (0.206, 1.0, 1.0, "20.6–100.0"),
    ],
)
def test_an_interval_is_told_apart_from_its_value(low, value, high, shown):
    assert interval(row(low=low, value=value, high=high)) == shown


@pytest.mark.parametrize(("form", "shown"), [(UP, "44,640 min"), (WITHIN, "44,640"), (REOPENED, "44,640")])
def test_agreed_time_has_its_unit(form, shown):
    assert of_unit(target(form), 44_640) == shown


def test_notes_that_do_not_fit_beside_stand_below():
    rows = [row(n=10, met=9, value=0.9, threshold=0.9, note="x" * 60)]
    assert printed(rows, width=200)[1].rstrip().endswith("notes")
    assert printed(rows, width=160)[-1] == "      " + "x" * 60


def test_no_figure_is_nothing():
    assert figure(target(), None) == ""
    assert promised(row()) == ""


def test_verdicts_are_counted():
    rows = [row(), row(), row(verdict=Word.MISSED)]
    assert verdict_counts(rows).plain == "2 ✓ met, 1 ✗ missed"
    assert verdict_counts([]).plain == "no verdicts"


LOG = EventLog(
    intakes=(
        Intake(source="desk", file="a.csv", rows_in=1200, rows_taken=1190, rows_ignored=4, rows_refused=6),
    ),
    tallies=(
        Tally(source="desk", file="a.csv", fate="refused", reason='no line matches "7"', rows=6),
        Tally(source="desk", file="a.csv", fate="unknown group", reason="Wizards", rows=1),
        Tally(source="", file="", fate="contradicted", reason="resolved twice", rows=1),
    ),
    refusals=(Refusal(source="desk", file="a.csv", row=9, reason="=cmd()"),),
)


def test_rows_in_are_rows_accounted_for():
    assert list(intake_lines(LOG)) == [
        "desk (a.csv): 1,200 rows in = 1,190 taken + 4 ignored + 6 refused",
        '  6 rows refused: no line matches "7"',
        "  1 row of the group Wizards, which no team is known as",
        "1 row contradicted: resolved twice",
    ]


FRAME = pl.DataFrame(
    {
        "text": ["=1+1", "+1", "-1", "@x", "\tx", "a=b", "", None],
        "at": [datetime(2027, 3, 5, 17, tzinfo=UTC), datetime(2027, 3, 5, 0, 0, 0, 5, UTC)] + [None] * 6,
        "took": [timedelta(hours=4), timedelta(microseconds=1500)] + [None] * 6,
        "n": range(8),
    }
)


def test_csv_holds_no_formulas_and_plain_times():
    assert csv_safe(FRAME).write_csv().splitlines() == [
        "text,at,took,n",
        "'=1+1,2027-03-05T17:00:00Z,14400.0,0",
        "'+1,2027-03-05T00:00:00.000005Z,0.0015,1",
        *("'-1,,,2", "'@x,,,3", "'\tx,,,4", "a=b,,,5", '"",,,6', ",,,7"),
    ]


def test_records_are_plain_values_with_units():
    first, second, *_, last = records(FRAME)
    assert first == {"text": "=1+1", "at": "2027-03-05T17:00:00Z", "took_us": 4 * HOUR, "n": 0}
    assert second["at"] == "2027-03-05T00:00:00.000005Z"
    assert last == {"text": None, "at": None, "took_us": None, "n": 7}
    assert utc(-1) == "1969-12-31T23:59:59.999999Z"


def test_results_are_files(tmp_path):
    verdicts = Verdicts(
        as_of_us=0,
        periods=(row(target(name="p1"), n=3, met=3, value=1.0, threshold=0.9),),
    )
    written = write_results(verdicts, LOG, tmp_path / "deep" / "out")
    assert sorted(path.name for path in written) == sorted(
        path.name for path in (tmp_path / "deep" / "out").iterdir()
    )
    folder = tmp_path / "deep" / "out"
    assert pl.read_parquet(folder / "tickets.parquet").columns == verdicts.tickets.columns
    targets = pl.read_csv(folder / "targets.csv")
    assert targets.select("target", "n", "verdict").rows() == [("p1", 3, "met")]
    assert "'=cmd()" in (folder / "refused.csv").read_text(encoding="utf-8")

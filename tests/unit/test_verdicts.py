"""The frames of verdicts: columns, types, and what is not worked out yet."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl

from slmdsl.base.spans import Span
from slmdsl.evaluate.period_verdicts import PeriodVerdict, Word
from slmdsl.evaluate.tickets.frame import TICKETS
from slmdsl.evaluate.verdicts import Verdicts

TARGET = SimpleNamespace(agreement="acme", name="p1", span=Span("acme.slm", 0, 5, 7, 3))
ROW = PeriodVerdict(
    target=TARGET,
    period="2027-03",
    from_us=0,
    to_us=60_000_000,
    n=10,
    met=9,
    value=0.9,
    threshold=0.95,
    verdict=Word.MISSED,
)
TS = pl.Datetime("us", "UTC")


def test_the_frame_of_targets_has_the_promised_columns_first():
    frame = Verdicts(as_of_us=0, periods=(ROW,)).targets
    promised = {
        "sla": pl.String,
        "target": pl.String,
        "part": pl.String,
        "period": pl.String,
        "from": TS,
        "to": TS,
        "n": pl.Int64,
        "met": pl.Int64,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "threshold": pl.Float64,
        "verdict": pl.String,
        "best": pl.Float64,
        "worst": pl.Float64,
        "gross_value": pl.Float64,
        "unresolved": pl.Int64,
    }
    assert dict(list(frame.schema.items())[: len(promised)]) == promised
    assert frame.row(0, named=True) == frame.row(0, named=True) | {
        "sla": "acme",
        "target": "p1",
        "part": None,
        "period": "2027-03",
        "n": 10,
        "verdict": "missed",
        "clause": "acme.slm:7",
    }
    assert (frame["to"] - frame["from"]).dt.total_seconds().to_list() == [60]


def test_frames_without_rows_keep_their_columns():
    verdicts = Verdicts(as_of_us=0, periods=())
    assert verdicts.targets.height == verdicts.credits.height == verdicts.tickets.height == 0
    assert verdicts.escalations.columns[:7] == ["ticket", "sla", "rule", "step", "at", "to", "clause"]
    assert verdicts.tickets.schema == pl.Schema(TICKETS)


def test_frames_are_made_once():
    verdicts = Verdicts(as_of_us=0, periods=(ROW,))
    assert verdicts.targets is verdicts.targets


def test_all_kept_means_that_nothing_is_missed():
    assert Verdicts(as_of_us=0, periods=()).all_kept
    assert not Verdicts(as_of_us=0, periods=(ROW,)).all_kept


def test_verdicts_show_themselves_in_a_notebook():
    assert "missed" in Verdicts(as_of_us=0, periods=(ROW,))._repr_html_()

"""Sums of uptime are exact, however many short partial outages there are."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

import slmdsl as slm

TEXT = """provider globex
customer acme
service mail
sla gold {
  between globex and acme
  valid 2027-04-01 .. 2027-04-30
  target up: availability of mail at least 90% each month
}
"""


def test_thousands_of_parts_of_seconds_add_up(tmp_path):
    (tmp_path / "a.slm").write_text(TEXT)
    count, length = 20_000, 999_999
    starts = pl.Series("start", [i * 60_000_000 for i in range(count)], dtype=pl.Int64)
    begin = pl.lit(datetime(2027, 4, 1, tzinfo=UTC)).dt.cast_time_unit("us")
    outages = pl.DataFrame(starts).select(
        service=pl.lit("mail"),
        start=begin + pl.col("start").cast(pl.Duration("us")),
        end=begin + (pl.col("start") + length).cast(pl.Duration("us")),
        share=pl.lit(0.987654321),
    )
    log = slm.EventLog.from_frames(outages=outages)
    found = slm.evaluate(slm.load(tmp_path), log, as_of=datetime(2027, 5, 1, tzinfo=UTC))
    value = found.targets["value"][0]
    assert value == pytest.approx(1 - count * length * 0.987654321 / (30 * 86_400_000_000), abs=1e-12)

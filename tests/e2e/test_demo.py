"""`slm demo`: two real logs judged, a year simulated and an agreement negotiated, on what is shipped."""

import json
import re
from pathlib import Path

import polars as pl
import pytest

from slmdsl import EventLog
from slmdsl.cli.app import run

pytestmark = pytest.mark.compiled


def test_the_demo_writes_the_files_that_it_names(tmp_path, capsys):
    assert run(["demo", "--out", str(tmp_path), "--json"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert set(written) == {"service_desk", "editions", "acme", "starter", "contents"}
    named = [file for files in written.values() for file in files]
    assert sorted(named) == sorted(str(path) for path in tmp_path.rglob("*") if path.is_file())
    links = re.findall(r'href="([^"]+)"', (tmp_path / "index.html").read_text(encoding="utf-8"))
    assert {tmp_path / link for link in links} == {Path(file) for file in named} - {tmp_path / "index.html"}
    assert {"service_desk/report.html", "service_desk/agreement.html"} <= set(links)
    summary = pl.read_csv(tmp_path / "acme" / "summary.csv")
    agreement = summary.row(by_predicate=pl.col("target") == "acme_gold", named=True)
    assert 0 < agreement["chance"] < 1
    assert agreement["judged"] == 4 * 12
    log = EventLog.from_parquet(tmp_path / "acme" / "log.parquet")
    assert log.tickets.height > 30_000
    talks = (tmp_path / "starter" / "negotiation.txt").read_text(encoding="utf-8")
    assert "Counter-offer" in talks
    assert "Or all as asked, with 1 more in desk.day" in talks

"""Values of `empirical(...)`: read as sources are, in seconds or words, refused at the line that names them."""

from __future__ import annotations

import gzip
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from slmdsl import load, simulate
from slmdsl.base.spans import Span
from slmdsl.base.units import MINUTE, SECOND
from slmdsl.contract.model.distributions import Measured, measured_in
from slmdsl.ingest import IngestError
from slmdsl.ingest import empirical as room
from slmdsl.ingest.empirical import measured_values, with_measured

LINE = 7
TEXT = """\
provider us "Our IT"
customer them "Retail"
team desk "Service desk"
service mail "E-mail"

staff desk {
  shift all mon..sun 00:00-24:00 9 agents
  queue by arrival
}

load steady {
  incidents {
    rate      40 per day
    burst     of empirical("data/work.csv" "size")
    in        mail 100%
    priority  P1 100%
    start at desk
    step desk {
      works  mix(50% empirical("data/work.csv" "took"), 50% empirical("data/work.csv" "took"))
      then   resolved 100%
    }
  }
}

scenario base {
  load steady
}

scenario other from base {
  step incidents.desk {
    works  empirical("data/other.csv" "took")
    then   resolved 100%
  }
}
"""
WORK = "size,took\n1,600\n2,20 min\n1,\n"
OTHER = "took\n1 h 30 min\n"


def measured(file="values.csv", column="took", unit="time"):
    return Measured(file=file, column=column, unit=unit, span=Span("main.slm", 0, 9, LINE, 3))


def values(folder, text, **asked):
    (folder / "values.csv").write_text(text, encoding="utf-8")
    return measured_values(measured(**asked), folder)


def refused(folder, text="took\n1\n", **asked):
    with pytest.raises(IngestError) as raised:
        values(folder, text, **asked)
    (found,) = raised.value.diagnostics
    assert found.span.line == LINE
    return found


def test_numbers_are_seconds_and_words_say_their_units(tmp_path):
    found = values(tmp_path, "took\n90\n1 h 30 min\n0.5\n2 days\n\n0\n")
    assert found == (0.0, 500_000.0, 90e6, 5400e6, 172_800e6)


def test_counts_are_numbers(tmp_path):
    assert values(tmp_path, "took\n3\n1\n", unit="count") == (1.0, 3.0)
    assert refused(tmp_path, "took\n3 min\n", unit="count").code == "SLM660"


def test_parquet_with_lengths_of_time(tmp_path):
    frame = pl.DataFrame({"took": [timedelta(minutes=5), None, timedelta(seconds=1)]})
    frame.write_parquet(tmp_path / "values.parquet")
    assert measured_values(measured("values.parquet"), tmp_path) == (float(SECOND), 5.0 * MINUTE)


@pytest.mark.parametrize("kind", [pl.Int16, pl.Float64, pl.Decimal(10, 2)])
def test_parquet_with_numbers(tmp_path, kind):
    pl.DataFrame({"took": pl.Series([4, 2], dtype=pl.Int64).cast(kind)}).write_parquet(
        tmp_path / "values.parquet"
    )
    assert measured_values(measured("values.parquet"), tmp_path) == (2e6, 4e6)


def test_packed_files(tmp_path):
    (tmp_path / "values.csv.gz").write_bytes(gzip.compress(b"took\n7\n"))
    assert measured_values(measured("values.csv.gz"), tmp_path) == (7e6,)


def test_files_are_beside_the_text_that_names_them(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "values.csv").write_text("took\n7\n", encoding="utf-8")
    asked = Measured(file="values.csv", column="took", unit="time", span=Span("sub/a.slm", 0, 9, 1, 1))
    assert measured_values(asked, tmp_path) == (7e6,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("took\n1\nn/a\n", "has `n/a` in row 2"),
        ("took\n1\n\nsoon\n", "has `soon` in row"),
        ("took\ninf\n", "has `inf` in row 1"),
        ("took\nnan\n", "has `nan` in row 1"),
        ("took\n1 parsec\n", "has `1 parsec` in row 1"),
    ],
)
def test_what_is_no_number(tmp_path, text, said):
    found = refused(tmp_path, text)
    assert found.code == "SLM660"
    assert said in found.message
    assert "1 h 30 min" in found.help[0]


def test_truths_are_no_numbers(tmp_path):
    pl.DataFrame({"took": [True]}).write_parquet(tmp_path / "values.parquet")
    with pytest.raises(IngestError, match="in row 1"):
        measured_values(measured("values.parquet"), tmp_path)


def test_what_is_negative(tmp_path):
    found = refused(tmp_path, "took\n1\n-5\n")
    assert (found.code, found.message) == ("SLM661", 'column "took" of `values.csv` has `-5` in row 2')


@pytest.mark.parametrize("text", ["took\n", "took,more\n,1\n ,2\n"])
def test_nothing_to_draw_from(tmp_path, text):
    assert refused(tmp_path, text).code == "SLM662"


def test_a_row_that_cannot_be_read(tmp_path):
    found = refused(tmp_path, "took\n1\n1,2,3\n")
    assert found.code == "SLM660"
    assert "row 2" in found.message


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"file": "nowhere.csv"}, "SLM550"),
        ({"file": "../values.csv"}, "SLM551"),
        ({"file": "values.txt"}, "SLM552"),
        ({"column": "tok"}, "SLM554"),
    ],
)
def test_files_and_columns_that_are_not_there(tmp_path, asked, code):
    assert refused(tmp_path, **asked).code == code


def test_more_values_than_are_held(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MOST_VALUES", 2)
    assert values(tmp_path, "took\n1\n2\n") == (1e6, 2e6)
    assert refused(tmp_path, "took\n1\n2\n3\n").code == "SLM553"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "main.slm").write_text(TEXT, encoding="utf-8")
    (tmp_path / "data" / "work.csv").write_text(WORK, encoding="utf-8")
    (tmp_path / "data" / "other.csv").write_text(OTHER, encoding="utf-8")
    return tmp_path


def test_every_measured_distribution_of_a_contract_has_its_values(project):
    spec = load(project)
    found = with_measured(spec.contract, spec.root)
    (stream,) = found.loads["steady"].streams
    assert stream.burst.values == (1.0, 1.0, 2.0)
    (step,) = stream.steps
    works = [part for each in step.works for part in measured_in(each.duration)]
    assert [each.values for each in works] == [(600e6, 1200e6)] * 2
    (edit,) = found.scenarios["other"].edits
    assert edit.step.works[0].duration.values == (5400e6,)
    assert found.staff is spec.contract.staff
    assert not stream_of(spec).burst.values


def stream_of(spec):
    return spec.contract.loads["steady"].streams[0]


def test_all_that_is_wrong_is_told_at_once_and_each_column_once(project):
    (project / "data" / "work.csv").write_text("size,took\n-1,1\n", encoding="utf-8")
    (project / "data" / "other.csv").unlink()
    spec = load(project)
    with pytest.raises(IngestError) as raised:
        with_measured(spec.contract, spec.root)
    assert [each.code for each in raised.value.diagnostics] == ["SLM661", "SLM550"]
    with pytest.raises(IngestError):
        simulate(spec, "base", horizon=(date(2027, 1, 4), date(2027, 1, 10)))


@pytest.mark.compiled
def test_measured_work_is_simulated(project):
    study = simulate(
        load(project), "base", horizon=(date(2027, 1, 4), date(2027, 1, 31)), replications=2, workers=1
    )
    spells = study.run("base", 0).spells
    lengths = (spells.end_us - spells.begin_us)[spells.outcome == 0]
    assert set(np.unique(lengths).tolist()) == {600 * SECOND, 1200 * SECOND}
    assert abs(np.mean(lengths == 600 * SECOND) - 0.5) < 0.1

"""A load's file of draws: read beside the text, refused with file and row."""

from __future__ import annotations

import pytest

from slmdsl import load
from slmdsl.ingest import IngestError
from slmdsl.ingest import draws as room
from slmdsl.ingest.draws import with_draws
from slmdsl.ingest.empirical import with_measured
from tests.unit.test_contract_drawn import ONES, PATHS, TEXT

GOOD = f"draw,{','.join(PATHS)}\n" + "".join(
    f"{number},{','.join(map(str, ONES))}\n" for number in range(1, 4)
)


def project(folder, draws=GOOD, text=TEXT):
    (folder / "steady.slm").write_text(text, encoding="utf-8")
    if draws is not None:
        (folder / "steady.draws.csv").write_text(draws, encoding="utf-8")
    return load(folder)


def refused(folder, draws, **wanted):
    spec = project(folder, draws, **wanted)
    with pytest.raises(IngestError) as caught:
        with_measured(spec.contract, spec.root)
    return caught.value.diagnostics


def test_draws_are_read_once(tmp_path):
    spec = project(tmp_path)
    contract = with_measured(spec.contract, spec.root)
    draws = contract.loads["steady"].uncertain
    assert draws.columns == PATHS
    assert draws.rows == (ONES,) * 3
    assert with_draws(contract.loads["steady"], tmp_path) is contract.loads["steady"]
    assert not spec.contract.loads["steady"].uncertain.rows


def test_a_load_without_draws_stays_as_it_is(tmp_path):
    text = TEXT.replace('  uncertain "steady.draws.csv"\n', "").replace("  with uncertainty\n", "")
    spec = project(tmp_path, None, text)
    one = spec.contract.loads["steady"]
    assert with_draws(one, tmp_path) is one


def test_the_file_lies_beside_the_text(tmp_path):
    assert [each.code for each in refused(tmp_path, None)] == ["SLM550"]
    outside = TEXT.replace("steady.draws.csv", "../steady.draws.csv")
    assert [each.code for each in refused(tmp_path, None, text=outside)] == ["SLM551"]


@pytest.mark.parametrize(
    ("draws", "code", "words"),
    [
        ("number,incidents rate\n1,1\n", "SLM554", "draw"),
        ("incidents rate,draw\n1,1\n", "SLM699", "first one called `draw`"),
        ("draw\n1\n", "SLM699", "no column of a parameter"),
        ("draw,incidents rate\n", "SLM699", "has no draw"),
        ("draw,incidents rate\n1,1.0\n2,fast\n", "SLM660", "has `fast` in row 2"),
        ("draw,incidents rate\n1,1.0\n2,\n", "SLM660", "in row 2"),
        ("draw,incident rate\n1,1\n", "SLM696", "has no `incident rate`"),
        ("draw,incidents rate\n1,1\n2,-1\n", "SLM697", "(row 2)"),
        ("draw,incidents.desk then host\n1,0.2\n2,24\n", "SLM698", "(row 2)"),
    ],
)
def test_what_is_no_draw_is_refused(tmp_path, draws, code, words):
    (found,) = refused(tmp_path, draws)
    assert found.code == code
    assert words in found.message
    assert "steady.draws.csv" in found.message
    assert found.span.file == "steady.slm"


def test_a_near_path_is_offered(tmp_path):
    (found,) = refused(tmp_path, "draw,incidents rte\n1,1\n")
    assert "did you mean `incidents rate`" in "".join(found.help)
    (found,) = refused(tmp_path, "draw,zzz\n1,1\n")
    assert "it has `incidents rate`" in "".join(found.help)


def test_too_many_draws_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MOST_DRAWS", 2)
    (found,) = refused(tmp_path, GOOD)
    assert found.code == "SLM553"

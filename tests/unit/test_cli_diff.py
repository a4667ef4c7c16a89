"""`slm diff`: words, notices, files, and the effect of a change."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from slmdsl.base.shipped import shipped
from slmdsl.cli.dispatch import dispatch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def texts(tmp_path: Path) -> tuple[str, str]:
    """The starter project, and one whose limit is shorter and whose site has a verdict of its own."""
    for name in ("old", "new"):
        shutil.copytree(shipped("models") / "starter", tmp_path / name)
    file = tmp_path / "new" / "agreement.slm"
    text = file.read_text(encoding="utf-8")
    assert text.count("within 8 h for 90%") == 2
    file.write_text(text.replace("within 8 h for 90%", "within 6 h for 90%", 1), encoding="utf-8")
    return str(tmp_path / "old"), str(tmp_path / "new")


def test_it_says_what_is_tighter_for_whom(texts: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["diff", *texts]) == 1
    said = capsys.readouterr().out
    assert "acme_it bears more by 1 change: limit of p2_fix." in said
    assert "tighter: harder for acme_it" in " ".join(said.split())


def test_the_same_text_changes_nothing(texts: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["diff", texts[0], texts[0]]) == 0
    assert "Nothing changes" in capsys.readouterr().out


def test_notices_stand_beside_the_new_line(
    texts: tuple[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert dispatch(["diff", "old", "new", "--format", "github"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("::notice file=new/agreement.slm,line=26,col=3,")
    assert said.rstrip().endswith("title=shop_it%3A tighter::limit of p2_fix: 8 h → 6 h")


def test_a_promise_that_is_gone_stands_beside_its_agreement(
    texts: tuple[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "new" / "agreement.slm"
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "target first_time" not in line]
    assert len(kept) == len(lines) - 1
    file.write_text("\n".join(kept), encoding="utf-8")
    assert dispatch(["diff", *texts, "--format", "github"]) == 1
    assert "shop_it%3A narrower::promise of first_time" in capsys.readouterr().out


def test_programs_get_the_value_the_direction_and_the_clause(
    texts: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dispatch(["diff", *texts, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    text = json.dumps(said)
    assert '"tighter"' in text
    assert '"agreement.slm:26"' in text


def test_an_unknown_agreement_is_named(texts: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["diff", *texts, "--sla", "shop"]) == 2
    assert "no agreement is called `shop`" in capsys.readouterr().err


@pytest.mark.compiled
def test_the_effect_is_that_of_both_texts_simulated(
    texts: tuple[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "changes.md"
    options = ["--simulate", "today", "--replications", "4", "--horizon", "2027-03-01..2027-04-30"]
    assert dispatch(["diff", *texts, *options, "--out", str(out)]) == 1
    said = out.read_text(encoding="utf-8")
    assert "4 replications of 2027-03-01 to 2027-04-30" in said
    assert "shop_it.p2_fix" in said
    capsys.readouterr()
    assert dispatch(["simulate", texts[1], "today", *options[2:], "--json"]) == 0
    study = json.loads(capsys.readouterr().out)
    chance = next(row["chance"] for row in study["summary"] if row["target"] == "shop_it.p2_fix")
    assert "by more than luck" in said or "In today the chance of" in said
    row = next(line for line in said.splitlines() if "shop_it.p2_fix" in line and "today" in line)
    assert f"{100 * chance:.0f} %" in row

"""`slm doc`: printed, written in each format, in both languages, and refused with reasons."""

import json

import pytest

from slmdsl.base.shipped import shipped
from slmdsl.cli.app import run

ACME = str(shipped("models") / "acme")


def test_an_agreement_is_printed(capsys):
    assert run(["doc", ACME, "acme_silver"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Service level agreement: Support for Acme Logistics\n")
    assert "Signatures" in printed
    assert "What backs this agreement" not in printed


@pytest.mark.parametrize("suffix", [".html", ".md", ".json"])
def test_it_is_written_in_the_format_of_the_file_and_the_same_again(suffix, tmp_path, capsys):
    files = [tmp_path / f"{name}{suffix}" for name in ("one", "two")]
    for file in files:
        assert run(["doc", ACME, "acme_gold", "--lang", "zh", "--out", str(file)]) == 0
    assert capsys.readouterr().out.splitlines() == [f"wrote {file}" for file in files]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert "服务级别协议" in files[0].read_text(encoding="utf-8")


def test_json_has_each_target_with_its_clause_and_line(capsys):
    assert run(["doc", ACME, "hostco_base", "--json", "--backing"]) == 0
    (document,) = json.loads(capsys.readouterr().out)["documents"]
    assert document["facts"]["levels"]["up"]["where"].startswith("backing.slm:")
    assert document["kind"] == "agreement"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["acme_platinum"], "no agreement is called `acme_platinum`"),
        (["acme_gold", "--out", "agreement.docx"], "its ending names no format"),
        (["acme_gold", "--lang", "nl"], "--lang"),
    ],
)
def test_what_cannot_be_written_is_refused(arguments, words, capsys):
    assert run(["doc", ACME, *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_broken_text_is_no_agreement(tmp_path, capsys):
    (tmp_path / "a.slm").write_text("sla gold {\n  covers nothing\n}\n", encoding="utf-8")
    assert run(["doc", str(tmp_path), "gold"]) == 2
    assert "error[" in capsys.readouterr().err

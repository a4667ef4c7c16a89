"""`slm check` and `slm fmt`: findings, and one layout."""

import io
import json
import sys

import pytest

from slmdsl.base.shipped import shipped
from slmdsl.cli.app import run

STARTER = shipped("models") / "starter"
BAD = """\
slm 1
clock standard {
  stops at resolved
  runs  on ofice
}
"""
RAGGED = "slm 1\nfield    site\n"
NEAT = "slm 1\nfield site\n"


@pytest.fixture
def bad(tmp_path, monkeypatch):
    (tmp_path / "bad.slm").write_text(BAD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return "bad.slm"


def test_the_starter_checks_clean(capsys):
    assert run(["check", str(STARTER)]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("no findings in 5 files\n", "")


def test_errors_are_diagnostics_on_standard_error(bad, capsys):
    assert run(["check", bad]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[:4] == [
        "error[SLM203]: no calendar is called `ofice`",
        " ┌─ bad.slm:4:12",
        "4│   runs  on ofice",
        " │            ^^^^^ " + said.err.splitlines()[3].partition("^^^^^ ")[2],
    ]
    assert said.err.splitlines()[-1] == "1 error in 1 file"


def test_several_paths_are_checked_together(bad, capsys):
    assert run(["check", bad, str(STARTER)]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "1 error in 6 files"


@pytest.mark.parametrize("arguments", [["--json"], ["--format", "json"]])
def test_programs_get_json(bad, capsys, arguments):
    assert run(["check", bad, *arguments]) == 1
    said = capsys.readouterr()
    assert said.err == ""
    document = json.loads(said.out)
    assert document["summary"] == {"errors": 1, "warnings": 0, "notes": 0, "files": 1}
    assert document["diagnostics"][0]["code"] == "SLM203"


def test_code_hosts_get_sarif(bad, capsys):
    assert run(["check", bad, "--format", "sarif"]) == 1
    (sarif,) = json.loads(capsys.readouterr().out)["runs"]
    assert sarif["tool"]["driver"]["rules"][0]["shortDescription"]["text"] == "A name is not declared"
    assert sarif["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "bad.slm"}


def test_workflows_get_commands(bad, capsys):
    assert run(["check", bad, "--format", "github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=bad.slm,line=4,col=12,endLine=4,endColumn=17,")


def test_warnings_are_not_no(tmp_path, capsys):
    (tmp_path / "warned.slm").write_text(
        'risk flood "Water" {\n  likelihood 0.1 per year\n}\n', encoding="utf-8"
    )
    assert run(["check", str(tmp_path)]) == 0
    assert "warning[SLM42" in capsys.readouterr().err


def test_a_statement_that_cannot_be_read_is_the_only_error(tmp_path, capsys):
    office = "calendar office {\n  open mon..fri 08:00-17:00\n}\nclock standard {\n  run on office\n}\n"
    target = "  target a: resolution of incidents within 3 business days for 90% each month\n"
    path = tmp_path / "spec.slm"
    path.write_text(f"{office}sla gold {{\n  clock standard\n{target}}}\n", encoding="utf-8")
    assert run(["check", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    assert [each["code"] for each in found if each["severity"] == "error"] == ["SLM103"]


def test_a_comment_of_another_language_is_told_how_ours_begins(tmp_path, capsys):
    path = tmp_path / "spec.slm"
    path.write_text("// who works\nteam desk\n", encoding="utf-8")
    assert run(["check", str(path)]) == 1
    assert "= help: a comment starts with `#`" in capsys.readouterr().err


def test_a_folder_without_agreements_is_not_clean(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["check", "."]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: no .slm file is in `.`",
        "  = help: `slm new DIR` writes a project to start from",
    ]


@pytest.mark.parametrize("command", ["check", "fmt", "show"])
def test_what_is_not_there_is_named(command, tmp_path, capsys):
    assert run([command, str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_as_of_must_be_a_day(capsys):
    assert run(["check", str(STARTER), "--as-of", "soon"]) == 2
    assert "--as-of" in capsys.readouterr().err


@pytest.fixture
def files(tmp_path):
    (tmp_path / "ragged.slm").write_text(RAGGED, encoding="utf-8")
    (tmp_path / "neat.slm").write_text(NEAT, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("field    site", encoding="utf-8")
    return tmp_path


def test_files_are_laid_out_in_place(files, capsys):
    (files / "ragged.slm").chmod(0o640)
    before = (files / "neat.slm").stat().st_mtime_ns
    assert run(["fmt", str(files)]) == 0
    assert (files / "ragged.slm").read_text(encoding="utf-8") == NEAT
    assert (files / "ragged.slm").stat().st_mode & 0o777 == 0o640
    assert (files / "neat.slm").stat().st_mtime_ns == before
    assert (files / "notes.txt").read_text(encoding="utf-8") == "field    site"
    assert sorted(path.name for path in files.iterdir()) == ["neat.slm", "notes.txt", "ragged.slm"]
    assert capsys.readouterr().out == f"changed {files / 'ragged.slm'}\n1 of 2 files changed\n"


def test_a_link_stays_a_link(files):
    (files / "link.slm").symlink_to(files / "ragged.slm")
    assert run(["fmt", str(files / "link.slm")]) == 0
    assert (files / "link.slm").is_symlink()
    assert (files / "ragged.slm").read_text(encoding="utf-8") == NEAT


def test_check_names_what_would_change_and_changes_nothing(files, capsys):
    assert run(["fmt", str(files), "--check"]) == 1
    assert capsys.readouterr().out == f"would change {files / 'ragged.slm'}\n1 of 2 files would change\n"
    assert (files / "ragged.slm").read_text(encoding="utf-8") == RAGGED
    assert run(["fmt", str(files / "neat.slm"), "--check"]) == 0


def test_diff_shows_what_would_change(files, capsys):
    assert run(["fmt", str(files), "--diff"]) == 1
    assert capsys.readouterr().out.splitlines()[2:] == [
        "@@ -1,2 +1,2 @@",
        " slm 1",
        "-field    site",
        "+field site",
    ]
    assert (files / "ragged.slm").read_text(encoding="utf-8") == RAGGED
    assert run(["fmt", str(files / "neat.slm"), "--diff"]) == 0
    assert capsys.readouterr().out == ""


def test_a_diff_says_where_the_last_newline_is_missing(tmp_path, capsys):
    (tmp_path / "a.slm").write_bytes(b"field site")
    assert run(["fmt", str(tmp_path), "--diff"]) == 1
    assert capsys.readouterr().out.splitlines()[3:] == [
        "-field site",
        "\\ No newline at end of file",
        "+field site",
    ]


def test_programs_get_the_names_of_changed_files(files, capsys):
    assert run(["fmt", str(files), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "changed": [str(files / "ragged.slm")],
        "unchanged": [str(files / "neat.slm")],
    }


def test_standard_input_goes_to_standard_output(monkeypatch, capsysbinary):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(RAGGED.replace("\n", "\r\n").encode())))
    assert run(["fmt", "-"]) == 0
    assert capsysbinary.readouterr() == (NEAT.encode(), b"")


def test_nothing_is_changed_when_a_file_cannot_be_read(files, capsys):
    (files / "zzz.slm").write_bytes(b"field \xff")
    assert run(["fmt", str(files)]) == 2
    assert capsys.readouterr().err == f"error: {files / 'zzz.slm'} is not UTF-8 text: byte 7 cannot be read\n"
    assert (files / "ragged.slm").read_text(encoding="utf-8") == RAGGED

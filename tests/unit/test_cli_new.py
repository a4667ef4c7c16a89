"""`slm new`: a project to start from."""

import json

import pytest

from slmdsl.base.shipped import shipped
from slmdsl.cli.app import run

STARTER = shipped("models") / "starter"
FILES = ["agreement.slm", "calendars.slm", "catalogue.slm", "load.slm", "source.slm", "tickets.csv"]


def test_a_new_folder_has_the_starter_s_files(tmp_path, capsys):
    folder = tmp_path / "deep" / "acme"
    assert run(["new", str(folder)]) == 0
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert all((folder / name).read_bytes() == (STARTER / name).read_bytes() for name in FILES)
    assert f"slm check {folder}" in capsys.readouterr().out


def test_programs_get_the_names(tmp_path, capsys):
    assert run(["new", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"folder": str(tmp_path), "files": FILES}


def test_other_files_stay(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert run(["new", str(tmp_path)]) == 0
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("kind", ["file", "folder", "broken link"])
def test_nothing_is_overwritten(tmp_path, capsys, kind):
    taken = tmp_path / "source.slm"
    if kind == "file":
        taken.write_text("mine", encoding="utf-8")
    elif kind == "folder":
        taken.mkdir()
    else:
        taken.symlink_to(tmp_path / "nowhere")
    assert run(["new", str(tmp_path)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"error: {tmp_path} has source.slm already",
        "  = help: name a folder that is new or empty",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["source.slm"]


def test_a_file_in_the_way_is_named(tmp_path, capsys):
    (tmp_path / "acme").write_text("mine", encoding="utf-8")
    assert run(["new", str(tmp_path / "acme")]) == 2
    assert capsys.readouterr().err.startswith(f"error: {tmp_path / 'acme'}: ")

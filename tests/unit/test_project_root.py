"""Which folder is a project's root: the one that is checked, or a marked one above it when imports lead out."""

from __future__ import annotations

import slmdsl
from slmdsl.syntax.project import load_files

MODEL = """provider globex "Globex"

service email "E-mail" {
  owner  globex
}
"""
CASE = 'import "../../model/catalogue.slm"\n\ntemplate plain {\n}\n'


def write(folder, mark=""):
    for name, text in {"model/catalogue.slm": MODEL, "cases/one/case.slm": CASE}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if mark:
        (folder / mark).write_text("the root", encoding="utf-8")
    return folder / "cases" / "one"


def codes(path):
    _, found = slmdsl.check(path)
    return [each.code for each in found]


def test_an_import_may_leave_its_folder_below_a_marked_one(tmp_path):
    case = write(tmp_path, "slm.root")
    spec, found = slmdsl.check(case)
    assert not found
    assert spec.root == tmp_path.resolve()
    assert set(spec.texts) == {"cases/one/case.slm", "model/catalogue.slm"}
    assert "email" in spec.contract.services


def test_a_file_finds_the_marked_root_as_its_folder_does(tmp_path):
    case = write(tmp_path, "slm.root")
    assert load_files(case / "case.slm").asked == ("cases/one/case.slm",)
    assert load_files(case).asked == ("cases/one/case.slm",)
    assert load_files(tmp_path / "cases").asked == ("cases/one/case.slm",)


def test_without_a_mark_an_import_stays_in_its_folder(tmp_path):
    case = write(tmp_path)
    assert codes(case) == ["SLM020"]
    assert load_files(case).root == case.resolve()


def test_a_mark_further_down_is_nearer(tmp_path):
    write(tmp_path, "slm.root")
    assert codes(write(tmp_path, "cases/one/slm.root")) == ["SLM020"]
    write(tmp_path, "cases/slm.root")
    (tmp_path / "cases/one/slm.root").unlink()
    assert codes(tmp_path / "cases" / "one") == ["SLM020"]


def test_a_folder_that_stands_alone_keeps_its_root_below_a_mark(tmp_path):
    write(tmp_path, "slm.root")
    project = load_files(tmp_path / "model")
    assert project.root == (tmp_path / "model").resolve()
    assert project.asked == ("catalogue.slm",)


def test_nothing_is_read_above_a_marked_root(tmp_path):
    (tmp_path / "secret.slm").write_text(MODEL, encoding="utf-8")
    case = write(tmp_path / "project", "slm.root")
    (case / "case.slm").write_text('import "../../../secret.slm"\n', encoding="utf-8")
    assert codes(case) == ["SLM020"]


def test_a_folder_marks_nothing(tmp_path):
    case = write(tmp_path)
    (tmp_path / "slm.root").mkdir()
    assert codes(case) == ["SLM020"]

"""Imports: inside the project's root, each file once, circles shown; hostile paths refused."""

import os
import posixpath

import pytest

from slmdsl.syntax import limits
from slmdsl.syntax.imports import follow_imports
from slmdsl.syntax.project import DiskFolder, load_files


class Memory:
    """A folder of texts."""

    def __init__(self, **files):
        self.files = {name.replace("__", "/") + ".slm": text for name, text in files.items()}
        self.asked = []

    def real(self, path):
        self.asked.append(path)
        assert posixpath.normpath(path) == path
        assert not path.startswith(("/", "../"))
        return path if path in self.files else None

    def read(self, path):
        content = self.files[path]
        if isinstance(content, OSError):
            raise content
        return content if isinstance(content, bytes) else content.encode()

    def neighbours(self, folder):
        return tuple(posixpath.basename(path) for path in self.files if posixpath.dirname(path) == folder)


def linked(folder, *asked):
    return follow_imports(asked or ["a.slm"], folder)


def names(found):
    return [parsed.source.file for parsed in found.files]


def codes(found):
    return [f"{each.code} {each.span.place}" for each in found.diagnostics]


def test_imports_are_transitive_and_read_once():
    found = linked(Memory(a='import "b.slm"\nimport "c.slm"\n', b='import "c.slm"\n', c="team t\n"))
    assert codes(found) == []
    assert names(found) == ["a.slm", "b.slm", "c.slm"]
    assert found.imports == {"a.slm": ("b.slm", "c.slm"), "b.slm": ("c.slm",), "c.slm": ()}
    assert found.visible["a.slm"] == {"a.slm", "b.slm", "c.slm"}
    assert found.visible["b.slm"] == {"b.slm", "c.slm"}


def test_a_folder_is_one_project_with_own_views():
    found = linked(Memory(a="team t\n", b="team u\n"), "a.slm", "b.slm")
    assert found.visible["a.slm"] == {"a.slm"}


def test_paths_are_relative_to_the_importing_file():
    found = linked(
        Memory(a='import "sub/b.slm"\n', sub__b='import "../c.slm"\nimport "./d.slm"\n', c="", sub__d="")
    )
    assert codes(found) == []
    assert names(found) == ["a.slm", "sub/b.slm", "c.slm", "sub/d.slm"]


def test_a_missing_file_is_reported_at_its_import_with_a_suggestion():
    found = linked(Memory(a='import "calender.slm"\n', calendar=""))
    (diagnostic,) = found.diagnostics
    assert (diagnostic.code, diagnostic.span.place) == ("SLM021", "a.slm:1:8")
    assert diagnostic.help == ("did you mean `calendar.slm`?",)
    assert diagnostic.fixes[0].replacement == '"calendar.slm"'


def test_a_circle_is_shown_whole():
    found = linked(Memory(a='import "b.slm"\n', b='import "c.slm"\n', c='\nimport "a.slm"\n'))
    (diagnostic,) = found.diagnostics
    assert (diagnostic.code, diagnostic.span.place) == ("SLM022", "c.slm:2:8")
    assert "a.slm -> b.slm -> c.slm -> a.slm" in diagnostic.message
    assert found.visible["b.slm"] == {"a.slm", "b.slm", "c.slm"}


def test_a_file_that_imports_itself():
    found = linked(Memory(a='import "a.slm"\n'))
    assert [each.message for each in found.diagnostics] == ["`a.slm` imports itself"]


def test_each_of_two_circles_is_shown_once():
    found = linked(Memory(a='import "b.slm"\nimport "c.slm"\n', b='import "a.slm"\n', c='import "b.slm"\n'))
    assert [each.message.rpartition(": ")[2] for each in found.diagnostics] == ["a.slm -> b.slm -> a.slm"]


def test_a_second_import_of_the_same_file():
    assert codes(linked(Memory(a='import "b.slm"\nimport "./b.slm"\n', b=""))) == ["SLM024 a.slm:2:8"]


def test_what_is_no_utf8():
    found = linked(Memory(a='import "b.slm"\n', b=b"team a\nteam \xe9t\xe9\n"))
    assert codes(found) == ["SLM001 b.slm:2:6"]


def test_what_cannot_be_read():
    found = linked(Memory(a='import "b.slm"\n', b=PermissionError(13, "Permission denied")))
    (diagnostic,) = found.diagnostics
    assert diagnostic.code == "SLM023"
    assert "Permission denied" in diagnostic.message


def test_what_is_too_large():
    assert codes(linked(Memory(a=b" " * (limits.FILE_BYTES + 1)))) == ["SLM002 a.slm:1:1"]


def test_too_many_files(monkeypatch):
    monkeypatch.setattr(limits, "FILES", 2)
    found = linked(Memory(a='import "b.slm"\nimport "c.slm"\n', b="", c=""))
    assert codes(found) == ["SLM025 a.slm:2:8"]


def test_a_long_chain_needs_no_recursion():
    files = {f"f{number}": f'import "f{number + 1}.slm"\n' for number in range(2_000)} | {
        "f2000": 'import "f0.slm"\n'
    }
    found = follow_imports(["f0.slm"], Memory(**files))
    assert [each.code for each in found.diagnostics] == ["SLM022"]
    assert len(found.files) == 2_001


HOSTILE = [
    "",
    " ",
    ".",
    "..",
    "../a.slm",
    "../../etc/passwd",
    "../outside.slm",
    "sub/../../outside.slm",
    "./../outside.slm",
    "sub/./../../outside.slm",
    "....//outside.slm",
    "/etc/passwd",
    "/outside.slm",
    "//server/share/a.slm",
    "///a.slm",
    "C:/a.slm",
    "C:a.slm",
    "c:\\\\a.slm",
    "\\\\\\\\server\\\\share\\\\a.slm",
    "..\\\\outside.slm",
    "sub\\\\b.slm",
    "http://evil.example/a.slm",
    "https://evil.example/a.slm",
    "file:///etc/passwd",
    "file:a.slm",
    "ftp://evil.example/a.slm",
    "data:text/plain,team",
    "javascript:a.slm",
    "%2e%2e/outside.slm",
    "..%2foutside.slm",
    "%2e%2e%2foutside.slm",
    "sub%00.slm",
    "~/a.slm",
    "~root/a.slm",
    "$HOME/a.slm",
    "${HOME}/a.slm",
    "*.slm",
    "?.slm",
    "sub/",
    "sub",
    "b",
    "b.SLM",
    "B.slm",
    "b.slm ",
    " b.slm",
    "b.slm/",
    "b.slm/.",
    "b.slm/../../outside.slm",
    ".hidden.slm",
    ".git/config.slm",
    "sub/.hidden/b.slm",
    "/dev/zero",
    "/dev/stdin",
    "con.slm",
    "NUL.slm",
    "sub/aux.slm",
    "com1.slm",
    "b.slm\\n",
    "b\\t.slm",
    "b\N{ZERO WIDTH SPACE}.slm",
    "\N{RIGHT-TO-LEFT OVERRIDE}mls.b",
    "b\x00.slm",
    "..\N{FULLWIDTH SOLIDUS}outside.slm",
    "b.slm#fragment",
    "b.slm?query",
    "link.slm",
    "linked/outside.slm",
    "loop.slm",
    "pipe.slm",
    "folder.slm",
    "x" * 2_000 + ".slm",
]


@pytest.fixture
def project(tmp_path):
    """A project with everything a link can do, and a file outside of it that nobody may read."""
    root = tmp_path / "root"
    (root / "sub" / ".hidden").mkdir(parents=True)
    (root / "folder.slm").mkdir()
    (root / ".git").mkdir()
    for inside in ("b.slm", "sub/b.slm", ".hidden.slm", "sub/.hidden/b.slm", ".git/config.slm"):
        (root / inside).write_text("team inside\n", encoding="utf-8")
    (tmp_path / "outside.slm").write_text("team outside\n", encoding="utf-8")
    (root / "link.slm").symlink_to(tmp_path / "outside.slm")
    (root / "linked").symlink_to(tmp_path)
    (root / "loop.slm").symlink_to(root / "loop.slm")
    (root / "inner.slm").symlink_to(root / "sub" / "b.slm")
    os.mkfifo(root / "pipe.slm")
    return root


def test_the_corpus_is_large():
    assert len(HOSTILE) >= 50
    assert len(set(HOSTILE)) == len(HOSTILE)


@pytest.mark.parametrize("wanted", HOSTILE)
def test_a_hostile_import_reads_nothing(project, wanted):
    (project / "a.slm").write_text(f'import "{wanted}"\n', encoding="utf-8")
    found = load_files(project / "a.slm")
    assert [parsed.source.file for parsed in found.files] == ["a.slm"]
    assert [each.span.file for each in found.diagnostics] == ["a.slm"]
    assert {each.code for each in found.diagnostics} <= {"SLM006", "SLM010", "SLM020", "SLM021"}


def test_a_link_inside_the_root_is_one_file_with_what_it_leads_to(project):
    (project / "a.slm").write_text('import "inner.slm"\nimport "sub/b.slm"\n', encoding="utf-8")
    found = load_files(project / "a.slm")
    assert [parsed.source.file for parsed in found.files] == ["a.slm", "sub/b.slm"]
    assert [each.code for each in found.diagnostics] == ["SLM024"]


def test_all_files_of_a_folder_but_hidden_ones(project):
    assert DiskFolder(project).all_files() == (
        "b.slm",
        "inner.slm",
        "link.slm",
        "loop.slm",
        "pipe.slm",
        "sub/b.slm",
    )


def test_a_folder_reads_what_lies_in_it(tmp_path):
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "b.slm").write_text("team b\n", encoding="utf-8")
    (tmp_path / "a.slm").write_text("team a\n", encoding="utf-8")
    found = load_files(tmp_path)
    assert [parsed.source.file for parsed in found.files] == ["a.slm", "z/b.slm"]
    assert found.diagnostics == ()
    assert found.root == tmp_path.resolve()


def test_a_link_out_of_the_folder_is_reported(project):
    found = load_files(project)
    assert {each.span.file for each in found.diagnostics} == {"link.slm", "loop.slm", "pipe.slm"}


def test_nothing_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_files(tmp_path / "none.slm")


def test_neighbours_of_a_folder_that_is_not_there(tmp_path):
    assert DiskFolder(tmp_path).neighbours("none") == ()

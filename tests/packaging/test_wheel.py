"""What is shipped: the wheel, made from the source distribution as package indexes want it."""

import json
import subprocess
import sys
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

import slmdsl

CHECKOUT = Path(__file__).resolve().parents[2]
REPORT = """
import json, sys
sys.path.insert(0, sys.argv[1])
import slmdsl
from slmdsl.base.shipped import shipped
print(json.dumps({"file": slmdsl.__file__, "version": slmdsl.__version__}
    | {kind: str(shipped(kind)) for kind in sys.argv[2:]}))
"""
KINDS = ("grammar", "models")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    # Without --wheel or --sdist, build makes the sdist and then the wheel from it.
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(CHECKOUT)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def unpacked(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def files_below(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".nbi", ".nbc"}
    }


def test_the_package_is_complete(unpacked):
    shipped = {
        path: content
        for path, content in files_below(unpacked / "slmdsl").items()
        if path.parts[0] != "_data"
    }
    assert shipped == files_below(CHECKOUT / "slmdsl")
    assert Path("py.typed") in shipped


@pytest.mark.parametrize("kind", KINDS)
def test_grammar_and_models_are_inside(unpacked, kind):
    expected = files_below(CHECKOUT / kind)
    assert expected
    assert files_below(unpacked / "slmdsl" / "_data" / kind) == expected
    assert not [path for path in expected if path.name == "__init__.py"], "a folder of texts, not a package"


def test_nothing_else_is_inside(unpacked):
    (about,) = unpacked.glob("*.dist-info")
    assert {path.name for path in unpacked.iterdir()} == {"slmdsl", about.name}


def test_the_metadata_is_right(unpacked):
    (about,) = unpacked.glob("*.dist-info")
    metadata = HeaderParser().parsestr((about / "METADATA").read_text(encoding="utf-8"))
    assert metadata["Version"] == slmdsl.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert (about / "licenses" / "LICENSE").read_bytes() == (CHECKOUT / "LICENSE").read_bytes()
    assert "slm = slmdsl.cli.app:main" in (about / "entry_points.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("copy", ["wheel", "checkout"])
def test_each_copy_finds_its_own_folders(unpacked, copy, tmp_path):
    root, data = (unpacked, "slmdsl/_data") if copy == "wheel" else (CHECKOUT, ".")
    command = [sys.executable, "-I", "-c", REPORT, str(root), *KINDS]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    said = json.loads(run.stdout)
    assert said["version"] == slmdsl.__version__
    assert Path(said["file"]) == root / "slmdsl" / "__init__.py"
    assert {kind: Path(said[kind]) for kind in KINDS} == {
        kind: (root / data / kind).resolve() for kind in KINDS
    }

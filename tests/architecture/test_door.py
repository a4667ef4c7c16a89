"""What comes in at the door: the public names, and no library before it is needed."""

import importlib
import importlib.util
import os
import subprocess
import sys
from types import ModuleType

import pytest

import slmdsl
from tests.architecture.rooms import CHECKOUT

NOT_TO_CHECK = {"lark", "polars", "scipy", "simpy", "numba", "altair", "vl_convert", "dask", "distributed"}
HEAVY = {"numpy"} | NOT_TO_CHECK


def loaded_by(*arguments):
    """Run Python and return the top-level names of everything that it imported."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=CHECKOUT,
        env={key: value for key, value in os.environ.items() if not key.startswith("COV")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    names = {
        line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:")
    }
    return {name.partition(".")[0] for name in names}


def test_the_package_alone_imports_no_library():
    loaded = loaded_by("-c", "import slmdsl; slmdsl.__version__; dir(slmdsl)")
    assert "slmdsl" in loaded
    assert not loaded & HEAVY


def test_a_library_that_is_imported_is_seen():
    assert "numpy" in loaded_by("-c", "import numpy")


def test_the_facade_is_small():
    assert len(slmdsl.__all__) <= 25
    assert len(set(slmdsl.__all__)) == len(slmdsl.__all__)


@pytest.mark.parametrize("name", slmdsl.__all__)
def test_a_public_name_is_there_and_documented(name):
    public = getattr(slmdsl, name)
    assert not isinstance(public, ModuleType)
    assert public.__doc__
    assert name in dir(slmdsl)


def test_a_name_that_is_not_public_is_missing():
    with pytest.raises(AttributeError, match="has no attribute 'promise'"):
        _ = slmdsl.promise


def test_a_room_does_not_take_a_public_name(monkeypatch):
    monkeypatch.setitem(slmdsl._HOMES, "events", "slmdsl.events.log")
    monkeypatch.setattr(importlib.import_module("slmdsl.events.log"), "events", len, raising=False)
    monkeypatch.delitem(vars(slmdsl), "events", raising=False)
    monkeypatch.delitem(sys.modules, "slmdsl.events")
    importlib.import_module("slmdsl.events")
    assert slmdsl.events is len
    monkeypatch.delitem(vars(slmdsl), "events")


if importlib.util.find_spec("slmdsl.cli"):

    def test_the_version_needs_no_numpy():
        assert not loaded_by("-m", "slmdsl", "--version") & HEAVY

    @pytest.mark.parametrize("folder", ["models/demo", "scenarios/where_to_add"])
    def test_a_check_needs_no_tables_kernels_or_pictures(folder):
        loaded = loaded_by("-m", "slmdsl", "check", folder)
        assert "cyclopts" in loaded
        assert not loaded & NOT_TO_CHECK

    def test_running_examples_needs_no_tables_and_no_kernels():
        arguments = ("-m", "slmdsl", "check", "tests/spec/examples/agreement.slm")
        loaded = loaded_by(*arguments)
        assert {"slmdsl", "numpy"} <= loaded  # the examples were run
        assert not loaded & NOT_TO_CHECK

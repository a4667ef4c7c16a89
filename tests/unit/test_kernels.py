"""How kernels are compiled and kept: a change anywhere below compiles them anew."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from slmdsl.base import kernels
from slmdsl.base.kernels import edition, kernel_function, kernel_part
from slmdsl.evaluate.tickets.count_kernel import count_tickets

FACTOR = 3
TABLE = np.array([1, 2])
WORDS = ("a", TABLE)


@kernel_part
def factored(count):
    return FACTOR * count + TABLE[0]


@kernel_function
def inner(count):
    return factored(count) + len(WORDS)


@kernel_function
def outer(count):
    return inner(count)


def test_a_kernel_is_called_from_python_and_from_a_kernel():
    assert (inner(5), outer(5)) == (18, 18)


@pytest.mark.parametrize(
    ("name", "value"),
    [("FACTOR", 4), ("TABLE", np.array([2, 2])), ("WORDS", ("b", TABLE)), ("factored", inner)],
)
def test_the_edition_is_that_of_all_that_is_reached(monkeypatch, name, value):
    before = edition(outer)
    assert edition(outer) == before
    monkeypatch.setitem(globals(), name, value)
    assert edition(outer) != before


def test_the_edition_of_a_function_in_a_function_has_what_it_closes_over():
    def kernel(factor):
        def run(count):
            return factor * count

        return run

    assert edition(kernel(2)) != edition(kernel(3))
    assert edition(kernel(2)) == edition(kernel(2))


def test_the_edition_reaches_across_rooms(monkeypatch):
    from slmdsl.rules import calendar_readings

    before = edition(count_tickets)
    monkeypatch.setattr(calendar_readings, "OPEN_TIME", 7)
    assert edition(count_tickets) != before


def test_a_kernel_names_no_module():
    def run(count):
        return kernels.FACTOR * count

    with pytest.raises(TypeError, match="names the module kernels: import"):
        edition(run)


def test_the_edition_has_how_a_part_is_compiled(monkeypatch):
    part = SimpleNamespace(py_func=kernels._source(factored), targetoptions={"forceinline": False})
    before = edition(inner)
    monkeypatch.setitem(globals(), "factored", part)
    assert edition(inner) != before


SCRIPT = """
import json
from outside import run
print(json.dumps([run(1), sum(run.stats.cache_hits.values())]))
"""
OUTSIDE = """
from slmdsl.base.kernels import kernel_function
from inside import added
@kernel_function
def run(count):
    return added(count)
"""
INSIDE = """
from slmdsl.base.kernels import kernel_part
@kernel_part
def added(count):
    return count + 1
"""


@pytest.mark.compiled  # by processes of its own
def test_machine_code_is_kept_until_a_source_changes(tmp_path):
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("NUMBA", "COV"))}

    def told():
        run = subprocess.run(
            [sys.executable, "-B", "-c", SCRIPT],
            env={**environment, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    (tmp_path / "outside.py").write_text(OUTSIDE)
    (tmp_path / "inside.py").write_text(INSIDE)
    assert [told(), told()] == [[2, 0], [2, 1]]
    (tmp_path / "inside.py").write_text(INSIDE.replace("+ 1", "+ 2"))
    assert [told(), told()] == [[3, 0], [3, 1]]

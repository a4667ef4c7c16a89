"""Where machine code is kept: by several processes at once, where nothing can be written, and never for another."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from slmdsl.base.kernels import _Files

FIRST, SECOND = ("int64",), ("float64",)

KERNELS = """
from slmdsl.base.kernels import kernel_function

@kernel_function
def halved(number):
    return number / 2

@kernel_function
def doubled(number):
    return number + number

@kernel_function
def both(number):
    return halved(number) + doubled(number)
"""
SCRIPT = """
import json, sys
from kept import both, doubled, halved
number = json.loads(sys.argv[1])
found = [each(number) for each in (halved, doubled, both)]
print(json.dumps([found, sum(sum(each.stats.cache_hits.values()) for each in (halved, doubled, both))]))
"""
WANTED = {"3": [1.5, 6, 7.5], "2.5": [1.25, 5.0, 6.25], "true": [0.5, 2, 2.5]}


def told(folder, number, **settings):
    kept_out = ("NUMBA", "COV", "XDG")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(kept_out)}
    paths = os.pathsep.join([str(folder), *sys.path])
    done = subprocess.run(
        [sys.executable, "-B", "-c", SCRIPT, number],
        env=environment | {"PYTHONPATH": paths} | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "kept.py").write_text(KERNELS)
    return tmp_path


@pytest.fixture
def unwritable(folder):
    """The same where no machine code can be kept beside the source, whoever asks."""
    (folder / "__pycache__").write_text("in the way")
    return folder


def test_processes_that_start_at_once_do_not_break_each_other(folder):
    numbers = [*WANTED, "3"]
    start = Barrier(len(numbers))

    def told_at_once(number):
        start.wait()
        return told(folder, number)

    with ThreadPoolExecutor(len(numbers)) as pool:
        assert [found for found, _ in pool.map(told_at_once, numbers)] == [WANTED[each] for each in numbers]
    # Whatever was lost on the way is compiled and kept now, and then all of it is found.
    assert told(folder, "3")[0] == WANTED["3"]
    assert told(folder, "3") == [WANTED["3"], 3]


def test_where_the_package_cannot_be_written_the_users_cache_is(unwritable, tmp_path):
    cache = tmp_path / "cache"
    for hits in (0, 3):
        assert told(unwritable, "3", XDG_CACHE_HOME=str(cache), HOME=str(cache)) == [WANTED["3"], hits]
    assert list(cache.rglob("kept.both*.nbc"))


def test_where_nothing_can_be_written_kernels_are_compiled_by_every_process(unwritable):
    file = str(unwritable / "kept.py")
    for _ in range(2):
        assert told(unwritable, "3", XDG_CACHE_HOME=file, HOME=file) == [WANTED["3"], 0]


@pytest.fixture
def files(tmp_path):
    return _Files(str(tmp_path), "kernel", "stamp")


def test_what_is_kept_is_found(files):
    files.save(FIRST, "for integers")
    files.save(SECOND, "for floats")
    assert [files.load(each) for each in (FIRST, SECOND, ("str",))] == ["for integers", "for floats", None]


def test_the_machine_code_of_another_counts_as_missing_until_it_is_compiled_again(files, tmp_path):
    files.save(FIRST, "for integers")
    # A process that saw nothing of the first has given the second the same name.
    other = _Files(str(tmp_path), "kernel", "stamp")
    other._load_index = dict
    other.save(SECOND, "for floats")
    assert files._load_index()[SECOND] == "kernel.1.nbc"
    files._save_data("kernel.1.nbc", (FIRST, "for integers"))
    assert files.load(SECOND) is None
    files.save(SECOND, "for floats")
    assert files.load(SECOND) == "for floats"
    assert files.load(FIRST) is None

"""The README is followed top to bottom: its files are written, its commands run, its output compared."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.docs.markdown import fences, settle

if TYPE_CHECKING:
    from tests.docs.markdown import Fence

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
CUT = "...\n"


def run(arguments: list[str], folder: Path) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    # Where kernels have changed since `make setup`, commands say that they are compiled.
    said = re.sub(r"^(Judging|Simulating).*\(.*compile.*\)\n", "", done.stdout, flags=re.MULTILINE)
    return re.sub(r"[ \t]+$", "", said, flags=re.MULTILINE)


def console(fence: Fence, folder: Path) -> str:
    """Run the commands of a console block and return the block as it would read.

    Where a block ends what a command says with a line `...`, it shows the lines before that alone.
    """
    said = []
    for shown in re.split(r"^(?=\$ )", fence.text, flags=re.MULTILINE)[1:]:
        line, *rest = shown.splitlines(keepends=True)
        command, *arguments = shlex.split(line[2:])
        assert command == "slm"
        found = run(["-m", "slmdsl", *arguments], folder)
        if CUT in rest:
            before = rest.index(CUT)
            found = "".join([*found.splitlines(keepends=True)[:before], *rest[before:]])
        said += [line, found]
    return "".join(said)


def test_every_block_of_the_readme_runs_and_says_what_it_shows(tmp_path):
    computed = {}
    for fence in fences(README.read_text(encoding="utf-8")):
        if fence.name:
            (tmp_path / fence.name).write_text(fence.text, encoding="utf-8")
        elif fence.language == "console":
            computed[fence] = console(fence, tmp_path)
        elif fence.language == "python":
            program = tmp_path / "tour.py"
            program.write_text(fence.text, encoding="utf-8")
            assert "Traceback" not in run(["tour.py"], tmp_path)
        else:
            assert fence.language == "sh"
    settle(README, computed)
    assert computed


def test_the_readme_names_targets_that_the_makefile_has():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`?make (\w+)", README.read_text(encoding="utf-8")))
    assert {"demo", "test", "bench"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target

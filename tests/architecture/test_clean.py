"""What is checked in says nothing about the machine it was written on."""

import os
import re
from pathlib import Path

from tests.architecture.rooms import CHECKOUT

# Put together, so that this file does not find itself.
PATHS = re.compile(
    "|".join([r"/" + r"(?:home|Users)/\w", r"/" + r"(?:root|work|tmp)/\w", r"[A-Z]:\\" + r"Users"])
)
MADE = {".git", ".venv", "__pycache__", "demo", "dist", "build", "node_modules"}


def texts():
    for folder, folders, files in os.walk(CHECKOUT):
        folders[:] = [name for name in folders if name not in MADE and not name.endswith("_cache")]
        if Path(folder) == CHECKOUT:
            folders[:] = [name for name in folders if not name.startswith(".") or name == ".ci"]
        for name in files:
            content = (Path(folder) / name).read_bytes()
            if b"\0" not in content[:8000]:
                yield Path(folder) / name, content.decode("utf-8", errors="replace")


def test_no_file_names_a_path_of_a_machine():
    found = {}
    for path, text in texts():
        if match := PATHS.search(text):
            found[str(path.relative_to(CHECKOUT))] = match[0]
    assert not found


def test_the_search_reads_this_file():
    assert Path(__file__).resolve() in {path for path, _ in texts()}
    assert PATHS.search("see /" + "home/somebody")

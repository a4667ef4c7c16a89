"""`slm new`: a project to start from."""

from __future__ import annotations

import json
import os
from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING

from slmdsl.base.shipped import shipped
from slmdsl.cli.asking.options import At, Json  # noqa: TC001 - read by cyclopts
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


def new(folder: Path, /, *, as_json: Json = False, at: At) -> int:
    """Write a commented starter project that checks clean, with a few tickets to judge and a desk to simulate.

    Example: slm new acme && slm evaluate acme --source desk_export

    Args:
        folder: Where to write it; it is made if need be. Files that are there already are never overwritten.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    starter = shipped("models") / "starter"
    texts = {path.name: path.read_bytes() for path in sorted(starter.iterdir()) if path.is_file()}
    _write(folder, texts)
    if as_json:
        at.write(json.dumps({"folder": str(folder), "files": list(texts)}, ensure_ascii=False) + "\n")
        return 0
    at.say(f"Wrote {', '.join(texts)} to {folder}. Next:")
    at.say(f"  slm check {folder}")
    at.say(f"  slm evaluate {folder} --source desk_export")
    at.say(f"  slm simulate {folder} today")
    return 0


def _write(folder: Path, texts: Mapping[str, bytes]) -> None:
    taken = [name for name in texts if os.path.lexists(folder / name)]
    if taken:
        msg = f"{folder} has {', '.join(taken)} already"
        raise UsageError(msg, "name a folder that is new or empty")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        with (folder / name).open("xb") as file:
            file.write(text)

"""`slm fmt`: files in their canonical layout."""

from __future__ import annotations

import difflib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from slmdsl.cli.asking.options import At, Flag, Json  # noqa: TC001 - read by cyclopts
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.cli.terminal import Terminal


def fmt(
    *paths: Annotated[str, Parameter(name="PATH", allow_leading_hyphen=True)],
    check: Flag = False,
    diff: Flag = False,
    as_json: Json = False,
    at: At,
) -> int:
    """Lay files out in the one canonical way, comments kept; files with errors too, as far as they can be read.

    Example: slm fmt models/acme --check

    Args:
        paths: Files, folders with all their .slm files, or `-` for standard input to standard output.
        check: Change nothing; name the files that would change and exit with 1 if there are any.
        diff: Change nothing; print what would change and exit with 1 if anything would.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    if not paths:
        msg = "`slm fmt` needs a file or a folder"
        raise UsageError(msg, "`slm fmt .` formats this folder, `slm fmt -` standard input")
    texts = list(_laid_out(paths))
    changed = [text for text in texts if text.changed]
    for text in changed if diff else ():
        at.write(text.diff)
    if not check and not diff:
        for text in texts:
            text.put()
    if as_json and not diff:
        files = {True: [text.name for text in changed], False: [t.name for t in texts if not t.changed]}
        at.write(json.dumps({"changed": files[True], "unchanged": files[False]}, ensure_ascii=False) + "\n")
    elif not diff and not any(text.path is None for text in texts):
        _say(changed, len(texts), check=check, at=at)
    return int(bool(changed) and (check or diff))


@dataclass(frozen=True, slots=True, kw_only=True)
class _LaidOut:
    """A text before and after; `path` is None for standard input."""

    path: Path | None
    name: str
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def diff(self) -> str:
        before, after = (text.decode().splitlines(keepends=True) for text in (self.before, self.after))
        lines = difflib.unified_diff(before, after, self.name, self.name)
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )

    def put(self) -> None:
        """Replace the file whole or not at all, keeping its permissions; standard input goes out."""
        if self.path is None:
            sys.stdout.buffer.write(self.after)
        elif self.changed:
            _replace(self.path.resolve(), self.after)


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _laid_out(paths: Sequence[str]) -> Iterator[_LaidOut]:
    from slmdsl.syntax.format import format_text  # noqa: PLC0415 - lazy at the door

    for given in paths:
        for path in [None] if given == "-" else _files(Path(given)):
            before = sys.stdin.buffer.read() if path is None else path.read_bytes()
            name = "<stdin>" if path is None else str(path)
            try:
                text = before.decode()
            except UnicodeDecodeError as error:
                msg = f"{name} is not UTF-8 text: byte {error.start + 1} cannot be read"
                raise UsageError(msg) from None
            yield _LaidOut(path=path, name=name, before=before, after=format_text(text, name).encode())


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.slm")) if path.is_dir() else [path]


def _say(changed: Sequence[_LaidOut], files: int, *, check: bool, at: Terminal) -> None:
    for text in changed:
        at.say(f"{'would change' if check else 'changed'} {text.name}")
    at.say(
        f"{len(changed)} of {files} {'file' if files == 1 else 'files'} {'would change' if check else 'changed'}"
    )

"""A page made by a user's own template, in a process that can do no harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from slmdsl.report.document.drawn import drawn
from slmdsl.report.document.failures import FormatError
from slmdsl.report.document.own_template import MOST_MEMORY, MOST_SECONDS, REFUSED
from slmdsl.report.document.records import record_of
from slmdsl.report.document.tree import Picture
from slmdsl.report.document.words import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.report.document.tree import Document

_HELP: Final = (
    "a template is one file of Jinja2 that sees `document` as `.json` has it; DESIGN.md says what it may do"
)
_PATIENCE: Final = 3
"""Seconds on the wall for each of work: a busy machine is no template's fault."""
_LONGEST: Final = 300
"""Letters of what a template's author is told."""
_HOLDING: Final = 16
"""Bytes of memory for each of JSON."""
_KEPT: Final = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What of the environment a Python needs to start; the rest, with whatever secrets, stays here."""
_CHILD: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from slmdsl.report.document.own_template import main; sys.exit(main())"
)


def page_of_template(
    documents: Sequence[Document], template: str, *, seconds: int = MOST_SECONDS, memory: int = MOST_MEMORY
) -> bytes:
    """Return the page that a user's own template makes of documents.

    Args:
        documents: at least one; the template sees the first as `document`.
        template: its text.
        seconds: of work that it may take.
        memory: bytes that its process may take, beside what it is handed.

    Raises:
        FormatError: the template is wrong, asks for what it may not do, or takes too much time, memory or room.
    """
    records = [_record(document, f"{number}") for number, document in enumerate(documents)]
    held = json.dumps(records)
    sent = json.dumps(
        {
            "template": template,
            "documents": records,
            "seconds": seconds,
            "memory": memory + _HOLDING * len(held),
        }
    )
    run = _run(sent, seconds)
    if run.returncode == 0:
        return run.stdout
    if run.returncode == REFUSED:
        raise FormatError(one_line(json.loads(run.stderr))[:_LONGEST], _HELP)
    if run.returncode > 0:
        msg = (
            f"the process of the template failed: {one_line(run.stderr.decode(errors='replace'))[-_LONGEST:]}"
        )
        raise FormatError(msg, _HELP)
    msg = "the template takes more time or memory than it may"
    raise FormatError(msg, _HELP)


def _run(sent: str, seconds: int) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - this very Python, with words of our own
            [sys.executable, "-I", "-c", _CHILD, json.dumps(sys.path)],
            input=sent.encode(),
            capture_output=True,
            check=False,
            timeout=_PATIENCE * seconds + 5,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
        )
    except subprocess.TimeoutExpired as error:
        msg = f"the template takes more than {seconds} seconds"
        raise FormatError(msg, _HELP) from error


def _record(document: Document, own: str) -> dict[str, Any]:
    """Return a document as JSON has it, but with pictures drawn."""
    record = record_of(document)
    pictures = {each.key: each for each in document.blocks() if isinstance(each, Picture)}
    sections = list(record["sections"])
    for section in sections:
        sections += section["sections"]
        for block in section["blocks"]:
            if block["kind"] == "picture":
                del block["chart"]
                block["svg"] = drawn(pictures[block["key"]], f"p{own}-{len(pictures)}-{_slug(block['key'])}")
    return record


def _slug(key: str) -> str:
    return "".join(each if each.isascii() and each.isalnum() else "-" for each in key)

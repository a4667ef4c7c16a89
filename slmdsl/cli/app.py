"""The command `slm` as a process: its exit codes, and what ends it early.

0 is fine, 1 is "no" (errors found, a target missed with `--fail-on-miss`), 2 is a wrong call or unreadable input.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

from slmdsl import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
PIPE_CLOSED = 141
"""What shells report for a program that SIGPIPE ends."""


def main() -> NoReturn:
    """Run the command line of this process and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line, without the program's name, and return its exit code."""
    if list(arguments) == ["--version"]:  # scripts and editors ask often: no library is loaded for the answer
        sys.stdout.write(f"{__version__}\n")
        return 0
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without box characters still gets its answer
    from slmdsl.cli.dispatch import dispatch  # noqa: PLC0415 - lazy at the door

    try:
        code = dispatch(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return code

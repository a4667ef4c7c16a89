"""What went wrong, as a line for the one who called: never a traceback, unless asked for."""

from __future__ import annotations

import traceback
from functools import singledispatch
from typing import TYPE_CHECKING

from cyclopts import CycloptsError, UnknownCommandError, UnusedCliTokensError
from cyclopts.completion.detect import ShellDetectionError

from slmdsl.base.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.cli.terminal import Terminal

UNUSABLE = 2

PLANNED = ("import", "export", "serve", "lsp")
"""Commands that are part of the design and do not exist yet."""


class UsageError(Exception):
    """A command was asked for what it cannot do: an unknown name, an unreadable time. `help` stands below the line."""

    def __init__(self, message: str, *help_lines: str) -> None:
        super().__init__(message)
        self.message = message
        self.help = help_lines


class BrokenSpecError(Exception):
    """A command that needs agreements without errors was given others."""

    def __init__(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
        super().__init__("the agreements have errors")
        self.diagnostics = diagnostics
        self.sources = sources


def say_failure(error: Exception, at: Terminal) -> int:
    """Print what went wrong and return the exit code."""
    _say(error, at)
    return UNUSABLE


@singledispatch
def _say(error: Exception, at: Terminal) -> None:
    if at.debug:
        at.err.file.write("".join(traceback.format_exception(error)))
    words = " ".join(str(error).split())
    at.show_error(
        f"slm stopped for a reason that it should not have: {type(error).__name__}: {words}",
        [] if at.debug else ["please report this, with what the same command prints with `--debug`"],
    )


@_say.register(UsageError)
def _(error: UsageError, at: Terminal) -> None:
    at.show_error(error.message, error.help)


@_say.register(BrokenSpecError)
def _(error: BrokenSpecError, at: Terminal) -> None:
    at.show_diagnostics(error.diagnostics, error.sources)


@_say.register(OSError)
def _(error: OSError, at: Terminal) -> None:
    reason = error.strerror or str(error)
    at.show_error(f"{error.filename}: {reason}" if error.filename else reason)


@_say.register(ShellDetectionError)
def _(_: ShellDetectionError, at: Terminal) -> None:
    at.show_error("it is not clear which shell this is", ["add `--shell bash`, zsh, fish or powershell"])


@_say.register(CycloptsError)
def _(error: CycloptsError, at: Terminal) -> None:
    command = " ".join(["slm", *(error.command_chain or ())])
    at.show_error(str(error), [f"`{command} --help` shows how it is called"])


@_say.register(UnusedCliTokensError)
def _(error: UnusedCliTokensError, at: Terminal) -> None:
    words = ", ".join(f"`{word}`" for word in error.unused_tokens or ())
    command = " ".join(["slm", *(error.command_chain or ())])
    at.show_error(f"too much was said: {words}", [f"`{command} --help` shows how it is called"])


@_say.register(UnknownCommandError)
def _(error: UnknownCommandError, at: Terminal) -> None:
    word = (error.unused_tokens or [""])[0]
    if word in PLANNED:
        at.show_error(f"`slm {word}` is not built yet", ["`slm --help` lists the commands that are"])
        return
    near = nearest(word, error.app or ())
    hint = f"did you mean `slm {near[0]}`?" if near else "`slm --help` lists the commands"
    at.show_error(f"there is no command `{word}`", [hint])

"""Where a command speaks: standard output for its answer, standard error for what is wrong."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal

from rich.console import Console
from rich.text import Text

from slmdsl.base.compiling import told_of_compiling
from slmdsl.base.display import visible
from slmdsl.base.render import rows
from slmdsl.base.snippet import Ink, Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rich.console import RenderableType

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.snippet import Row

Color = Literal["auto", "always", "never"]

PIPE_WIDTH = 160
"""Columns where no terminal and no COLUMNS says otherwise."""

READABLE = 100
"""Columns of running text; longer lines are hard to follow."""

PATIENCE = 1.0
"""Seconds of work after which a progress bar appears."""

LONG = 3.0
"""Seconds that one kernel takes to compile after which that is told off a terminal: most take less."""

ONCE_FOR_ALL = "compiles first, once for all"

_STYLES = {
    Ink.PLAIN: "",
    Ink.ERROR: "bold red",
    Ink.WARNING: "bold yellow",
    Ink.NOTE: "bold cyan",
    Ink.MESSAGE: "bold",
    Ink.GUTTER: "blue",
    Ink.FURTHER: "bold blue",
    Ink.HELP: "green",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """The two consoles of a command, and whether its author wants to see tracebacks."""

    out: Console
    err: Console
    debug: bool = False

    def write(self, text: str) -> None:
        """Write `text` as it is: machine output, and files that go to standard output."""
        self.out.file.write(text)

    def say(self, text: str = "") -> None:
        """Print a line of the answer."""
        self.out.print(Text(text), soft_wrap=True)

    def show(self, renderable: RenderableType, *, width: int | None = None) -> None:
        """Print a table or a paragraph; off a terminal without the blanks that fill its lines."""
        if self.out.file.isatty():
            self.out.print(renderable, width=width)
            return
        with self.out.capture() as captured:
            self.out.print(renderable, width=width)
        self.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))

    def show_diagnostics(self, diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> None:
        """Print diagnostics and their count on standard error."""
        for row in rows(diagnostics, sources, width=self.err.width):
            self._show(row)

    def show_error(self, message: str, help_lines: Iterable[str] = ()) -> None:
        """Print an error that has no place in a text."""
        self._show((Piece("error", Ink.ERROR), Piece(f": {visible(message)}", Ink.MESSAGE)))
        for line in help_lines:
            self._show((Piece("  = ", Ink.GUTTER), Piece("help:", Ink.HELP), Piece(f" {visible(line)}")))

    def warn(self, message: str, *help_lines: str) -> None:
        """Print on standard error what is worth knowing and stops nothing."""
        self._show((Piece("note", Ink.NOTE), Piece(f": {visible(message)}", Ink.MESSAGE)))
        for line in help_lines:
            self._show((Piece("  = ", Ink.GUTTER), Piece("help:", Ink.HELP), Piece(f" {visible(line)}")))

    def _show(self, row: Row) -> None:
        self.err.print(
            Text.assemble(*((piece.text, _STYLES[piece.ink]) for piece in row)),
            soft_wrap=True,
            highlight=False,
        )

    @contextmanager
    def working(self, words: str, *, at_first: str = "") -> Iterator[Callable[[str, float], None]]:
        """Show a bar with `words` while work goes on, on a terminal and after a second.

        What is yielded may be called with what is worked on, and the share of all that is done, 0 to 1. Until then
        `at_first` stands beside the words: why nothing has come of it yet. Off a terminal there is a line with both
        when kernels turn out to be compiled, which nothing else would tell of for minutes.
        """
        if not self.err.file.isatty():  # colour may be forced into a file, a moving bar may not
            with _Compiling(self, f"{words} ({at_first or ONCE_FOR_ALL})").told():
                yield _unseen
            return
        from rich.progress import (  # noqa: PLC0415 - lazy
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
        )
        progress = Progress(*columns, console=self.err, transient=True)
        task = progress.add_task(visible(f"{words} ({at_first})" if at_first else words), total=None)
        timer = threading.Timer(PATIENCE, progress.start)
        timer.daemon = True
        timer.start()

        def advance(what: str, share: float) -> None:
            now = words if what in words else f"{words}: {what}"
            progress.update(task, description=visible(now), total=1.0, completed=share)

        try:
            yield advance
        finally:
            timer.cancel()
            timer.join()
            progress.stop()


class _Compiling:
    """Says, once, that what is done takes long because a kernel is being compiled."""

    def __init__(self, at: Terminal, words: str) -> None:
        self._at, self._words = at, words
        self._depth, self._was_said = 0, False
        self._timer: threading.Timer | None = None

    @contextmanager
    def told(self) -> Iterator[None]:
        """Listen for compiling, and fall silent when the work is over."""
        with told_of_compiling(self._turn):
            try:
                yield
            finally:
                self._stop()

    def _turn(self, begins: bool) -> None:  # noqa: FBT001 - what it is called with
        # Kernels are compiled one at a time, in whatever thread; those that one calls within it.
        self._depth += 1 if begins else -1
        if begins and self._depth == 1 and not self._was_said:
            self._timer = threading.Timer(LONG, self._say)
            self._timer.daemon = True
            self._timer.start()
        elif self._depth == 0:
            self._stop()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
            self._timer = None

    def _say(self) -> None:
        self._was_said = True
        self._at.err.print(Text(visible(self._words)), soft_wrap=True, highlight=False)


def _unseen(_: str, __: float) -> None:
    """Take note of progress that nobody sees."""


class _Console(Console):
    """A console that leaves the exit code of a closed pipe to the door; rich's own would be 1, which means "no"."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def terminal(color: Color = "auto", *, debug: bool = False) -> Terminal:
    """Return the process's terminal; `auto` means colour on a terminal, unless NO_COLOR is set."""
    return Terminal(out=_console(color, stderr=False), err=_console(color, stderr=True), debug=debug)


def page(color: Color = "auto") -> Console:
    """Return the console for help, in lines that are not too long to read."""
    console = _console(color, stderr=False)
    console.width = min(console.width, READABLE)
    return console


def on_paper(stream: IO[str]) -> Console:
    """Return a console that writes plain text to a stream, as wide as where no terminal says otherwise."""
    return _Console(
        file=stream,
        width=PIPE_WIDTH,
        color_system=None,
        force_terminal=False,
        markup=False,
        emoji=False,
        highlight=False,
    )


def _console(color: Color, *, stderr: bool) -> Console:
    plain = color == "never" or (color == "auto" and bool(os.environ.get("NO_COLOR")))
    console = _Console(
        stderr=stderr,
        color_system=None if plain else "auto",
        force_terminal=True if color == "always" else None,
        # Rich reads NO_COLOR itself; `--color always` is the nearer word.
        no_color=False if color == "always" else None,
        markup=False,
        emoji=False,
        highlight=False,
    )
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPE_WIDTH
    return console

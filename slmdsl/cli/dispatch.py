"""Which commands there are, and the way from a command line to one of them.

A command is loaded when it is called, so that each pays for its own libraries alone. It is a function of its options
that returns its exit code; one that asks for `at` is given the terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, CycloptsError, Group, Parameter

from slmdsl import __version__
from slmdsl.cli.failures import say_failure
from slmdsl.cli.terminal import Color, page, terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMANDS = {
    "new": "DIR",
    "check": "PATH...",
    "fmt": "PATH...",
    "show": "PATH [NAME]",
    "doc": "PATH SLA",
    "clock": "PATH CALENDAR START (END | +DURATION)",
    "ingest": "PATH SOURCE | --suggest FILE",
    "evaluate": "PATH --source NAME",
    "explain": "PATH TICKET | --credits [SLA.TARGET] --source NAME",
    "simulate": "PATH SCENARIO | EXPERIMENT",
    "negotiate": "PATH SLA",
    "fit": "PATH --source NAME --out FILE.slm",
    "diff": "OLD NEW",
    "report": "PATH REPORT --source NAME",
    "gaps": "PATH --source NAME",
    "demo": "",
}
"""Each command, and what is typed after it."""

SUMMARIES = {
    "new": "Write a starter project.",
    "check": "Find what is wrong with agreements.",
    "fmt": "Rewrite files in the one layout.",
    "show": "Say in plain words what a declaration or a target means.",
    "doc": "Write an agreement as a document to sign.",
    "clock": "Ask a calendar when a limit is due, or how much time counts.",
    "ingest": "Read a source into an event log, or propose a source for a file.",
    "evaluate": "Judge what happened: a verdict per target and period.",
    "explain": "Say why a ticket met or missed its targets.",
    "simulate": "Say what would happen: the chance of every promise.",
    "negotiate": "Say what can be promised, and what instead.",
    "fit": "Fit a load model on a real log, written as text.",
    "diff": "Say what one text promises otherwise than another.",
    "report": "Report on a period: kept, missed, why, what changed.",
    "gaps": "Say where misses come from, and what would help.",
    "demo": "Judge two shipped real logs, simulate a year, negotiate.",
}
"""Each command in the list of all commands, which loads none of them."""

EVERYWHERE = Group("Everywhere", sort_key=3)
"""Options that stand before or after any command."""


def dispatch(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name and return its exit code; what goes wrong is printed."""
    app = application(listing=not any(token in COMMANDS for token in arguments))
    app.meta.default(_with_terminal(app))
    app.meta.suppress_keyboard_interrupt = False
    at = terminal(debug="--debug" in arguments)
    try:
        code = app.meta(arguments, console=page())
    except (
        CycloptsError
    ) as error:  # in the options of every command: all others are caught with their terminal
        return say_failure(error, at)
    return code if isinstance(code, int) else 0


def application(*, listing: bool = False) -> App:
    """Return the application with every command, none of them loaded yet.

    For a `listing` of the commands each says what it does in a few words, else its own help is read from it.
    """
    app = App(
        name="slm",
        help="Service level agreements as programs: written as text, judged on what happened.",
        help_epilogue="Start with `slm new DIR`. Exit codes: 0 fine, 1 no, 2 wrong call or unreadable input.",
        version=__version__,
        help_format="plaintext",
        group_commands=Group("Commands", sort_key=0),
        group_arguments=Group("Arguments", sort_key=1),
        group_parameters=Group("Options", sort_key=2),
        print_error=False,
        exit_on_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    for place, (name, words) in enumerate(COMMANDS.items()):
        path, usage = f"slmdsl.cli.commands.{name}:{name}", f"Usage: slm {name} {words} [OPTIONS]"
        summary = SUMMARIES[name] if listing else None
        app.command(path, name=name, usage=usage, help=summary, help_epilogue="", sort_key=place)
    app.register_install_completion_command(
        help="Install completion for your shell and exit.", help_epilogue=""
    )
    return app


def _with_terminal(app: App) -> Callable[..., int]:
    """Return the function that reads the options of every command, then calls the one that is meant."""

    def everywhere(
        *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        color: Annotated[Color, Parameter(group=EVERYWHERE)] = "auto",
        debug: Annotated[bool, Parameter(group=EVERYWHERE, negative="", show_default=False)] = False,
    ) -> int:
        """Read what every command understands.

        Args:
            tokens: The command and its own options.
            color: When to print in colour; NO_COLOR in the environment turns it off as well.
            debug: Show the traceback of an unexpected error.
        """
        at = terminal(color, debug=debug)
        try:
            command, bound, ignored = app.parse_args(tokens, console=page(color))
            code = command(*bound.args, **bound.kwargs, **({"at": at} if "at" in ignored else {}))
        except (KeyboardInterrupt, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - the door: nobody else answers for what was not foreseen
            return say_failure(error, at)
        return code if isinstance(code, int) else 0

    return everywhere

"""`slm check`: everything that is wrong with agreements."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - read by cyclopts
from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from slmdsl import __version__
from slmdsl.base.render import summary
from slmdsl.base.render_github import render_github
from slmdsl.base.render_json import render_json
from slmdsl.base.render_sarif import render_sarif
from slmdsl.cli.asking.options import At, Json  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import from_here
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slmdsl.base.diagnostics import Diagnostic

Format = Literal["text", "json", "sarif", "github"]


def check(
    *paths: Path,
    form: Annotated[Format, Parameter(name="--format")] = "text",
    as_json: Json = False,
    as_of: date | None = None,
    at: At,
) -> int:
    """Find everything that is wrong with agreements; exit code 1 if any of it is an error.

    Text goes to standard error, the other formats to standard output.

    Example: slm check models/acme --format github

    Args:
        paths: Files, or folders with all their .slm files.
        form: How findings are printed.
        as_json: The same as `--format json`.
        as_of: The day on which something is overdue or not; by default the first day of each agreement.
        at: The terminal.
    """
    if not paths:
        msg = "`slm check` needs a file or a folder"
        raise UsageError(msg, "`slm check .` checks this folder")
    diagnostics, sources = _checked(paths, as_of)
    if not diagnostics and not sources:
        msg = f"no .slm file is in {', '.join(f'`{path}`' for path in paths)}"
        raise UsageError(msg, "`slm new DIR` writes a project to start from")
    if as_json or form != "text":
        at.write(_rendered("json" if as_json else form, diagnostics, sources))
    elif diagnostics:
        at.show_diagnostics(diagnostics, sources)
    else:
        at.say(summary((), len(sources)))
    return int(any(diagnostic.is_error for diagnostic in diagnostics))


def _checked(paths: Sequence[Path], as_of: date | None) -> tuple[list[Diagnostic], dict[str, str]]:
    from slmdsl.api import check as check_path  # noqa: PLC0415 - lazy at the door

    diagnostics: list[Diagnostic] = []
    sources: dict[str, str] = {}
    for path in paths:
        spec, found = check_path(path, as_of=as_of)
        seen, texts = from_here(spec, found)
        diagnostics += seen
        sources |= texts
    return diagnostics, sources


def _rendered(form: Format, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> str:
    if form == "json":
        return render_json(diagnostics, sources)
    if form == "github":
        return render_github(diagnostics, sources)
    return render_sarif(diagnostics, sources, version=__version__)

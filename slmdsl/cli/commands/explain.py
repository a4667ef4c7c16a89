"""`slm explain`: why a ticket met or missed its targets."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - read by cyclopts

from slmdsl.cli.facts import chosen_sources, read_log
from slmdsl.cli.options import At, Json, Sources  # noqa: TC001 - read by cyclopts
from slmdsl.cli.project import project


def explain(
    path: Path,
    ticket: str,
    /,
    *,
    sources: Sources = (),
    as_json: Json = False,
    at: At,
) -> int:
    """Say why a ticket met or missed its targets: the clause, its line, and each step of the clock.

    Example: slm explain models/acme 4711 --source desk_export

    Args:
        path: A file, or a folder with all its .slm files.
        ticket: The ticket's number, as the source has it.
        sources: A source that tells what happened; named again for each further one.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    from slmdsl.api import explain as explained  # noqa: PLC0415 - lazy at the door

    spec = project(path)
    log = read_log(spec, chosen_sources(spec, sources), at)
    explanation = explained(spec, log, ticket=ticket)
    at.write(explanation.json() if as_json else explanation.text())
    return 0

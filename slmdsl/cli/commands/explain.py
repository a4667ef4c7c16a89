"""`slm explain`: why a ticket met or missed its targets."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - read by cyclopts

from slmdsl.base.units import from_us
from slmdsl.cli.facts import chosen_sources, read_log, zone_of
from slmdsl.cli.failures import UsageError
from slmdsl.cli.options import At, Json, Sources, Time  # noqa: TC001 - read by cyclopts
from slmdsl.cli.project import project
from slmdsl.cli.reading import instant_us


def explain(
    path: Path,
    ticket: str,
    /,
    *,
    sources: Sources = (),
    as_of: Time | None = None,
    as_json: Json = False,
    at: At,
) -> int:
    """Say why a ticket met or missed its targets: the clause, its line, and each step of the clock.

    Example: slm explain models/acme 4711 --source desk_export

    Args:
        path: A file, or a folder with all its .slm files.
        ticket: The ticket's number, as the source has it.
        sources: A source that tells what happened; named again for each further one.
        as_of: What is known at this time, by default the last that the sources tell.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    from slmdsl.api import explain as explained  # noqa: PLC0415 - lazy at the door

    spec = project(path)
    log = read_log(spec, chosen_sources(spec, sources), at)
    instant = None if as_of is None else from_us(instant_us(as_of, zone_of(spec)))
    try:
        explanation = explained(spec, log, ticket=ticket, as_of=instant)
    except KeyError:
        msg = f"the log has no ticket `{ticket}`"
        raise UsageError(msg, f"it was read from {', '.join(each.file for each in log.intakes)}") from None
    at.write(explanation.json() if as_json else explanation.text())
    return 0

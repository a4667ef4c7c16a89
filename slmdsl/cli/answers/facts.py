"""What happened, as far as a command's sources tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from slmdsl.cli.asking.project import broken, named
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.events.intake import Refusal
    from slmdsl.events.log import EventLog
    from slmdsl.ingest import DryRun


def chosen_sources(spec: Spec, names: Sequence[str]) -> tuple[str, ...]:
    """Return the sources to read: those named, or the only one that there is."""
    for name in names:
        named("source", name, spec.sources)
    if names:
        return tuple(dict.fromkeys(names))
    if len(spec.sources) == 1:
        return tuple(spec.sources)
    if not spec.sources:
        msg = "no source is declared, so nothing says what happened"
        raise UsageError(msg, "`slm ingest --suggest FILE` proposes one for an export")
    declared = ", ".join(f"`{name}`" for name in spec.sources)
    msg = "several sources are declared: name those that tell what happened"
    raise UsageError(msg, f"add `--source NAME`, once or more; declared are {declared}")


def zone_of(spec: Spec, sla: str | None = None) -> ZoneInfo:
    """Return the zone in which a time without an offset is read: the agreements' one, UTC if they have several."""
    agreements = spec.contract.agreements
    zones = {agreements[sla].zone} if sla else {each.zone for each in agreements.values()}
    return ZoneInfo(zones.pop() if len(zones) == 1 else "UTC")


def read_log(spec: Spec, sources: Sequence[str], at: Terminal) -> EventLog:
    """Read sources into one log. Raises BrokenSpecError for those that cannot be read at all."""
    from slmdsl.api import ingest  # noqa: PLC0415 - lazy at the door
    from slmdsl.ingest import IngestError  # noqa: PLC0415 - lazy at the door

    try:
        with at.working(f"Reading {', '.join(sources)}") as progress:
            return ingest(spec, sources, progress=progress)
    except IngestError as error:
        raise broken(spec, error.diagnostics) from error


def intake_record(log: EventLog) -> dict[str, Any]:
    """Return what became of the rows of a log's sources, as JSON's types."""
    return {
        "rows": {
            "tickets": len(log.ticket_columns),
            "events": len(log.event_columns),
            "samples": len(log.sample_columns),
            "outages": len(log.outage_columns),
            "feedback": len(log.feedback_columns),
        },
        "intakes": [
            {
                "source": each.source,
                "file": each.file,
                "rows_in": each.rows_in,
                "rows_taken": each.rows_taken,
                "rows_ignored": each.rows_ignored,
                "rows_refused": each.rows_refused,
            }
            for each in log.intakes
        ],
        "reasons": [
            {
                "source": each.source,
                "file": each.file,
                "fate": each.fate,
                "reason": each.reason,
                "rows": each.rows,
            }
            for each in log.tallies
        ],
        "refused": [_refusal_record(each) for each in log.refusals],
        "contradicted": [_refusal_record(each) for each in log.contradictions],
    }


def _refusal_record(refusal: Refusal) -> dict[str, Any]:
    """Return one row that was not taken, or contradicted, as JSON's types."""
    return {
        "source": refusal.source,
        "file": refusal.file,
        "row": refusal.row,
        "reason": refusal.reason,
    }


def read_first_rows(spec: Spec, source: str) -> DryRun:
    """Say what becomes of a source's first rows. Raises BrokenSpecError if it cannot be read at all."""
    from slmdsl.api import dry_run  # noqa: PLC0415 - lazy at the door
    from slmdsl.ingest import IngestError  # noqa: PLC0415 - lazy at the door

    try:
        return dry_run(spec, source)
    except IngestError as error:
        raise broken(spec, error.diagnostics) from error

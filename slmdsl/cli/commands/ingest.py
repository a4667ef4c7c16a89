"""`slm ingest`: a source becomes an event log."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING

from slmdsl.base.display import visible
from slmdsl.cli.answers.facts import intake_record, read_first_rows, read_log
from slmdsl.cli.answers.machine import dumped
from slmdsl.cli.asking.options import At, File, Flag, Json  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import named, project
from slmdsl.cli.failures import BrokenSpecError, UsageError
from slmdsl.cli.tables.dry_runs import dry_run_record, show_dry_run
from slmdsl.cli.tables.verdict_tables import intake_lines

if TYPE_CHECKING:
    from slmdsl.cli.terminal import Terminal
    from slmdsl.events.log import EventLog

_LISTED = 10


def ingest(
    path: Path | None = None,
    source: str | None = None,
    /,
    *,
    out: File | None = None,
    dry_run: Flag = False,
    suggest: File | None = None,
    as_json: Json = False,
    at: At,
) -> int:
    """Read a source into an event log; rows that were refused are counted and listed with their reasons.

    Example: slm ingest models/acme desk_export --dry-run

    Args:
        path: A file, or a folder with all its .slm files.
        source: The name of a source.
        out: Write the whole log to this parquet file.
        dry_run: Read the first rows only, and show what becomes of their values.
        suggest: Propose a source block for this csv, jsonl, parquet, xlsx or XES file; needs nothing else.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    if suggest is not None:
        return _suggest(suggest, as_json=as_json, at=at)
    if path is None or source is None:
        msg = "`slm ingest` needs a file or folder and the name of a source"
        raise UsageError(msg, "`slm ingest --suggest FILE` proposes a source for a file")
    spec = project(path)
    named("source", source, spec.sources)
    if dry_run:
        run = read_first_rows(spec, source)
        if as_json:
            at.write(dumped(dry_run_record(run)))
        else:
            show_dry_run(run, at)
        return 0
    log = read_log(spec, (source,), at)
    if out is not None:
        with at.working(f"Writing {out}"):
            log.to_parquet(out)
    if as_json:
        at.write(dumped(intake_record(log) | {"out": None if out is None else str(out)}))
        return 0
    _print(log, at)
    if out is not None:
        at.say(f"wrote {out}")
    return 0


def _suggest(file: Path, *, as_json: bool, at: Terminal) -> int:
    from slmdsl.ingest import IngestError, suggest  # noqa: PLC0415 - lazy at the door

    try:
        block = suggest(file)
    except IngestError as error:
        raise BrokenSpecError(error.diagnostics, {}) from error
    at.write(dumped({"source": block}) if as_json else block.rstrip("\n") + "\n")
    return 0


def _print(log: EventLog, at: Terminal) -> None:
    counts = intake_record(log)["rows"]
    at.say(", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or "nothing was taken")
    for line in intake_lines(log):
        at.say(visible(line))
    for refusal in log.refusals[:_LISTED]:
        at.say(visible(f"  {refusal.file} row {refusal.row}: {refusal.reason}"))
    more = sum(each.rows_refused for each in log.intakes) - _LISTED
    if log.refusals and more > 0:
        at.say(f"  and {more:,} more; `--json` lists them")

"""`slm evaluate`: what happened, judged by what was promised."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING

from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.base.units import NO_TIME, from_us
from slmdsl.cli.answers.facts import chosen_sources, intake_record, read_log, zone_of
from slmdsl.cli.answers.machine import dumped, records, utc
from slmdsl.cli.answers.results import refuse_project, write_results
from slmdsl.cli.asking.options import At, Flag, Folder, Json, Name, Sources, Time  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import named, project
from slmdsl.cli.asking.reading import instant_us, wall_clock
from slmdsl.cli.tables.budget_tables import budget_table
from slmdsl.cli.tables.escalation_tables import escalation_table
from slmdsl.cli.tables.exclusion_tables import exclusion_table
from slmdsl.cli.tables.verdict_tables import intake_lines, verdict_counts, verdict_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from rich.console import RenderableType

    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog


def evaluate(
    path: Path,
    /,
    *,
    sources: Sources = (),
    as_of: Time | None = None,
    sla: Name | None = None,
    out: Folder | None = None,
    fail_on_miss: Flag = False,
    as_json: Json = False,
    at: At,
) -> int:
    """Judge what happened: a verdict per target and period, and who was left out of it.

    Example: slm evaluate models/acme --source desk_export --as-of 2027-04-01

    Args:
        path: A file, or a folder with all its .slm files.
        sources: A source that tells what happened; named again for each further one.
        as_of: What is known then, by default the last told; without offset in the agreement's zone, UTC if in doubt.
        sla: Judge this agreement alone.
        out: Write targets.csv, tickets.parquet and their like to this folder.
        fail_on_miss: Exit with 1 if a target is missed.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    from slmdsl.api import evaluate as judged  # noqa: PLC0415 - lazy at the door

    if out is not None:
        refuse_project(out)
    spec = project(path)
    agreements = spec.contract.agreements
    if sla is not None:
        named("agreement", sla, agreements)
    instant = None if as_of is None else from_us(instant_us(as_of, zone_of(spec, sla)))
    log = read_log(spec, chosen_sources(spec, sources), at)
    with at.working("Judging", at_first="the first time ever, this is also compiled"):
        verdicts = judged(spec, log, as_of=instant, sla=sla)
    written = [] if out is None else write_results(verdicts, log, out)
    if as_json:
        at.write(dumped(_record(verdicts, log)))
    else:
        print_verdicts(verdicts, log, spec, zone_of(spec, sla), at)
        for file in written:
            at.say(f"wrote {file}")
    return int(fail_on_miss and not verdicts.all_kept)


def print_verdicts(verdicts: Verdicts, log: EventLog, spec: Spec, zone: ZoneInfo, at: Terminal) -> None:
    """Print tables of verdicts, and below them what was judged, refused and left out."""
    for place, shown in enumerate(verdict_tables(verdicts.periods, spec.contract.agreements, at.out)):
        at.show(shown)
        if place % 2:
            at.say()
    for more in _further_tables(verdicts, zone):
        if more is not None:
            at.show(more)
    as_of = "" if verdicts.as_of_us == NO_TIME else f"as of {wall_clock(verdicts.as_of_us, zone)}: "
    at.out.print(Text(as_of).append_text(verdict_counts(verdicts.periods)), soft_wrap=True)
    for line in intake_lines(log):
        at.say(visible(line))
    for note in verdicts.notes:
        at.say(visible(note))
    if verdicts.not_evaluated:
        at.say(f"not evaluated yet: {', '.join(verdicts.not_evaluated)}")


def _further_tables(verdicts: Verdicts, zone: ZoneInfo) -> Iterator[RenderableType | None]:
    """Yield what stands behind the figures, and what agreements say beyond: budgets, escalations, credits."""
    if any(row.excluded for row in verdicts.periods):
        yield exclusion_table(verdicts.exclusions)
    if any(agreement.alerts for agreement in verdicts.agreements):
        book = verdicts.budget_book
        yield budget_table(book.budgets(alerted_only=True), book.alerts())
    if any(agreement.escalation for agreement in verdicts.agreements):
        yield escalation_table(verdicts.escalations, zone)
    from slmdsl.cli.tables.credit_tables import credit_tables  # noqa: PLC0415 - lazy at the door: numpy

    yield from credit_tables(verdicts.credit_account)


def _record(verdicts: Verdicts, log: EventLog) -> dict[str, object]:
    return {
        "as_of": None if verdicts.as_of_us == NO_TIME else utc(verdicts.as_of_us),
        "kept": verdicts.all_kept,
        "targets": records(verdicts.targets),
        "credits": records(verdicts.credits),
        "credit_totals": records(verdicts.credit_totals),
        "escalations": records(verdicts.escalations),
        "exclusions": records(verdicts.exclusions),
        "budgets": records(verdicts.budgets),
        "alerts": records(verdicts.alerts),
        "not_evaluated": list(verdicts.not_evaluated),
        "notes": list(verdicts.notes),
    } | intake_record(log)

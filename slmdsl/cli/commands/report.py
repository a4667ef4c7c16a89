"""`slm report`: the service report of a period."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from slmdsl.base.units import from_us
from slmdsl.cli.answers.documents import refuse_suffix, write_documents
from slmdsl.cli.answers.facts import chosen_sources, read_log, zone_of
from slmdsl.cli.asking.options import At, File, Json, Sources, Time  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import named, project
from slmdsl.cli.asking.reading import instant_us
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.report.service.whole import ServiceReport

Files = Annotated[tuple[Path, ...], Parameter(name="--out", negative="", show_default=False, metavar="FILE")]


def report(
    path: Path,
    name: Annotated[str, Parameter(metavar="REPORT")],
    /,
    *,
    sources: Sources = (),
    period: Annotated[str, Parameter(metavar="PERIOD")] | None = None,
    out: Files = (),
    lang: Literal["en", "zh"] | None = None,
    template: File | None = None,
    as_of: Time | None = None,
    as_json: Json = False,
    at: At,
) -> int:
    """Report on a period: what was kept and missed, what it cost, what changed, and whether that means anything.

    The period is judged as of its end: what happens later counts in later reports. Columns that are filled in later may
    still restate it.

    Example: slm report models/acme monthly --source desk_export --source desk_events --period 2027-03

    Example: slm report models/demo/service_desk.slm monthly --period 2016-05 --out may.html --out may.pdf

    Args:
        path: A file, or a folder with all its .slm files.
        name: A report of the text.
        sources: A source that tells what happened; named again for each further one.
        period: As `2027-03`, `2027-Q1`, `2027-W10`, `2027` or `2027-03-31`; by default the last one that is over.
        out: Write it to this file, .html, .pdf, .md, .xlsx or .json; named again for each further one.
        lang: One language, instead of those that the text asks for.
        template: A Jinja2 template of one's own for the page.
        as_of: What is known then, instead of at the end of the period; without offset in the agreement's zone.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    for each in out:
        refuse_suffix(each)
    if template is not None and not any(each.suffix == ".html" for each in out):
        msg = "a template is for a page, and none is written"
        raise UsageError(msg, "add `--out FILE.html`")
    spec = project(path)
    named("report", name, spec.contract.reports)
    instant = None if as_of is None else from_us(instant_us(as_of, _zone(spec, name)))
    made = _made(spec, chosen_sources(spec, sources), name, period, instant, lang, at)
    _tell_early_end(made, at, is_wished=instant is not None)
    for each in out:
        write_documents(made.documents, each, at, template=template if each.suffix == ".html" else None)
    if as_json:
        from slmdsl.report.document.records import json_of  # noqa: PLC0415 - lazy at the door

        at.write(json_of(made.documents).decode())
    elif not out:
        from slmdsl.cli.tables.document_tables import print_document  # noqa: PLC0415 - lazy at the door

        print_document(made.documents[0], at)
    return 0


def _made(
    spec: Spec,
    sources: Sequence[str],
    name: str,
    period: str | None,
    as_of: datetime | None,
    lang: Literal["en", "zh"] | None,
    at: Terminal,
) -> ServiceReport:
    """Read the log and make the report of it. Raises UsageError for one that cannot be made."""
    from slmdsl.api import report as report_of  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.service.failures import ReportError  # noqa: PLC0415 - lazy at the door

    log = read_log(spec, sources, at)
    try:
        with at.working("Reporting", at_first="the first time ever, this is also compiled") as progress:
            return report_of(
                spec,
                log,
                name,
                period=period,
                as_of=as_of,
                languages=None if lang is None else (lang,),
                progress=progress,
            )
    except ReportError as error:
        raise UsageError(error.message, error.help) from error


def _tell_early_end(made: ServiceReport, at: Terminal, *, is_wished: bool) -> None:
    """Tell of a log that ends before the period does, whose targets are therefore still running."""
    facts = made.facts
    if is_wished or facts.as_of_us >= facts.span.to_us:
        return
    zone = ZoneInfo(facts.agreements[0].zone)
    ends, end = (from_us(each).astimezone(zone) for each in (facts.as_of_us, facts.span.to_us))
    at.warn(
        f"the log ends on {ends:%Y-%m-%d}, before {facts.span.label} does: its targets are still running",
        f"if the log is complete, say `--as-of {end:%Y-%m-%d}`",
    )


def _zone(spec: Spec, name: str) -> ZoneInfo:
    """Return the zone of a time without an offset: that of the report's first agreement."""
    named_ones = spec.contract.reports[name].agreements
    return ZoneInfo(spec.contract.agreements[named_ones[0]].zone) if named_ones else zone_of(spec)

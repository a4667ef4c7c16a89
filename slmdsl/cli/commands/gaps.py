"""`slm gaps`: where misses come from, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from slmdsl.cli.answers.facts import chosen_sources, read_log
from slmdsl.cli.answers.machine import dumped, records
from slmdsl.cli.app import INTERRUPTED
from slmdsl.cli.asking.gap_runs import ALL, AS_USUAL, Looking, Predicting, refuse_causes, refuse_gaps
from slmdsl.cli.asking.options import At, Json, Sources  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import project
from slmdsl.cli.asking.study_runs import COMPILING, refusals
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.events.log import EventLog
    from slmdsl.report.document.tree import Document
    from slmdsl.study.gaps.analysis import GapAnalysis

Files = Annotated[tuple[Path, ...], Parameter(name="--out", negative="", show_default=False, metavar="FILE")]


def gaps(
    path: Path,
    /,
    *,
    sources: Sources = (),
    looking: Looking = ALL,
    predicting: Predicting = AS_USUAL,
    out: Files = (),
    lang: Literal["en", "zh"] = "en",
    as_json: Json = False,
    at: At,
) -> int:
    """Say where misses come from and where the time went, which improvement gains most for its cost, and which worked.

    Classes of tickets are held against luck, improvements are simulated with the same luck as their scenario, and those
    that are done are tested before against after on the log.

    Example: slm gaps models/demo --source servicenow --sla service_desk

    Example: slm gaps models/acme --source desk_export --period 2027-Q1 --out gaps.html

    Args:
        path: A file, or a folder with all its .slm files.
        sources: A source that tells what happened; named again for each further one.
        looking: Which misses are looked into.
        predicting: How improvements are simulated.
        out: Write all of it, with pictures: .html, .pdf, .md, .xlsx or .json; named again for each further one.
        lang: The language of the answer.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    for each in out:
        from slmdsl.cli.answers.documents import refuse_suffix  # noqa: PLC0415 - lazy at the door

        refuse_suffix(each)
    spec = project(path)
    refuse_gaps(looking, predicting, spec)
    names = chosen_sources(spec, sources)
    log = read_log(spec, names, at)
    refuse_causes(looking, log)
    analysis = _analysis(spec, log, looking, predicting, at)
    if as_json:
        at.write(dumped(_record(analysis)))
    else:
        _print(_document(spec, log, analysis, lang, names), at)
    for each in out:
        from slmdsl.cli.answers.documents import write_documents  # noqa: PLC0415 - lazy at the door

        write_documents([_document(spec, log, analysis, lang, names)], each, at)
    return INTERRUPTED if analysis.is_interrupted else 0


def _analysis(
    spec: Spec, log: EventLog, looking: Looking, predicting: Predicting, at: Terminal
) -> GapAnalysis:
    from slmdsl.report.gap_asking import gaps as analysed  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.service.failures import ReportError  # noqa: PLC0415 - as above

    try:
        with refusals(spec), at.working("Looking for gaps", at_first=COMPILING) as progress:
            return analysed(
                spec,
                log,
                sla=looking.sla,
                period=looking.period,
                causes=looking.cause,
                simulate=predicting.simulate,
                replications=predicting.replications,
                weeks=looking.weeks,
                workers=predicting.workers,
                progress=progress,
            )
    except ReportError as error:
        raise UsageError(error.message, error.help) from error


def _document(
    spec: Spec, log: EventLog, analysis: GapAnalysis, lang: Literal["en", "zh"], sources: tuple[str, ...]
) -> Document:
    from slmdsl import __version__  # noqa: PLC0415 - as the other documents do
    from slmdsl.report.gap_document import gap_document  # noqa: PLC0415 - lazy at the door: numpy
    from slmdsl.report.language import LANGUAGES  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.provenance import provenance_of  # noqa: PLC0415 - lazy at the door: numpy

    say = LANGUAGES[lang]
    agreements = [spec.contract.agreements[name] for name in analysis.agreements]
    made_from = provenance_of(spec.texts, agreements, log, __version__)
    provenance = ((say.say("gaps.sources"), ", ".join(sources)), *made_from.lines(say))
    return gap_document(analysis, say, provenance=provenance, facts=_record(analysis))


def _print(document: Document, at: Terminal) -> None:
    from slmdsl.cli.tables.document_tables import print_document  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.gap_document import brief  # noqa: PLC0415 - lazy at the door: numpy

    print_document(brief(document), at)


def _record(analysis: GapAnalysis) -> dict[str, Any]:
    """Return an analysis as JSON's types; every row has the ids of its tickets."""
    found = analysis.gaps
    return {
        "agreements": list(analysis.agreements),
        "period": analysis.period or None,
        "judged": found.judged,
        "missed": found.missed,
        "targets": records(analysis.targets),
        "classes": records(analysis.classes),
        "missed_by_hour": found.missed_by_hour.tolist(),
        "judged_by_hour": found.judged_by_hour.tolist(),
        "waiting_told_by": found.tells,
        "hand_offs": {
            "moved": found.bounces.moved,
            "moved_missed": found.bounces.moved_missed,
            "came_back": found.bounces.bounced,
            "came_back_missed": found.bounces.bounced_missed,
            "tickets": list(found.bounces.tickets),
        },
        "causes": list(found.causes),
        "recurring": records(analysis.recurring),
        "improvements": None if analysis.predictions is None else records(analysis.improvements),
        "tests": records(analysis.tests),
    }

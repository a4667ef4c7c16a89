"""`slm fit`: a load model from a real log, written as text."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING, Literal

from slmdsl.base.units import from_us
from slmdsl.cli.answers.facts import chosen_sources, read_log, zone_of
from slmdsl.cli.answers.fit_files import refuse_model, write_model
from slmdsl.cli.answers.machine import dumped
from slmdsl.cli.asking.backtest_runs import (
    UNTESTED,
    Testing,
    refuse_testing,
    run_backtest,
    say_backtest,
)
from slmdsl.cli.asking.options import At, File, Flag, Json, Sources, Time  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import project
from slmdsl.cli.asking.reading import instant_us
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.events.log import EventLog
    from slmdsl.report.language import Language
    from slmdsl.study.fit.model import LoadModel

_MOST_DRAWS = 10_000


def fit(  # noqa: PLR0913 - each is an option of the command
    path: Path,
    /,
    *,
    sources: Sources = (),
    out: File | None = None,
    until: Time | None = None,
    draws: int = 200,
    report: File | None = None,
    testing: Testing = UNTESTED,
    lang: Literal["en", "zh"] = "en",
    force: Flag = False,
    as_json: Json = False,
    at: At,
) -> int:
    """Fit a load model on a real log; print it, or write it with NAME.draws.csv: what its parameters may be as well.

    Example: slm fit models/acme --source desk_export --out models/acme/fitted.slm

    Example: slm fit models/acme --source desk_export --until 2027-05-01 --test

    Args:
        path: A file, or a folder with all its .slm files.
        sources: A source that tells what happened; named again for each further one.
        out: Write the model to this file, `.slm`, within the project.
        until: Fit on what was known then; without offset in the agreement's zone.
        draws: How often the parameters are drawn anew, for NAME.draws.csv; 0 is not at all.
        report: Write what was fitted, with pictures, to this file, such as .html, .pdf or .md.
        testing: What the fit is held against.
        lang: The language of the report.
        force: Write the files even if they are there already.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    _refuse(draws, report)
    refuse_testing(testing, until)
    spec = project(path)
    if out is not None:
        refuse_model(out, spec.root, force=force, draws=bool(draws))
        spec = _without(spec, out)
    names = chosen_sources(spec, sources)
    log = read_log(spec, names, at)
    if testing.test and until is not None:
        test = run_backtest(spec, log, testing, until, ", ".join(names), draws, at)
        if out is not None and test.model is not None:
            write_model(test.model, out, spec)
        say_backtest(test, lang, report, at, as_json=as_json)
        return 0
    model = _fitted(spec, log, ", ".join(names), until, draws if out is not None else 0, at)
    written = [] if out is None else write_model(model, out, spec)
    if report is not None:
        _report(spec, log, model, report, lang, replace(at, out=at.err) if as_json or out is None else at)
    if as_json:
        at.write(dumped(_record(model, written, report)))
    elif out is None:
        at.write(model.to_slm())
    else:
        _say(model, written, at)
    return 0


def _refuse(draws: int, report: Path | None) -> None:
    """Refuse a number of draws, and a file for the document, that cannot be."""
    if draws < 0:
        msg = f"`--draws {draws}` is no number of draws"
        raise UsageError(msg, "say `--draws 200`, or 0 for none")
    if draws > _MOST_DRAWS:
        msg = f"`--draws {draws}` are more than are read again, {_MOST_DRAWS}"
        raise UsageError(msg, "say `--draws 200`: many more say the same")
    if report is not None:
        from slmdsl.cli.answers.documents import refuse_suffix  # noqa: PLC0415 - lazy at the door

        refuse_suffix(report)


def _without(spec: Spec, out: Path) -> Spec:
    """Return the project without what an older model at the same place declares: it is fitted anew."""
    from slmdsl.study.fit.declared import without_file  # noqa: PLC0415 - lazy at the door

    own = out.resolve().relative_to(spec.root.resolve()).as_posix()
    texts = {name: text for name, text in spec.texts.items() if name != own}
    return replace(spec, contract=without_file(spec.contract, own), texts=texts)


def _fitted(spec: Spec, log: EventLog, source: str, until: str | None, draws: int, at: Terminal) -> LoadModel:
    from slmdsl.study.fit.fitting import FitError, fitted  # noqa: PLC0415 - lazy at the door: numpy

    until_us = None if until is None else instant_us(until, zone_of(spec))
    if until_us is not None and until_us > log.last_us:
        at.warn(f"the log ends before {from_us(until_us):%Y-%m-%d}: all of it is fitted on")
    try:
        with at.working("Fitting") as progress:
            return fitted(
                spec.contract, log, until_us=until_us, source=source, draws=draws, progress=progress
            )
    except FitError as error:
        raise UsageError(str(error), error.help) from error


def _report(
    spec: Spec, log: EventLog, model: LoadModel, file: Path, lang: Literal["en", "zh"], at: Terminal
) -> None:
    from slmdsl.cli.answers.documents import write_documents  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.fit_document import fit_document  # noqa: PLC0415 - as above
    from slmdsl.report.language import LANGUAGES  # noqa: PLC0415 - as above
    from slmdsl.study.fit.goodness import compared  # noqa: PLC0415 - as above
    from slmdsl.workload.errors import UncompilableError  # noqa: PLC0415 - as above

    try:
        with at.working("Simulating the fitted days") as progress:
            weeks = compared(spec.texts, model, log, progress)
    except UncompilableError as error:
        msg = (
            f"the fitted model cannot be simulated, so {file} is not written: {error.diagnostics[0].message}"
        )
        raise UsageError(
            msg, "more tickets are in somebody's hands at a time than can be; fit fewer kinds or services"
        ) from error
    say: Language = LANGUAGES[lang]
    write_documents([fit_document(model, weeks, say)], file, at)


def _record(model: LoadModel, written: list[Path], report: Path | None) -> dict[str, object]:
    from slmdsl.study.fit.records import model_record  # noqa: PLC0415 - lazy at the door

    return model_record(model) | {
        "written": [str(each) for each in written],
        "report": None if report is None else str(report),
    }


def _say(model: LoadModel, written: list[Path], at: Terminal) -> None:
    from slmdsl.study.fit.to_slm import METHODS, caution_words  # noqa: PLC0415 - lazy at the door

    at.say(f"fitted on {model.tickets:,} tickets from {model.first} to {model.last}")
    at.say(METHODS[model.method])
    for each in model.cautions:
        at.say(f"  - {caution_words(each)}")
    for file in written:
        at.say(f"wrote {file}")
    at.say(f"next: {shlex.join(['slm', 'simulate', str(written[0]), model.experiment])}")

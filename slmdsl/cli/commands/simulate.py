"""`slm simulate`: what would happen, judged by the same rules as what did."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path  # noqa: TC003 - read by cyclopts
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from slmdsl.cli.app import INTERRUPTED
from slmdsl.cli.failures import UsageError
from slmdsl.cli.machine import dumped, records
from slmdsl.cli.options import At, Flag, Folder, Json, Name  # noqa: TC001 - read by cyclopts
from slmdsl.cli.project import broken, project
from slmdsl.cli.results import study_tables, write_study
from slmdsl.cli.wishes import AS_SAID, WORDS, Wanted, setting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.study.overload import Overload
    from slmdsl.study.replications import Trial
    from slmdsl.study.setting import Setting
    from slmdsl.study.study import Study

Engine = Literal["fast", "simpy"]
Count = Annotated[int, Parameter(metavar="N")]

_COMPILING = "compiles for a minute or two the first time"


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """One replication to look at."""

    trace: Annotated[
        str | None,
        Parameter(metavar="TICKET", help="Explain this ticket of one replication, and simulate no other."),
    ] = None
    log: Annotated[
        Path | None,
        Parameter(
            metavar="FILE", help="Write the event log of one replication (parquet), simulate no other."
        ),
    ] = None
    replication: Annotated[
        int, Parameter(metavar="N", help="Which replication is explained or written, from 0.")
    ] = 0


_NONE = One()


def simulate(
    path: Path,
    name: Name,
    /,
    *,
    wanted: Wanted = AS_SAID,
    workers: Count | None = None,
    engine: Engine = "fast",
    one: One = _NONE,
    out: Folder | None = None,
    anyway: Flag = False,
    as_json: Json = False,
    at: At,
) -> int:
    """Simulate a scenario, or the scenarios of an experiment: the chance of every promise, and how the desk fares.

    Ctrl-C ends it early and prints what is known by then.

    Example: slm simulate models/acme today --replications 20

    Args:
        path: A file, or a folder with all its .slm files.
        name: A scenario or an experiment.
        wanted: What is wanted otherwise than the text says.
        workers: How many replications run at a time, by default one for each processor; the result is the same.
        engine: The fast engine, or the reference on SimPy; both give the same logs.
        one: One replication to look at.
        out: Write summary.csv, periods.csv, desk.csv and their like to this folder.
        anyway: Simulate even if a group has more work than its people can do.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    if workers is not None and workers < 1:
        msg = f"`--workers {workers}` would simulate nothing"
        raise UsageError(msg, "say 1 or more, or leave it away for one on each processor")
    spec = _measured(project(path))
    wanted_setting = setting(spec, name, wanted)
    looking = one.trace is not None or one.log is not None
    if looking:
        _refuse_look(one, wanted_setting)
    overloaded = {} if anyway else _without_overload(spec, wanted_setting)
    if looking:
        with _refusals(spec):
            return _look(_trial(spec, wanted_setting, engine, at), one, at, as_json=as_json)
    began = perf_counter()
    with _refusals(spec):
        study = run_study(spec, wanted_setting, engine, workers, at, overloaded)
    seconds = perf_counter() - began
    written = [] if out is None else write_study(study, out)
    if as_json:
        at.write(dumped(_record(study)))
    else:
        from slmdsl.cli.study_tables import print_study  # noqa: PLC0415 - lazy at the door: numpy

        print_study(study, seconds, at)
        for file in written:
            at.say(f"wrote {file}")
    return INTERRUPTED if study.interrupted else 0


def _measured(spec: Spec) -> Spec:
    """Return a spec whose `empirical` distributions have their values."""
    from slmdsl.ingest import IngestError  # noqa: PLC0415 - lazy at the door
    from slmdsl.ingest.empirical import with_measured  # noqa: PLC0415 - lazy at the door

    try:
        return replace(spec, contract=with_measured(spec.contract, spec.root))
    except IngestError as error:
        raise broken(spec, error.diagnostics) from error


def run_study(
    spec: Spec,
    wanted: Setting,
    engine: Engine,
    workers: int | None,
    at: Terminal,
    overloaded: Collection[str] = (),
) -> Study:
    """Run a setting, with a bar that says which scenario is on and what share of all is done."""
    from slmdsl.study.study import studied  # noqa: PLC0415 - lazy at the door

    with at.working(f"Simulating {wanted.name}", at_first=_COMPILING) as advance:
        return studied(
            spec.contract,
            wanted,
            engine=engine,
            workers=workers,
            overloaded=overloaded,
            progress=lambda words, done, of: advance(words, done / of),
        )


def _refuse_look(one: One, wanted: Setting) -> None:
    """Refuse to look at a replication that there is not, or to write where nothing can be written."""
    if len(wanted.variants) > 1:
        msg = f"`--trace` and `--log` look at one scenario, and `{wanted.name}` has {len(wanted.variants)}"
        raise UsageError(msg, f"name one of them: {', '.join(wanted.scenarios)}")
    if not 0 <= one.replication < WORDS:
        msg = f"`--replication {one.replication}` is out of range"
        raise UsageError(msg, f"replications are numbered from 0 to {WORDS - 1}")
    if one.log is not None and one.log.is_dir():
        msg = f"{one.log} is a folder"
        raise UsageError(msg, "name the file to write, such as `--log year.parquet`")
    if one.log is not None and not one.log.parent.is_dir():
        msg = f"{one.log}: there is no folder {one.log.parent}"
        raise UsageError(msg, "make it first, or write elsewhere")


def _without_overload(spec: Spec, wanted: Setting) -> dict[str, Overload]:
    """Return the points of what is varied in which a group has more work than people; refuse scenarios that do."""
    from slmdsl.study.overload import overloads  # noqa: PLC0415 - lazy at the door

    found = overloads(spec.contract, wanted)
    bad = next((each for each in found.values() if not each.varies), None)
    if bad is None and len(found) == len(wanted.variants):
        bad = next(iter(found.values()), None)
    if bad is not None:
        msg = (
            f"in `{bad.variant}`, `{bad.group}` has {bad.work_hours:,.0f} hours of work a week"
            f" and {bad.agent_hours:,.0f} hours of agents: its backlog grows without end"
        )
        raise UsageError(msg, "give it more people, or say `--anyway` to simulate these days all the same")
    return found


@contextmanager
def _refusals(spec: Spec) -> Iterator[None]:
    """Tell what the engines refuse as what is wrong with the call or the text."""
    from slmdsl.simulate.endless import EndlessWorkError  # noqa: PLC0415 - lazy at the door
    from slmdsl.workload.errors import UncompilableError  # noqa: PLC0415 - lazy at the door

    try:
        yield
    except UncompilableError as error:
        raise broken(spec, error.diagnostics) from error
    except EndlessWorkError as error:
        message = str(error).rstrip(".")
        raise UsageError(
            message[0].lower() + message[1:], "give its steps `works`, or another way out than back"
        ) from error


def _trial(spec: Spec, wanted: Setting, engine: Engine, at: Terminal) -> Trial:
    """Compile the only scenario."""
    from slmdsl.study.bench import trial_of  # noqa: PLC0415 - lazy at the door

    with at.working(f"Preparing {wanted.name}"):
        return trial_of(spec.contract, wanted.variants[0].name, wanted, engine)


def _look(trial: Trial, one: One, at: Terminal, *, as_json: bool) -> int:
    """Simulate one replication, to explain a ticket or to write its log."""
    from slmdsl.simulate.runs import simulated  # noqa: PLC0415 - lazy at the door

    scenario = trial.plan.what_if.scenario.name
    with at.working(f"Simulating {scenario}", at_first=_COMPILING):
        run = simulated(trial.plan, trial.seed, one.replication, engine=trial.engine)
        log = run.log
    answer: dict[str, object] = {
        "scenario": scenario,
        "seed": trial.seed,
        "replication": one.replication,
        "tickets": len(log.ticket_columns),
    }
    if one.log is not None:
        log.to_parquet(one.log)
        answer["log"] = str(one.log)
        if not as_json:
            at.say(
                f"wrote replication {one.replication} of {scenario}, {len(log.ticket_columns):,} tickets, to {one.log}"
            )
    if one.trace is not None:
        from slmdsl.cli.spell_tables import print_ticket, ticket_record  # noqa: PLC0415 - lazy at the door: numpy

        if as_json:
            answer |= ticket_record(run, one.trace)
        else:
            print_ticket(run, one.trace, at)
    if as_json:
        at.write(dumped(answer))
    return 0


def _record(study: Study) -> dict[str, object]:
    wanted = study.setting
    return {
        "name": wanted.name,
        "first": wanted.first.isoformat(),
        "last": wanted.last.isoformat(),
        "warm_up_us": wanted.warm_up_us,
        "seed": wanted.seed,
        "confidence": float(wanted.confidence),
        "interrupted": study.interrupted,
        "replications": {name: tally.replications for name, tally in study.tallies.items()},
    } | {name: records(frame) for name, frame in study_tables(study).items()}

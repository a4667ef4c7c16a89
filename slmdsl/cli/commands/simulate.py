"""`slm simulate`: what would happen, judged by the same rules as what did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path  # noqa: TC003 - read by cyclopts
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from slmdsl.cli.failures import UsageError
from slmdsl.cli.machine import dumped, records
from slmdsl.cli.options import At, Flag, Json, Name  # noqa: TC001 - read by cyclopts
from slmdsl.cli.project import broken, project
from slmdsl.cli.reading import duration

if TYPE_CHECKING:
    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.study.replications import Trial
    from slmdsl.study.setting import Setting
    from slmdsl.study.study import Study

Engine = Literal["fast", "simpy"]
Count = Annotated[int, Parameter(metavar="N")]

_SEEDS = 2**32


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is wanted otherwise than the text says."""

    replications: Annotated[
        int | None,
        Parameter(
            metavar="N", help="How often each scenario is simulated: as the experiment says, or 40 times."
        ),
    ] = None
    seed: Annotated[
        int | None,
        Parameter(metavar="N", help="The luck, 0 to 4294967295: the same seed gives the same result."),
    ] = None
    horizon: Annotated[
        str | None,
        Parameter(metavar="FIRST..LAST", help="The days that count, both included: 2027-01-01..2027-12-31."),
    ] = None
    warm_up: Annotated[
        str | None,
        Parameter(metavar="DURATION", help="How long before them the simulation begins, by default 4 weeks."),
    ] = None


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


_AS_SAID, _NONE = Wanted(), One()


def simulate(
    path: Path,
    name: Name,
    /,
    *,
    wanted: Wanted = _AS_SAID,
    workers: Count | None = None,
    engine: Engine = "fast",
    one: One = _NONE,
    anyway: Flag = False,
    as_json: Json = False,
    at: At,
) -> int:
    """Simulate a scenario, or the scenarios of an experiment: the chance of every promise, and how the desk fares.

    Example: slm simulate models/acme today --replications 100

    Args:
        path: A file, or a folder with all its .slm files.
        name: A scenario or an experiment.
        wanted: What is wanted otherwise than the text says.
        workers: How many replications run at a time, by default one for each processor; the result is the same.
        engine: The fast engine, or the reference on SimPy; both give the same logs.
        one: One replication to look at.
        anyway: Simulate even if a group has more work than its people can do.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    spec = project(path)
    setting = _setting(spec, name, wanted)
    if not anyway:
        _refuse_overload(spec, setting)
    if one.trace is not None or one.log is not None:
        return _look(_trial(spec, setting, engine), one, at)
    began = perf_counter()
    study = _studied(spec, setting, engine, workers, at)
    if as_json:
        at.write(dumped(_record(study)))
    else:
        from slmdsl.cli.study_tables import print_study  # noqa: PLC0415 - lazy at the door: numpy

        print_study(study, perf_counter() - began, at)
    return 0


def _setting(spec: Spec, name: str, wanted: Wanted) -> Setting:
    from slmdsl.study.setting import SettingError, Wishes, setting_of  # noqa: PLC0415 - lazy at the door

    if wanted.replications is not None and wanted.replications < 1:
        msg = f"`--replications {wanted.replications}` simulates nothing"
        raise UsageError(msg, "say 1 or more; 40 are enough for a first look")
    if wanted.seed is not None and not 0 <= wanted.seed < _SEEDS:
        msg = f"`--seed {wanted.seed}` is out of range"
        raise UsageError(msg, f"a seed is a number from 0 to {_SEEDS - 1}")
    wishes = Wishes(
        horizon=None if wanted.horizon is None else _days(wanted.horizon),
        warm_up_us=None if wanted.warm_up is None else _warm_up_us(wanted.warm_up),
        replications=wanted.replications,
        seed=wanted.seed,
    )
    try:
        return setting_of(spec.contract, name, wishes)
    except SettingError as error:
        raise UsageError(str(error), *([error.help] if error.help else [])) from error


def _days(text: str) -> tuple[date, date]:
    first, dots, last = text.partition("..")
    try:
        found = date.fromisoformat(first.strip()), date.fromisoformat(last.strip() if dots else first.strip())
    except ValueError as error:
        msg = f"`--horizon {text}` is no range of days"
        raise UsageError(msg, "say the first and the last day: `--horizon 2027-01-01..2027-12-31`") from error
    return found


def _warm_up_us(text: str) -> int:
    said = duration(text)
    if said.business_days:
        msg = "a warm-up is plain time, not business days"
        raise UsageError(msg, "say `--warm-up '4 weeks'`")
    return timedelta(microseconds=said.wall_us) // timedelta(microseconds=1)


def _refuse_overload(spec: Spec, setting: Setting) -> None:
    """Refuse scenarios in which a group has more work than people: its backlog would grow for ever."""
    from slmdsl.contract.offered_load import offered_in  # noqa: PLC0415 - lazy at the door
    from slmdsl.contract.scenarios import what_if  # noqa: PLC0415 - lazy at the door

    for name in setting.scenarios:
        edited = what_if(spec.contract, name)
        for group, found in offered_in(edited).items():
            if found.utilisation >= 1:
                msg = (
                    f"in `{name}`, `{group}` has {sum(found.work.values()):,.0f} hours of work a week"
                    f" and {found.agent_hours:,.0f} hours of agents: its backlog grows without end"
                )
                raise UsageError(
                    msg, "give it more people, or say `--anyway` to simulate these days all the same"
                )


def _trial(spec: Spec, setting: Setting, engine: Engine) -> Trial:
    """Compile the first scenario."""
    from slmdsl.study.study import trial_of  # noqa: PLC0415 - lazy at the door
    from slmdsl.workload.errors import UncompilableError  # noqa: PLC0415 - lazy at the door

    try:
        return trial_of(spec.contract, setting.scenarios[0], setting, engine)
    except UncompilableError as error:
        raise broken(spec, error.diagnostics) from error


def _studied(spec: Spec, setting: Setting, engine: Engine, workers: int | None, at: Terminal) -> Study:
    from slmdsl.study.study import studied  # noqa: PLC0415 - lazy at the door
    from slmdsl.workload.errors import UncompilableError  # noqa: PLC0415 - lazy at the door

    try:
        with at.working(f"Simulating {setting.name}") as advance:
            return studied(
                spec.contract,
                setting,
                engine=engine,
                workers=workers,
                progress=lambda scenario, done, of: advance(scenario, done / of),
            )
    except UncompilableError as error:
        raise broken(spec, error.diagnostics) from error


def _look(trial: Trial, one: One, at: Terminal) -> int:
    """Simulate one replication, to explain a ticket or to write its log."""
    from slmdsl.simulate.runs import simulated  # noqa: PLC0415 - lazy at the door

    scenario = trial.plan.what_if.scenario.name
    with at.working(f"Simulating {scenario}"):
        run = simulated(trial.plan, trial.seed, one.replication, engine=trial.engine)
    if one.log is not None:
        run.log.to_parquet(one.log)
        at.say(f"wrote replication {one.replication} of {scenario} to {one.log}")
    if one.trace is not None:
        from slmdsl.cli.spell_tables import print_ticket  # noqa: PLC0415 - lazy at the door: numpy

        print_ticket(run, one.trace, at)
    return 0


def _record(study: Study) -> dict[str, object]:
    setting = study.setting
    return {
        "name": setting.name,
        "first": setting.first.isoformat(),
        "last": setting.last.isoformat(),
        "warm_up_us": setting.warm_up_us,
        "seed": setting.seed,
        "confidence": float(setting.confidence),
        "interrupted": study.interrupted,
        "replications": {name: tally.replications for name, tally in study.tallies.items()},
        "summary": records(study.summary),
        "periods": records(study.periods),
        "tickets": records(study.tickets),
        "desk": records(study.desk),
        "waiting": records(study.waiting),
        "utilisation": records(study.utilisation),
        "escalations": records(study.escalations),
        "outages": records(study.outages),
        "contingencies": records(study.contingencies),
    }

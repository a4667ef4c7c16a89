"""`slm simulate`: what would happen, judged by the same rules as what did."""

from __future__ import annotations

import shlex
from pathlib import Path  # noqa: TC003 - read by cyclopts
from time import perf_counter
from typing import TYPE_CHECKING

from slmdsl.cli.answers.machine import dumped
from slmdsl.cli.answers.study_files import refuse_folder, write_all
from slmdsl.cli.app import INTERRUPTED
from slmdsl.cli.asking.beginning import begun
from slmdsl.cli.asking.one_replication import NONE, One, look, refuse_look
from slmdsl.cli.asking.options import At, Flag, Json, Name  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import simulable
from slmdsl.cli.asking.study_runs import (
    AS_USUAL,
    Engine,
    Running,
    place_of,
    refusals,
    refuse_running,
    run_study,
    tell_left_out,
    tell_too_few,
    without_overload,
)
from slmdsl.cli.asking.wishes import AS_SAID, Wanted, setting

if TYPE_CHECKING:
    from collections.abc import Collection

    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.study.asked.setting import Setting
    from slmdsl.study.running.replications import Trial


def simulate(
    path: Path,
    name: Name,
    /,
    *,
    wanted: Wanted = AS_SAID,
    running: Running = AS_USUAL,
    one: One = NONE,
    anyway: Flag = False,
    as_json: Json = False,
    at: At,
) -> int:
    """Simulate a scenario, or what an experiment asks: the answer, the chance of every promise, and how the desk fares.

    Ctrl-C ends it early and prints what is known by then; with `--out` a later `--resume` goes on from there.

    Example: slm simulate models/acme today --replications 20

    Example: slm simulate models/acme staffing --out staffing

    Example: slm simulate models/acme today --trace missed

    Args:
        path: A file, or a folder with all its .slm files.
        name: A scenario or an experiment.
        wanted: What is wanted otherwise than the text says.
        running: Where replications are run and kept.
        one: One replication to look at.
        anyway: Simulate even if a group has more work than its people can do.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    refuse_running(running)
    spec = simulable(path)
    wanted_setting = setting(spec, name, wanted)
    if one.is_wanted:
        refuse_look(one, wanted_setting, running)
    if running.out is not None:
        refuse_folder(running.out)
    wanted_setting = begun(spec, wanted_setting, at)
    overloaded = {} if anyway else without_overload(spec, wanted_setting)
    if one.is_wanted:
        with refusals(spec):
            trial = _trial(spec, wanted_setting, running.engine, at)
            return look(trial, one, at, _again(path, name, wanted, one), as_json=as_json)
    tell_left_out(overloaded, at)
    tell_too_few(wanted_setting, overloaded, at, is_option=wanted.replications is not None)
    return _study(spec, wanted_setting, running, overloaded, at, as_json=as_json)


def _study(
    spec: Spec, wanted: Setting, running: Running, overloaded: Collection[str], at: Terminal, *, as_json: bool
) -> int:
    """Run a study, print it and write it."""
    began = perf_counter()
    with refusals(spec):
        study = run_study(
            spec, wanted, at, engine=running.engine, place=place_of(running), overloaded=overloaded
        )
    seconds = perf_counter() - began
    if as_json:
        from slmdsl.cli.answers.study_records import study_record  # noqa: PLC0415 - lazy at the door: numpy

        at.write(dumped(study_record(study)))
    else:
        from slmdsl.cli.tables.study_tables import print_study  # noqa: PLC0415 - as above

        print_study(study, seconds, at, out=running.out)
    if running.out is not None:
        written = write_all(study, spec, running.out, at)
        if not as_json:
            at.say()
            at.say(written)
    return INTERRUPTED if study.interrupted else 0


def _trial(spec: Spec, wanted: Setting, engine: Engine, at: Terminal) -> Trial:
    """Compile the only scenario."""
    from slmdsl.study.running.bench import trial_of  # noqa: PLC0415 - lazy at the door

    with at.working(f"Preparing {wanted.name}"):
        return trial_of(spec.contract, wanted.variants[0].name, wanted, engine)


def _again(path: Path, name: str, wanted: Wanted, one: One) -> str:
    """Return the command that looks at the same replication, as it is typed."""
    said = {
        "--seed": wanted.seed,
        "--horizon": wanted.horizon,
        "--warm-up": wanted.warm_up,
        "--replication": one.replication or None,
    }
    options = [word for key, value in said.items() if value is not None for word in (key, str(value))]
    if wanted.uncertainty is not None:
        options.append("--with-uncertainty" if wanted.uncertainty else "--without-uncertainty")
    return shlex.join(["slm", "simulate", str(path), name, *options])

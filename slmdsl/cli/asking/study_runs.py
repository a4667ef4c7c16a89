"""Running a study for a command: where, with a bar, and what stops it in words for the one who called."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from slmdsl.cli.asking.options import Flag, Folder  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import broken
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.study.asked.overload import Overload
    from slmdsl.study.asked.setting import Setting
    from slmdsl.study.kept.places import Place
    from slmdsl.study.running.study import Study

Engine = Literal["fast", "simpy"]

_MORE_PEOPLE: Final = (
    "give it more people (`set STAFF.SHIFT agents N` in the scenario), or say `--anyway` to simulate these days all the"
    " same"
)
COMPILING: Final = "compiles for a minute or two the first time"


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Where replications are run, and where what they say is written."""

    workers: Annotated[
        int | None,
        Parameter(
            metavar="N",
            help="How many replications run at a time, by default one for each processor; the result is the same.",
        ),
    ] = None
    engine: Annotated[
        Engine,
        Parameter(help="The fast engine, or the reference on SimPy; both give the same logs."),
    ] = "fast"
    on: Annotated[
        str | None,
        Parameter(
            metavar="tcp://HOST:PORT",
            help="Run on the workers of this Dask scheduler instead; the result is the same.",
        ),
    ] = None
    out: Annotated[
        Folder | None,
        Parameter(
            help="Write tables (csv), pictures (svg, png) and index.html to this folder, and keep replications there"
            " as they come."
        ),
    ] = None
    resume: Annotated[
        Flag, Parameter(help="Go on from the replications that `--out` has, rather than begin anew.")
    ] = False


AS_USUAL: Final = Running()


def refuse_running(running: Running) -> None:
    """Refuse what cannot be run so. Raises UsageError."""
    if running.workers is not None and running.workers < 1:
        msg = f"`--workers {running.workers}` would simulate nothing"
        raise UsageError(msg, "say 1 or more, or leave it away for one on each processor")
    if running.workers is not None and running.on is not None:
        msg = "`--workers` is how many replications run at a time on this machine, and `--on` runs them on others"
        raise UsageError(msg, "leave out one of them; `dask worker --nthreads` says how many run there")
    if running.resume and running.out is None:
        msg = "`--resume` goes on from the replications in a folder, and none is named"
        raise UsageError(msg, "say `--out DIR --resume`, with the folder of the run that was stopped")


def place_of(running: Running) -> Place:
    """Return where a command runs a study and keeps it; a folder is made if need be."""
    from slmdsl.study.kept.journal import NAME  # noqa: PLC0415 - lazy at the door
    from slmdsl.study.kept.places import Place  # noqa: PLC0415 - as above

    if running.out is not None:
        running.out.mkdir(parents=True, exist_ok=True)
    return Place(
        workers=running.workers,
        on=running.on,
        keep=None if running.out is None else running.out / NAME,
        resume=running.resume,
    )


def run_study(
    spec: Spec,
    wanted: Setting,
    at: Terminal,
    *,
    engine: Engine = "fast",
    place: Place | None = None,
    overloaded: Collection[str] = (),
) -> Study:
    """Run a setting, with a bar that says which scenario is on and what share of all is done.

    Raises:
        UsageError: the place cannot be used, or was lost.
    """
    from slmdsl.study.kept.journal import JournalError  # noqa: PLC0415 - lazy at the door
    from slmdsl.study.kept.on_dask import ClusterError  # noqa: PLC0415 - as above
    from slmdsl.study.kept.places import Place, taken  # noqa: PLC0415 - as above
    from slmdsl.study.running.study import studied  # noqa: PLC0415 - as above

    try:
        with (
            at.working(f"Simulating {wanted.name}", at_first=COMPILING) as advance,
            taken(place or Place(), at.warn) as where,
        ):
            return studied(
                spec.contract,
                wanted,
                engine=engine,
                overloaded=overloaded,
                progress=lambda words, done, of: advance(words, done / of),
                where=where,
            )
    except JournalError as error:
        raise UsageError(str(error), error.help) from error
    except ClusterError as error:
        kept = "`--resume` goes on from what was done" if place is not None and place.keep else ""
        raise UsageError(str(error), *(each for each in (error.help, kept) if each)) from error


@contextmanager
def refusals(spec: Spec) -> Iterator[None]:
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


def without_overload(spec: Spec, wanted: Setting) -> dict[str, Overload]:
    """Return the variants in which a group has more work than people. Raises UsageError where no other is left."""
    from slmdsl.study.asked.overload import overloads  # noqa: PLC0415 - lazy at the door

    found = overloads(spec.contract, wanted)
    if len(found) < len(wanted.variants):
        return found
    others = f" (and so it is in {len(found) - 1} more)" if len(found) > 1 else ""
    msg = f"{_too_much(next(iter(found.values())))}{others}"
    raise UsageError(msg, _MORE_PEOPLE)


def tell_left_out(found: Mapping[str, Overload], at: Terminal) -> None:
    """Tell why scenarios are left out; points of what is varied are expected to be, and are named in the answer."""
    for each in found.values():
        if not each.varies:
            at.warn(f"`{each.variant}` is left out: {_too_much(each)}", _MORE_PEOPLE)


def tell_too_few(setting: Setting, overloaded: Collection[str], at: Terminal, *, is_option: bool) -> None:
    """Tell a search that can show nothing, since even what is always kept takes more replications than it may take.

    Raises:
        UsageError: an option allows so few. What the text says is run all the same, and a note says what to expect.
    """
    from slmdsl.report.study_words import level  # noqa: PLC0415 - lazy at the door: numpy
    from slmdsl.study.running.cheapest import least_replications  # noqa: PLC0415 - as above

    if not setting.find:
        return
    least = least_replications(setting, overloaded)
    if least is not None and least <= setting.replications:
        return
    wanted = level(float(max(each.at_least for each in setting.find)))
    of = f"in one of {len(setting.variants) - len(overloaded):,} variants, even of what is always kept"
    if least is None:
        at.warn(
            f"no number of replications shows a chance of {wanted} {of}",
            "want a smaller chance, such as 99 %",
        )
        return
    msg = f"{setting.replications:,} replications cannot show a chance of {wanted} {of}"
    if is_option:
        raise UsageError(msg, f"say {least} or more, or leave the option away")
    at.warn(msg, f"say `replications {least}` or more in `{setting.name}`, or want a smaller chance")


def _too_much(found: Overload) -> str:
    return (
        f"in `{found.variant}`, `{found.group}` has {found.work_hours:,.0f} hours of work a week"
        f" and {found.agent_hours:,.0f} hours of agents: its backlog grows without end"
    )

"""Where the replications of a study are run and kept: threads or a cluster, and a journal to go on from."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.study.running.bench import on_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from slmdsl.study.running.bench import Bench, Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where replications are run and kept.

    Attributes:
        workers: how many tasks run at a time on this machine, by default one for each processor.
        on: the scheduler of a Dask cluster that runs them instead, as in `tcp://10.0.0.1:8786`.
        keep: the file of a journal that keeps them as they come.
        resume: go on from what that file has, rather than begin it anew.
    """

    workers: int | None = None
    on: str | None = None
    keep: Path | None = None
    resume: bool = False


@contextmanager
def taken(place: Place, tell: Callable[[str], None] | None = None) -> Iterator[Callable[[Bench], Runner]]:
    """Give what `studied` asks for as `where`; the cluster is left and the journal closed when the block ends.

    Args:
        place: where replications are run and kept.
        tell: called with what had to be left out of the journal, or that there is none, in words.

    Raises:
        slmdsl.study.kept.on_dask.ClusterError: when a study is run on a cluster that cannot be used, or is lost.
        slmdsl.study.kept.journal.JournalError: when a study is run and the journal is of another.

    For example `with taken(Place(on="tcp://10.0.0.1:8786")) as where: studied(contract, setting, where=where)`.
    """
    with ExitStack() as stack:

        def where(bench: Bench) -> Runner:
            # The cluster first: a journal is not begun anew for a run that cannot begin.
            runner = _runner(place, bench, stack)
            if place.keep is None:
                return runner
            from slmdsl.study.kept.journal import Journal, resumed  # noqa: PLC0415 - most runs keep none

            if place.resume and tell is not None and not place.keep.exists():
                tell(f"there is no {place.keep} to go on from: everything is run")
            journal = stack.enter_context(Journal(place.keep, bench.job, anew=not place.resume))
            if tell is not None:
                for note in journal.notes:
                    tell(note)
            return resumed(runner, journal)

        yield where


def _runner(place: Place, bench: Bench, stack: ExitStack) -> Runner:
    if place.on is None:
        return on_threads(bench, place.workers)
    from slmdsl.study.kept.on_dask import on_dask  # noqa: PLC0415 - the library of an extra

    return stack.enter_context(on_dask(bench.job, place.on))

"""One replication to look at: its log as a file, a ticket explained, or which tickets missed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from slmdsl.cli.answers.machine import dumped
from slmdsl.cli.asking.study_runs import COMPILING
from slmdsl.cli.asking.wishes import WORDS
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from slmdsl.cli.asking.study_runs import Running
    from slmdsl.cli.terminal import Terminal
    from slmdsl.study.asked.setting import Setting
    from slmdsl.study.running.replications import Trial


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """One replication to look at."""

    trace: Annotated[
        str | None,
        Parameter(
            metavar="TICKET",
            help="Explain this ticket of one replication, or with `missed` list those that missed; simulate no other.",
        ),
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

    @property
    def is_wanted(self) -> bool:
        """Whether one replication is to be looked at."""
        return self.trace is not None or self.log is not None


NONE: Final = One()
MISSED: Final = "missed"
"""What `--trace` is given for a list of the tickets that missed."""


def refuse_look(one: One, wanted: Setting, running: Running) -> None:
    """Refuse to look at a replication that there is not, or to write where nothing can be written."""
    if running.out is not None or running.on is not None:
        option = "--out" if running.out is not None else "--on"
        msg = f"`--trace` and `--log` look at one replication here, which `{option}` has no part in"
        raise UsageError(msg, f"leave out `{option}`")
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


def look(trial: Trial, one: One, at: Terminal, again: str, *, as_json: bool) -> int:
    """Simulate one replication, to explain a ticket, to list those that missed, or to write its log.

    `again` is the command without `--trace`, for those who want to see more.
    """
    from slmdsl.simulate.runs import simulated  # noqa: PLC0415 - lazy at the door

    scenario = trial.plan.what_if.scenario.name
    with at.working(f"Simulating {scenario}", at_first=COMPILING):
        run = simulated(trial.plan_of(one.replication), trial.seed, one.replication, engine=trial.engine)
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
    if one.trace == MISSED:
        from slmdsl.cli.tables.missed_lists import missed_records, print_missed  # noqa: PLC0415 - lazy at the door: numpy

        if as_json:
            answer["missed"] = missed_records(trial, run)
        else:
            print_missed(trial, run, again, at)
    elif one.trace is not None:
        from slmdsl.cli.tables.spell_tables import print_ticket, ticket_record  # noqa: PLC0415 - as above

        if as_json:
            answer |= ticket_record(run, one.trace)
        else:
            print_ticket(run, one.trace, at)
    if as_json:
        at.write(dumped(answer))
    return 0

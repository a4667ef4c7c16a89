"""What `slm gaps` is asked for: which part of a log, by which causes, and how improvements are simulated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from slmdsl.cli.asking.project import named
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from slmdsl.api import Spec
    from slmdsl.events.log import EventLog


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Which misses are looked into."""

    sla: Annotated[
        str | None, Parameter(metavar="NAME", help="Of this agreement alone; by default of all to customers.")
    ] = None
    period: Annotated[
        str | None,
        Parameter(
            metavar="PERIOD", help="As in 2027, 2027-Q1, 2027-03 or 2027-W10; by default all of the log."
        ),
    ] = None
    cause: Annotated[
        tuple[str, ...],
        Parameter(
            metavar="FIELD",
            negative="",
            show_default=False,
            help="A field by whose values tickets recur; by default those whose names sound like a cause.",
        ),
    ] = ()
    weeks: Annotated[
        int,
        Parameter(metavar="N", help="How many weeks before and after an improvement are compared, at most."),
    ] = 26


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Predicting:
    """How improvements are simulated."""

    simulate: Annotated[
        bool,
        Parameter(
            negative="--no-simulate", show_default=False, help="Simulate improvements, as is usual, or not."
        ),
    ] = True
    replications: Annotated[
        int | None, Parameter(metavar="N", help="How often each is simulated; by default 20.")
    ] = None
    workers: Annotated[
        int | None,
        Parameter(
            metavar="N", help="How many replications run at a time, by default one for each processor."
        ),
    ] = None


ALL: Final = Looking()
AS_USUAL: Final = Predicting()


def refuse_gaps(looking: Looking, predicting: Predicting, spec: Spec) -> None:
    """Refuse what cannot be looked into. Raises UsageError."""
    if looking.sla is not None:
        named("agreement", looking.sla, spec.contract.agreements)
    for field in looking.cause:
        named("field", field, dict.fromkeys(spec.contract.fields))
    if looking.weeks < 1:
        msg = f"`--weeks {looking.weeks}` compares nothing"
        raise UsageError(msg, "say `--weeks 26`, or fewer")
    for option, number in (("replications", predicting.replications), ("workers", predicting.workers)):
        if number is not None and number < 1:
            msg = f"`--{option} {number}` would simulate nothing"
            raise UsageError(msg, "say 1 or more, or `--no-simulate`")
    if predicting.replications == 1:
        msg = "one replication cannot be compared: a difference needs two at least"
        raise UsageError(msg, "say `--replications 20`")


def refuse_causes(looking: Looking, log: EventLog) -> None:
    """Refuse causes that no ticket has. Raises UsageError."""
    for field in looking.cause:
        if field not in log.ticket_columns.fields:
            msg = f"no ticket has a field `{field}`"
            raise UsageError(msg, f'read it in the source, as in `field {field} "COLUMN"`')

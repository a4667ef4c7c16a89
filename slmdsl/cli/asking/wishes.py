"""What a command line wants otherwise than an experiment says, and which experiment it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from slmdsl.cli.asking.project import named
from slmdsl.cli.asking.reading import duration
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from slmdsl.api import Spec
    from slmdsl.study.asked.setting import Setting

WORDS: Final = 2**32
"""A seed and the number of a replication are below this."""

_FIRST_DAY, _LAST_DAY = date(1900, 2, 1), date(2199, 12, 1)
"""Calendars answer for these days and some before and after them, as a simulation begins and work goes on."""

Seed = Annotated[
    int | None,
    Parameter(metavar="N", help="The luck, 0 to 4294967295: the same seed gives the same result."),
]
Horizon = Annotated[
    str | None,
    Parameter(metavar="FIRST..LAST", help="The days that count, both included: 2027-01-01..2027-12-31."),
]
WarmUp = Annotated[
    str | None,
    Parameter(metavar="DURATION", help="How long before them the simulation begins, by default 4 weeks."),
]


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
    seed: Seed = None
    horizon: Horizon = None
    warm_up: WarmUp = None
    uncertainty: Annotated[
        bool | None,
        Parameter(
            name="--with-uncertainty",
            negative="--without-uncertainty",
            help="Draw the loads' fitted parameters anew in each replication, or never: as the experiment says.",
        ),
    ] = None


AS_SAID: Final = Wanted()


def setting(spec: Spec, name: str, wanted: Wanted) -> Setting:
    """Return how the scenario or experiment `name` is run. Raises UsageError for what cannot be."""
    from slmdsl.study.asked.setting import SettingError, Wishes, setting_of  # noqa: PLC0415 - lazy at the door

    named("scenario or experiment", name, {**spec.contract.experiments, **spec.contract.scenarios})
    _refuse_numbers(wanted)
    wishes = Wishes(
        horizon=None if wanted.horizon is None else _days(wanted.horizon),
        warm_up_us=None if wanted.warm_up is None else _warm_up_us(wanted.warm_up),
        replications=wanted.replications,
        seed=wanted.seed,
        uncertain=wanted.uncertainty,
    )
    try:
        found = setting_of(spec.contract, name, wishes)
    except SettingError as error:
        raise UsageError(str(error), *([error.help] if error.help else [])) from error
    _refuse_days(found)
    return found


def _refuse_numbers(wanted: Wanted) -> None:
    if wanted.replications is not None and not 1 <= wanted.replications <= WORDS:
        msg = f"`--replications {wanted.replications}` cannot be simulated"
        raise UsageError(msg, "say 1 or more; 40 are enough for a first look")
    if wanted.seed is not None and not 0 <= wanted.seed < WORDS:
        msg = f"`--seed {wanted.seed}` is out of range"
        raise UsageError(msg, f"a seed is a number from 0 to {WORDS - 1}")


def _days(text: str) -> tuple[date, date]:
    first, dots, last = text.partition("..")
    try:
        found = date.fromisoformat(first.strip()), date.fromisoformat(last.strip() if dots else first.strip())
    except ValueError as error:
        msg = f"`--horizon {text}` is no range of days"
        raise UsageError(msg, "say the first and the last day: `--horizon 2027-01-01..2027-12-31`") from error
    return found


def _warm_up_us(text: str) -> int:
    try:
        said = duration(text)
    except UsageError:
        said = None
    if said is None or said.business_days:
        msg = f"`--warm-up {text}` is no length of time"
        raise UsageError(msg, "say `--warm-up '4 weeks'`, in weeks, days or hours")
    return said.wall_us


def _refuse_days(found: Setting) -> None:
    """Refuse days for which no calendar answers."""
    try:
        start = found.first - timedelta(microseconds=found.warm_up_us)
    except OverflowError:
        start = date.min
    if start < _FIRST_DAY or found.last > _LAST_DAY:
        msg = f"{found.first} .. {found.last} with its warm-up is not within {_FIRST_DAY} .. {_LAST_DAY}"
        raise UsageError(msg, "calendars answer for no other days")

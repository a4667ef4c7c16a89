"""How a negotiation is asked for, and run with a bar that says what is being tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from slmdsl.cli.asking.wishes import Horizon, Seed, Wanted, WarmUp
from slmdsl.cli.asking.wishes import setting as wished_setting
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.study.asked.setting import Setting
    from slmdsl.study.negotiation.talks import Negotiation


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """In which scenario and how surely."""

    scenario: Annotated[
        str | None,
        Parameter(metavar="NAME", help="The scenario: by default the first that the agreement judges."),
    ] = None
    chance: Annotated[
        str | None,
        Parameter(
            metavar="PERCENT",
            help="The chance of a period that each target is to have: as a `find` of the text says, or 90%.",
        ),
    ] = None
    replications: Annotated[
        int | None,
        Parameter(
            metavar="N",
            help="How often each offer is simulated: 40 times, or as often as it takes to show the chance"
            " (36 times for 90%, 72 for 95%, 368 for 99%); fewer are refused.",
        ),
    ] = None
    seed: Seed = None
    horizon: Horizon = None
    warm_up: WarmUp = None
    workers: Annotated[
        int | None,
        Parameter(
            metavar="N", help="How many replications run at a time; the result is the same with any number."
        ),
    ] = None
    engine: Annotated[
        Literal["fast", "simpy"], Parameter(help="The fast engine, or the reference on SimPy.")
    ] = "fast"


AS_SAID: Final = Terms()


def opening(spec: Spec, sla: str, terms: Terms) -> tuple[Setting, float]:
    """Return how the scenario is run, and the chance that is wanted. Raises UsageError for what cannot be."""
    from slmdsl.study.asked.setting import SettingError  # noqa: PLC0415 - lazy at the door
    from slmdsl.study.negotiation.opening import (  # noqa: PLC0415 - lazy at the door
        chance_wanted,
        negotiated_as,
        scenario_of,
    )

    try:
        scenario = scenario_of(spec.contract, sla, terms.scenario)
        wanted = chance_wanted(spec.contract, sla) if terms.chance is None else _chance(terms.chance)
        wishes = Wanted(
            replications=terms.replications, seed=terms.seed, horizon=terms.horizon, warm_up=terms.warm_up
        )
        setting = wished_setting(spec, scenario, wishes)
        return negotiated_as(setting, wanted, terms.replications), wanted
    except SettingError as error:
        raise UsageError(str(error), *([error.help] if error.help else [])) from error


def run_talks(
    spec: Spec,
    sla: str,
    setting: Setting,
    wanted: float,
    at: Terminal,
    terms: Terms = AS_SAID,
    *,
    staff: bool = True,
) -> Negotiation:
    """Negotiate, with a bar that says what is being tried and how much was simulated."""
    from slmdsl.study.negotiation.talks import negotiated  # noqa: PLC0415 - lazy at the door

    with at.working(f"Negotiating {sla}", at_first="compiles for a minute or two the first time") as advance:
        return negotiated(
            spec.contract,
            sla,
            setting,
            wanted=wanted,
            engine=terms.engine,
            workers=terms.workers,
            staff=staff,
            told=lambda words, share, count: advance(f"{words}, {count:,} replications simulated", share),
        )


def _chance(text: str) -> float:
    from slmdsl.base.units import Ratio  # noqa: PLC0415 - lazy at the door

    try:
        return float(Ratio.parse(text.strip()))
    except ValueError as error:
        msg = f"`--chance {text}` is no chance"
        raise UsageError(msg, "say it in percent: `--chance 90%`") from error

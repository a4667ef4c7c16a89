"""What a named scenario or experiment asks to be run: which scenarios, over which days, how often, with which seed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import DAY, SECOND
from slmdsl.contract.model.studies import Until

if TYPE_CHECKING:
    from datetime import date

    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.studies import Experiment

WARM_UP_US: Final = 28 * DAY
REPLICATIONS: Final = 40
SEED: Final = 0
SEEDS: Final = 2**32
"""How many seeds there are."""
EMPTY: Final = "empty"
WARM: Final = "warm up"
CONFIDENCE: Final = Fraction(95, 100)


class SettingError(ValueError):
    """What was asked for cannot be run; `help` says what to do."""

    def __init__(self, message: str, help_line: str = "") -> None:
        super().__init__(message)
        self.help = help_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How scenarios are run: from day `first` to `last`, both included, after `warm_up_us` that are not judged.

    Scenarios in `empty` start empty on the first day, unless a caller wishes for a warm-up. `like` is the experiment
    whose words a scenario that was named alone follows.
    """

    name: str
    scenarios: tuple[str, ...]
    first: date
    last: date
    warm_up_us: int
    replications: int
    seed: int
    confidence: Fraction
    tick_us: int
    empty: frozenset[str] = frozenset()
    like: str | None = None

    def warm_up_of(self, scenario: str) -> int:
        """Return how long a scenario is simulated before its first day, in microseconds."""
        return 0 if scenario in self.empty else self.warm_up_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a caller wants otherwise than the text says; None: as the text says."""

    horizon: tuple[date, date] | None = None
    warm_up_us: int | None = None
    replications: int | None = None
    seed: int | None = None


def setting_of(contract: Contract, name: str, wishes: Wishes) -> Setting:
    """Return how the scenario or experiment `name` is run.

    A scenario is run as the first experiment that names it says, or else as the first of all, so that scenarios which
    are run one by one can be compared. Without any its horizon must be wished for.

    Raises:
        SettingError: for an unknown name, a horizon that nothing says, numbers out of range, and what is not built yet.
    """
    experiment = contract.experiments.get(name)
    if experiment is None:
        if name not in contract.scenarios:
            message = f"no scenario and no experiment is called `{name}`"
            raise SettingError(message, _known(contract))
        known = contract.experiments.values()
        naming = (each for each in known if name in each.scenarios)
        return _setting(contract, name, (name,), next(naming, next(iter(known), None)), wishes)
    if experiment.vary or experiment.find:
        message = f"`{name}` varies a model or searches for the cheapest, which is not built yet"
        raise SettingError(message, f"run its scenarios as they are: {', '.join(experiment.scenarios)}")
    return _setting(contract, name, experiment.scenarios, experiment, wishes)


def _known(contract: Contract) -> str:
    known = [*contract.experiments, *contract.scenarios]
    return (
        f"there are: {', '.join(known)}" if known else "the text declares none: say `scenario NAME { ... }`"
    )


def _setting(
    contract: Contract, name: str, scenarios: tuple[str, ...], experiment: Experiment | None, wishes: Wishes
) -> Setting:
    horizon = wishes.horizon
    if horizon is None and experiment is not None and experiment.first and experiment.last:
        horizon = (experiment.first, experiment.last)
    if horizon is None:
        message = f"nothing says over which days `{name}` is simulated"
        raise SettingError(message, "say `--horizon 2027-01-01..2027-12-31`, or `horizon` in an experiment")
    if horizon[0] > horizon[1]:
        message = f"the horizon ends on {horizon[1]}, before it begins on {horizon[0]}"
        raise SettingError(message)
    empty = frozenset(each for each in scenarios if _start(contract, each, experiment) == EMPTY)
    return _possible(
        Setting(
            name=name,
            scenarios=scenarios,
            first=horizon[0],
            last=horizon[1],
            warm_up_us=_first(wishes.warm_up_us, experiment.warm_up_us if experiment else None, WARM_UP_US),
            replications=_first(wishes.replications, _count(experiment), REPLICATIONS),
            seed=_first(wishes.seed, experiment.seed if experiment else None, SEED),
            confidence=experiment.confidence if experiment else CONFIDENCE,
            tick_us=experiment.tick_us if experiment else SECOND,
            empty=empty if wishes.warm_up_us is None else frozenset(),
            like=experiment.name if experiment and experiment.name != name else None,
        )
    )


def _possible(setting: Setting) -> Setting:
    """Return a setting that can be run. Raises SettingError for numbers out of range."""
    if setting.replications < 1:
        message = f"{setting.replications} replications say nothing"
        raise SettingError(message, "run at least one")
    if not 0 <= setting.seed < SEEDS:
        message = f"the seed {setting.seed} is out of range"
        raise SettingError(message, f"a seed is a number from 0 to {SEEDS - 1}")
    if setting.warm_up_us < 0:
        message = "a warm-up has no negative length"
        raise SettingError(message, "say 0 for none")
    return setting


def _start(contract: Contract, scenario: str, experiment: Experiment | None) -> str:
    """Return how a scenario starts: as the experiment says, else as it says itself.

    Raises:
        SettingError: if it is to start with the tickets of a source.
    """
    start = (experiment.start if experiment else None) or contract.scenarios[scenario].start
    if start not in (EMPTY, WARM):
        message = f"`{scenario}` starts with open tickets of `{start}`, which is not built yet"
        raise SettingError(message, "let it warm up, or say `starts empty`")
    return start


def _count(experiment: Experiment | None) -> int | None:
    """Return how many replications an experiment asks for; one that stops by itself is run as often as it may be."""
    said = experiment.replications if experiment else None
    return said.at_most if isinstance(said, Until) else said


def _first(*values: int | None) -> int:
    """Return the first value that is said; the last one always is."""
    return next(value for value in values if value is not None)

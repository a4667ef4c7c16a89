"""What a named scenario or experiment asks to be run: which scenarios, over which days, how often, with which seed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from slmdsl.base.units import DAY, SECOND
from slmdsl.contract.model.studies import Until
from slmdsl.contract.variants import variant_of, variants_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.studies import Experiment, Wanted
    from slmdsl.contract.variants import Variant
    from slmdsl.workload.carried.open_tickets import OpenTickets

WARM_UP_US: Final = 28 * DAY
REPLICATIONS: Final = 40
AT_MOST: Final = 400
"""How many replications of a scenario a search or a wanted half width takes at most, unless the text says otherwise."""
SEED: Final = 0
SEEDS: Final = 2**32
"""How many seeds there are."""
EMPTY: Final = "empty"
WARM: Final = "warm up"
CONFIDENCE: Final = Fraction(95, 100)
INDIFFERENCE: Final = Fraction(1, 100)


class SettingError(ValueError):
    """What was asked for cannot be run; `help` says what to do."""

    def __init__(self, message: str, help_line: str = "") -> None:
        super().__init__(message)
        self.help = help_line


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStart:
    """A scenario that begins with the open tickets of a source; `tickets` are None until the source is read."""

    scenario: str
    source: str
    tickets: OpenTickets | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How variants are run: from day `first` to `last`, both included, after `warm_up_us` that are not judged.

    Attributes:
        name: of the experiment or scenario.
        variants: what is run side by side, each with the same luck.
        first: the first day that counts.
        last: the last one.
        warm_up_us: how long before them the simulation begins.
        replications: how often each variant is simulated, at most where `until` or `find` decide when to stop.
        until: the half width at which a variant is known well enough.
        find: the wanted chances, where the cheapest variant that has them is looked for.
        seed: of the luck.
        confidence: of intervals and decisions.
        indifference: nearer than this to a wanted chance is too close to call.
        tick_us: the simulator's unit of time.
        empty: scenarios that start empty on the first day, unless a caller wishes for a warm-up.
        opens: scenarios that start with the open tickets of a source on the first day (`slmdsl.study.asked.opens`).
        like: the experiment whose words a scenario that was named alone follows.
        uncertain: whether each replication has another draw of the loads' uncertain parameters.
    """

    name: str
    variants: tuple[Variant, ...]
    first: date
    last: date
    warm_up_us: int
    replications: int
    seed: int
    confidence: Fraction
    tick_us: int
    until: Until | None = None
    find: tuple[Wanted, ...] = ()
    indifference: Fraction = INDIFFERENCE
    empty: frozenset[str] = frozenset()
    opens: tuple[OpenStart, ...] = ()
    like: str | None = None
    uncertain: bool = False

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios of the text that are run, in order."""
        return tuple(dict.fromkeys(each.scenario for each in self.variants))

    def warm_up_of(self, scenario: str) -> int:
        """Return how long a scenario is simulated before its first day, in microseconds."""
        return 0 if scenario in self.empty or self.open_start(scenario) else self.warm_up_us

    def open_start(self, scenario: str) -> OpenStart | None:
        """Return with whose open tickets a scenario starts; None for one that warms up or starts empty."""
        return next((each for each in self.opens if each.scenario == scenario), None)

    def tickets_of(self, scenario: str) -> OpenTickets | None:
        """Return the tickets with which a scenario starts, None for none. Raises SettingError if they are not read."""
        start = self.open_start(scenario)
        if start is not None and start.tickets is None:
            message = f"`{scenario}` starts with open tickets of `{start.source}`, which has not been read"
            raise SettingError(message, "read it, and hand it to `slmdsl.study.asked.opens.with_tickets`")
        return None if start is None else start.tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a caller wants otherwise than the text says; None: as the text says."""

    horizon: tuple[date, date] | None = None
    warm_up_us: int | None = None
    replications: int | None = None
    seed: int | None = None
    uncertain: bool | None = None


def setting_of(contract: Contract, name: str, wishes: Wishes) -> Setting:
    """Return how the scenario or experiment `name` is run.

    A scenario is run as the first experiment that names it says, or else as the first of all, so that scenarios which
    are run one by one can be compared. Without any its horizon must be wished for.

    Raises:
        SettingError: for an unknown name, no load, a horizon that nothing says, numbers out of range, and a warm-up
            of what starts with the open tickets of a source.
    """
    experiment = contract.experiments.get(name)
    if experiment is not None:
        return _setting(contract, name, variants_of(experiment), experiment, wishes)
    if name not in contract.scenarios:
        message = f"no scenario and no experiment is called `{name}`"
        raise SettingError(message, _known(contract))
    known = contract.experiments.values()
    naming = (each for each in known if name in each.scenarios)
    like = next(naming, next(iter(known), None))
    return _setting(contract, name, (variant_of(name),), like, wishes)


def _known(contract: Contract) -> str:
    known = [*contract.experiments, *contract.scenarios]
    return (
        f"there are: {', '.join(known)}" if known else "the text declares none: say `scenario NAME { ... }`"
    )


def _setting(
    contract: Contract,
    name: str,
    variants: tuple[Variant, ...],
    experiment: Experiment | None,
    wishes: Wishes,
) -> Setting:
    scenarios = dict.fromkeys(each.scenario for each in variants)
    for each in scenarios:
        refuse_without_load(contract, each)
    horizon = wishes.horizon
    if horizon is None and experiment is not None and experiment.first and experiment.last:
        horizon = (experiment.first, experiment.last)
    if horizon is None:
        message = f"nothing says over which days `{name}` is simulated"
        raise SettingError(message, "say `--horizon 2027-01-01..2027-12-31`, or `horizon` in an experiment")
    if horizon[0] > horizon[1]:
        message = f"the horizon ends on {horizon[1]}, before it begins on {horizon[0]}"
        raise SettingError(message)
    if not variants:
        message = f"`{name}` has nothing to run"
        raise SettingError(message, "say `scenarios NAME` in it")
    starts = {each: _start(contract, each, experiment) for each in scenarios}
    opens = tuple(
        OpenStart(scenario=each, source=start) for each, start in starts.items() if start not in (EMPTY, WARM)
    )
    if opens and wishes.warm_up_us:
        message = (
            f"`{opens[0].scenario}` starts with open tickets of `{opens[0].source}`: they are its warm-up"
        )
        raise SettingError(message, "wish for no warm-up")
    empty = frozenset(each for each, start in starts.items() if start == EMPTY)
    warm_up_us = _first(wishes.warm_up_us, experiment.warm_up_us if experiment else None, WARM_UP_US)
    stops = _stops(name, experiment, wishes)
    return _possible(
        Setting(
            name=name,
            variants=variants,
            first=horizon[0],
            last=horizon[1],
            warm_up_us=0 if len(opens) == len(starts) else warm_up_us,
            replications=stops.replications,
            until=stops.until,
            find=stops.find,
            seed=_first(wishes.seed, experiment.seed if experiment else None, SEED),
            confidence=experiment.confidence if experiment else CONFIDENCE,
            indifference=experiment.indifference if experiment else INDIFFERENCE,
            tick_us=experiment.tick_us if experiment else SECOND,
            empty=empty if wishes.warm_up_us is None else frozenset(),
            opens=opens,
            like=experiment.name if experiment and experiment.name != name else None,
            uncertain=_uncertain(contract, scenarios, experiment, wishes),
        )
    )


def _uncertain(
    contract: Contract, scenarios: Iterable[str], experiment: Experiment | None, wishes: Wishes
) -> bool:
    """Return whether draws are sampled. Raises SettingError where a caller wants it and no load has any."""
    said = experiment is not None and experiment.uncertain
    wanted = said if wishes.uncertain is None else wishes.uncertain
    loads = [contract.loads[contract.scenarios[each].load or ""] for each in scenarios]
    if wanted and wishes.uncertain and not any(each.uncertain for each in loads):
        message = f"the load `{loads[0].name}` does not say how uncertain it is"
        raise SettingError(message, 'say `uncertain "FILE"` in it, as `slm fit` writes it')
    return wanted


def refuse_without_load(contract: Contract, scenario: str) -> None:
    """Refuse a scenario in which there is nothing to do. Raises SettingError."""
    if contract.scenarios[scenario].load not in contract.loads:
        message = f"`{scenario}` has no load"
        raise SettingError(message, "say `load NAME` in it")


class _Stops(NamedTuple):
    """When enough replications were run."""

    replications: int
    until: Until | None = None
    find: tuple[Wanted, ...] = ()


def _stops(name: str, experiment: Experiment | None, wishes: Wishes) -> _Stops:
    """Return how often is simulated: a wished number is a number, and the most that a search may take.

    A scenario that is named alone stops as the experiment that it follows does, but searches for nothing.
    """
    if experiment is None:
        return _Stops(_first(wishes.replications, REPLICATIONS))
    said = experiment.replications
    until = said if isinstance(said, Until) and not experiment.find else None
    if isinstance(said, int):
        most = said
    elif until is not None:
        most = _first(until.at_most, AT_MOST)
    else:
        most = AT_MOST if experiment.find else REPLICATIONS
    alone = experiment.name != name
    if alone and experiment.find:
        most = min(most, REPLICATIONS)
    return _Stops(
        _first(wishes.replications, most),
        until if wishes.replications is None else None,
        () if alone else experiment.find,
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
    """Return how a scenario starts: as the experiment says, else as it says itself."""
    return (experiment.start if experiment else None) or contract.scenarios[scenario].start


def _first(*values: int | None) -> int:
    """Return the first value that is said; the last one always is."""
    return next(value for value in values if value is not None)

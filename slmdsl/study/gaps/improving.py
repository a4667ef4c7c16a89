"""What improvements would bring: each simulated against its scenario with the same luck, and ranked by its cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from slmdsl.base.units import minor_digits
from slmdsl.contract.modelled import unmodelled
from slmdsl.contract.variants import Variant, variant_of, varied
from slmdsl.stats.paired import paired_difference
from slmdsl.study.asked.overload import overloads
from slmdsl.study.asked.setting import SettingError, Wishes, setting_of
from slmdsl.study.compared.comparing import whole_cost_difference
from slmdsl.study.desk.costs import months_of
from slmdsl.study.running.series import Series, pairs
from slmdsl.study.running.study import studied
from slmdsl.workload.errors import UncompilableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from slmdsl.base.units import Money
    from slmdsl.contract.model.reports import Improvement
    from slmdsl.contract.model.spec import Contract
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.judged.credits import Paid
    from slmdsl.study.running.series import Pairs
    from slmdsl.study.running.study import Study
    from slmdsl.study.running.tally import Tally
    from slmdsl.workload.plan import DeskPlan

    Progress = Callable[[str, float], None]

REPLICATIONS: Final = 20
"""Of each scenario and improvement, unless a caller wishes for another number."""
MONTHS: Final = 12
"""An improvement's cost and savings are those of its first year."""

Obstacle = Literal[
    "dropped", "done", "no_effect", "no_target", "not_modelled", "overloaded", "setting", "model", "stopped"
]
"""Why an improvement was not simulated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What an improvement changes of a target that it closes, in pairs of replications, at 95 %.

    Attributes:
        target: its qualified name.
        chance: by how much the chance of keeping a period grows, -1 .. 1.
        attained: by how much the attained value changes; a share, or in the target's unit (lengths in seconds).
        is_share: whether `attained` is a share.
        less_is_better: whether a fall of `attained` is the gain.
        before: the chance of keeping a period in the scenario, 0 .. 1.
        after: the chance with the improvement, in the same pairs.
    """

    target: str
    chance: Interval
    attained: Interval | None
    is_share: bool
    less_is_better: bool
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What an improvement would bring, or why that is not known.

    Attributes:
        improvement: the entry of the register.
        gains: of the targets it closes that are modelled, in their order.
        not_modelled: the targets it closes of which nothing is simulated, and why.
        credits_minor: by how much credits change, minor units a month; None where none are paid in one currency.
        running_minor: by how much what has a price costs more a month, minor units; None without prices.
        currency: of both, and of the cost if it has one.
        replications: how many pairs there are.
        obstacle: why it was not simulated; None if it was.
        words: more of that, such as the group that has too much work.
        is_interrupted: whether it was stopped before all replications were run.
    """

    improvement: Improvement
    gains: tuple[Gain, ...] = ()
    not_modelled: tuple[tuple[str, str], ...] = ()
    credits_minor: Interval | None = None
    running_minor: Interval | None = None
    currency: str | None = None
    replications: int = 0
    obstacle: Obstacle | None = None
    words: str = ""
    is_interrupted: bool = False

    @property
    def points(self) -> float | None:
        """The mean gain in chance over the targets it closes, in points of a percent; None if it was not simulated."""
        return 100 * sum(each.chance.value for each in self.gains) / len(self.gains) if self.gains else None

    @property
    def first_year_minor(self) -> float | None:
        """What it costs in its first year less the credits it saves, in minor units; None if no cost is known."""
        if self.currency is None:
            return None
        once = self.improvement.cost.minor if self.improvement.cost else 0
        monthly = sum(each.value for each in (self.running_minor, self.credits_minor) if each is not None)
        return once + MONTHS * monthly

    @property
    def points_per_thousand(self) -> float | None:
        """Points of chance for each 1,000 of its currency in the first year; None if it costs nothing, or unknown."""
        cost, points = self.first_year_minor, self.points
        if cost is None or points is None or cost <= 0:
            return None
        return points / cost * minor_units(self.currency or "") * 1_000

    @property
    def range_per_thousand(self) -> tuple[float, float] | None:
        """From where to where `points_per_thousand` may lie, by the ranges of all gains; None as there."""
        each, points = self.points_per_thousand, self.points
        if each is None or not points:
            return None
        low, high = (
            100 * sum(getattr(gain.chance, end) for gain in self.gains) / len(self.gains)
            for end in ("low", "high")
        )
        return low * each / points, high * each / points

    @property
    def pays_for_itself(self) -> bool:
        """Whether it saves at least what it costs in its first year."""
        cost = self.first_year_minor
        return cost is not None and cost <= 0 and self.improvement.cost is not None


def minor_units(currency: str) -> int:
    """Return how many minor units a unit of a currency has: 100 cents."""
    return int(10 ** minor_digits(currency))


def predictions_of(
    contract: Contract,
    *,
    improvements: Iterable[str] | None = None,
    wishes: Wishes | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[Prediction, ...]:
    """Return what improvements would bring, the one that gains most for its cost first.

    Each is run as a variant of the scenario that it `expects` something of, over the days of the experiment that
    names the scenario first (or of the first of all), with the same luck. What pays for itself comes first, then what
    gains most for each unit of cost, then what has no known cost, then what gains nothing, then what was not simulated.

    Args:
        contract: a contract without errors.
        improvements: names; by default all.
        wishes: what is wanted otherwise than the text says.
        workers: how many replications run at a time, by default one for each processor; the result is the same.
        progress: called with what is being run and which share of all is done.

    For example `predictions_of(contract)[0].points`.
    """
    register = contract.improvements
    chosen = list(register if improvements is None else improvements)
    found: dict[str, Prediction] = {}
    by_scenario: dict[str, list[Improvement]] = {}
    for name in chosen:
        improvement = register[name]
        obstacle = _obstacle(improvement)
        if obstacle is None and improvement.expects is not None:
            by_scenario.setdefault(improvement.expects.scenario, []).append(improvement)
        else:
            found[name] = Prediction(improvement=improvement, obstacle=obstacle)
    for place, (scenario, mine) in enumerate(by_scenario.items()):
        if any(each.is_interrupted for each in found.values()):
            stopped = (Prediction(improvement=each, obstacle="stopped", is_interrupted=True) for each in mine)
            found |= {each.improvement.name: each for each in stopped}
            continue
        told = _share_of(progress, place, len(by_scenario))
        run = _simulated(contract, scenario, mine, wishes or Wishes(), workers, told)
        found |= {each.improvement.name: each for each in run}
    return tuple(sorted((found[name] for name in chosen), key=_rank))


def _obstacle(improvement: Improvement) -> Obstacle | None:
    if improvement.status == "dropped":
        return "dropped"
    if improvement.status == "done":
        return "done"
    if improvement.expects is None:
        return "no_effect"
    return None if improvement.closes else "no_target"


def _rank(found: Prediction) -> tuple[int, float]:
    points, each = found.points, found.points_per_thousand
    if points is None:
        return 5, 0.0
    if points <= 0:
        return 4, -points
    if found.pays_for_itself:
        return 0, -points
    return (2, -points) if each is None else (1, -each)


def _share_of(progress: Progress | None, place: int, of: int) -> Callable[[str, int, int], None] | None:
    if progress is None:
        return None
    return lambda words, done, most: progress(words, (place + done / max(most, 1)) / of)


def _simulated(
    contract: Contract,
    scenario: str,
    improvements: list[Improvement],
    wishes: Wishes,
    workers: int | None,
    progress: Callable[[str, int, int], None] | None,
) -> Iterator[Prediction]:
    """Yield what improvements of one scenario would bring, all of them run beside it."""
    try:
        asked = setting_of(
            contract, scenario, replace(wishes, replications=wishes.replications or REPLICATIONS)
        )
    except SettingError as error:
        words = f"{error}; {error.help}" if error.help else str(error)
        yield from (Prediction(improvement=each, obstacle="setting", words=words) for each in improvements)
        return
    variants = {each.name: _variant(each) for each in improvements}
    setting = replace(asked, until=None, find=(), variants=(variant_of(scenario), *variants.values()))
    too_much = overloads(contract, setting)
    base = too_much.get(scenario)
    alive = [] if base else [each for each in improvements if variants[each.name].name not in too_much]
    for each in improvements:
        if each not in alive:
            reason = base or too_much[variants[each.name].name]
            yield Prediction(improvement=each, obstacle="overloaded", words=reason.group)
    if not alive:
        return
    kept = (variant_of(scenario), *(variants[each.name] for each in alive))
    try:
        study = studied(contract, replace(setting, variants=kept), workers=workers, progress=progress)
    except UncompilableError as error:
        if len(alive) == 1:
            yield Prediction(improvement=alive[0], obstacle="model", words=str(error))
            return
        for each in alive:
            yield from _simulated(contract, scenario, [each], wishes, workers, progress)
        return
    for each in alive:
        yield _prediction(contract, study, scenario, variants[each.name], each)


def _variant(improvement: Improvement) -> Variant:
    """Return an improvement as a variant; its name cannot be that of a scenario."""
    if improvement.expects is None:
        msg = f"`{improvement.name}` does not say what it changes"
        raise ValueError(msg)
    expects = improvement.expects
    return Variant(
        name=f"{expects.scenario}: {improvement.name}", scenario=expects.scenario, edits=expects.edits
    )


def _prediction(
    contract: Contract, study: Study, scenario: str, variant: Variant, improvement: Improvement
) -> Prediction:
    one, other = study.tallies[scenario], study.tallies[variant.name]
    plan, confidence = study.trials[variant.name].plan, float(study.setting.confidence)
    gains = tuple(_gains(contract, improvement, one, other, confidence))
    reasons = unmodelled(varied(contract, variant))
    left_out = tuple(
        (name, reasons.get(name, ""))
        for name in improvement.closes
        if name not in {each.target for each in gains}
    )
    found = Prediction(
        improvement=improvement,
        gains=gains,
        not_modelled=left_out,
        replications=min(one.replications, other.replications),
        is_interrupted=study.interrupted,
    )
    if not gains:
        stopped = study.interrupted and found.replications < 2  # noqa: PLR2004 - for a variance
        return replace(found, obstacle="stopped" if stopped else "not_modelled")
    return _with_money(found, one, other, plan, confidence)


def _gains(
    contract: Contract, improvement: Improvement, one: Tally, other: Tally, confidence: float
) -> Iterator[Gain]:
    for name in improvement.closes:
        if name not in one.targets or name not in other.targets:
            continue
        before, after = one.targets[name], other.targets[name]
        kept = pairs(before.kept.shares, after.kept.shares)
        chance = _difference(kept, confidence)
        if chance is None:
            continue
        sla = name.partition(".")[0]
        target = next(each for each in contract.agreements[sla].targets if each.qualified == name)
        yield Gain(
            target=name,
            chance=chance,
            attained=_difference(pairs(before.attained, after.attained), confidence),
            is_share=target.is_share,
            less_is_better=target.is_at_most,
            before=float(kept.one.mean()),
            after=float(kept.other.mean()),
        )


def _difference(found: Pairs, confidence: float, scale: float = 1.0) -> Interval | None:
    if len(found.one) < 2:  # noqa: PLR2004 - for a variance
        return None
    return paired_difference(found.one * scale, found.other * scale, confidence)


def _with_money(found: Prediction, one: Tally, other: Tally, plan: DeskPlan, confidence: float) -> Prediction:
    """Return a prediction with what credits and running cost change by, in the currency of its cost."""
    cost: Money | None = found.improvement.cost
    running = whole_cost_difference(one, other, plan, confidence)
    priced = {each.currency for each in (*one.costs, *other.costs)}
    paid = {each.currency for each in (*one.credits, *other.credits)}
    currency = cost.currency if cost else next(iter(sorted(priced) or sorted(paid)), None)
    return replace(
        found,
        currency=currency,
        running_minor=running[0] if running is not None and priced == {currency} else None,
        credits_minor=_credits(one, other, currency, 1 / float(months_of(plan)), confidence),
    )


def _credits(
    one: Tally, other: Tally, currency: str | None, scale: float, confidence: float
) -> Interval | None:
    """Return by how much the credits of all agreements in one currency change a month."""
    names = [paid for paid in one.credits if paid.currency == currency and paid in other.credits]
    if not names:
        return None
    return _difference(pairs(_summed(one, names), _summed(other, names)), confidence, scale)


def _summed(tally: Tally, names: list[Paid]) -> Series:
    """Return the credits of some agreements together, of each replication."""
    whole: dict[int, float] = {}
    for name in names:
        for number, minor in tally.credits[name].by_number.items():
            whole[number] = whole.get(number, 0.0) + minor
    found = Series()
    for number, minor in whole.items():
        found.add(number, minor)
    return found

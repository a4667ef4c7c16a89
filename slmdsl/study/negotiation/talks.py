"""A negotiation: what becomes of each target that is asked, what holds instead, who carries it, and a counter-offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slmdsl.contract.model.agreements import Limit, Within
from slmdsl.contract.model.studies import SetLimit
from slmdsl.contract.variants import Variant, variant_of
from slmdsl.study.bench import Job
from slmdsl.study.cheapest import FRESH
from slmdsl.study.looks import chance_of
from slmdsl.study.negotiation.gathering import Gathering
from slmdsl.study.negotiation.levels import Level, in_force, times_around
from slmdsl.study.negotiation.staffing import Search, Staffing
from slmdsl.study.same_desk import same_desk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from slmdsl.base.units import Duration
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.studies import Edit
    from slmdsl.simulate.runs import Engine
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.negotiation.gathering import Gathered
    from slmdsl.study.setting import Setting

COUNTER_OFFER: Final = "the counter-offer"
MORE_PEOPLE: Final = "more people"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """A target as it is asked, and what could be promised instead.

    Attributes:
        target: as asked.
        chance: that a period keeps it; None where nothing was judged.
        holds: whether even the lower bound of the chance is as wanted.
        reason: why there is no chance: what is not modelled.
        level: the tightest level (share, bound) that holds, all else as asked; None if none does.
        limit: the tightest limit that holds for the asked share; None for other forms, and if none does.
        carried_by: the cheapest staffing that was tried of which it holds; None if it holds anyway, or none was found.
    """

    target: Target
    chance: Interval | None
    holds: bool
    reason: str = ""
    level: Level | None = None
    limit: Level | None = None
    carried_by: Staffing | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Offer:
    """Other promises, or more people, and what fresh replications say of them.

    `edits` make it of the scenario; `left` are targets of which nothing that holds was found.
    """

    edits: tuple[Edit, ...]
    levels: Mapping[str, Level]
    left: tuple[str, ...]
    confirmed: Gathered


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Negotiation:
    """What can be said to whoever asks for an agreement. Made by `slmdsl.negotiate`.

    Attributes:
        agreement: what is asked.
        setting: how it was simulated.
        wanted: the chance of a period that each target is to have, 0 .. 1.
        asked: each target.
        base: what the replications say of all that is asked.
        recounted: whether other limits were judged on the same logs; else they were simulated anew, since limits
            decide who is next.
        carried_by: the cheapest staffing that was tried of which everything holds; None if it holds anyway, or none
            does.
        tried: how many staffings were tried.
        counter_offer: promises that hold with the present staff; None if everything that is asked holds.
        staffed_offer: all that is asked with `carried_by`, confirmed.
        replications: how many were simulated in all.
        interrupted: whether it was stopped early: what was not reached is then missing.
    """

    agreement: Agreement
    setting: Setting
    wanted: float
    asked: tuple[Asked, ...]
    base: Gathered
    recounted: bool
    carried_by: Staffing | None
    tried: int
    counter_offer: Offer | None
    staffed_offer: Offer | None
    replications: int
    interrupted: bool = False


def negotiated(
    contract: Contract,
    agreement: str,
    setting: Setting,
    *,
    wanted: float,
    engine: Engine = "fast",
    workers: int | None = None,
    told: Callable[[str, int], None] | None = None,
) -> Negotiation:
    """Simulate what is asked, what could be promised instead, and who would carry it.

    Args:
        contract: a contract without errors.
        agreement: the name of one that the scenario is judged by.
        setting: how its only variant, the scenario, is run.
        wanted: the chance of a period that each target is to have, above 0 and below 1.
        engine: which engine simulates.
        workers: how many tasks run at a time, by default one for each processor; the result is the same.
        told: called with what is being tried and how many replications were simulated.

    Returns:
        The negotiation; KeyboardInterrupt ends it early, with what is known, once what is asked was simulated.

    Raises:
        UncompilableError: the model cannot be compiled; its `diagnostics` say why.
    """
    talks = _Talks(contract, agreement, setting, wanted, engine, workers, told or _nobody)
    return talks.run()


def _nobody(_words: str, _replications: int) -> None:
    """Tell nobody."""


class _Talks:
    """A negotiation while it goes on."""

    def __init__(
        self,
        contract: Contract,
        agreement: str,
        setting: Setting,
        wanted: float,
        engine: Engine,
        workers: int | None,
        told: Callable[[str, int], None],
    ) -> None:
        self._setting, self._wanted = setting, wanted
        self._confidence: Final = float(setting.confidence)
        self._scenario: Final = setting.variants[0].scenario
        self._numbers: Final = range(setting.replications)
        job = Job(contract=contract, setting=setting, engine=engine)
        self._gathering: Final = Gathering(job, agreement, workers, told)
        self._name: Final = agreement
        self._span: Final = contract.agreements[agreement].span
        self._recounted = False

    def run(self) -> Negotiation:
        """Ask, look for what holds, look for who carries it, and confirm."""
        base = self._gathering.gathered([variant_of(self._scenario)], self._numbers, "what is asked")[0]
        agreement = next(each for each in base.trial.judge.agreements if each.name == self._name)
        chances = {name: chance_of(base.tally, name, self._confidence) for name in base.values}
        failing = [
            name for name, chance in chances.items() if chance is not None and chance.low < self._wanted
        ]
        limits: dict[str, Level] = {}
        search = Search(base, self._gathering, self._numbers, self._span)
        interrupted = False
        try:
            limits = self._limits(base, agreement)
            search.run(failing, self._wanted, self._confidence)
        except KeyboardInterrupt:
            interrupted = True
        asked = tuple(self._asked(target, base, limits, search) for target in agreement.targets)
        carried_by = search.cheapest(failing, self._wanted, self._confidence) if failing else None
        counter_offer = staffed_offer = None
        try:
            if failing and not interrupted:
                counter_offer = self._counter_offer(asked)
            if carried_by is not None and not interrupted:
                staffed_offer = self._offer(MORE_PEOPLE, carried_by.edits, {}, ())
        except KeyboardInterrupt:
            interrupted = True
        return Negotiation(
            agreement=agreement,
            setting=self._setting,
            wanted=self._wanted,
            asked=asked,
            base=base,
            recounted=self._recounted,
            carried_by=carried_by,
            tried=len(search.tried),
            counter_offer=counter_offer,
            staffed_offer=staffed_offer,
            replications=self._gathering.replications,
            interrupted=interrupted,
        )

    def _asked(self, target: Target, base: Gathered, limits: Mapping[str, Level], search: Search) -> Asked:
        name = target.qualified
        chance = chance_of(base.tally, name, self._confidence)
        reason = base.trial.judge.not_modelled.get(name, "")
        if chance is None:
            return Asked(
                target=target, chance=None, holds=False, reason=reason or "no period of it was judged"
            )
        holds = chance.low >= self._wanted
        return Asked(
            target=target,
            chance=chance,
            holds=holds,
            level=base.values[name].tightest(self._wanted, self._confidence),
            limit=limits.get(name),
            carried_by=None if holds else search.cheapest([name], self._wanted, self._confidence),
        )

    def _limits(self, base: Gathered, agreement: Agreement) -> dict[str, Level]:
        """Return the tightest limit that holds of each target with a limit and a share, halving the round ones."""
        brackets: dict[str, _Bracket] = {}
        for target in agreement.targets:
            chance = chance_of(base.tally, target.qualified, self._confidence)
            if isinstance(target.form, Within) and target.qualified in base.values and chance is not None:
                brackets[target.qualified] = _Bracket(target, self._setting, holds=chance.low >= self._wanted)
        if brackets:
            probe = self._limited(next(iter(brackets.values())), 0)
            self._recounted = same_desk(base.trial.plan, self._gathering.compiled(probe).plan)
        while open_ones := [each for each in brackets.values() if not each.is_closed]:
            variants = [self._limited(each, each.middle) for each in open_ones]
            for bracket, found in zip(
                open_ones, self._gathering.gathered(variants, self._numbers, "other limits"), strict=True
            ):
                chance = chance_of(found.tally, bracket.target.qualified, self._confidence)
                bracket.take(chance, holds=chance is not None and chance.low >= self._wanted)
        return {
            name: Level(
                bound=each.times[each.low], chance=chance, edit=self._limited(each, each.low).edits[0]
            )
            for name, each in brackets.items()
            if (chance := self._chance_of_limit(each, base)) is not None
        }

    def _chance_of_limit(self, bracket: _Bracket, base: Gathered) -> Interval | None:
        if bracket.low == len(bracket.times):
            return None
        if bracket.low == bracket.asked and bracket.low not in bracket.chances:
            return chance_of(base.tally, bracket.target.qualified, self._confidence)
        return bracket.chances.get(bracket.low)

    def _limited(self, bracket: _Bracket, place: int) -> Variant:
        target, length = bracket.target, bracket.times[place]
        edit = SetLimit(
            target=target.qualified,
            limit=Limit(duration=length, end_of_day=bracket.end_of_day),
            span=target.span,
        )
        return Variant(name=f"{target.qualified} within {length}", scenario=self._scenario, edits=(edit,))

    def _counter_offer(self, asked: Sequence[Asked]) -> Offer:
        """Return what is asked with each target that does not hold made looser: its limit, or else its level."""
        levels: dict[str, Level] = {}
        left = []
        for each in asked:
            if each.chance is None or each.holds:
                continue
            instead = each.limit or each.level
            if instead is None:
                left.append(each.target.qualified)
            else:
                levels[each.target.qualified] = instead
        return self._offer(COUNTER_OFFER, tuple(each.edit for each in levels.values()), levels, tuple(left))

    def _offer(
        self, name: str, edits: tuple[Edit, ...], levels: Mapping[str, Level], left: tuple[str, ...]
    ) -> Offer:
        variant = Variant(name=name, scenario=self._scenario, edits=edits)
        numbers = range(FRESH, FRESH + len(self._numbers))
        found = self._gathering.gathered([variant], numbers, name)[0]
        return Offer(edits=edits, levels=levels, left=left, confirmed=found)


class _Bracket:
    """Round times of a target's limit: the tightest that holds is not before `low` and not behind `high`.

    Longer limits are kept more often, so that what holds for one holds for all behind it.
    """

    def __init__(self, target: Target, setting: Setting, *, holds: bool) -> None:
        self.target: Final = target
        form = target.form
        limit = in_force(form.limit, setting.last) if isinstance(form, Within) else None
        if limit is None:
            msg = f"`{target.qualified}` has no limit"
            raise TypeError(msg)
        self.end_of_day: Final = limit.end_of_day
        self.times: Final[tuple[Duration, ...]] = times_around(limit.duration)
        self.asked: Final = self.times.index(limit.duration)
        self.low, self.high = (0, self.asked) if holds else (self.asked + 1, len(self.times))
        self.chances: Final[dict[int, Interval]] = {}

    @property
    def is_closed(self) -> bool:
        """Whether the tightest limit that holds is known."""
        return self.low >= self.high

    @property
    def middle(self) -> int:
        """The time that is tried next."""
        return (self.low + self.high) // 2

    def take(self, chance: Interval | None, *, holds: bool) -> None:
        """Take in what was found of the middle one."""
        if chance is not None:
            self.chances[self.middle] = chance
        self.low, self.high = (self.low, self.middle) if holds else (self.middle + 1, self.high)

"""A negotiation: what becomes of each target that is asked, what holds instead, who carries it, and a counter-offer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from slmdsl.contract.model.agreements import Within
from slmdsl.contract.model.studies import SetBound, SetGoal, SetLimit
from slmdsl.contract.variants import Variant, variant_of
from slmdsl.study.asked.same_desk import same_desk
from slmdsl.study.negotiation.brackets import Bracket
from slmdsl.study.negotiation.frames import credits_frame, targets_frame
from slmdsl.study.negotiation.gathering import Gathering
from slmdsl.study.negotiation.staffing import Search, Staffing
from slmdsl.study.running.bench import Job
from slmdsl.study.running.cheapest import FRESH
from slmdsl.study.running.looks import chance_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.studies import Edit
    from slmdsl.simulate.runs import Engine
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.asked.setting import Setting
    from slmdsl.study.negotiation.gathering import Gathered
    from slmdsl.study.negotiation.levels import Level, Promise

AS_ASKED: Final = "what is asked"
OTHER_LIMITS: Final = "other limits"
ASKED_AGAIN: Final = "what is asked, with new luck"
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
        near: whether `limit` is at most twice the one that is asked.
        edits: what the scenario sets of it, which is asked in place of what the agreement says.
    """

    target: Target
    chance: Interval | None
    holds: bool
    reason: str = ""
    level: Level | None = None
    limit: Level | None = None
    carried_by: Staffing | None = None
    near: bool = True
    edits: tuple[Promise, ...] = ()

    @property
    def instead(self) -> Level | None:
        """What is offered where it does not hold: the limit, if it is near what is asked, or else the level."""
        first, second = (self.limit, self.level) if self.near else (self.level, self.limit)
        return first or second

    @property
    def otherwise(self) -> Level | None:
        """What could be offered instead of that."""
        first, second = (self.limit, self.level) if self.near else (self.level, self.limit)
        return second if first else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Offer:
    """Other promises, or more people, and what fresh replications say of them.

    `edits` make it of the scenario; `left` are targets of which nothing that holds was found. `asked` is what the same
    replications say of what is asked, so that both have the same luck.
    """

    edits: tuple[Edit, ...]
    levels: Mapping[str, Level]
    left: tuple[str, ...]
    confirmed: Gathered
    asked: Gathered


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
            decide who is next. None if no other limits were tried.
        carried_by: the cheapest staffing that was tried of which everything holds; None if it holds anyway, or none
            does.
        nearest: the staffing that was tried of which what is asked falls least short; None if none was tried.
        tried: how many staffings were tried; None if none were to be.
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
    recounted: bool | None
    carried_by: Staffing | None
    tried: int | None
    counter_offer: Offer | None
    staffed_offer: Offer | None
    replications: int
    interrupted: bool = False
    nearest: Staffing | None = None
    _frames: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @property
    def targets(self) -> pl.DataFrame:
        """One row per target that is asked: its chance, whether it holds, what holds instead, who carries it.

        Columns: `target asked chance low high holds level level_chance limit limit_chance staffing more_minor currency
        reason`.
        """
        return self._frame("targets", targets_frame)

    @property
    def credits(self) -> pl.DataFrame:
        """One row per offer (`who`: asked, counter_offer, more_staff) and currency: credits over the horizon."""
        return self._frame("credits", credits_frame)

    def _frame(self, name: str, made: Callable[[Negotiation], pl.DataFrame]) -> pl.DataFrame:
        if name not in self._frames:
            self._frames[name] = made(self)
        return self._frames[name]

    def _repr_html_(self) -> str:
        """Show the targets in a notebook."""
        return self.targets._repr_html_()

    @property
    def confidence(self) -> float:
        """Of every interval, 0 .. 1."""
        return float(self.setting.confidence)

    @property
    def judged(self) -> tuple[Asked, ...]:
        """The targets that have a chance."""
        return tuple(each for each in self.asked if each.chance is not None)

    @property
    def failing(self) -> tuple[Asked, ...]:
        """The targets of which it is not shown that they hold."""
        return tuple(each for each in self.judged if not each.holds)


def negotiated(
    contract: Contract,
    agreement: str,
    setting: Setting,
    *,
    wanted: float,
    engine: Engine = "fast",
    workers: int | None = None,
    staff: bool = True,
    told: Callable[[str, float, int], None] | None = None,
) -> Negotiation:
    """Simulate what is asked, what could be promised instead, and who would carry it.

    Args:
        contract: a contract without errors.
        agreement: the name of one that the scenario is judged by.
        setting: how its only variant, the scenario, is run.
        wanted: the chance of a period that each target is to have, above 0 and below 1.
        engine: which engine simulates.
        workers: how many tasks run at a time, by default one for each processor; the result is the same.
        staff: whether more people are tried, which takes longest.
        told: called with what is being tried, which share of that is done, and how many replications were simulated.

    Returns:
        The negotiation; KeyboardInterrupt ends it early, with what is known, once what is asked was simulated.

    Raises:
        UncompilableError: the model cannot be compiled; its `diagnostics` say why.
    """
    gathering = Gathering(
        Job(contract=contract, setting=setting, engine=engine), agreement, workers, told or _nobody
    )
    talks = _Talks(contract.agreements[agreement], setting, wanted, gathering)
    return talks.run(staff=staff)


def _nobody(_words: str, _share: float, _replications: int) -> None:
    """Tell nobody."""


class _Talks:
    """A negotiation while it goes on: what is known stays known when it is interrupted."""

    def __init__(self, written: Agreement, setting: Setting, wanted: float, gathering: Gathering) -> None:
        self._setting, self._wanted, self._gathering = setting, wanted, gathering
        self._confidence: Final = float(setting.confidence)
        self._scenario: Final = setting.variants[0].scenario
        self._numbers: Final = range(setting.replications)
        self._base: Final = gathering.gathered([variant_of(self._scenario)], self._numbers, AS_ASKED)[0]
        self._agreement: Final = next(
            each for each in self._base.trial.judge.agreements if each.name == written.name
        )
        self._chances: Final = {name: self._chance(self._base, name) for name in self._base.values}
        self._failing: Final = [
            name for name, chance in self._chances.items() if chance is not None and not self._holds(chance)
        ]
        self._brackets: Final[dict[str, Bracket]] = {}
        self._search: Final = Search(self._base, gathering, self._numbers, written.span)
        self._recounted: bool | None = None
        self._counter_offer: Offer | None = None
        self._staffed_offer: Offer | None = None

    def run(self, *, staff: bool) -> Negotiation:
        """Look for what holds, confirm it, look for who carries what is asked, and confirm that."""
        interrupted = False
        try:
            self._negotiate(staff=staff)
        except KeyboardInterrupt:
            interrupted = True
        return Negotiation(
            agreement=self._agreement,
            setting=self._setting,
            wanted=self._wanted,
            asked=self._asked(),
            base=self._base,
            recounted=self._recounted,
            carried_by=self._carrying(),
            tried=len(self._search.tried) if staff else None,
            counter_offer=self._counter_offer,
            staffed_offer=self._staffed_offer,
            replications=self._gathering.replications,
            interrupted=interrupted,
            nearest=self._search.nearest(self._failing, self._wanted, self._confidence),
        )

    def _negotiate(self, *, staff: bool) -> None:
        self._try_limits()
        if not self._failing:
            return
        self._counter_offer = self._loosened()
        if not staff:
            return
        self._search.run(self._failing, self._wanted, self._confidence)
        carried_by = self._carrying()
        if carried_by is not None:
            self._staffed_offer = self._offer(MORE_PEOPLE, carried_by.edits, {}, ())

    def _chance(self, gathered: Gathered, name: str) -> Interval | None:
        return chance_of(gathered.tally, name, self._confidence)

    def _holds(self, chance: Interval | None) -> bool:
        return chance is not None and chance.low >= self._wanted

    def _carrying(self) -> Staffing | None:
        if not self._failing:
            return None
        return self._search.cheapest(self._failing, self._wanted, self._confidence)

    def _asked(self) -> tuple[Asked, ...]:
        return tuple(self._one_asked(target) for target in self._agreement.targets)

    def _one_asked(self, target: Target) -> Asked:
        name = target.qualified
        chance = self._chances.get(name)
        if chance is None:
            reason = self._base.trial.judge.not_modelled.get(name, "no period of it was judged")
            return Asked(target=target, chance=None, holds=False, reason=reason, edits=self._edits(name))
        holds, bracket = self._holds(chance), self._brackets.get(name)
        carried_by = None if holds else self._search.cheapest([name], self._wanted, self._confidence)
        return Asked(
            target=target,
            chance=chance,
            holds=holds,
            level=self._base.values[name].tightest(self._wanted, self._confidence, self._setting.last),
            limit=None if bracket is None else bracket.found(),
            near=bracket is None or bracket.is_near,
            edits=self._edits(name),
            carried_by=carried_by,
        )

    def _edits(self, name: str) -> tuple[Promise, ...]:
        """Return what the scenario sets of a target, the last edit of each kind."""
        edits = self._base.trial.plan.what_if.scenario.edits
        of_it = (
            each for each in edits if isinstance(each, SetLimit | SetGoal | SetBound) and each.target == name
        )
        return tuple({type(each): each for each in of_it}.values())

    def _try_limits(self) -> None:
        """Find the tightest limit that holds of each target with a limit and a share, halving the round ones."""
        for target in self._agreement.targets:
            chance = self._chances.get(target.qualified)
            if isinstance(target.form, Within) and chance is not None:
                self._brackets[target.qualified] = Bracket.of(
                    target, self._setting.last, chance, holds=self._holds(chance)
                )
        if not self._brackets:
            return
        probe = self._limited(next(iter(self._brackets.values())), 0)
        self._recounted = same_desk(self._base.trial.plan, self._gathering.compiled(probe).plan)
        while open_ones := [each for each in self._brackets.values() if not each.is_closed]:
            variants = [self._limited(each, each.middle) for each in open_ones]
            gathered = self._gathering.gathered(variants, self._numbers, OTHER_LIMITS)
            for bracket, found in zip(open_ones, gathered, strict=True):
                chance = self._chance(found, bracket.target.qualified)
                bracket.take(chance, holds=self._holds(chance))

    def _limited(self, bracket: Bracket, place: int) -> Variant:
        edit = bracket.edit(place)
        words = f"{edit.target} within {edit.limit.duration}"
        return Variant(name=words, scenario=self._scenario, edits=(edit,))

    def _loosened(self) -> Offer:
        """Return what is asked with each target that does not hold made looser."""
        levels: dict[str, Level] = {}
        left = []
        for each in self._asked():
            if each.chance is None or each.holds:
                continue
            if each.instead is None:
                left.append(each.target.qualified)
            else:
                levels[each.target.qualified] = each.instead
        return self._offer(COUNTER_OFFER, tuple(each.edit for each in levels.values()), levels, tuple(left))

    def _offer(
        self, name: str, edits: tuple[Edit, ...], levels: Mapping[str, Level], left: tuple[str, ...]
    ) -> Offer:
        variant = Variant(name=name, scenario=self._scenario, edits=edits)
        again = Variant(name=ASKED_AGAIN, scenario=self._scenario)
        numbers = range(FRESH, FRESH + len(self._numbers))
        asked, found = self._gathering.gathered([again, variant], numbers, name)
        return Offer(edits=edits, levels=levels, left=left, confirmed=found, asked=asked)

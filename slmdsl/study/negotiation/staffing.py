"""Which staff carries what is asked: one agent more at a time, where it helps most for its price."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.contract.model.studies import SetNumber
from slmdsl.contract.variants import Variant
from slmdsl.study.desk.costs import months_of, planned_cost
from slmdsl.study.running.looks import chance_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slmdsl.base.spans import Span
    from slmdsl.contract.model.studies import SetNumber as Move
    from slmdsl.study.negotiation.gathering import Gathered, Gathering

MOST_MORE: Final = 8
"""How many agents the search adds at most."""
_LEAST_GAIN: Final = 0.01
"""Of all shortfalls together, in shares: two steps in a row that gain less end the search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """So many agents of a shift instead of the present ones."""

    shift: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Staffing:
    """More people: how many, what they cost more a month (minor units; None without prices), and what that does."""

    added: tuple[Added, ...]
    more_minor: int | None
    currency: str | None
    gathered: Gathered

    @property
    def edits(self) -> tuple[SetNumber, ...]:
        """The edits that employ them."""
        return tuple(each for each in self.gathered.variant.edits if isinstance(each, SetNumber))


class Search:
    """A greedy search among the shifts of the groups that a scenario's tickets come to."""

    def __init__(self, base: Gathered, gathering: Gathering, numbers: range, span: Span) -> None:
        self._base, self._gathering, self._numbers, self._span = base, gathering, numbers, span
        plan = base.trial.plan
        staff = plan.what_if.contract.staff
        groups = [staff[name] for name in plan.words.groups[: len(plan.groups.lines)]]
        self._shifts: Final = {
            f"{group.name}.{shift.name}": shift.agents for group in groups for shift in group.shifts
        }
        prices = [group.cost for group in groups if group.shifts]
        self._unpriced: Final = None in prices or len({each.currency for each in prices if each}) > 1
        self.tried: list[Staffing] = []

    def run(self, asked: Sequence[str], wanted: float, confidence: float) -> None:
        """Try staffings until every asked target holds, or more people gain nothing; `tried` has them all."""
        here: Mapping[str, int] = {}
        short, weak = self._shortfall(self._base, asked, wanted, confidence), 0
        for _ in range(MOST_MORE):
            if short <= 0 or weak > 1:
                return
            more = [self._with(here, shift) for shift in self._shifts]
            if not more:
                return
            found = [self._staffing(each) for each in self._simulated(more)]
            self.tried += found
            shorts = [self._shortfall(each.gathered, asked, wanted, confidence) for each in found]
            best = min(range(len(found)), key=lambda place: self._worth(found[place], short - shorts[place]))
            weak = weak + 1 if short - shorts[best] < _LEAST_GAIN else 0
            here, short = more[best], shorts[best]

    def cheapest(self, asked: Sequence[str], wanted: float, confidence: float) -> Staffing | None:
        """Return the cheapest staffing that was tried of which every asked target holds; None if none does."""
        holding = [
            each for each in self.tried if self._shortfall(each.gathered, asked, wanted, confidence) <= 0
        ]
        return min(
            holding,
            key=lambda each: (each.more_minor is None, each.more_minor or 0, people_more(each)),
            default=None,
        )

    def nearest(self, asked: Sequence[str], wanted: float, confidence: float) -> Staffing | None:
        """Return the staffing that was tried of which the asked targets fall least short; None if none was tried."""
        return min(
            self.tried,
            key=lambda each: (
                self._shortfall(each.gathered, asked, wanted, confidence),
                self._cost(each),
                people_more(each),
            ),
            default=None,
        )

    @staticmethod
    def _shortfall(gathered: Gathered, asked: Sequence[str], wanted: float, confidence: float) -> float:
        """Return by how much the lower bounds of the chances fall short of what is wanted, together."""
        chances = (chance_of(gathered.tally, name, confidence) for name in asked)
        return sum(max(0.0, wanted - (0.0 if each is None else each.low)) for each in chances)

    def _worth(self, staffing: Staffing, gain: float) -> tuple[float, int]:
        """Return what a staffing costs for each share that it gains, least first; what gains nothing comes last."""
        return (self._cost(staffing) / gain if gain > 0 else float("inf"), self._cost(staffing))

    def _cost(self, staffing: Staffing) -> int:
        """Return what a staffing costs more; unless all have a price in one currency, how many people it adds."""
        return people_more(staffing) if self._unpriced else staffing.more_minor or 0

    def _with(self, here: Mapping[str, int], shift: str) -> dict[str, int]:
        return {**here, shift: here.get(shift, 0) + 1}

    def _simulated(self, more: Sequence[Mapping[str, int]]) -> list[Gathered]:
        words = ", ".join(f"{shift} +{count}" for shift, count in more[0].items())
        return self._gathering.gathered([self._variant(each) for each in more], self._numbers, words)

    def _variant(self, more: Mapping[str, int]) -> Variant:
        base = self._base.variant
        edits: list[Move] = [
            SetNumber(
                what=shift,
                attribute="agents",
                value=Fraction(self._shifts[shift] + more[shift]),
                span=self._span,
            )
            for shift in self._shifts
            if shift in more
        ]
        words = ", ".join(f"{each.what} agents {each.value}" for each in edits)
        return Variant(name=f"{base.scenario}: {words}", scenario=base.scenario, edits=tuple(edits))

    def _staffing(self, gathered: Gathered) -> Staffing:
        edits = [each for each in gathered.variant.edits if isinstance(each, SetNumber)]
        minor, currency = self._price_of(gathered, {each.what.rpartition(".")[0] for each in edits})
        return Staffing(
            added=tuple(
                Added(shift=each.what, before=self._shifts[each.what], after=int(each.value))
                for each in edits
            ),
            more_minor=minor,
            currency=currency,
            gathered=gathered,
        )

    def _price_of(self, gathered: Gathered, groups: set[str]) -> tuple[int | None, str | None]:
        """Return what more people of some groups cost more a month; None unless all have a price in one currency."""
        before, after = (
            {each.priced.name: each for each in planned_cost(one.trial.plan) if each.priced.name in groups}
            for one in (self._base, gathered)
        )
        currencies = {each.priced.currency for each in after.values()}
        if len(after) < len(groups) or len(currencies) != 1:
            return None, None
        more = sum((after[name].minor - before[name].minor for name in groups), start=Fraction(0))
        return round(more / months_of(gathered.trial.plan)), currencies.pop()


def people_more(staffing: Staffing) -> int:
    """Return how many agents a staffing adds."""
    return sum(each.after - each.before for each in staffing.added)

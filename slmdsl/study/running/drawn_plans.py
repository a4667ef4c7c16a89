"""Plans of variants with draws of their load's uncertain parameters, each compiled when a replication needs it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

from slmdsl.contract.drawn import with_draw
from slmdsl.workload.from_contract import desk_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.contract.model.uncertainty import Draws
    from slmdsl.study.asked.setting import Setting
    from slmdsl.workload.plan import DeskPlan

_KEPT: Final = 64
"""How many plans a bench keeps: replications side by side share draws, and those after them take others."""


class PlanCache:
    """The plans that were used last, by what they are of; threads share it."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most: Final = most
        self._plans: Final[OrderedDict[tuple[str, int], DeskPlan]] = OrderedDict()
        self._lock: Final = Lock()

    def __len__(self) -> int:
        return len(self._plans)

    def plan(self, variant: str, row: int, compiled: Callable[[], DeskPlan]) -> DeskPlan:
        """Return the plan of a variant with a draw, `compiled` where it is not here."""
        key = variant, row
        with self._lock:
            found = self._plans.get(key)
            if found is not None:
                self._plans.move_to_end(key)
                return found
        # Two threads may compile the same plan at once: they are equal, and neither waits for the other.
        found = compiled()
        with self._lock:
            self._plans[key] = found
            while len(self._plans) > self._most:
                self._plans.popitem(last=False)
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnPlans:
    """The plans of a variant, one for each draw.

    Attributes:
        variant: its name, which is unique among those that share the cache.
        what_if: what it simulates with the parameters as written.
        draws: of its load.
        setting: how it is run.
        cache: where plans are kept.
    """

    variant: str
    what_if: WhatIf
    draws: Draws
    setting: Setting
    cache: PlanCache = field(default_factory=PlanCache)

    def plan(self, replication: int) -> DeskPlan:
        """Return the plan of a replication: the same draw in every variant alike, so that they stay pairs."""
        row = self.draws.row_of(replication)
        return self.cache.plan(self.variant, row, lambda: plan_of(with_draw(self.what_if, row), self.setting))


def plan_of(what_if: WhatIf, setting: Setting) -> DeskPlan:
    """Compile a what-if as a setting runs it. Raises as `desk_plan` does."""
    return desk_plan(
        what_if,
        first=setting.first,
        last=setting.last,
        warm_up_us=setting.warm_up_of(what_if.scenario.name),
        tick_us=setting.tick_us,
        tickets=setting.tickets_of(what_if.scenario.name),
    )

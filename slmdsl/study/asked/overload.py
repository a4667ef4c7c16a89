"""Which variants have a group with more work than people: its backlog would grow for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.contract.offered_load import offered_in
from slmdsl.contract.variants import varied

if TYPE_CHECKING:
    from slmdsl.contract.model.spec import Contract
    from slmdsl.study.asked.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Overload:
    """A group of a variant, its hours of work and of agents a week; `varies` if the variant is a point of `vary`."""

    variant: str
    varies: bool
    group: str
    work_hours: float
    agent_hours: float


def overloads(contract: Contract, setting: Setting) -> dict[str, Overload]:
    """Return the first group that has more work than people, by the names of the variants that have one."""
    found: dict[str, Overload] = {}
    for variant in setting.variants:
        for group, load in offered_in(varied(contract, variant)).items():
            if load.utilisation >= 1:
                overload = Overload(
                    variant=variant.name,
                    varies=bool(variant.points),
                    group=group,
                    work_hours=sum(load.work.values()),
                    agent_hours=load.agent_hours,
                )
                found.setdefault(variant.name, overload)
    return found

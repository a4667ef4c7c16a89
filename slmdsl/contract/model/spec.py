"""The whole of what was declared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.catalogue import Party, PriorityMatrix, RequestType, Service
    from slmdsl.contract.model.clocks import Clock
    from slmdsl.contract.model.escalations import Escalation
    from slmdsl.contract.model.sources import SourcePlan
    from slmdsl.syntax.tree.file import Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Everything declared in a project, resolved and checked, by name.

    Blocks that only later stages compile (staff, load, scenario, ...) stand checked in `declarations`.
    """

    calendars: Mapping[str, CalendarPlan]
    parties: Mapping[str, Party]
    services: Mapping[str, Service]
    requests: Mapping[str, RequestType]
    priorities: Mapping[str, PriorityMatrix]
    fields: tuple[str, ...]
    clocks: Mapping[str, Clock]
    agreements: Mapping[str, Agreement]
    sources: Mapping[str, SourcePlan]
    declarations: tuple[Declaration, ...]
    escalations: Mapping[str, Escalation] = field(default_factory=dict)

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
    from slmdsl.contract.model.reports import Improvement, Report
    from slmdsl.contract.model.risks import Contingency, Risk
    from slmdsl.contract.model.sources import SourcePlan
    from slmdsl.contract.model.studies import Experiment, Scenario
    from slmdsl.contract.model.work import Load, Profile, Staff
    from slmdsl.syntax.tree.file import Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Everything declared in a project, resolved and checked, by name. `declarations` are all blocks as written."""

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
    staff: Mapping[str, Staff] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    loads: Mapping[str, Load] = field(default_factory=dict)
    risks: Mapping[str, Risk] = field(default_factory=dict)
    contingencies: Mapping[str, Contingency] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    experiments: Mapping[str, Experiment] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    improvements: Mapping[str, Improvement] = field(default_factory=dict)

"""Which statements say the same thing of a block, so that one of them replaces the other or is one too many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from slmdsl.syntax.tree import (
    agreements,
    catalogue,
    clocks,
    common,
    reports,
    risks,
    sources,
    studies,
    work,
)
from slmdsl.syntax.tree import credits as paid
from slmdsl.syntax.tree.calendars import BusinessDays
from slmdsl.syntax.tree.targets import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from slmdsl.syntax.tree.common import Node

_SCHEDULE: Final = (catalogue.HoursOn, catalogue.HoursWeekly)
_REPLICATIONS: Final = (studies.Replications, studies.ReplicationsUntil)
_ZONE: Final = (common.Timezone, sources.TimezoneFromData)
_TREATMENT: Final = (risks.Treatment, risks.Accepted)
_START: Final = (studies.StartsEmpty, studies.StartsWithOpenTickets)

_ONE_OF: Final[dict[type[Node], str]] = {
    **dict.fromkeys(_SCHEDULE, "hours"),
    **dict.fromkeys(_REPLICATIONS, "replications"),
    **dict.fromkeys(_ZONE, "timezone"),
    **dict.fromkeys(_TREATMENT, "treatment"),
    **dict.fromkeys(_START, "starts"),
}

ONCE: Final[dict[type[Node], str]] = {
    BusinessDays: "business days",
    agreements.Between: "between",
    agreements.Covers: "covers",
    agreements.Supports: "supports",
    agreements.Valid: "valid",
    agreements.Version: "version",
    agreements.Months: "months",
    agreements.Review: "review",
    agreements.UsesClock: "clock",
    agreements.UsesEscalation: "escalation",
    agreements.Counts: "counts",
    catalogue.UserCount: "users",
    catalogue.Criticality: "criticality",
    catalogue.Needs: "needs",
    catalogue.RequestService: "service",
    catalogue.Price: "price",
    catalogue.Approval: "approval",
    catalogue.Urgency: "urgency",
    clocks.Starts: "starts",
    clocks.Responds: "responds",
    clocks.Stops: "stops",
    clocks.Pauses: "pauses",
    clocks.Runs: "runs",
    clocks.Reopened: "reopened",
    clocks.Reprioritised: "reprioritised",
    clocks.Deadline: "deadline",
    common.Owner: "owner",
    common.Cost: "cost",
    paid.Fee: "fee",
    paid.Cap: "cap credits",
    paid.NoCreditsUntil: "no credits until",
    reports.ReportEvery: "every",
    reports.Due: "due",
    reports.Status: "status",
    risks.Likelihood: "likelihood",
    risks.When: "when",
    risks.Until: "until",
    risks.Rehearse: "rehearse",
    sources.Read: "read",
    sources.Missing: "missing",
    sources.Hold: "hold",
    studies.UsesLoad: "load",
    studies.Horizon: "horizon",
    studies.Seed: "seed",
    studies.Confidence: "confidence",
    studies.Indifference: "indifference",
    studies.Tick: "tick",
    studies.FindCheapest: "find",
    studies.WithUncertainty: "with uncertainty",
    work.Absence: "absence",
    work.Queue: "queue",
    work.Lines: "lines",
    work.ShiftEnd: "shift_end",
    work.Preempt: "preempt",
    work.Uncertain: "uncertain",
    work.UsesProfile: "profile",
    work.Burst: "burst",
    work.ServiceMix: "in",
    work.StartAt: "start",
    work.WaitsForCustomer: "waits for customer",
    work.Reopens: "reopens",
    work.Feedback: "feedback",
    work.Answers: "answers",
    work.GivesUp: "gives up",
    work.Waits: "waits",
    work.Then: "then",
    work.StrikesEvery: "every",
    work.Lasts: "for",
} | _ONE_OF
"""Statements of which a block has one, and how they are called. `waits` in a step may stand beside `works`."""


def key_of(statement: Node) -> Hashable | None:
    """Return what a statement settles; None for one that adds to others of its kind."""
    kind = type(statement)
    if kind in ONCE:
        return ONCE[kind]
    name = _NAME.get(kind)
    return None if name is None else (kind.__name__, name(statement))


_NAME: Final[dict[type[Node], Callable[[Any], str]]] = {
    Target: lambda target: target.name.text,
    paid.Credit: lambda credit: credit.target.text,
    catalogue.Impact: lambda impact: impact.level.text,
    catalogue.Metric: lambda metric: metric.name.text,
    work.Shift: lambda shift: shift.name.text,
    sources.Fact: lambda fact: fact.name.value,
    sources.FieldFact: lambda fact: fact.field.text,
    sources.MetricFact: lambda fact: fact.metric.text,
}
"""How statements are told apart of which a block may have several."""

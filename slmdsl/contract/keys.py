"""Which statements say the same thing of a block, so that one of them replaces the other or is one too many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.syntax.tree import (
    agreements,
    catalogue,
    clocks,
    common,
    credits,
    reports,
    risks,
    sources,
    studies,
    work,
)
from slmdsl.syntax.tree.calendars import BusinessDays
from slmdsl.syntax.tree.targets import Target

if TYPE_CHECKING:
    from collections.abc import Hashable

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
    credits.Fee: "fee",
    credits.Cap: "cap credits",
    credits.NoCreditsUntil: "no credits until",
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
    work.Absence: "absence",
    work.Queue: "queue",
    work.Lines: "lines",
    work.ShiftEnd: "shift_end",
    work.Preempt: "preempt",
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
    match statement:
        case Target():
            return "target", statement.name.text
        case credits.Credit():
            return "credit", statement.target.text
        case catalogue.Impact():
            return "impact", statement.level.text
        case catalogue.Metric():
            return "metric", statement.name.text
        case work.Shift():
            return "shift", statement.name.text
        case sources.Fact():
            return "fact", statement.name.value
        case sources.FieldFact():
            return "field", statement.field.text
        case sources.MetricFact():
            return "metric fact", statement.metric.text
        case _:
            return ONCE.get(type(statement))

"""Every check, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.contract.checks import (
    backing,
    backing_terms,
    backing_uptime,
    bounds,
    credit_bands,
    credit_clauses,
    days,
    dead_clauses,
    declared,
    distributions,
    escalation_steps,
    facts,
    kept_agreements,
    limits,
    models,
    orders,
    values,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft

CHECKS: tuple[Callable[[Draft], Iterable[Diagnostic]], ...] = (
    declared.doubled_names,
    declared.doubled_members,
    declared.own_columns,
    declared.circles_of_needs,
    values.percentages,
    values.zones,
    values.regions,
    values.empty_ranges,
    values.long_maintenance,
    values.month_days,
    values.matrices,
    values.mixes,
    values.too_many_needed,
    values.zeros,
    values.quantiles,
    days.days_of_calendars,
    days.ends_of_days,
    limits.dated_changes,
    limits.limits_over_periods,
    limits.answers_after_resolutions,
    limits.contradictions,
    bounds.bounds_apart,
    limits.vague,
    limits.wrong_units,
    credit_bands.bands,
    credit_bands.caps,
    credit_bands.currencies,
    credit_bands.example_levels,
    credit_clauses.idle_bands,
    credit_clauses.misses,
    credit_clauses.repetitions,
    credit_clauses.nothing_paid,
    credit_clauses.idle_caps,
    dead_clauses.idle_exclusions,
    dead_clauses.not_covered,
    dead_clauses.contradictory_conditions,
    dead_clauses.unmapped_fields,
    orders.priorities_and_limits,
    orders.orders_of_steps,
    orders.windows_of_alerts,
    orders.too_few_hours,
    escalation_steps.steps,
    escalation_steps.alerts,
    escalation_steps.moments,
    backing.backed,
    backing_uptime.uptime_backed,
    backing_terms.backing_terms,
    facts.without_facts,
    kept_agreements.parties,
    kept_agreements.versions,
    kept_agreements.risks,
    kept_agreements.contingencies,
    kept_agreements.ended,
    models.edits,
    distributions.distributions,
)

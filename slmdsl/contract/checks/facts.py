"""Whether some source or load gives the facts that a target is judged on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.checks.promises import agreements
from slmdsl.contract.model.agreements import (
    Availability,
    LongestOutage,
    NotYetEvaluated,
    OutageCount,
    Restore,
    SampledMetric,
    Score,
)
from slmdsl.contract.model.clocks import Mark
from slmdsl.events.vocabulary import KINDS
from slmdsl.syntax.tree.risks import ImpactOutage
from slmdsl.syntax.tree.work import Component, Feedback, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.sources import SourcePlan

_NAMED_AT_MOST: Final = 6


@dataclass(slots=True)
class _Facts:
    """Which facts are given: kinds of ticket (and names of requests), metrics, uptime, feedback."""

    kinds: set[str] = field(default_factory=set)
    metrics: set[str] = field(default_factory=set)
    uptime: bool = False
    feedback: bool = False
    measured_kinds: set[str] = field(default_factory=set)
    """Kinds of ticket that sources give: what only real tickets have is known of them."""
    measured_uptime: bool = False


def without_facts(draft: Draft) -> Iterator[Diagnostic]:
    """Targets for which nothing is measured and nothing simulated, one warning for each agreement."""
    facts = given(draft)
    for _, agreement in agreements(draft):
        lost = [each for each in agreement.targets if not is_given(each, facts)]
        if lost:
            count = "1 target" if len(lost) == 1 else f"{len(lost)} targets"
            more = len(lost) - _NAMED_AT_MOST
            yield codes.NO_FACTS.at(
                agreement.span,
                f"no source and no load gives the facts of {count} of `{agreement.name}`",
                label="cannot be judged",
                secondary=[
                    Label(span=each.limit_span, text="not measured") for each in lost[:_NAMED_AT_MOST]
                ],
                help=f"and {more} more" if more > 0 else (),
            )


def given(draft: Draft) -> _Facts:
    """Return which facts sources measure and loads bring."""
    facts = _Facts()
    for source in draft.contract.sources.values():
        _of_source(source, facts)
    facts.measured_kinds, facts.measured_uptime = set(facts.kinds), facts.uptime
    for stream, _ in draft.nodes(Stream):
        facts.kinds.add(stream.request.text if stream.request else stream.kind.value)
        facts.feedback |= any(isinstance(each, Feedback) for each in stream.body)
    facts.uptime |= any(True for _ in draft.nodes(Component, ImpactOutage))
    if facts.kinds & draft.contract.requests.keys():
        facts.kinds.add("request")
    return facts


def _of_source(source: SourcePlan, facts: _Facts) -> None:
    if source.form in ("tickets", "events"):
        kind = source.facts.get("kind")
        if kind is None or (kind.constant is None and kind.mapping is None):
            facts.kinds.update((*KINDS, "*"))  # any kind, any request
        else:
            words = {kind.constant} if kind.mapping is None else {word for _, word, _ in kind.mapping.cases}
            facts.kinds.update(word for word in words if word)
    facts.uptime |= source.form == "outages" or "up" in source.metrics or source.events_good is not None
    facts.feedback |= source.form == "feedback"
    facts.metrics |= source.metrics.keys()


def is_produced(target: Target) -> bool:
    """Whether simulation has the facts of such a target at all: it has no samples, no later replies, no updates."""
    form = target.form
    if isinstance(form, SampledMetric):
        return False
    if isinstance(form, Availability):
        return form.method != "events"
    measure = getattr(form, "measure", None)
    if measure in ("next_reply", "updates"):
        return False
    return measure != "response" or target.clock.responds != Mark.ACKNOWLEDGED


def is_given(target: Target, facts: _Facts) -> bool:
    """Whether some source or load gives the facts of a target."""
    form = target.form
    produced = is_produced(target)
    if isinstance(form, Availability | LongestOutage | OutageCount | Restore):
        return facts.uptime if produced else facts.measured_uptime
    if isinstance(form, SampledMetric):
        return form.metric in facts.metrics
    if isinstance(form, Score):
        return facts.feedback
    if isinstance(form, NotYetEvaluated):
        return bool(facts.kinds)
    wanted = set(form.population.requests) or {form.population.kind}
    kinds = facts.kinds if produced else facts.measured_kinds
    return "*" in kinds or not wanted.isdisjoint(kinds) or form.population.kind in kinds

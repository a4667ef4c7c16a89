"""Simulations that begin with the open tickets of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.contract import codes
from slmdsl.contract.checks.workload_experiments import scenarios_of
from slmdsl.contract.from_tree.reading import all_of, last
from slmdsl.syntax.tree import studies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.studies import Experiment

_OF_TICKETS: Final = ("tickets", "events")
_OTHERWISE: Final = ("empty", "warm up")
"""How a simulation starts without the tickets of a source."""


def open_starts(draft: Draft) -> Iterator[Diagnostic]:
    """Starts with the open tickets of sources that tell of none, and warm-ups that such starts leave unused."""
    for kind in ("scenario", "experiment"):
        for block in draft.reading.of_kind(kind):
            for each in all_of(block.body, studies.StartsWithOpenTickets):
                source = draft.contract.sources.get(draft.reading.name(each.source) or "")
                if source is not None and source.form not in _OF_TICKETS:
                    yield codes.NO_TICKETS_TO_START.at(
                        each.source.span,
                        f"the rows of `{source.name}` are {source.form}, of which none is an open ticket",
                        label="no tickets",
                        help="name a source whose rows are tickets, or say `starts empty`",
                    )
    for block in draft.reading.of_kind("experiment"):
        horizon = last(block.body, studies.Horizon)
        warm_up = None if horizon is None else horizon.warm_up
        if warm_up is not None and _never_warms_up(draft.contract.experiments[block.name.text], draft):
            yield codes.IDLE_WARM_UP.at(
                warm_up.span,
                "nothing is simulated before the first day: the open tickets stand for it",
                label="never used",
                help="leave the warm-up away, or leave away the open tickets",
            )


def _never_warms_up(experiment: Experiment, draft: Draft) -> bool:
    """Whether all scenarios of an experiment start with open tickets, by its word or by their own."""
    starts = [experiment.start or each.start for each in scenarios_of(experiment, draft)]
    return bool(starts) and not any(each in _OTHERWISE for each in starts)

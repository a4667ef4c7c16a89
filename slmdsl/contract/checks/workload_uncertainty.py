"""Experiments that sample how uncertain their loads are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.contract import codes
from slmdsl.contract.checks.workload_experiments import scenarios_of
from slmdsl.contract.from_tree.reading import all_of
from slmdsl.syntax.tree import studies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft


def uncertainty(draft: Draft) -> Iterator[Diagnostic]:
    """Experiments `with uncertainty` of which no load says how uncertain it is."""
    for block in draft.reading.of_kind("experiment"):
        run = scenarios_of(draft.contract.experiments[block.name.text], draft)
        loads = [draft.contract.loads[each.load or ""] for each in run]
        for said in all_of(block.body, studies.WithUncertainty):
            if loads and not any(each.uncertain for each in loads):
                yield codes.NO_DRAWS.at(
                    said.span,
                    f"the load `{loads[0].name}` does not say how uncertain it is",
                    label="nothing to draw",
                    help='say `uncertain "FILE"` in the load, as `slm fit` writes it',
                )

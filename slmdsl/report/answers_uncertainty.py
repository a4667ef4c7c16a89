"""What the intervals of a study cover beside the luck of its replications."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.study.running.study import Study


def uncertainty_answers(study: Study) -> Iterator[str]:
    """Yield how many fitted parameters were drawn anew in each replication, and which scenarios have none."""
    if not study.setting.uncertain:
        return
    loads = {trial.plan.what_if.load.name: trial.plan.what_if.load for trial in study.trials.values()}
    drawn = [each.uncertain for each in loads.values() if each.uncertain is not None]
    if not drawn:
        return
    parameters = len({(each.file, column) for each in drawn for column in each.columns})
    draws = min(len(each.rows) for each in drawn)
    plural = "" if parameters == 1 else "s"
    of = "one draw" if draws == 1 else f"{draws:,} draws"
    certain = [f"`{name}`" for name, load in loads.items() if load.uncertain is None]
    but = f"; those of the load {', '.join(certain)} are as written" if certain else ""
    yield f"Intervals include the uncertainty of {parameters:,} fitted parameter{plural}, by {of}{but}."

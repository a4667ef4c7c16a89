"""All pictures of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.contract.variants import variant_of, varied
from slmdsl.report.charts.needed import need_libraries
from slmdsl.report.charts.promises import limit_hours, promise_of

if TYPE_CHECKING:
    from altair.typing import ChartType

    from slmdsl.contract.model.spec import Contract
    from slmdsl.report.charts.promises import Promise
    from slmdsl.study.running.study import Study

READING_ORDER: Final[tuple[str, ...]] = (
    "chance",
    "chance_by_limit",
    "chance_by_staff",
    "chance_by_cost",
    "differences",
    "what_matters_most",
    "attained",
    "credits",
    "missed_time",
    "escalations",
    "utilisation",
)
"""The names of all pictures, in the order in which a page shows them."""


def charts_of(study: Study, contract: Contract | None = None) -> dict[str, ChartType]:
    """Return the pictures that a study has something to show in.

    Args:
        study: what was run.
        contract: what it was run from, for the limits that the text asks for; without it they are not marked.

    Returns:
        Altair charts by name (the stem of a file), in the order of names; those without content are left out.

    Raises:
        MissingExtraError: where the libraries for pictures are not installed.

    For example `charts_of(run, spec.contract)["chance"].to_dict()`.
    """
    need_libraries()
    # The libraries are loaded by those alone who ask for pictures.
    from slmdsl.report.charts.burdens import credit_chart, message_chart  # noqa: PLC0415
    from slmdsl.report.charts.cast import cast_of  # noqa: PLC0415
    from slmdsl.report.charts.chances import chance_chart  # noqa: PLC0415
    from slmdsl.report.charts.comparison import difference_chart, lever_chart  # noqa: PLC0415
    from slmdsl.report.charts.grids import grid_of  # noqa: PLC0415
    from slmdsl.report.charts.hours import utilisation_chart  # noqa: PLC0415
    from slmdsl.report.charts.levels import level_chart  # noqa: PLC0415
    from slmdsl.report.charts.limits import limit_chart  # noqa: PLC0415
    from slmdsl.report.charts.missed_time import missed_chart  # noqa: PLC0415
    from slmdsl.report.charts.staffing import cost_chart, staff_chart  # noqa: PLC0415

    summary, confidence = study.summary, float(study.setting.confidence)
    best = found_by(study)
    cast = cast_of(summary, study.points, list(study.tallies), best)
    grid = grid_of(study.variants, study.points, best)
    asked = {} if contract is None else limits_of(contract, grid.bases[:1])
    found = {
        "attained": level_chart(study.periods, summary, cast, promises_of(study)),
        "chance": chance_chart(summary, cast, confidence),
        "chance_by_cost": cost_chart(summary, grid, cast, confidence),
        "chance_by_limit": limit_chart(summary, grid, asked, confidence),
        "chance_by_staff": staff_chart(summary, grid, cast, confidence),
        "credits": credit_chart(study.credits, cast, confidence),
        "differences": difference_chart(study.differences, summary, cast, confidence)
        if not grid.dimensions
        else None,
        "escalations": message_chart(study.escalations, cast),
        "missed_time": missed_chart(study.missed, cast),
        "utilisation": utilisation_chart(study.utilisation, cast),
        "what_matters_most": lever_chart(summary, grid),
    }
    return {name: chart for name, chart in found.items() if chart is not None}


def found_by(study: Study) -> str | None:
    """Return the name of the cheapest variant that keeps what is wanted, where it was looked for and found."""
    best = None if study.search is None else study.search.best
    return None if best is None else best.name


def promises_of(study: Study) -> dict[tuple[str, str], Promise]:
    """Return what the targets of a study promise, by scenario and `agreement.target`."""
    return {
        (name, target.qualified): promise_of(target)
        for name, trial in study.trials.items()
        for agreement in trial.judge.agreements
        for target in agreement.targets
    }


def limits_of(contract: Contract, scenarios: tuple[str, ...]) -> dict[str, float]:
    """Return the limits of targets in some scenarios as they stand, in hours or days; the first one's win."""
    return {
        target.qualified: limit
        for scenario in reversed(scenarios)
        for agreement in varied(contract, variant_of(scenario)).contract.agreements.values()
        for target in agreement.targets
        if (limit := limit_hours(target)) is not None
    }

"""What theory says beside what was simulated, and whether the desk had settled, for a terminal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from slmdsl.base.display import visible
from slmdsl.base.units import DAY, clock_words
from slmdsl.cli.tables.desk_tables import head_of, length_words, plain_table
from slmdsl.study.compared.settling import weeks_to_leave_out
from slmdsl.study.compared.twins import twins_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from slmdsl.study.running.study import Study


def warm_up_advice(study: Study) -> Iterator[str]:
    """Yield a line for each scenario whose backlog still settles in the days that count."""
    for name, tally in study.tallies.items():
        warm_up_us = study.setting.warm_up_of(study.trials[name].plan.what_if.scenario.name)
        weeks = weeks_to_leave_out(tally) if warm_up_us else 0
        if weeks:
            length = _length(warm_up_us + 7 * weeks * DAY)
            yield (
                f"{name}: the backlog has not settled when these days begin (MSER-1 on its weeks):"
                f" `--warm-up '{length}'` would leave {weeks} more week{'' if weeks == 1 else 's'} out."
            )


def _length(us: int) -> str:
    """Return a warm-up as it is typed."""
    weeks, rest = divmod(us, 7 * DAY)
    return clock_words(us) if rest else f"{weeks} weeks"


def theory(study: Study) -> Table | None:
    """Return the mean waits that queueing theory knows beside the simulated ones; None where it knows none."""
    several = len(study.tallies) > 1
    waits = {(row["scenario"], row["group"], None): row["mean_wait"] for row in study.desk.to_dicts()} | {
        (row["scenario"], row["group"], row["priority"] or ""): row["mean_wait"]
        for row in study.waiting.to_dicts()
    }
    table = plain_table(("group", "priority", "by"), ("in theory", "simulated"), several=several)
    for name, trial in study.trials.items():
        for twin in twins_of(trial.plan.what_if):
            told = [(None, twin.mean_us), *twin.waits_us.items()]
            for priority, wait_us in told:
                table.add_row(
                    *head_of({"scenario": name}, several=several),
                    visible(twin.group),
                    "all" if priority is None else visible(priority or "none"),
                    twin.law,
                    length_words(timedelta(microseconds=round(wait_us))),
                    length_words(waits.get((name, twin.group, priority))),
                )
    return table if table.row_count else None

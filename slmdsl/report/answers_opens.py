"""With which open tickets a study began, and which of them had no place on the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.report.study_words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.study.running.study import Study
    from slmdsl.workload.carried.carried import LeftOut

_NAMED: Final = 3
"""How many tickets are named of those that are left out for a reason."""


def open_ticket_answers(study: Study) -> Iterator[str]:
    """Yield how many open tickets scenarios started with, and how many were left out, and why."""
    told = dict[str, list[str]]()
    scenarios_of = {each.name: each.scenario for each in study.setting.variants}
    for name, trial in study.trials.items():
        start = study.setting.open_start(scenarios_of[name])
        if start is None or start.tickets is None:
            continue
        carried = trial.plan.carried
        found, left_out = (0, ()) if carried is None else (len(carried), carried.left_out)
        words = _words(found, start.source, left_out)
        told.setdefault(words, []).append(start.scenario)
    for words, scenarios in told.items():
        names = listed([f"`{each}`" for each in dict.fromkeys(scenarios)])
        yield f"{names} {'starts' if len(set(scenarios)) == 1 else 'start'} with {words}"


def _words(found: int, source: str, left_out: tuple[LeftOut, ...]) -> str:
    taken = f"{found:,} open ticket{'' if found == 1 else 's'} of {source}"
    missing = sum(len(each.tickets) for each in left_out)
    if not missing:
        return f"{taken}."
    reasons = "; ".join(f"{len(each.tickets):,}: {each.reason} ({_named(each.tickets)})" for each in left_out)
    return f"{taken}. {missing:,} more {'has' if missing == 1 else 'have'} no place in it: {reasons}."


def _named(tickets: tuple[str, ...]) -> str:
    return ", ".join(tickets[:_NAMED]) + (", ..." if len(tickets) > _NAMED else "")

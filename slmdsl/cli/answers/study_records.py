"""A study for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slmdsl.cli.answers.machine import records
from slmdsl.cli.answers.results import study_tables
from slmdsl.report.answers import answers_of
from slmdsl.study.running.looks import chance_of

if TYPE_CHECKING:
    from slmdsl.contract.model.studies import Wanted
    from slmdsl.study.running.cheapest import Search
    from slmdsl.study.running.study import Study
    from slmdsl.study.running.tally import Tally


def study_record(study: Study) -> dict[str, object]:
    """Return a study in JSON's types: how it was run, what it answers, the search, and every table by its name."""
    wanted = study.setting
    return {
        "name": wanted.name,
        "first": wanted.first.isoformat(),
        "last": wanted.last.isoformat(),
        "warm_up_us": wanted.warm_up_us,
        "seed": wanted.seed,
        "confidence": float(wanted.confidence),
        "interrupted": study.interrupted,
        "replications": {name: tally.replications for name, tally in study.tallies.items()},
        "answers": list(answers_of(study)),
        "search": None if study.search is None else _search(study, study.search),
    } | {name: records(frame) for name, frame in study_tables(study).items()}


def _search(study: Study, search: Search) -> dict[str, object]:
    """Return what is searched for, what was found and confirmed, and what became of each candidate, by cost."""
    return {
        "wanted": [
            {"of": each.of, "at_least": float(each.at_least), "throughout": each.throughout}
            for each in search.wanted
        ],
        "best": None if search.best is None else search.best.name,
        "confirmed": None
        if search.confirmed is None or not search.confirmed.replications
        else {
            "replications": search.confirmed.replications,
            "chances": [_chance(study, search.confirmed, each) for each in search.wanted],
        },
        "candidates": [
            {
                "scenario": each.name,
                "horizon_cost_minor": float(each.minor),
                "state": str(each.state),
                "replications": each.seen,
            }
            for each in search.candidates
        ],
    }


def _chance(study: Study, tally: Tally, wanted: Wanted) -> dict[str, Any] | None:
    found = chance_of(tally, wanted.of, float(study.setting.confidence), throughout=wanted.throughout)
    return None if found is None else {"chance": found.value, "low": found.low, "high": found.high}

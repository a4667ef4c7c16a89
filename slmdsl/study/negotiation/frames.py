"""What a negotiation says of each target and of credits, as polars frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from slmdsl.contract.edit_text import value_text
from slmdsl.study.tables.outcome_frames import CREDITS, credit_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.study.negotiation.staffing import Staffing
    from slmdsl.study.negotiation.talks import Asked, Negotiation

TARGETS: Final[dict[str, Any]] = {
    "target": pl.String,
    "asked": pl.String,
    "chance": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "holds": pl.Boolean,
    "level": pl.String,
    "level_chance": pl.Float64,
    "limit": pl.String,
    "limit_chance": pl.Float64,
    "staffing": pl.String,
    "more_minor": pl.Int64,
    "currency": pl.String,
    "reason": pl.String,
}
CREDITED: Final[dict[str, Any]] = {
    "who": pl.String,
    **{name: kind for name, kind in CREDITS.items() if name != "scenario"},
}


def targets_frame(talks: Negotiation) -> pl.DataFrame:
    """Return one row per target that is asked.

    `level` and `limit` are the tightest that hold, as the text says them; their chances and `chance` are of a period.
    `staffing` says the agents of the cheapest one that carries the target, `more_minor` what it costs more a month.
    """
    return pl.DataFrame([_target(each) for each in talks.asked], schema=TARGETS, orient="row")


def credits_frame(talks: Negotiation) -> pl.DataFrame:
    """Return the credits of the agreement over the horizon, by `who`: `asked`, `counter_offer`, `more_staff`.

    Where there is an offer, all are of the fresh replications that confirm it, so that they have the same luck.
    """
    return pl.DataFrame(list(_credits(talks)), schema=CREDITED, orient="row")


def _target(asked: Asked) -> dict[str, Any]:
    chance, form = asked.chance, asked.target.form
    staffing = asked.carried_by
    return {
        "target": asked.target.qualified,
        "asked": asked_text(asked),
        "chance": None if chance is None else chance.value,
        "low": None if chance is None else chance.low,
        "high": None if chance is None else chance.high,
        "holds": None if chance is None else asked.holds,
        "level": None if asked.level is None else value_text(asked.level.edit, form),
        "level_chance": None if asked.level is None else asked.level.chance.value,
        "limit": None if asked.limit is None else value_text(asked.limit.edit, form),
        "limit_chance": None if asked.limit is None else asked.limit.chance.value,
        "staffing": None if staffing is None else staffing_text(staffing),
        "more_minor": None if staffing is None else staffing.more_minor,
        "currency": None if staffing is None else staffing.currency,
        "reason": asked.reason or None,
    }


def asked_text(asked: Asked) -> str:
    """Return a target as the agreement says it, and what the scenario sets of it: `..., here within 2 h`."""
    edits = (value_text(each, asked.target.form) for each in asked.edits)
    return ", here ".join((asked.target.sentence, *edits))


def staffing_text(staffing: Staffing) -> str:
    """Return the agents of a staffing: `desk.late agents 7, desk.early agents 5`."""
    return ", ".join(f"{each.shift} agents {each.after}" for each in staffing.added)


def _credits(talks: Negotiation) -> Iterator[dict[str, Any]]:
    counter, staffed = talks.counter_offer, talks.staffed_offer
    offers = {"asked": talks.base.tally if counter is None else counter.asked.tally}
    if counter is not None and counter.levels:
        offers["counter_offer"] = counter.confirmed.tally
    if staffed is not None:
        offers["more_staff"] = staffed.confirmed.tally
    for who, tally in offers.items():
        for row in credit_rows(tally, talks.confidence):
            if row["sla"] == talks.agreement.name:
                yield {"who": who, **row}

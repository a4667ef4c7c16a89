"""Escalations as text, drawn at random: steps of every kind, on ladders that the agreements of `desks` use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.property.desks import SEEDS, spec

if TYPE_CHECKING:
    from random import Random

    from hypothesis import strategies as st

SHARES = ("0%", "10%", "33.3333333%", "50%", "75%", "100%", "100%", "120%", "250%")
SPANS = (
    *("15 min", "30 min", "1 h", "2 h", "4 h", "9 h 30 min", "20 h"),
    *("0.5 business days", "1 business day", "2 business days"),
)
REPEATS = (
    "",
    "",
    " every 30 min",
    " every 2 h up to 3 times",
    " every 9 h",
    " every 1 business day",
    " every 4 h up to 1 times",
)


def line(chance: Random) -> str:
    """One step on a ticket's clock."""
    measure = chance.choice(["response", "resolution", "resolution"])
    trigger = chance.choice(
        [
            f"at {chance.choice(SHARES)} of {measure}",
            f"at {chance.choice(SHARES)} of {measure}",
            f"{chance.choice(SPANS)} before due of {measure}",
            f"{chance.choice(SPANS)} after breach of {measure}",
            f"{chance.choice(SPANS)} wall after breach of {measure}",
        ]
    )
    second = chance.choice(["", "", f', notify "second"{chance.choice(REPEATS)}'])
    return f'{trigger} notify owner, "first"{chance.choice(REPEATS)}{second}'


def laddered(chance: Random) -> str:
    """A spec whose SLA uses an escalation of one to six steps."""
    steps = "".join(f"  {line(chance)}\n" for _ in range(chance.randint(1, 6)))
    return (
        spec(chance).replace("  clock standard\n", "  clock standard\n  escalation ladder\n")
        + f"escalation ladder {{\n{steps}}}\n"
    )


def ladders() -> st.SearchStrategy[str]:
    """Specs with one SLA, `gold`, of targets on tickets, and an escalation."""
    from random import Random

    return SEEDS.map(lambda seed: laddered(Random(seed)))

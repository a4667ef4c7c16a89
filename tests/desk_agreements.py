"""Agreements for random desks: limits by which tickets are due, and escalations that act on them."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from types import SimpleNamespace

from tests.property.desks import CALENDARS, clock, target
from tests.property.ladders import SHARES, SPANS
from tests.property.test_reference import contract_of

GROUPS = ("g0", "g1", "g2")
FLAGS = ("disaster", "major")
CONTINGENCIES = ("k0", "k1", "k2")
AGREEMENTS = 60
"""How many different ones there are: to read one takes longer than to simulate a desk."""


@lru_cache
def what_if(number: int):
    """What a desk is judged by: nothing for 0, else an agreement out of AGREEMENTS."""
    contract = contract_of(agreed(Random(number)) if number else CALENDARS)
    return SimpleNamespace(contract=contract, agreements=("gold",) if number else ())


def agreed(random: Random) -> str:
    """An agreement of which most escalate to groups of the desk."""
    targets = "".join(promise(random, measure) for measure in ("response", "resolution"))
    targets += "".join(target(random, f"t{each}") for each in range(random.randint(0, 2)))
    steps = "".join(step(random) for _ in range(random.randint(3, 6)))
    clocked = clock(random)
    if random.random() < 2 / 3:
        clocked = "clock standard {\n  pauses while wait_customer\n}\n"
    escalates = random.random() < 3 / 4
    return (
        f"{CALENDARS}\n{clocked}\nsla gold {{\n  between globex and acme\n  covers mail, till\n"
        "  valid 2027-03-20 .. 2027-12-31\n  timezone Europe/Amsterdam\n  clock standard\n"
        + ("  escalation ladder\n" if escalates else "")
        + f"{targets}}}\n"
        + "".join(f"team {group}\n" for group in GROUPS)
        + "".join(f"contingency {name} {{\n  then notify acme within 1 h\n}}\n" for name in CONTINGENCIES)
        + (f"escalation ladder {{\n{steps}}}\n" if escalates else "")
    )


def promise(random: Random, measure: str) -> str:
    """A promise for all incidents, or for each priority another."""
    limits = random.choice((("",), ("",), ("P1 ", "P2 ", "P3 ")))
    return "".join(
        f"  target {measure}_{place}: {measure} of {whom}incidents within {random.choice((1, 2, 3, 5, 8))} h"
        " for 90% each month\n"
        for place, whom in enumerate(limits)
    )


def step(random: Random) -> str:
    """A step of an escalation that hands a ticket to a group, declares a flag or invokes a contingency."""
    measure = random.choice(("response", "resolution", "resolution"))
    trigger = random.choice(
        (
            *[f"at {random.choice(SHARES)} of {measure}" for _ in range(4)],
            f"{random.choice(SPANS)} before due of {measure}",
            f"{random.choice(SPANS)} after breach of {measure}",
            f"{random.choice(SPANS)} wall after breach of {measure}",
        )
    )
    actions = [
        *[f"reassign to {random.choice(('g0', 'g0', 'g1', 'g1', 'g2'))}"] * 5,
        *[f"declare {random.choice(FLAGS)}"] * 2,
        *[f"invoke {random.choice(CONTINGENCIES)}"] * 2,
    ]
    chosen = dict.fromkeys(random.sample(actions, random.choice((1, 1, 2))))
    return f"  {trigger} {', '.join(chosen)}\n"

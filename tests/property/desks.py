"""Agreements as text and the tickets that they judge, drawn at random from a seed.

One seed makes a whole case: hypothesis's own choices lean towards small and equal ones, under which a ticket hardly
ever stops, is reopened and stops again under another priority. Times stand on a grid of a quarter of an hour, so that
ties, limits that run out exactly at a closing and stops exactly at a limit are common.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl
from hypothesis import strategies as st

BEGIN = datetime(
    2027, 3, 25, 22, 0, tzinfo=UTC
)  # Thursday before the last weekend of March: clocks change on it
SPAN = timedelta(days=12)
PRIORITIES = ("P1", "P2", "P3")
PHASES = (
    *("new", "active", "wait_customer", "wait_supplier", "wait_internal", "scheduled"),
    *("resolved", "closed", "cancelled"),
)

CALENDARS = """
calendar office {
  timezone  Europe/Amsterdam
  open      mon..fri 08:00-12:30, 13:00-18:00
  open      sat 09:00-13:00
  closed    2027-03-30
}

calendar night {
  timezone  Asia/Kolkata
  open      mon..sun 22:30-06:30
}

calendar whole {
  timezone  America/New_York
  open      mon..fri 00:00-24:00
}

provider globex {
}

customer acme {
}

team crew "The crew" {
  known as "App*"
}

service mail {
}

service till {
}

field site
field due_back

priorities itil {
  urgency       high  low
  impact   all  P1    P2
  impact   one  P2    P3
}
"""

SEEDS = st.integers(0, 2**64 - 1)
GRID = timedelta(minutes=15)

instants = st.integers(0, SPAN // GRID).map(lambda n: BEGIN + n * GRID)


def specs() -> st.SearchStrategy[str]:
    """Specs with one SLA, `gold`, of one to five targets on tickets."""
    return SEEDS.map(lambda seed: spec(Random(seed)))


def logs() -> st.SearchStrategy[tuple[pl.DataFrame, pl.DataFrame]]:
    """One to five tickets and their events as frames: some with events, some with facts alone, some with both."""
    return SEEDS.map(lambda seed: log(Random(seed)))


def instant(chance: Random) -> datetime:
    return BEGIN + chance.randrange(SPAN // GRID + 1) * GRID


def clock(chance: Random) -> str:
    """A clock block called `standard`."""
    pauses = chance.sample(PHASES[1:6], chance.randrange(4))
    lines = [
        f"starts at {chance.choice(['opened', 'opened', 'opened', 'assigned', 'active', 'due_back'])}",
        f"responds at {chance.choice(['public_reply', 'any_action', 'acknowledged', 'active'])}",
        f"stops at {chance.choice(['resolved', 'resolved', 'resolved', 'closed', 'wait_internal'])}",
        f"runs on {chance.choice(['office', 'night', 'whole', 'always'])}",
        f"reopened {chance.choice(['resumes', 'new_cycle', 'counts_all'])}",
        f"reprioritised {chance.choice(['retains', 'restarts', 'per_period'])}",
        f"deadline at {chance.choice(['closing', 'next_opening'])}",
        *([f"pauses while {', '.join(pauses)}"] if pauses else []),
    ]
    return "clock standard {\n  " + "\n  ".join(lines) + "\n}\n"


CLOCK_LIMITS = ("15 min", "30 min", "1 h", "4 h", "9 h 30 min", "8 h", "20 h", "40 h")
DAY_LIMITS = ("1 business day", "2 business days", "0.5 business days", "1.5 business days")


def promise(chance: Random, measure: str, among: str, period: str) -> str:
    """A share of tickets in time."""
    on, change = chance.choice(["", "", " on office", " on night", " on whole"]), ""
    limit = chance.choice(CLOCK_LIMITS)
    if chance.random() < 1 / 2:
        change = f", from 2027-03-30 within {chance.choice(['2 h', '6 h'])}"
    within = f"within {limit}{change}"
    if chance.random() < 1 / 3:
        within, on = f"within {chance.choice(DAY_LIMITS)}", " on office"
    elif chance.random() < 1 / 8:
        within, on = f"by end of {chance.choice(DAY_LIMITS[:2])}", " on office"
    return f"{measure} of {among} {within} for {chance.choice(['50%', '90%'])} {period}{on}"


def target(chance: Random, name: str) -> str:
    """One target statement on tickets."""
    names = ", ".join(chance.sample(PRIORITIES, chance.choice([0, 1, 1, 2])))
    where = chance.choice(
        [*[""] * 6, " where site = delft", " where reopenings > 0", " where site is missing"]
    )
    among = f"{names} incidents{chance.choice(['', '', '', ' in mail'])}{where}".strip()
    measure = chance.choice(["response", "resolution", "resolution", "next_reply"])
    period = chance.choice(["each day", "each week", "each month", "each rolling 3 days"])
    extras = chance.choice(["", "", " counted when opened", " counted when resolved", " per site"])
    kind = chance.choice(["within", "within", "within", "statistic", "share", "updates"])
    if kind == "share":
        sentence = f"share of {f'{names} incidents'.strip()} where reopenings > 0 at most 5% {period}"
    elif kind == "updates":
        on = chance.choice(["", "", " on office", " on night"])
        sentence = f"updates of {among} every {chance.choice(CLOCK_LIMITS)} for 90% {period}{on}"
    elif kind == "statistic":
        limit, word = chance.choice(CLOCK_LIMITS), chance.choice(["mean", "median", "max", "p90"])
        sentence = f"{word} {measure} of {among} at most {limit} {period}"
    else:
        sentence = promise(chance, measure, among, period)
    return f"  target {name}: {sentence}{extras}\n"


def spec(chance: Random) -> str:
    """A whole spec with one SLA."""
    some = "".join(target(chance, f"t{i}") for i in range(chance.randint(1, 5)))
    whom = chance.choice(["incidents where site = breda", "P1 incidents", "P2, P3 incidents in mail"])
    exclude = chance.choice(["", "", f'  exclude {whom} because "Clause 7"\n'])
    head = "sla gold {\n  between globex and acme\n"
    if chance.random() < 1 / 2:
        head = (
            f"ola gold {{\n  between crew and globex\n  counts {chance.choice(['per_stay', 'over_stays'])}\n"
        )
    return (
        f"{CALENDARS}\n{clock(chance)}\n{head}  covers mail, till\n"
        "  valid 2027-03-20 .. 2027-12-31\n  timezone Europe/Amsterdam\n  clock standard\n"
        f"{some}{exclude}}}\n"
    )


LIKELY_PHASES = (*PHASES, *("active", "resolved") * 4, *("wait_customer", "wait_internal", "closed") * 2)


KINDS_OF_EVENTS = (*["state"] * 4, *["message"] * 3, *["group"] * 3, "priority", "ack", "assignee")
GROUPS = ("crew", "The crew", "App 1", "App", "Network", "Crew")


def events(chance: Random, ticket: str) -> list[dict[str, object]]:
    """Up to twelve events of a ticket, in order of time."""
    rows = []
    for seq, at in enumerate(sorted(instant(chance) for _ in range(chance.randrange(13)))):
        kind = chance.choice(KINDS_OF_EVENTS)
        rows.append(
            {
                "ticket": ticket,
                "at": at,
                "seq": seq,
                "type": kind,
                "phase": chance.choice(LIKELY_PHASES) if kind == "state" else None,
                "priority": chance.choice(PRIORITIES) if kind == "priority" else None,
                "group": chance.choice(GROUPS) if kind == "group" else None,
                "actor_role": chance.choice(["agent", "customer", "system", None]),
                "public": chance.choice([True, True, False, None]) if kind == "message" else None,
            }
        )
    return rows


EVENT_TYPES = {
    "ticket": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "seq": pl.Int32,
    "type": pl.String,
    "phase": pl.String,
    "priority": pl.String,
    "group": pl.String,
    "actor_role": pl.String,
    "public": pl.Boolean,
}
TICKET_TYPES = {
    "ticket": pl.String,
    "kind": pl.String,
    "service": pl.String,
    "priority": pl.String,
    "group": pl.String,
    "opened": pl.Datetime("us", "UTC"),
    "responded": pl.Datetime("us", "UTC"),
    "resolved": pl.Datetime("us", "UTC"),
    "closed": pl.Datetime("us", "UTC"),
    "site": pl.String,
    "due_back": pl.String,
}


def log(chance: Random) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tickets and events as frames."""
    tickets, happened = [], []
    for i in range(chance.randint(1, 5)):
        opened = instant(chance) if chance.random() < 1 / 2 else BEGIN + chance.randrange(200) * GRID
        fact = [None, max(instant(chance), opened)] if chance.random() < 1 / 3 else [None]
        tickets.append(
            {
                "ticket": f"T{i}",
                "kind": chance.choice([*["incident"] * 6, "problem"]),
                "service": chance.choice([*["mail", "till"] * 3, "other"]),
                "priority": chance.choice([*PRIORITIES * 2, None]),
                "group": chance.choice([*GROUPS[1:], None]),
                "opened": opened,
                "responded": chance.choice([*fact, instant(chance)]) if len(fact) > 1 else None,
                "resolved": chance.choice(fact),
                "closed": chance.choice(fact),
                "site": chance.choice(["delft", "breda", None]),
                "due_back": chance.choice([None, "soon", "2027-03-29T09:15", "2027-04-01T10:00Z"]),
            }
        )
        if chance.random() < 5 / 6:
            happened += events(chance, f"T{i}")
    return pl.DataFrame(tickets, schema=TICKET_TYPES), pl.DataFrame(happened, schema=EVENT_TYPES)

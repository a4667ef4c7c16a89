"""Hypothesis strategies for agreements as text and for the tickets that they judge.

Times stand on a grid of a quarter of an hour so that ties, limits that run out exactly at a closing and stops exactly
at a limit are common.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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

instants = st.integers(0, SPAN // timedelta(minutes=15)).map(lambda n: BEGIN + n * timedelta(minutes=15))


@st.composite
def clocks(draw: st.DrawFn) -> str:
    """A clock block called `standard`."""
    pauses = draw(st.lists(st.sampled_from(PHASES[1:6]), unique=True, max_size=3))
    lines = [
        f"starts at {draw(st.sampled_from(['opened', 'opened', 'opened', 'assigned', 'active']))}",
        f"responds at {draw(st.sampled_from(['public_reply', 'any_action', 'acknowledged', 'active']))}",
        f"stops at {draw(st.sampled_from(['resolved', 'resolved', 'resolved', 'closed', 'wait_internal']))}",
        f"runs on {draw(st.sampled_from(['office', 'night', 'whole', 'always']))}",
        f"reopened {draw(st.sampled_from(['resumes', 'new_cycle', 'counts_all']))}",
        f"reprioritised {draw(st.sampled_from(['retains', 'restarts', 'per_period']))}",
        f"deadline at {draw(st.sampled_from(['closing', 'next_opening']))}",
        *([f"pauses while {', '.join(pauses)}"] if pauses else []),
    ]
    return "clock standard {\n  " + "\n  ".join(lines) + "\n}\n"


limits = st.one_of(
    st.sampled_from(["15 min", "30 min", "1 h", "4 h", "9 h 30 min", "8 h", "20 h", "40 h"]),
    st.sampled_from(["1 business days", "2 business days", "0.5 business days", "1.5 business days"]),
)


@st.composite
def targets(draw: st.DrawFn, name: str) -> str:
    """One target statement on tickets."""
    names = ", ".join(draw(st.lists(st.sampled_from(PRIORITIES), unique=True, max_size=2)))
    where = draw(
        st.sampled_from(
            ["", "", "", " where site = delft", " where reopenings > 0", " where site is missing"]
        )
    )
    among = f"{names} incidents{draw(st.sampled_from(['', '', ' in mail']))}{where}".strip()
    measure = draw(st.sampled_from(["response", "resolution"]))
    period = draw(st.sampled_from(["each day", "each week", "each month", "each rolling 3 days"]))
    extras = draw(st.sampled_from(["", "", " counted when opened", " counted when resolved", " per site"]))
    on = draw(st.sampled_from(["", "", " on office", " on night", " on whole"]))
    limit = draw(limits)
    if "business" in limit:
        on = " on office"
    change = ""
    if draw(st.booleans()) and "business" not in limit:
        change = f", from 2027-03-30 within {draw(st.sampled_from(['2 h', '6 h']))}"
    kind = draw(st.sampled_from(["within", "within", "within", "statistic", "share"]))
    if kind == "statistic":
        word = draw(st.sampled_from(["mean", "median", "max", "p90"]))
        sentence = f"{word} {measure} of {among} at most {limit} {period}{on}{extras}"
    elif kind == "share":
        sentence = f"share of {names} incidents where reopenings > 0 at most 5% {period}{extras}"
    else:
        goal = draw(st.sampled_from(["50%", "90%"]))
        sentence = f"{measure} of {among} within {limit}{change} for {goal} {period}{on}{extras}"
    return f"  target {name}: {sentence}\n"


@st.composite
def specs(draw: st.DrawFn) -> str:
    """A whole spec with one SLA of one to five targets."""
    some = "".join(draw(targets(f"t{i}")) for i in range(draw(st.integers(1, 5))))
    exclude = draw(st.sampled_from(["", "", '  exclude incidents where site = breda because "Clause 7"\n']))
    return (
        f"{CALENDARS}\n{draw(clocks())}\nsla gold {{\n  between globex and acme\n  covers mail, till\n"
        "  valid 2027-03-20 .. 2027-12-31\n  timezone Europe/Amsterdam\n  clock standard\n"
        f"{some}{exclude}}}\n"
    )


@st.composite
def events(draw: st.DrawFn, ticket: str) -> list[dict[str, object]]:
    """Up to nine events of a ticket, in order of time."""
    times = sorted(draw(st.lists(instants, max_size=9)))
    rows = []
    for seq, at in enumerate(times):
        kind = draw(st.sampled_from(["state", "state", "state", "priority", "message", "ack", "assignee"]))
        rows.append(
            {
                "ticket": ticket,
                "at": at,
                "seq": seq,
                "type": kind,
                "phase": draw(st.sampled_from(PHASES)) if kind == "state" else None,
                "priority": draw(st.sampled_from(PRIORITIES)) if kind == "priority" else None,
                "actor_role": draw(st.sampled_from(["agent", "customer", "system", None])),
                "public": draw(st.sampled_from([True, False, None])) if kind == "message" else None,
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
    "actor_role": pl.String,
    "public": pl.Boolean,
}
TICKET_TYPES = {
    "ticket": pl.String,
    "kind": pl.String,
    "service": pl.String,
    "priority": pl.String,
    "opened": pl.Datetime("us", "UTC"),
    "responded": pl.Datetime("us", "UTC"),
    "resolved": pl.Datetime("us", "UTC"),
    "closed": pl.Datetime("us", "UTC"),
    "site": pl.String,
}


@st.composite
def logs(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One to five tickets as frames: some with events, some with facts alone, some with both."""
    tickets, happened = [], []
    for i in range(draw(st.integers(1, 5))):
        opened = draw(instants)
        facts = draw(st.booleans())
        later = instants.map(lambda at, opened=opened: max(at, opened))
        resolved = draw(st.none() | later) if facts else None
        tickets.append(
            {
                "ticket": f"T{i}",
                "kind": draw(st.sampled_from(["incident", "incident", "incident", "problem"])),
                "service": draw(st.sampled_from(["mail", "till", "other"])),
                "priority": draw(st.sampled_from([*PRIORITIES, None])),
                "opened": opened,
                "responded": draw(st.none() | instants) if facts else None,
                "resolved": resolved,
                "closed": draw(st.none() | later) if facts else None,
                "site": draw(st.sampled_from(["delft", "breda", None])),
            }
        )
        if draw(st.booleans()):
            happened += draw(events(f"T{i}"))
    return pl.DataFrame(tickets, schema=TICKET_TYPES), pl.DataFrame(happened, schema=EVENT_TYPES)

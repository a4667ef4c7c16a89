"""How long 10,000 lines of agreements take to check.

    python tests/bench/bench_check.py [lines]

The text is made up: a customer's file each, with services, calendars, a clock, an escalation, an agreement of a dozen
targets and what backs it; names, limits, periods and conditions differ. Three figures:
in a process that has checked a line of each kind before, so that libraries and parse tables are loaded;
in a fresh process, without the start of Python; and the whole command `slm check`.
Last, what computing the parse tables would cost that are kept with the package (see `slmdsl.syntax.tables`).
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench._processes import asked, middle, report, whole

LINES = 10_000
RUNS = 5
ACCEPTED = 1.5
ZONES = ("Europe/Amsterdam", "Europe/London", "America/New_York", "Asia/Tokyo", "UTC")
REGIONS = ("NL", "GB-SCT", "US-CA", "JP", "DE-BY")
WORDS = (
    "mail till wan hosting laptop print voice backup intranet portal ledger payroll stock search "
    "archive mobile badge camera scanner kiosk".split()
)
PERIODS = ("month", "quarter", "week", "rolling 28 days")


def calendar(chance: random.Random, name: str) -> list[str]:
    opens, closes = chance.choice(["07:00", "08:00", "08:30"]), chance.choice(["17:00", "18:00", "19:30"])
    return [
        f'calendar {name} "Service hours" {{',
        f"  timezone  {chance.choice(ZONES)}",
        f"  open      mon..fri {opens}-12:30, 13:00-{closes}",
        "  open      sat 09:00-13:00",
        f"  holidays  {chance.choice(REGIONS)}",
        f"  closed    every 12-26, 2027-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        "}",
    ]


def service(chance: random.Random, name: str, needs: list[str]) -> list[str]:
    rest = chance.sample(needs, min(len(needs), 2))
    return [
        f'service {name} "{name.replace("_", " ").title()}" {{',
        '  """',
        f"  What users know as {name}: run, mended and kept current.",
        '  """',
        f"  owner        desk_{name.rpartition('_')[2]}",
        f"  criticality  {chance.choice(['low', 'high', 'critical'])}",
        "  hours        mon..sun 07:00-22:00 Europe/Amsterdam",
        *([f"  needs        {', '.join(rest)}"] if rest else []),
        "  maintenance  second sunday of month 02:00-06:00 Europe/Amsterdam, notice 5 days",
        "}",
    ]


def targets(chance: random.Random, services: list[str], customer: int) -> list[str]:
    lines = []
    for rank in range(1, 5):
        share, within = chance.choice([80, 90, 95, 99]), chance.choice(["month", "quarter"])
        lines += [
            (
                f"  target answer_{rank}: response of P{rank} incidents within {15 * rank**2} min"
                f" for {share}% each {within}"
            ),
            (
                f"  target fix_{rank}: resolution of P{rank} incidents in {chance.choice(services)}"
                f" within {4 * rank} h, from 2027-07-01 within {3 * rank} h for {share}% each {within} per site"
            ),
        ]
    name = chance.choice(services)
    return [
        *lines,
        (
            f"  target up: availability of {name} by minutes at least 99.{chance.randint(0, 9)}% each month"
            " excluding maintenance"
        ),
        (
            f"  target mttr: mean resolution of P1, P2 incidents at most {chance.randint(4, 9)} h"
            f" each {chance.choice(PERIODS)}"
        ),
        (
            f'  target slow: p95 resolution of P3 incidents where channel != "walk-in" and site = "s{customer}"'
            " at most 6 business days each quarter"
        ),
        (
            f"  target reopened: share of incidents where reopenings > 0 at most {chance.randint(2, 9)}% each month,"
            " minimum 20 tickets"
        ),
    ]


def agreement(chance: random.Random, number: int, services: list[str]) -> list[str]:
    return [
        f'sla gold_{number} "Managed workplace {number}" {{',
        '  """',
        "  The provider runs the services below and answers for the levels stated here.",
        '  """',
        f"  between     globex and customer_{number}",
        f"  covers      {', '.join(services)}",
        "  valid       2027-01-01 .. 2027-12-31",
        f"  timezone    {chance.choice(ZONES)}",
        f"  clock       counted_{number}",
        f"  escalation  ladder_{number}",
        *targets(chance, services, number),
        '  exclude incidents where channel = "test" because "Clause 7: tests of the customer"',
        "  fee EUR 42_000 each month",
        "  credit up below 99.0% pays 2% of fee, below 98.5% pays 5% of fee",
        f"  credit fix_1 pays EUR {chance.randint(2, 9)}00 per miss",
        "  cap credits 15% of fee each month",
        "}",
        f'ola desk_for_{number} "The desk backs it" {{',
        f"  between  desk_{number} and globex",
        f"  supports gold_{number}",
        f"  clock    counted_{number}",
        "  target pick_up: response of P1, P2, P3, P4 incidents within 10 min for 99% each month",
        *(
            f"  target fix_{rank}: resolution of P{rank} incidents within {3 * rank} h for 99% each month"
            for rank in range(1, 5)
        ),
        "}",
    ]


def customer(chance: random.Random, number: int) -> list[str]:
    """Return what one customer's file says."""
    services = [f"{word}_{number}" for word in chance.sample(WORDS, 6)]
    catalogue = [
        line for place, name in enumerate(services) for line in service(chance, name, services[:place])
    ]
    return [
        'import "shared.slm"',
        "",
        f"# Customer {number}: what was agreed, and what it rests on.",
        *calendar(chance, f"hours_{number}"),
        f'customer customer_{number} "Customer {number}" {{',
        f'  contact "it{number}@customer.example"',
        "}",
        f'team desk_{number} "Desk for customer {number}" {{',
        f'  known as "Desk {number}*", "D{number}"',
        "}",
        *catalogue,
        f"clock counted_{number} {{",
        "  starts    at opened",
        f"  responds  at {chance.choice(['public_reply', 'any_action', 'acknowledged'])}",
        "  stops     at resolved",
        "  pauses    while wait_customer",
        f"  runs      on hours_{number}",
        "  reopened  resumes",
        "}",
        f"escalation ladder_{number} {{",
        f"  at {chance.choice([50, 60, 75])}% of resolution notify desk_{number}",
        '  30 min before due of resolution notify "duty.manager@globex.example"',
        "  2 h after breach of resolution notify owner every 4 h up to 3 times",
        "}",
        *agreement(chance, number, services),
        "",
    ]


SHARED = [
    'provider globex "Globex"',
    "field site",
    "field channel",
    "priorities itil {",
    "  urgency        high  medium  low",
    "  impact   high  P1    P2      P3",
    "  impact   low   P2    P3      P4",
    "}",
    "source export {",
    '  read      "tickets.csv"',
    "  timezone  UTC",
    '  ticket    "number"',
    "  kind      incident",
    '  service   "service"',
    '  priority  "priority"',
    '  opened    "opened"',
    '  responded "answered"',
    '  resolved  "resolved"',
    '  field     site "location"',
    '  field     channel "channel"',
    "}",
]


def make(folder: Path, lines: int) -> tuple[int, int]:
    """Write files of about `lines` lines together; return how many lines and files they are."""
    chance = random.Random(1)
    files = {"shared.slm": SHARED}
    while sum(map(len, files.values())) < lines:
        files[f"customer_{len(files)}.slm"] = customer(chance, len(files))
    for name, said in files.items():
        (folder / name).write_text("\n".join(said) + "\n", encoding="utf-8")
    return sum(map(len, files.values())), len(files)


def checked(folder: Path) -> None:
    """Check, and complain if the text is not what it was meant to be."""
    from slmdsl import check

    _, findings = check(folder)
    if errors := [each for each in findings if each.is_error]:
        sys.exit(f"{errors[0].span.place}: {errors[0].message}")


def tables() -> float:
    """Return the seconds that Lark takes to compute the parse tables of all grammars."""
    from slmdsl.syntax.grammars import FAMILIES, grammar_text
    from slmdsl.syntax.tables.from_lark import tables_of

    begin = time.process_time()
    for family, starts in FAMILIES.items():
        tables_of(grammar_text(family), starts)
    return time.process_time() - begin


def warm(folder: Path, few: Path) -> None:
    """Report a check in a process that has checked before."""
    checked(few)
    report(lambda: checked(folder))


def main(lines: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as all_of_it, tempfile.TemporaryDirectory() as little:
        made, files = make(Path(all_of_it), lines)
        make(Path(little), 100)
        loaded = middle([asked(__file__, "--warm", all_of_it, little) for _ in range(RUNS)])
        fresh = middle([asked(__file__, "--fresh", all_of_it) for _ in range(RUNS)])
        slm = str(Path(sys.executable).with_name("slm"))
        command = middle([whole(slm, "check", all_of_it) for _ in range(RUNS)])
    print(f"{made:_} lines in {files} files, medians of {RUNS}; accepted: {ACCEPTED} s")
    print(f"  checked, all loaded before            {loaded}")
    print(f"  checked in a fresh process            {fresh}")
    print(
        f"  slm check, from start to end          {command.seconds:7.2f} s  {command.used:7.2f} s of processors"
    )
    print(
        f"  computing the parse tables, not done: {median(tables() for _ in range(3)):7.2f} s of processors"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--warm"]:
        warm(Path(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1:2] == ["--fresh"]:
        report(lambda: checked(Path(sys.argv[2])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else LINES)

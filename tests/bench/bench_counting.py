"""How fast tickets are counted.

    python tests/bench/bench_counting.py [millions of tickets]

Four figures, all on one core unless said otherwise, the best of several rounds:
20 logs of 20,000 tickets with six events each, counted for 12 targets of one agreement, rules bound once;
a log of facts alone (opened, responded, resolved), counted for ten targets, beside the time that polars takes to read
the same table from Parquet and to group it; and that log at a tenth and a hundredth of its length;
a fifth as many tickets with six events each, cut into waits, stretches, stays and a backlog, beside counting them.
"""

import sys
import tempfile
import time
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from slmdsl.base.units import DAY, HOUR, NO_TIME
from slmdsl.evaluate.tickets.count_kernel import N
from slmdsl.evaluate.tickets.counting import count
from slmdsl.evaluate.units.log import unit_log
from slmdsl.events.columns import Coded, Events, Tickets
from slmdsl.events.log import EventLog
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.rules.binding import bind
from slmdsl.rules.from_contract import ticket_rules, units_judged
from tests import builders as b

BEGIN_US = b.at("2027-01-04 00:00")
PRIORITIES, SERVICES = ("P1", "P2", "P3", "P4"), ("email", "till", "wan")
ROUNDS = 5


def coded(codes, values):
    return Coded(codes=codes.astype(np.int32), values=values)


def tickets(rng, size, first_event=None, **facts):
    missing = np.full(size, NO_TIME)
    found = {
        name: facts.get(name, missing) for name in ("opened_us", "responded_us", "resolved_us", "closed_us")
    }
    return Tickets(
        ids=range(size),
        kind=coded(np.zeros(size), ("incident",)),
        service=coded(rng.integers(0, 3, size), SERVICES),
        priority=coded(rng.choice(4, size, p=[0.02, 0.1, 0.58, 0.3]), PRIORITIES),
        customer=Coded.unknown(size),
        group=Coded.unknown(size),
        reopenings=rng.binomial(1, 0.04, size).astype(np.int32),
        reassignments=np.zeros(size, np.int32),
        first_event=np.full(size, -1) if first_event is None else first_event,
        **found,
    )


def log_with_events(seed, size):
    """Six events a ticket: answered, waiting for the customer, back, changed in priority (5 %), resolved, closed."""
    rng = np.random.default_rng(seed)
    opened_us = np.sort(BEGIN_US + rng.integers(0, 364 * DAY, size))
    gaps_us = rng.exponential([0.5 * HOUR, 2 * HOUR, 8 * HOUR, HOUR, 5 * HOUR, 40 * HOUR], (size, 6)).astype(
        np.int64
    )
    at_us = (opened_us[:, None] + np.cumsum(gaps_us, axis=1)).ravel()
    kinds = (EventType.MESSAGE, *[EventType.STATE] * 2, EventType.PRIORITY, *[EventType.STATE] * 2)
    phases = (-1, Phase.WAIT_CUSTOMER, Phase.ACTIVE, -1, Phase.RESOLVED, Phase.CLOSED)
    changed = np.full((size, 6), -1)
    changed[:, 3] = np.where(rng.random(size) < 0.05, rng.integers(0, 4, size), -1)
    rows = np.arange(6 * size)
    events = Events(
        ticket=np.repeat(np.arange(size), 6),
        next_event=np.where(rows % 6 == 5, -1, rows + 1),
        at_us=at_us,
        seq=np.zeros(6 * size, np.int32),
        type=np.tile(kinds, size).astype(np.int8),
        phase=np.tile(phases, size).astype(np.int8),
        priority=changed.ravel().astype(np.int32),
        group=np.full(6 * size, -1, np.int32),
        actor=Coded.unknown(6 * size),
        actor_role=np.full(6 * size, Role.AGENT, np.int8),
        public=np.tile([1, -1, -1, -1, -1, -1], size).astype(np.int8),
        reason=Coded.unknown(6 * size),
    )
    facts = tickets(rng, size, first_event=np.arange(size) * 6, opened_us=opened_us)
    return EventLog(ticket_columns=facts, event_columns=events)


def log_of_facts(size):
    rng = np.random.default_rng(7)
    opened_us = BEGIN_US + rng.integers(0, 364 * DAY, size)
    responded_us = opened_us + rng.exponential(0.5 * HOUR, size).astype(np.int64)
    resolved_us = responded_us + rng.exponential(20 * HOUR, size).astype(np.int64)
    return EventLog(
        ticket_columns=tickets(
            rng, size, opened_us=opened_us, responded_us=responded_us, resolved_us=resolved_us
        )
    )


def agreement_of(targets):
    return b.agreement(
        *targets, valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31), zone="Europe/Amsterdam"
    )


def twelve_targets():
    office = b.clock(calendar=b.SPLIT)
    answers = [
        b.target(
            b.within(b.minutes(m), measure="response", of=b.population(p)),
            name=f"answer_{p}",
            of_clock=office,
        )
        for p, m in zip(PRIORITIES, (15, 30, 120, 240), strict=True)
    ]
    fixes = [
        b.target(b.within(b.hours(h), of=b.population(p)), name=f"fix_{p}", of_clock=office)
        for p, h in zip(PRIORITIES, (4, 8, 24, 40), strict=True)
    ]
    others = [
        b.target(b.statistic("mean", b.hours(5), of=b.population("P1", "P2")), name="mttr", of_clock=office),
        b.target(b.statistic("p95", b.business_days(6), of=b.population("P3")), name="slow", of_clock=office),
        b.target(b.share(b.compare("reopenings", ">", Fraction(0))), name="reopened", of_clock=office),
        b.target(b.count_of(3000), name="volume", of_clock=office),
    ]
    return [*answers, *fixes, *others]


def best(work):
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def many_logs():
    logs = [log_with_events(seed, 20_000) for seed in range(20)]
    rules = ticket_rules(b.contract(agreement_of(twelve_targets())))
    bound = bind(rules, logs[0], as_of_us=BEGIN_US + 380 * DAY, from_us=BEGIN_US)
    counts = count(bound, logs[0], workers=1)
    judged = sum(int(counts.by_period(t)[:, N].sum()) for t in range(12))
    seconds = best(lambda: [count(bound, log, workers=1) for log in logs])
    print(f"20 logs x 20,000 tickets x 6 events, 12 targets: {seconds:.3f} s (accepted: 0.1 s)", end="")
    print(f", {seconds / 400_000 * 1e9:.0f} ns a ticket; {judged:,} judged in the first log")
    print(f"binding rules to a log's dictionaries: {best(lambda: bind(rules, logs[0])) * 1000:.1f} ms")


def one_long_log(size):
    log = log_of_facts(size)
    rules = ticket_rules(b.contract(agreement_of(twelve_targets()[:10])))
    bound = bind(rules, log, as_of_us=BEGIN_US + 380 * DAY)
    alone = best(lambda: count(bound, log, workers=1))
    both = best(lambda: count(bound, log, workers=2))
    print(f"{size:>10,} tickets of facts alone, 10 targets: {alone:.3f} s on one core, {both:.3f} s on two")
    return log, both


def units_of_long_log(size):
    """Cut tickets into units; a quarter of the events are public messages, and half move the ticket between groups."""
    log = with_messages_and_moves(log_with_events(11, size))
    as_of_us = BEGIN_US + 380 * DAY
    sorts = {
        "stretches": (b.within(b.minutes(240), measure="updates"), None),
        "waits": (b.within(b.minutes(240), measure="next_reply"), None),
        "stays": (b.within(b.hours(8)), "per_stay"),
        "all stays": (b.within(b.hours(8)), "over_stays"),
        "backlog": (b.ageing(100, b.days(30)), None),
    }
    whole = ticket_rules(b.contract(agreement_of([b.target(b.within(b.hours(8)))])))
    seconds = best(lambda: count(bind(whole, log, as_of_us=as_of_us), log, workers=1))
    print(f"{size:>10,} tickets x 6 events, 1 target, counted whole: {seconds:.3f} s")
    for name, (form, stays) in sorts.items():
        agreement = b.replace(agreement_of([b.target(form, on=b.ALWAYS_OPEN)]), stays=stays, promiser="crew")
        contract = b.contract(agreement, customers=[("crew", "")])
        (unit,) = units_judged(contract)
        rules = ticket_rules(contract, unit=unit)
        units = unit_log(rules, log)
        cut = best(lambda rules=rules: unit_log(rules, log))
        bound = bind(rules, units.log, as_of_us=as_of_us)
        counted = best(lambda bound=bound, units=units: count(bound, units.log, workers=1))
        print(f"{len(units.ticket):>10,} {name}: cut in {cut:.3f} s, counted in {counted:.3f} s")


def with_messages_and_moves(log):
    """Return a log whose answers come from both sides, and whose changes of state by the half move the ticket."""
    rng, events = np.random.default_rng(12), log.event_columns
    size, groups = len(events), ("desk", "crew", "network")
    is_message = rng.random(size) < 1 / 4
    moves = rng.random(size) < 1 / 2
    tickets = b.replace(log.ticket_columns, group=coded(rng.integers(0, 3, len(log.ticket_columns)), groups))
    told = b.replace(
        events,
        type=np.where(is_message, EventType.MESSAGE, events.type).astype(np.int8),
        public=np.where(is_message, 1, -1).astype(np.int8),
        actor_role=np.where(rng.random(size) < 1 / 2, Role.AGENT, Role.CUSTOMER).astype(np.int8),
        group=np.where(moves, rng.integers(0, 3, size), -1).astype(np.int32),
    )
    return EventLog(ticket_columns=tickets, event_columns=told)


def polars_beside(log):
    facts = log.ticket_columns
    frame = pl.DataFrame(
        {
            "ticket": [str(n) for n in range(len(facts))],
            "priority": pl.Series(facts.priority.values).gather(facts.priority.codes),
            "service": pl.Series(facts.service.values).gather(facts.service.codes),
            "opened": facts.opened_us.astype("datetime64[us]"),
            "responded": facts.responded_us.astype("datetime64[us]"),
            "resolved": facts.resolved_us.astype("datetime64[us]"),
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tickets.parquet")
        frame.write_parquet(path)
        month = pl.col("resolved").dt.truncate("1mo")
        spent = (pl.col("resolved") - pl.col("opened")).mean().alias("spent")

        def read_and_group():
            return pl.read_parquet(path).group_by("priority", month).agg(pl.len(), spent)

        return best(read_and_group)


def main():
    many_logs()
    size = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 5_000_000
    for part in (100, 10):
        one_long_log(size // part)
    units_of_long_log(size // 5)
    log, seconds = one_long_log(size)
    beside = polars_beside(log)
    print(
        f"polars reads and groups the same tickets in {beside:.3f} s: counting takes {seconds / beside:.2f} of it"
    )


if __name__ == "__main__":
    main()

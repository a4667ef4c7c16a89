"""What is the fast engine's own: its queues, its agenda, its room, and how a replication is run."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest

from slmdsl.simulate.fast import agenda, engine, queues
from slmdsl.simulate.fast.kernel import run
from slmdsl.simulate.fast.tables import CLASS, CLOCK, EVENT, TICKET, table, table_of
from slmdsl.simulate.runs import simulated
from tests.bare_desks import Desk
from tests.desks import random_desk
from tests.queueing.plans import plan_of

MODEL = Path(__file__).resolve().parents[1] / "bench" / "models" / "three_tier.slm"
TABLES = ("events", "chains", "outages", "feedback", "spells")


def same(one, other):
    pairs = [(getattr(one, name), getattr(other, name)) for name in TABLES]
    return all(
        np.array_equal(getattr(mine, column.name), getattr(theirs, column.name))
        for mine, theirs in pairs
        for column in fields(mine)
    )


def head(tickets, classes):
    return int(classes[0].head)


@pytest.mark.parametrize("seed", range(20))
def test_a_queue_gives_the_least_whatever_came_and_left(seed):
    random, waiting = Random(seed), {}
    tickets, classes = table(200, TICKET), table_of(CLASS, 1, head=-1)
    for ticket in range(200):
        key = (random.randrange(5), random.randrange(-1_000, 1_000))
        tickets[ticket].due, tickets[ticket].number = key
        queues.insert(tickets, classes, 0, ticket)
        waiting[ticket] = (*key, ticket)
        for _ in range(random.randrange(2)):
            some = min(waiting, key=waiting.get) if random.random() < 0.5 else random.choice(list(waiting))
            queues.remove(tickets, classes, 0, some)
            del waiting[some]
        if waiting:
            least = head(tickets, classes)
            assert waiting[least][:2] == min(waiting.values())[:2]
    while waiting:
        least = head(tickets, classes)
        assert waiting[least][:2] == min(waiting.values())[:2]
        queues.remove(tickets, classes, 0, least)
        del waiting[least]
    assert head(tickets, classes) == -1


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") != "1", reason="parts are no functions once compiled")
def test_the_agenda_is_in_order_and_what_would_be_too_late_is_not_in_it():
    random, clock, scheduled = Random(1), table_of(CLOCK, 1, end=50)[0], table(100, EVENT)
    told = [(random.randrange(60), random.randrange(12), random.randrange(5)) for _ in range(100)]
    for at, rank, number in told:
        agenda.push(clock, scheduled, at, agenda.code_of(rank, number, 3))
    came = []
    while clock.scheduled:
        code = int(scheduled[0].code)
        came.append(
            (
                int(scheduled[0].at),
                code >> agenda.RANK_SHIFT,
                (code >> agenda.ID_SHIFT) & agenda.ID_MASK,
            )
        )
        assert code & agenda.VERSION_MASK == 3
        agenda.pop(clock, scheduled)
    assert came == sorted(each for each in told if each[0] < 50)


@pytest.mark.parametrize("seed", range(0, 90, 3))
def test_little_room_at_first_changes_nothing(seed, monkeypatch):
    desk = random_desk(seed)
    usual = engine.simulate(*desk)
    monkeypatch.setattr(engine, "_ROWS_PER_TICKET", 0)
    monkeypatch.setattr(engine, "_SPELLS_PER_TICKET", 0)
    monkeypatch.setattr(engine, "_SCHEDULED_AT_FIRST", 0)
    monkeypatch.setattr(engine, "_OUTAGES_AT_FIRST", 1)
    monkeypatch.setattr(engine, "_MARGINS_AT_FIRST", 1)
    times = []
    monkeypatch.setattr(engine, "run", lambda *arguments: times.append(0) or run(*arguments))
    assert same(engine.simulate(*desk), usual)
    assert len(times) > 1


def test_a_desk_without_tickets_leaves_nothing():
    outcome = engine.simulate(*Desk(tickets=[]).made())
    assert len(outcome.events) == len(outcome.spells) == 0


@pytest.mark.compiled  # thousands of tickets
def test_threads_do_not_meet():
    many = [random_desk(seed) for seed in range(12)]
    alone = [engine.simulate(*each) for each in many]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda each: engine.simulate(*each), many))
    assert all(map(same, alone, together))


@pytest.fixture(scope="module")
def plan():
    return plan_of(MODEL, first=date(2027, 3, 1), last=date(2027, 3, 1), warm_up_us=0)


@pytest.mark.compiled  # thousands of tickets
def test_a_replication_is_run_from_its_number(plan):
    one, again, other = simulated(plan, 5, 0), simulated(plan, 5, 0), simulated(plan, 5, 1)
    assert same(one.outcome, again.outcome)
    assert not same(one.outcome, other.outcome)
    assert one.log is one.log
    assert one.log.tickets.height == len(one.luck.arrivals) > 100
    assert one.spells is one.outcome.spells
    assert one.tick_us == plan.tick_us


@pytest.mark.compiled  # thousands of tickets
def test_both_engines_run_a_model(plan):
    fast, slow = simulated(plan, 5, 3), simulated(plan, 5, 3, engine="simpy")
    assert fast.log.events.equals(slow.log.events)
    assert fast.log.tickets.equals(slow.log.tickets)

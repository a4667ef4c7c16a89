"""What escalations do on the simulated desk is what `evaluate` tells of its log: steps on tickets, lines, flags."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import slmdsl
from slmdsl.contract.scenarios import what_if
from slmdsl.evaluate.escalations.desk_conditions import DeskHistory, intervals
from slmdsl.evaluate.escalations.desk_steps import flags_of
from slmdsl.evaluate.escalations.followed import followed
from slmdsl.evaluate.from_log import evaluate
from slmdsl.ingest.empirical import with_measured
from slmdsl.simulate.outcome import log_of
from slmdsl.simulate.reference import simulate
from slmdsl.simulate.reference.clock import Rank
from slmdsl.workload.from_contract import desk_plan
from slmdsl.workload.luck import luck_of
from tests.common_luck import DESK
from tests.contracts import contract

MODEL = Path(__file__).parents[2] / "models" / "acme" / "whatif.slm"
FLAGS = ("strained", "busy", "down", "major_incident")
ESCALATES = (
    DESK.replace(
        "  target fix: resolution of P1, P2 incidents",
        "  escalation ladder\n  target fix: resolution of incidents",
    )
    .replace("shift early mon..fri 07:00-15:30 3", "shift early mon..fri 07:00-15:30 2")
    .replace("fails every exponential(mean 200 h)", "fails every exponential(mean 9 h)")
    .replace("shift late mon..fri 10:30-19:00 3", "shift late mon..fri 10:30-19:00 1")
    + """
escalation ladder "Who acts when" {
  at 30% of resolution reassign to apps
  at 50% of resolution declare strained, invoke rehearsal
  20 min before due of resolution invoke call_round
  1 h after breach of resolution notify "somebody@globex.example", invoke rehearsal
  when open P1 incidents > 1 declare major_incident, invoke surge
  when declared strained and backlog of desk > 12 declare busy
  when declared busy and backlog of desk > 15 declare busy, invoke gather
  when outage of hosting lasts 10 min declare down, invoke gather
  when backlog of desk < 6 invoke relax
}
contingency surge "More people" {
  then add 2 agents to desk after 10 min
  until backlog of desk < 3
}
"""
    + "".join(
        f"contingency {name} {{\n  then notify acme within 1 h\n}}\n"
        for name in ("rehearsal", "call_round", "gather", "relax")
    )
    + "".join(
        f"contingency saw_{flag} {{\n  when declared {flag}\n  then notify acme within 1 h\n}}\n"
        for flag in FLAGS
    )
)


class Told(NamedTuple):
    """A simulated replication, what acted in it, and what is told of its log. Times are ticks."""

    acts: set
    """Tickets and when steps acted on them."""
    calls: dict
    """By contingency: when it was fired."""
    on: dict
    """By contingency: when it was on."""
    messages: list
    """Ticket (-1: the whole desk), what is told, when."""
    raised: dict
    """By flag: when it begins to stand."""
    touched: set
    """Tickets and when something happened to them."""


@pytest.fixture(scope="module", params=(1, 2))
def told(request):
    agreed = contract(ESCALATES)
    plan = desk_plan(what_if(agreed, "today"), first=date(2027, 3, 1), last=date(2027, 3, 12), warm_up_us=0)
    return followed_twice(agreed, plan, request.param)


def followed_twice(agreed, plan, seed):
    """What happens in a replication, and what is told of it."""
    luck, trace = luck_of(plan, seed, 0), []
    outcome = simulate(plan, luck, seen=lambda *what: trace.append(what))
    tickets = len(luck.arrivals)
    log = log_of(plan, luck, outcome, [str(row) for row in range(tickets)])
    names = plan.what_if.agreements
    verdicts = evaluate(agreed, log, as_of_us=plan.end * plan.tick_us, agreements=names)
    found = followed(agreed, verdicts.judged, verdicts.agreements)
    history = DeskHistory(agreed, log, plan.end * plan.tick_us)
    flags = flags_of(history, found[0].plan.desk, [flag for each in found for flag in each.raised()])

    def ticks(at_us):
        return -(-np.asarray(at_us) // plan.tick_us)

    rows = verdicts.escalations.select("ticket", "to", "at").rows()
    called, events = outcome.called, outcome.events
    mine = {name: called.contingency == number for number, name in enumerate(plan.contingencies.names)}
    return Told(
        acts={
            (number - tickets, at)
            for at, rank, number in trace
            if rank == Rank.PATIENCE_OVER and number >= tickets
        },
        calls={name: ticks(called.from_us[rows]).tolist() for name, rows in mine.items()},
        on={
            name: list(zip(ticks(called.from_us[rows]), ticks(called.to_us[rows]), strict=True))
            for name, rows in mine.items()
        },
        messages=[
            (-1 if ticket is None else int(ticket), to, int(ticks(round(at.timestamp() * 10**6))))
            for ticket, to, at in rows
            if to.partition(":")[0] in ("reassign", "declare", "invoke")
        ],
        raised={
            flag: [at for at in ticks(intervals(flags[flag])[0]).tolist() if at < plan.end] for flag in flags
        },
        touched=set(zip(events.ticket.tolist(), ticks(events.at_us).tolist(), strict=True)),
    )


def test_steps_act_on_tickets_when_they_are_told(told):
    expected = {(ticket, at) for ticket, _, at in told.messages if ticket >= 0}
    assert len(expected) > 100
    assert expected <= told.acts
    # What happens to a ticket behind rank 8 of the instant, as a dispatch, comes too late for the step.
    assert told.acts - expected <= told.touched


@pytest.mark.parametrize("name", ["rehearsal", "call_round", "gather", "relax"])
def test_contingencies_are_invoked_when_it_is_told(told, name):
    expected = Counter(
        at for _, at in {(ticket, at) for ticket, to, at in told.messages if to == f"invoke: {name}"}
    )
    found = Counter(told.calls[name])
    assert expected
    assert not expected - found
    late = Counter(at for _, at in told.acts & told.touched)
    assert not found - expected - late


def test_one_that_is_on_is_not_invoked_again(told):
    asked = sorted({at for _, to, at in told.messages if to == "invoke: surge"})
    assert asked
    assert [at for at in asked if not was_on(told, at)] == told.calls["surge"]


def was_on(told, at):
    """Whether the surge was on already when it was invoked."""
    return any(begin < at <= end for begin, end in told.on["surge"])


@pytest.mark.parametrize("flag", FLAGS)
def test_flags_stand_when_history_has_them_stand(told, flag):
    assert told.raised[flag]
    assert told.raised[flag] == told.calls[f"saw_{flag}"]


def test_the_shipped_agreement_declares_and_invokes_as_it_is_told():
    spec = slmdsl.load(MODEL)
    asked = what_if(with_measured(spec.contract, spec.root), "all_levels")
    plan = desk_plan(asked, first=date(2027, 3, 1), last=date(2027, 3, 7), warm_up_us=0)
    told = followed_twice(asked.contract, plan, 3)
    steps = {(ticket, at) for ticket, _, at in told.messages if ticket >= 0}
    assert steps <= told.acts
    assert told.acts - steps <= told.touched
    asked_for = {at for _, to, at in told.messages if to == "invoke: surge"}
    assert asked_for
    # This contingency has a condition of its own, too.
    assert all(at in told.calls["surge"] or was_on(told, at) for at in asked_for)
    assert told.raised["major_incident"] == sorted(asked_for)

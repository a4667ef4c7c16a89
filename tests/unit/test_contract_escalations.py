"""Escalations as the contract holds them: triggers, actions, conditions on the desk, who uses them."""

from __future__ import annotations

from fractions import Fraction

from slmdsl.base.units import HOUR, MINUTE, Duration
from slmdsl.contract.model import escalations as model
from slmdsl.contract.model.agreements import Population
from tests.contracts import PARTIES, contract, read

REST = (
    PARTIES
    + """
service email "Mail"
contingency surge "Surge" {
  then restore email within 1 h
}
staff desk {
  shift day mon..fri 08:00-17:00 4 agents
}
priorities itil {
  urgency       high
  impact   all  P1
}
"""
)


def ladder(*lines):
    said = "".join(f"  {line}\n" for line in lines)
    return contract(f'{REST}escalation ladder "Who is told" {{\n{said}}}\n').escalations["ladder"]


def incidents(*priorities, words, services=()):
    return Population(
        kind="incident",
        priorities=priorities,
        requests=(),
        services=services,
        condition=None,
        words=words,
    )


def test_triggers_on_a_tickets_clock():
    found = ladder(
        "at 50% of response notify owner",
        "30 min before due of resolution notify owner",
        "2 h after breach of fulfilment notify owner",
        "2 h wall after breach of next_reply notify owner",
    )
    minutes, hours = Duration(us=30 * MINUTE), Duration(us=2 * HOUR)
    assert (found.name, found.title) == ("ladder", "Who is told")
    assert [rule.trigger for rule in found.rules] == [
        model.AtPercent(share=Fraction(1, 2), measure="response"),
        model.BeforeDue(duration=minutes, measure="resolution"),
        model.AfterBreach(duration=hours, measure="fulfilment", wall=False),
        model.AfterBreach(duration=hours, measure="next_reply", wall=True),
    ]
    assert [(rule.step, rule.words) for rule in found.rules] == [
        (1, "at 50% of response"),
        (2, "30 min before due of resolution"),
        (3, "2 h after breach of fulfilment"),
        (4, "2 h wall after breach of next_reply"),
    ]


def test_actions_in_order_with_their_own_repeats():
    (rule,) = ladder(
        'at 100% of resolution notify owner, apps.lead, owner every 4 h up to 3 times, notify acme, "x@y.example",'
        " reassign to apps, declare big, invoke surge, notify globex every 1 h"
    ).rules
    assert rule.actions == (
        model.Notify(
            recipients=("owner", "apps.lead"), repeat=model.Repeat(every=Duration(us=4 * HOUR), times=3)
        ),
        model.Notify(recipients=("acme", "x@y.example"), repeat=None),
        model.Reassign(team="apps"),
        model.Declare(flag="big"),
        model.Invoke(contingency="surge"),
        model.Notify(recipients=("globex",), repeat=model.Repeat(every=Duration(us=HOUR), times=None)),
    )


def test_conditions_on_the_desk():
    found = ladder(
        "when open P1 incidents in email > 2 declare big",
        "when open incidents older than 2 h >= 1 notify owner",
        "when backlog of desk < 3 or outage of email lasts 20 min and declared big notify owner",
    ).rules
    first, second, third = (rule.trigger.condition for rule in found)
    assert first == model.OpenTickets(
        population=incidents("P1", words="open P1 incidents in email", services=("email",)),
        older_than=None,
        comparison=">",
        count=2,
    )
    assert second.older_than == Duration(us=2 * HOUR)
    assert third == model.AnyOf(
        parts=(
            model.Backlog(team="desk", comparison="<", count=3),
            model.AllOf(
                parts=(
                    model.OutageLasts(service="email", duration=Duration(us=20 * MINUTE)),
                    model.Declared(flag="big"),
                )
            ),
        )
    )


def test_what_names_nothing_real_is_left_out():
    text = f"""{REST}escalation ladder {{
  when backlog of nobody > 2 notify owner
  when outage of nothing lasts 2 h notify owner
  when declared nothing and backlog of desk > 2 notify owner
  at 50% of resolution reassign to nobody, invoke nothing, notify nobody
}}
"""
    found, _ = read(text)
    (rule,) = found.escalations["ladder"].rules
    assert (rule.step, rule.actions) == (4, (model.Notify(recipients=(), repeat=None),))


def test_an_agreement_names_the_escalation_that_it_uses():
    text = f"{REST}escalation ladder {{\n}}\nsla gold {{\n  escalation ladder\n}}\nsla bare {{\n}}\n"
    found = contract(text).agreements
    assert (found["gold"].escalation, found["bare"].escalation) == ("ladder", None)

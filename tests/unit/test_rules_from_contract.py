from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from slmdsl.base.spans import NOWHERE
from slmdsl.contract.model.agreements import NotYetEvaluated
from slmdsl.contract.model.catalogue import Party, PartyRole
from slmdsl.contract.model.clocks import Deadline, Mark, Reopened
from slmdsl.events.vocabulary import Phase
from slmdsl.rules.binding import bind, earliest_us
from slmdsl.rules.dispatch import dispatch_of
from slmdsl.rules.from_contract import MIXED_UNITS, NOBODY, ticket_rules, units_judged
from slmdsl.rules.ticket_rules import CountedBy, TicketForm
from slmdsl.rules.units import WHOLE, Unit, UnitKind, names_in_data, strange_groups
from tests import builders as b


def rules_of(*targets, requests=(), customers=(), **settings):
    return ticket_rules(b.contract(b.agreement(*targets, **settings), requests=requests, customers=customers))


def judged_by(rules, log):
    """Which targets may judge each ticket, as the dispatch has it."""
    dispatch, tickets = dispatch_of(rules.targets, log.ticket_columns), log.ticket_columns
    services, customers, priorities = dispatch.class_counts
    row = (
        dispatch.kind_class[tickets.kind.codes + 1] * services
        + dispatch.service_class[tickets.service.codes + 1]
    )
    row = (row * customers + dispatch.customer_class[tickets.customer.codes + 1]) * priorities
    row += dispatch.priority_class[tickets.priority.codes + 1]
    return [
        [
            rules.targets[t].target.name
            for t in dispatch.listed[dispatch.first_listed[r] : dispatch.first_listed[r + 1]]
        ]
        for r in row
    ]


def test_forms_are_counted_by_what_decides_them_unless_the_text_says_otherwise():
    rules = rules_of(
        b.target(b.within(b.hours(1)), name="a"),
        b.target(b.statistic("mean", b.hours(1)), name="b"),
        b.target(b.share(None), name="c"),
        b.target(b.count_of(1), name="d"),
        b.target(b.within(b.hours(1)), name="e", counted="opened"),
        b.target(NotYetEvaluated(words="updates"), name="f"),
    )
    assert [(each.form, each.counted) for each in rules.targets] == [
        (TicketForm.WITHIN, CountedBy.DECIDED),
        (TicketForm.STATISTIC, CountedBy.STOPPED),
        (TicketForm.SHARE, CountedBy.STOPPED),
        (TicketForm.COUNT, CountedBy.OPENED),
        (TicketForm.WITHIN, CountedBy.OPENED),
    ]


def test_a_family_differs_in_calendar_limit_and_priorities_only():
    usual = b.clock()
    rules = rules_of(
        b.target(b.within(b.hours(1), of=b.population("P1")), name="a", of_clock=usual),
        b.target(b.within(b.hours(2), of=b.population("P2")), name="b", of_clock=usual, on=b.SPLIT),
        b.target(b.within(b.hours(1), measure="response"), name="c", of_clock=usual),
        b.target(b.within(b.hours(1)), name="d", of_clock=b.clock(reopened=Reopened.NEW_CYCLE)),
        b.target(b.within(b.hours(1)), name="e", of_clock=b.clock(deadline=Deadline.NEXT_OPENING)),
        b.target(b.statistic("max", b.hours(1)), name="f", of_clock=usual),
    )
    families = [each.family for each in rules.targets]
    assert families == [0, 0, 1, 2, 0, 3]
    assert [each.track for each in rules.targets] == [0, 0, 1, 0, 0, 0]
    assert [each.calendar for each in rules.targets] == [0, 1, 0, 0, 0, 0]


def test_what_is_not_evaluated_yet_says_why():
    days = b.dated(b.limit(b.hours(1)), (date(2027, 7, 1), b.limit(b.business_days(1))))
    mixed = b.target(b.statistic("mean", b.hours(1)))
    mixed = b.replace(mixed, form=b.replace(mixed.form, limit=days))
    assert [reason for _, reason in rules_of(mixed).left_out] == [MIXED_UNITS]


@pytest.mark.parametrize(
    ("stays", "kind"), [("per_stay", UnitKind.STAY), ("over_stays", UnitKind.STAYS), (None, UnitKind.TICKET)]
)
def test_each_target_is_compiled_with_those_that_judge_the_same_units(stays, kind):
    closed = b.clock(stops=Mark.CLOSED)
    agreement = b.agreement(
        b.target(b.within(b.hours(1)), name="fix"),
        b.target(b.share(None), name="part"),
        b.target(b.within(b.hours(1)), name="closing", of_clock=closed),
        b.target(b.within(b.hours(1), measure="next_reply"), name="reply"),
        b.target(b.within(b.hours(1), measure="updates"), name="told"),
        b.target(b.ageing(10), name="old"),
        stays=stays,
        promiser="desk",
    )
    contract = b.contract(agreement, customers=[("desk", "The desk")])
    groups = () if stays is None else ("desk", "The desk")
    found = {
        unit: [each.target.name for each in ticket_rules(contract, unit=unit).targets]
        for unit in dict.fromkeys((WHOLE, *units_judged(contract)))
    }
    named = {Unit(kind=kind, groups=groups): ["fix", "part"]}
    if stays is None:
        named = {WHOLE: ["fix", "part", "closing"]}
    else:
        named |= {WHOLE: [], Unit(kind=kind, groups=groups, stop=Phase.CLOSED): ["closing"]}
    assert found == {
        **named,
        Unit(kind=UnitKind.WAIT): ["reply"],
        Unit(kind=UnitKind.STRETCH): ["told"],
        Unit(kind=UnitKind.BACKLOG, groups=groups): ["old"],
    }


def test_stays_need_somebody_who_promises():
    rules = rules_of(b.target(b.within(b.hours(1))), b.target(b.share(None)), stays="per_stay")
    assert (rules.targets, [reason for _, reason in rules.left_out]) == ((), [NOBODY, NOBODY])
    agreement = b.agreement(b.target(b.within(b.hours(1))), stays="per_stay")
    assert units_judged(b.contract(agreement)) == ()


def test_groups_are_known_by_name_title_and_pattern():
    unit = Unit(kind=UnitKind.STAY, groups=("desk", "App*"))
    assert [unit.means(group) for group in ("desk", "App 1", "Desk", None)] == [True, True, False, False]
    assert strange_groups(("desk", "Network"), [_party("desk", known_as=("App*",))]) == ("Network",)
    assert names_in_data(_party("desk", title="Desk", known_as=("App*", "desk"))) == ("desk", "Desk", "App*")
    assert names_in_data(None) == ()


def _party(name, *, title="", known_as=()):
    return Party(
        name=name,
        title=title,
        role=PartyRole.TEAM,
        contacts=(),
        known_as=known_as,
        users=None,
        span=NOWHERE,
    )


def test_only_the_named_agreements_are_compiled():
    both = b.contract(
        b.agreement(b.target(b.within(b.hours(1))), name="gold"),
        b.agreement(b.target(b.within(b.hours(1))), name="silver"),
    )
    assert [each.agreement.name for each in ticket_rules(both, ["silver"]).targets] == ["silver"]
    assert len(ticket_rules(both).targets) == 2


def test_requests_are_tickets_of_kind_request_or_of_a_declared_request():
    rules = rules_of(
        b.target(b.within(b.hours(1), of=b.population(kind="request")), name="any"),
        b.target(b.within(b.hours(1), of=b.population(kind="request", requests=("laptop",))), name="laptops"),
        requests=("laptop", "phone"),
    )
    kinds = ("incident", "request", "laptop", "phone")
    log = b.log(*(b.ticket("2027-03-01 09:00", kind=kind) for kind in kinds))
    assert judged_by(rules, log) == [[], ["any"], ["any", "laptops"], ["any"]]


def test_services_of_the_population_else_those_covered_and_covered_requests_of_any_service():
    rules = rules_of(
        b.target(b.within(b.hours(1), of=b.population(kind="request")), name="covered"),
        b.target(b.within(b.hours(1), of=b.population(kind="request", services=("wan",))), name="wan"),
        services=("email", "laptop"),
        requests=("laptop",),
    )
    log = b.log(
        *(
            b.ticket("2027-03-01 09:00", kind=kind, service=service)
            for kind, service in [
                ("request", "email"),
                ("request", "wan"),
                ("laptop", "wan"),
                ("request", None),
            ]
        )
    )
    assert judged_by(rules, log) == [["covered"], ["wan"], ["covered", "wan"], []]


def test_tickets_of_another_customer_are_passed_over_and_those_without_are_anybodys():
    rules = rules_of(
        b.target(b.within(b.hours(1))), receiver="acme", customers=[("acme", "Acme Retail"), ("other", "")]
    )
    log = b.log(
        *(b.ticket("2027-03-01 09:00", customer=who) for who in ("acme", "Acme Retail", "other", None))
    )
    assert judged_by(rules, log) == [["fix"], ["fix"], [], ["fix"]]
    unnamed = rules_of(b.target(b.within(b.hours(1))), receiver="other", customers=[("other", "")])
    assert judged_by(unnamed, log) == [[], [], ["fix"], ["fix"]]
    inner = rules_of(b.target(b.within(b.hours(1))), receiver="desk")
    assert judged_by(inner, log) == [["fix"]] * 4


def test_without_targets_nobody_judges():
    assert judged_by(rules_of(), b.log(b.ticket("2027-03-01 09:00"))) == [[]]


def test_bound_rules_know_the_first_instant_at_which_a_clock_may_start():
    planned = b.clock(starts="planned")
    rules = rules_of(b.target(b.within(b.hours(1)), of_clock=planned))
    log = b.log(b.ticket("2027-03-02 09:00", planned="2027-03-01 08:00"))
    assert earliest_us(rules, log.ticket_columns) == b.at("2027-03-01 08:00")
    assert earliest_us(rules, b.log().ticket_columns) == np.iinfo(np.int64).max


@pytest.mark.parametrize("starts", [Mark.OPENED, Mark.ASSIGNED, Phase.ACTIVE, "planned"])
def test_goals_have_a_common_denominator(starts):
    form = b.within(b.hours(1), goal=Fraction(9, 10), goals=[(date(2027, 7, 1), Fraction(2, 3))])
    rules = rules_of(b.target(form, of_clock=b.clock(starts=starts)))
    bound = bind(rules, b.log(b.ticket("2027-03-01 09:00")))
    assert bound.goal_denominators == (30,)
    assert bound.tables.goals.numerator.tolist() == [27, 20]

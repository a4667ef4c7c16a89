"""Timelines from outages and samples, and needs over them."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from slmdsl.base.units import NO_TIME
from slmdsl.contract.model.catalogue import NeedsAll, NeedsAny, NeedsOne
from slmdsl.contract.needs import uptime_nodes
from slmdsl.evaluate.availability.facts import UP, UptimeFacts, default_hold_us, uptime_facts
from slmdsl.evaluate.availability.needs import at_least, timeline_of, unknown_names
from slmdsl.evaluate.availability.steps import Steps, constant, covered, heaviest
from slmdsl.events.columns import HOLD_DEFAULT, HOLD_UNTIL_NEXT, Coded, Outages, Samples

UNKNOWN = (0, UP)
FULL = (UP, UP)
DOWN = (0, 0)


def coded(words):
    values = tuple(dict.fromkeys(word for word in words if word is not None))
    codes = [-1 if word is None else values.index(word) for word in words]
    return Coded(codes=np.array(codes, dtype=np.int32), values=values)


def outages(*rows):
    """Rows of (service, start, end, share)."""
    names, starts, ends, shares = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Outages(
        service=coded(names),
        start_us=np.array(starts, dtype=np.int64),
        end_us=np.array([NO_TIME if end is None else end for end in ends], dtype=np.int64),
        planned=np.zeros(len(rows), dtype=np.int8),
        announced_us=np.full(len(rows), NO_TIME),
        cause=Coded.unknown(len(rows)),
        share=np.array(shares, dtype=np.float64),
        data_loss_us=np.full(len(rows), NO_TIME, dtype=np.int64),
    )


def samples(*rows, hold=HOLD_UNTIL_NEXT, metric="up"):
    """Rows of (service, at, value)."""
    names, times, values = zip(*rows, strict=True) if rows else ((), (), ())
    return Samples(
        service=coded(names),
        metric=coded([metric] * len(rows)),
        at_us=np.array(times, dtype=np.int64),
        value=np.array(values, dtype=np.float64),
        hold_us=np.full(len(rows), hold),
    )


def states(steps, *instants):
    return [tuple(pair) for pair in steps.at(np.array(instants)).T.tolist()]


def test_covered_unites_overlapping_touching_and_empty_intervals():
    mask = covered(np.array([10, 5, 20, 12, 40]), np.array([12, 11, 25, 20, 40]))
    assert mask.from_us[1:].tolist() == [5, 25]
    assert mask.at(np.array([4, 5, 24, 25, 40])).tolist() == [0, 1, 1, 0, 0]


def test_nothing_is_covered_by_nothing():
    none = np.array([], dtype=np.int64)
    assert covered(none, none).at(np.array([0])).tolist() == [0]


def test_the_heaviest_of_overlapping_intervals_counts():
    steps = heaviest(np.array([0, 5, 8]), np.array([20, 10, 9]), np.array([3, 7, 5]))
    assert steps.at(np.array([-1, 0, 5, 8, 9, 10, 19, 20])).tolist() == [0, 3, 7, 7, 7, 3, 3, 0]


def test_a_name_with_outages_is_up_outside_of_them():
    facts = uptime_facts(samples(), outages(("a", 10, 20, 1.0), ("a", 15, 30, 1.0)), 100)
    assert states(facts.of("a"), 9, 10, 29, 30) == [FULL, DOWN, DOWN, FULL]


def test_an_open_outage_lasts_until_as_of():
    facts = uptime_facts(samples(), outages(("a", 10, None, 1.0), ("b", 10, 900, 1.0)), 100)
    assert states(facts.of("a"), 99, 100) == [DOWN, FULL]
    assert states(facts.of("b"), 99, 100) == [DOWN, FULL]


def test_an_outage_that_begins_after_as_of_is_not_there():
    facts = uptime_facts(samples(), outages(("a", 200, 300, 1.0)), 100)
    assert states(facts.of("a"), 250) == [FULL]


def test_overlapping_shares_count_by_the_largest():
    facts = uptime_facts(samples(), outages(("a", 0, 30, 0.4), ("a", 10, 20, 0.25), ("a", 15, 18, 1.0)), 100)
    assert states(facts.of("a"), 5, 12, 16, 19, 30) == [
        (600_000_000,) * 2,
        (600_000_000,) * 2,
        DOWN,
        (600_000_000,) * 2,
        FULL,
    ]


def test_an_outage_of_no_service_is_nobodys():
    facts = uptime_facts(samples(), outages((None, 0, 30, 1.0), ("a", 40, 50, 1.0)), 100)
    assert states(facts.of("a"), 10, 45) == [FULL, DOWN]


def test_a_book_without_an_entry_means_no_outage():
    assert states(uptime_facts(samples(), outages(("a", 0, 1, 1.0)), 100).of("b"), 50) == [FULL]
    assert states(uptime_facts(samples(), outages(), 100, has_book=True).of("b"), 50) == [FULL]


def test_without_a_book_nothing_is_known_of_an_unmentioned_name():
    assert uptime_facts(samples(), outages(), 100).of("b") is None
    assert uptime_facts(samples(("a", 0, 1)), outages(("c", 0, 1, 1.0)), 100).of("b") is None


def test_a_sample_holds_until_the_next_and_nothing_is_known_before_the_first():
    facts = uptime_facts(samples(("a", 10, 1), ("a", 20, 0), ("b", 0, 0)), outages(), 100)
    assert states(facts.of("a"), 9, 10, 19, 20, 10**15) == [UNKNOWN, FULL, FULL, DOWN, DOWN]
    assert states(facts.of("b"), 0) == [DOWN]


def test_a_hold_runs_out():
    facts = uptime_facts(samples(("a", 10, 1), ("a", 20, 0), ("a", 100, 1), hold=30), outages(), 200)
    assert states(facts.of("a"), 20, 49, 50, 99, 100, 130) == [DOWN, DOWN, UNKNOWN, UNKNOWN, FULL, UNKNOWN]


def test_the_default_hold_is_three_median_gaps():
    rows = [("a", at, 1) for at in (0, 10, 20, 30, 100)]
    facts = uptime_facts(samples(*rows, hold=HOLD_DEFAULT), outages(), 1000)
    assert states(facts.of("a"), 59, 60, 100, 129, 130) == [FULL, UNKNOWN, FULL, FULL, UNKNOWN]


@pytest.mark.parametrize(("times", "hold"), [([0, 10], 30), ([0, 10, 30], 45), ([0, 1, 3, 7], 6), ([5], 0)])
def test_the_median_of_an_even_number_of_gaps_lies_between_the_two_in_the_middle(times, hold):
    assert default_hold_us(np.array(times)) == hold


def test_of_samples_at_one_instant_the_last_one_holds():
    facts = uptime_facts(samples(("a", 10, 1), ("a", 10, 0)), outages(), 100)
    assert states(facts.of("a"), 10) == [DOWN]


def test_a_sample_that_is_no_number_is_unknown_and_a_part_is_a_part():
    facts = uptime_facts(samples(("a", 10, float("nan")), ("a", 20, 0.25)), outages(), 100)
    assert states(facts.of("a"), 10, 20) == [UNKNOWN, (250_000_000, 250_000_000)]


def test_samples_after_as_of_of_no_service_or_of_another_metric_are_ignored():
    facts = uptime_facts(samples(("a", 10, 1), ("a", 200, 0), (None, 0, 0)), outages(), 100)
    assert states(facts.of("a"), 300) == [FULL]
    assert uptime_facts(samples(("a", 10, 1), metric="checkout_ms"), outages(), 100).of("a") is None
    assert uptime_facts(samples(("a", 200, 1)), outages(), 100).of("a") is None


def test_outages_take_away_from_what_samples_say():
    facts = uptime_facts(
        samples(("a", 10, 1), ("a", 50, 0)),
        outages(("a", 0, 20, 1.0), ("a", 5, 45, 0.5), ("a", 60, 70, 0.1)),
        100,
    )
    assert states(facts.of("a"), 2, 15, 30, 46, 55, 65) == [DOWN, DOWN, (500_000_000,) * 2, FULL, DOWN, DOWN]


def test_a_part_may_be_down_for_sure_while_the_rest_is_unknown():
    facts = uptime_facts(samples(("a", 50, 1)), outages(("a", 0, 20, 0.4)), 100)
    assert states(facts.of("a"), 10, 30) == [(0, 600_000_000), UNKNOWN]


def test_at_least_takes_the_nth_best():
    parts = [constant(*pair) for pair in (FULL, DOWN, UNKNOWN)]
    assert [states(at_least(least, parts), 0) for least in (1, 2, 3)] == [[FULL], [UNKNOWN], [DOWN]]


def one(name):
    return NeedsOne(name=name, span=None)


def service(name, needs=None, components=()):
    return SimpleNamespace(name=name, needs=needs, components=components)


def catalogue(*services):
    return {each.name: each for each in services}


def state(services, known, root="mail"):
    facts = UptimeFacts(own={name: constant(*pair) for name, pair in known.items()})
    return states(timeline_of(uptime_nodes(root, services), facts), 0)[0]


def test_a_service_without_needs_is_what_its_facts_say():
    services = catalogue(service("mail"))
    assert state(services, {"mail": DOWN}) == DOWN
    assert state(services, {}) == UNKNOWN


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"wan": FULL, "disk": FULL}, FULL),
        ({"wan": FULL, "disk": DOWN}, DOWN),
        ({"wan": FULL, "disk": UNKNOWN}, UNKNOWN),
        ({"wan": DOWN, "disk": UNKNOWN}, DOWN),
        ({"wan": FULL}, UNKNOWN),
        ({"wan": DOWN}, DOWN),
        ({"wan": FULL, "mail": FULL}, FULL),
        ({"wan": DOWN, "mail": FULL}, DOWN),
        ({"wan": UNKNOWN, "mail": FULL}, UNKNOWN),
        ({"mail": FULL}, FULL),
        ({}, UNKNOWN),
    ],
)
def test_a_series_is_down_when_any_part_is(known, expected):
    services = catalogue(
        service("mail", NeedsAll(parts=(one("wan"), NeedsAll(parts=(one("disk"),))))),
        service("wan"),
        service("disk"),
    )
    assert state(services, known) == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ((FULL, FULL, DOWN), FULL),
        ((FULL, DOWN, DOWN), DOWN),
        ((FULL, DOWN, UNKNOWN), UNKNOWN),
        ((FULL, DOWN, None), UNKNOWN),
        ((DOWN, DOWN, None), DOWN),
        ((FULL, FULL, None), FULL),
    ],
)
def test_redundancy_is_up_when_enough_are_known_up_and_down_when_too_few_can_be(known, expected):
    parts = ("mail.a", "mail.b", "mail.c")
    services = catalogue(
        service("mail", NeedsAny(least=2, parts=(one("a"), one("b"), one("c"))), components=("a", "b", "c"))
    )
    facts = {name: pair for name, pair in zip(parts, known, strict=True) if pair}
    assert state(services, facts) == expected
    assert state(services, facts | {"mail": FULL}) == expected
    assert state(services, facts | {"mail": DOWN}) == DOWN


def test_redundancy_of_which_nothing_is_known_takes_no_part_where_the_service_is_measured():
    services = catalogue(
        service("mail", NeedsAny(least=1, parts=(one("a"), one("b")))), service("a"), service("b")
    )
    assert state(services, {"mail": FULL}) == FULL


def test_a_series_inside_redundancy_is_one_of_its_parts():
    group = NeedsAny(least=1, parts=(NeedsAll(parts=(one("a"), one("b"))), one("c")))
    services = catalogue(service("mail", group), *map(service, "abc"))
    assert state(services, {"a": FULL, "b": DOWN, "c": DOWN}) == DOWN
    assert state(services, {"a": FULL, "b": FULL, "c": DOWN}) == FULL


def test_a_component_of_the_blocks_own_hides_a_service_and_dotted_names_are_components():
    services = catalogue(
        service("mail", NeedsAll(parts=(one("east"), one("host.east"))), components=("east",)),
        service("east"),
    )
    assert state(services, {"mail.east": FULL, "host.east": FULL, "east": DOWN}) == FULL
    assert state(services, {"mail.east": FULL, "host.east": DOWN}) == DOWN


def test_what_two_services_need_is_one_node():
    services = catalogue(
        service("mail", NeedsAll(parts=(one("a"), one("b")))),
        service("a", one("wan")),
        service("b", one("wan")),
        service("wan"),
    )
    assert [node.name for node in uptime_nodes("mail", services)].count("wan") == 1
    assert state(services, {"wan": DOWN}) == DOWN


def test_chains_of_needs_may_be_long():
    names = [f"s{number}" for number in range(3000)]
    chain = catalogue(*(service(name, one(then)) for name, then in pairwise(names)), service(names[-1]))
    assert state(chain, {names[-1]: DOWN}, root=names[0]) == DOWN


def test_leaves_without_facts_are_named():
    services = catalogue(
        service("mail", NeedsAll(parts=(one("wan"), one("disk")))), service("wan"), service("disk")
    )
    facts = UptimeFacts(own={"wan": constant(UP, UP)})
    assert unknown_names(uptime_nodes("mail", services), facts) == ("disk",)


def test_steps_hold_from_their_edge():
    steps = Steps(from_us=np.array([NO_TIME, 5]), values=np.array([1, 2]))
    assert steps.at(np.array([4, 5])).tolist() == [1, 2]

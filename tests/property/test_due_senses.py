"""What an engine need not ask: after events that tell clocks nothing, and once clocks stand."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from slmdsl.events.vocabulary import EventType
from slmdsl.rules.moments import answers_of
from slmdsl.simulate.due import LiveClocks
from slmdsl.simulate.due_binding import clocks_of
from slmdsl.simulate.due_tables import FAR_US
from tests.property.desks import SEEDS
from tests.property.test_due import TICK_US, Case, agreed

AGO = (0, 1, 24, 10_000)
answers_in_python = getattr(answers_of, "py_func", answers_of)


def even(chance):
    """A spec whose steps wait for no breach."""
    spec = agreed(chance).replace(" wall after breach of", " before due of")
    return spec.replace(" after breach of", " before due of")


def held(case, ago):
    """How often each reason not to ask was there, all of which were right, if steps acted `ago` before an event."""
    tables, live, seen = clocks_of(case.plan).tables, LiveClocks(case.plan, case.luck), Counter()
    senses, counts = tables.senses, tables.most_reopenings + tables.most_reassignments > 0
    for ticket, events in enumerate(case.events):
        sense = senses.phases[0]
        for k, event in enumerate(events):
            was, sense = sense, senses.phases[event.phase + 1] if event.phase >= 0 else sense
            answers = answers_in_python(event.type, event.role, event.phase, event.public)
            if answers & senses.answers or (counts and event.type in (EventType.STATE, EventType.GROUP)):
                continue
            after_us = event.at_us - 1 - ago * TICK_US
            before, act = (live.next_act(ticket, events[:end], after_us) for end in (k, k + 1))
            if sense == was:
                assert act == before
                seen["told nothing" if act.at_us < FAR_US else "nothing to tell"] += 1
            elif senses.even and sense & 1 and before.at_us >= event.at_us:
                assert act.at_us == FAR_US
                seen["stands" if before.at_us < FAR_US else "stood"] += 1
    return seen


@settings(max_examples=100)
@given(seed=SEEDS, ago=st.sampled_from(AGO), spec=st.sampled_from((agreed, even)))
def test_what_comes_next_is_known_where_clocks_are_told_nothing(seed, ago, spec):
    held(Case(Random(seed), spec), ago)


def test_each_reason_not_to_ask_is_often_there():
    seen = sum((held(Case(Random(seed), even), 0) for seed in range(200)), Counter())
    assert min(seen[reason] for reason in ("told nothing", "nothing to tell", "stands", "stood")) > 3, seen


def test_steps_never_act_on_tickets_that_are_not_concerned():
    free = 0
    for case in [Case(Random(seed)) for seed in range(60)]:
        clocks, live = clocks_of(case.plan), LiveClocks(case.plan, case.luck)
        concerned = clocks.may_act_on(clocks.facts_of(case.luck.arrivals, TICK_US))
        acts = [live.next_act(ticket, events, 0).at_us for ticket, events in enumerate(case.events)]
        assert all(at_us == FAR_US or may for at_us, may in zip(acts, concerned, strict=True))
        free += len(concerned) - sum(concerned)
    assert free > 10

"""What a set of simulated desks has seen: which elements, and which ranks met in one instant, in how many desks."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.simulate.due_binding import clocks_of
from slmdsl.simulate.outcome import CUT, GAVE_UP, HANDED_OVER, LOST, PREEMPTED
from slmdsl.workload import plan as p

RANKS = range(13)
PAIRS = frozenset(combinations(RANKS, 2)) | {(rank, rank) for rank in range(9)}
"""Which ranks can meet, each with the others, and of most ranks two with different ids."""


class Coverage:
    """Counts desks; `seen` of a run of the reference is `see`."""

    def __init__(self) -> None:
        self.desks = 0
        self.elements: Counter[str] = Counter()
        self.pairs: Counter[tuple[int, int]] = Counter()

    def add(self, plan, luck, outcome, trace):
        self.desks += 1
        self.elements.update(set(elements(plan, luck, outcome)))
        self.pairs.update(pairs(trace))

    def table(self):
        """Return the counters as lines of text."""
        lines = [f"{self.desks} desks"]
        lines += [f"{self.elements[name]:6} {name}" for name in ELEMENTS]
        lines += ["pairs of ranks: " + " ".join(f"{a}+{b}:{self.pairs[a, b]}" for a, b in sorted(PAIRS))]
        return "\n".join(lines)


def pairs(trace):
    """Which two ranks (with different ids, if it is one) happened in one instant; `trace` has ticks, ranks and ids."""
    instants = defaultdict(set)
    for tick, rank, number in trace:
        instants[tick].add((int(rank), number))
    return {
        (first, second)
        for together in instants.values()
        for (first, _), (second, _) in combinations(sorted(together), 2)
    }


ELEMENTS = (
    *("lost", "gave up", "answer", "customer wait", "supplier wait", "resolved", "reopened", "feedback"),
    *("preempted", "handed over", "cut at the end", "overtime", "on-call work", "work of added agents"),
    *(
        "no priority",
        "work without length",
        "by arrival",
        "by priority",
        "by deadline",
        "reassigned",
        "reassigned after work",
        "second pick-up in a visit",
        "second visit",
    ),
    *(
        "outage by failure",
        "outage by a cause",
        "outage without length",
        "outage open at the end",
        "fired",
        "fired twice",
        "called off",
        "on at the end",
        "a step declares",
        "a step invokes",
    ),
    *(
        "step left at once",
        "wait on a calendar",
        "wait in business days",
        "repaired by a crew",
        "redundant group",
    ),
    *(
        "leaf: open tickets",
        "leaf: backlog",
        "leaf: outage",
        "leaf: declared",
        "joined by and",
        "joined by or",
    ),
    *(
        "ends by until",
        "only when invoked",
        "line declares",
        "line invokes",
        "called by a risk",
        "restores",
        "adds agents",
    ),
)


def elements(plan, luck, outcome):
    """Name what occurs in a desk: what happened where that can be seen in its outcome, else what it is made of."""
    yield from _of_events(outcome)
    yield from _of_spells(plan, luck, outcome)
    yield from _of_outages(outcome)
    yield from _of_plan(plan, luck)
    if outcome.fired.any():
        yield "fired"
    if (outcome.fired > 1).any():
        yield "fired twice"
    called = outcome.called
    if ((called.from_us < called.to_us) & (called.to_us < plan.end * plan.tick_us)).any():
        yield "called off"
    if (called.to_us == plan.end * plan.tick_us).any():
        yield "on at the end"
    if len(outcome.feedback.ticket):
        yield "feedback"
    if outcome.reassigned:
        yield "reassigned"


def _of_events(outcome):
    events = outcome.events
    by_phase = {
        Phase.WAIT_CUSTOMER: "customer wait",
        Phase.WAIT_SUPPLIER: "supplier wait",
        Phase.RESOLVED: "resolved",
    }
    by_reason = {LOST: "lost", GAVE_UP: "gave up"}
    stood = {}
    for ticket, kind, phase, reason in zip(
        *map(list, (events.ticket, events.type, events.phase, events.reason)), strict=True
    ):
        if kind == EventType.MESSAGE:
            yield "answer"
        if kind == EventType.STATE:
            if phase in by_phase:
                yield by_phase[phase]
            if phase == Phase.ACTIVE and stood.get(ticket) == Phase.RESOLVED:
                yield "reopened"
            if reason >= 0:
                yield by_reason[reason]
            stood[ticket] = phase


def _of_spells(plan, luck, outcome):
    spells = outcome.spells
    outcomes = {PREEMPTED: "preempted", HANDED_OVER: "handed over", CUT: "cut at the end"}
    kinds = {p.ON_CALL: "on-call work", p.ADDED: "work of added agents"}
    disciplines = {p.BY_ARRIVAL: "by arrival", p.BY_PRIORITY: "by priority", p.BY_DEADLINE: "by deadline"}
    queued = Counter()
    for ticket, agent, at, begin, end, how in zip(
        *(
            list(getattr(spells, name))
            for name in ("ticket", "agent", "queued_us", "begin_us", "end_us", "outcome")
        ),
        strict=True,
    ):
        yield from (
            names[key] for names, key in ((outcomes, how), (kinds, plan.agents.kind[agent])) if key in names
        )
        yield disciplines[plan.groups.disciplines[plan.agents.group[agent], 0]]
        queued[ticket, at] += 1
        if luck.arrivals.priority[ticket] < 0:
            yield "no priority"
        if begin == end:
            yield "work without length"
        if plan.agents.kind[agent] == p.REGULAR and _off_duty(luck, agent, end // plan.tick_us):
            yield "overtime"
    if queued and max(queued.values()) > 1:
        yield "second pick-up in a visit"
    finished = {
        (ticket, end)
        for ticket, end, how in zip(spells.ticket, spells.end_us, spells.outcome, strict=True)
        if not how
    }
    events = outcome.events
    brought = (events.role == Role.SYSTEM) & (events.group >= 0)
    if finished & set(zip(events.ticket[brought], events.at_us[brought], strict=True)):
        yield "reassigned after work"
    groups = Counter(zip(outcome.events.ticket.tolist(), outcome.events.group.tolist(), strict=True))
    if any(count > 1 for (_, group), count in groups.items() if group >= 0):
        yield "second visit"


def _off_duty(luck, agent, tick):
    mine = range(luck.first_duty[agent], luck.end_duty[agent])
    return not any(luck.duty_from[each] <= tick <= luck.duty_to[each] for each in mine)


def _of_outages(outcome):
    outages = outcome.outages
    for begin, end, cause in zip(outages.from_us, outages.to_us, outages.cause, strict=True):
        yield "outage by a cause" if cause >= 0 else "outage by failure"
        if begin == end:
            yield "outage without length"
        if end == NO_TIME:
            yield "outage open at the end"


def _of_plan(plan, luck):
    conditions, rules, steps = plan.conditions, plan.contingencies, plan.steps
    leaves = {
        p.OPEN_TICKETS: "open tickets",
        p.BACKLOG: "backlog",
        p.OUTAGE_LASTS: "outage",
        p.DECLARED: "declared",
    }
    tokens = conditions.token.tolist()
    yield from (f"leaf: {leaves[conditions.leaf_kind[token]]}" for token in tokens if token >= 0)
    yield from ("joined by and" if token == p.AND else "joined by or" for token in tokens if token < 0)
    adds = [
        (rules.action_kind[a:b] == p.ADD_AGENTS).any()
        for a, b in zip(rules.first_action, rules.end_action, strict=True)
    ]
    clocks = clocks_of(plan).tables
    seen = {
        "a step declares": (clocks.declares > 0).any(),
        "a step invokes": (clocks.invokes > 0).any(),
        "step left at once": (~steps.is_worked & (steps.waits < 0)).any(),
        "wait on a calendar": (steps.waits_on >= 0).any(),
        "wait in business days": steps.waits_in_days.any(),
        "repaired by a crew": (plan.failing.crew_size[plan.failing.crew] > 0).any(),
        "redundant group": None in plan.nodes.names,
        "ends by until": ((rules.until >= 0) & adds).any(),
        "only when invoked": (rules.when < 0).any(),
        "line declares": (rules.line_declares >= 0).any(),
        "line invokes": (rules.line_invokes >= 0).any(),
        "called by a risk": len(luck.invoked) > 0,
        "restores": (rules.action_kind == p.RESTORE).any(),
        "adds agents": any(adds),
    }
    yield from (name for name, is_there in seen.items() if is_there)

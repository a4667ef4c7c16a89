"""Random desks, tiny but hard: plans and luck as arrays, where much falls into one instant.

Times are small whole numbers of ticks, so that ends of work, shifts, waits, patience and arrivals meet. `random_desk`
makes one from a seed, `desks` lets hypothesis choose (and shrink).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from random import Random

import numpy as np
from hypothesis import strategies as st

from slmdsl.base.units import to_us
from slmdsl.workload import plan as p
from slmdsl.workload.draws.keys import key_of, name_hash, place_of
from slmdsl.workload.draws.values import (
    CONSTANT,
    EMPIRICAL,
    EXPONENTIAL,
    GEOMETRIC,
    MIX,
    TRIANGULAR,
    UNIFORM,
    Distributions,
)
from tests.desk_agreements import AGREEMENTS, what_if
from tests.property.desks import BEGIN

HOUR_US = 3_600_000_000
FAR = 2**61


def random_desk(seed: int) -> tuple[p.DeskPlan, p.Luck]:
    """Return a desk and a replication's luck; the same for the same seed."""
    return desk_of(Random(seed))


def desks() -> st.SearchStrategy[tuple[p.DeskPlan, p.Luck]]:
    """Return a strategy for desks with their luck."""
    return st.randoms(use_true_random=False).map(desk_of)


def desk_of(random: Random) -> tuple[p.DeskPlan, p.Luck]:
    """Return what a source of random numbers makes."""
    return _Builder(random).desk()


def plan_of(**read):
    """A plan of what engines read; what only luck is drawn from is absent."""
    return p.DeskPlan(**(dict.fromkeys(each.name for each in fields(p.DeskPlan)) | read))


def ints(values, dtype=np.int32):
    return np.array(list(values), dtype)


def flat(parts):
    """Lists one after another: where each begins and ends, and all of them."""
    ends = np.cumsum([0, *map(len, parts)])
    return ints(ends[:-1]), ints(ends[1:]), [each for part in parts for each in part]


@dataclass
class DistributionRows:
    """Distributions on their way into a table."""

    rows: list = field(default_factory=list)
    parts: list = field(default_factory=list)
    values: list = field(default_factory=list)

    def add(self, family, a=0.0, b=0.0, c=0.0, first=0, end=0):
        self.rows.append((family, float(a), float(b), float(c), first, end))
        return len(self.rows) - 1

    def empirical(self, values):
        first = len(self.values)
        self.values.extend(sorted(values))
        return self.add(EMPIRICAL, first=first, end=len(self.values))

    def mix(self, rows):
        first = len(self.parts)
        self.parts.extend((row, (place + 1) / len(rows)) for place, row in enumerate(rows))
        return self.add(MIX, first=first, end=len(self.parts))

    def table(self):
        family, a, b, c, first, end = zip(*self.rows, strict=True)
        part_row, part_upto = zip(*self.parts, strict=True) if self.parts else ((), ())
        return Distributions(
            ints(family, np.int64),
            *(np.array(each, np.float64) for each in (a, b, c)),
            ints(first, np.int64),
            ints(end, np.int64),
            ints(part_row, np.int64),
            np.array(part_upto, np.float64),
            np.array(self.values, np.float64),
        )


class _Builder:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.agreement = random.choice((0, *(random.randint(1, AGREEMENTS) for _ in range(4))))
        # Limits are hours.
        ticks = (HOUR_US, HOUR_US, HOUR_US // 2)
        self.tick_us = random.choice(ticks if self.agreement else (*ticks, 1_000_000))
        self.start = to_us(BEGIN) // self.tick_us + random.randint(0, 100)
        self.end = self.start + random.randint(8, 30)
        self.first = self.start + random.randint(0, 4)
        self.priorities = random.choice((0, 1, 2, 3, 3, 3, 3))
        self.groups = random.choice((1, 2, 2, 3))
        self.suppliers = random.randint(0, 1)
        self.table = DistributionRows()
        self.table.add(CONSTANT, 0.0)

    def maybe(self, chance):
        return self.random.random() < chance

    def share(self):
        return self.random.choice((0.0, 0.0, 0.3, 0.6, 1.0))

    def tick(self, least=0):
        return self.random.randint(self.start + least, self.end)

    # Distributions

    def time(self, most=5, unit=None):
        """A distribution of times in ticks."""
        us, random = unit or self.tick_us, self.random
        kind = random.choice(
            ("constant", "constant", "exponential", "uniform", "triangular", "empirical", "mix")
        )
        if kind == "constant":
            return self.table.add(CONSTANT, random.choice((0, 1, 1, 2, 2, 3, most)) * us)
        if kind == "exponential":
            return self.table.add(EXPONENTIAL, random.randint(1, most) * us / 2)
        if kind == "uniform":
            return self.table.add(UNIFORM, 0, random.randint(1, most) * us)
        if kind == "triangular":
            return self.table.add(TRIANGULAR, 0, us, random.randint(1, most) * us)
        if kind == "empirical":
            return self.table.empirical([random.randint(0, most) * us for _ in range(random.randint(1, 4))])
        parts = [self.table.add(CONSTANT, random.randint(0, most) * us), self.table.add(GEOMETRIC, 2.0)]
        return self.table.mix([parts[0], self.table.add(EXPONENTIAL, us), parts[0]])

    def time_or_none(self, chance, most=5):
        return self.time(most) if self.maybe(chance) else -1

    # Desk

    def desk(self):
        rosters = [self.stretches() for _ in range(self.groups)]
        agents = self.people(rosters)
        nodes, services = self.nodes()
        failing = self.failing(nodes)
        contingencies, conditions, leaf_of_tickets = self.rules(agents, nodes, services)
        streams, steps = self.streams()
        calendars = self.calendars()
        plan = plan_of(
            what_if=what_if(self.agreement),
            tick_us=self.tick_us,
            start=self.start,
            first=self.first,
            end=self.end,
            words=self.words(agents),
            distributions=self.table.table(),
            streams=streams,
            steps=steps,
            groups=self.group_rules(rosters, agents),
            agents=self.agent_rows(agents),
            failing=failing,
            nodes=nodes,
            conditions=conditions,
            contingencies=contingencies,
            planned=self.planned(services),
            calendars=calendars,
        )
        return plan, self.luck(plan, agents, leaf_of_tickets)

    def words(self, agents):
        return p.Words(
            kinds=("incident", "problem"),
            services=("mail", "till"),
            priorities=tuple(f"P{each + 1}" for each in range(self.priorities)),
            customers=("acme", "zeta"),
            groups=(
                *(f"g{each}" for each in range(self.groups)),
                *(f"s{each}" for each in range(self.suppliers)),
            ),
            agents=tuple(f"a{each}" for each in range(len(agents))),
            causes=("power", "flood"),
        )

    def stretches(self, most=3):
        """Stretches of time in order that do not touch; sometimes all of it, sometimes none."""
        if self.maybe(0.35):
            return [(self.start, self.end + self.random.randint(0, 3))]
        points = sorted(self.random.sample(range(self.start, self.end + 3), 2 * self.random.randint(1, most)))
        return list(zip(points[::2], points[1::2], strict=True))

    def within(self, stretches):
        """What somebody is present of a roster."""
        kind = self.random.choice(("all", "all", "all", "parts", "parts", "none"))
        if kind == "all":
            return list(stretches)
        found = []
        for begin, end in stretches if kind == "parts" else ():
            if end - begin >= 3 and self.maybe(0.6):
                middle = self.random.randint(begin + 1, end - 2)
                found += [(begin, middle), (middle + 1, end)]
            elif self.maybe(0.6):
                found.append((begin, self.random.randint(begin + 1, end)))
        return found

    def called(self):
        """When somebody may be on call, whatever the roster says: mostly always."""
        return [(self.start, self.end)] if self.maybe(0.7) else self.stretches()

    def people(self, rosters):
        """Agents as (group, kind, duty); those that a contingency adds stand last in their group."""
        agents = []
        for group, roster in enumerate(rosters):
            agents += [(group, p.REGULAR, self.within(roster)) for _ in range(self.random.randint(1, 3))]
            agents += [(group, p.ON_CALL, self.called()) for _ in range(self.random.choice((0, 0, 1, 2)))]
            agents += [(group, p.ADDED, list(roster)) for _ in range(self.random.choice((0, 1, 2)))]
        return agents

    def agent_rows(self, agents):
        return p.Agents(
            group=ints(group for group, _, _ in agents),
            kind=ints((kind for _, kind, _ in agents), np.int8),
            entity=ints((name_hash(f"agent {each}") for each in range(len(agents))), np.uint64),
        )

    def by_priority(self, chance):
        return [self.maybe(chance) for _ in range(self.priorities + 1)]

    def group_rules(self, rosters, agents):
        first_roster, end_roster, roster = flat(rosters)
        of = [[number for number, agent in enumerate(agents) if agent[0] == g] for g in range(self.groups)]
        everybody = np.array([self.maybe(0.4) for _ in range(self.groups)])
        likely = (
            ((0, 0), (1, 0), (1, 0), (1, 0), (2, 0), (1, 2)) if self.agreement else ((0, 0), (1, 0), (1, 0))
        )
        disciplines = [self.random.choice(likely) for _ in range(self.groups)]
        return p.Groups(
            disciplines=np.array(disciplines, np.int8),
            lines=ints((self.random.choice((-1, -1, -1, -1, 0, 1, 2)) for _ in range(self.groups)), np.int64),
            hands_over=everybody,
            preempts=np.array([[*self.by_priority(0.6)[:-1], False] for _ in range(self.groups)], bool),
            on_call_for=np.array([self.by_priority(0.7) for _ in range(self.groups)], bool),
            on_call_after=ints((self.random.randint(0, 3) for _ in range(self.groups)), np.int64),
            first_agent=ints(numbers[0] for numbers in of),
            end_agent=ints(numbers[-1] + 1 for numbers in of),
            first_roster=first_roster,
            end_roster=end_roster,
            roster_from=ints((begin for begin, _ in roster), np.int64),
            roster_to=ints((end for _, end in roster), np.int64),
        )

    # What breaks

    def nodes(self):
        """Components first, then a redundant group of some, then services that need them."""
        components = self.random.randint(1, 3)
        rows = [(f"c{each}", 0, []) for each in range(components)]
        if self.maybe(0.5):
            rows.append((None, self.random.randint(1, components), list(range(components))))
        services = []
        for each in range(self.random.randint(1, 2)):
            needs = sorted(self.random.sample(range(len(rows)), self.random.randint(0, min(2, len(rows)))))
            services.append(len(rows))
            rows.append((f"v{each}", len(needs), needs))
        first, end, part = flat([needs for _, _, needs in rows])
        nodes = p.Nodes(
            names=tuple(name for name, _, _ in rows),
            least=ints(least for _, least, _ in rows),
            first_part=first,
            end_part=end,
            part=ints(part),
        )
        return nodes, services

    def failing(self, nodes):
        components = sum(name is not None and name.startswith("c") for name in nodes.names)
        chosen = sorted(self.random.sample(range(components), self.random.randint(0, components)))
        crews = self.random.randint(1, 2)
        return p.Failing(
            node=ints(chosen),
            fails=ints(self.time(8) for _ in chosen),
            repaired=ints(self.time() for _ in chosen),
            entity=ints((name_hash(f"component {each}") for each in chosen), np.uint64),
            crew=ints(self.random.randrange(crews) for _ in chosen),
            crew_size=ints((self.random.choice((-1, 1, 1, 2)) for _ in range(crews)), np.int64),
        )

    def planned(self, services):
        rows = sorted((self.tick(), services[0]) for _ in range(self.random.choice((0, 0, 1))))
        at = ints((at for at, _ in rows), np.int64)
        return p.PlannedOutages(node=ints(node for _, node in rows), start=at, end=at + 2, announced=at - 5)

    # Conditions

    def leaf(self, nodes, flags):
        kinds = (p.OPEN_TICKETS, p.OPEN_TICKETS, p.BACKLOG, p.OUTAGE_LASTS, p.OUTAGE_LASTS, p.DECLARED)
        kind = self.random.choice(kinds)
        compares = self.random.choice(
            (p.AT_LEAST, p.ABOVE, p.AT_LEAST, p.ABOVE, p.BELOW, p.AT_MOST, p.EQUAL, p.UNEQUAL)
        )
        count, age = self.random.randint(0, 3), self.random.choice((0, 0, 1, 1, 2))
        if kind == p.DECLARED:
            return kind, self.random.randrange(len(flags)), compares, 0, 0
        if kind == p.BACKLOG:
            return kind, self.random.randrange(self.groups + self.suppliers), compares, count, 0
        if kind == p.OUTAGE_LASTS:
            return kind, self.random.randrange(len(nodes.names)), compares, 0, age
        return kind, -1, compares, count, age

    def program(self, leaves):
        """Postfix: a leaf, or two or three with what joins them."""
        tokens = [self.random.randrange(leaves)]
        for _ in range(self.random.choice((0, 0, 1, 2))):
            tokens += [self.random.randrange(leaves), self.random.choice((p.AND, p.OR))]
        return tokens

    def rules(self, agents, nodes, services):
        """Contingencies with their conditions, and which leaves count tickets."""
        flags = ("disaster", "major")
        leaves = [self.leaf(nodes, flags) for _ in range(self.random.randint(2, 5))]
        programs: list[list[int]] = []

        def condition(chance):
            if not self.maybe(chance):
                return -1
            programs.append(self.program(len(leaves)))
            return len(programs) - 1

        actions, entities = self.contingency_actions(agents, services), []
        entities = [name_hash(f"contingency {each}") for each in range(len(actions))]
        first_action, end_action, action = flat(actions)
        lines = self.random.randint(0, 2)
        contingencies = p.Contingencies(
            names=tuple(f"k{each}" for each in range(len(actions))),
            entity=ints(entities, np.uint64),
            when=ints(condition(0.8) for _ in actions),
            until=ints(condition(0.5) for _ in actions),
            first_action=first_action,
            end_action=end_action,
            action_kind=ints((kind for kind, *_ in action), np.int8),
            action_after=ints((after for _, after, *_ in action), np.int64),
            action_node=ints(node for _, _, node, *_ in action),
            action_succeeds=np.array([succeeds for _, _, _, succeeds, _, _ in action], np.float64),
            action_first_agent=ints(first for *_, first, _ in action),
            action_end_agent=ints(end for *_, end in action),
            line_when=ints(condition(1.0) for _ in range(lines)),
            line_declares=ints(self.random.choice((-1, 0, 1)) for _ in range(lines)),
            line_invokes=ints(self.random.choice((-1, *range(len(actions)))) for _ in range(lines)),
            flags=flags,
        )
        first_token, end_token, token = flat(programs)
        kind, of, compares, count, ticks = zip(*leaves, strict=True)
        conditions = p.Conditions(
            first_token=first_token,
            end_token=end_token,
            token=ints(token),
            leaf_kind=ints(kind, np.int8),
            leaf_of=ints(of),
            leaf_compares=ints(compares, np.int8),
            leaf_count=ints(count, np.int64),
            leaf_ticks=ints(ticks, np.int64),
        )
        return contingencies, conditions, [i for i, each in enumerate(kind) if each == p.OPEN_TICKETS]

    def contingency_actions(self, agents, services):
        """By contingency: actions; each stretch of added agents belongs to one of them."""
        actions = [[] for _ in range(self.random.randint(1, 3))]
        for group in range(self.groups):
            added = [n for n, (g, kind, _) in enumerate(agents) if g == group and kind == p.ADDED]
            if added:
                action = (p.ADD_AGENTS, self.random.choice((0, 0, 1, 2)), -1, 1.0, added[0], added[-1] + 1)
                self.random.choice(actions).append(action)
        for own in actions:
            for _ in range(self.random.choice((0, 1, 1, 2))):
                own.append(
                    (
                        p.RESTORE,
                        self.random.randint(0, 2),
                        self.random.choice(services),
                        self.random.choice((0.5, 1.0)),
                        -1,
                        -1,
                    )
                )
        return actions

    # Work

    def streams(self):
        layout, rows, start = [], [], []
        streams = self.random.randint(1, 2)
        for stream in range(streams):
            first = len(rows)
            count = self.random.choice((1, 2, 3, 4, 5, 5))
            names = [f"step {self.random.choice('ab')}{each}" for each in range(count)]
            rows += [(stream, names[each], first, first + count) for each in range(count)]
            layout.append((first, first + count))
            start.append(self.random.choice((first, first, self.random.randrange(first, first + count))))
        steps = self.steps(rows)
        scores = [
            [(self.random.randint(0, 3), 5.0), (6, 3.0), (FAR, 1.0)][: self.random.randint(1, 3)]
            for _ in layout
        ]
        first_score, end_score, score = flat(scores)
        times = {
            "customer_wait_share": [self.share() for _ in layout],
            "reopens_share": [self.random.choice((0.0, 0.3, 0.6)) for _ in layout],
            "feedback_share": [self.share() for _ in layout],
        }
        waits = [self.wait(0.6) for _ in layout]
        return (
            p.Streams(
                names=tuple(f"stream {each}" for each in range(streams)),
                kind=ints(self.random.choice((0, 0, 0, 1)) for _ in layout),
                start=ints(start),
                first_step=ints(first for first, _ in layout),
                end_step=ints(end for _, end in layout),
                customer_wait=ints(row for row, _, _ in waits),
                customer_wait_on=ints(on for _, on, _ in waits),
                customer_wait_in_days=np.array([days for _, _, days in waits], bool),
                reopens_after=ints(self.time() for _ in layout),
                first_score=first_score,
                end_score=end_score,
                score_within=ints((within for within, _ in score), np.int64),
                score=np.array([value for _, value in score], np.float64),
                **{name: np.array(shares, np.float64) for name, shares in times.items()},
            ),
            steps,
        )

    def wait(self, on_calendar):
        """A wait: its distribution, its calendar, whether it is drawn in days."""
        if not self.maybe(on_calendar):
            return self.time(), -1, False
        if self.maybe(0.3):
            return self.time(2, unit=0.5), self.random.randrange(2), True
        return self.time(), self.random.randrange(2), False

    def steps(self, rows):
        kinds = [
            self.random.choice(("worked", "worked", "worked", "worked", "waited", "passed")) for _ in rows
        ]
        if "worked" not in kinds:
            kinds[0] = "worked"
        groups = [self.group_of(kind, place) for place, kind in enumerate(kinds)]
        waits = [self.wait(0.5) if self.has_wait(kind) else (-1, -1, False) for kind in kinds]
        routes = [self.routes(rows, stream, first, end) for stream, _, first, end in rows]
        first_route, end_route, route = flat(routes)
        names = [name for _, name, _, _ in rows]
        works = [[self.work() for _ in range(self.priorities + 1)] for _ in rows]
        return p.Steps(
            names=tuple(names),
            place=ints((place_of(name) for name in names), np.uint32),
            group=ints(groups),
            is_worked=np.array([kind == "worked" for kind in kinds], bool),
            answers=ints(self.time_or_none(0.5, 2) if kind == "worked" else -1 for kind in kinds),
            works=np.array(works, np.int32),
            waits=ints(row for row, _, _ in waits),
            waits_on=ints(on for _, on, _ in waits),
            waits_in_days=np.array([days for _, _, days in waits], bool),
            gives_up_share=np.array([self.share() for _ in rows], np.float64),
            patience=ints(self.time() for _ in rows),
            first_route=first_route,
            end_route=end_route,
            route_to=ints(to for to, _ in route),
            route_share=np.array([share for _, share in route], np.float64),
            route_word=ints((place_of("resolved" if to < 0 else names[to]) for to, _ in route), np.uint32),
        )

    def work(self):
        """How long work takes: often for hours where steps of an escalation may fire meanwhile."""
        if self.agreement and self.maybe(0.5):
            return self.table.add(CONSTANT, self.random.randint(3, 6) * self.tick_us)
        return self.time_or_none(0.9, 7)

    def group_of(self, kind, place):
        if kind == "worked":
            return self.random.choice((place % self.groups, self.random.randrange(self.groups)))
        return self.random.choice((-1, *range(self.groups, self.groups + self.suppliers)))

    def has_wait(self, kind):
        return kind == "waited" or (kind == "worked" and self.maybe(0.3))

    def routes(self, rows, stream, first, end):
        """Where tickets go; some always leave, so that no ticket walks for ever."""
        others = self.random.sample(range(first, end), self.random.randint(0, min(2, end - first)))
        found = [(to, self.random.choice((0.0, 0.2, 0.4))) for to in others] + [
            (-1, self.random.choice((0.6, 1.0)))
        ]
        self.random.shuffle(found)
        return found

    def calendars(self):
        """Two calendars of stretches of open time; a stretch counts as a business day, or as half of one."""
        calendars = [self.stretches(4) for _ in range(2)]
        first, end, stretches = flat(calendars)
        opened, days, rates = [], [], []
        for calendar in calendars:
            ticks, counted = self.random.randint(0, 50), float(self.random.randint(0, 5))
            for begin, until in calendar:
                rate = self.random.choice((0.5, 1.0)) / (until - begin)
                opened.append(ticks)
                days.append(counted)
                rates.append(rate)
                ticks, counted = ticks + until - begin, counted + rate * (until - begin)
        return p.WaitCalendars(
            first=first,
            end=end,
            starts=ints((begin for begin, _ in stretches), np.int64),
            ends=ints((until for _, until in stretches), np.int64),
            open_ticks=ints(opened, np.int64),
            days=np.array(days, np.float64),
            days_rate=np.array(rates, np.float64),
        )

    # Luck

    def luck(self, plan, agents, leaf_of_tickets):
        first_duty, end_duty, duty = flat([stretches for _, _, stretches in agents])
        outages = sorted(self.outage(plan) for _ in range(self.random.randint(0, 3)))
        called = sorted(self.tick() for _ in range(self.random.choice((0, 0, 1, 2))))
        return p.Luck(
            key=key_of(self.random.getrandbits(32), self.random.randrange(10)),
            arrivals=self.arrivals(plan, leaf_of_tickets),
            first_duty=first_duty,
            end_duty=end_duty,
            duty_from=ints((begin for begin, _ in duty), np.int64),
            duty_to=ints((end for _, end in duty), np.int64),
            outage_node=ints(node for _, node, _, _ in outages),
            outage_from=ints((begin for begin, _, _, _ in outages), np.int64),
            outage_to=ints((end for _, _, end, _ in outages), np.int64),
            outage_cause=ints(cause for _, _, _, cause in outages),
            invoked_at=ints(called, np.int64),
            invoked=ints(self.random.randrange(len(plan.contingencies.names)) for _ in called),
        )

    def outage(self, plan):
        named = [node for node, name in enumerate(plan.nodes.names) if name]
        begin = self.tick()
        return begin, self.random.choice(named), begin + self.random.randint(0, 5), self.random.randrange(2)

    def arrivals(self, plan, leaf_of_tickets):
        instants = [self.tick() for _ in range(self.random.randint(1, 8))]
        at = sorted(self.random.choice(instants) for _ in range(self.random.randint(0, 40)))
        streams = [self.random.randrange(len(plan.streams.names)) for _ in at]
        none = [-1] if self.maybe(0.3) or not self.priorities else []
        priorities = [self.random.choice([*range(self.priorities), *none]) for _ in at]
        return p.Arrivals(
            at=ints(at, np.int64),
            stream=ints(streams),
            kind=plan.streams.kind[ints(streams)] if at else ints([]),
            service=ints(self.random.choice((-1, 0, 0, 0, 1, 1, 1)) for _ in at),
            priority=ints(priorities),
            customer=ints(self.random.choice((-1, 0, 0, 0, 0, 0, 1)) for _ in at),
            entity=ints((self.random.getrandbits(64) for _ in at), np.uint64),
            source=ints(streams),
            day=ints(20_000 for _ in at),
            burst=ints(range(len(at))),
            member=ints(0 for _ in at),
            leaves=ints(
                (sum(1 << leaf for leaf in leaf_of_tickets if self.maybe(0.7)) for _ in at), np.uint64
            ),
        )

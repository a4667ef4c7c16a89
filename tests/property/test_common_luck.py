"""Common luck on whole desks: what two scenarios have in common happens alike in both, whatever else they change.

The luck of arrivals alone is in `test_luck_common.py`; here desks from texts are simulated and told by names.
"""

from itertools import chain

import numpy as np
import pytest

from tests.common_luck import DAY_US, DESK, Told, base, differing, edited, plan_of

pytestmark = pytest.mark.compiled  # thousands of tickets

FIX = "target fix: resolution of P1, P2 incidents within 8 h for 90% each month"
STAFF_OF_SPARE = """
staff spare {
  timezone Europe/Amsterdam
  shift day mon..fri 08:00-18:00 5 agents
  absence 20%
  cost EUR 90 per agent hour
  queue by priority
}
"""
NEVER_FIRED = """
contingency never "Never" {
  when backlog of desk > 90_000
  then add 4 agents to desk
  until backlog of desk < 20
}
"""
RISK = """
risk storm "Storm" {
  affects wan
  likelihood 30 per year
  impact outage for lognormal(mean 6 h, p95 14 h)
}
"""
REPLICATIONS = (0, 1, 2)


def scenario(*edits):
    return "scenario other from today {\n" + "".join(f"  {each}\n" for each in edits) + "}\n"


def blocks(text):
    """The declarations of a text; each begins in the first column and ends before the next."""
    found = []
    for line in text.strip("\n").split("\n"):
        if line and not line.startswith((" ", "}")):
            found.append([])
        found[-1].append(line)
    return ["\n".join(each).rstrip() for each in found]


def turned(text):
    """The same declarations in another order; groups and streams, whose order breaks ties, keep theirs."""
    said = blocks(text)
    keeps = [each for each in said if each.startswith("staff")]
    rest = [each for each in said if not each.startswith("staff")]
    return "\n# Turned round.\n\n".join([*reversed(rest), *keeps]) + "\n"


SAME = {
    "goal": (DESK, (("for 90%", "for 99%"),)),
    "limit": (DESK, (("within 8 h", "within 30 min"),)),
    "target": (DESK, ((FIX, "target few: count of incidents at most 800 each month"),)),
    "calendar of a clock": (DESK, (("runs on office", "runs on always"),)),
    "cost": (DESK, (("EUR 38", "USD 99"), ("EUR 55", "USD 1"))),
    "titles": (DESK, (('"Service desk"', '"Front office"'), ('"Gold"', '"Platinum"'))),
    "shares in another order": (
        DESK,
        (
            ("in email 45%, till 35%, wan 20%", "in wan 20%, email 45%, till 35%"),
            ("customer acme 70%, buena 30%", "customer buena 30%, acme 70%"),
        ),
    ),
    "routes in another order": (
        DESK,
        (("resolved 76%, apps 16%, vendor 8%", "vendor 8%, resolved 76%, apps 16%"),),
    ),
    "statements in another order": (
        DESK,
        (
            ("    profile week\n    burst of geometric(mean 1.3)\n", "    burst of geometric(mean 1.3)\n"),
            ("    reopens 4% after uniform(1 h, 20 h)\n", ""),
            (
                "    waits for customer",
                "    profile week\n    reopens 4% after uniform(1 h, 20 h)\n    waits for customer",
            ),
        ),
    ),
    "the same in other units": (
        DESK,
        (
            ("rate 60 per day", "rate 420 per week"),
            ("uniform(1 h, 20 h)", "uniform(60 min, 1_200 min)"),
            ("median 40 min, p90 2 h", "median 2_400 s, p90 120 min"),
        ),
    ),
    "a group that nobody comes to": (DESK + STAFF_OF_SPARE, ()),
    "agents who are never added": (DESK + NEVER_FIRED, ()),
    "a scenario that tightens": (DESK + scenario("set gold.fix within 2 h", "set gold.fix for 97%"), ()),
    "a factor of one": (DESK + scenario("P1 incidents * 1"), ()),
    "what is set as it is": (
        DESK + scenario("set desk.early agents 3", "set year.incidents rate 60 per day"),
        (),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_what_is_not_drawn_from_changes_nothing(name):
    text, changes = SAME[name]
    other = plan_of(edited(text, *changes), "other" if "scenario other" in text else "today")
    for replication in REPLICATIONS:
        assert differing(base(replication), Told(other, replication)) == []


def test_names_that_are_not_drawn_from_may_change():
    text = DESK
    for old, new in (
        ("week", "hours"),
        ("gold", "iron"),
        ("office", "bureau"),
        ("counted", "measured"),
        ("year", "all"),
    ):
        text = text.replace(f" {old}", f" {new}")
    assert differing(base(0), Told(plan_of(text))) == []


def test_the_order_of_declarations_changes_nothing():
    text = turned(DESK)
    assert text.count("{") == DESK.count("{")
    assert differing(base(0), Told(plan_of(text))) == []


def test_another_order_of_groups_and_streams_draws_the_same():
    said = blocks(DESK)
    staff = [each for each in said if each.startswith("staff")]
    text = "\n".join([*(each for each in said if each not in staff), *reversed(staff)])
    incidents, requests = text.index("  incidents {"), text.index("  requests {")
    end = text.index("  component hosting")
    text = text[:incidents] + text[requests:end] + text[incidents:requests] + text[end:]
    one, two = base(0), Told(plan_of(text))
    assert [one.facts, one.duties, one.outages] == [two.facts, two.duties, two.outages]
    assert_same_ways(one, two, one.names)


def assert_same_ways(one, two, names):
    """Each ticket goes the same way in both; at the end of the simulated time one may have come further."""
    ways, others = one.ways, two.ways
    differ = [
        name
        for name in names
        for way, other in [(ways[name], others[name])]
        if way[: len(other)] != other[: len(way)]
    ]
    assert differ == []
    assert_same_work(
        one, two, [name for name in names if ways[name] == others[name] and ways[name][-1:] == ["resolved"]]
    )


def assert_same_work(one, two, names):
    work, other = one.work, two.work
    assert names
    assert [name for name in names if work.get(name) != other.get(name)] == []


def anonymous(rows):
    return [tuple(row)[:3] for row in rows]


def test_an_agent_more_changes_no_instant_where_nobody_ever_waits():
    roomy = edited(
        DESK,
        ("07:00-15:30 3 agents", "07:00-15:30 70 agents"),
        ("10:30-19:00 3 agents", "10:30-19:00 70 agents"),
        ("08:00-18:00 3 agents", "08:00-18:00 70 agents"),
        (
            "  mon..fri 07:00-09:00 1.4, 09:00-12:00 2.2, 12:00-18:00 1.6\n  sat 09:00-12:00 0.5\n",
            "  mon..thu 09:00-10:00 1\n",
        ),
        ("absence 9%", "absence 0%"),
        ("  on_call otherwise 1 agent for P1 after 5 min\n", ""),
    ) + scenario("set desk.early agents 71", "set apps.day agents 75")
    one, two = Told(plan_of(roomy)), Told(plan_of(roomy, "other"))
    # Who waits for the customer or comes back may find nobody until the next morning.
    late = {ticket for ticket, _, queued, begin, *_ in chain(one.spells, two.spells) if queued < begin}
    assert len(late) < len(one.names) / 2
    rows = [[row for row in anonymous(each.rows) if row[1] not in late] for each in (one, two)]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("replication", REPLICATIONS)
@pytest.mark.parametrize(
    "edit",
    [
        "set desk.late agents 5",
        "set apps.day agents 2",
        "set desk absence 30%",
        "strike power at 2027-03-10 10:00",
    ],
)
def test_what_becomes_of_tickets_does_not_depend_on_who_is_there(edit, replication):
    cause = (
        "  component hosting",
        """  cause power {
    every exponential(mean 900_000 h)
    takes hosting.east 100%
    for uniform(1 h, 9 h)
    raises geometric(mean 40) P1 incidents in till over 30 min
  }
  component hosting""",
    )
    text = edited(DESK, cause) + scenario(edit)
    one, two = Told(plan_of(text), replication), Told(plan_of(text, "other"), replication)
    assert differing(one, two)
    facts, others = one.facts, two.facts
    assert {name: others[name] for name in facts} == facts
    assert_same_ways(one, two, one.names)


def test_who_is_absent_stays_so_when_more_are():
    text = DESK + scenario("set desk absence 15%")
    one, two = Told(plan_of(text)).duties, Told(plan_of(text, "other")).duties
    assert all(set(map(tuple, two[name])) <= set(map(tuple, one[name])) for name in one)
    one, two = (
        {name: each for name, each in found.items() if name.startswith("desk")} for found in (one, two)
    )
    there, still = (
        sum(len(each) for name, each in found.items() if ".early" in name or ".late" in name)
        for found in (one, two)
    )
    assert abs(1 - still / there - (0.15 - 0.09) / 0.91) < 0.06


def state(told, at_us):
    """How the desk stands before an instant: who is open, or may be reopened, with all that has happened to them.

    Reopenings come within 20 hours. With it, who was called lately: who is on call at night has been idle since.
    """
    open_ones = {
        name
        for name, rows in told.lives.items()
        if told.at_us[name] < at_us and is_not_over([row for row in rows if row.at_us < at_us], at_us)
    }
    begun = [spell for spell in told.spells if spell[3] < at_us]
    return (
        [row for row in told.rows if row.ticket in open_ones and row.at_us < at_us],
        [spell for spell in begun if spell[0] in open_ones],
        [spell for spell in begun if "on_call" in spell[1] and spell[4] > at_us - DAY_US],
        any(spell[4] > at_us for spell in begun),
    )


def is_not_over(rows, at_us):
    return rows[-1].what != "resolved" or rows[-1].at_us > at_us - DAY_US


def quiet_again(one, two, from_us, days):
    """The first night from an instant on in which both desks stand alike; None if there is none within so many days."""
    for night in range(days):
        at_us = from_us + night * DAY_US + 4 * DAY_US // 24
        mine, others = state(one, at_us), state(two, at_us)
        if mine == others and not mine[-1]:
            return at_us
    return None


def since(told, at_us):
    """All that happens from an instant on."""
    return (
        [row for row in told.rows if row.at_us >= at_us],
        [spell for spell in told.spells if spell[3] >= at_us],
        [score for score in told.scores if score[1] >= at_us + DAY_US // 24],
    )


def until(told, at_us):
    return [row for row in told.rows if row.at_us < at_us], [each for each in told.spells if each[4] < at_us]


def midnight(day):
    return int(np.datetime64(day, "us").astype(np.int64))


@pytest.mark.parametrize("replication", REPLICATIONS)
@pytest.mark.parametrize("factor", ["2", "0.3"])
def test_outside_a_surge_and_its_backlog_logs_are_identical(factor, replication):
    text = DESK + scenario(f"incidents in till * {factor} during 2027-03-22 .. 2027-03-28")
    one, two = Told(plan_of(text), replication), Told(plan_of(text, "other"), replication)
    begin, end = midnight("2027-03-21T22:00"), midnight("2027-03-29")
    assert until(one, begin) == until(two, begin)
    assert one.outages == two.outages
    night = quiet_again(one, two, end, 14)
    assert night is not None
    assert since(one, end - 7 * DAY_US) != since(two, end - 7 * DAY_US)
    assert since(one, night) == since(two, night)
    assert len(since(one, night)[0]) > 1_000


@pytest.mark.parametrize("replication", REPLICATIONS)
def test_a_strike_moves_nothing_before_it(replication):
    text = DESK + RISK + scenario("strike storm at 2027-04-02 10:00")
    one, two = Told(plan_of(text), replication), Told(plan_of(text, "other"), replication)
    struck = midnight("2027-04-02T08:00")
    assert [until(one, struck)] == [until(two, struck)]
    # Nobody on this desk cares for outages, so the tickets go on as before; other strikes stay where they are.
    assert one.rows == two.rows
    assert {row for row in one.outages if row[1] < struck} <= set(two.outages)


@pytest.mark.parametrize("replication", REPLICATIONS)
@pytest.mark.parametrize(
    "other", [{"warm_up_days": 28}, {"warm_up_days": 3}, {"first": "2027-02-20"}, {"last": "2027-06-30"}]
)
def test_another_warm_up_or_horizon_leaves_the_days_in_common(other, replication):
    one, two = base(replication), Told(plan_of(**other), replication)
    begin, end = midnight("2027-02-28T23:00"), midnight("2027-04-30T22:00")
    facts, others = one.facts, two.facts
    assert facts == {name: each for name, each in others.items() if begin <= each["at"] < end}
    assert_same_ways(one, two, one.names)
    night = quiet_again(one, two, midnight("2027-03-02"), 40)
    assert night is not None
    rows = [[row for row in since(each, night)[0] if row.at_us < end] for each in (one, two)]
    assert rows[0] == rows[1]
    assert rows[0]


def stays(old, new):
    """The share of choices that stay when shares change: each is the first of exponential times with these rates."""
    return sum(
        1 / sum(max(old[k] / old[i], new[k] / new[i]) for k in range(len(old))) for i in range(len(old))
    )


@pytest.mark.parametrize(
    ("shares", "moves"),
    [
        ((0.83, 0.09, 0.08), 0.0752),
        ((0.69, 0.23, 0.08), 0.0752),
        ((0.69, 0.16, 0.15), 0.0805),
        (
            (0.76, 0.09, 0.15),
            0.1197,
        ),  # what one small share gives up the large one takes, and gives to the other
        ((0.76, 0.16, 0.08), 0.0),
    ],
)
def test_a_changed_route_moves_as_many_as_it_should(shares, moves):
    old = (0.76, 0.16, 0.08)
    assert 1 - stays(old, shares) == pytest.approx(moves, abs=0.0001)
    said = "resolved {:.0%}, apps {:.0%}, vendor {:.0%}".format
    text = edited(DESK, (said(*old), said(*shares)))
    moved = tickets = 0
    for replication in range(4):
        firsts = [first_routes(each) for each in (base(replication), Told(plan_of(text), replication))]
        common = firsts[0].keys() & firsts[1].keys()
        tickets += len(common)
        moved += sum(firsts[0][name] != firsts[1][name] for name in common)
    assert tickets > 10_000
    expected = 1 - stays(old, shares)
    assert abs(moved / tickets - expected) <= 4 * (expected * (1 - expected) / tickets) ** 0.5


def first_routes(told):
    """Where incidents go from their first stay at the desk, by name."""
    found = {}
    for name, way in told.ways.items():
        if way[:1] == ["desk"]:
            on = [what for what in way[1:] if what in ("resolved", "apps", "vendor")]
            if on:
                found[name] = on[0]
    return found

"""Plans that are called alike make the same logs, and plans that differ in promises alone are called alike."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import slmdsl as slm
from slmdsl.simulate.runs import simulated
from slmdsl.study.asked.same_desk import same_desk
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.running.bench import Bench, Job
from slmdsl.workload.from_contract import desk_plan_of
from tests.small_searches import BY_NAME, Small

pytestmark = pytest.mark.compiled

PROMISES = {
    "limit": "set gold.fix within 2 h",
    "longer": "set gold.answer within 3 h",
    "goal": "set gold.fix for 60%",
    "bound": "set gold.mean at most 9 h",
    "uptime": "set gold.up at least 50%",
}
DESKS = {
    "agents": "set desk.day agents 3",
    "absence": "set desk absence 20%",
    "lines": "set desk lines 5",
    "surge": "incidents * 1.2",
    "crew": "set mail.box crew of 3",
    "strike": "strike flood at 2027-03-03 10:00",
    "calm": "without flood",
    "rate": "set weeks.incidents rate 6 per day",
}
ACTS = {
    "reassign": "at 50% of resolution reassign to apps",
    "invoke": "at 25% of resolution invoke surge",
    "declare": "at 25% of resolution declare storm",
}
TELLS = {
    "notify": "at 50% of resolution notify owner",
    "when": "when open incidents > 4 declare storm, notify owner",
    "invokes": "when backlog of desk > 5 invoke surge",
}
TARGETS = """\
escalation ladder
  target fix: resolution of P2 incidents within 4 h for 80% each week
  target answer: response of P1, P3 incidents within 1 h for 80% each week
  target mean: mean resolution of incidents at most 6 h each week
  target up: availability of mail at least 40% each week"""
PRICE = """\
slm 1
import "load.slm"

experiment price {
  scenarios  today
  vary       shop_it.p2_fix within 1 h .. 8 h
  horizon    2027-03-01 .. 2027-03-31
}
"""
FURTHER = """
escalation ladder {{
  {lines}
}}

contingency surge "Borrow people" {{
  when   {when}
  then   add 2 agents to desk after 30 min
  until  backlog of desk < 2
  owner  desk
}}

risk flood "Water in the cellar" {{
  affects     mail
  likelihood  20 per year
  impact      outage for lognormal(median 4 h, p90 9 h)
  owner       desk
}}

scenario one from base {{
  {one}
}}

scenario two from base {{
  {two}
}}
"""


def plans_of(queue, lines, one, two, when="backlog of desk > 6"):
    """Return the plans of two scenarios of a desk with these edits."""
    small = Small(
        name="same",
        find="chance of gold.fix >= 70%",
        targets=TARGETS,
        desk=BY_NAME["one_group"].desk + f"\n  queue by {queue}",
        load=BY_NAME["crew"].load,
        stream=BY_NAME["two_groups"].stream,
        scenarios=FURTHER.format(
            lines="\n  ".join(lines), when=when, one="\n  ".join(one), two="\n  ".join(two)
        ),
        of="one, two",
    )
    contract = small.contract()
    setting = setting_of(contract, "search", Wishes())
    bench = Bench(Job(contract=contract, setting=setting, engine="fast"))
    return [bench.trial(name).plan for name in ("one", "two")]


def logs_of(plan, folder, numbers=(0, 1)):
    found = []
    for number in numbers:
        path = folder / "log.parquet"
        simulated(plan, 7, number).log.to_parquet(path)
        found.append(path.read_bytes())
    return found


def some(of, most=3):
    return st.lists(st.sampled_from(sorted(of)), max_size=most, unique=True).map(
        lambda names: [of[name] for name in names]
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)
@given(
    queue=st.sampled_from(["arrival", "priority", "deadline"]),
    tells=some(TELLS),
    acts=some(ACTS, most=1),
    promises=st.tuples(some(PROMISES), some(PROMISES)),
    desks=st.tuples(some(DESKS, most=1), some(DESKS, most=1)),
    alike=st.booleans(),
)
def test_desks_that_are_called_alike_make_the_same_logs(tmp_path, queue, tells, acts, promises, desks, alike):
    lines = [*(tells or [TELLS["notify"]]), *acts]
    on_desk = (desks[0], desks[0] if alike else desks[1])
    one, two = plans_of(queue, lines, *(a + b for a, b in zip(promises, on_desk, strict=True)))
    found = same_desk(one, two)
    assert same_desk(two, one) == found
    if found:
        assert logs_of(one, tmp_path) == logs_of(two, tmp_path)
    if on_desk[0] == on_desk[1] and queue != "deadline" and not acts:
        assert found


@pytest.mark.parametrize("edit", DESKS.values(), ids=DESKS)
def test_another_desk_is_not_called_alike(edit):
    one, two = plans_of("priority", [TELLS["notify"]], [], [edit])
    assert not same_desk(one, two)


@pytest.mark.parametrize("edit", PROMISES.values(), ids=PROMISES)
@pytest.mark.parametrize("lines", TELLS.values(), ids=TELLS)
def test_other_promises_are_the_same_desk(edit, lines, tmp_path):
    one, two = plans_of("priority", [lines], [], [edit])
    assert same_desk(one, two)
    assert logs_of(one, tmp_path) == logs_of(two, tmp_path)


@pytest.mark.parametrize("act", ACTS)
def test_limits_that_act_are_another_desk(act):
    when = "declared storm" if act == "declare" else "backlog of desk > 6"
    one, two = plans_of("priority", [ACTS[act]], [], [PROMISES["limit"]], when=when)
    assert not same_desk(one, two)


def test_limits_of_a_queue_by_deadline_are_another_desk(tmp_path):
    busy = "set desk.day agents 1"
    one, two = plans_of("deadline", [TELLS["notify"]], [busy], [busy, "set gold.fix within 15 min"])
    assert not same_desk(one, two)
    assert logs_of(one, tmp_path, range(4)) != logs_of(two, tmp_path, range(4))


def test_limits_at_which_tickets_are_handed_on_make_other_logs(tmp_path):
    one, two = plans_of("priority", [ACTS["reassign"]], [], [PROMISES["limit"]])
    assert logs_of(one, tmp_path) != logs_of(two, tmp_path)


def test_another_tick_or_another_start_is_another_desk():
    contract = BY_NAME["one_group"].contract()
    setting = setting_of(contract, "search", Wishes())
    days = {"first": setting.first, "last": setting.last}
    plans = [
        desk_plan_of(contract, "base", **days, warm_up_us=warm_up, tick_us=tick)
        for warm_up, tick in ((0, 1_000_000), (86_400_000_000, 1_000_000), (0, 60_000_000))
    ]
    assert [same_desk(plans[0], other) for other in plans] == [True, False, False]


def test_a_range_over_a_limit_of_the_starter_is_simulated_once(tmp_path):
    shutil.copytree(Path(__file__).parents[2] / "models" / "starter", tmp_path, dirs_exist_ok=True)
    (tmp_path / "price.slm").write_text(PRICE, encoding="utf-8")
    contract = slm.load(tmp_path / "price.slm").contract
    bench = Bench(Job(contract=contract, setting=setting_of(contract, "price", Wishes()), engine="fast"))
    trials = [bench.trial(each.name) for each in bench.job.setting.variants]
    assert len(trials) == 8
    assert {each.desk_of for each in trials} == {trials[0].name}

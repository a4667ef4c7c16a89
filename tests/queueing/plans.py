"""From the text of a model to its simulated replications."""

from __future__ import annotations

from slmdsl.contract import check
from slmdsl.syntax.parse import parse


def contract_of(path):
    parsed = parse(path.read_text(encoding="utf-8"), path.name)
    contract, found = check([parsed.tree], texts={path.name: parsed.text})
    errors = [each.message for each in (*parsed.diagnostics, *found) if each.is_error]
    assert not errors, errors
    return contract


def plan_of(path, scenario="base", *, first, last, warm_up_us):
    """Return the plan of one scenario, both days included."""
    from slmdsl.workload.from_contract import desk_plan_of

    return desk_plan_of(contract_of(path), scenario, first=first, last=last, warm_up_us=warm_up_us)


def simulated(plan, seed, replication, *, engine="fast"):
    """Return one replication."""
    from slmdsl.simulate.runs import simulated as run

    return run(plan, seed, replication, engine=engine)

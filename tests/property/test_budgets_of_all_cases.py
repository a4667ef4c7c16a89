"""Every conformance case has error budgets that agree with its verdicts, whatever the form and the units."""

from __future__ import annotations

import pytest

import slmdsl as slm
from slmdsl.contract.model.agreements import Share
from tests.spec.cases import FACTS, VERDICTS, facts_of, judged_at
from tests.spec.test_spec import FILES, read

CASES = [
    pytest.param(case, id=f"{path.stem}: {case.title}")
    for path in FILES
    for case in read(path)
    if any(each.language in FACTS for each in case.blocks)
    and any(each.language in VERDICTS for each in case.blocks)
]


@pytest.mark.parametrize("case", CASES)
def test_budgets_agree_with_verdicts(case, tmp_path):
    path = tmp_path / "case.slm"
    path.write_text(case.spec, encoding="utf-8")
    spec, log = slm.load(path), facts_of(case)
    for as_of in judged_at(case)[:1]:
        verdicts = slm.evaluate(spec, log, as_of=as_of)
        rows = {(row.target.qualified, row.part, row.period): row for row in verdicts.periods}
        for budget in verdicts.budget_book.budgets():
            row = rows[budget.target.qualified, budget.part, budget.period]
            if row.value is None:
                assert budget.so_far == 0
            else:
                at_most = isinstance(budget.target.form, Share) and budget.target.form.at_most
                failed = row.value if at_most else 1 - row.value
                assert budget.bad / budget.so_far == pytest.approx(failed, abs=1e-9), row

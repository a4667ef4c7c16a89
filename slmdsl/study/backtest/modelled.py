"""A fitted model as part of the project that it was fitted for: the text that people would read, compiled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from slmdsl.contract.checking import check
from slmdsl.contract.model.uncertainty import Draws
from slmdsl.study.backtest.forms import BacktestError
from slmdsl.syntax.parse import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.contract.model.spec import Contract
    from slmdsl.study.fit.model import LoadModel

_FILE: Final = "fitted_for_a_test.slm"


def contract_with(texts: Mapping[str, str], model: LoadModel) -> Contract:
    """Return the contract of a project's texts and a model fitted for it, which draws its parameters where it has any.

    Raises:
        BacktestError: the model's text has errors; the message has the first.
    """
    text = model.to_slm(file=_FILE)
    files = {**texts, _FILE: text}
    contract, found = check([parse(each, name).tree for name, each in files.items()], texts=files)
    wrong = next((each for each in found if each.is_error), None)
    if wrong is not None:
        message = f"what was fitted is no model: {wrong.message}"
        raise BacktestError(
            message, f"{wrong.code}; fit it by itself and mend it: `slm fit PATH --out load.slm`"
        )
    if model.draws is None:
        return contract
    load = contract.loads[model.name]
    rows = tuple(map(tuple, model.draws.rows.tolist()))
    draws = Draws(file=_FILE, columns=tuple(model.draws.columns), rows=rows, span=load.span)
    return replace(contract, loads={**contract.loads, model.name: replace(load, uncertain=draws)})

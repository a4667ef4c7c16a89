"""What a negotiation starts from: the scenario that carries what is asked, the chance wanted, how many replications."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, log
from typing import TYPE_CHECKING, Final

from slmdsl.base.suggest import nearest
from slmdsl.contract.scenarios import judged_by
from slmdsl.stats.intervals import clopper_pearson
from slmdsl.study.asked.setting import REPLICATIONS, SettingError, refuse_without_load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slmdsl.contract.model.spec import Contract
    from slmdsl.study.asked.setting import Setting

CHANCE: Final = 0.9
"""The chance of a period that is wanted where nothing says another."""
MOST: Final = 10_000
"""More replications than this are not taken unasked."""


def scenario_of(contract: Contract, agreement: str, wished: str | None = None) -> str:
    """Return the scenario in which an agreement is negotiated.

    By default the first of the first experiment that is judged by it, else the first of the text that is.

    Raises:
        SettingError: for names that there are not, and scenarios that have no load or are not judged by the agreement.
    """
    if agreement not in contract.agreements:
        raise _unknown(agreement, "agreement", contract.agreements)
    if wished is not None and wished not in contract.scenarios:
        raise _unknown(wished, "scenario", contract.scenarios)
    if wished is not None:
        refuse_without_load(contract, wished)
    judged = tuple(dict.fromkeys(_judged(contract, agreement)))
    others = f"these are: {', '.join(judged)}"
    if wished is None:
        if not judged:
            message = f"no scenario is judged by `{agreement}`, so nothing can be said of it"
            raise SettingError(message, f"say `slas {agreement}` in a scenario that has a load")
        return judged[0]
    if wished not in judged:
        message = f"`{wished}` is not judged by `{agreement}`"
        raise SettingError(message, others if judged else f"say `slas {agreement}` in it, and a load")
    return wished


def _judged(contract: Contract, agreement: str) -> Iterator[str]:
    """Yield the scenarios that an agreement judges, those of experiments first."""
    named = (name for each in contract.experiments.values() for name in each.scenarios)
    for name in (*named, *contract.scenarios):
        scenario = contract.scenarios[name]
        if scenario.load in contract.loads and agreement in judged_by(contract, scenario):
            yield name


def _unknown(name: str, kind: str, known: Mapping[str, object]) -> SettingError:
    near = nearest(name, known)
    if near:
        return SettingError(f"no {kind} is called `{name}`", f"did you mean `{near[0]}`?")
    words = f"declared: {', '.join(f'`{each}`' for each in known)}" if known else f"no {kind} is declared"
    return SettingError(f"no {kind} is called `{name}`", words)


def chance_wanted(contract: Contract, agreement: str) -> float:
    """Return the chance of a period that a `find` of the text wants of an agreement or its targets, else 90 %."""
    return next((chance for _, chance in _wishes(contract, agreement)), CHANCE)


def wanted_by(contract: Contract, agreement: str, wanted: float) -> str | None:
    """Return the experiment whose `find` says the chance that is wanted of an agreement; None if none does."""
    name, chance = next(_wishes(contract, agreement), (None, None))
    return name if chance == wanted else None


def _wishes(contract: Contract, agreement: str) -> Iterator[tuple[str, float]]:
    """Yield the experiments that want a chance of a period of an agreement or its targets, with it."""
    for name, experiment in contract.experiments.items():
        for wanted in experiment.find:
            if wanted.of.partition(".")[0] == agreement and not wanted.throughout and wanted.at_least < 1:
                yield name, float(wanted.at_least)


def enough(wanted: float, confidence: float) -> int:
    """Return how many replications show that what is always kept has at least the wanted chance.

    The lower bound of n out of n is (alpha / 2) ** (1 / n) (Clopper and Pearson, 1934).

    >>> enough(0.9, 0.95), enough(0.99, 0.95)
    (36, 368)
    """
    count = max(ceil(log((1 - confidence) / 2) / log(wanted)) - 1, 1)
    while clopper_pearson(count, count, confidence).low < wanted:
        count += 1
    return count


def negotiated_as(setting: Setting, wanted: float, replications: int | None) -> Setting:
    """Return a setting with as many replications as it takes, or as are wished for, and nothing that it searches.

    Raises:
        SettingError: for a chance out of range, and for fewer replications than could show it.
    """
    if not 0 < wanted < 1:
        message = f"a chance of {100 * wanted:g} % cannot be shown"
        raise SettingError(message, "say more than 0 % and less than 100 %, such as 90 %")
    confidence = float(setting.confidence)
    if confidence == 1 or (log((1 - confidence) / 2) / log(wanted) > MOST and replications is None):
        message = f"to show a chance of {100 * wanted:g} % takes more than {MOST:,} replications"
        raise SettingError(message, "say how many with `--replications`, or want a smaller chance")
    least = enough(wanted, confidence)
    if replications is not None and replications < least:
        message = f"{replications} replications cannot show a chance of {100 * wanted:g} %, even of what is always kept"
        raise SettingError(message, f"say {least} or more, or want a smaller chance")
    count = max(REPLICATIONS, least) if replications is None else replications
    return replace(setting, replications=count, until=None, find=())

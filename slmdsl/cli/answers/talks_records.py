"""A negotiation for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.cli.answers.machine import records
from slmdsl.contract.edit_text import edit_text
from slmdsl.contract.model.studies import SetBound, SetGoal, SetLimit, SetNumber
from slmdsl.report.language import LANGUAGES
from slmdsl.report.offers import answer
from slmdsl.study.running.looks import chance_of

if TYPE_CHECKING:
    from slmdsl.report.language import LanguageCode
    from slmdsl.study.negotiation.talks import Negotiation, Offer
    from slmdsl.study.running.tally import Tally


def talks_record(talks: Negotiation, lang: LanguageCode) -> dict[str, object]:
    """Return all that a negotiation says; `answer` is in the language asked for."""
    setting = talks.setting
    return {
        "sla": talks.agreement.name,
        "scenario": setting.variants[0].scenario,
        "first": setting.first.isoformat(),
        "last": setting.last.isoformat(),
        "warm_up_us": setting.warm_up_of(setting.variants[0].scenario),
        "seed": setting.seed,
        "confidence": talks.confidence,
        "wanted": talks.wanted,
        "replications": setting.replications,
        "simulated": talks.replications,
        "staffings_tried": talks.tried,
        "recounted": talks.recounted,
        "interrupted": talks.interrupted,
        "agreement": _chance(talks, talks.base.tally, talks.agreement.name),
        "targets": records(talks.targets),
        "credits": records(talks.credits),
        "counter_offer": _offer(talks, talks.counter_offer),
        "more_staff": _offer(talks, talks.staffed_offer),
        "answer": list(answer(talks, LANGUAGES[lang])),
    }


def _offer(talks: Negotiation, offer: Offer | None) -> dict[str, object] | None:
    if offer is None:
        return None
    forms = {each.target.qualified: each.target.form for each in talks.asked}
    tally = offer.confirmed.tally
    return {
        "edits": [
            edit_text(each, None if isinstance(each, SetNumber) else forms[each.target])
            for each in offer.edits
            if isinstance(each, SetLimit | SetGoal | SetBound | SetNumber)
        ],
        "left": list(offer.left),
        "replications": tally.replications,
        "agreement": _chance(talks, tally, talks.agreement.name),
        "targets": {name: _chance(talks, tally, name) for name in tally.targets if name in forms},
    }


def _chance(talks: Negotiation, tally: Tally, name: str) -> dict[str, float] | None:
    chance = chance_of(tally, name, talks.confidence)
    return None if chance is None else {"chance": chance.value, "low": chance.low, "high": chance.high}

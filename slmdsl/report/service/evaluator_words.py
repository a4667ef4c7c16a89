"""What the evaluator notes beside its figures, in the language of a report.

The evaluator says its arithmetic in English, where it is worked out. Here each of its phrases is recognised and said
anew; what is not recognised (words of the text itself, such as reasons) stands as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from slmdsl.report.language import Language

_GROUPED: Final = re.compile(r"(?<=[0-9])_(?=[0-9]{3})")

_SHARE_OF_FEE: Final = re.compile(r"([0-9.]+%) of fee")
_POINTS: Final = re.compile(r"([0-9.,/]+) points?\b")
_ROLLING: Final = re.compile(r"rolling ([0-9]+) (month|day)s")
_AMOUNT: Final = r"(?:[A-Z]{3} -?[0-9.,]+|-?[0-9./,]+ points?)(?: \(rounded\))?"
_UNIT: Final = "(day|week|month|quarter|year)s?"
_PHRASES: Final = tuple(
    (re.compile(pattern), f"report.says.{key}")
    for key, pattern in (
        ("no_facts", r"no facts about (?P<names>.+)"),
        ("no_events", r"no events of (?P<names>.+)"),
        ("older", r"(?P<n>[0-9]+) open tickets? (?:is|are) older than the limit"),
        ("slices", r"slices left out: (?P<words>.+)"),
        ("excluded", r"excluded: (?P<words>.+)"),
        ("data_loss", r"(?P<n>[0-9,]+) outages? of which the data loss is not known"),
        ("not_evaluated", r"(?P<form>.+) is not evaluated yet"),
        ("no_period", r"no period to judge: .+"),
        ("empty_log", r"the log holds nothing"),
        ("right", r"a right to terminate"),
        ("so_far", r"so far"),
        ("none_until", r"no credits until (?P<day>[0-9-]+)"),
        (
            "volume",
            (
                r"no credits: (?P<n>[0-9,]+) (?P<what>.+) in (?P<period>\S+?)(?: so far)?, "
                r"more than the (?P<most>[0-9]+) assumed .+?(?: \((?P<why>.+)\))?"
            ),
        ),
        ("below", r"(?P<level>.+) is below (?P<band>[^:]+): (?P<rest>.+)"),
        ("above", r"(?P<level>.+) is above (?P<band>[^:]+): (?P<rest>.+)"),
        ("misses", r"(?P<n>[0-9]+) miss(?:es)?: (?P<rest>.+)"),
        ("missed", r"missed: (?P<rest>.+)"),
        (
            "row",
            rf"missed (?P<n>[0-9]+) {_UNIT} in a row(?: \((?P<least>[0-9]+) asked for\))?(?:: (?P<rest>.+))?",
        ),
        ("of_last", rf"missed (?P<n>[0-9]+) of the last (?P<of>[0-9]+) {_UNIT}(?:: (?P<rest>.+))?"),
        (
            "met_row",
            rf"met (?P<n>[0-9]+) {_UNIT} in a row(?: \((?P<least>[0-9]+) asked for\))?: (?P<rest>.+)",
        ),
        ("met_of_last", rf"met (?P<n>[0-9]+) of the last (?P<of>[0-9]+) {_UNIT}: (?P<rest>.+)"),
        ("returned", rf"(?P<share>[0-9.]+%) of (?P<whole>{_AMOUNT}) = (?P<back>{_AMOUNT}) returned"),
        (
            "cap",
            (
                r"cap (?P<amount>.+?) each (?P<per>rolling [0-9]+ (?:months|days)|day|week|month|quarter|year) = "
                rf"(?P<figure>{_AMOUNT})(?:, (?P<given>{_AMOUNT}) given before)?, "
                rf"(?:leaves (?P<left>{_AMOUNT})|not reached)"
            ),
        ),
        ("product", rf"(?P<times>[0-9]+) x (?P<each>{_AMOUNT}) = (?P<sum>{_AMOUNT})"),
        (
            "share",
            (
                rf"(?:(?P<times>[0-9]+) x )?(?P<share>[0-9.]+%) of (?:(?P<fees>[0-9]+) x )?(?P<fee>{_AMOUNT})"
                rf" = (?P<sum>{_AMOUNT})"
            ),
        ),
        ("no_fee", r"(?P<share>[0-9.]+%) of fee, and no fee is said"),
    )
)


def evaluator_words(text: str, say: Language) -> str:
    """Return a note or an arithmetic of the evaluator in a language; thousands are grouped by commas.

    >>> from slmdsl.report.language import ENGLISH
    >>> evaluator_words("99.2% is below 99.5%: 5% of EUR 42_000 = EUR 2_100", ENGLISH)
    '99.2% is below 99.5%: 5% of EUR 42,000 = EUR 2,100'
    """
    grouped = _GROUPED.sub(",", text)
    if say.code == "en":
        return grouped
    said = "；".join(_said(each, say) for each in grouped.split("; "))
    return say.spaced(_POINTS.sub(lambda found: say.say("point.many", n=found[1]), said))


def _said(text: str, say: Language) -> str:
    for pattern, key in _PHRASES:
        if found := pattern.fullmatch(text):
            places = {name: value or "" for name, value in found.groupdict().items()}
            if places.get("rest"):
                places["rest"] = _said(places["rest"], say)
            return say.say(_variant(key, places, say), **places)
    return text


def _variant(key: str, places: dict[str, str], say: Language) -> str:
    """Return the key of the phrase that fits what was found: a cap that was not reached, several fees."""
    if key == "report.says.cap":
        places["amount"] = _SHARE_OF_FEE.sub(
            lambda found: say.say("report.says.fee_share", share=found[1]), places["amount"]
        )
        places["per"] = _per(places["per"], say)
        if places["given"]:
            places["given"] = say.say("report.says.given", amount=places["given"])
        return f"{key}.reached" if places["left"] else key
    return f"{key}.alone" if key in ("report.says.row", "report.says.of_last") and not places["rest"] else key


def _per(words: str, say: Language) -> str:
    """Return for how long a cap is: `month`, `rolling 12 months`."""
    rolling = _ROLLING.fullmatch(words)
    if rolling is None:
        return say.say(f"unit_word.{words}")
    return say.say("report.says.rolling", span=say.counted(int(rolling[1]), rolling[2]))

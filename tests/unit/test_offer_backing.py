"""Who backs an offered limit only with a longer one."""

from datetime import date
from fractions import Fraction

import pytest

from slmdsl.base.units import HOUR, Duration
from slmdsl.contract.model.agreements import Limit
from slmdsl.contract.model.studies import SetGoal, SetLimit
from slmdsl.report.language import CHINESE, ENGLISH
from slmdsl.report.offer_backing import backing_words
from slmdsl.stats.intervals import Interval
from slmdsl.study.negotiation.levels import Level
from tests.negotiations import DESK
from tests.studies import contract_of

OLA = """\
ola inner {
  between  desk and globex
  supports gold
  valid    2027-01-01 .. 2027-12-31
  timezone UTC
  clock    standard
  target mends: resolution of P1, P2 incidents within 6 h for 90% each month
}
"""
FIVE_HOURS = Limit(duration=Duration(us=5 * HOUR))
SURE = Interval(value=1.0, low=0.95, high=1.0)


def said(ola, edit, say=ENGLISH):
    contract = contract_of(DESK.replace("profile even {", ola + "profile even {"))
    agreement = contract.agreements["gold"]
    span = agreement.targets[0].span
    made = edit(span)
    level = Level(bound=Fraction(1), chance=SURE, edit=made)
    return list(backing_words(contract, agreement, {"gold.fix": level}, date(2027, 12, 31), say))


def within(span):
    return SetLimit(target="gold.fix", limit=FIVE_HOURS, span=span)


def test_who_backs_less_is_named():
    assert said(OLA, within) == [
        "desk backs fix only with 6 h for 90 % (`inner.mends`), longer than what is offered."
    ]
    assert said(OLA, within, CHINESE) == [
        "desk 对 fix 的支撑只有 6 小时、90%（`inner.mends`），比所提方案更长。"
    ]


@pytest.mark.parametrize(
    "ola",
    [
        "",
        OLA.replace("6 h", "5 h"),
        OLA.replace(
            "resolution of P1, P2 incidents within 6 h for 90%", "mean resolution of incidents at most 6 h"
        ),
        OLA.replace("6 h for 90%", "6 h for 90%, from 2027-06-01 within 4 h"),
    ],
)
def test_what_is_backed_or_cannot_be_compared_is_not(ola):
    assert said(ola, within) == []


def test_another_share_is_not_compared():
    assert said(OLA, lambda span: SetGoal(target="gold.fix", goal=Fraction(4, 5), span=span)) == []

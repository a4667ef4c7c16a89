"""Where the time of missed tickets goes, as their target's clock counts it."""

from dataclasses import replace

import pytest

from slmdsl.contract.model.clocks import Reopened
from slmdsl.events.vocabulary import Phase
from slmdsl.report.language import CHINESE, ENGLISH
from slmdsl.report.offers import where_words
from slmdsl.study.judged.missed import MissedTime
from tests.negotiations import DESK
from tests.studies import contract_of

MISSED = MissedTime(
    judged=9, missed=3, waiting=30, working=10, closed=0, customer=100, supplier=60, resolved=200
)


def target(*, pauses=(), reopened=Reopened.RESUMES):
    first = contract_of(DESK).agreements["gold"].targets[0]
    return replace(first, clock=replace(first.clock, pauses=frozenset(pauses), reopened=reopened))


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (
            {},
            "50 % of the time of tickets that miss fix (its clock's pauses left out) is spent with the customer",
        ),
        (
            {"pauses": [Phase.WAIT_CUSTOMER]},
            "60 % of the time of tickets that miss fix (its clock's pauses left",
        ),
        (
            {"pauses": [Phase.WAIT_CUSTOMER, Phase.WAIT_SUPPLIER]},
            "75 % of the time of tickets that miss fix (its",
        ),
        (
            {"reopened": Reopened.COUNTS_ALL},
            "50 % of the time of tickets that miss fix they are taken for resolved",
        ),
    ],
)
def test_time_that_the_clock_does_not_count_is_left_out(clock, said):
    assert where_words(target(**clock), MISSED, ENGLISH).startswith(said)


def test_where_nothing_is_left_nothing_is_said():
    paused = replace(MISSED, waiting=0, working=0, supplier=0)
    assert where_words(target(pauses=[Phase.WAIT_CUSTOMER]), paused, ENGLISH) == ""
    assert where_words(target(pauses=[Phase.WAIT_CUSTOMER]), MISSED, CHINESE) == (
        "未达到 fix（不计时钟暂停的时间）的工单，其时间的 60% 在供应商一方：增加人员不能缩短，支撑承诺的合同才能。"
    )

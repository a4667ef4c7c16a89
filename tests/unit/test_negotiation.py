"""Negotiations of small desks: what holds, what is offered, who carries it, and what nothing can be said of."""

from dataclasses import replace
from fractions import Fraction

import pytest

from slmdsl.base.units import HOUR, Duration
from slmdsl.contract.model.studies import SetGoal, SetLimit, SetNumber
from slmdsl.contract.variants import Variant, variant_of
from slmdsl.study.negotiation.gathering import Gathering
from slmdsl.study.negotiation.talks import ASKED_AGAIN, COUNTER_OFFER, OTHER_LIMITS
from slmdsl.study.running.bench import Job
from slmdsl.study.running.cheapest import FRESH
from slmdsl.study.running.looks import chance_of
from tests.negotiations import DESK, settled, talks
from tests.studies import contract_of

pytestmark = pytest.mark.compiled

WITHOUT_SHIFTS = DESK.replace(
    "  shift    day  mon..sun 06:00-20:00  1 agent\n", "  on_call  otherwise 1 agent for P1, P2 after 5 min\n"
).replace("set desk.day agents 2", "incidents * 2")
EASY = DESK.replace("within 3 h for 90%", "within 3 h for 50%")


def asked(found, name):
    return next(each for each in found.asked if each.target.name == name)


def interrupting(at, words):
    """Interrupt when something is tried for the first time, or the second time if `at` is 2."""
    seen = []

    def told(what, share, _count):
        if words in what and share == 1.0:
            seen.append(what)
        if words in what and len(seen) >= at - 1:
            raise KeyboardInterrupt

    return told


def test_what_falls_short_is_made_looser_until_it_holds():
    found = settled()
    fix, sure = asked(found, "fix"), asked(found, "sure")
    assert [each.target.name for each in found.failing] == ["fix"]
    assert fix.chance.low < 0.9
    assert isinstance(fix.limit.edit, SetLimit)
    assert fix.limit.bound.us > 3 * HOUR
    assert fix.limit.chance.low >= 0.9
    assert isinstance(fix.level.edit, SetGoal)
    assert fix.level.bound < Fraction(9, 10)
    assert fix.level.chance.low >= 0.9
    assert sure.holds
    assert sure.limit.bound.us < 20 * HOUR
    assert sure.carried_by is None


def test_a_limit_near_what_is_asked_is_offered_first_one_far_from_it_last():
    fix = asked(settled(), "fix")
    assert fix.limit.bound.us <= 6 * HOUR
    assert (fix.instead, fix.otherwise) == (fix.limit, fix.level)
    assert settled().counter_offer.levels == {"gold.fix": fix.limit}
    far = replace(fix, near=False)
    assert (far.instead, far.otherwise) == (fix.level, fix.limit)
    none = replace(fix, limit=None, near=False)
    assert (none.instead, none.otherwise) == (fix.level, None)


def test_the_offer_is_confirmed_with_new_luck_beside_what_is_asked():
    offer = settled().counter_offer
    assert offer.confirmed.tally.replications == offer.asked.tally.replications == 40
    assert list(offer.confirmed.values["gold.fix"]._of) == [FRESH + number for number in range(40)]
    assert offer.asked.variant.edits == ()
    asked_again, offered = (
        chance_of(each.tally, "gold", 0.95).value for each in (offer.asked, offer.confirmed)
    )
    assert asked_again < offered
    assert chance_of(offer.confirmed.tally, "gold.sure", 0.95) == chance_of(
        offer.asked.tally, "gold.sure", 0.95
    )


def test_one_agent_more_carries_what_is_asked_at_its_price():
    found = settled()
    (added,) = found.carried_by.added
    assert (added.shift, added.before, added.after) == ("desk.day", 1, 2)
    days, months = 59, Fraction(59 * 12, 365)
    assert found.carried_by.more_minor == round(4000 * 14 * days / months)
    assert found.carried_by.currency == "EUR"
    (edit,) = found.staffed_offer.edits
    assert isinstance(edit, SetNumber)
    assert chance_of(found.staffed_offer.confirmed.tally, "gold.fix", 0.95).value == 1.0


def test_of_targets_without_facts_or_whole_periods_it_says_why():
    reasons = {each.target.name: each.reason for each in settled().asked if each.chance is None}
    assert reasons == {"place": "simulated tickets have no `site`", "late": "no period of it was judged"}


def test_the_frames_say_what_the_targets_say():
    found = settled()
    rows = {row["target"]: row for row in found.targets.to_dicts()}
    fix = rows["gold.fix"]
    assert fix["asked"] == "target fix: resolution of P1, P2 incidents within 3 h for 90% each month"
    assert (fix["low"], fix["holds"]) == (asked(found, "fix").chance.low, False)
    assert fix["limit"] == f"within {asked(found, 'fix').limit.bound}"
    assert fix["level"].startswith("for ")
    assert (fix["staffing"], fix["currency"]) == ("desk.day agents 2", "EUR")
    assert rows["gold.quick"]["level"].startswith("at most ")
    assert rows["gold.place"]["chance"] is None
    assert rows["gold.place"]["reason"] == "simulated tickets have no `site`"
    assert found.credits["who"].to_list() == ["asked", "counter_offer", "more_staff"]
    assert found.targets is found.targets
    assert "gold.fix" in found._repr_html_()


def test_any_number_of_workers_finds_the_same():
    alone = talks(workers=1)
    assert alone.targets.equals(settled().targets)
    assert alone.credits.equals(settled().credits)


def test_where_all_that_is_asked_holds_there_is_no_offer():
    found = talks(EASY)
    assert not found.failing
    assert found.counter_offer is found.staffed_offer is found.carried_by is None
    assert found.tried == 0
    assert asked(found, "fix").limit.bound.us <= 3 * HOUR
    assert found.credits["who"].to_list() == ["asked"]


def test_other_limits_are_simulated_anew_where_a_queue_goes_by_deadline():
    found = talks(DESK.replace("by priority", "by deadline"), staff=False)
    assert found.recounted is False
    assert found.tried is None
    assert settled().recounted is True
    limit = asked(found, "fix").limit
    assert limit.chance.low >= 0.9


def test_nothing_is_judged_of_an_agreement_without_facts():
    text = DESK.replace("field site", "field site\nfield branch")
    lines = [
        line
        for line in text.splitlines()
        if not line.startswith(
            ("  target fix", "  target sure", "  target quick", "  target late", "  credit")
        )
    ]
    found = talks("\n".join(lines) + "\n")
    assert found.judged == ()
    assert found.recounted is None
    assert found.counter_offer is None


def test_without_shifts_nobody_can_be_added():
    found = talks(WITHOUT_SHIFTS.replace("within 3 h", "within 1 h"))
    assert found.failing
    assert found.tried == 0
    assert found.carried_by is None
    assert found.counter_offer is not None


def test_without_a_price_more_people_cost_nobody_knows_what():
    found = talks(DESK.replace("  cost     EUR 40 per hour\n", ""))
    assert found.carried_by.more_minor is None
    assert found.carried_by.currency is None
    assert [each.after for each in found.carried_by.added] == [2]


def test_people_of_a_group_with_a_price_are_priced_whatever_others_cost():
    second = """\
staff idle {
  timezone UTC
  shift    day  mon..sun 06:00-20:00  1 agent
  cost     USD 10 per hour
}
"""
    way = "then  idle 5%, resolved 95%\n    }\n    step idle {\n      works constant(1 min)\n      then  resolved 100%"
    text = DESK.replace("load usual {", second + "load usual {").replace("then  resolved 100%", way)
    found = talks(text)
    assert (found.carried_by.more_minor, found.carried_by.currency) == (
        settled().carried_by.more_minor,
        "EUR",
    )


def test_a_limit_that_changes_is_tried_as_one_that_holds_for_all_time():
    text = DESK.replace("within 3 h for 90%", "within 30 h for 90%, from 2027-02-01 within 5 min")
    found = talks(text, staff=False)
    fix = asked(found, "fix")
    assert not fix.holds
    assert fix.limit is None or fix.limit.chance.low >= 0.9
    assert fix.level is None
    assert found.counter_offer.left == (() if fix.limit else ("gold.fix",))


def test_a_limit_by_the_end_of_a_day_stays_one():
    calendar = "calendar office {\n  timezone UTC\n  open mon..fri 08:00-16:00\n}\n"
    text = DESK.replace("clock standard {", calendar + "clock standard {\n  runs on office").replace(
        "within 3 h for 90%", "by end of 2 business days for 90%"
    )
    limit = asked(talks(text, staff=False), "fix").limit
    assert limit.edit.limit.end_of_day
    assert limit.bound == Duration(business_days=Fraction(1))


def test_a_desk_that_starts_empty_is_negotiated_as_such():
    text = DESK.replace("experiment both {", "experiment both {\n  starts empty").replace(
        ", warm up 1 week", ""
    )
    found = talks(text, staff=False)
    assert found.setting.warm_up_of("today") == 0
    assert asked(found, "fix").chance is not None


def test_an_interrupted_negotiation_says_what_is_known():
    found = talks(told=interrupting(2, OTHER_LIMITS))
    assert found.interrupted
    assert asked(found, "fix").chance == asked(settled(), "fix").chance
    assert found.counter_offer is None
    assert asked(found, "sure").limit is not None
    offered = talks(told=interrupting(1, "desk.day"))
    assert offered.interrupted
    assert offered.counter_offer is not None
    assert offered.carried_by is None
    unconfirmed = talks(told=interrupting(1, COUNTER_OFFER))
    assert unconfirmed.counter_offer is None
    assert asked(unconfirmed, "fix").instead is not None


def test_what_was_simulated_is_not_simulated_again():
    contract = contract_of(DESK)
    setting = settled().setting
    counts = []
    gathering = Gathering(
        Job(contract=contract, setting=setting, engine="fast"),
        "gold",
        None,
        lambda *told: counts.append(told),
    )
    base = variant_of("today")
    first = gathering.gathered([base], range(3), "first")
    again = gathering.gathered([base, Variant(name=ASKED_AGAIN, scenario="today")], range(3), "again")
    assert again[0] is first[0]
    assert gathering.replications == 6
    assert [(words, count) for words, _, count in counts][-1] == ("again", 6)
    assert [share for _, share, _ in counts[:3]] == [1 / 3, 2 / 3, 1.0]


def test_what_a_scenario_sets_is_what_is_asked():
    text = DESK.replace(
        "  set desk.day agents 2",
        "  set gold.fix within 2 h\n  set gold.fix for 50%\n  set gold.fix within 4 h",
    )
    found = talks(text.replace("today, twice", "twice"), staff=False)
    row = found.targets.row(0, named=True)
    assert row["asked"].endswith("within 3 h for 90% each month, here within 4 h, here for 50%")
    assert asked(found, "fix").holds
    assert asked(found, "fix").limit.bound.us <= 4 * HOUR

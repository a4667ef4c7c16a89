"""How a negotiation begins, and which limits it tries."""

from datetime import date
from fractions import Fraction

import pytest

from slmdsl.base.units import DAY, HOUR, MINUTE, Duration
from slmdsl.contract.model.agreements import Limit
from slmdsl.stats.intervals import Interval, clopper_pearson
from slmdsl.study.asked.setting import SettingError, Wishes, setting_of
from slmdsl.study.negotiation.brackets import Bracket, limits_around
from slmdsl.study.negotiation.opening import CHANCE, chance_wanted, enough, negotiated_as, scenario_of
from tests.negotiations import DESK
from tests.studies import contract_of

ALONE = DESK[: DESK.index("experiment both")]
LAST = date(2027, 2, 28)
SURE = Interval(value=1.0, low=0.95, high=1.0)


def test_the_scenario_is_the_first_of_an_experiment_that_the_agreement_judges():
    assert scenario_of(contract_of(DESK), "gold") == "today"
    assert scenario_of(contract_of(DESK.replace("today, twice", "twice, today")), "gold") == "twice"
    assert scenario_of(contract_of(ALONE), "gold") == "today"
    assert scenario_of(contract_of(DESK), "gold", "twice") == "twice"


@pytest.mark.parametrize(
    ("sla", "scenario", "message", "hint"),
    [
        ("golt", None, "no agreement is called `golt`", "did you mean `gold`?"),
        ("xyz", None, "no agreement is called `xyz`", "declared: `gold`, `tin`"),
        ("gold", "todai", "no scenario is called `todai`", "did you mean `today`?"),
        ("tin", None, "no scenario is judged by `tin`", "say `slas tin` in a scenario that has a load"),
        ("tin", "today", "`today` is not judged by `tin`", "say `slas tin` in it, and a load"),
        ("gold", "other", "`other` is not judged by `gold`", "these are: today, twice"),
    ],
)
def test_names_that_are_not_there_are_refused_with_those_that_are(sla, scenario, message, hint):
    target = "  target fix: response of incidents within 9 h for 50% each month\n"
    tin = f'ola tin "Tin" {{\n  between globex and acme\n  timezone UTC\n{target}}}\n'
    text = DESK.replace("load usual {", tin + "load usual {")
    text += "scenario other {\n  load usual\n  slas tin\n}\n" if scenario == "other" else ""
    with pytest.raises(SettingError) as refused:
        scenario_of(contract_of(text), sla, scenario)
    assert str(refused.value).startswith(message)
    assert refused.value.help == hint


def test_without_scenarios_nothing_can_be_named():
    with pytest.raises(SettingError) as refused:
        scenario_of(contract_of(DESK[: DESK.index("scenario today")]), "gold", "today")
    assert refused.value.help == "no scenario is declared"


@pytest.mark.parametrize(
    ("find", "chance"),
    [
        ("gold >= 80%", 0.8),
        ("gold.fix >= 97.5%", 0.975),
        ("gold >= 80% throughout and chance of gold.sure >= 85%", 0.85),
        ("gold >= 80% throughout", CHANCE),
    ],
)
def test_the_chance_is_what_the_text_looks_for(find, chance):
    search = (
        "experiment cheap {\n  scenarios today\n  vary desk.day agents 1 .. 2\n"
        f"  find cheapest where chance of {find}\n  horizon 2027-01-01 .. 2027-02-28\n}}\n"
    )
    assert chance_wanted(contract_of(DESK + search), "gold") == chance
    assert chance_wanted(contract_of(DESK), "gold") == CHANCE


@pytest.mark.parametrize("wanted", [0.5, 0.8, 0.9, 0.95, 0.99])
def test_enough_are_as_few_as_show_what_is_always_kept(wanted):
    count = enough(wanted, 0.95)
    assert clopper_pearson(count, count, 0.95).low >= wanted
    assert count == 1 or clopper_pearson(count - 1, count - 1, 0.95).low < wanted


def test_a_setting_has_as_many_replications_as_it_takes():
    contract = contract_of(DESK)
    setting = setting_of(contract, "today", Wishes())
    assert negotiated_as(setting, 0.9, None).replications == 40
    assert negotiated_as(setting, 0.95, None).replications == 72
    assert negotiated_as(setting, 0.9, 36).replications == 36
    assert negotiated_as(setting, 0.9999, 40_000).replications == 40_000


@pytest.mark.parametrize(
    ("wanted", "replications", "message", "hint"),
    [
        (0.9, 35, "35 replications cannot show a chance of 90 %", "say 36 or more"),
        (1.0, None, "a chance of 100 % cannot be shown", "say more than 0 %"),
        (0.0, 50, "a chance of 0 % cannot be shown", "say more than 0 %"),
        (0.9999, None, "to show a chance of 99.99 % takes more than 10,000", "say how many"),
    ],
)
def test_chances_that_cannot_be_shown_are_refused(wanted, replications, message, hint):
    setting = setting_of(contract_of(DESK), "today", Wishes())
    with pytest.raises(SettingError, match=message.replace(".", "\\.")) as refused:
        negotiated_as(setting, wanted, replications)
    assert refused.value.help.startswith(hint)


@pytest.mark.parametrize(
    ("asked", "end_of_day"),
    [
        (Duration(us=HOUR), False),
        (Duration(us=47 * MINUTE), False),
        (Duration(us=0), False),
        (Duration(us=4 * HOUR, days=Fraction(1)), False),
        (Duration(days=Fraction(2)), False),
        (Duration(days=Fraction(3, 2)), False),
        (Duration(business_days=Fraction(3)), False),
        (Duration(business_days=Fraction(2)), True),
        (Duration(business_days=Fraction(0)), True),
        (Duration(business_days=Fraction(100)), True),
        (Duration(us=90 * DAY), False),
    ],
)
def test_limits_are_tried_in_the_unit_of_what_is_asked(asked, end_of_day):
    limits = limits_around(Limit(duration=asked, end_of_day=end_of_day))
    lengths = [each.duration.business_days or each.duration.wall_us for each in limits]
    assert lengths == sorted(set(lengths))
    assert limits.count(Limit(duration=asked, end_of_day=end_of_day)) == 1
    assert all(each.end_of_day is end_of_day for each in limits)
    if asked.business_days:
        assert all(each.duration.business_days for each in limits)


def target_of(text, name):
    return next(each for each in contract_of(text).agreements["gold"].targets if each.name == name)


@pytest.mark.parametrize("least", [0, 1, 5, 10, 20])
def test_halving_finds_the_tightest_limit_that_holds(least):
    fix = target_of(DESK, "fix")
    place = limits_around(Limit(duration=Duration(us=3 * HOUR))).index(Limit(duration=Duration(us=3 * HOUR)))
    bracket = Bracket.of(fix, LAST, SURE, holds=least <= place)
    while not bracket.is_closed:
        bracket.take(SURE, holds=bracket.middle >= least)
    found = bracket.found()
    if least >= len(bracket.limits):
        assert found is None
        assert not bracket.is_near
    else:
        assert found.edit == bracket.edit(least)
        assert found.chance == SURE
        assert bracket.is_near == (found.bound.us <= 6 * HOUR)


def test_what_is_not_judged_at_a_limit_does_not_hold_there():
    bracket = Bracket.of(target_of(DESK, "fix"), LAST, SURE, holds=False)
    while not bracket.is_closed:
        bracket.take(None, holds=False)
    assert bracket.found() is None
    assert bracket.chances == {}


def test_only_targets_with_a_limit_and_a_share_have_other_limits():
    with pytest.raises(TypeError, match=r"`gold\.quick` has no limit"):
        Bracket.of(target_of(DESK, "quick"), LAST, SURE, holds=True)

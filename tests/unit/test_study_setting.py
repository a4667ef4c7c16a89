"""How scenarios are run: as the text says, or as a caller wishes."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from slmdsl.base.units import DAY, SECOND
from slmdsl.study.asked.setting import SettingError, Wishes, setting_of
from tests import studies

YEAR = date(2027, 1, 1), date(2027, 12, 31)
EXPERIMENTS = """
scenario bare from base {
  starts empty
}

experiment first {
  scenarios     base, bare
  horizon       2027-01-01 .. 2027-12-31, warm up 2 weeks
  replications  25
  seed          2027
  confidence    90%
}

experiment second {
  scenarios     calm, base
  horizon       2027-02-01 .. 2027-03-31
  replications  until half width of gold <= 2%, at most 300
}
"""


@pytest.fixture(scope="module")
def contract():
    return studies.contract_of(studies.TWO_GROUPS + EXPERIMENTS)


def test_an_experiment_says_all(contract):
    found = setting_of(contract, "first", Wishes())
    assert found.name == "first"
    assert found.scenarios == ("base", "bare")
    assert (found.first, found.last) == YEAR
    assert (found.warm_up_us, found.replications, found.seed) == (14 * DAY, 25, 2027)
    assert (found.confidence, found.tick_us) == (Fraction(9, 10), SECOND)


def test_who_starts_empty_has_no_warm_up_whatever_the_experiment_says(contract):
    found = setting_of(contract, "first", Wishes())
    assert found.warm_up_of("base") == 14 * DAY
    assert found.warm_up_of("bare") == 0


def test_a_wish_for_a_warm_up_is_stronger_than_the_text(contract):
    found = setting_of(contract, "first", Wishes(warm_up_us=DAY))
    assert found.warm_up_of("base") == found.warm_up_of("bare") == DAY


def test_an_experiment_that_starts_empty_lets_all_its_scenarios(contract):
    text = studies.TWO_GROUPS + EXPERIMENTS.replace("seed          2027", "starts empty")
    found = setting_of(studies.contract_of(text), "first", Wishes())
    assert found.empty == {"base", "bare"}


def test_a_scenario_is_run_as_the_first_experiment_runs_it_that_names_it(contract):
    found = setting_of(contract, "base", Wishes())
    assert (found.scenarios, found.replications, found.seed) == (("base",), 25, 2027)
    found = setting_of(contract, "calm", Wishes())
    assert (found.first, found.last) == (date(2027, 2, 1), date(2027, 3, 31))


def test_whom_a_scenario_follows_is_known(contract):
    assert setting_of(contract, "calm", Wishes()).like == "second"
    assert setting_of(contract, "second", Wishes()).like is None


def test_a_scenario_that_no_experiment_names_can_be_compared_with_others():
    lonely = EXPERIMENTS + "\nscenario storm from base {\n  incidents * 2\n}\n"
    storm = setting_of(studies.contract_of(studies.TWO_GROUPS + lonely), "storm", Wishes())
    assert (storm.like, storm.seed, storm.warm_up_us) == ("first", 2027, 14 * DAY)


def test_until_runs_as_often_as_it_may(contract):
    found = setting_of(contract, "second", Wishes())
    assert found.replications == 300
    assert found.seed == 0
    assert found.warm_up_us == 28 * DAY


def test_wishes_are_stronger_than_the_text(contract):
    wishes = Wishes(horizon=(date(2027, 5, 1), date(2027, 5, 31)), warm_up_us=0, replications=3, seed=0)
    found = setting_of(contract, "first", wishes)
    assert (found.first, found.last) == wishes.horizon
    assert (found.warm_up_us, found.replications, found.seed) == (0, 3, 0)


def test_without_an_experiment_the_usual_holds():
    found = setting_of(studies.contract_of(), "calm", Wishes(horizon=YEAR))
    assert (found.replications, found.seed, found.warm_up_us) == (40, 0, 28 * DAY)
    assert found.confidence == Fraction(95, 100)


def refused(contract, name, **wishes):
    with pytest.raises(SettingError) as raised:
        setting_of(contract, name, Wishes(**wishes))
    return str(raised.value), raised.value.help


def test_a_name_that_nothing_has(contract):
    message, help_line = refused(contract, "other")
    assert message == "no scenario and no experiment is called `other`"
    assert help_line == "there are: first, second, base, calm, bare"


def test_a_text_without_scenarios():
    text = studies.TWO_GROUPS[: studies.TWO_GROUPS.index("scenario base")]
    assert "declares none" in refused(studies.contract_of(text), "base")[1]


def test_no_horizon():
    message, help_line = refused(studies.contract_of(), "base")
    assert message == "nothing says over which days `base` is simulated"
    assert "--horizon" in help_line


def test_a_horizon_that_ends_before_it_begins(contract):
    message, _ = refused(contract, "base", horizon=(date(2027, 3, 2), date(2027, 3, 1)))
    assert message == "the horizon ends on 2027-03-01, before it begins on 2027-03-02"


SEARCH = """
experiment search {
  scenarios  base, calm
  vary       desk.early agents 1 .. 3, desk.late agents 1 .. 2
  find       cheapest where chance of gold >= 80%
  horizon    2027-01-01 .. 2027-12-31
}
"""


def test_what_is_varied_spans_variants_of_each_scenario():
    contract = studies.contract_of(studies.TWO_GROUPS + SEARCH)
    found = setting_of(contract, "search", Wishes())
    assert [each.name for each in found.variants][:3] == [
        "base: desk.early agents 1, desk.late agents 1",
        "base: desk.early agents 1, desk.late agents 2",
        "base: desk.early agents 2, desk.late agents 1",
    ]
    assert (len(found.variants), found.scenarios) == (12, ("base", "calm"))
    assert [each.of for each in found.find] == ["gold"]
    assert found.replications == 400


def test_a_scenario_alone_searches_for_nothing():
    found = setting_of(studies.contract_of(studies.TWO_GROUPS + SEARCH), "calm", Wishes())
    assert (found.find, found.replications, len(found.variants)) == ((), 40, 1)


def test_a_half_width_is_wanted_unless_a_number_is(contract):
    assert setting_of(contract, "second", Wishes()).until.of == "gold"
    assert setting_of(contract, "second", Wishes(replications=7)).until is None


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"replications": 0}, "0 replications say nothing"),
        ({"replications": -3}, "-3 replications say nothing"),
        ({"seed": -1}, "the seed -1 is out of range"),
        ({"seed": 2**32}, "the seed 4294967296 is out of range"),
        ({"warm_up_us": -1}, "a warm-up has no negative length"),
    ],
)
def test_numbers_out_of_range(contract, wish, said):
    message, help_line = refused(contract, "base", **wish)
    assert message == said
    assert help_line
    assert setting_of(contract, "base", Wishes(seed=2**32 - 1)).seed == 2**32 - 1

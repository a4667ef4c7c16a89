"""What a study answers in sentences: nothing is simulated here, the figures are made up."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import polars as pl
import pytest

from slmdsl.contract.model.studies import Until, Wanted
from slmdsl.contract.variants import Point, Variant
from slmdsl.report import answers_search
from slmdsl.report.answers import answers_of
from slmdsl.report.study_words import listed
from slmdsl.stats.decisions import Decision
from slmdsl.study.asked.setting import Setting
from slmdsl.study.compared import comparing
from slmdsl.study.compared.comparing import DIFFERENCES
from slmdsl.study.desk.costs import Priced
from slmdsl.study.running.cheapest import Search, State
from slmdsl.study.running.tally import Kept, Tally, TargetTally


def setting(*variants, **more):
    return Setting(
        name="try", variants=variants, first=date(2027, 1, 1), last=date(2027, 12, 31), warm_up_us=0,
        replications=40, seed=0, confidence=Fraction(95, 100), tick_us=1_000_000, **more,
    )  # fmt: skip


def tally(kept=10, missed=0, **targets):
    """Replications that keep the only month of `gold`, then some that miss it; and targets likewise."""
    found = Tally()
    found.replications = kept + missed
    found.agreements["gold"] = shares(kept, missed)
    for name, each in targets.items():
        found.targets[f"gold.{name}"] = TargetTally()
        found.targets[f"gold.{name}"].kept = shares(*each)
    return found


def spent(found, minor, currency="EUR"):
    """Let replications cost so much a year in all: one after the other 1 cent more or less a month."""
    found.costs[Priced("desk", is_contingency=False, currency=currency)] = Fraction(0)
    for number in range(found.replications):
        found.whole_cost.add(number, float(minor * 12 + 12 * (-1) ** number))


def shares(kept, missed):
    found = Kept()
    for number in range(kept + missed):
        found.add(number, int(number < kept), 1)
    return found


def study(made, tallies, *, search=None, interrupted=False, differences=(), summary=()):
    return SimpleNamespace(
        setting=made, tallies=tallies, search=search, interrupted=interrupted,
        trials={name: SimpleNamespace(plan=name, judge=SimpleNamespace(agreements=())) for name in tallies},
        differences=pl.DataFrame(list(differences), schema=DIFFERENCES, orient="row"),
        summary=pl.DataFrame(list(summary), schema=SUMMARY, orient="row"),
    )  # fmt: skip


def agents(count):
    point = Point(dimension="desk.day agents", words=str(count), number=float(count), unit="")
    return Variant(name=f"today: desk.day agents {count}", scenario="today", points=(point,))


SUMMARY = {"sla": pl.String, "target": pl.String, "chance": pl.Float64}
WANTED = Wanted(of="gold", at_least=Fraction(8, 10), throughout=False, span=None)
PLAN_COST = {agents(count).name: 100_000 * count for count in range(10)}


@pytest.fixture(autouse=True)
def _priced(monkeypatch):
    monkeypatch.setattr(answers_search, "monthly_cost", lambda plan: (PLAN_COST[plan], "EUR"))
    monkeypatch.setattr(comparing, "months_of", lambda plan: Fraction(12))


def searched(
    states, tallies, *, confirmed=None, priced=True, wanted=(WANTED,), interrupted=False, whole=None
):
    """A search that has come to states, by how many agents a variant has; `whole` is what each costs in all."""
    made = setting(*map(agents, states), find=wanted)
    minor = {agents(count).name: Fraction(1_200_000 * count * priced) for count in states}
    overloaded = [agents(count).name for count, state in states.items() if state is State.OVERLOADED]
    search = Search.of(made, minor, overloaded)
    for candidate, (_, state) in zip(search.candidates, sorted(states.items()), strict=True):
        candidate.state = state
        candidate.decisions = dict.fromkeys(wanted, Decision.OPEN)
    if confirmed is not None:
        search.best = next(each for each in search.candidates if each.state is State.KEEPS)
        search.confirmed = confirmed
    found = {agents(count).name: tally(*each) for count, each in tallies.items()}
    for count, (each, currency) in (whole or {}).items():
        spent(found[agents(count).name], each, currency)
    return answers_of(study(made, found, search=search, interrupted=interrupted))


def test_the_cheapest_that_keeps_has_its_cost_and_is_confirmed():
    said = searched(
        {1: State.OVERLOADED, 2: State.FAILS, 3: State.TOO_CLOSE, 4: State.KEEPS, 5: State.DEARER, 6: State.DEARER},
        {2: (5, 15), 3: (32, 8), 4: (40, 0), 5: (20, 0), 6: (0, 0)},
        confirmed=tally(58, 2),
    )  # fmt: skip
    assert said == (
        (
            "The cheapest that keeps a chance of at least 80 % for `gold` is `today: desk.day agents 4`,"
            " whose rosters cost EUR 4_000 a month."
        ),
        "On 60 fresh replications `gold` has 96.7 % (88.5–99.6): confirmed.",
        (
            "Cheaper and too close to call: `today: desk.day agents 3`, whose rosters cost EUR 3_000 a month,"
            " with 80.0 % (64.4–90.9)."
        ),
        (
            "The search goes by the rosters within the horizon, whose cost is known before the run; overtime, work on"
            " call, contingencies and credits are not in it."
        ),
        (
            "Of 6 variants, 1 keeps, 1 fails, 1 is too close to call, 2 were left out as not cheaper"
            " and 1 is overloaded and was not simulated."
        ),
    )


def test_what_costs_less_in_all_than_the_cheapest_rosters_is_named():
    states = {3: State.FAILS, 4: State.KEEPS, 5: State.DEARER, 6: State.DEARER, 7: State.DEARER}
    tallies = {3: (5, 15), 4: (40, 0), 5: (19, 1), 6: (20, 0), 7: (2, 18)}
    euros = {
        3: (100_000, "EUR"),
        4: (900_000, "EUR"),
        5: (700_000, "EUR"),
        6: (800_000, "EUR"),
        7: (1, "EUR"),
    }
    said = searched(states, tallies, whole=euros)
    assert said[1] == (
        "The search goes by the rosters within the horizon, whose cost is known before the run; with overtime, work on"
        " call and contingencies it is EUR 9_000 a month in all, by 40 replications. Credits are in neither."
    )
    assert said[2] == (
        "In all, `today: desk.day agents 5` costs EUR 2_000 a month less (EUR 2_000 to EUR 2_000, by 20 replications"
        " that both have), though its rosters cost no less. It was left out before it was decided whether it keeps:"
        " `today: desk.day agents 5`, whose rosters cost EUR 5_000 a month, with 95.0 % (75.1–99.9)."
    ), "what fails, and what seems to, saves nothing"
    kept = searched(states | {5: State.KEEPS}, tallies, whole=euros)
    assert "It keeps as well: `today: desk.day agents 5`" in kept[2]


@pytest.mark.parametrize(
    "euros",
    [
        {4: (700_000, "EUR"), 5: (700_000, "EUR")},
        {4: (700_000, "EUR"), 5: (100_000, "USD")},
        {4: (700_000, "EUR")},
        {5: (100_000, "EUR")},
    ],
    ids=["no less", "two currencies", "no price", "no price of the found"],
)
def test_nothing_is_said_to_cost_less_in_all_that_is_not_known_to(euros):
    said = searched({4: State.KEEPS, 5: State.DEARER}, {4: (40, 0), 5: (20, 0)}, whole=euros)
    assert not [each for each in said if each.startswith("In all")]


@pytest.mark.parametrize(
    ("states", "name"),
    [
        ({2: State.TOO_CLOSE, 3: State.KEEPS}, "today: desk.day agents 3"),
        ({2: State.FAILS, 3: State.TOO_CLOSE, 4: State.TOO_CLOSE}, "today: desk.day agents 3"),
        ({2: State.FAILS, 3: State.FAILS}, "today: desk.day agents 3"),
    ],
)
def test_the_variant_that_is_shown_in_detail_is_the_one_that_the_answer_names(states, name):
    tallies = {agents(count).name: tally(10 * count, 40 - 10 * count) for count in states}
    made = setting(*map(agents, states), find=(WANTED,))
    search = Search.of(made, {agents(count).name: Fraction(count) for count in states})
    for candidate, (_, state) in zip(search.candidates, sorted(states.items()), strict=True):
        candidate.state = state
    found = study(made, tallies, search=search)
    assert answers_search.named_by(found, search).name == name
    named = [each for each in answers_of(found) if "cheapest" in each or "Nearest" in each]
    assert f"`{name}`" in named[0]


@pytest.mark.parametrize(
    ("fresh", "words"),
    [
        ((30, 10), "which agrees with 80 % and does not prove it."),
        ((10, 30), "this contradicts the search, for it is less than 80 %. Do not build on it"),
    ],
)
def test_a_confirmation_says_what_it_is_worth(fresh, words):
    said = searched({4: State.KEEPS}, {4: (40, 0)}, confirmed=tally(*fresh))
    assert said[1].startswith("On 40 fresh replications `gold` has ")
    assert words in said[1]


def test_where_none_keeps_the_nearest_is_told_and_what_binds_it():
    made = setting(agents(2), agents(3), find=(WANTED,))
    search = Search.of(made, {agents(2).name: Fraction(2), agents(3).name: Fraction(3)})
    for each in search.candidates:
        each.state = State.FAILS
    tallies = {agents(2).name: tally(5, 15), agents(3).name: tally(12, 8, fix=(19, 1), answer=(13, 7))}
    assert answers_of(study(made, tallies, search=search)) == (
        "Nothing keeps a chance of at least 80 % for `gold`.",
        (
            "Nearest comes `today: desk.day agents 3`, whose rosters cost EUR 3_000 a month,"
            " with 60.0 % (36.1–80.9)."
        ),
        "What binds it is `gold.answer`, kept with a chance of 65.0 %.",
        "Of 2 variants, 2 fail.",
    )


def test_what_may_keep_is_named_where_nothing_is_known_to():
    said = searched({2: State.FAILS, 3: State.TOO_CLOSE}, {2: (5, 15), 3: (32, 8)})
    assert said[0] == ("Nothing is known to keep a chance of at least 80 % for `gold`, and 1 variant may.")
    assert "`today: desk.day agents 3`" in said[1]


def test_an_interrupted_search_says_so():
    said = searched({2: State.OPEN, 3: State.KEEPS}, {2: (3, 3), 3: (40, 0)}, interrupted=True)
    assert "was interrupted: the cheapest that is known by now need not be the cheapest" in said[0]
    assert said[1].startswith("The cheapest that keeps")
    assert "1 is not decided yet" in said[-1]
    nothing = searched({2: State.OPEN}, {2: (3, 3)}, interrupted=True)
    assert nothing[1] == "Nothing is known to keep a chance of at least 80 % for `gold`."


def test_without_prices_all_cost_the_same():
    said = searched({2: State.KEEPS}, {2: (40, 0)}, priced=False)
    assert said[0].startswith(
        "The first that is known to keep a chance of at least 80 % for `gold` is `today: desk"
    )
    assert "say `cost` in `staff`" in said[1]
    may = searched({2: State.TOO_CLOSE, 3: State.TOO_CLOSE}, {2: (30, 10), 3: (33, 7)}, priced=False)
    assert may[1].startswith("The first of them is `today: desk.day agents 2`")
    assert "cheapest" not in " ".join(may)
    stopped = searched({2: State.OPEN}, {2: (5, 5)}, priced=False, interrupted=True)
    assert stopped[0] == "The search for a chance of at least 80 % for `gold` was interrupted."


def test_several_wishes_are_all_told():
    throughout = replace(WANTED, throughout=True, at_least=Fraction(1, 2))
    said = searched({2: State.TOO_CLOSE}, {2: (30, 10)}, wanted=(WANTED, throughout))
    assert "for `gold` and a chance of at least 50 % for `gold` in every period of the horizon" in said[0]
    assert "`gold` 75.0 % (58.8–87.3) and `gold` 75.0 % (58.8–87.3)" in said[1]


def test_nothing_is_said_of_nothing():
    made = setting(Variant(name="today", scenario="today"))
    assert answers_of(study(made, {"today": Tally()})) == ()


def test_one_scenario_says_how_its_promises_fare_and_what_is_kept_least():
    made = setting(Variant(name="today", scenario="today"))
    summary = [("gold", "gold", 0.9), ("gold", "gold.fix", 0.9), ("gold", "gold.answer", 1.0)]
    assert answers_of(study(made, {"today": tally(9, 1)}, summary=summary)) == (
        (
            "A month of `gold` is kept with a chance of 90.0 % (55.5–99.7), every month of the horizon with"
            " 90.0 % (55.5–99.7). Kept least of its targets is fix: 90.0 %."
        ),
    )
    sure = answers_of(study(made, {"today": tally(10)}, summary=[]))
    assert sure[0].endswith("100.0 % (69.2–100.0).")


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        ((0.145, 0.101, 0.189, 7.2), "+14.5 points (+10.1 to +18.9); the same luck saved 7 times the replications."),
        ((0.02, -0.01, 0.05, 0.84), "which may be no difference; the same luck saved nothing"),
        ((-0.1, -0.1, -0.1, float("inf")), "-10.0 points (-10.0 to -10.0)."),
        ((0.5, float("-inf"), float("inf"), None), "+50.0 points."),
    ],
)  # fmt: skip
def test_scenarios_are_compared_in_pairs(difference, words):
    both = setting(Variant(name="today", scenario="today"), Variant(name="more", scenario="more"))
    row = ("more", "today", "gold", "gold", "chance", *difference, 20)
    said = answers_of(study(both, {"today": tally(9, 1), "more": tally()}, differences=[row]))
    assert said[0] == "today: a month of `gold` is kept with a chance of 90.0 % (55.5–99.7)."
    assert said[1].startswith("more - today: ")
    assert words in said[1]


def test_scenarios_that_do_not_differ_are_named():
    both = setting(Variant(name="today", scenario="today"), Variant(name="more", scenario="more"))
    row = ("more", "today", "gold", "gold", "chance", 0.0, 0.0, 0.0, None, 20)
    said = answers_of(study(both, {"today": tally(), "more": tally()}, differences=[row]))
    assert said[1] == "No replication of more has another share of months than today."


def test_a_wanted_half_width_says_who_reached_it():
    until = Until(of="gold", half_width=Fraction(1, 10), at_most=40)
    names = ("today", "more", "other")
    made = setting(*(Variant(name=name, scenario=name) for name in names), until=until)
    tallies = {"today": tally(40), "more": tally(20, 20), "other": Tally()}
    said = answers_of(study(made, tallies))
    assert said[:3] == (
        "The chance of `gold` is known to ± 10 points for today (40 replications).",
        "Stopped before that: more at ± 16.2 (40 replications), at most 40 replications being allowed.",
        "Nothing in `gold` was judged for other.",
    )
    stopped = answers_of(study(made, {"more": tally(2, 2)}, interrupted=True))
    assert stopped[0].startswith("Interrupted before that: more at ± ")


def limit(hours):
    point = Point(dimension="gold.fix within", words=f"{hours} h", number=float(hours), unit="h")
    return Variant(name=f"today: gold.fix within {hours} h", scenario="today", points=(point,))


@pytest.mark.parametrize(
    ("chances", "words"),
    [
        ((20, 30, 40, 50), "nowhere: the most is 50.0 %"),
        ((100, 100, 100, 100), "for every value of gold.fix within: the least is 100.0 %"),
        ((20, 100, 20, 20), "only at gold.fix within 2 h: more of it is not always better"),
        ((20, 95, 99, 100), "from gold.fix within 2 h on: there it is 95.0 % (88.7–98.4), at 1 h 20.0 %"),
        ((100, 100, 20, 10), "up to gold.fix within 2 h: there it is 100.0 % (96.4–100.0), at 3 h 20.0 %"),
    ],
)  # fmt: skip
def test_a_varied_limit_says_from_where_on_it_is_kept(chances, words):
    made = setting(*(limit(hours) for hours in range(1, 5)))
    tallies = {limit(hours).name: tally(100, 0, fix=(kept, 100 - kept))
               for hours, kept in enumerate(chances, 1)}  # fmt: skip
    said = answers_of(study(made, tallies))
    assert words in said[0]
    seems = chances[1] == 95
    assert (
        f"`gold.fix` {'seems to be' if seems else 'is'} kept with a chance of at least 95 % (the" in said[0]
    )
    assert said[1:] == (("The whole range is above 95 % from 4 h on.",) if seems else ())


@pytest.mark.parametrize(
    ("replications", "words"),
    [
        (1, "1 replication cannot show it, even of what is always kept: that takes 72."),
        (80, "It is not shown: no range is above 95 % as a whole from some value on."),
    ],
)
def test_what_few_replications_keep_is_not_said_to_be_kept(replications, words):
    made = setting(*(limit(hours) for hours in range(1, 4)))
    lost = replications // 70
    tallies = {limit(hours).name: tally(replications, 0, fix=(kept, replications - kept))
               for hours, kept in enumerate((0, replications - lost, replications - lost), 1)}  # fmt: skip
    said = answers_of(study(made, tallies))
    assert "`gold.fix` seems to be kept with a chance of at least 95 %" in said[0]
    assert said[1:] == (words,)


def test_more_than_one_thing_varied_says_where_a_promise_is_kept_most():
    two = [replace(agents(count), points=(*agents(count).points, *limit(1).points)) for count in (2, 3)]
    made = setting(*two, agents(9))
    said = answers_of(study(made, {two[0].name: tally(8, 2), two[1].name: tally(40)}))
    assert said[0] == (
        "`gold` is kept most in `today: desk.day agents 3`: 100.0 % (91.2–100.0)."
        " In 0 of 2 variants the whole range is above 95 %, the experiment's confidence."
    )
    assert said[1] == "1 variant is overloaded and was not simulated: today: desk.day agents 9."


def test_with_and_without_are_compared_and_not_ordered():
    points = [
        Point(dimension="calls", words=each, number=number, unit="")
        for number, each in enumerate(("without", "with"))
    ]
    made = setting(
        *(Variant(name=f"today: {each.words} calls", scenario="today", points=(each,)) for each in points)
    )
    names = [each.name for each in made.variants]
    row = (names[1], names[0], "gold", "gold", "chance", 0.5, 0.4, 0.6, 2.0, 20)
    said = answers_of(study(made, dict.fromkeys(names, tally(9, 1)), differences=[row]))
    assert said[1].startswith("today: with calls - today: without calls: +50.0 points")


def test_long_lists_are_counted():
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and 1 more"


def force(first=None, last=None):
    return SimpleNamespace(name="gold", valid_from=first, valid_to=last)


@pytest.mark.parametrize(
    ("agreements", "words"),
    [
        ([], "No agreement judges this: what follows is the desk alone."),
        (
            [force()],
            "No month of an agreement that lies wholly within these days is judged: look at the targets.",
        ),
        (
            [force(date(2028, 1, 1), date(2028, 12, 31))],
            "`gold` is in force from 2028-01-01 to 2028-12-31, on none of these days: nothing of it is judged.",
        ),
        (
            [force(None, date(2026, 12, 31))],
            "`gold` is in force to 2026-12-31, on none of these days: nothing of it is judged.",
        ),
    ],
)
def test_where_no_agreement_is_judged_that_is_the_answer(agreements, words):
    found = Tally()
    found.replications = 3
    made = study(setting(Variant(name="today", scenario="today")), {"today": found})
    made.trials["today"].judge = SimpleNamespace(agreements=agreements)
    assert answers_of(made) == (words,)

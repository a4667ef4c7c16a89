"""What `slm show` says of a scenario's edits, from what to what, and of how much an experiment runs."""

import pytest

from slmdsl.contract import check
from slmdsl.report.language import LANGUAGES
from slmdsl.report.show import meanings
from slmdsl.syntax.parse import parse
from tests.unit.test_contract_variants import model


def shown(text, name, lang="en"):
    parsed = parse(text, "spec.slm")
    assert not parsed.diagnostics
    contract, _ = check([parsed.tree])
    found = {each.name: each.sentences for each in meanings(contract, {"spec.slm": text}, LANGUAGES[lang])}
    return list(found[name])


def edited(*edits, base="today"):
    body = "\n  ".join(edits)
    start = f" from {base}" if base else ""
    text = model() + f"scenario other{start} {{\n  {body}\n}}\n"
    text = text.replace("within 4 h for 90%", "within 4 h, from 2027-07-01 within 3 h for 90%")
    return shown(text.replace("constant(1 h)\n}", "constant(1 h), crew of 2\n}"), "other")


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (
            "set gold.fix within 2 h",
            "gold.fix has a limit of 2 h. In today it is 4 h (3 h from 2027-07-01 on).",
        ),
        ("set gold.fix for 95%", "gold.fix has a goal of 95 %. In today it is 90 %."),
        ("set gold.up at least 99.5%", "gold.up must be at least 99.5 %. In today it is 99 %."),
        ("set desk.day agents 7", "desk.day has agents 7. In today it is 2."),
        ("set desk absence 5%", "desk has absence 5 %. In today it is 0 %."),
        ("set desk lines 9", "desk has lines 9. In today it is unlimited."),
        ("set till.east crew of 3", "till.east has crew 3. In today it is 2."),
        ("set steady.laptop rate 9 per day", "steady.laptop arrive at 9 per day. In today it is 5 per week."),
        ("incidents * 2", "There are 2 times as many incidents."),
        ("without power", "power is left out."),
    ],
)
def test_from_what_to_what(edit, sentence):
    assert edited(edit) == ["It starts from today.", sentence]


def test_what_a_scenario_without_a_base_replaces_is_the_model():
    found = edited("load steady", "set desk.day agents 7", base=None)
    assert found == ["The load is steady.", "desk.day has agents 7. Otherwise it is 2."]


def test_what_nothing_simulates_replaces_nothing_that_is_known():
    assert edited("set gold.fix for 95%", base=None) == ["gold.fix has a goal of 95 %."]


def test_edits_of_the_scenario_it_starts_from_stand_before_its_own():
    text = model() + "scenario two from today {\n  set desk.day agents 7\n}\n"
    text += "scenario three from two {\n  set desk.day agents 9\n}\n"
    assert shown(text, "three") == ["It starts from two.", "desk.day has agents 9. In two it is 7."]
    assert shown(text, "three", "zh")[0] == "以 two 为起点。"


def test_each_date_of_a_rate():
    text = model().replace(
        "rate 5 per week, varying 10%", "rate 5 per week\n    rate 2 per hour from 2027-02-01"
    )
    text += "scenario other from today {\n  set steady.laptop rate 9 per day\n}\n"
    assert shown(text, "other")[1].endswith("In today it is 5 per week (2 per hour from 2027-02-01 on).")


def ranges(*said, scenarios="today", lang="en"):
    return shown(model(*said, scenarios=scenarios), "tried", lang)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("desk.day agents 2 .. 6 step 2", "desk.day agents 2 to 6 in steps of 2"),
        ("till.east crew of 1 .. 3", "till.east crew 1 to 3"),
        ("desk absence 0% .. 20% step 5%", "desk absence 0 % to 20 % in steps of 5 %"),
        ("gold.fix for 80% .. 95% step 5%", "gold.fix in 80 % to 95 % of the cases in steps of 5 %"),
        ("gold.up at least 98% .. 99% step 1%", "gold.up at least 98 % to 99 % in steps of 1 %"),
        ("gold.up at most 98% .. 99% step 1%", "gold.up at most 98 % to 99 % in steps of 1 %"),
        ("gold.fix within 1 h .. 2 h step 30 min", "gold.fix within 1 h to 2 h in steps of 30 min"),
        (
            "gold.fix by end of 1 business day .. 3 business days",
            "gold.fix by the end of 1 business day to 3 business days in steps of 1 business day",
        ),
        ("steady.laptop rate 6 .. 12 step 3 per day", "steady.laptop 6 to 12 per day in steps of 3"),
        ("incidents * 0.8 .. 1.4 step 0.1", "0.8 to 1.4 times as many incidents in steps of 0.1"),
        (
            "incidents * 1 .. 2 step 0.5 during 2027-03-01 .. 2027-03-31",
            "1 to 2 times as many incidents from 2027-03-01 to 2027-03-31 in steps of 0.5",
        ),
        ("without power", "with and without power"),
        ("without risks", "with and without risks"),
    ],
)
def test_what_an_experiment_varies(said, words):
    assert f"It is run for every combination of {words}." in ranges(said)
    assert all("{" not in each for each in ranges(said, lang="zh"))


def test_how_many_variants_an_experiment_runs():
    assert ranges("desk.day agents 1 .. 3, without power")[-1] == "It runs 6 variants: every combination."
    assert (
        ranges("desk.day agents 1 .. 3", scenarios="today, dry")[-1]
        == "It runs 6 variants: every combination for each of 2 scenarios."
    )
    assert not any("variants" in each for each in ranges())

"""Sentences in every language: the same templates, and a sentence for every line that evaluation understands."""

import re
import string
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from slmdsl.api import load
from slmdsl.base.units import HOUR, Duration, Money
from slmdsl.contract.model.agreements import Dated, Limit
from slmdsl.contract.model.credits import FeeShare, Points
from slmdsl.report.clauses import amount_words
from slmdsl.report.language import CHINESE, ENGLISH, LANGUAGES
from slmdsl.report.show import meanings
from slmdsl.report.targets import level_words, target_words
from tests.docs.markdown import REWRITE

EXAMPLES = Path(__file__).parents[1] / "spec" / "examples"
GOLDEN = Path(__file__).with_name("shown")
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def spec():
    return load(EXAMPLES)


def places(template):
    return sorted(name for _, name, _, _ in string.Formatter().parse(template) if name)


def test_languages_have_the_same_templates():
    assert ENGLISH.templates.keys() == CHINESE.templates.keys()


@pytest.mark.parametrize("key", sorted(ENGLISH.templates))
def test_a_template_has_the_same_places_in_every_language(key):
    said = {"time.one"}  # English has a word for one time
    if key not in said:
        assert places(ENGLISH.templates[key]) == places(CHINESE.templates[key])


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_worked_agreements_are_said_as_they_were_read_over(spec, code):
    said = "".join(
        "\n".join([f"{each.kind} {each.name}", *(f"  {sentence}" for sentence in each.sentences), ""])
        for each in meanings(spec.contract, spec.texts, LANGUAGES[code])
    )
    golden = GOLDEN / f"{code}.txt"
    if REWRITE:
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def test_every_clause_of_an_agreement_is_said_in_chinese(spec):
    for each in meanings(spec.contract, spec.texts, CHINESE):
        if each.kind not in ("customer", "provider", "supplier", "team", "source"):
            assert all(HAN.search(sentence) for sentence in each.sentences), each.name


@pytest.mark.parametrize("say", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_another_rule_is_another_sentence(spec, say):
    agreement = spec.contract.agreements["acme_gold"]
    target = next(each for each in agreement.targets if each.name == "p1_fix")
    form = target.form
    where = form.limit.values[0][2]
    changed = [
        replace(target, form=replace(form, measure="response")),
        replace(
            target,
            form=replace(form, limit=Dated(values=((None, Limit(duration=Duration(us=5 * HOUR)), where),))),
        ),
        replace(target, form=replace(form, goal=Dated(values=((None, Fraction(91, 100), where),)))),
        replace(
            target,
            form=replace(
                form, goal=Dated(values=(*form.goal.values, (date(2027, 7, 1), Fraction(1), where)))
            ),
        ),
        replace(target, form=replace(form, small_numbers=(1, 20))),
        replace(target, form=replace(form, population=replace(form.population, priorities=("P2",)))),
        replace(target, calendar=target.clock.calendar),
        replace(target, clock=replace(target.clock, pauses=frozenset())),
        replace(target, counted="opened"),
        replace(target, per="site"),
        replace(target, minimum=12),
    ]
    said = [target_words(each, agreement, say) for each in (target, *changed)]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("stays", [None, "per_stay", "over_stays"])
def test_a_wait_is_the_tickets_whoever_has_it(spec, stays):
    agreement = replace(spec.contract.agreements["acme_gold"], stays=stays)
    target = next(each for each in agreement.targets if each.name == "updates")
    assert "The clock starts when the customer writes" in target_words(target, agreement, ENGLISH)


@pytest.mark.parametrize(
    ("stays", "answer"),
    [
        (None, "stops when somebody of the provider replies to the customer"),
        ("per_stay", "stops when it leaves them or when somebody of the provider first acts on the ticket"),
    ],
)
def test_any_action_answers_a_stay(spec, stays, answer):
    agreement = replace(spec.contract.agreements["acme_gold"], stays=stays)
    target = next(each for each in agreement.targets if each.name == "p1_answer")
    assert answer in target_words(target, agreement, ENGLISH)


@pytest.mark.parametrize(
    ("name", "level", "en", "zh"),
    [
        ("mail_up", Fraction(995, 1000), "99.5 %", "99.5%"),
        ("mttr", Fraction(2 * HOUR), "2 h", "2 小时"),
        ("slow_fix", Fraction(3, 2), "1.5 business days", "1.5 个工作日"),
        ("happy", Fraction(42, 10), "4.2", "4.2"),
        ("tills_ms", Fraction(800), "800 ms", "800 ms"),
    ],
)
def test_a_level_is_said_in_its_targets_unit(spec, name, level, en, zh):
    target = next(each for each in spec.contract.agreements["acme_gold"].targets if each.name == name)
    assert (level_words(level, target, ENGLISH), level_words(level, target, CHINESE)) == (en, zh)


def test_amounts():
    amounts = (
        FeeShare(share=Fraction(2, 100)),
        Points(points=Fraction(3, 2)),
        Money(currency="EUR", minor=75_000),
    )
    assert [amount_words(each, ENGLISH) for each in amounts] == ["2 % of the fee", "1.5 points", "EUR 750"]
    assert [amount_words(each, CHINESE) for each in amounts] == ["费用的 2%", "1.5 分", "EUR 750"]


def test_a_length_of_time_is_said_in_units():
    assert ENGLISH.clock_time(0) == "0 s"
    assert ENGLISH.clock_time(5_400_001_002) == "1 h 30 min 1 ms 2 us"
    assert CHINESE.duration(Duration(days=Fraction(1), us=4 * HOUR)) == "1 天 4 小时"

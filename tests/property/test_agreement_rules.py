"""The document and the rule agree: another rule is another document, and another spelling of a rule is the same one."""

from __future__ import annotations

import os
from dataclasses import fields, is_dataclass, replace
from typing import get_args

import pytest

import slmdsl
from slmdsl.calendars.plan import Window
from slmdsl.contract.model import agreements as promises
from slmdsl.contract.model import alerts, escalations, examples
from slmdsl.contract.model import credits as amounts
from slmdsl.report.agreement.document import agreement_document
from slmdsl.report.document.formats import rendered
from slmdsl.report.document.tree import Bullets, Paragraph, Table
from tests.agreement_texts import CATALOGUE, INNER, WHOLE
from tests.mutants import NOT_SAID, of_fields, shared_parts, substituted

LANGUAGES = ("en", "zh")
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"

# What has no effect on the verdicts of a form, and is therefore not said of it.
UPTIME = {
    *(f"Availability by {method}" for method in ("minutes", "slices", "mean_of_slices", "user_minutes")),
    "LongestOutage",
    "OutageCount",
    "Restore",
}
WITHOUT_EFFECT = {
    "Target.counted": {"Ageing", "Availability by events", "Score", "SampledMetric", *UPTIME},
    "Target.per": {"Availability by events", "SampledMetric", *UPTIME},
    "Target.minimum": {"Ageing", *UPTIME},
}

# A stay begins with the ticket's arrival, and any action of the group's people answers it. What an agreement takes over
# from the one that it backs decides nothing where its targets all name their services.
WITHOUT_EFFECT_IN = {"inner": {"Clock.starts", "Clock.responds"}, "outer": {"Agreement.services"}}

# What a service on which others rest is described by; what it promises itself is no part of the agreement.
# Clocks and calendars by which something is counted.
SAID_OF = {"tickets": ("usual", "office"), "uptime": ("till.hours",), "inner": ("usual",)}

SAID_BENEATH = {"Service.title", "Service.owner", "Service.components", "Service.needs"}


@pytest.fixture(scope="module")
def contract(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    (folder / "whole.slm").write_text(WHOLE, encoding="utf-8")
    return slmdsl.load(folder).contract


def said(document):
    """All that people read: titles, clauses, tables."""

    def of(section):
        yield section.title
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield block.text
            elif isinstance(block, Bullets):
                yield from block.items
            elif isinstance(block, Table):
                yield from (block.caption, block.note, *(column.head for column in block.columns))
                yield from (cell.text for row in block.rows for cell in row)
            else:
                yield repr(block)
        for each in section.sections:
            yield from of(each)

    return "\n".join(
        [document.title, *document.heading, *(words for each in document.sections for words in of(each))]
    )


def neighbours(contract, name):
    """Every contract that differs in one thing from `contract` in what concerns the agreement `name`."""
    agreement = contract.agreements[name]
    for mutant in of_fields(agreement):
        yield mutant, replace(contract, agreements={**contract.agreements, name: mutant.value})
    covers = agreement.services if name != "outer" else ()
    covered = {each: contract.services[each] for each in covers if each in contract.services}
    around = [
        *(("services", each) for each in covered),
        *(("requests", each) for each in covers if each in contract.requests),
        *(("parties", each) for each in (agreement.promiser, agreement.receiver)),
        *(("escalations", each) for each in (agreement.escalation,) if each),
        *(("priorities", each) for each in contract.priorities if name == "tickets"),
    ]
    for kind, key in around:
        things = getattr(contract, kind)
        for mutant in of_fields(things[key]):
            yield mutant, replace(contract, **{kind: {**things, key: mutant.value}})
    beneath = [each for each in ("wan", "hosting") if name == "uptime"]
    for key in beneath:
        for mutant in of_fields(contract.services[key]):
            if mutant.field.partition(".")[0] != "Service" or mutant.field in SAID_BENEATH:
                yield mutant, replace(contract, services={**contract.services, key: mutant.value})
    for part in shared_parts((agreement, tuple(covered.values()))):
        if part.name in SAID_OF.get(name, ()):
            for mutant in of_fields(part):
                new = {key: substituted(each, part, mutant.value) for key, each in covered.items()}
                own = substituted(agreement, part, mutant.value)
                agreements = {**contract.agreements, name: own}
                yield mutant, replace(contract, agreements=agreements, services={**contract.services, **new})


def kind_of_change(how):
    """What a change is like, whatever its numbers and names: each kind is tried once in a quick run."""
    return how if set(how.split(" -> ")) & {"None", "True", "False"} else len(how.split(" "))


def has_effect(mutant, name):
    if mutant.field in WITHOUT_EFFECT_IN.get(name, ()):
        return False
    return mutant.form not in WITHOUT_EFFECT.get(mutant.field, ())


@pytest.mark.parametrize("name", ["tickets", "uptime", "money", "scores", "inner", "outer"])
def test_another_rule_is_another_document(contract, name):
    before = {code: said(agreement_document(contract, name, code)) for code in LANGUAGES}
    texts = {code: {words: "what it was"} for code, words in before.items()}
    tried, wrong = set(), []
    for mutant, changed in neighbours(contract, name):
        label = f"{mutant.field} of {mutant.form}: {mutant.how}"
        once = label if THOROUGH else (mutant.field, mutant.form, kind_of_change(mutant.how))
        if once in tried:
            continue
        tried.add(once)
        # In a quick run each change is told in one language: both have the same templates with the same places.
        for code in LANGUAGES if THOROUGH else (LANGUAGES[len(tried) % 2],):
            words = said(agreement_document(changed, name, code))
            if not has_effect(mutant, name):
                assert words == before[code], label
            elif words in texts[code]:
                wrong.append(f"{code}: {label} reads as {texts[code][words]}")
            texts[code].setdefault(words, label)
    assert len(tried) > 10
    assert not wrong, "\n".join(wrong)


def test_every_field_of_the_model_is_changed(contract):
    changed, kinds = set(), set()
    kinds_of_all = (
        *contract.agreements.values(),
        *contract.escalations.values(),
        *contract.services.values(),
    )
    for name in contract.agreements:
        for mutant, _ in neighbours(contract, name):
            changed.add(mutant.field)
        kinds |= kinds_in(contract.agreements[name])
    kinds |= kinds_in(tuple(contract.escalations.values())) | kinds_in(tuple(contract.services.values()))
    unions = (
        promises.Form,
        promises.Period,
        alerts.Alert,
        amounts.CreditAmount,
        examples.Example,
        escalations.DeskCondition,
        escalations.Trigger,
    )
    meant = {each for union in unions for each in get_args(union)} - {
        promises.NotYetEvaluated,
        escalations.Invoke,
    }
    assert not {each.__name__ for each in meant - kinds}
    missing = {
        f"{kind.__name__}.{each.name}"
        for kind in kinds
        if kind.__module__.startswith(("slmdsl.contract.model", "slmdsl.calendars")) and kind is not Window
        for each in fields(kind)
    }
    missing -= {field for field in missing if field.endswith("span")} | NOT_SAID | changed
    assert not (missing - holders(kinds_of_all)), missing - holders(kinds_of_all)


def holders(part):
    """The fields that hold values of further dataclasses, which are changed for themselves."""
    found = set()
    if is_dataclass(part):
        for each in fields(part):
            value = getattr(part, each.name)
            inner = value if isinstance(value, tuple) else (value,)
            if any(is_dataclass(one) or isinstance(one, tuple) for one in inner):
                found.add(f"{type(part).__name__}.{each.name}")
            found |= holders(value)
    elif isinstance(part, tuple):
        for each in part:
            found |= holders(each)
    return found


def kinds_in(part):
    found = set()
    if is_dataclass(part):
        found.add(type(part))
        for each in fields(part):
            found |= kinds_in(getattr(part, each.name))
    elif isinstance(part, tuple):
        for each in part:
            found |= kinds_in(each)
    return found


SPELLINGS = {
    "units": [
        ("within 15 min", "within 15 minutes"),
        ("within 8 h,", "within 480 min,"),
        ("EUR 42_000", "EUR 42000.00"),
    ],
    "numbers": [("90%", "90.0%"), ("99.9%", "99.90%"), ("at most 20 each", "at most 2_0 each")],
    "order of modifiers": [
        ("at least 99.5% each month, unknown as down", "at least 99.5%, unknown as down each month"),
        ("for 95% each month on always", "for 95% on always each month"),
        ("at most 5 h each month, minimum 12 tickets", "at most 5 h, minimum 12 tickets each month"),
    ],
    "blanks": [("target fix:  ", "target fix: "), ("  pauses         while", "  pauses while")],
    "comments": [("each month on always\n", "each month on always  # day and night\n")],
    "what a default says": [
        (
            "  target many:     count of P1 incidents at most 20 each month\n",
            "  target many: count of P1 incidents at most 20 each month counted when opened\n",
        ),
        (
            '  target by_web:   share of requests where channel = "web" at least 30% each month counted when opened',
            '  target by_web: share of requests where channel = "web" at least 30% each month counted when opened',
        ),
        (
            "  target reopened: share of incidents where reopenings > 0 at most 5% each month\n",
            "  target reopened: share of incidents where reopenings > 0 at most 5% each month counted when resolved\n",
        ),
    ],
    "the word of a quantile": [("target typical:  median resolution", "target typical: p50 resolution")],
    "the order of declarations": [(CATALOGUE, ""), (INNER, INNER + CATALOGUE)],
}


@pytest.mark.parametrize("what", SPELLINGS)
def test_another_spelling_of_the_rule_is_the_same_document(what, tmp_path):
    text = WHOLE
    for old, new in SPELLINGS[what]:
        assert old in text, old
        text = text.replace(old, new)
    documents = []
    for place, each in enumerate((WHOLE, text)):
        folder = tmp_path / str(place)
        folder.mkdir()
        (folder / "whole.slm").write_text(each, encoding="utf-8")
        contract = slmdsl.load(folder).contract
        documents.append(
            {
                (name, code): agreement_document(contract, name, code)
                for name in contract.agreements
                for code in LANGUAGES
            }
        )
    before, after = documents
    for key in before:
        assert rendered([before[key]], ".md") == rendered([after[key]], ".md")

"""The design's examples: all of them parse, and mean what they say."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from slmdsl.base.units import Duration, Money, Ratio
from slmdsl.syntax.parse import parse
from slmdsl.syntax.project import load_files
from slmdsl.syntax.tree import (
    agreements,
    calendars,
    catalogue,
    clocks,
    credits,  # noqa: A004 - the tree's module, not Python's notice
    reports,
    sources,
    studies,
    targets,
    work,
)
from slmdsl.syntax.tree.walk import refs, walk

EXAMPLES = Path(__file__).parents[1] / "spec" / "examples"
FILES = sorted(EXAMPLES.glob("*.slm"))


def declaration(file, name):
    tree = parse((EXAMPLES / file).read_text(encoding="utf-8"), file).tree
    return next(each for each in tree.declarations if each.name.text == name)


def only(block, kind):
    (found,) = [each for each in walk(block) if isinstance(each, kind)]
    return found


def target(name, file="agreement.slm", block="acme_gold"):
    body = declaration(file, block).body
    return next(each for each in body if isinstance(each, targets.Target) and each.name.text == name)


def test_there_are_seven():
    assert len(FILES) == 7


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_parses_without_a_diagnostic(path):
    parsed = parse(path.read_text(encoding="utf-8"), path.name)
    assert parsed.diagnostics == ()
    assert all(block.whole for block in parsed.tree.declarations)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_statement_is_lost(path):
    parsed = parse(path.read_text(encoding="utf-8"), path.name)
    blocks = [
        each for each in parsed.skeleton.statements if each.tokens[0].text not in {"slm", "import", "field"}
    ]
    for statement, block in zip(blocks, parsed.tree.declarations, strict=True):
        inside = statement.block.statements if statement.block else []
        assert len(inside) == len(block.body) + (block.prose is not None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_spans_lie_within_their_parents_and_their_line(path):
    parsed = parse(path.read_text(encoding="utf-8"), path.name)
    lines = parsed.text.split("\n")
    for statement in (each for block in parsed.tree.declarations for each in (block, *block.body)):
        for node in walk(statement):
            assert statement.span.start <= node.span.start < node.span.end <= statement.span.end
            assert lines[node.span.line - 1][node.span.column - 1 :].startswith(
                parsed.text[node.span.start : node.span.end].split("\n")[0]
            )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_mention_is_the_text_at_its_span(path):
    parsed = parse(path.read_text(encoding="utf-8"), path.name)
    for ref in refs(parsed.tree):
        assert parsed.text[ref.span.start : ref.span.end] == ref.text
        assert ref.to


def test_imports_of_the_examples_are_followed():
    project = load_files(EXAMPLES / "source.slm")
    assert project.diagnostics == ()
    assert project.visible["catalogue.slm"] == {"catalogue.slm", "calendars.slm"}
    assert len(project.visible["source.slm"]) == 6


def test_a_limit_that_changes_on_a_date():
    form = target("p2_fix").form
    assert [(each.since, each.value.duration) for each in form.limit] == [
        (None, Duration(us=8 * 3_600_000_000)),
        (date(2027, 7, 1), Duration(us=6 * 3_600_000_000)),
    ]
    assert [(each.since, each.value.value) for each in form.goal] == [(None, Ratio(Fraction(9, 10)))]


def test_a_goal_that_changes_on_a_date():
    form = target("goal", "clauses.slm", "acme_basic").form
    assert [each.since for each in form.goal] == [None, date(2027, 7, 1)]
    assert [each.value.duration for each in form.limit] == [Duration(days=Fraction(5))]


def test_business_days():
    (limit,) = target("laptops").form.limit
    assert limit.value.duration == Duration(business_days=Fraction(5))


def test_clauses_of_a_target():
    small = target("p2", "clauses.slm", "acme_basic").small_numbers
    assert (small.misses, small.under) == (1, 20)
    assert target("till_up").unknown.value == "down"
    assert target("mail_up").maintenance.value == "excluded"
    assert target("slices", "clauses.slm", "acme_basic").maintenance.value == "up"
    assert target("happy").minimum.value == 30
    assert target("p1_fix").on.path == ("always",)
    assert target("p2_fix").per.path == ("site",)


def test_a_quantile_is_exact():
    statistic = target("slow_fix").form.statistic
    assert (statistic.word, statistic.quantile) == ("p95", Fraction(19, 20))


def test_credits():
    paid = [
        each for each in declaration("agreement.slm", "acme_gold").body if isinstance(each, credits.Credit)
    ]
    assert [band.level.value for band in paid[0].terms] == [
        Ratio.parse(each) for each in ("99.9%", "99.5%", "99.0%")
    ]
    assert paid[1].terms[0].pays.value == Money(currency="EUR", minor=75_000)
    assert paid[2].terms[0].missed.times == 3


def test_prose_loses_its_indentation():
    prose = declaration("agreement.slm", "acme_gold").prose.value
    assert prose == "Globex operates the services below for Acme and answers for the levels stated here."


def test_dated_hours_and_closed_days():
    office = declaration("calendars.slm", "office")
    assert only(office, calendars.OpenDated).days.first == date(2027, 12, 18)
    whole, part = [each for each in office.body if isinstance(each, calendars.Closed)]
    assert [each.window for each in whole.days] == [None, None, None]
    assert part.days[0].window.start_us == 12 * 3_600_000_000


def test_maintenance_recurs():
    maintenance = only(declaration("catalogue.slm", "email"), catalogue.Maintenance)
    assert (maintenance.recurrence.nth, maintenance.recurrence.weekday) == (2, 6)
    assert maintenance.notice.value == Duration(days=Fraction(5))


def test_redundancy():
    need = only(declaration("catalogue.slm", "hosting"), catalogue.NeedAny)
    assert need.least.value == 1
    assert [part.what.text for part in need.parts] == ["east", "west"]


def test_escalation_actions_follow_their_recipients():
    rule = declaration("agreement.slm", "ladder").body[3]
    assert [type(action) for action in rule.actions] == [clocks.Reassign, clocks.Notify]


def test_a_load_nests():
    stream = declaration("load.slm", "autumn").body[0]
    assert [each.name.text for each in stream.body if isinstance(each, work.Step)] == [
        "desk",
        "apps",
        "hostco",
    ]
    component = only(declaration("load.slm", "autumn"), work.Component)
    assert [each.text for each in component.components] == ["hosting.east", "hosting.west"]
    assert component.crew.value == 1


def test_staff_gives_a_team_its_people():
    desk = declaration("load.slm", "desk")
    assert desk.of.path == ("desk",)
    assert desk.of.to == ("team",)


def test_an_improvement_expects_an_edit():
    expects = only(declaration("source.slm", "shift_left"), reports.Expects)
    (edit,) = expects.edits
    assert isinstance(edit, studies.StepEdit)
    assert [route.to and route.to.text for route in edit.body[0].routes] == [None, "apps", "hostco"]


def test_values_of_a_source_name_what_their_fact_is():
    facts = {
        each.name.value: each
        for each in declaration("source.slm", "desk_events").body
        if isinstance(each, sources.Fact)
    }
    assert facts["state"].value.mapping.cases[-1].value.to == ("phase",)
    assert facts["state"].value.mapping.cases[-1].pattern is None
    assert [each.value for each in facts["state"].value.columns] == ["concept:name", "lifecycle:transition"]


def test_examples_of_an_agreement():
    cases = [
        each
        for each in declaration("agreement.slm", "acme_gold").body
        if isinstance(each, agreements.ExampleTicket)
    ]
    assert [each.outcome.value for each in cases] == ["met", "met", "missed", "missed"]
    assert cases[-1].events[-1].what is None

"""`slm explain --credits`, credits in `slm evaluate`, and what the miss of one ticket costs."""

from __future__ import annotations

import json

import pytest

from slmdsl.cli.app import run

SPEC = """
provider globex
customer acme
service mail
field site

clock plain {
  stops at resolved
  runs  on always
}

source desk {
  read     "desk.csv"
  timezone UTC
  ticket   "id"
  kind     incident
  service  mail
  priority P1
  opened   "opened"
  resolved "resolved"
  field site "site"
}

sla gold {
  between globex and acme
  covers  mail
  valid   2027-01-01 .. 2027-12-31
  clock   plain
  target fix:  resolution of incidents within 4 h for 90% each month
  target mean: mean resolution of incidents at most 9 h each month
  exclude incidents where site = delft because "Clause 7"
  fee EUR 1_000 each month
  no credits until 2027-02-01
  credit fix  below 90% pays 5% of fee, pays 1% of fee per miss
  credit mean pays EUR 5
}

sla bare {
  between globex and acme
  covers  mail
  valid   2027-01-01 .. 2027-12-31
  clock   plain
  target fix: resolution of incidents within 4 h for 90% each month
}
"""
DESK = """\
id,opened,resolved,site
early,2027-01-10 08:00,2027-01-10 13:00,
late,2027-02-10 08:00,2027-02-10 13:00,
fine,2027-02-11 08:00,2027-02-11 09:00,
theirs,2027-02-10 08:00,2027-02-10 13:00,delft
after,2027-12-31 22:00,2028-01-01 08:00,
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "spec.slm").write_text(SPEC, encoding="utf-8")
    (tmp_path / "desk.csv").write_text(DESK, encoding="utf-8")
    return str(tmp_path)


def said(capsys, *arguments):
    assert run([*arguments, "--source", "desk", "--as-of", "2028-02-01"]) == 0
    return capsys.readouterr().out


def costs(capsys, project, ticket):
    return [
        line.strip() for line in said(capsys, "explain", project, ticket).splitlines() if "  costs" in line
    ]


def test_a_miss_costs_what_its_clause_says(project, capsys):
    (cost,) = costs(capsys, project, "late")
    assert cost == "costs 1% of EUR 1_000 = EUR 10 per miss, before caps (spec.slm:34)"


@pytest.mark.parametrize(
    ("ticket", "cost"),
    [
        ("early", ["costs nothing, for there are no credits until 2027-02-01 (spec.slm:34)"]),
        ("after", ["costs nothing, for it is decided outside the agreement's validity (spec.slm:34)"]),
        ("fine", []),
        ("theirs", []),
    ],
)
def test_a_miss_may_cost_nothing(project, capsys, ticket, cost):
    assert costs(capsys, project, ticket) == cost


def test_the_costs_of_a_miss_are_in_json(project, capsys):
    answer = json.loads(said(capsys, "explain", project, "late", "--json"))
    assert [(each["target"], each["costs"]) for each in answer["targets"] if each["costs"]] == [
        ("gold.fix", ["1% of EUR 1_000 = EUR 10 per miss, before caps (spec.slm:34)"])
    ]


def test_credits_are_explained(project, capsys):
    assert said(capsys, "explain", project, "--credits", "gold.fix", "--period", "2027-02").splitlines() == [
        "gold.fix, 2027-02: EUR 50  (spec.slm:34)",
        "    50% is below 90%: 5% of EUR 1_000 = EUR 50",
        "gold.fix, 2027-02: EUR 10  (spec.slm:34)",
        "    1 miss: 1% of EUR 1_000 = EUR 10",
        "gold, 2027-02: EUR 60 in all, EUR 60 paid",
    ]


def test_all_credits_are_explained(project, capsys):
    text = said(capsys, "explain", project, "--credits")
    assert "gold.fix, 2027-01: nothing instead of EUR 50" in text
    assert "no credits until 2027-02-01" in text


def test_explained_credits_in_json(project, capsys):
    answer = json.loads(
        said(capsys, "explain", project, "--credits", "gold", "--period", "2027-02", "--json")
    )
    assert [(each["kind"], each["amount_minor"]) for each in answer["credits"]] == [
        ("band", 5000),
        ("per_miss", 1000),
    ]
    assert [each["paid_minor"] for each in answer["credit_totals"]] == [6000]


def test_neither_a_ticket_nor_credits(project, capsys):
    assert run(["explain", project, "--source", "desk"]) == 2
    assert "no ticket is named" in capsys.readouterr().err


def test_credits_of_what_is_not_there(project, capsys):
    assert run(["explain", project, "--credits", "gold.fux", "--source", "desk"]) == 2
    assert "did you mean `gold.fix`?" in capsys.readouterr().err


def test_evaluate_shows_credits(project, capsys):
    text = said(capsys, "evaluate", project)
    assert "gold  credits" in text
    assert "credits of 2027-02: EUR 60" in text
    assert "not evaluated yet" not in text


def test_evaluate_tells_programs_of_credits(project, capsys):
    answer = json.loads(said(capsys, "evaluate", project, "--json"))
    assert [each["paid_minor"] for each in answer["credit_totals"]] == [6000]
    assert sum(each["amount_minor"] for each in answer["credits"]) == 6000

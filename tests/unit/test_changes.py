"""What two texts promise differently: every aspect, which way it points, and that nothing is lost."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

import slmdsl as slm
from slmdsl.contract.changes import targets as target_aspects
from slmdsl.contract.changes.change import Direction
from slmdsl.contract.changes.compared import changes_of
from slmdsl.contract.model import agreements, clocks
from slmdsl.report.changes.document import Compared, changes_document
from slmdsl.report.language import CHINESE, ENGLISH

if TYPE_CHECKING:
    from pathlib import Path

    from slmdsl.contract.changes.change import Change
    from slmdsl.contract.model.spec import Contract
    from slmdsl.report.language import Language

BASE = '''
calendar office {
  timezone  Europe/Amsterdam
  open      mon..fri 08:00-18:00
}

provider globex

customer acme "Acme Retail" {
  contact  "it@acme.example"
  users    1_850
}

team apps {
  known as "APP-1"
}

request laptop "New laptop" {
  service   mail
  owner     apps
  price     EUR 1_150
  approval  "line manager"
}

priorities itil {
  urgency            high  low
  impact   widespread  P1    P2
  impact   single      P3    P4
}

service mail "E-mail" {
  """
  Mailboxes for everybody.
  """
  owner        apps
  criticality  high
  hours        office
  maintenance  every sun 02:00-06:00 Europe/Amsterdam, notice 5 days
  metric       answer_ms in ms
}

service till {
  needs  mail
}

field site

clock standard {
  stops   at resolved
  pauses  while wait_customer
  runs    on office
}

escalation ladder {
  at 75% of resolution notify owner
}

sla gold "Gold" {
  """
  Globex answers for the levels.
  """
  between     globex and acme
  covers      mail
  valid       2027-01-01 .. 2027-12-31
  version     "2.0"
  timezone    Europe/Amsterdam
  clock       standard
  review      every quarter
  escalation  ladder

  target fix:      resolution of P1, P2 incidents within 8 h for 90% each month
  target answer:   response of P1 incidents in mail within 1 h for 95% each month
  target mail_up:  availability of mail by minutes at least 99.9% each month excluding maintenance
  target slow:     p95 resolution of P3 incidents at most 3 business days each quarter
  target reopened: share of incidents where reopenings > 0 at most 5% each month
  target backlog:  count of open incidents older than 30 days at most 10 at end of month
  target longest:  longest outage of mail at most 2 h each month
  target restored: restore of mail within 4 h for 90% each quarter, data loss at most 15 min
  target happy:    mean score of feedback at least 4.2 each quarter, minimum 30 answers

  exclude incidents where site = "lab" because "The lab is not a shop."

  fee EUR 42_000 each month
  credit fix      below 90% pays 2% of fee, below 80% pays 5% of fee
  credit mail_up  pays EUR 750
  cap credits 15% of fee each month

  alert mail_up standard notify owner

  responsibility customer "Reports by phone."
}
'''

CASES = (
    ("within 8 h for 90%", "within 6 h for 90%", "limit", Direction.TIGHTER),
    ("within 8 h for 90%", "within 8 h, from 2027-07-01 within 6 h for 90%", "limit", Direction.TIGHTER),
    ("within 8 h for 90%", "within 2 business days for 90%", "limit", Direction.OTHER),
    ("within 8 h for 90%", "within 8 h for 92%", "goal", Direction.TIGHTER),
    ("within 8 h for 90%", "within 8 h for 88%, from 2027-07-01 for 95%", "goal", Direction.OTHER),
    ("within 8 h for 90% each month", "within 8 h for 90% each quarter", "period", Direction.OTHER),
    ("within 8 h for 90% each month", "within 8 h for 90% each month on always", "hours", Direction.TIGHTER),
    ("within 8 h for 90% each month", "within 8 h for 90% each month per site", "per", Direction.TIGHTER),
    ("P1, P2 incidents", "P1 incidents", "population", Direction.NARROWER),
    ("P1, P2 incidents", 'P1, P2 incidents where site != "lab"', "population", Direction.NARROWER),
    ("P1 incidents in mail", "P1 incidents", "population", Direction.WIDER),
    ("P1 incidents in mail", "P2 incidents in mail", "population", Direction.OTHER),
    ("target slow:     p95", "target slow:     p90", "statistic", Direction.OTHER),
    ("target slow:     p95", "target slow:     mean", "statistic", Direction.OTHER),
    ("at most 3 business days", "at most 2 business days", "limit", Direction.TIGHTER),
    ("where reopenings > 0 at most 5%", "where reopenings > 1 at most 5%", "condition", Direction.OTHER),
    ("at most 5% each month", "at most 6% each month", "goal", Direction.LOOSER),
    ("older than 30 days", "older than 40 days", "older_than", Direction.LOOSER),
    ("at most 10 at end", "at most 5 at end", "goal", Direction.TIGHTER),
    ("by minutes at least 99.9%", "by minutes at least 99.95%", "goal", Direction.TIGHTER),
    ("by minutes at least", "by user_minutes at least", "method", Direction.OTHER),
    ("99.9% each month excluding maintenance", "99.9% each month", "maintenance", Direction.TIGHTER),
    ("excluding maintenance", "excluding maintenance, unknown as down", "unknown", Direction.TIGHTER),
    ("excluding maintenance", "excluding maintenance, unknown as up", "unknown", Direction.LOOSER),
    ("longest outage of mail at most 2 h", "longest outage of mail at most 1 h", "limit", Direction.TIGHTER),
    ("longest outage of mail", "longest outage of mail, till", "services", Direction.WIDER),
    ("data loss at most 15 min", "data loss at most 1 h", "data_loss", Direction.LOOSER),
    ("minimum 30 answers", "minimum 60 answers", "minimum", Direction.LOOSER),
    ("at least 4.2", "at least 4.0", "goal", Direction.LOOSER),
    ("pauses  while wait_customer", "pauses  while wait_customer, wait_supplier", "pauses", Direction.LOOSER),
    ("stops   at resolved", "stops   at closed", "stops", Direction.TIGHTER),
    ("runs    on office", "runs    on office\n  reopened  counts_all", "reopened", Direction.OTHER),
    ("runs    on office", "runs    on office\n  reprioritised  restarts", "reprioritised", Direction.OTHER),
    ("runs    on office", "runs    on office\n  responds  at any_action", "responds", Direction.OTHER),
    ("mon..fri 08:00-18:00", "mon..fri 08:00-17:00", "hours", Direction.LOOSER),
    ("mon..fri 08:00-18:00", "mon..fri 07:00-17:00", "hours", Direction.OTHER),
    ("mon..fri 08:00-18:00", "mon..sat 08:00-18:00", "service_hours", Direction.WIDER),
    ("sun 02:00-06:00", "sun 02:00-05:00", "maintenance_windows", Direction.OTHER),
    ("needs  mail", "needs  mail\n  hours  office", "service_hours", Direction.NARROWER),
    ("  covers      mail\n", "  covers      mail, till\n", "covers", Direction.WIDER),
    ("2027-12-31", "2028-12-31", "valid", Direction.OTHER),
    ('version     "2.0"', 'version     "2.1" supersedes "2.0"', "version", Direction.OTHER),
    ("  timezone    Europe/Amsterdam", "  timezone    Asia/Shanghai", "zone", Direction.OTHER),
    ("every quarter", "every month", "review", Direction.OTHER),
    ("between     globex and acme", "between     acme and globex", "parties", Direction.OTHER),
    ("at 75% of", "at 50% of", "escalation", Direction.OTHER),
    ('  exclude incidents where site = "lab" because "The lab is not a shop."\n', "", "exclusion", Direction.TIGHTER),
    ("pays 2% of fee", "pays 3% of fee", "credit", Direction.DEARER),
    ("fix      below 90%", "fix      below 85%", "credit", Direction.CHEAPER),
    ("below 90% pays 2% of fee, below 80% pays 5%", "below 80% pays 5%", "credit", Direction.CHEAPER),
    ("  credit mail_up  pays EUR 750\n", "", "credit", Direction.CHEAPER),
    ("pays EUR 750", "pays 3% of fee", "credit", Direction.OTHER),
    ("cap credits 15%", "cap credits 10%", "cap", Direction.CHEAPER),
    ("  cap credits 15% of fee each month\n", "", "cap", Direction.DEARER),
    ("fee EUR 42_000", "fee EUR 40_000", "fee", Direction.OTHER),
    ("cap credits 15%", "no credits until 2027-04-01\n  cap credits 15%", "none_until", Direction.OTHER),
    ("cap credits 15%", "terminate when fix missed 3 months in a row\n  cap credits 15%", "termination",
     Direction.DEARER),
    ("cap credits 15%", "earn back fix met 3 months in a row 50%\n  cap credits 15%", "earn_back", Direction.CHEAPER),
    ("  alert mail_up standard notify owner\n", "", "alert", Direction.OTHER),
    ("Reports by phone.", "Reports by e-mail.", "duty", Direction.OTHER),
    ('sla gold "Gold"', 'sla gold "Gold plus"', "title", Direction.OTHER),
    ("single      P3    P4", "single      P3    P3", "priority", Direction.OTHER),
    ("answers for the levels", "answers for nothing", "prose", Direction.OTHER),
    ("Mailboxes for everybody", "Mailboxes for some", "prose", Direction.OTHER),
    ("EUR 1_150", "EUR 1_250", "price", Direction.OTHER),
    ("line manager", "director", "approval", Direction.OTHER),
    ("1_850", "1_900", "users", Direction.OTHER),
    ('"Acme Retail"', '"Acme Stores"', "party_title", Direction.OTHER),
    ("APP-1", "APP-2", "known_as", Direction.OTHER),
    ("it@acme", "desk@acme", "contacts", Direction.OTHER),
    ("  owner        apps", "  owner        globex", "owner", Direction.OTHER),
    ("  service   mail", "  service   till", "request_service", Direction.OTHER),
    ("criticality  high", "criticality  low", "criticality", Direction.OTHER),
    ("answer_ms in ms", "answer_ms in s", "metrics", Direction.OTHER),
    ("target fix:", "target fixed:", "renamed", Direction.OTHER),
    ("sla gold", "sla golden", "renamed", Direction.OTHER),
    ("  target longest:  longest outage of mail at most 2 h each month\n", "", "promise", Direction.NARROWER),
    ("target longest:", "target more: count of incidents at most 500 each month\n  target longest:", "promise",
     Direction.WIDER),
    ("p95 resolution of P3 incidents at most 3 business days", "count of P3 incidents at most 3", "form",
     Direction.OTHER),
)  # fmt: skip


def contract(text: str, folder: Path) -> Contract:
    """Read a text; its credits name what is not there any more where a case takes it away."""
    folder.mkdir()
    (folder / "a.slm").write_text(text, encoding="utf-8")
    spec, found = slm.check(folder)
    errors = [each.message for each in found if each.is_error]
    assert not errors, errors
    return spec.contract


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return contract(BASE, tmp_path_factory.mktemp("base") / "project")


@pytest.mark.parametrize(("old", "new", "aspect", "direction"), CASES)
def test_a_change_has_its_aspect_and_direction(
    old: str, new: str, aspect: str, direction: Direction, base: Contract, tmp_path: Path
) -> None:
    assert BASE.count(old) >= 1
    text = BASE.replace(old, new)
    if aspect == "renamed":
        text = text.replace("credit fix ", "credit fixed ") if "fixed" in new else text
    changed = contract(text, tmp_path / "new")
    there = found(changes_of(base, changed), aspect)
    back = found(changes_of(changed, base), aspect)
    there, back = (of_the_first_target(each) for each in (there, back))
    assert {each.direction for each in there} == {direction}
    assert {each.direction for each in back} == {direction.reverse}


def of_the_first_target(changes: list[Change]) -> list[Change]:
    """Return the changes of `fix` where it is concerned: a clock's change means something else to each form."""
    return [each for each in changes if each.target == "fix"] or changes


def found(changes: tuple[Change, ...], aspect: str) -> list[Change]:
    each = [change for change in changes if change.aspect == aspect]
    assert each, [change.aspect for change in changes]
    return each


ALONE = (
    ("reopened", "stops   at resolved", "stops   at closed", "stops", Direction.OTHER),
    ("backlog", "08:00-18:00", "08:00-20:00", "hours", Direction.TIGHTER),
    ("slow", "08:00-18:00", "08:00-20:00", "hours", Direction.OTHER),  # a longer business day is due later
)


@pytest.mark.parametrize(("target", "old", "new", "aspect", "direction"), ALONE)
def test_what_a_target_alone_makes_of_a_change(
    target: str, old: str, new: str, aspect: str, direction: Direction, base: Contract, tmp_path: Path
) -> None:
    changes = changes_of(base, contract(BASE.replace(old, new), tmp_path / "new"))
    mine = [each for each in changes if each.target == target]
    assert [(each.aspect, each.direction) for each in mine] == [(aspect, direction)]


@pytest.mark.parametrize(("old", "new", "aspect", "direction"), CASES)
@pytest.mark.parametrize("say", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_every_change_has_words(
    old: str, new: str, aspect: str, direction: Direction, say: Language, base: Contract, tmp_path: Path
) -> None:
    text = BASE.replace(old, new)
    if aspect == "renamed":
        text = text.replace("credit fix ", "credit fixed ") if "fixed" in new else text
    changed = contract(text, tmp_path / "new")
    compared = Compared(old="old", new="new", changes=changes_of(base, changed), contracts=(base, changed))
    rows = [row for table in changes_document(compared, say).tables() for row in table.rows]
    assert rows
    for what, before, now, means, _ in rows:
        assert what.text
        assert means.text
        assert before.text != now.text, (what.text, before.text)
        assert not any(
            word in cell.text for cell in (before, now) for word in ("Span(", "Fraction(", "object at")
        )


def test_spelling_changes_nothing(base: Contract, tmp_path: Path) -> None:
    spelt = BASE.replace("within 8 h for", "within   480 min   for").replace("office", "opening_hours")
    spelt = spelt.replace("fee EUR", "# the price\n  fee EUR")
    spelt = spelt.replace("of P1, P2 incidents", "of P2, P1 incidents").replace("30 days", "720 h")
    assert changes_of(base, contract(spelt, tmp_path / "new")) == ()


def test_the_heaviest_change_stands_first(base: Contract, tmp_path: Path) -> None:
    text = BASE.replace("every quarter", "every month").replace("within 8 h", "within 6 h")
    changes = changes_of(base, contract(text, tmp_path / "new"))
    assert [each.aspect for each in changes] == ["limit", "review"]


def test_an_agreement_that_supersedes_another_is_compared_with_it(base: Contract, tmp_path: Path) -> None:
    head, sla, body = BASE.partition('sla gold "Gold"')
    later = body.replace('version     "2.0"', 'version     "3.0" supersedes "2.0"')
    text = f'{head}{sla.replace("gold", "gold_28")}{later}\nsla other "Other"{body}'
    changes = changes_of(base, contract(text, tmp_path / "new"))
    assert {each.aspect for each in changes if each.agreement == "gold_28"} == {"renamed", "version"}
    assert [each.aspect for each in changes if each.agreement == "other"] == ["agreement"]


def test_one_agreement_alone(base: Contract, tmp_path: Path) -> None:
    changed = contract(BASE.replace("sun 02:00", "sun 01:00"), tmp_path / "new")
    assert changes_of(base, changed)
    assert changes_of(base, changed, sla="gold") == ()


def test_every_field_of_a_promise_is_an_aspect() -> None:
    """A new field of the model needs an aspect, or to be named here with the reason why it has no meaning."""
    aspects = (*target_aspects._OF_FORMS, *target_aspects._OF_TARGETS, *target_aspects._OF_CLOCKS)
    known = {each.field or each.key for each in aspects}
    without = {
        "Target": {"name", "agreement", "form", "clock", "calendar", "sentence", "span", "limit_span"},
        "Clock": {"name", "title", "calendar", "span"},  # a target's calendar is an aspect of its own
        "NotYetEvaluated": {"words"},
    }
    forms = agreements.Form.__args__
    for kind in (*forms, agreements.Target, clocks.Clock):
        missing = {each.name for each in fields(kind)} - known - without.get(kind.__name__, set())
        assert not missing, (kind.__name__, missing)


def test_a_change_names_the_line_that_says_it(base: Contract, tmp_path: Path) -> None:
    changed = contract(BASE.replace("pays 2% of fee", "pays 3% of fee"), tmp_path / "new")
    (change,) = changes_of(base, changed)
    assert change.new_span is not None
    assert BASE.splitlines()[change.new_span.line - 1].startswith("  credit fix")

"""Improvements that are done, on logs in which they did much, nothing, or harm; and what is too little to tell."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import slmdsl as slm
from slmdsl.base.units import to_us
from slmdsl.report.gap_proofs import proof_section, proof_words
from slmdsl.report.language import CHINESE, ENGLISH
from slmdsl.study.gaps.proving import Effect, is_past, proofs_of
from tests.contracts import contract

pytestmark = pytest.mark.compiled

SPEC = """
provider globex
customer acme
service email
field site
clock standard {
  stops at resolved
  runs on always
}
sla gold {
  between globex and acme
  covers email
  timezone UTC
  clock standard
  target fix:  resolution of incidents within 4 h for 90% each month
  target by_site: resolution of incidents within 4 h for 90% each month per site
  target mean: mean resolution of incidents at most 3 h each quarter
  target back: share of incidents where reopenings > 0 at most 5% each month
}
improvement faster {
  closes gold.fix, gold.mean, gold.back, gold.by_site
  due 2027-06-30
  status STATUS
}
"""
FIRST = datetime(2027, 1, 4, tzinfo=UTC)
DUE = datetime(2027, 6, 30, tzinfo=UTC)


def spec(status="done"):
    return contract(SPEC.replace("STATUS", status))


def log_of(shift, *, weeks=51, a_week=30, seed=1, trend=0.0):
    """Return tickets of some weeks of which `shift` more are solved in time after the day, weeks varying by luck."""
    luck = np.random.default_rng(seed)
    opened, lengths = [], []
    resemblance = 0.0
    for week in range(weeks):
        resemblance = 0.35 * resemblance + 0.03 * luck.normal()
        for _ in range(a_week):
            at = FIRST + timedelta(days=7 * week, hours=float(luck.uniform(0, 160)))
            chance = 0.7 + resemblance + trend * week + shift * (at > DUE)
            opened.append(at)
            lengths.append(timedelta(hours=1 if luck.uniform() < chance else 6))
    count = len(opened)
    return slm.EventLog.from_frames(
        {
            "ticket": [f"T{number}" for number in range(count)],
            "kind": ["incident"] * count,
            "service": ["email"] * count,
            "priority": ["P3"] * count,
            "opened": opened,
            "resolved": [at + length for at, length in zip(opened, lengths, strict=True)],
            "reopenings": luck.integers(0, 2, count).tolist(),
            "site": [("Delft", "Breda")[number % 2] for number in range(count)],
        }
    )


def proofs(log, text=None, **asked):
    text = text or spec()
    found = proofs_of(text, log, text.improvements["faster"], as_of_us=log.last_us, **asked)
    return {each.target.name: each for each in found}


def test_what_worked_is_said_to_have_worked():
    found = proofs(log_of(0.2))
    fix = found["fix"]
    assert fix.effect is Effect.WORKED
    assert fix.shift.difference.low < 0.2 < fix.shift.difference.high
    assert fix.by_tickets.low < 0.2 < fix.by_tickets.high
    assert (fix.before.weeks, fix.after.weeks) == (25, 24)
    assert not fix.was_on_its_way
    assert found["by_site"].shift == fix.shift
    assert found["mean"].effect is Effect.WORKED
    assert found["mean"].shift.difference.value == pytest.approx(-0.2 * 5 * 3_600, rel=0.3)
    assert found["back"].effect is Effect.NOT_SHOWN
    assert (found["fix"].is_share, found["mean"].is_share) == (True, False)


def test_what_did_harm_is_said_to_have_done_so():
    found = proofs(log_of(-0.2))
    assert (found["fix"].effect, found["mean"].effect) == (Effect.WORSE, Effect.WORSE)


def test_what_did_nothing_is_not_shown_and_it_is_said_what_would_have_been():
    found = proofs(log_of(0.0))["fix"]
    assert found.effect is Effect.NOT_SHOWN
    assert 0.01 < found.shift.shown_from < 0.15
    assert "would have been shown" in proof_words(found, ENGLISH)


def test_what_got_better_all_along_is_no_proof():
    found = proofs(log_of(0.0, trend=0.006))["fix"]
    assert found.effect is Effect.WORKED
    assert found.was_on_its_way
    assert "already getting better" in proof_words(found, ENGLISH)


@pytest.mark.parametrize("asked", [{"weeks": 31}, {"a_week": 1, "weeks": 40}])
def test_a_few_weeks_or_tickets_are_not_enough(asked):
    found = proofs(log_of(0.2, **asked))["fix"]
    assert (found.effect, found.shift) == (Effect.NOT_ENOUGH, None)
    assert "not enough data" in proof_words(found, ENGLISH)


def test_only_so_many_weeks_are_looked_at_as_are_wished_for():
    found = proofs(log_of(0.2), weeks=10)["fix"]
    assert (found.before.weeks, found.after.weeks) == (10, 10)
    assert found.before.n == 300


@pytest.mark.parametrize("status", ["planned", "running", "dropped"])
def test_what_is_not_done_is_not_tested(status):
    assert proofs(log_of(0.2), spec(status)) == {}


def test_the_day_must_be_over():
    faster = spec().improvements["faster"]
    assert not is_past(faster, "UTC", to_us(DUE + timedelta(hours=23)))
    assert is_past(faster, "UTC", to_us(DUE + timedelta(hours=24)))
    assert not is_past(faster, "America/New_York", to_us(DUE + timedelta(hours=24)))


def test_the_section_says_each_effect_in_both_languages():
    found = tuple(proofs(log_of(0.2)).values())
    (english, _), (chinese, _) = (proof_section(found, each).blocks for each in (ENGLISH, CHINESE))
    assert [row[2].text for row in english.rows] == ["worked", "worked", "no effect shown", "worked"]
    assert [row[2].text for row in chinese.rows] == ["见效", "见效", "未显示效果", "见效"]
    assert english.rows[0][5].value == found[0].shift.difference.value
    assert english.rows[0][1].trace.clause == found[0].target.span.where

"""Credits beyond the worked cases: what a level pays, odd terms, words, frames, and the command line's tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import polars as pl
import pytest
from rich.console import Console

from slmdsl.base.units import Money
from slmdsl.cli.tables.credit_tables import credit_tables
from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit, RollingPeriod
from slmdsl.contract.model.credits import FeeShare, Points
from slmdsl.evaluate.credits.frames import credit_frame, total_frame
from slmdsl.evaluate.credits.records import CreditAccount, CreditTotal
from slmdsl.evaluate.credits.settlement import credits_of
from slmdsl.evaluate.credits.terms import deepest, fees_spanned, half_up, paid_for_level, payable
from slmdsl.evaluate.from_log import evaluate
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.events.log import EventLog
from slmdsl.report.credit_lines import chosen, credit_lines
from tests.contracts import contract
from tests.credit_cases import AVAILABILITY, FIX, agreement_of, row_of

UP = f"target up: {AVAILABILITY} each month"
FEE = "fee EUR 42_000 each month"
BANDS = "credit up below 99.9% pays 2% of fee, below 99.5% pays 5% of fee"


def plan_of(*lines):
    agreement = agreement_of(UP, *lines)
    return agreement.credits.clauses[0], agreement.credits


def account_of(agreement, *rows):
    return credits_of(agreement, rows)


class TestLevels:
    @pytest.mark.parametrize(
        ("level", "pays"),
        [
            ("1", None),
            ("0.999", None),
            ("0.99899", 84_000),
            ("0.995", 84_000),
            ("0.9949", 210_000),
            ("0", 210_000),
        ],
    )
    def test_the_deepest_band_pays(self, level, pays):
        clause, plan = plan_of(FEE, BANDS)
        expected = None if pays is None else Money(currency="EUR", minor=pays)
        assert paid_for_level(clause, plan, Fraction(level)) == expected

    def test_a_quarter_pays_a_share_of_three_fees(self):
        clause, plan = plan_of(FEE, BANDS)
        assert paid_for_level(clause, plan, Fraction(99, 100), fees=3) == Money(currency="EUR", minor=630_000)

    def test_without_a_fee_a_share_stays_one(self):
        clause, plan = plan_of(BANDS)
        assert paid_for_level(clause, plan, Fraction(99, 100)) == FeeShare(share=Fraction(1, 20))

    def test_what_a_miss_pays_where_no_band_is_reached(self):
        clause, plan = plan_of("credit up pays 2 points, below 90% pays 3 points")
        assert paid_for_level(clause, plan, Fraction(99, 100)) is None
        assert paid_for_level(clause, plan, Fraction(99, 100), missed=True) == Points(points=Fraction(2))
        assert paid_for_level(clause, plan, Fraction(8, 10), missed=True) == Points(points=Fraction(3))

    def test_above_the_deepest_is_the_highest(self):
        clause, _ = plan_of("credit up above 1% pays 1 point, above 2% pays 2 points")
        assert deepest(clause, Fraction(3, 100)).pays == Points(points=Fraction(2))
        assert deepest(clause, Fraction(1, 100)) is None

    def test_money_is_what_it_is(self):
        _, plan = plan_of(FEE, BANDS)
        assert payable(Money(currency="EUR", minor=5), plan, 3) == Money(currency="EUR", minor=5)

    @pytest.mark.parametrize(
        ("exact", "whole"), [("1/2", 1), ("-1/2", -1), ("49/100", 0), ("5/2", 3), ("-7/3", -2)]
    )
    def test_half_is_rounded_up(self, exact, whole):
        assert half_up(Fraction(exact)) == whole

    @pytest.mark.parametrize(
        ("unit", "fee", "count"),
        [
            ("quarter", "month", 3),
            ("year", "quarter", 4),
            ("month", "year", 1),
            ("week", "month", 1),
            ("year", "year", 1),
        ],
    )
    def test_how_many_fees_a_period_has(self, unit, fee, count):
        period, fee_period = (CalendarPeriod(unit=PeriodUnit(each)) for each in (unit, fee))
        assert fees_spanned(period, fee_period) == count
        assert fees_spanned(RollingPeriod(days=90), fee_period) == 1


class TestAccounts:
    def test_an_agreement_without_credits_has_none(self):
        agreement = agreement_of(UP)
        assert account_of(agreement, row_of(agreement, "up", 0, "missed", level=0)) == CreditAccount()

    def test_a_target_without_verdicts_pays_nothing(self):
        rights = ("earn back up met 1 months in a row 50%", "terminate when up missed 1 months in a row")
        assert account_of(agreement_of(UP, FEE, BANDS, *rights)) == CreditAccount()

    def test_a_share_of_a_fee_that_nobody_says_has_no_amount(self):
        agreement = agreement_of(UP, BANDS)
        account = account_of(agreement, row_of(agreement, "up", 0, "missed", level="0.99"))
        (credit,) = account.credits
        assert (credit.amount, credit.unit, account.totals) == (None, None, ())
        assert credit.arithmetic == "99% is below 99.5%: 5% of fee, and no fee is said"

    def test_a_target_that_is_not_judged_has_a_row_that_says_so(self):
        agreement = agreement_of(UP, FEE, BANDS)
        row = replace(
            row_of(agreement, "up", 0, "none"), verdict=Word.NOT_EVALUATED, exact=None, note="not yet"
        )
        (credit,) = account_of(agreement, row).credits
        assert (credit.kind, credit.note, credit.amount) == ("not_evaluated", "not yet", None)

    def test_a_cap_of_rolling_days(self):
        agreement = agreement_of(UP, "credit up pays EUR 8", "cap credits EUR 10 each rolling 45 days")
        rows = [row_of(agreement, "up", month, "missed", level=0) for month in range(4)]
        account = account_of(agreement, *rows)
        # 45 days before the end of February hold January's last day, and so on.
        assert [each.capped for each in account.credits] == [800, 200, 800, 200]
        assert "cap EUR 10 each rolling 45 days" in account.credits[1].words

    def test_the_rolling_cap_of_a_share_counts_the_fees_that_begin_in_it(self):
        agreement = agreement_of(
            UP, FEE, "credit up pays 50% of fee", "cap credits 1% of fee each rolling 365 days"
        )
        account = account_of(agreement, row_of(agreement, "up", 0, "missed", level=0))
        assert account.totals[0].paid == 12 * 42_000

    def test_per_miss_of_shares_and_of_what_is_no_ticket(self):
        few = "target few: share of incidents where site = delft at most 5% each month"
        many = "target many: share of incidents where site = delft at least 50% each month"
        agreement = agreement_of(
            few, many, UP, *(f"credit {name} pays EUR 1 per miss" for name in ("few", "many", "up"))
        )
        rows = [
            row_of(agreement, "few", 0, "missed", n=10, misses=7),
            row_of(agreement, "many", 0, "missed", n=10, misses=7),
            row_of(agreement, "up", 0, "missed", level=0),
            row_of(agreement, "up", 1, "met"),
            row_of(agreement, "up", 2, "running", level="0.5"),
            row_of(agreement, "up", 3, "running", level="0.95"),
        ]
        found = [(each.target, each.period, each.amount) for each in account_of(agreement, *rows).credits]
        assert found == [
            ("few", "2027-01", 300),
            ("many", "2027-01", 700),
            ("up", "2027-01", 100),
            ("up", "2027-03", 100),
        ]

    def test_a_running_month_without_a_value_costs_nothing(self):
        agreement = agreement_of(UP, "credit up pays EUR 1")
        row = replace(row_of(agreement, "up", 0, "running"), value=None, exact=None)
        assert account_of(agreement, row).credits == ()

    def test_a_small_running_month_costs_nothing_so_far(self):
        fix = FIX + ", or 1 miss under 20 tickets"
        agreement = agreement_of(f"target fix: {fix} each month", "credit fix pays EUR 1")
        row = row_of(agreement, "fix", 0, "running", level="0.5", n=2, misses=1)
        assert account_of(agreement, row).credits == ()
        assert len(account_of(agreement, replace(row, n=4, met=2)).credits) == 1

    def test_parts_are_one_period(self):
        agreement = agreement_of(
            f"target fix: {FIX} each month per site", "credit fix pays EUR 1, pays EUR 3 per miss"
        )
        rows = [
            row_of(agreement, "fix", 0, "met", part="a", misses=1),
            row_of(agreement, "fix", 0, "missed", part="b", misses=20, level="0.8"),
            row_of(agreement, "fix", 0, "missed", part="c", misses=30, level="0.7"),
        ]
        flat, each_miss = account_of(agreement, *rows).credits
        assert (flat.part, flat.amount) == ("b", 100)
        assert (each_miss.part, each_miss.amount) == (None, 51 * 300)

    def test_windows_of_one_month_count_their_misses_once(self):
        agreement = agreement_of(f"target fix: {FIX} each rolling 28 days", "credit fix pays EUR 1 per miss")
        rows = [row_of(agreement, "fix", day, "missed", misses=day % 3) for day in range(31)]
        windows = [replace(each, from_us=each.to_us - 28 * 86_400_000_000) for each in rows]
        (credit,) = account_of(agreement, *windows).credits
        assert (credit.period, credit.amount, credit.standing) == ("2027-01", 200, "due")
        (so_far,) = account_of(agreement, *windows[:-1]).credits
        assert (so_far.amount, so_far.standing, so_far.capped) == (200, "so_far", None)

    def test_a_month_in_a_row_of_windows_or_days_is_over_when_it_is(self):
        agreement = agreement_of(
            f"target up: {AVAILABILITY} each day", "credit up missed 1 months in a row pays EUR 1"
        )
        rows = [
            row_of(agreement, "up", day, "missed" if day == 3 else "met", level="0.9") for day in range(31)
        ]
        assert [each.period for each in account_of(agreement, *rows).credits] == ["2027-01"]
        assert account_of(agreement, *rows[:-1]).credits == ()


def words(level, form, band):
    agreement = agreement_of(f"target a: {form} each month", f"credit a {band} pays 1 point")
    (credit,) = account_of(agreement, row_of(agreement, "a", 0, "missed", level=level)).credits
    return credit.arithmetic.partition(":")[0]


class TestWords:
    @pytest.mark.parametrize(
        ("level", "form", "band", "said"),
        [
            ("2/3", AVAILABILITY, "below 99%", "about 66.666666% is below 99%"),
            ("18000000001", "mean resolution of incidents at most 5 h", "above 5 h", "5 h 1 us is above 5 h"),
            (
                "36000000001/2",
                "mean resolution of incidents at most 5 h",
                "above 5 h",
                "about 5 h is above 5 h",
            ),
            (
                "13/2",
                "p95 resolution of incidents at most 6 business days",
                "above 6 business days",
                "6.5 business days is above 6 business days",
            ),
            ("12", "count of incidents at most 10", "above 11", "12 is above 11"),
        ],
    )
    def test_levels_are_said_in_their_unit(self, level, form, band, said):
        assert words(level, form, band) == said


def full_account():
    agreement = agreement_of(
        *(UP, FEE, BANDS + ", missed 2 months in a row pays 2 points"),
        "no credits until 2027-02-01",
        "cap credits EUR 1_000 each month",
        "earn back up met 1 months in a row 50%",
        "terminate when up missed 3 months in a row",
    )
    history = ["missed", "missed", "missed", "met", "running"]
    return account_of(
        agreement,
        *(
            row_of(agreement, "up", place, word, level=0 if word != "met" else 1)
            for place, word in enumerate(history)
        ),
    )


class TestShown:
    def test_frames_have_a_row_for_each_credit_and_total(self):
        frame = credit_frame(full_account().credits)
        shown = frame.select(
            "period", "kind", "amount_minor", "points", "capped_minor", "capped_points"
        ).rows()
        assert shown == [
            ("2027-01", "band", 0, None, 0, None),
            ("2027-02", "band", 210_000, None, 100_000, None),
            ("2027-03", "band", 210_000, None, 100_000, None),
            ("2027-05", "band", 210_000, None, None, None),
            ("2027-02", "repetition", None, 2.0, None, 2.0),
            ("2027-03", "repetition", None, 2.0, None, 2.0),
            ("2027-04", "earn_back", -100_000, None, -100_000, None),
            ("2027-04", "earn_back", None, -2.0, None, -2.0),
            ("2027-03", "termination", None, None, None, None),
        ]
        totals = total_frame(full_account().totals)
        assert totals.select(
            "period", "currency", "paid_minor", "returned_minor", "returned_points"
        ).rows() == [
            ("2027-02", "EUR", 100_000, 0, None),
            ("2027-02", None, None, None, 0.0),
            ("2027-03", "EUR", 100_000, 0, None),
            ("2027-03", None, None, None, 0.0),
            ("2027-04", "EUR", 0, 100_000, None),
            ("2027-04", None, None, None, 2.0),
        ]

    def test_what_is_returned_lessens_what_is_paid(self):
        found = [(each.period, each.unit, each.net) for each in full_account().totals]
        assert ("2027-04", "EUR", -100_000) in found

    def test_a_terminal_shows_credits_totals_and_rights(self):
        console = Console(width=200, record=True)
        for shown in credit_tables(full_account()):
            console.print(shown)
        text = console.export_text()
        for said in (
            "gold  credits",
            "may terminate",
            "earned back",
            "so far",
            "nothing",
            "credits of 2027-02: EUR 1_000; the sum is EUR 2_100",
            "credits of 2027-04: EUR -1_000; EUR 1_000 earned back",
        ):
            assert said in text

    def test_lines_explain_each_credit(self):
        lines = list(credit_lines(chosen(full_account(), "gold.up", "2027-02")))
        assert lines[:4] == [
            "gold.up, 2027-02: EUR 1_000 of EUR 2_100  (spec.slm:10)",
            "    0% is below 99.5%: 5% of EUR 42_000 = EUR 2_100",
            "    cap EUR 1_000 each month = EUR 1_000, leaves EUR 1_000",
            "gold.up, 2027-02: 2 points  (spec.slm:10)",
        ]
        assert lines[-2:] == [
            "gold, 2027-02: EUR 2_100 in all, EUR 1_000 paid",
            "gold, 2027-02: 2 points in all, 2 points paid",
        ]

    def test_lines_say_what_is_not_given(self):
        text = "\n".join(credit_lines(full_account()))
        for said in (
            "2027-01: nothing instead of EUR 2_100",
            "2027-05: EUR 2_100 so far",
            "2027-03: the agreement may be terminated",
            "2027-04: EUR -1_000",
            "paid less EUR 1_000 earned back",
        ):
            assert said in text

    def test_nothing_is_said_in_a_line(self):
        assert list(credit_lines(chosen(full_account(), "other", None))) == ["No clause pays anything here."]

    def test_a_credit_without_an_amount(self):
        agreement = agreement_of(UP, BANDS)
        row = row_of(agreement, "up", 0, "missed", level=0, part="delft")
        account = account_of(agreement, row)
        assert next(credit_lines(account)).startswith("gold.up for delft, 2027-01: no amount")
        console = Console(width=200, record=True)
        for shown in credit_tables(account):
            console.print(shown)
        assert "up (delft)" in console.export_text()

    def test_a_total_of_points(self):
        total = CreditTotal(
            agreement="a",
            period="p",
            unit="points",
            summed=Fraction(1),
            paid=Fraction(1),
            returned=Fraction(0),
            arithmetic="",
        )
        assert total_frame([total]).row(0, named=True)["paid_points"] == 1.0


SPEC = """
service mail {
  metric wait_ms in ms
}
field site
clock plain {
  stops at resolved
  runs  on always
}
sla gold {
  covers mail
  valid 2027-03-01 .. 2027-12-31
  clock plain
  target a: resolution of incidents within 4 h for 90% each month
  target b: mean resolution of incidents at most 4 h each month
  target c: p95 resolution of incidents at most 4 h each month
  target d: share of incidents where site = delft at most 5% each month
  target e: count of incidents at most 5 each month
  target f: count of open incidents older than 1 days at most 10 at end of month
  target g: availability of mail at least 99% each month
  target h: availability of mail by slices of 5 min at least 99% at least 99.9% each month
  target i: availability of mail by mean of slices of 5 min at least 99.9% each month
  target j: longest outage of mail at most 2 h each month
  target k: count of outages of mail at most 2 each month
  target l: restore of mail within 4 h for 90% each month
  target m: mean score of feedback at least 4.2 each month
  target n: p99 of mail.wait_ms at most 800 ms each month
  target o: availability of mail by user_minutes at least 99% each month
}
"""


def test_every_verdict_with_a_value_has_an_exact_level():
    at = datetime(2027, 3, 5, tzinfo=UTC)
    tickets = pl.DataFrame(
        {
            "ticket": ["A"],
            "kind": ["incident"],
            "service": ["mail"],
            "priority": ["P1"],
            "site": ["delft"],
            "opened": [at],
            "resolved": [at + timedelta(hours=5)],
        }
    )
    log = EventLog.from_frames(
        tickets,
        samples=pl.DataFrame({"service": ["mail"], "metric": ["wait_ms"], "at": [at], "value": [0.1]}),
        outages=pl.DataFrame({"service": ["mail"], "start": [at], "end": [at + timedelta(hours=3)]}),
        feedback=pl.DataFrame({"ticket": ["A"], "service": ["mail"], "at": [at], "score": [4.1]}),
    )
    rows = evaluate(contract(SPEC), log, as_of_us=1_806_537_600_000_000).periods
    levels = {row.target.name: (row.value, row.exact) for row in rows if row.period == "2027-03"}
    assert {name for name, (value, _) in levels.items() if value is not None} >= set("abcdefgjklmn")
    for name, (value, exact) in levels.items():
        in_microseconds = name in ("b", "c", "j")
        assert (
            exact is None if value is None else value == float(exact / (1_000_000 if in_microseconds else 1))
        ), name
    assert levels["n"][1] == Fraction(1, 10)

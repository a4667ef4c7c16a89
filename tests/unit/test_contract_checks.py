"""What is said of values and agreements beyond the examples of `grammar/ERRORS.md`."""

from datetime import date
from textwrap import dedent

import pytest

from slmdsl.base.diagnostics import Severity
from tests.contracts import OFFICE, PARTIES, codes, read, warnings

FIX = "target fix: resolution of P1 incidents within 4 h for 90% each month"
UP = "target up: availability of till at least 99.9% each month"
TILL = 'service till "Tills"\n'
QUIET = {"SLM411", "SLM416", "SLM417"}
"""What is said of every agreement that stands alone."""


def sla(*statements, before=""):
    return before + "sla gold {\n" + "".join(f"  {each}\n" for each in statements) + "}\n"


def loud(text, **others):
    return [each for each in warnings(text, **others) if each not in QUIET]


def found(code, text, **others):
    return [each for each in read(text, **others)[1] if each.code == code]


class TestDays:
    @pytest.mark.parametrize(
        "limit", ["within 3 days for 90%", "within 1 week for 90%", "within 1 day 4 h for 90%"]
    )
    def test_bare_days_need_a_calendar_that_never_closes(self, limit):
        text = sla("clock standard", f"target a: resolution of incidents {limit} each quarter", before=OFFICE)
        assert codes(text) == ["SLM301"]
        assert not codes(text.replace("each quarter", "each quarter on always"))

    def test_two_fixes_are_offered(self):
        text = sla(
            "clock standard",
            "target a: resolution of incidents within 3 days for 90% each month",
            before=OFFICE,
        )
        (bare,) = found("SLM301", text)
        assert [each.replacement for each in bare.fixes] == ["72 h", "3 business days"]
        assert text[bare.fixes[0].span.start : bare.fixes[0].span.end] == "3 days"

    def test_one_template_on_two_calendars_is_judged_on_each(self):
        text = (
            OFFICE
            + """
        template base {
          target a: resolution of incidents within 3 days for 90% each month
        }
        sla gold extends base {
          clock standard
        }
        sla tin extends base {
        }
        """
        )
        assert codes(text) == ["SLM301"]

    @pytest.mark.parametrize(
        ("wrong", "right"),
        [
            ("clock standrad", "clock standard"),
            ("runs on ofice", "runs on office"),
            ("each month on ofice", "each month"),
        ],
    )
    def test_business_days_are_not_blamed_on_a_calendar_that_is_not_found(self, wrong, right):
        text = sla(
            "clock standard",
            "target a: resolution of incidents within 3 business days for 90% each month",
            before=OFFICE,
        )
        assert not codes(text)
        assert "SLM310" not in codes(text.replace(right, wrong))

    def test_business_days_need_a_calendar_that_closes(self):
        target = "target a: resolution of incidents within 3 business days for 90% each month"
        assert codes(sla(target)) == ["SLM310"]
        assert codes(sla("clock standard", f"{target} on always", before=OFFICE)) == ["SLM310"]
        assert codes(sla("clock bare", target, before="clock bare {\n  stops at closed\n}\n")) == ["SLM310"]

    def test_limits_that_scenarios_set_and_experiments_vary(self):
        text = sla(
            "clock standard", "target a: resolution of incidents within 3 h for 90% each month", before=OFFICE
        )
        text += "scenario b {\n  set gold.a within 2 days\n}\nscenario c {\n  set gold.a within 2 h\n}\n"
        text += "load a {\n}\nscenario d from b {\n  load a\n}\n"
        text += "experiment e {\n  scenarios d\n  horizon 2027-01-01 .. 2027-12-31\n"
        text += "  vary gold.a within 1 day .. 3 days step 1 day\n}\n"
        assert codes(text) == ["SLM301"] * 3

    def test_steps_of_an_escalation_count_on_the_clocks_calendar(self):
        ladder = "escalation e {{\n  1 day {} of resolution notify owner\n}}\n"
        text = sla(
            "clock standard",
            "escalation e",
            "target a: resolution of incidents within 40 h for 90% each month",
            before=OFFICE,
        )
        assert codes(text + ladder.format("after breach")) == ["SLM301"]
        assert not codes(text + ladder.format("wall after breach"))

    def test_waits_on_a_calendar(self):
        load = "load a {{\n  incidents {{\n    waits for customer 5% for exponential(mean {}) on office\n  }}\n}}\n"
        assert codes(OFFICE + load.format("2 days")) == ["SLM301"]
        assert not codes(OFFICE + load.format("2 business days"))

    def test_waits_without_a_calendar_have_no_business_days(self):
        load = "load a {\n  incidents {\n    waits for customer 5% for exponential(mean 2 business days)\n  }\n}\n"
        assert codes(load) == ["SLM310"]


class TestServices:
    def test_a_metric_of_a_service_that_is_declared_twice_ends_in_findings(self):
        text = sla("target a: p95 of till.answer_ms at most 800 ms each month")
        measured = "service till {\n  metric answer_ms in ms\n}\n"
        assert codes(TILL + text, again=measured) == ["SLM201", "SLM202"]
        assert "SLM201" in codes('import "again.slm"\n' + TILL + text, again=measured)


class TestDates:
    VALID = "valid 2027-01-01 .. 2027-12-31"

    @pytest.mark.parametrize(
        ("day", "expected"), [("2027-01-01", []), ("2027-12-31", []), ("2028-01-01", ["SLM308"])]
    )
    def test_both_days_of_valid_are_inside(self, day, expected):
        text = sla(
            self.VALID,
            f"target a: resolution of incidents within 8 h, from {day} within 6 h for 90% each month",
        )
        assert codes(text) == expected

    def test_goals_and_bounds_change_in_order_too(self):
        text = sla(
            "target a: resolution of incidents within 8 h for 80%, from 2027-09-01 for 90%, from 2027-07-01 for 85%"
            " each month",
            "target b: availability of till at least 99%, from 2027-09-01 at least 99.5%,"
            " from 2027-07-01 at least 99.9% each month",
            before=TILL,
        )
        assert codes(text) == ["SLM307", "SLM307"]

    def test_a_reversed_validity_is_one_finding(self):
        text = sla(
            "valid 2027-12-31 .. 2027-01-01",
            "target a: resolution of incidents within 8 h, from 2027-07-01 within 6 h for 90% each month",
        )
        assert codes(text) == ["SLM306"]

    @pytest.mark.parametrize(
        ("said", "expected"),
        [("31 clamp", []), ("29", ["SLM309"]), ("28", []), ("0", ["SLM309"]), ("32 spill", ["SLM309"])],
    )
    def test_days_on_which_months_begin(self, said, expected):
        assert codes(sla(f"months from day {said}")) == expected


class TestRegionsAndZones:
    @pytest.mark.parametrize(("said", "meant"), [("UK", "GB"), ("US-CAA", "US-CA"), ("SE-AB", "SE")])
    def test_the_region_that_was_meant(self, said, meant):
        (unknown,) = found("SLM304", f"calendar a {{\n  open mon 08:00-09:00\n  holidays {said}\n}}\n")
        assert [each.replacement for each in unknown.fixes][:1] == [meant]

    def test_the_city_is_enough_to_find_a_zone(self):
        (unknown,) = found("SLM303", "calendar a {\n  timezone EU/Amsterdam\n  open mon 08:00-09:00\n}\n")
        assert unknown.help == ("did you mean `Europe/Amsterdam`?",)

    def test_zones_stand_in_services_too(self):
        text = "service a {\n  hours mon 08:00-09:00 Mars/Base\n  maintenance every day 02:00-03:00 Mars/Hub\n}\n"
        assert codes(text) == ["SLM303", "SLM303"]


class TestLimits:
    def test_a_limit_as_long_as_its_period_is_none_too_long(self):
        target = "target a: resolution of incidents within {} days for 90% each month"
        assert "SLM414" not in loud(sla(target.format(31)))
        assert "SLM414" in loud(sla(target.format(32)))

    def test_a_calendar_without_hours_is_told_and_not_counted(self):
        closed = "calendar shut {\n  timezone UTC\n}\n"
        text = sla("target a: resolution of incidents within 8 h for 90% each month on shut", before=closed)
        (never,) = found("SLM414", text)
        assert never.message == "the limit of 8 h never runs out: `shut` has no weekly hours"

    def test_business_days_and_rolling_periods(self):
        text = sla(
            "target a: resolution of incidents within 8 business days for 90% each rolling 7 days on office"
        )
        assert "SLM414" in loud(OFFICE + text)

    def test_answers_are_compared_with_resolutions_of_the_same_tickets_only(self):
        answer = "target a: response of {} incidents within 8 h for 90% each month"
        assert "SLM415" in loud(sla(FIX, answer.format("P1, P2")))
        assert "SLM415" not in loud(sla(FIX, answer.format("P2")))

    @pytest.mark.parametrize(
        ("other", "expected"),
        [
            ("within 4 h for 95% each month", ["SLM405"]),
            ("within 8 h for 90% each month", ["SLM405"]),
            ("within 2 h for 95% each month", ["SLM405"]),
            ("within 8 h for 95% each month", []),
            ("within 8 h for 90% each quarter", []),
            ("within 8 h for 90% each month on office", []),
            ("within 8 h for 90% each month, counted when opened", []),
            ("within 8 h, from 2027-07-01 within 6 h for 90% each month", []),
        ],
    )
    def test_what_contradicts(self, other, expected):
        text = sla(FIX, f"target other: resolution of P1 incidents {other}", before=OFFICE)
        assert loud(text) == expected

    def test_other_tickets_do_not_contradict(self):
        other = "target b: resolution of P1 incidents in till within 8 h for 90% each month"
        assert not loud(sla(FIX, other, before=TILL))

    def test_what_is_vague(self):
        text = sla(
            "target a: resolution of P1 incidents within 4 h",
            "target b: updates of P1 incidents every 30 min each month",
            "target c: restore of till within 4 h each month",
            before=TILL,
        )
        assert [(each.span.line, each.label) for each in found("SLM410", text)] == [
            (3, "holds for every one"),
            (3, "judged each month"),
            (4, "holds for every one"),
        ]

    @pytest.mark.parametrize(
        "target",
        [
            "count of incidents at most 5% each month",
            "mean score of feedback at least 80% each month",
            "p99 of till.checkout_ms at most 5 GB each month",
            "p99 of till.checkout_ms at most 5 ms each rolling 2 months",
        ],
    )
    def test_wrong_units(self, target):
        service = "service till {\n  metric checkout_ms in ms\n}\n"
        broken = read_or_refused(service + sla(f"target a: {target}"))
        assert broken & {"SLM305", "SLM110"}

    def test_an_unknown_metric_is_one_finding(self):
        assert codes(sla("target a: p99 of till.speed at most 5 ms each month", before=TILL)) == ["SLM203"]


def read_or_refused(text):
    """Return the codes of errors, wherever they were found."""
    from slmdsl.contract import check
    from slmdsl.syntax.parse import parse

    parsed = parse(text, "spec.slm")
    return {each.code for each in (*parsed.diagnostics, *check([parsed.tree])[1]) if each.is_error}


class TestCredits:
    @pytest.mark.parametrize(
        ("bands", "expected"),
        [
            ("below 99.9% pays 2% of fee, below 99.5% pays 5% of fee", []),
            ("below 99.5% pays 5% of fee, below 99.9% pays 2% of fee", ["SLM402"]),
            ("below 99.9% pays 2% of fee, below 99.9% pays 5% of fee", ["SLM402"]),
            ("below 99.9% pays 5% of fee, below 99.5% pays 5% of fee", ["SLM402"]),
            ("below 99.9% pays 2% of fee, above 99.5% pays 5% of fee", ["SLM402"]),
            ("below 99.9% pays 2% of fee, below 99.5% pays 5 points", []),
        ],
    )
    def test_bands(self, bands, expected):
        assert codes(sla(UP, f"credit up {bands}", before=TILL)) == expected

    @pytest.mark.parametrize(
        ("target", "bands", "expected"),
        [
            (
                "share of incidents where reopenings > 0 at most 2%",
                "above 2% pays 1 point, above 3% pays 2 points",
                [],
            ),
            ("share of incidents where reopenings > 0 at most 2%", "above 1% pays 1 point", ["SLM419"]),
            ("share of incidents where reopenings > 0 at most 2%", "below 2% pays 1 point", ["SLM419"]),
            ("longest outage of till at most 2 h", "above 2 h pays 1 point", []),
            ("longest outage of till at most 2 h", "above 1 h pays 1 point", ["SLM419"]),
            (
                "availability of till at least 99%, from 2027-07-01 at least 99.9%",
                "below 99.5% pays 1 point",
                [],
            ),
            ("resolution of P1 incidents within 4 h for 90%", "below 95% pays 1 point", ["SLM419"]),
            ("count of incidents at most 5", "above 5 pays 1 point", []),
        ],
    )
    def test_bands_begin_where_the_target_is_missed(self, target, bands, expected):
        text = sla(f"target a: {target} each month", f"credit a {bands}", before=TILL)
        assert not codes(text)
        assert loud(text) == expected

    @pytest.mark.parametrize(
        ("cap", "expected"),
        [
            ("2% of fee each month", []),
            ("1% of fee each month", ["SLM404"]),
            ("1% of fee each rolling 12 months", []),
            ("0.1% of fee each year", ["SLM404"]),
            ("1% of fee each rolling 30 days", []),
            ("EUR 19.99 each month", ["SLM404"]),
            ("EUR 20 each month", []),
        ],
    )
    def test_caps(self, cap, expected):
        text = sla(
            UP,
            "fee EUR 1_000 each month",
            "credit up below 99.9% pays 2% of fee",
            f"cap credits {cap}",
            before=TILL,
        )
        assert codes(text) == expected

    @pytest.mark.parametrize(
        ("cap", "expected"),
        [
            ("1% of fee each month", ["SLM404"]),
            ("EUR 19.99 each month", ["SLM404"]),
            ("2% of fee each month", []),
            ("1 point each month", ["SLM404"]),
            ("2 points each month", []),
        ],
    )
    def test_caps_are_held_against_what_they_cap(self, cap, expected):
        text = sla(
            UP,
            "fee EUR 1_000 each month",
            "credit up below 99.9% pays 2% of fee",
            "credit up missed 3 months in a row pays EUR 25",
            "credit up missed 4 months in a row pays 2 points",
            f"cap credits {cap}",
            before=TILL,
        )
        assert codes(text) == expected

    def test_a_cap_is_compared_with_the_lowest_credit(self):
        text = sla(
            FIX,
            "credit fix pays EUR 5 per miss, missed 3 months in a row pays EUR 50",
            "cap credits EUR 10 each month",
        )
        assert not codes(text)

    def test_inherited_credits_need_the_same_currency(self):
        text = f"template base {{\n  {FIX}\n  credit fix pays USD 5 per miss\n}}\n"
        text += "sla gold extends base {\n  fee EUR 9 each month\n}\n"
        assert codes(text) == ["SLM316"]


class TestExamplesAndAlerts:
    def test_events_go_forward_in_time(self):
        text = sla(FIX, "example fix opened 2027-03-07 22:00, resolved 2027-03-06 23:00 met")
        assert codes(text) == ["SLM407"]

    def test_levels_have_the_unit_of_their_target(self):
        assert codes(sla(UP, "example up at 3 h met", before=TILL)) == ["SLM407"]

    def test_a_standard_alert_needs_an_error_budget(self):
        text = sla(
            "target a: median resolution of incidents at most 3 h each month", "alert a standard notify owner"
        )
        assert codes(text) == ["SLM408"]

    def test_a_goal_of_everything_has_no_budget_to_burn(self):
        text = sla(
            UP.replace("99.9%", "100%"), "alert up when burn > 10 over 30 min notify owner", before=TILL
        )
        assert not codes(text)


class TestEscalations:
    LADDER = "escalation ladder {{\n  {} before due of resolution notify owner\n}}\n"

    def test_a_step_that_some_target_can_fire_stays(self):
        text = sla(
            "escalation ladder", FIX, FIX.replace("fix", "slow").replace("P1", "P2").replace("4 h", "8 h")
        )
        assert not codes(self.LADDER.format("5 h") + text)
        assert codes(self.LADDER.format("8 h") + text) == ["SLM401"]

    def test_business_days_and_hours_are_not_compared(self):
        text = sla(
            "escalation ladder",
            "target a: resolution of incidents within 3 business days for 90% each month on office",
            before=OFFICE,
        )
        assert not codes(self.LADDER.format("80 h") + text)

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ("starts at assigned", []),
            ("starts at active", []),
            ("starts at resolved", ["SLM319"]),
            ("starts at public_reply", ["SLM319"]),
            ("responds at any_action", []),
            ("responds at active", []),
            ("responds at closed", ["SLM319"]),
            ("stops at closed", []),
            ("stops at cancelled", []),
            ("stops at opened", ["SLM319"]),
        ],
    )
    def test_moments(self, said, expected):
        assert codes(f"clock a {{\n  {said}\n}}\n") == expected


class TestBacking:
    def ola(self, *statements, name="inner", supports="gold"):
        return (
            f"ola {name} {{\n  supports {supports}\n" + "".join(f"  {each}\n" for each in statements) + "}\n"
        )

    @pytest.mark.parametrize(
        ("inner", "expected"),
        [
            ("within 4 h for 90%", []),
            ("within 3 h for 95%", []),
            ("within 4 h for 85%", ["SLM412"]),
            ("within 5 h for 95%", ["SLM412"]),
            ("within 2 business days for 95%", ["SLM412"]),
        ],
    )
    def test_limits_are_compared_on_their_calendars(self, inner, expected):
        text = sla("clock standard", FIX, before=OFFICE)
        backing = self.ola("clock standard", f"target fix: resolution of P1 incidents {inner} each month")
        assert [each for each in warnings(text + backing) if each in ("SLM411", "SLM412")] == expected

    def test_backing_reaches_over_several_agreements(self):
        text = sla(FIX) + self.ola(name="middle") + self.ola(FIX, name="deep", supports="middle")
        assert "SLM411" not in warnings(text)

    def test_other_priorities_back_nothing(self):
        text = sla(FIX) + self.ola(FIX.replace("P1", "P2"))
        assert "SLM411" in warnings(text)

    def test_each_agreement_is_one_finding_that_points_at_its_targets(self):
        (alone,) = found(
            "SLM411", sla(*(FIX.replace("fix", f"f{i}").replace("P1", f"P{i}") for i in range(9)))
        )
        assert alone.message == "no OLA or contract backs 9 targets of `gold`"
        assert len(alone.secondary) == 6
        assert alone.help[-1] == "and 3 more"

    NETWORK = """
    service wan "Network"
    service east "East"
    service west "West"
    service hosting "Hosting" {
      needs any 1 of (east, west)
    }
    service till "Tills" {
      needs wan, hosting
    }
    """

    def test_availability_is_backed_by_what_the_service_needs(self):
        inner = "target up: availability of wan at least {} each month"
        outer = sla(UP, before=dedent(self.NETWORK))
        assert "SLM411" not in warnings(outer + self.ola(inner.format("99.95%")))
        assert "SLM412" in warnings(outer + self.ola(inner.format("99.8%")))

    def test_redundant_parts_may_each_be_promised_less(self):
        inner = self.ola(
            "target wan: availability of wan at least 99.95% each month",
            "target east: availability of east at least 99.9% each month",
            "target west: availability of west at least 99.9% each month",
        )
        assert "SLM413" not in warnings(sla(UP, before=dedent(self.NETWORK)) + inner)

    def test_the_product_of_a_series_is_less_than_each_part(self):
        inner = self.ola(
            "target wan: availability of wan at least 99.9% each month",
            "target hosting: availability of hosting at least 99.9% each month",
        )
        (above,) = found("SLM413", sla(UP, before=dedent(self.NETWORK)) + inner)
        assert [each.text for each in above.secondary] == ["`hosting`: 99.9%", "`wan`: 99.9%"]
        assert above.help == ("on paper all of it together is up 99.8001% of the time",)


class TestFacts:
    SOURCE = 'source a {{\n  read "a.csv"\n  {}\n}}\n'
    METRIC = "service till {\n  metric checkout_ms in ms\n}\n"

    @pytest.mark.parametrize(
        ("target", "source", "enough"),
        [
            ("resolution of incidents within 4 h for 90%", "kind incident", True),
            ("resolution of incidents within 4 h for 90%", "kind problem", False),
            ("resolution of incidents within 4 h for 90%", 'kind "k"', True),
            ("resolution of incidents within 4 h for 90%", 'opened "o"', True),
            ("resolution of incidents within 4 h for 90%", 'kind "k" as { "i" incident, * ignore }', True),
            ("resolution of changes within 4 h for 90%", 'kind "k" as { "i" incident, * ignore }', False),
            ("availability of till at least 99%", 'samples at "t"\n  metric up "s"', True),
            ("availability of till at least 99%", 'samples at "t"\n  metric checkout_ms "s"', False),
            ("availability of till at least 99%", 'outages from "s" to "e"', True),
            ("longest outage of till at most 2 h", 'outages from "s" to "e"', True),
            ("p99 of till.checkout_ms at most 8 ms", 'samples at "t"\n  metric checkout_ms "s"', True),
            ("p99 of till.checkout_ms at most 8 ms", 'samples at "t"\n  metric up "s"', False),
            ("mean score of feedback at least 4", 'feedback at "t"', True),
            ("mean score of feedback at least 4", "kind incident", False),
        ],
    )
    def test_which_source_gives_which_facts(self, target, source, enough):
        text = self.METRIC + sla(f"target a: {target} each month")
        assert ("SLM416" in warnings(text + self.SOURCE.format(source))) is not enough

    def test_a_load_gives_facts_too(self):
        load = "load a {\n  incidents {\n    rate 1 per day\n    feedback 5% scores 3 otherwise\n  }\n}\n"
        text = sla(FIX, "target b: mean score of feedback at least 4 each month")
        assert "SLM416" not in warnings(text + load)


class TestKeeping:
    PLAN = """
    contingency failover {{
      when backlog of desk > 5
      rehearse every {}, last {}
    }}
    """

    @pytest.mark.parametrize(
        ("every", "last", "as_of", "overdue"),
        [
            ("6 months", "2026-08-31", date(2027, 2, 28), False),
            ("6 months", "2026-08-31", date(2027, 3, 1), True),
            ("2 weeks", "2027-01-01", date(2027, 1, 15), False),
            ("2 weeks", "2027-01-01", date(2027, 1, 16), True),
            ("99999 years", "2027-01-01", date(2027, 1, 16), False),
            ("month", "2027-01-01", None, False),
        ],
    )
    def test_rehearsals(self, every, last, as_of, overdue):
        text = PARTIES + self.PLAN.format(every, last)
        assert ("SLM421" in warnings(text, as_of=as_of)) is overdue

    def test_without_a_day_the_first_of_valid_is_taken(self):
        text = PARTIES + self.PLAN.format("6 months", "2026-01-01")
        assert "SLM421" in warnings(text + sla("valid 2027-01-01 .. 2027-12-31"))

    def test_a_rehearsal_that_never_was(self):
        text = PARTIES + "contingency a {\n  when backlog of desk > 5\n  rehearse every 6 months\n}\n"
        assert "SLM420" in warnings(text)

    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            ("2027-01-01 .. 2027-06-30", "2027-07-01 .. 2027-12-31", []),
            ("2027-01-01 .. 2027-07-01", "2027-07-01 .. 2027-12-31", ["SLM406"]),
        ],
    )
    def test_versions_follow_each_other(self, first, second, expected):
        text = PARTIES + "".join(
            f'sla gold_{name} "Gold" {{\n  between globex and acme\n  valid {valid}\n  version {version}\n}}\n'
            for name, valid, version in (("a", first, '"1"'), ("b", second, '"2" supersedes "1"'))
        )
        assert codes(text) == expected

    def test_nothing_is_overdue_on_no_day(self):
        text = "improvement a {\n  due 2027-06-30\n  status planned\n}\n"
        assert not warnings(text)
        assert warnings(text, as_of=date(2027, 6, 30)) == []
        assert warnings(text, as_of=date(2027, 7, 1)) == ["SLM425"]


class TestModels:
    def test_edits_fit_what_they_edit(self):
        text = (
            TILL
            + sla(UP, FIX)
            + PARTIES
            + """
        staff desk {
          shift late mon..fri 10:30-19:00 5 agents
        }
        load work {
          incidents {
            rate 5 per day
            start at desk
            step desk {
              works exponential(mean 8 min)
              then resolved 100%
            }
          }
        }
        scenario a {
          load work
          set desk agents 5
          set desk.late lines 5
          set gold.up within 4 h
          set gold.fix at least 99%
          set gold.fix for 95%
          set gold.up at least 99.99%
          set desk absence 5%
          set desk.late agents 9
        }
        """
        )
        assert codes(text) == ["SLM204", "SLM204", "SLM305", "SLM305"]

    def test_distributions_of_times_and_of_counts(self):
        text = """
        load a {
          incidents {
            burst of geometric(mean 2 h)
            reopens 4% after exponential(mean 2)
            waits for customer 5% for weibull(shape 1.5, scale 3 h)
          }
        }
        """
        assert codes(text) == ["SLM305", "SLM305"]

    def test_more_is_needed_than_there_is(self):
        assert codes(sla(FIX, "credit fix missed 7 of 6 months pays 2 points")) == ["SLM317"]


def test_a_block_with_an_unread_statement_is_not_blamed_for_lacking_it():
    from slmdsl.contract import check
    from slmdsl.syntax.parse import parse

    parsed = parse(
        "sla gold {\n  betwixt globex and acme\n  targt fix: nonsense\n  credit fix pays EUR 5 per miss\n}\n",
        "a.slm",
    )
    _, diagnostics = check([parsed.tree])
    assert parsed.diagnostics
    assert not [each for each in diagnostics if each.code in ("SLM203", "SLM417")]


def test_every_finding_points_into_its_file():
    text = sla(FIX, "target b: resolution of P1 incidents within 4 h for 95% each month")
    for each in read(text)[1]:
        assert 0 <= each.span.start < each.span.end <= len(text)
        assert each.severity in Severity


def test_a_contract_with_errors_is_built_as_far_as_it_makes_sense():
    spec, diagnostics = read(
        sla("clock gone", "covers nothing", FIX, "target b: availability of gone at least 99% each month")
    )
    assert [each.code for each in diagnostics if each.is_error] == ["SLM203"] * 3
    assert [each.name for each in spec.agreements["gold"].targets] == ["fix", "b"]
    assert spec.agreements["gold"].services == ()

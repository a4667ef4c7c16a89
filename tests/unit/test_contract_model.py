"""From texts to the contract: what is said, and what holds when nothing is said."""

from datetime import date
from fractions import Fraction

import pytest

from slmdsl.base.units import HOUR, MINUTE, Duration
from slmdsl.calendars.plan import ALWAYS, ClosedDates, ClosedYearly, DatedHours, Window
from slmdsl.contract.from_tree import metric_units, sources
from slmdsl.contract.model.agreements import (
    Availability,
    CalendarPeriod,
    Count,
    LongestOutage,
    NotYetEvaluated,
    OutageCount,
    PeriodUnit,
    Restore,
    RollingPeriod,
    SampledMetric,
    Score,
    Share,
    Slices,
    Statistic,
    Within,
)
from slmdsl.contract.model.catalogue import NeedsAll, NeedsAny, NeedsOne, PartyRole
from slmdsl.contract.model.clocks import Deadline, Mark, Reopened, Reprioritised
from slmdsl.events.columns import HOLD_DEFAULT, HOLD_UNTIL_NEXT
from slmdsl.events.vocabulary import Phase
from tests.contracts import OFFICE, PARTIES, contract, read

SERVICES = """
service wan "Network"
service hosting "Hosting" {
  components east, west
  needs any 1 of (east, west)
}
service till "Tills" {
  hours mon..sun 07:00-22:00 Europe/Amsterdam
  needs wan, hosting
  metric checkout_ms in ms
  metric load in percent
}
request laptop "Laptop" {
  service till
}
field site
"""


def target(statement, said=""):
    """Return the target of one statement in an SLA that may say more."""
    spec = contract(OFFICE + SERVICES + f"sla gold {{\n  {said}\n  clock standard\n  {statement}\n}}\n")
    return spec.agreements["gold"].targets[0]


class TestCalendars:
    def test_everything_that_a_calendar_says(self):
        plan = contract(
            """
            calendar office "Dutch office" {
              timezone  Europe/Amsterdam
              open      mon..fri 13:00-18:00, 08:00-12:30
              open      sat 22:30-06:30
              holidays  NL, US-CA
              closed    every 12-26, every 12-31 12:00-18:00, 2027-08-02 .. 2027-08-06
              closed    2027-12-24 12:00-18:00
              open      2027-12-18 09:00-17:00
              business days mon..fri
            }
            """
        ).calendars["office"]
        assert (plan.name, plan.title, plan.zone) == ("office", "Dutch office", "Europe/Amsterdam")
        assert plan.weekly[0] == (Window.parse("08:00-12:30"), Window.parse("13:00-18:00"))
        assert plan.weekly[5:] == ((Window.parse("22:30-06:30"),), ())
        assert plan.holidays == ("NL", "US-CA")
        assert plan.closed == (
            ClosedYearly(month=12, day=26),
            ClosedYearly(month=12, day=31, windows=(Window.parse("12:00-18:00"),)),
            ClosedDates(first=date(2027, 8, 2), last=date(2027, 8, 6)),
            DatedHours(
                first=date(2027, 12, 24), last=date(2027, 12, 24), windows=(Window.parse("12:00-18:00"),)
            ),
        )
        assert plan.opened[0].windows == (Window.parse("09:00-17:00"),)
        assert plan.business_days == frozenset(range(5))

    def test_always_is_there_without_being_declared(self):
        assert contract("field site\n").calendars["always"] is ALWAYS

    def test_a_calendar_with_mistakes_is_built_without_them(self):
        spec, _ = read("calendar a {\n  timezone Mars/Base\n  holidays XX, NL\n  open mon 08:00-09:00\n}\n")
        assert (spec.calendars["a"].zone, spec.calendars["a"].holidays) == ("UTC", ("NL",))


class TestCatalogue:
    def test_parties(self):
        spec = contract(
            """
            customer acme "Acme" {
              contact "it@acme.example"
              users   1_850
            }
            team apps "Apps" {
              contact lead "apps.lead@globex.example"
              known as "App*", "V5*"
            }
            """
        )
        acme, apps = spec.parties["acme"], spec.parties["apps"]
        assert (acme.role, acme.users, acme.contacts) == (
            PartyRole.CUSTOMER,
            1850,
            (("", "it@acme.example"),),
        )
        assert (apps.contacts, apps.known_as) == ((("lead", "apps.lead@globex.example"),), ("App*", "V5*"))

    def test_needs(self):
        spec = contract(SERVICES)
        needs = spec.services["till"].needs
        assert isinstance(needs, NeedsAll)
        assert [each.name for each in needs.parts] == ["wan", "hosting"]
        hosting = spec.services["hosting"]
        assert isinstance(hosting.needs, NeedsAny)
        assert hosting.components == ("east", "west")
        assert [(type(each), each.name) for each in hosting.needs.parts] == [
            (NeedsOne, "hosting.east"),
            (NeedsOne, "hosting.west"),
        ]

    def test_hours_in_place_are_a_calendar_of_their_own(self):
        spec = contract(SERVICES)
        hours = spec.services["till"].hours
        assert (hours.name, hours.zone) == ("till.hours", "Europe/Amsterdam")
        assert hours.weekly == ((Window.parse("07:00-22:00"),),) * 7
        assert spec.services["wan"].hours is ALWAYS

    @pytest.mark.parametrize(
        ("said", "weekdays", "nth", "month_day", "dates"),
        [
            ("second sunday of month", (6,), 2, None, ()),
            ("last friday of month", (4,), -1, None, ()),
            ("every sunday", (6,), None, None, ()),
            ("mon, wed", (0, 2), None, None, ()),
            ("day 15 of month", (), None, 15, ()),
            ("every day", (), None, None, ()),
            ("2027-02-28 .. 2027-03-01", (), None, None, ((2027, 2, 28), (2027, 3, 1))),
        ],
    )
    def test_maintenance(self, said, weekdays, nth, month_day, dates):
        text = f'service email "E" {{\n  maintenance {said} 22:00-02:00 Asia/Tokyo, notice 5 days\n}}\n'
        (window,) = contract(text).services["email"].maintenance
        assert (window.weekdays, window.nth, window.month_day, window.dates) == (
            weekdays,
            nth,
            month_day,
            dates,
        )
        assert window.windows_us == ((22 * HOUR, 26 * HOUR),)
        assert (window.zone, window.notice_us) == ("Asia/Tokyo", 5 * 24 * HOUR)

    def test_maintenance_without_a_zone_has_that_of_the_hours(self):
        text = "service email {\n  hours mon..fri 08:00-18:00 Asia/Tokyo\n  maintenance every day 02:00-03:00\n}\n"
        assert contract(text).services["email"].maintenance[0].zone == "Asia/Tokyo"

    def test_a_matrix(self):
        matrix = contract(
            "priorities itil {\n  urgency       high low\n  impact  wide  P1   P2\n  impact  one   P2   P3\n}\n"
        ).priorities["itil"]
        assert (matrix.urgencies, matrix.impacts) == (("high", "low"), ("wide", "one"))
        assert matrix.cells == (("P1", "P2"), ("P2", "P3"))


class TestClocks:
    def test_defaults(self):
        clock = contract("clock plain {\n}\n").clocks["plain"]
        assert (clock.starts, clock.responds, clock.stops) == (Mark.OPENED, Mark.PUBLIC_REPLY, Mark.RESOLVED)
        assert (clock.reopened, clock.reprioritised, clock.deadline) == (
            Reopened.RESUMES,
            Reprioritised.RETAINS,
            Deadline.CLOSING,
        )
        assert (clock.pauses, clock.calendar) == (frozenset(), ALWAYS)

    def test_everything_that_a_clock_says(self):
        clock = contract(
            OFFICE
            + """
            field promised_at
            clock other {
              starts         at promised_at
              responds       at active
              stops          at closed
              pauses         while wait_customer, scheduled
              runs           on office
              reopened       new_cycle
              reprioritised  per_period
              deadline       at next_opening
            }
            """
        ).clocks["other"]
        assert (clock.starts, clock.responds, clock.stops) == ("promised_at", Phase.ACTIVE, Mark.CLOSED)
        assert clock.pauses == {Phase.WAIT_CUSTOMER, Phase.SCHEDULED}
        assert clock.calendar.name == "office"
        assert (clock.reopened, clock.reprioritised, clock.deadline) == (
            Reopened.NEW_CYCLE,
            Reprioritised.PER_PERIOD,
            Deadline.NEXT_OPENING,
        )

    def test_an_agreement_without_a_clock_runs_around_the_clock(self):
        spec = contract("sla gold {\n  target a: response of P1 incidents within 1 h for 90% each month\n}\n")
        (only,) = spec.agreements["gold"].targets
        assert (only.calendar, only.clock.stops, only.clock.name) == (ALWAYS, Mark.RESOLVED, "usual")


class TestTargets:
    def test_within(self):
        one = target(
            "target fix: resolution of P1, P2 incidents in till, wan where site = north"
            " within 8 h, from 2027-07-01 within 6 h for 90% each quarter per site on always, counted when opened,"
            " minimum 5 tickets, or 2 misses under 20 tickets"
        )
        form = one.form
        assert isinstance(form, Within)
        assert (form.measure, form.population.kind) == ("resolution", "incident")
        assert (form.population.priorities, form.population.services) == (("P1", "P2"), ("till", "wan"))
        assert form.population.condition is not None
        assert form.population.words == "P1, P2 incidents in till, wan where site = north"
        assert [(since, limit.duration) for since, limit, _ in form.limit.values] == [
            (None, Duration(us=8 * HOUR)),
            (date(2027, 7, 1), Duration(us=6 * HOUR)),
        ]
        assert [goal for _, goal, _ in form.goal.values] == [Fraction(9, 10)]
        assert form.small_numbers == (2, 20)
        assert one.period == CalendarPeriod(unit=PeriodUnit.QUARTER)
        assert (one.per, one.calendar, one.counted, one.minimum) == ("site", ALWAYS, "opened", 5)
        assert one.qualified == "gold.fix"

    def test_what_is_not_said(self):
        one = target("target fix: resolution of P1 incidents within 8 h")
        assert isinstance(one.form, Within)
        assert one.form.goal.values[0][1] == 1
        assert one.period == CalendarPeriod(unit=PeriodUnit.MONTH)
        assert (one.per, one.calendar.name, one.counted, one.minimum) == (None, "office", None, 0)

    def test_requests_are_told_from_priorities(self):
        form = target("target fix: fulfilment of laptop requests within 8 h for 90% each month").form
        assert isinstance(form, Within)
        assert (form.population.requests, form.population.priorities) == (("laptop",), ())

    def test_the_end_of_a_business_day(self):
        form = target("target fix: resolution of incidents by end of 2 business days for 90% each month").form
        assert isinstance(form, Within)
        limit = form.limit.values[0][1]
        assert (limit.end_of_day, limit.duration.business_days) == (True, 2)

    @pytest.mark.parametrize(
        ("word", "quantile"),
        [("mean", None), ("median", Fraction(1, 2)), ("p95", Fraction(19, 20)), ("max", 1)],
    )
    def test_statistics(self, word, quantile):
        form = target(f"target a: {word} resolution of P1 incidents at most 5 h each month").form
        assert isinstance(form, Statistic)
        assert (form.word, form.quantile, form.limit.values[0][1].duration.us) == (word, quantile, 5 * HOUR)

    def test_the_condition_of_a_share_is_its_numerator(self):
        form = target("target a: share of P1 incidents where reopenings > 0 at most 5% each month").form
        assert isinstance(form, Share)
        assert form.population.condition is None
        assert form.population.words == "P1 incidents"
        assert form.condition is not None
        assert (form.at_most, form.goal.values[0][1]) == (True, Fraction(1, 20))

    def test_counts(self):
        form = target("target a: count of incidents where reopenings > 0 at most 12 each month").form
        assert isinstance(form, Count)
        assert form.population.condition is not None
        assert (form.at_most, form.goal.values[0][1]) == (True, 12)

    def test_availability(self):
        form = target(
            "target a: availability of till, wan at least 99.9%, from 2027-07-01 at least 99.95% each month"
            " excluding maintenance, unknown as down"
        ).form
        assert isinstance(form, Availability)
        assert (form.services, form.method, form.maintenance, form.unknown) == (
            ("till", "wan"),
            "minutes",
            "excluded",
            "down",
        )
        assert [goal for _, goal, _ in form.goal.values] == [Fraction(999, 1000), Fraction(9995, 10000)]

    def test_a_component_is_named_in_full(self):
        form = target("target a: availability of hosting.east at least 99% each month").form
        assert isinstance(form, Availability)
        assert (form.services, form.maintenance, form.unknown) == (("hosting.east",), "counts", None)

    def test_scores(self):
        form = target("target a: mean score of feedback at least 4.2 each quarter, minimum 30 answers").form
        assert isinstance(form, Score)
        assert (form.quantile, form.at_most, form.goal.values[0][1]) == (None, False, Fraction(21, 5))

    @pytest.mark.parametrize(
        ("metric", "said", "goal"),
        [("checkout_ms", "0.8 s", 800), ("checkout_ms", "800", 800), ("load", "80%", 80)],
    )
    def test_bounds_of_metrics_are_in_the_metrics_unit(self, metric, said, goal):
        one = target(f"target a: p99 of till.{metric} at most {said} each rolling 2 weeks")
        assert isinstance(one.form, SampledMetric)
        assert (one.form.service, one.form.metric, one.form.goal.values[0][1]) == ("till", metric, goal)
        assert one.period == RollingPeriod(days=14)

    def test_what_is_not_evaluated_yet_is_told_apart(self):
        one = target("target a: share of open incidents where site is known at most 5% at end of month")
        assert isinstance(one.form, NotYetEvaluated)

    def test_outages_are_promised_with_their_maintenance_and_unknown_time(self):
        long = target(
            "target a: longest outage of till at most 2 h each month maintenance as up, unknown as down"
        )
        assert isinstance(long.form, LongestOutage)
        assert (long.form.services, long.form.maintenance, long.form.unknown) == (("till",), "up", "down")
        assert long.form.limit.values[0][1].duration == Duration(us=2 * HOUR)
        many = target("target a: count of outages of till where cause = fire at most 2 each month")
        assert isinstance(many.form, OutageCount)
        assert (many.form.outages.services, many.form.maintenance) == (("till",), "counts")
        assert many.form.outages.words == "outages of till where cause = fire"
        back = target(
            "target a: restore of till within 4 h, data loss at most 15 min each year excluding maintenance"
        )
        assert isinstance(back.form, Restore)
        assert (back.form.data_loss_us, back.form.maintenance) == (15 * MINUTE, "excluded")
        assert back.form.goal.values[0][1] == 1

    def test_slices_have_a_length_and_a_level_of_their_own(self):
        method = "slices of 5 min at least 99%"
        one = target(f"target a: availability of till by {method} at least 99.9% each month")
        assert isinstance(one.form, Availability)
        assert one.form.slices == Slices(length_us=5 * MINUTE, goal=Fraction(99, 100))
        mean = target("target a: availability of till by mean of slices of 5 min at least 99% each month")
        assert isinstance(mean.form, Availability)
        assert mean.form.slices == Slices(length_us=5 * MINUTE, goal=None)

    def test_a_sentence_is_single_spaced_and_has_no_comments(self):
        one = target(
            "target  fix:   resolution of P1 incidents within 4 h,   # at night, too\n"
            "    from 2027-07-01 within 2 h for 90% each month"
        )
        assert one.sentence == (
            "target fix: resolution of P1 incidents within 4 h, from 2027-07-01 within 2 h for 90% each month"
        )


class TestAgreements:
    def test_everything_that_an_agreement_says(self):
        spec = contract(
            PARTIES
            + SERVICES
            + """
            sla gold "Gold" {
              between   globex and acme
              covers    till, laptop
              valid     2027-01-01 .. 2027-12-31
              version   "2.1" supersedes "2.0"
              timezone  Asia/Tokyo
              months    from day 30 spill
              exclude   incidents where site = north because "Clause 7"
              exclude   outages in wan because "Clause 12"
              target up: availability of till at least 99% each month
              credit up below 98% pays 2 points
            }
            """
        ).agreements["gold"]
        assert (spec.kind, spec.promiser, spec.receiver) == ("sla", "globex", "acme")
        assert spec.services == ("till", "laptop")
        assert (spec.valid_from, spec.valid_to) == (date(2027, 1, 1), date(2027, 12, 31))
        assert (spec.version, spec.supersedes, spec.zone) == ("2.1", "2.0", "Asia/Tokyo")
        assert (spec.month_day, spec.month_overflow, spec.credits is None) == (30, "spill", False)
        assert [(each.population is None, each.reason) for each in spec.exclusions] == [
            (False, "Clause 7"),
            (True, "Clause 12"),
        ]

    def test_what_an_inner_agreement_does_not_say_is_that_of_what_it_backs(self):
        spec = contract(
            PARTIES
            + SERVICES
            + """
            sla gold {
              covers   till
              timezone Asia/Tokyo
            }
            ola middle {
              supports gold
            }
            contract deep {
              supports middle
            }
            contract own {
              supports gold
              covers   wan
              timezone Europe/Paris
            }
            """
        ).agreements
        assert (spec["deep"].services, spec["deep"].zone) == (("till",), "Asia/Tokyo")
        assert (spec["own"].services, spec["own"].zone) == (("wan",), "Europe/Paris")

    def test_agreements_that_back_each_other_are_built_all_the_same(self):
        found, _ = read("ola a {\n  supports b\n}\nola b {\n  supports a\n}\n")
        assert found.agreements["a"].services == ()

    def test_without_a_zone_it_is_that_of_the_clocks_calendar(self):
        spec = contract(OFFICE + "sla gold {\n  clock standard\n}\nsla plain {\n}\n")
        assert (spec.agreements["gold"].zone, spec.agreements["plain"].zone) == ("Europe/Amsterdam", "UTC")

    @pytest.mark.parametrize(
        ("text", "stays"),
        [
            ("ola a {\n}\n", "per_stay"),
            ("ola a {\n  counts over_stays\n}\n", "over_stays"),
            ("ola a {\n  counts per_stay\n}\n", "per_stay"),
            ("contract a {\n}\n", None),
            ("contract a {\n  counts over_stays\n}\n", "over_stays"),
            ("sla a {\n}\n", None),
        ],
    )
    def test_an_ola_judges_each_stay_unless_it_says_otherwise(self, text, stays):
        assert contract(text).agreements["a"].stays == stays


class TestSources:
    def test_a_source_of_tickets(self):
        source = contract(
            SERVICES
            + """
            source desk_export {
              read       "tickets.csv" delimiter ";"
              timezone   Europe/Amsterdam
              missing    "", "?"
              kind       incident
              service    "CI" as { "E*" hosting.east, "POS*" till, * ignore }
              opened     "Open Time" format "%d/%m/%Y"
              state      "name" + "transition" as { "Done/Closed" closed, * active }
              field      site "Location"
              trust columns
            }
            """
        ).sources["desk_export"]
        assert (source.path, source.base, source.options) == ("tickets.csv", "", (("delimiter", ";"),))
        assert (source.zone, source.missing, source.form) == ("Europe/Amsterdam", ("", "?"), "tickets")
        assert source.facts["kind"].constant == "incident"
        assert [each[:2] for each in source.facts["service"].mapping.cases] == [
            ("E*", "hosting.east"),
            ("POS*", "till"),
            ("*", "ignore"),
        ]
        assert (source.facts["opened"].columns, source.facts["opened"].format) == (("Open Time",), "%d/%m/%Y")
        assert source.facts["state"].columns == ("name", "transition")
        assert source.fields["site"].columns == ("Location",)
        assert source.trust_columns

    @pytest.mark.parametrize(
        ("said", "form", "facts"),
        [
            ('opened "o"', "tickets", {"opened"}),
            ('at "t"\n  opened "o"', "events", {"at", "opened"}),
            ('samples at "t"', "samples", {"at"}),
            ('outages from "s" to "e"', "outages", {"start", "end"}),
            ('feedback at "t"', "feedback", {"at"}),
        ],
    )
    def test_what_a_row_is(self, said, form, facts):
        source = contract(f'source a {{\n  read "a.csv"\n  {said}\n}}\n').sources["a"]
        assert (source.form, set(source.facts), source.zone) == (form, facts, "data")

    @pytest.mark.parametrize(
        ("said", "hold_us"),
        [("", HOLD_DEFAULT), ("hold until next", HOLD_UNTIL_NEXT), ("hold 15 min", 15 * MINUTE)],
    )
    def test_how_long_a_sample_holds(self, said, hold_us):
        text = f'source a {{\n  read "a.csv"\n  samples at "t"\n  metric up "s" as {{ "ok" 1, * 0.5 }}\n  {said}\n}}\n'
        source = contract(text).sources["a"]
        assert source.hold_us == hold_us
        assert [each[:2] for each in source.metrics["up"].mapping.cases] == [("ok", "1"), ("*", "0.5")]

    def test_the_marks_of_holding_are_those_of_the_log(self):
        assert (sources.HOLD_DEFAULT, sources.HOLD_UNTIL_NEXT) == (HOLD_DEFAULT, HOLD_UNTIL_NEXT)


def test_units_of_one_family_are_converted_and_others_are_not():
    assert metric_units.factor("GiB", "MB") == Fraction(2**30, 10**6)
    assert metric_units.factor("rps", "rps") == 1
    assert metric_units.factor("rps", "ms") is None
    assert metric_units.factor("widgets", "ms") is None

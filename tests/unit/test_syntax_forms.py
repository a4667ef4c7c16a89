"""Every form of every statement, beside those of the examples."""

from datetime import date
from fractions import Fraction

import pytest

from slmdsl.base.units import Duration, Ratio
from slmdsl.syntax.parse import parse
from slmdsl.syntax.tree.common import Literal
from slmdsl.syntax.tree.populations import And, Compare, In, Not, Or, Word
from slmdsl.syntax.tree.targets import Quantity

WRAPS = {
    "stream": "load l {\n incidents {\n%s\n}\n}\n",
    "step": "load l {\n incidents {\n step s {\n%s\n}\n}\n}\n",
    "cause": "load l {\ncause c {\n%s\n}\n}\n",
}
DEPTHS = {"stream": 1, "step": 2, "cause": 1}

FORMS = [
    ("calendar", "timezone America/Argentina/Buenos_Aires", "Timezone"),
    ("calendar", "timezone Etc/GMT+3", "Timezone"),
    ("calendar", "timezone UTC", "Timezone"),
    ("calendar", "open mon, wed, fri 08:00-12:00, 13:00-17:30", "OpenWeekly"),
    ("calendar", "open sat..mon 22:30-06:30", "OpenWeekly"),
    ("calendar", "open mon..sun 00:00-24:00", "OpenWeekly"),
    ("calendar", "open 2027-12-18 .. 2027-12-20 09:00-17:00", "OpenDated"),
    ("calendar", "holidays NL, US-CA", "Holidays"),
    ("calendar", "closed every 12-24 12:00-18:00, every 02-29", "Closed"),
    ("calendar", "business days mon..fri", "BusinessDays"),
    ("service", "hours office", "HoursOn"),
    ("service", "needs a, any 2 of (b, c, any 1 of (d, e))", "Needs"),
    ("service", "maintenance last saturday of month 22:00-02:00", "Maintenance"),
    ("service", "maintenance every sunday 02:00-06:00 UTC, notice 5 days", "Maintenance"),
    ("service", "maintenance sun 02:00-06:00, 22:00-23:00, notice 48 h", "Maintenance"),
    ("service", "maintenance 2027-05-01 .. 2027-05-02 02:00-06:00 Europe/Paris", "Maintenance"),
    ("service", "maintenance day 15 of month 02:00-03:00", "Maintenance"),
    ("service", "maintenance every day 02:00-03:00", "Maintenance"),
    ("service", "owner hostco", "Owner"),
    ("service", "components target, open, mon", "Components"),
    ("service", "needs target, open, in", "Needs"),
    ("clock", "starts at assigned", "Starts"),
    ("clock", "starts at known_to_us", "Starts"),
    ("clock", "responds at active", "Responds"),
    ("clock", "responds at any_action", "Responds"),
    ("clock", "stops at closed", "Stops"),
    ("clock", "pauses while wait_customer, wait_supplier, scheduled", "Pauses"),
    ("clock", "reopened new_cycle", "Reopened"),
    ("clock", "reopened counts_all", "Reopened"),
    ("clock", "reprioritised per_period", "Reprioritised"),
    ("clock", "reprioritised restarts", "Reprioritised"),
    ("clock", "deadline at next_opening", "Deadline"),
    ("escalation", '2 h wall after breach of resolution notify "x" every 4 h', "EscalationRule"),
    (
        "escalation",
        'at 50% of response notify a, b.lead, "c", owner, reassign to apps, invoke surge, declare big',
        "EscalationRule",
    ),
    (
        "escalation",
        "when open P1, P2 incidents in till where channel = web > 2 and backlog of desk >= 60 notify owner",
        "EscalationRule",
    ),
    ("escalation", "when outage of hosting.east lasts 20 min or declared big invoke plan", "EscalationRule"),
    ("sla", "months from day 31 clamp", "Months"),
    ("sla", "months from day 29 spill", "Months"),
    ("sla", "counts over_stays", "Counts"),
    ("sla", "target x: resolution of P1, laptop requests within 1 h 30 min", "Target"),
    (
        "sla",
        "target target: resolution of P1 incidents in target, open, within within 4 h for 90% each month",
        "Target",
    ),
    ("sla", "target x: resolution of incidents by end of 3 business days for 90% each month", "Target"),
    ("sla", "target x: fulfilment of laptop requests within 8 business hours for 90% each week", "Target"),
    ("sla", "target x: availability of a, b by mean of slices of 5 min at least 99% each week", "Target"),
    ("sla", "target x: availability of a by user_minutes at least 99% each year, unknown as up", "Target"),
    (
        "sla",
        "target x: availability of a at least 99.9%, from 2027-07-01 at least 99.95% each month unknown as down",
        "Target",
    ),
    ("sla", "target x: max resolution of incidents at most 5 days each rolling 12 months", "Target"),
    ("sla", "target x: median response of problems at most 5 min each day on office per site", "Target"),
    (
        "sla",
        "target x: mean resolution of changes at most 5 h, from 2027-07-01 at most 4 h each month",
        "Target",
    ),
    (
        "sla",
        'target x: share of incidents where a = b and (c != "d" or not e in (f, "g")) at least 9%, counted when opened',
        "Target",
    ),
    (
        "sla",
        "target x: share of incidents where a is known and age >= 30 days and p > 50% at most 1% counted when resolved",
        "Target",
    ),
    ("sla", "target x: count of incidents at most 10 each month minimum 5 tickets", "Target"),
    ("sla", "target x: p99.9 of till.checkout_ms at most 1.5 s each day", "Target"),
    ("sla", "target x: max of net.use at most 800 MB each day", "Target"),
    ("sla", "target x: median of till.load at most 0.8 each day", "Target"),
    ("sla", "target x: p90 score of feedback at least 3 each year", "Target"),
    (
        "sla",
        "target x: restore of email, till within 4 h for 99%, data loss at most 15 min each year",
        "Target",
    ),
    (
        "sla",
        "target x: availability of notify, declare, invoke, notify at least 99%, maintenance as up",
        "Target",
    ),
    ("sla", "target x: availability of a by events at least 99% each month, minimum 500 events", "Target"),
    (
        "sla",
        "target x: longest outage of a at most 2 h, maintenance as up, unknown as down each month",
        "Target",
    ),
    ("sla", "target x: count of outages of a at most 2 each month excluding maintenance", "Target"),
    ("sla", "target x: restore of a within 4 h for 90% each year on office excluding maintenance", "Target"),
    ("sla", "target x: resolution of changes within 4 h for 90% each week, minimum 5 changes", "Target"),
    ("sla", "target x: mean of net.use at least 8 each day, minimum 10 samples", "Target"),
    ("sla", "target x: mean score of feedback at least 4 each month per site, minimum 5 answers", "Target"),
    (
        "sla",
        "target x: updates of incidents every 1 h, or 2 misses under 9 tickets on office per site",
        "Target",
    ),
    (
        "escalation",
        "at 50% of response notify a, notify, declare, notify b, invoke c, declare d",
        "EscalationRule",
    ),
    ("sla", 'exclude outages of wan because "x"', "ExcludeOutages"),
    ("sla", "assumes incidents in till at most 3_000 each month, above it no credits", "Assumes"),
    ("sla", "credit x pays 5% of fee", "Credit"),
    ("sla", "credit x above 5 pays 1 point, missed 2 quarters in a row pays CNY 1_000.50", "Credit"),
    ("sla", 'alert x when burn > 14.4 over 1 h notify owner, a, "b"', "BurnAlert"),
    ("sla", "example x at 99.95% met", "ExampleLevel"),
    ("sla", "example x at 3 h missed", "ExampleLevel"),
    ("sla", 'responsibility supplier "Does it."', "Responsibility"),
    ("sla", "cap credits JPY 100 each year", "Cap"),
    ("risk", "likelihood 2 per month during jul", "Likelihood"),
    ("risk", "impact desk staff +10% for 2 weeks", "ImpactStaff"),
    ("risk", "impact P1 incidents * 2 for constant(3 h)", "ImpactLoad"),
    ("risk", "impact laptop requests * 0.5 for 1 week", "ImpactLoad"),
    ("contingency", "when declared big", "When"),
    ("contingency", 'then notify "a@b" within 30 min', "ThenNotify"),
    ("contingency", "then add 1 agent to desk", "ThenAddAgents"),
    ("contingency", "cost EUR 5 per hour", "Cost"),
    ("contingency", "rehearse every year", "Rehearse"),
    ("staff", "shift open mon..fri 07:00-12:00, 13:00-15:30 1 agent", "Shift"),
    ("staff", "on_call otherwise 1 agent", "OnCall"),
    ("staff", "queue by arrival", "Queue"),
    ("staff", "shift_end hands_over", "ShiftEnd"),
    ("staff", "preempt for P1, P2", "Preempt"),
    ("load", "problems {", "Stream"),
    ("load", "requests {", "Stream"),
    ("load", "component a fails every exponential(mean 3 days), repaired in constant(3 h)", "Component"),
    ("stream", "customer acme 60%, other 40%", "CustomerMix"),
    ("stream", "rate 5 per hour, growing 6% per year as of 2026-12-31, varying 3%", "Rate"),
    ("stream", "step triage by desk {", "Step"),
    ("stream", 'waits for customer 25% for empirical("a.csv" "col")', "WaitsForCustomer"),
    ("stream", "burst of mix(50% geometric(mean 2), 50% mix(100% uniform(1, 2)))", "Burst"),
    ("step", "works for P1, P2 triangular(min 1 h, mode 2 h, max 9 h)", "Works"),
    ("step", "waits weibull(shape 1.5, scale 2 h)", "Waits"),
    ("step", "works 20 min", "Works"),
    ("cause", "raises geometric(mean 40) incidents", "Raises"),
    ("scenario", "set acme.x by end of 2 business days", "SetLimit"),
    ("scenario", "set acme.x for 92%", "SetGoal"),
    ("scenario", "set acme.mail at least 99.95%", "SetBound"),
    ("scenario", "set acme.mttr at most 4 h", "SetBound"),
    ("scenario", "set desk lines 40", "SetNumber"),
    ("scenario", "set desk absence 12%", "SetNumber"),
    ("scenario", "set hosting.east crew of 2", "SetNumber"),
    ("scenario", "set autumn.laptop rate 9 per day", "SetRate"),
    ("scenario", "laptop requests * 2", "Multiply"),
    ("scenario", "without risks", "WithoutRisks"),
    ("scenario", "without a, b", "Without"),
    ("scenario", "starts empty", "StartsEmpty"),
    ("scenario", "step incidents.desk {", "StepEdit"),
    ("experiment", "starts with open tickets of desk_export", "StartsWithOpenTickets"),
    ("experiment", "replications 100", "Replications"),
    ("experiment", "indifference 2%", "Indifference"),
    ("experiment", "tick 100 ms", "Tick"),
    (
        "experiment",
        "find cheapest where chance of a >= 80% throughout and chance of a.b >= 90%",
        "FindCheapest",
    ),
    ("experiment", "vary a agents 4 .. 9 step 2, b.c within 1 h .. 2 h, d lines 1 .. 2", "Vary"),
    ("experiment", "vary a.b by end of 1 business day .. 3 business days", "Vary"),
    ("experiment", "vary a.b for 80% .. 95% step 5%, a.b at least 99% .. 99.9% step 0.1%", "Vary"),
    ("experiment", "vary a absence 0% .. 20% step 5%, c.d crew of 1 .. 3, e.f rate 6 .. 12 per day", "Vary"),
    ("experiment", "vary e.f rate 6 .. 12 step 2 per week, a.b at most 5% .. 10% step 1%", "Vary"),
    ("experiment", "vary P1, P2 incidents in till, mail * 0.8 .. 1.4 step 0.1, a agents 1 .. 2", "Vary"),
    (
        "experiment",
        "vary laptop requests * 1 .. 2 step 0.5 during 2027-11-15 .. 2027-12-05, without mail_failover",
        "Vary",
    ),
    ("experiment", "vary without risks, without power", "Vary"),
    ("source", "trust columns", "TrustColumns"),
    ("source", "hold 15 min", "Hold"),
    ("source", "hold until next", "Hold"),
    ("source", 'events good "ok" of "all"', "EventsGood"),
    ("source", "timezone from data", "TimezoneFromData"),
    ("source", 'actor_role "role" as { "A" agent, * ignore }', "Fact"),
    ("source", 'at "t" format "%s"', "Fact"),
    ("source", "type created", "Fact"),
    ("source", 'metric up "x" as { "a" 1 "b" 0.5 }', "MetricFact"),
    ("source", 'samples at "t" format "%Y"', "SamplesAt"),
    ("source", 'read "x.db" table "t" encoding "latin-1"', "Read"),
    ("report", "shows summary", "Shows"),
    ("improvement", "expects today", "Expects"),
    ("improvement", "expects today with without risks", "Expects"),
    ("improvement", "expects today with set desk.late agents 7", "Expects"),
    ("improvement", "status running", "Status"),
]


def statement(block, line):
    body = f"{line} }}" if line.endswith("{") else line
    found = parse(WRAPS.get(block, f"{block} b {{\n%s\n}}\n") % body, "x.slm")
    assert found.diagnostics == ()
    node = found.tree.declarations[0].body[0]
    for _ in range(DEPTHS.get(block, 0)):
        node = node.body[0]
    return node


def target(line):
    return statement("sla", f"target x: {line}")


@pytest.mark.parametrize(
    ("block", "line", "kind"), FORMS, ids=[f"{block}: {line}" for block, line, _ in FORMS]
)
def test_form(block, line, kind):
    assert type(statement(block, line)).__name__ == kind


@pytest.mark.parametrize(
    ("words", "duration"),
    [
        ("90 s", Duration(us=90_000_000)),
        ("1 h 30 min", Duration(us=5_400_000_000)),
        ("1.5 hours", Duration(us=5_400_000_000)),
        ("4h", Duration(us=14_400_000_000)),
        ("250 ms", Duration(us=250_000)),
        ("2 weeks", Duration(days=Fraction(14))),
        ("1 day 4 h", Duration(days=Fraction(1), us=14_400_000_000)),
        ("0.5 business days", Duration(business_days=Fraction(1, 2))),
        ("3 business hours", Duration(us=3 * 3_600_000_000)),
    ],
)
def test_durations(words, duration):
    (limit,) = target(f"resolution of incidents within {words} for 90%").form.limit
    assert limit.value.duration == duration


def test_by_end_of_business_days():
    (limit,) = target("resolution of incidents by end of 3 business days").form.limit
    assert limit.value.end_of_day
    assert limit.value.duration == Duration(business_days=Fraction(3))


def test_conditions_bind_as_usual():
    condition = target(
        'share of incidents where a = b or not c > 3 and (d in (e, 2) or f != "g") at most 5%'
    ).form.population.condition
    assert isinstance(condition, Or)
    first, second = condition.parts
    assert isinstance(first, Compare)
    assert isinstance(first.value, Word)
    assert isinstance(second, And)
    negated, grouped = second.parts
    assert isinstance(negated, Not)
    assert isinstance(grouped, Or)
    assert isinstance(grouped.parts[0], In)
    assert len(grouped.parts[0].values) == 2


def test_a_list_of_services_ends_where_a_clause_starts():
    found = target(
        "availability of a, unknown, from, minimum, unknown as down, at least 98%, from 2027-07-01 at least 99%"
    )
    assert [each.text for each in found.form.services] == ["a", "unknown", "from", "minimum"]
    assert [(each.since, each.value.value.value) for each in found.form.bound] == [
        (None, Ratio(Fraction(98, 100))),
        (date(2027, 7, 1), Ratio(Fraction(99, 100))),
    ]


def test_clauses_come_in_any_order():
    one = target(
        "resolution of incidents within 4 h for 90% each month on always per site, minimum 5 tickets"
    )
    other = target(
        "resolution of incidents, minimum 5 tickets per site on always each month for 90% within 4 h"
    )
    assert one == other


def test_what_is_not_said_is_none():
    found = target("resolution of incidents within 4 h")
    assert found.period is None
    assert found.form.goal == ()
    assert (found.on, found.per, found.minimum, found.unknown, found.maintenance, found.counted) == (
        None,
    ) * 6


def test_words_of_the_language_are_names_elsewhere():
    for word in ("target", "open", "each", "within", "in", "P1", "h", "mon", "day", "ignore", "EUR"):
        found = statement("service", f"needs {word}")
        assert found.need.what.path == (word,)


@pytest.mark.parametrize("name", ["Büro", "办公室", "офис", "सेवा", "ไทย", "خدمة", "_x9", "office2"])
def test_names_in_any_script(name):
    found = parse(f"calendar {name} {{\n  timezone UTC\n}}\nclock c {{\n  runs on {name}\n}}\n", "x.slm")
    assert found.diagnostics == ()
    assert found.tree.declarations[1].body[0].calendar.path == (found.tree.declarations[0].name.text,)


def test_names_are_composed():
    decomposed = "Bu\N{COMBINING DIAERESIS}ro"
    assert statement("clock", f"runs on {decomposed}").calendar.path == ("Büro",)


def test_times_of_metrics_are_in_milliseconds():
    (bound,) = target("p99 of till.checkout at most 1.5 s each day").form.bound
    assert bound.value.value == Quantity(number=Fraction(1500), unit="ms", span=bound.span)


def test_a_negative_number():
    condition = target("share of incidents where n = -3 at most 1%").form.population.condition
    assert condition.value == Literal(value=Fraction(-3), span=condition.span)


def test_text_is_normalised():
    windows = parse('\ufeffslm 1\r\nfield site\r\nteam a "A"', "x.slm")
    assert windows.diagnostics == ()
    assert windows.text == 'slm 1\nfield site\nteam a "A"\n'
    assert windows.tree == parse('slm 1\nfield site\nteam a "A"\n', "y.slm").tree


def test_escapes():
    found = statement("team", r'known as "a\"b", "c\\d", "e\nf\tg"')
    assert [each.value for each in found.patterns] == ['a"b', "c\\d", "e\nf\tg"]


def test_lines_go_on_after_a_comma_over_comments_and_blank_lines():
    found = statement("sla", "covers a, # first\n\n  # between\n  b")
    assert [each.text for each in found.what] == ["a", "b"]


def test_an_unindented_statement_is_no_declaration():
    found = parse("sla x {\nclock standard\nescalation ladder\n}\n", "x.slm")
    assert found.diagnostics == ()
    assert len(found.tree.declarations[0].body) == 2


def test_a_service_called_on_stands_before_a_bound():
    text = "template a {\n  target up: availability of mail, on at least 99% each month\n}\n"
    parsed = parse(text, "a.slm")
    assert parsed.diagnostics == ()
    (target,) = parsed.tree.declarations[0].body
    assert [each.text for each in target.form.services] == ["mail", "on"]

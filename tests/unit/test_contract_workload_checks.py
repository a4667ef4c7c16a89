"""Corners of the checks of workloads that `tests/workload_cases` leaves out."""

from __future__ import annotations

import pytest

from slmdsl.contract import check
from slmdsl.syntax.parse import parse
from tests.contracts import read

BASE = """
provider us "Us"
customer them "Them"
team desk "Desk"
team apps "Applications"
team crew "Crew"
service mail "Mail"
service hosting "Hosting" {{
  components east, west
  needs any 1 of (east, west)
}}
service wan "Network" {{
  metric delay in ms
}}
request laptop "Laptop" {{
  service mail
}}
calendar office {{
  timezone America/New_York
  open mon..fri 08:00-18:00
}}
profile week {{
  timezone UTC
  mon..fri {hours} 1
}}
staff desk {{
  shift day mon..fri 08:00-18:00 4 agents
  {staff}
}}
staff crew {{
  shift night sun, mon 22:00-06:00 2 agents
}}
load steady {{
  incidents {{
    {rate}
    profile week
    in mail 100%
    priority P1 20%, P2 80%
    start at desk
    step desk {{
      answers in constant(1 min)
      works constant(29 min)
      then resolved 100%
    }}
  }}
  {more}
  component hosting.east fails every constant(100 h), repaired in constant(1 h)
  cause power {{
    every constant(9_000 h)
    takes hosting.west 10%
    for constant(1 h)
  }}
}}
load other {{
  incidents {{
    rate 1 per day
    in mail 100%
    start at desk
    step desk {{
      works constant(30 min)
      then resolved 100%
    }}
  }}
  component hosting.west fails every constant(100 h), repaired in constant(1 h)
  cause flood {{
    every constant(900 h)
    takes hosting.west 10%
    for constant(1 h)
  }}
}}
sla gold "Gold" {{
  between us and them
  {target}
}}
risk fire "Fire" {{
  affects mail
  likelihood 1 per year
  impact outage for constant(6 h)
  owner desk
  treatment accept "rare"
}}
scenario today {{
  load steady
  slas gold
}}
{after}
"""
FIX = "target fix: resolution of incidents within 9 h for 90% each month"
SOURCES = """
source tickets {
  read "tickets.csv"
  timezone UTC
  ticket "Id"
  kind "Kind"
  opened "Opened"
}
source answers {
  read "answers.csv"
  timezone UTC
  feedback at "When"
  ticket "Id"
  score "Score"
}
"""
IGNORED = ("SLM411", "SLM416", "SLM404", "SLM415")


def found(**said):
    text = {
        "rate": "rate 5 per day",
        "staff": "absence 0%",
        "hours": "08:00-18:00",
        "more": "",
        "target": FIX,
        "after": "",
    } | said
    return [each for each in read(BASE.format(**text))[1] if each.code not in IGNORED]


def codes(**said):
    return [each.code for each in found(**said)]


def scenario(*edits, load=""):
    body = "".join(f"  {each}\n" for each in edits)
    return f"scenario other_one from today {{\n{load}{body}}}\n"


def test_the_base_is_sound():
    assert codes() == []


class TestWork:
    def test_a_scenario_that_brings_too_much(self):
        (one,) = found(after=scenario("incidents * 20"))
        words = "`desk` has more work than staff in `other_one`: 175% of its time"
        assert (one.code, one.message) == ("SLM624", words)

    def test_only_whole_streams_for_all_time_are_weighed(self):
        assert codes(after=scenario("incidents in mail * 100")) == []
        assert codes(after=scenario("incidents * 100 during 2027-01-01 .. 2027-01-02")) == []

    def test_what_waits_without_end(self):
        (one,) = found(rate="rate 500 per day", staff="queue by priority")
        assert one.help == (
            "busy with each priority and those before it: P1 175%, P2 875%; P1 waits without end",
        )
        (one,) = found(rate="rate 600 per day")
        assert one.help == ("the queue grows as long as this lasts",)
        assert "over 1000%" in one.message


class TestAnswers:
    @pytest.mark.parametrize(
        ("limit", "staff", "hours", "expected"),
        [
            ("15 min", "absence 0%", "08:00-18:00", []),
            ("15 min", "absence 0%", "07:00-18:00", ["SLM622"]),
            ("90 min", "absence 0%", "07:00-18:00", []),
            ("15 min", "on_call otherwise 1 agent after 5 min", "07:00-18:00", []),
            ("15 min", "on_call otherwise 0 agents after 5 min", "07:00-18:00", ["SLM622"]),
            ("15 min", "on_call otherwise 1 agent after 20 min", "07:00-18:00", ["SLM622"]),
        ],
    )
    def test_when_somebody_comes(self, limit, staff, hours, expected):
        target = f"target a: response of incidents within {limit} for 90% each month"
        assert codes(target=target, staff=staff, hours=hours) == expected

    def test_closed_hours_of_the_target_do_not_count(self):
        target = "target a: response of incidents within 15 min for 90% each month on office"
        # the office in New York opens when it is 13:00 at the desk, and closes at 23:00
        assert codes(target=target, hours="07:00-12:00") == []
        (one,) = found(target=target, hours="07:00-23:00")
        assert one.label == "nobody comes for 5 h after Mon 18:00"

    def test_limits_in_business_days_are_left_aside(self):
        target = "target a: response of incidents within 1 business day for 90% each month on office"
        assert codes(target=target, hours="00:00-24:00") == []

    def test_tickets_that_begin_without_anybody(self):
        target = "target a: response of laptop requests within 1 h for 90% each month"
        more = (
            "requests for laptop {\n rate 1 per day\n start at parts\n"
            " step parts {\n waits constant(2 h)\n then resolved 100%\n }\n }"
        )
        assert codes(target=target, more=more) == ["SLM623"]
        answered = more.replace("waits", "answers in constant(1 min)\n waits")
        assert codes(target=target, more=answered.replace("step parts", "step parts by crew")) == []


class TestFacts:
    @pytest.mark.parametrize(
        ("target", "expected"),
        [
            ("target up: availability of hosting at least 99% each month", []),
            ("target up: count of outages of mail at most 3 each month", []),
            ("target up: availability of wan at least 99% each month", ["SLM623"]),
            ("target a: count of changes at most 3 each month", ["SLM623"]),
            ("target a: count of P4 incidents at most 3 each month", ["SLM623"]),
            ("target a: mean score of feedback at least 4 each month", ["SLM623"]),
        ],
    )
    def test_what_a_load_brings(self, target, expected):
        assert codes(target=target, after=SOURCES) == expected

    def test_without_the_risk_nothing_fails(self):
        target = "target up: availability of mail at least 99% each month"
        after = "scenario safe {\n  load steady\n  slas gold\n  without risks\n}\n"
        text = after.replace("load steady", "load other")
        assert codes(target=target, after=text) == ["SLM623"]

    def test_what_no_simulation_has_needs_a_source(self):
        for target in (
            "target a: next_reply of incidents within 2 h for 90% each month",
            "target a: updates of incidents every 2 h for 90% each month",
            "target a: availability of mail by events at least 99% each month",
            "target a: p95 of wan.delay at most 30 ms each day",
        ):
            text = {"rate": "rate 5 per day", "staff": "", "hours": "08:00-18:00", "more": "", "after": ""}
            said = read(BASE.format(**text, target=target))[1]
            assert "SLM416" in [each.code for each in said], target


class TestEdits:
    @pytest.mark.parametrize(
        ("edit", "expected"),
        [
            ("set hosting.east crew of 2", []),
            ("set hosting.west crew of 2", ["SLM644"]),
            ("set crew.night agents 3", ["SLM644"]),
            ("set apps lines 3", ["SLM644"]),
            ("set desk lines 3", []),
            ("set other.incidents rate 3 per day", ["SLM644"]),
            ("set steady.incidents rate 3 per day", []),
            ("strike other.flood at 2027-01-01 10:00", ["SLM644"]),
            ("strike power at 2027-01-01 10:00", []),
            ("strike fire at 2027-01-01 10:00", []),
            ("set desk absence 100%", ["SLM620"]),
            ("set gold.fix within 2 h", []),
            ("set steady.incidents rate 0 per day", ["SLM311"]),
            ("incidents in mall * 2", ["SLM203"]),
            ("set desk.dai agents 3", ["SLM203"]),
            ("set gold.fux within 2 h", ["SLM203"]),
            ("incidents * 2 during 2029-01-01 .. 2029-02-01", ["SLM646"]),
            ("incidents * 2 during 2026-12-01 .. 2027-02-01", []),
        ],
    )
    def test_what_they_change(self, edit, expected):
        year = "experiment year {\n  scenarios other_one\n  horizon 2027-01-01 .. 2027-12-31\n}\n"
        assert codes(after=scenario(edit) + year) == expected

    @pytest.mark.parametrize(
        ("target", "bound", "expected"),
        [
            ("target a: mean resolution of incidents at most 5 h each month", "at most 3", ["SLM305"]),
            ("target a: availability of mail at least 99% each month", "at least 3 h", ["SLM305"]),
            ("target a: count of incidents at most 5 each month", "at most 99%", ["SLM305"]),
            ("target a: count of incidents at most 5 each month", "at most 9", []),
            ("target a: p95 of wan.delay at most 30 ms each day", "at most 50 %", ["SLM305"]),
            ("target a: p95 of wan.delay at most 30 ms each day", "at most 1 business day", ["SLM305"]),
            ("target a: p95 of wan.delay at most 30 ms each day", "at most 40 ms", []),
            (FIX.replace("fix", "a"), "at most 3 h", ["SLM305"]),
        ],
    )
    def test_bounds_in_their_unit(self, target, bound, expected):
        assert codes(target=target, after=scenario(f"set gold.a {bound.replace(' %', '%')}")) == expected

    def test_a_goal_or_limit_of_what_has_none_is_left_out(self):
        text = BASE.format(
            rate="rate 5 per day",
            staff="",
            hours="08:00-18:00",
            more="",
            target="target a: count of incidents at most 5 each month",
            after=scenario("set gold.a within 3 h"),
        )
        spec, _ = read(text)
        assert spec.scenarios["other_one"].edits == ()


class TestExperiments:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("vary crew.night agents 1 .. 3", ["SLM653"]),
            ("vary desk.day agents 1 .. 3", []),
            ("vary gold.fix within 1 h .. 2 h", []),
            ("vary gold.fix within 1 h .. 20_000 h step 1 s", ["SLM654"]),
            ("replications until half width of gold <= 2%", []),
            ("warm up", []),
        ],
    )
    def test_what_they_ask(self, line, expected):
        line = "" if line == "warm up" else line
        year = f"experiment year {{\n  scenarios today\n  horizon 2027-01-01 .. 2027-12-31\n  {line}\n}}\n"
        assert codes(after=year) == expected

    def test_two_kinds_of_time(self):
        year = (
            "experiment year {\n  scenarios today\n  horizon 2027-01-01 .. 2027-12-31\n"
            "  vary gold.fix within 1 h .. 3 business days\n}\n"
        )
        assert "SLM305" in codes(after=year)


class TestLoads:
    def test_business_days_where_time_is_plain(self):
        assert codes(staff="on_call otherwise 1 agent after 2 business days") == ["SLM310"]

    def test_steps_of_other_tickets(self):
        more = (
            "requests for laptop {\n rate 1 per day\n start at desk\n"
            " step desk {\n works constant(1 min)\n then steady.incidents.desk 100%\n }\n }"
        )
        assert codes(more=more) == ["SLM657"]

    def test_steps_that_a_load_inherits_are_its_own(self):
        busier = (
            "load busier extends steady {\n  cause quake {\n    every exponential(mean 900 h)\n"
            "    raises geometric(mean 4) P1 incidents over 30 min\n  }\n}\n"
            "scenario hectic from today {\n  load busier\n}\n"
        )
        assert codes(after=busier) == []

    def test_preemption_for_what_never_comes(self):
        assert codes(staff="preempt for P4") == ["SLM630"]
        assert codes(staff="preempt for P1") == []

    def test_a_third_of_the_staff_and_more(self):
        risk = (
            "risk flu {{\n  likelihood 1 per year\n  impact desk staff {} for 2 weeks\n"
            '  owner desk\n  treatment accept "rare"\n}}\n'
        )
        assert codes(after=risk.format("-30%")) == []
        assert codes(after=risk.format("-130%")) == ["SLM302"]
        assert codes(after=risk.format("30%")) == ["SLM643"]


CUT = """
provider us "Us"
team desk "Desk"
service till "Tills"
profile week {
  timezone UTC
  mon..sun 00:00-24:00 1
}
staff desk {
  shift day mon..fri 08:00-18:00 2 agents
  shift late mon..fri 18:00-24:00 2 agents
  on_call otherwise 1 agent for P1 after 5 min
  preempt for P1
}
load steady {
  incidents {
    rate 300 per day
    profile week
    in till 100%
    priority P1 10%, P2 90%
    start at desk
    step desk {
      works for P1 constant(20 min)
      works constant(20 min)
      then resolved 100%
    }
  }
  component till fails every constant(99 h), repaired in constant(1 h)
  cause power "Power" {
    every constant(500 h)
    takes till 100%
    for constant(1 h)
    raises constant(9) P1 incidents in till over 1 h
  }
}
sla gold "Gold" {
  between us and us
  valid 2027-01-01 .. 2027-12-31
  target fix: resolution of P1 incidents within 4 h for 90% each month on always
  target up: availability of till at least 99% each month
}
scenario today {
  load steady
  P1 incidents * 2
  set desk.day agents 3
}
experiment tried {
  scenarios today
  vary desk.late agents 1 .. 3
  horizon 2027-01-01 .. 2027-12-31
}
""".splitlines()
OF_MODEL = range(CUT.index("profile week {"), CUT.index('sla gold "Gold" {'))


class TestWhatCouldNotBeRead:
    """A line of a model that cannot be read is told once; nothing is made of its being away."""

    @pytest.mark.parametrize("broken", [i for i in OF_MODEL if CUT[i].strip() != "}" and "{" not in CUT[i]])
    def test_nothing_else_is_found(self, broken):
        lines = [f"{line} oops" if i == broken else line for i, line in enumerate(CUT)]
        parsed = parse("\n".join(lines), "spec.slm")
        assert [each.code[:4] for each in parsed.diagnostics] == ["SLM1"]
        found = {(each.code, each.message) for each in check([parsed.tree])[1]}
        assert found <= {(each.code, each.message) for each in read("\n".join(CUT))[1]}

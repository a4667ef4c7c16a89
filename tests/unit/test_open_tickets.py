"""Simulations that begin with the open tickets of a log: what is open, where it goes on, and how it is judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import log
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from slmdsl import EventLog, Spec, evaluate, ingest, load, negotiate, simulate
from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import HOUR, to_us
from slmdsl.contract.model.distributions import Solved
from slmdsl.events.known import known_at
from slmdsl.events.vocabulary import Phase
from slmdsl.report.answers import answers_of
from slmdsl.report.offer_file import offer_text
from slmdsl.study.asked.opens import with_open_tickets, with_tickets
from slmdsl.study.asked.setting import SettingError, Wishes, setting_of
from slmdsl.study.kept.places import Place, taken
from slmdsl.study.running.bench import Job, trial_of
from slmdsl.study.running.packed import packed, unpacked
from slmdsl.study.running.study import studied
from slmdsl.workload.carried.open_tickets import open_tickets
from slmdsl.workload.draws.lasting import rest_of, value_of_rest
from slmdsl.workload.draws.values import distribution_table
from tests import studies
from tests.property.test_engines import differing

pytestmark = pytest.mark.compiled

DEMO = Path(__file__).resolve().parents[2] / "models" / "demo"
DAY_0 = datetime(2027, 3, 1, tzinfo=UTC)
HORIZON = date(2027, 3, 1), date(2027, 3, 31)

DESK = """\
provider us "IT"
customer them "Retail"
team desk "Desk" {
  known as "Service Desk*"
}
team apps "Applications"
supplier hostco "Hosting"
service mail "E-mail"

clock counted {
  starts    at opened
  responds  at any_action
  stops     at resolved
  pauses    while wait_customer, wait_supplier
}

sla gold "Gold" {
  between   us and them
  covers    mail
  clock     counted
  valid     2027-01-01 .. 2027-12-31
  timezone  UTC
  target fix: resolution of P1, P2 incidents within 4 h for 50% each month
}

staff desk {
  timezone  UTC
  shift     day mon..sun 06:00-20:00 1 agent
  queue     by deadline
}

staff apps {
  timezone  UTC
  shift     day mon..sun 00:00-24:00 1 agent
}

load quiet {
  incidents {
    rate      2 per day
    in        mail 100%
    priority  P1 50%, P2 50%
    start at desk
    step desk {
      works  30 min
      then   resolved 100%
    }
    step apps {
      works  1 h
      then   hostco 100%
    }
    step hostco {
      waits  10 h
      then   resolved 100%
    }
    waits for customer 0% for 5 h
  }
}

scenario today {
  load  quiet
  slas  gold
}

experiment march {
  scenarios     today
  horizon       2027-03-01 .. 2027-03-31
  replications  3
}
"""

EXPORT = """
source export {
  read      "tickets.csv"
  timezone  UTC
  missing   ""
  ticket    "id"
  kind      incident
  service   mail
  priority  "priority"
  group     "group"
  opened    "opened"
  resolved  "resolved"
}
"""


def at(hours: float) -> datetime:
    """An instant, in hours from the first day."""
    return DAY_0 + timedelta(hours=hours)


def log_of(*tickets: dict, events: tuple = ()) -> EventLog:
    usual = {"kind": "incident", "service": "mail", "priority": "P2", "group": "desk", "resolved": None}
    frame = pl.DataFrame(
        [usual | each for each in tickets], schema_overrides={"resolved": pl.Datetime("us", "UTC")}
    )
    if not events:
        return EventLog.from_frames(frame)
    return EventLog.from_frames(frame, pl.DataFrame(list(events), infer_schema_length=None))


def state(ticket: str, hours: float, to: str, **more) -> dict:
    return {"ticket": ticket, "at": at(hours), "type": "state", "to": to, "phase": to, **more}


def setting_with(log: EventLog, text: str = DESK, **wishes):
    contract = studies.contract_of(text)
    setting = setting_of(contract, "today", Wishes(horizon=HORIZON, **wishes))
    return contract, with_open_tickets(contract, setting, log)


def run_of(log: EventLog, text: str = DESK, engine="fast", number=0):
    contract, setting = setting_with(log, text)
    return trial_of(contract, "today", setting, engine).run(number)


def events_of(run, ticket: str) -> list[tuple[str, datetime]]:
    """The states of a ticket from the first day on: what it becomes, and when."""
    rows = run.log.events.filter(
        (pl.col("ticket") == ticket) & (pl.col("type") == "state") & (pl.col("at") >= DAY_0)
    )
    return list(rows.select("phase", "at").iter_rows())


# What is open


def test_what_is_told_later_is_not_known():
    log = log_of(
        {"ticket": "open", "opened": at(-5), "resolved": at(9)},
        {"ticket": "over", "opened": at(-5), "resolved": at(-1)},
        {"ticket": "at the instant", "opened": at(-5), "resolved": at(0)},
        {"ticket": "new", "opened": at(0)},
        {"ticket": "reopened", "opened": at(-9)},
        {"ticket": "cancelled", "opened": at(-9)},
        events=(
            state("reopened", -8, "resolved"),
            state("reopened", -7, "active"),
            state("reopened", 3, "resolved"),
            state("cancelled", -2, "cancelled"),
            state("cancelled", 4, "active"),
        ),
    )
    found = open_tickets(log, to_us(DAY_0))
    assert found.ids == ("open", "at the instant", "reopened")
    assert found.standing.resolutions.tolist() == [0, 0, 1]
    assert found.past.at_us.max() < to_us(DAY_0)


@pytest.mark.parametrize("day", [date(2027, 2, 1), date(2027, 2, 20), date(2027, 3, 9)])
def test_open_tickets_of_a_log_are_those_that_frames_tell(day):
    log = studies.trial().run(0).log
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC)
    before = log.events.filter(pl.col("at") < instant)
    last = before.filter(pl.col("phase").is_not_null()).group_by("ticket", maintain_order=True).last()
    over = last.filter(pl.col("phase").is_in(["resolved", "closed", "cancelled"]))["ticket"]
    expected = log.tickets.filter((pl.col("opened") < instant) & ~pl.col("ticket").is_in(over.implode()))
    found = open_tickets(log, to_us(instant))
    assert sorted(found.ids) == sorted(expected["ticket"])
    assert len(found.past) == before.filter(pl.col("ticket").is_in(expected["ticket"].implode())).height


def test_open_tickets_of_the_shipped_log_are_those_that_its_columns_tell():
    spec, day = load(DEMO / "service_desk.slm"), datetime(2016, 5, 1)
    found = open_tickets(ingest(spec, "servicenow"), to_us(day.replace(tzinfo=ZoneInfo("America/Sao_Paulo"))))
    rows = pl.read_csv(DEMO / "data" / "incident_event_log.csv.gz", null_values="?", infer_schema_length=0)
    instants = [
        pl.col(name).first().str.to_datetime("%d/%m/%Y %H:%M")
        for name in ("opened_at", "resolved_at", "closed_at")
    ]
    tickets = rows.filter(pl.col("incident_state") != "-100").group_by("number").agg(instants)
    over = (pl.col("resolved_at") < day).fill_null(value=False) | (pl.col("closed_at") < day).fill_null(
        value=False
    )
    expected = tickets.filter((pl.col("opened_at") < day) & ~over)["number"]
    assert len(found) == 1_340
    assert sorted(found.ids) == sorted(expected)


# Where they go on


def test_a_ticket_with_an_hour_left_is_due_in_an_hour():
    log = log_of({"ticket": "late", "opened": at(-3), "priority": "P1"})
    contract, setting = setting_with(log, DESK.replace("06:00-20:00", "12:00-20:00"))
    run = trial_of(contract, "today", setting, "fast").run(0)
    spec = Spec(contract=contract, root=studies.__file__, texts={})
    verdicts = evaluate(spec, run.log, as_of=datetime(2027, 4, 1, tzinfo=UTC)).tickets
    (row,) = verdicts.filter(pl.col("ticket") == "late").to_dicts()
    assert (row["start"], row["due"]) == (at(-3), at(1))
    assert events_of(run, "late") == [("active", at(12)), ("resolved", at(12.5))]


def test_who_is_due_first_is_served_first_by_the_time_that_has_passed():
    log = log_of(
        {"ticket": "young", "opened": at(-1)},
        {"ticket": "paused", "opened": at(-9)},
        {"ticket": "old", "opened": at(-3)},
        {"ticket": "missed", "opened": at(-5)},
        events=(state("paused", -8, "wait_customer"), state("paused", -2, "active")),
    )
    run = run_of(log)
    done = {name: events_of(run, name)[-1][1] for name in ("young", "paused", "old", "missed")}
    assert [name for name, _ in sorted(done.items(), key=lambda item: item[1])] == [
        "old",
        "paused",
        "young",
        "missed",
    ]


def test_waits_go_on():
    log = log_of(
        {"ticket": "customer", "opened": at(-9)},
        {"ticket": "supplier", "opened": at(-9), "group": "apps"},
        {"ticket": "too long", "opened": at(-90)},
        events=(
            state("customer", -3, "wait_customer"),
            state("supplier", -4, "wait_supplier"),
            state("too long", -80, "wait_customer"),
        ),
    )
    run = run_of(log)
    assert events_of(run, "customer")[0] == ("active", at(2))
    assert events_of(run, "supplier") == [("resolved", at(6))]
    assert events_of(run, "too long")[0] == ("active", at(5))


def test_a_ticket_goes_on_with_its_team_and_others_where_the_stream_starts():
    log = log_of(
        {"ticket": "theirs", "opened": at(-1), "group": "apps"},
        {"ticket": "strange", "opened": at(-1), "group": "elsewhere"},
        {"ticket": "internal", "opened": at(-1)},
        events=(state("internal", -0.5, "wait_internal"),),
    )
    run = run_of(log)
    assert events_of(run, "theirs")[:2] == [("active", at(0)), ("wait_supplier", at(1))]
    groups = run.log.events.filter(pl.col("ticket") == "strange", pl.col("type") == "group")
    assert groups.select("group", "at").rows() == [("elsewhere", at(-1)), ("desk", at(0))]
    assert events_of(run, "internal")[0] == ("active", at(0))


def test_what_somebody_has_in_hand_goes_on_where_that_is_done():
    step = "    step desk_in_hand by apps {\n      works  2 h\n      then   resolved 100%\n    }\n"
    log = log_of(
        {"ticket": "begun", "opened": at(-2), "group": "Service Desk North"},
        {"ticket": "untouched", "opened": at(-2), "group": "Service Desk South"},
        events=(
            state("begun", -1, "active", actor="ann"),
            state("untouched", -1, "active", actor_role="system"),
        ),
    )
    run = run_of(log, DESK.replace("    waits for customer", f"{step}    waits for customer"))
    assert events_of(run, "begun") == [("resolved", at(2))]
    groups = run.log.events.filter(pl.col("type") == "group").select("ticket", "group", "at")
    mine = groups.filter(pl.col("ticket").is_in(["begun", "untouched"])).rows()
    assert sorted(mine, key=lambda row: (row[0], row[2])) == [
        ("begun", "desk", at(-2)),
        ("begun", "apps", at(0)),
        ("untouched", "desk", at(-2)),
    ]


def test_what_no_stream_brings_is_left_out_and_listed():
    log = log_of(
        {"ticket": "fine", "opened": at(-1)},
        {"ticket": "till", "opened": at(-1), "service": "till"},
        {"ticket": "urgent", "opened": at(-1), "priority": "P0"},
        {"ticket": "change 1", "opened": at(-1), "kind": "change"},
        {"ticket": "change 2", "opened": at(-2), "kind": "change"},
    )
    contract, setting = setting_with(log, replications=1)
    study = studied(contract, setting)
    carried = study.trials["today"].plan.carried
    assert carried.ids == ("fine",)
    assert dict(carried.left_out) == {
        "the load brings no change": ("change 1", "change 2"),
        "the load brings no incident in `till`": ("till",),
        "the load brings no incident of priority `P0`": ("urgent",),
    }
    assert answers_of(study)[-1] == (
        "`today` starts with 1 open ticket of the log. 4 more have no place in it: 2: the load brings no change"
        " (change 1, change 2); 1: the load brings no incident in `till` (till); 1: the load brings no incident of"
        " priority `P0` (urgent)."
    )


def test_a_log_without_open_tickets_is_an_empty_desk():
    contract, setting = setting_with(log_of({"ticket": "over", "opened": at(-5), "resolved": at(-1)}))
    empty = replace(setting, opens=(), empty=frozenset(["today"]))
    one, other = (trial_of(contract, "today", each, "fast").run(0) for each in (setting, empty))
    assert differing(one.outcome, other.outcome) == []
    assert one.log.tickets.equals(other.log.tickets)


def test_steps_that_are_over_have_acted_and_others_are_to_come():
    ladder = "escalation ladder {\n  at 50% of resolution reassign to apps\n}\n\nstaff desk {"
    text = DESK.replace("staff desk {", ladder).replace("06:00-20:00", "12:00-20:00")
    text = text.replace(
        "  timezone  UTC\n  target fix:", "  timezone  UTC\n  escalation ladder\n  target fix:"
    )
    run = run_of(log_of({"ticket": "old", "opened": at(-3)}, {"ticket": "young", "opened": at(-1)}), text)
    groups = run.log.events.filter(pl.col("type") == "group", pl.col("ticket").is_in(["old", "young"]))
    moved = groups.filter(pl.col("at") >= DAY_0).select("ticket", "group", "at").rows()
    assert moved == [("young", "apps", at(1)), ("young", "hostco", at(2))]


def test_conditions_see_what_is_open_at_the_start():
    called = (
        "contingency help {\n  when  open incidents older than 2 h > 2\n  then  add 2 agents to desk\n"
        "  until open incidents < 1\n}\n\nstaff desk {"
    )
    log = log_of(*({"ticket": f"old {each}", "opened": at(-1 - 0.5 * each)} for each in range(5)))
    run = run_of(log, DESK.replace("staff desk {", called))
    assert run.outcome.called.from_us[0] == to_us(at(0))


def test_a_desk_on_which_nothing_has_a_place_begins_empty():
    run = run_of(log_of({"ticket": "change", "opened": at(-1), "kind": "change"}))
    assert len(run.plan.carried) == 0
    assert run.plan.carried.left_out[0].tickets == ("change",)
    assert "change" not in run.log.tickets["ticket"]


# In studies


@pytest.fixture(scope="module")
def started():
    """A study's contract and setting, with the tickets that a simulated log has open in the middle."""
    contract = studies.contract_of()
    setting = studies.setting(contract, horizon=(date(2027, 3, 1), date(2027, 4, 25)), replications=4)
    return contract, with_open_tickets(contract, setting, studies.trial().run(0).log)


def test_both_engines_and_a_packed_job_make_the_same_log(started):
    contract, setting = started
    job = Job(contract=replace(contract, declarations=()), setting=setting, engine="simpy")
    sent = unpacked(packed(job))
    here = trial_of(contract, "base", setting, "fast").run(1)
    there = trial_of(sent.contract, "base", sent.setting, "simpy").run(1)
    assert len(here.plan.carried) > 20
    assert differing(here.outcome, there.outcome) == []
    assert here.log.tickets.equals(there.log.tickets)
    assert here.log.events.equals(there.log.events)


def test_workers_and_a_journal_change_nothing(started, tmp_path):
    contract, setting = started
    one = studied(contract, setting, workers=1)
    with taken(Place(workers=3, keep=tmp_path / "runs")) as where:
        kept = studied(contract, setting, where=where)
    with taken(Place(workers=2, keep=tmp_path / "runs", resume=True)) as where:
        resumed = studied(contract, setting, where=where)
    assert one.summary.equals(kept.summary)
    assert one.summary.equals(resumed.summary)
    with (
        pytest.raises(ValueError, match="it started with other open tickets"),
        taken(Place(keep=tmp_path / "runs", resume=True)) as where,
    ):
        studied(contract, replace(setting, opens=()), where=where)


def test_the_past_is_in_the_log_as_it_was(started):
    contract, setting = started
    run = trial_of(contract, "base", setting, "fast").run(0)
    real, names = studies.trial().run(0).log, list(run.plan.carried.ids)
    begin = datetime(2027, 2, 28, 23, tzinfo=UTC)
    told = ["ticket", "at", "type", "phase", "group", "actor", "actor_role"]
    before = real.events.filter(pl.col("ticket").is_in(names), pl.col("at") < begin).select(told)
    mine = run.log.events.filter(pl.col("ticket").is_in(names), pl.col("at") < begin).select(told)
    assert before.sort("ticket", maintain_order=True).equals(mine.sort("ticket", maintain_order=True))
    opened = run.log.tickets.filter(pl.col("ticket").is_in(names)).select("ticket", "opened").sort("ticket")
    assert opened.equals(
        real.tickets.filter(pl.col("ticket").is_in(names)).select("ticket", "opened").sort("ticket")
    )


def test_what_was_known_of_the_tickets_is_judged_as_it_was(started):
    """Just before the first day each clock stands as it stood by what the real log held then."""
    contract, setting = started
    run, spec = (
        trial_of(contract, "base", setting, "fast").run(2),
        Spec(contract=contract, root=Path(), texts={}),
    )
    real, just_before = studies.trial().run(0).log, datetime(2027, 2, 28, 22, 59, 59, tzinfo=UTC)
    mine, theirs = (
        evaluate(spec, log, as_of=just_before).tickets.filter(pl.col("ticket").is_in(run.plan.carried.ids))
        for log in (run.log, known_at(real, to_us(just_before)))
    )
    key = ["sla", "target", "ticket", "unit", "cycle"]
    assert mine.height > 50
    assert mine.sort(key).equals(theirs.sort(key))


def test_scenarios_that_begin_otherwise_are_other_desks():
    """All else is the same, and so is the luck of what arrives."""
    text = DESK.replace(
        "experiment march", "scenario bare from today {\n  starts empty\n}\n\nexperiment march"
    )
    text = text.replace("  slas  gold\n}", "  slas  gold\n  starts with open tickets of export\n}") + EXPORT
    contract = studies.contract_of(text.replace("scenarios     today", "scenarios     today, bare"))
    setting = setting_of(contract, "march", Wishes(replications=2))
    setting = with_tickets(contract, setting, {"export": log_of({"ticket": "open", "opened": at(-5)})})
    study = studied(contract, setting)
    assert {each.name: each.desk_of for each in study.trials.values()} == {"today": "today", "bare": "bare"}
    full, bare = (study.log(name).tickets for name in ("today", "bare"))
    assert full["ticket"].to_list() == ["open", *bare["ticket"]]


def test_credits_are_paid_for_what_was_open():
    paying = "  fee EUR 900 each month\n  credit fix pays EUR 20 per miss\n"
    assumes = "  assumes incidents at most 5_000 each month, above it no credits\n"
    log = log_of(*({"ticket": f"old {each}", "opened": at(-3.9)} for each in range(40)))
    paid = []
    for more in (paying, paying + assumes):
        contract, setting = setting_with(log, DESK.replace("  target fix:", f"{more}  target fix:"))
        paid.append(trial_of(contract, "today", setting, "fast").replication(0).judgement.credits)
    assert paid[0] == paid[1]
    assert sum(paid[0].values()) >= 39 * 20 * 100


def test_a_start_is_refused_with_a_warm_up_and_without_its_tickets():
    text = DESK.replace("slas  gold", "slas  gold\n  starts with open tickets of export") + EXPORT
    contract = studies.contract_of(text)
    with pytest.raises(SettingError, match="they are its warm-up"):
        setting_of(contract, "today", Wishes(warm_up_us=HOUR))
    setting = setting_of(contract, "today", Wishes())
    assert setting.warm_up_us == 0
    with pytest.raises(SettingError, match="which has not been read"):
        trial_of(contract, "today", setting, "fast")
    begun = with_tickets(contract, setting, {"export": log_of({"ticket": "open", "opened": at(-5)})})
    assert trial_of(contract, "today", begun, "fast").plan.carried.ids == ("open",)


def project_at(folder: Path, text: str = DESK) -> Path:
    """Write a text whose experiment starts with the open ticket of an export."""
    (folder / "desk.slm").write_text(
        text.replace("replications  3", "replications  3\n  starts with open tickets of export") + EXPORT
    )
    (folder / "tickets.csv").write_text(
        "id,priority,group,opened,resolved\n"
        "A,P1,Service Desk North,2027-02-28 23:00,2027-03-02 10:00\n"
        "B,P2,Service Desk South,2027-02-27 23:00,2027-02-28 10:00\n"
    )
    return folder


def test_a_text_names_its_source(tmp_path):
    study = simulate(load(project_at(tmp_path)), "march")
    assert study.trials["today"].plan.carried.ids == ("A",)
    assert answers_of(study)[-1] == "`today` starts with 1 open ticket of export."
    assert study.log("today").tickets["ticket"][0] == "A"


def test_an_offer_starts_as_what_was_asked(tmp_path):
    text = DESK.replace("within 4 h for 50%", "within 2 h for 90%")
    talks = negotiate(load(project_at(tmp_path, text)), "gold", staff=False)
    said = offer_text(
        talks, command="slm negotiate", version="1", imports=["desk.slm"], taken=["today"], file="offer.slm"
    )
    assert "\n  starts with open tickets of export\n" in said


def test_a_log_may_be_given_instead():
    spec = Spec(contract=studies.contract_of(DESK), root=studies.__file__, texts={})
    study = simulate(spec, "march", open_tickets=log_of({"ticket": "open", "opened": at(-5)}))
    assert study.trials["today"].plan.carried.phase.tolist() == [Phase.NEW]


# What is left of a time


def test_the_rest_of_an_exponential_is_the_whole():
    table = distribution_table([Solved(family="exponential", parameters=(7.0,), unit="time", span=NOWHERE)])
    rest = rest_of(table, 0, 14.0)
    assert rest.share == pytest.approx(np.exp(-2))
    assert value_of_rest(table, rest, 0.5, 0.0) - 14 == pytest.approx(7 * log(2))


def test_nothing_is_left_of_what_is_over():
    table = distribution_table([Solved(family="uniform", parameters=(2.0, 4.0), unit="time", span=NOWHERE)])
    assert not rest_of(table, 0, 4.0).parts
    assert value_of_rest(table, rest_of(table, 0, 3.0), 0.5, 0.0) == pytest.approx(3.5)

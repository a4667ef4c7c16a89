"""The worked agreements on a generated year and a half: every promise is judged, nothing is left over."""

from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl
import pytest

from slmdsl import EventLog, evaluate, load
from tests.unit.test_report_words import EXAMPLES

BEGIN = datetime(2027, 1, 1, tzinfo=UTC)
DAYS = 500
SITES = ("Utrecht", "Gent", None)


def _ticket(random, number):
    """One ticket and its events: messages, stays in groups, pauses, a resolution, sometimes a reopening."""
    opened = BEGIN + timedelta(minutes=random.randrange(DAYS * 24 * 60))
    name, at = f"T{number}", opened
    laptop = random.random() < 0.1
    ticket = {
        "ticket": name,
        "kind": "laptop" if laptop else "incident",
        "service": random.choice(("email", "till", "wan", "hosting")),
        "priority": random.choice(("P1", "P2", "P3", "P3")),
        "opened": opened,
        "group": "desk",
        "customer": "acme",
        "site": random.choice(SITES),
        "channel": random.choice(("phone", "web", "walk-in", None)),
        "caused_by": random.choice(("customer", "change", None, None)),
    }
    events = [(name, at, "created", None, None, "customer", None)]
    for _ in range(random.randrange(5)):
        at += timedelta(minutes=random.randrange(1, 300))
        events.append(
            random.choice(
                (
                    (name, at, "message", None, None, "agent", True),
                    (name, at, "message", None, None, "customer", True),
                    (
                        name,
                        at,
                        "group",
                        None,
                        random.choice(("desk", "App support", "V5-3", "hostco")),
                        "agent",
                        None,
                    ),
                    (name, at, "state", "wait_customer", None, "agent", None),
                    (name, at, "state", "active", None, "agent", None),
                )
            )
        )
    if random.random() < 0.9:
        at += timedelta(minutes=random.randrange(1, 3000))
        events.append((name, at, "state", "resolved", None, "agent", None))
        if random.random() < 0.05:
            events.append((name, at + timedelta(hours=2), "state", "active", None, "customer", None))
            events.append((name, at + timedelta(hours=5), "state", "resolved", None, "agent", None))
    return ticket, events


def _outages(random):
    starts = sorted(BEGIN + timedelta(minutes=random.randrange(DAYS * 24 * 60)) for _ in range(60))
    return pl.DataFrame(
        {
            "service": [random.choice(("email", "till", "wan", "hosting.east")) for _ in starts],
            "start": starts,
            "end": [start + timedelta(minutes=random.randrange(1, 300)) for start in starts],
            "planned": [random.random() < 0.2 for _ in starts],
            "cause": [random.choice(("force_majeure", "power", None)) for _ in starts],
            "data_loss": [timedelta(minutes=random.randrange(20)) for _ in starts],
        },
        schema_overrides={"cause": pl.String},
    )


def _samples(random):
    hours = [BEGIN + timedelta(hours=hour) for hour in range(DAYS * 24)]
    checkout = pl.DataFrame(
        {
            "service": "till",
            "metric": "checkout_ms",
            "at": hours,
            "value": [random.lognormvariate(6, 0.4) for _ in hours],
        }
    )
    up = pl.DataFrame(
        {
            "service": "till",
            "metric": "up",
            "at": hours,
            "value": [float(random.random() < 0.999) for _ in hours],
        }
    )
    return pl.concat([checkout, up])


@pytest.fixture(scope="module")
def log():
    random = Random(2027)
    told = [_ticket(random, number) for number in range(4000)]
    columns = ("ticket", "at", "type", "phase", "group", "actor_role", "public")
    events = pl.DataFrame([row for _, rows in told for row in rows], schema=list(columns), orient="row")
    feedback = pl.DataFrame(
        {
            "ticket": [ticket["ticket"] for ticket, _ in told[:1500]],
            "service": [ticket["service"] for ticket, _ in told[:1500]],
            "at": [ticket["opened"] + timedelta(days=1) for ticket, _ in told[:1500]],
            "score": [float(random.randrange(1, 6)) for _ in range(1500)],
        }
    )
    return EventLog.from_frames(
        pl.DataFrame([ticket for ticket, _ in told], infer_schema_length=None),
        events,
        samples=_samples(random),
        outages=_outages(random),
        feedback=feedback,
    )


@pytest.fixture(scope="module")
def verdicts(log):
    return evaluate(load(EXAMPLES), log)


def test_no_promise_is_left_over(verdicts):
    targets = verdicts.targets
    left = targets.filter(pl.col("verdict").is_in(["not_evaluated", "not_modelled"]))
    assert left.select("sla", "target").unique().rows() == []
    assert verdicts.not_evaluated == ()


def test_every_target_is_judged_in_most_of_its_periods(verdicts):
    over = verdicts.targets.filter(pl.col("verdict") != "running")
    judged = over.group_by("sla", "target").agg(
        pl.col("verdict").is_in(["met", "missed"]).mean().alias("share")
    )
    assert judged.filter(pl.col("share") < 0.5).rows() == []
    assert judged.height == 28


def test_credits_are_paid_in_money_and_points_with_their_arithmetic(verdicts):
    paid = verdicts.credits
    assert paid.filter(pl.col("sla") == "acme_gold")["amount_minor"].drop_nulls().sum() > 0
    assert paid.filter(pl.col("sla") == "acme_basic")["points"].drop_nulls().sum() > 0


def test_escalations_fired_and_alerts_with_them(verdicts):
    fired = verdicts.escalations
    assert {"owner", "acme_gold"} - set(fired["to"].to_list() + fired["sla"].to_list()) <= {"owner"}
    assert fired.height > 100
    assert fired["at"].max() <= datetime.fromtimestamp(verdicts.as_of_us / 1e6, tz=UTC)

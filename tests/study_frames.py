"""Frames of studies as they come out of `slmdsl.study`, made up, for what pictures and pages show of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import product
from math import exp
from types import SimpleNamespace

import polars as pl

from tests.studies import contract_of

INSTANT = pl.Datetime("us", "UTC")
LENGTH = pl.Duration("us")
FLOAT, WORD, COUNT = pl.Float64, pl.String, pl.Int64

SUMMARY = {
    **dict.fromkeys(("scenario", "sla", "target"), WORD),
    **dict.fromkeys(("replications", "judged"), COUNT),
    **dict.fromkeys(("chance", "low", "high", "throughout", "throughout_low", "throughout_high"), FLOAT),
    **dict.fromkeys(("attained", "attained_low", "attained_high"), FLOAT),
    "note": WORD,
    "wanted": FLOAT,
    "decision": WORD,
}
PERIODS = {
    **dict.fromkeys(("scenario", "sla", "target", "part", "period"), WORD),
    **dict.fromkeys(("from", "to"), INSTANT),
    **dict.fromkeys(("replications", "judged", "kept"), COUNT),
    **dict.fromkeys(("share", "attained", "least", "most"), FLOAT),
}
VARIANTS = {
    "scenario": WORD,
    "base": WORD,
    "cost_minor": COUNT,
    "currency": WORD,
    "replications": COUNT,
    "state": WORD,
}
POINTS = {"scenario": WORD, "dimension": WORD, "words": WORD, "number": FLOAT, "unit": WORD}
DIFFERENCES = {
    **dict.fromkeys(("scenario", "against", "sla", "target", "figure"), WORD),
    **dict.fromkeys(("difference", "low", "high", "ratio"), FLOAT),
    "replications": COUNT,
}
CREDITS = {
    **dict.fromkeys(("scenario", "sla", "currency"), WORD),
    "replications": COUNT,
    **dict.fromkeys(("mean_minor", "low_minor", "high_minor", "p95_minor", "p95_low_minor"), FLOAT),
    **dict.fromkeys(("p95_high_minor", "free"), FLOAT),
}
MISSED = {
    **dict.fromkeys(("scenario", "sla", "target"), WORD),
    **dict.fromkeys(("judged", "missed"), FLOAT),
    **dict.fromkeys(("waiting", "working", "closed", "customer", "supplier", "resolved"), LENGTH),
}
UTILISATION = {"scenario": WORD, "group": WORD, "hour": COUNT, "agents": FLOAT, "utilisation": FLOAT}
ESCALATIONS = {
    **dict.fromkeys(("scenario", "sla"), WORD),
    "step": COUNT,
    **dict.fromkeys(("rule", "to"), WORD),
    **dict.fromkeys(("per_month", "per_night"), FLOAT),
}
FRAMES = {
    "summary": SUMMARY,
    "periods": PERIODS,
    "variants": VARIANTS,
    "points": POINTS,
    "differences": DIFFERENCES,
    "credits": CREDITS,
    "missed": MISSED,
    "utilisation": UTILISATION,
    "escalations": ESCALATIONS,
}
GOLD = "acme_gold"
TARGETS = ("p1_fix", "p2_fix", "mail_up")
PROMISES = """\
provider us "Our IT"
customer them "Retail <script>alert(1)</script> & sons"
team desk "Service desk"
service mail "E-mail" {
  owner desk
}
clock counted {
  starts    at opened
  responds  at any_action
  stops     at resolved
  runs      on always
}
sla acme_gold "Managed <script>alert(2)</script> workplace" {
  between   us and them
  clock     counted
  timezone  Europe/Amsterdam
  target p1_fix:   resolution of P1 incidents within 4 h for 90% each month
  target p2_fix:   resolution of P2 incidents within 8 h for 88%, from 2027-07-01 for 90% each month
  target mail_up:  availability of mail at least 92% each month
  target mttr:     mean resolution of incidents at most 6 h each quarter
  target tills_ms: count of P1 incidents at most 40 each month
}
"""


def frame(name, rows=()):
    """Return a frame of a study with these rows; columns that a row does not name are null."""
    return pl.DataFrame(list(rows), schema=FRAMES[name], orient="row")


def chance_row(scenario, target, chance, *, half=0.06, sla=GOLD, wanted=None, decision=None, judged=480):
    low, high = (None, None) if chance is None else (max(0.0, chance - half), min(1.0, chance + half))
    return {
        "scenario": scenario,
        "sla": sla,
        "target": target,
        "replications": 40,
        "judged": 0 if chance is None else judged,
        "chance": chance,
        "low": low,
        "high": high,
        "throughout": chance,
        "throughout_low": low,
        "throughout_high": high,
        "attained": chance,
        "note": "not modelled: nothing is measured" if chance is None else "",
        "wanted": wanted,
        "decision": decision,
    }


def months(scenario, target, base, *, swing=0.03):
    """Yield a year of periods that are kept less and less."""
    for month in range(1, 13):
        begins = datetime(2027, month, 1, tzinfo=UTC) - timedelta(hours=1)
        ends = datetime(2027 + month // 12, month % 12 + 1, 1, tzinfo=UTC) - timedelta(hours=1)
        level = base - swing * month / 12
        yield {
            "scenario": scenario,
            "sla": GOLD,
            "target": f"{GOLD}.{target}",
            "period": f"2027-{month:02d}",
            "from": begins,
            "to": ends,
            "replications": 40,
            "judged": 40,
            "kept": 40 - 2 * month,
            "share": (40 - 2 * month) / 40,
            "attained": level,
            "least": level - swing,
            "most": min(1.0, level + swing),
        }


def scenarios_study(names=("today", "black_friday", "tighter_p1", "two_more"), **frames):
    """Return a study of some scenarios side by side; `frames` replace those that are made up."""
    chances = {
        (name, target): min(0.98, 0.55 + 0.09 * place + 0.1 * number)
        for number, name in enumerate(names)
        for place, target in enumerate(TARGETS)
    }
    summary = [
        row
        for name in names
        for row in (
            chance_row(name, GOLD, chances[name, "p1_fix"] - 0.1, wanted=0.8, decision="fails"),
            *(chance_row(name, f"{GOLD}.{target}", chances[name, target]) for target in TARGETS),
            chance_row(name, f"{GOLD}.tills_ms", None),
        )
    ]
    made = {
        "summary": summary,
        "periods": [
            row
            for number, name in enumerate(names)
            for target in TARGETS
            for row in months(name, target, 0.9 + 0.02 * number)
        ],
        "variants": [
            {"scenario": name, "base": name, "cost_minor": 12_841_200, "currency": "EUR", "state": "run"}
            for name in names
        ],
        "differences": [
            {
                "scenario": name,
                "against": names[0],
                "sla": GOLD,
                "target": GOLD,
                "figure": figure,
                "difference": (-0.3, 0.02, 0.18, -0.07, 0.05, 0.11)[number % 6],
                "low": (-0.35, -0.04, 0.12, -0.12, 0.01, 0.06)[number % 6],
                "high": (-0.24, 0.08, 0.25, -0.01, 0.09, 0.16)[number % 6],
                "ratio": 3.0,
                "replications": 40,
            }
            for number, name in enumerate(names[1:])
            for figure in ("chance", "attained")
        ],
        "credits": [
            {
                "scenario": name,
                "sla": GOLD,
                "currency": "EUR",
                "replications": 40,
                "mean_minor": 480_000.0 * (number + 1),
                "low_minor": 410_000.0 * (number + 1),
                "high_minor": 575_000.0 * (number + 1),
                "p95_minor": 1_150_000.0 * (number + 1),
                "p95_low_minor": 990_000.0 * (number + 1),
                "p95_high_minor": None if number == 1 else 1_420_000.0 * (number + 1),
                "free": 0.25 / (number + 1),
            }
            for number, name in enumerate(names)
        ],
        "missed": [
            {
                "scenario": name,
                "sla": GOLD,
                "target": f"{GOLD}.{target}",
                "judged": 512.4,
                "missed": 41.3,
                "waiting": timedelta(hours=3.2 + number),
                "working": timedelta(hours=1.4),
                "closed": timedelta(hours=12 * place),
                "customer": timedelta(hours=0.3),
                "supplier": timedelta(hours=2.2 * place),
                "resolved": timedelta(minutes=12),
            }
            for number, name in enumerate(names)
            for place, target in enumerate(TARGETS)
        ],
        "utilisation": [
            {
                "scenario": name,
                "group": group,
                "hour": hour,
                "agents": 2.0 if on else 0.0,
                "utilisation": 0.35 + 0.05 * (hour % 24 - 7) if on else None,
            }
            for name in names
            for group in ("desk", "apps")
            for hour in range(168)
            for on in (hour < 120 and 7 <= hour % 24 < 19,)
        ],
        "escalations": [
            {
                "scenario": name,
                "sla": GOLD,
                "step": step,
                "rule": rule,
                "to": to,
                "per_month": 10.0 * step,
                "per_night": 0.08 * step * (number + 1),
            }
            for number, name in enumerate(names)
            for step, rule, to in (
                (1, "at 50% of response", "apps"),
                (2, "at 75% of resolution", "apps.lead"),
                (3, "30 min before due of resolution", "duty.manager@globex.example"),
            )
        ],
    }
    return study_of(names, made | frames)


def study_of(names, frames, best=None):
    """Return what pictures and pages ask a study for."""
    found = {name: frame(name, frames.get(name, ())) for name in FRAMES}
    setting = SimpleNamespace(
        name="negotiation",
        first=date(2027, 1, 1),
        last=date(2027, 12, 31),
        replications=40,
        seed=2027,
        confidence=Fraction(95, 100),
        like=None,
        warm_up_us=28 * 86_400_000_000,
    )
    tallies = {name: SimpleNamespace(replications=40, costs={}) for name in names}
    judge = SimpleNamespace(agreements=tuple(contract_of(PROMISES).agreements.values()))
    trials = {name: SimpleNamespace(judge=judge, plan=None) for name in names}
    search = None if best is None else SimpleNamespace(best=SimpleNamespace(name=best))
    return SimpleNamespace(
        setting=setting, tallies=tallies, trials=trials, search=search, interrupted=False, **found
    )


def s_curve(value, middle, width=1.0):
    return 1 / (1 + exp(-(value - middle) / width))


def limit_study(bases=("today", "two_more"), wanted=0.8):
    """Return a study of one limit from 1 h to 8 h."""
    limits = [0.5 * step for step in range(2, 17)]
    names, frames = [], {"summary": [], "points": [], "variants": []}
    for number, base in enumerate(bases):
        for limit in limits:
            words = f"{limit:g} h"
            name = f"{base}: {GOLD}.p1_fix within {words}"
            names.append(name)
            fix = s_curve(limit, 3.5 - number, 0.8)
            frames["summary"] += [
                chance_row(name, GOLD, 0.95 * fix, wanted=wanted, decision="keeps" if fix > 0.9 else "fails"),
                chance_row(name, f"{GOLD}.p1_fix", fix),
            ]
            frames["points"].append(
                {
                    "scenario": name,
                    "dimension": f"{GOLD}.p1_fix within",
                    "words": words,
                    "number": limit,
                    "unit": "h",
                }
            )
            frames["variants"].append(
                {"scenario": name, "base": base, "cost_minor": 12_841_200, "currency": "EUR", "state": "run"}
            )
    return study_of(names, frames)


def staff_study(dimensions, *, wanted=0.8, base="today"):
    """Return a search over headcounts: `dimensions` are names with their values."""
    names, frames = [], {"summary": [], "points": [], "variants": []}
    for values in product(*dimensions.values()):
        words = ", ".join(f"{name} {value}" for name, value in zip(dimensions, values, strict=True))
        name = f"{base}: {words}"
        names.append(name)
        heads = sum(values)
        overloaded = heads == sum(min(each) for each in dimensions.values())
        chance = s_curve(heads, sum((min(each) + max(each)) / 2 for each in dimensions.values()), 1.4)
        decision = "keeps" if chance > wanted + 0.05 else "fails" if chance < wanted - 0.05 else "too_close"
        if not overloaded:
            frames["summary"].append(chance_row(name, GOLD, chance, wanted=wanted, decision=decision))
        frames["points"] += [
            {
                "scenario": name,
                "dimension": dimension,
                "words": str(value),
                "number": float(value),
                "unit": "",
            }
            for dimension, value in zip(dimensions, values, strict=True)
        ]
        frames["variants"].append(
            {
                "scenario": name,
                "base": base,
                "cost_minor": 780_000 * heads + 10_000 * values[0],
                "currency": "EUR",
                "replications": 0 if overloaded else 40,
                "state": "overloaded" if overloaded else "run",
            }
        )
    keeping = {row["scenario"] for row in frames["summary"] if row["decision"] == "keeps"}
    kept = [row for row in frames["variants"] if row["scenario"] in keeping]
    best = min(kept, key=lambda row: row["cost_minor"], default=None)
    return study_of(names, frames, best and best["scenario"])

"""Time-weighted uptime of real monitored web sites against what their monitor published."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import to_us
from slmdsl.calendars import ALWAYS
from slmdsl.contract.model.agreements import Availability, CalendarPeriod, Dated, PeriodUnit
from slmdsl.evaluate.availability.facts import UP, uptime_facts
from slmdsl.evaluate.availability.minutes import count_uptime
from slmdsl.evaluate.availability.uptime import Uptime
from slmdsl.events.columns import HOLD_UNTIL_NEXT, Coded, Outages, Samples
from slmdsl.rules.availability import uptime_rule
from slmdsl.rules.periods import periods_of

FOLDER = Path(__file__).parents[1] / "data" / "uptime-digital-editions"
LAST = datetime(2026, 8, 21, 23, 5, 11, tzinfo=UTC)

# The names that the folder's README calls sound.
SOUND = [
    "Annemarie Schwarzenbach DAV",
    "Annemarie Schwarzenbach. Digitale Edition der Kleinen Formen und Briefe",
    "Arcipelago Ceresa",
    "Arcipelago Ceresa IIIF presentation API",
    "Brandans Meerfahrt",
    "Digital Editions – University of Bern",
    "Gossembrot Bibliothek",
    "Parzival",
    "Parzival (Redirect to parzival.digitaleditions.ch)",
    "Parzival API",
    "Parzival legacy",
    "Parzival – Cgm 19",
    "Parzival – Cod 857",
    "Parzival – Cod AA91",
    "Parzival – Rappoltstein",
    "Parzival – Schwerin",
    "Parzival – Zürcher Skriptorium",
    "RdL – République des Lettres (CodiMD)",
    "RdL – hallerNet (data)",
    "ReSED – Re-use of editions and text collections",
    "Wellcome Schreiber",
]


@pytest.fixture(scope="module")
def samples():
    frame = pl.read_csv(FOLDER / "status_samples.csv.gz").with_columns(
        pl.col("observed_at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us"),
        pl.col("service").str.strip_chars(),
    )
    names = frame["service"].unique().sort()
    frame = frame.sort("service", "observed_at", maintain_order=True)
    codes = frame["service"].replace_strict(names, range(len(names)), return_dtype=pl.Int32)
    return Samples(
        service=Coded(codes=codes.to_numpy(), values=tuple(names)),
        metric=Coded(codes=np.zeros(len(frame), dtype=np.int32), values=("up",)),
        at_us=frame["observed_at"].cast(pl.Int64).to_numpy(),
        value=(frame["state"] == "up").cast(pl.Float64).to_numpy(),
        hold_us=np.full(len(frame), HOLD_UNTIL_NEXT),
    )


@pytest.fixture(scope="module")
def published():
    rows = json.loads((FOLDER / "publisher_summary.json").read_text(encoding="utf-8"))
    return {row["name"]: float(row["uptime"].rstrip("%")) for row in rows}


def measured(samples, name):
    """Return the uptime of a name in percent, from its first sample to the file's last."""
    service = SimpleNamespace(name=name, hours=ALWAYS, maintenance=(), components=(), needs=None)
    goal = Dated(values=((None, Fraction(999, 1000), NOWHERE),))
    form = Availability(services=(name,), method="minutes", goal=goal, maintenance="counts", unknown=None)
    agreement = SimpleNamespace(
        zone="UTC",
        month_day=1,
        month_overflow="clamp",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        exclusions=(),
    )
    target = SimpleNamespace(form=form, period=CalendarPeriod(unit=PeriodUnit.YEAR))
    rule = uptime_rule(target, agreement, SimpleNamespace(services={name: service}))
    as_of_us = to_us(LAST)
    periods = periods_of(target, agreement, int(samples.at_us.min()), as_of_us + 1)
    facts = uptime_facts(samples, Outages.empty(), as_of_us)
    uptime = Uptime.of(rule, facts, samples, Outages.empty(), periods, as_of_us)
    counts = count_uptime(uptime.timeline, periods, as_of_us)
    mine = samples.service.codes == samples.service.values.index(name)
    assert counts.known_us[0] == as_of_us - int(samples.at_us[mine].min())
    return 100 * counts.up[0] / (counts.known_us[0] * UP)


@pytest.mark.parametrize("name", SOUND)
def test_uptime_agrees_with_the_publisher_to_two_hundredths_of_a_point(samples, published, name):
    assert measured(samples, name) == pytest.approx(published[name], abs=0.02)

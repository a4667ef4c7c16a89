import importlib.resources
import struct
import zoneinfo
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from slmdsl.base.units import SECOND, to_us
from slmdsl.calendars.zones import _SAMPLE_S, local_to_us, new_year_us, offsets

ZONES = sorted(zoneinfo.available_timezones() - {"localtime"})
HEADER = 44


def tz_data(zone):
    """Return the file that zoneinfo reads for a zone: the system's, else the tzdata package's."""
    paths = [Path(folder, zone) for folder in zoneinfo.TZPATH if Path(folder, zone).is_file()]
    packaged = importlib.resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    return (paths[0] if paths else packaged).read_bytes()


def recorded_changes(zone):
    """Return the offset before all changes, and (second, offset after) of each change that tz data lists by instant."""
    raw = tz_data(zone)

    def counts(at):
        return struct.unpack(">6l", raw[at + 20 : at + HEADER])

    is_ut, is_std, leap, times, types, letters = counts(0)
    at = HEADER + times * 5 + types * 6 + letters + leap * 8 + is_std + is_ut
    _, _, _, times, types, _ = counts(at)
    at += HEADER
    seconds = struct.unpack(f">{times}q", raw[at : at + 8 * times])
    kinds = raw[at + 8 * times : at + 9 * times]
    at += 9 * times
    known = [struct.unpack(">l", raw[at + 6 * kind : at + 6 * kind + 4])[0] for kind in range(types)]
    shown = known[0]
    changes = []
    for second, kind in zip(seconds, kinds, strict=True):
        if known[kind] != shown:
            shown = known[kind]
            changes.append((second, shown))
    return known[0], changes


def test_no_two_changes_of_any_zone_are_closer_than_two_samples():
    begin_s = new_year_us(1900) // SECOND
    gaps = [
        (after - before, zone)
        for zone in ZONES
        for (before, _), (after, _) in pairwise(recorded_changes(zone)[1])
        if before >= begin_s
    ]
    assert min(gaps) > (_SAMPLE_S, "")


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Amsterdam", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Apia",
        "Africa/Casablanca", "Africa/Monrovia", "America/New_York", "America/St_Johns", "America/Recife", "Asia/Gaza",
        "Antarctica/Troll", "Asia/Kathmandu", "Etc/GMT+3", "UTC",
    ],
)  # fmt: skip
def test_changes_are_those_of_tz_data_to_the_second(zone):
    first, changes = recorded_changes(zone)
    stretches, shown = offsets(zone, 1900, 2200)
    begin_s = new_year_us(1900) // SECOND
    inside = [(second * SECOND, offset * SECOND) for second, offset in changes if second > begin_s]
    before = [offset for second, offset in changes if second <= begin_s]
    found = list(zip(stretches.starts_us[1:].tolist(), shown[1:].tolist(), strict=True))
    assert shown[0] == (before[-1] if before else first) * SECOND
    assert found[: len(inside)] == inside


@pytest.mark.parametrize(
    "zone",
    ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "Africa/Cairo"],
)
def test_offsets_go_on_by_rule(zone):
    stretches, shown = offsets(zone, 2000, 2150)
    clock = ZoneInfo(zone)
    for start_us, offset_us in zip(stretches.starts_us[1:].tolist(), shown[1:].tolist(), strict=True):
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=start_us)
        assert at.astimezone(clock).utcoffset() == timedelta(microseconds=offset_us)
        assert (at - timedelta(seconds=1)).astimezone(clock).utcoffset() != timedelta(microseconds=offset_us)
    assert len(shown) > 280


def test_every_zone_agrees_with_zoneinfo_at_random_instants():
    random = np.random.default_rng(5)
    for zone in ZONES[::12]:
        stretches, shown = offsets(zone, 1970, 2040)
        for at_s in random.integers(0, new_year_us(2040) // SECOND, 60).tolist():
            place = np.searchsorted(stretches.starts_us, at_s * SECOND, side="right") - 1
            expected = datetime.fromtimestamp(at_s, ZoneInfo(zone)).utcoffset()
            assert timedelta(microseconds=int(shown[place])) == expected


def test_an_unknown_zone_is_refused():
    with pytest.raises(zoneinfo.ZoneInfoNotFoundError):
        offsets("Europe/Atlantis", 2000, 2001)


def test_a_local_time_that_occurs_twice_is_the_first_unless_it_says_otherwise():
    zone = ZoneInfo("Europe/Amsterdam")
    twice = datetime(2027, 10, 31, 2, 30)
    assert local_to_us(twice, zone) == to_us(datetime(2027, 10, 31, 0, 30, tzinfo=UTC))
    assert local_to_us(twice.replace(fold=1), zone) == to_us(datetime(2027, 10, 31, 1, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/Amsterdam", datetime(2027, 3, 28, 2, 0)),
        ("Europe/Amsterdam", datetime(2027, 3, 28, 2, 59, 59, 999_999)),
        ("Pacific/Apia", datetime(2011, 12, 30, 12, 0)),
        ("America/Sao_Paulo", datetime(2018, 11, 4, 0, 30)),
    ],
)
def test_a_local_time_that_does_not_exist_is_named(zone, local):
    with pytest.raises(ValueError, match=f"{local} does not exist in {zone}"):
        local_to_us(local, ZoneInfo(zone))


def test_the_edges_of_a_gap_exist():
    zone = ZoneInfo("Europe/Amsterdam")
    before = local_to_us(datetime(2027, 3, 28, 1, 59, 59, 999_999), zone)
    assert local_to_us(datetime(2027, 3, 28, 3, 0), zone) == before + 1

"""Calendars by their names, computed when they are asked for."""

from __future__ import annotations

import slmdsl as slm
from slmdsl.base.shipped import shipped


def test_there_are_as_many_calendars_as_are_declared_and_always():
    calendars = slm.load(shipped("models") / "starter").calendars
    assert len(calendars) == len(list(calendars)) >= 2
    assert "always" in calendars
    assert calendars["always"].is_open_us(0)

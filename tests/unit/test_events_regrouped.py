"""Groups by other names: several words of an export may stand for one team."""

from __future__ import annotations

from datetime import UTC, datetime

from slmdsl.events.log import EventLog
from slmdsl.events.regrouped import regrouped

DAY = datetime(2027, 3, 1, tzinfo=UTC)
LOG = EventLog.from_frames(
    {
        "ticket": ["a", "b", "c"],
        "kind": ["incident"] * 3,
        "service": ["mail"] * 3,
        "priority": ["P1"] * 3,
        "group": ["Group 1", "Group 2", None],
        "opened": [DAY] * 3,
    },
    {
        "ticket": ["a", "b", "c"],
        "at": [DAY.replace(hour=1)] * 3,
        "type": ["group"] * 3,
        "group": ["Group 2", "Group 3", "Group 3"],
    },
)


def test_groups_go_by_other_names():
    found = regrouped(LOG, {"Group 1": "desk", "Group 2": "rest", "Group 3": "rest", "Group 9": "no"})
    assert found.tickets["group"].to_list() == ["desk", "rest", None]
    assert found.events["group"].to_list() == ["rest", "rest", "rest"]
    assert found.ticket_columns.group.values == ("desk", "rest")
    assert found.tickets.drop("group").equals(LOG.tickets.drop("group"))


def test_a_log_without_such_groups_is_the_same():
    assert regrouped(LOG, {"Group 9": "desk", "Group 1": "Group 1"}) is LOG

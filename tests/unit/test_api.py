"""The public functions refuse what they cannot mean."""

from datetime import UTC, date, datetime

import pytest

from slmdsl import EventLog, evaluate, explain, load
from slmdsl.base.shipped import shipped


@pytest.fixture(scope="module")
def spec():
    return load(shipped("models") / "demo")


@pytest.fixture(scope="module")
def log():
    one = {"ticket": ["A"], "kind": ["incident"], "service": ["it"], "priority": ["P1"]}
    return EventLog.from_frames(one | {"opened": [datetime(2016, 3, 1, 9, tzinfo=UTC)]})


@pytest.mark.parametrize(
    ("as_of", "error", "words"),
    [
        (date(2016, 4, 1), TypeError, "an aware datetime"),
        ("2016-04-01", TypeError, "an aware datetime"),
        (datetime(2016, 4, 1), ValueError, "has no time zone"),
    ],
)
def test_as_of_is_an_aware_datetime(spec, log, as_of, error, words):
    with pytest.raises(error, match=words):
        evaluate(spec, log, as_of=as_of)
    with pytest.raises(error, match=words):
        explain(spec, log, ticket="A", as_of=as_of)


def test_names_that_nothing_has_are_refused(spec, log):
    with pytest.raises(KeyError, match="no agreement is called"):
        evaluate(spec, log, sla="gold")
    with pytest.raises(KeyError, match="no ticket"):
        explain(spec, log, ticket="B")

"""Clocks and the hours they run in, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.contract.model.clocks import Mark
from slmdsl.events.vocabulary import Phase

if TYPE_CHECKING:
    from slmdsl.calendars import CalendarPlan
    from slmdsl.contract.model.clocks import Clock
    from slmdsl.report.language import Language

_RUNS = {"next_reply": "clock_waits", "updates": "clock_updates"}


def moment_words(mark: Mark | Phase | str, say: Language) -> str:
    """Return the moment at which a clock starts or stops, as a clause."""
    if isinstance(mark, Mark):
        return say.say(f"mark.{mark.value}")
    if isinstance(mark, Phase):
        return say.say("mark.phase", phase=say.say(f"phase.{mark.word}"))
    return say.say("mark.field", field=mark)


def calendar_words(calendar: CalendarPlan, say: Language) -> str:
    """Return the hours that count: `around the clock`, or `in the hours of the calendar office`."""
    if calendar.name == "always":
        return say.say("around_the_clock")
    return say.say("hours_of", calendar=calendar.name)


def clock_words(
    clock: Clock, calendar: CalendarPlan, measure: str, say: Language, *, stays: str | None = None
) -> str:
    """Return how a clock counts one measure; `stays` is how an OLA judges a ticket's stays."""
    changes = [
        # what is over with a reply does not go on with the ticket
        "" if measure in _RUNS else say.say(f"reopened.{clock.reopened.value}"),
        say.say(f"reprioritised.{clock.reprioritised.value}"),
    ]
    return say.sentences([counting_words(clock, calendar, measure, say, stays=stays), *changes])


def counting_words(
    clock: Clock, calendar: CalendarPlan, measure: str, say: Language, *, stays: str | None = None
) -> str:
    """Return when a clock runs and stands still for one measure."""
    # what answers a stay is any action in it: `slmdsl.rules.units`
    answers = clock.responds if stays is None else Mark.ANY_ACTION
    ends = answers if measure == "response" else clock.stops
    if measure in _RUNS:
        ends = Mark.RESOLVED  # a wait or stretch is over with the ticket, whatever else stops a clock
    pauses = [say.say(f"phase.{phase.word}") for phase in sorted(clock.pauses)]
    places = {"stops": moment_words(ends, say), "hours": calendar_words(calendar, say)}
    if measure in _RUNS:
        runs = say.say(_RUNS[measure], **places)
    elif stays is not None:
        runs = say.sentences([say.say("clock_stays", **places), say.say(f"stays.{stays}")])
    else:
        runs = say.say("clock_runs", starts=moment_words(clock.starts, say), **places)
    still = say.say("stands_still", phases=say.listed(pauses, "or")) if pauses else ""
    return say.sentences([runs, still])

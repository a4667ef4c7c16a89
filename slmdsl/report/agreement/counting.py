"""How time is counted: each way in which clocks of the agreement run, described once and referred to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from slmdsl.contract.model.agreements import Count, Share, Statistic, Within
from slmdsl.contract.model.clocks import Mark
from slmdsl.report.agreement.drafts import Chapter, clauses
from slmdsl.report.clocks import moment_words
from slmdsl.rules.units import names_in_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.clocks import Clock, Deadline, Reopened, Reprioritised
    from slmdsl.events.vocabulary import Phase
    from slmdsl.report.agreement.subject import Subject

Sort = Literal["response", "whole", "next_reply", "updates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """What of a clock decides for one sort of measure; equal ones are one chapter. None: it decides nothing."""

    sort: Sort
    starts: Mark | Phase | str | None
    stops: Mark | Phase | None
    pauses: frozenset[Phase]
    reopened: Reopened | None
    reprioritised: Reprioritised
    deadline: Deadline


def counting_of(subject: Subject, target: Target) -> Counting | None:
    """Return how a target counts; None for one that counts no tickets' time and looks at no clock's stop."""
    form, clock = target.form, target.clock
    if isinstance(form, Within | Statistic):
        sort: Sort = form.measure if form.measure in ("response", "next_reply", "updates") else "whole"
        return _of(subject, sort, clock)
    stops_count = isinstance(form, Share) or (isinstance(form, Count) and target.counted == "resolved")
    return _of(subject, "whole", clock) if stops_count else None


def _of(subject: Subject, sort: Sort, clock: Clock) -> Counting:
    in_parts = sort in ("next_reply", "updates")
    stays = subject.agreement.stays is not None and not in_parts
    stops = (Mark.ANY_ACTION if stays else clock.responds) if sort == "response" else clock.stops
    return Counting(
        sort=sort,
        starts=None if in_parts or stays else clock.starts,
        stops=None if in_parts else stops,
        pauses=clock.pauses,
        reopened=None if in_parts else clock.reopened,
        reprioritised=clock.reprioritised,
        deadline=clock.deadline,
    )


def countings_of(subject: Subject) -> tuple[Counting, ...]:
    """Return the ways in which the agreement counts, each once, in the order of its targets."""
    found = (counting_of(subject, target) for target in subject.agreement.targets)
    return tuple(dict.fromkeys(each for each in found if each is not None))


def counting_key(subject: Subject, counting: Counting) -> str:
    """Return the key of the chapter about a way of counting."""
    return f"counting-{countings_of(subject).index(counting) + 1}"


def counting_chapter(subject: Subject) -> Chapter:
    """Return how time is counted, and what a clock is."""
    say, found = subject.say, countings_of(subject)
    general = [say.say(f"agreement.counting.{each}") for each in ("hours", "exact", "instant") if found]
    if _is_due_alike(found):
        general.append(_due(subject, found[0]))
    return Chapter(
        key="counting",
        title=say.say("agreement.counting"),
        items=clauses(general),
        parts=tuple(_part(subject, each) for each in found),
    )


def _is_due_alike(countings: tuple[Counting, ...]) -> bool:
    return len({each.deadline for each in countings}) == 1


def _due(subject: Subject, counting: Counting) -> str:
    """Return what is shown as due."""
    say = subject.say
    return say.say(f"deadline.{counting.deadline.value}") + say.between + say.say("agreement.deadline")


def _part(subject: Subject, counting: Counting) -> Chapter:
    title = subject.say.say(f"agreement.counting.title.{counting.sort}")
    return Chapter(
        key=counting_key(subject, counting), title=title, items=clauses(_sentences(subject, counting))
    )


def _sentences(subject: Subject, counting: Counting) -> Iterator[str]:
    say = subject.say
    yield _runs(subject, counting)
    if counting.stops is not None and subject.agreement.stays is not None:
        yield say.say(f"stays.{subject.agreement.stays}")
        party = subject.contract.parties.get(subject.agreement.promiser or "")
        names = say.listed((say.say("code", text=each) for each in names_in_data(party)), "or")
        yield say.say("agreement.counting.group", names=names)
    phases = say.listed((say.say(f"phase.{phase.word}") for phase in sorted(counting.pauses)), "or")
    yield say.say("stands_still", phases=phases) if phases else say.say("agreement.counting.no_pause")
    if counting.reopened is not None:
        yield say.say(f"agreement.reopened.{counting.reopened.value}")
    yield say.say(f"agreement.reprioritised.{counting.reprioritised.value}")
    if not _is_due_alike(countings_of(subject)):
        yield _due(subject, counting)


def _runs(subject: Subject, counting: Counting) -> str:
    say = subject.say
    if counting.stops is None:
        return say.say(f"agreement.runs.{counting.sort}")
    stops = moment_words(counting.stops, say)
    if counting.starts is None:
        return say.say("agreement.runs.stay", stops=stops)
    return say.say("agreement.runs.ticket", starts=moment_words(counting.starts, say), stops=stops)

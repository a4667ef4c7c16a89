"""A fitted model as a file of the language, in canonical layout, with what each figure rests on as comments."""

from __future__ import annotations

import posixpath
import textwrap
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from slmdsl.study.fit.arrivals import doubts
from slmdsl.study.fit.words import duration, hours, length, mix, percent, rounded, shift, weekdays
from slmdsl.syntax.format import format_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.stats.cautions import Caution
    from slmdsl.study.fit.arrivals.forms import ArrivalFit
    from slmdsl.study.fit.model import (
        ChanceFit,
        Length,
        LoadModel,
        StaffFit,
        StepFit,
        StreamFit,
        TeamFit,
        WorkFit,
    )

_WIDTH: Final = 108
_FAR: Final = 0.1
_FEW: Final = 30
_SINGLE: Final = 1.005

METHODS: Final = {
    "held": (
        "Work is the time from a pick-up until the ticket is handed on, waits or is over, or its agent picks up"
        " another: queueing is not in it."
    ),
    "paced": (
        "The log does not say when people work on what. Work is the time since the same person's last action, on days"
        " on which they are busy: an upper bound. What a ticket lasts beyond one sitting is neither work nor a queue"
        " for people: it lies in somebody's hands, and more people would not shorten it."
    ),
    "untold": (
        "The log does not say how long people work: 15 min are assumed, which is a guess. What a ticket lasts"
        " beyond one sitting lies in somebody's hands, and more people would not shorten it."
    ),
}


def text_of(model: LoadModel, *, file: str, draws: str | None) -> str:
    """Return the text of a model that stands at `file`, seen from the project's root."""
    folder = PurePosixPath(file).parent.as_posix()
    imports = [posixpath.relpath(each, folder) for each in model.files if each != file]
    lines = [
        *_head(model),
        *(f'import "{each}"' for each in imports),
        *(line for stream in model.streams for line in _profile(stream)),
        *(line for team in model.teams for line in _team(team)),
        *(line for staff in model.staff for line in _staff(staff)),
        *_load(model, draws),
        *_study(model),
    ]
    return format_text("\n".join(lines) + "\n", file)


def _head(model: LoadModel) -> Iterator[str]:
    source = f" of `{model.source}`" if model.source else ""
    yield from _comment(
        f"A load model fitted on {model.tickets:,} tickets{source} from {model.first} to {model.last}."
    )
    yield "#"
    yield from _comment(METHODS[model.method])
    for each in model.cautions:
        yield from _comment(caution_words(each), bullet=True)
    for stream in model.streams:
        for each in stream.arrivals.cautions:
            yield from _comment(f"{stream.heading}: {caution_words(each)}", bullet=True)


SENTENCES: Final = {
    "work-is-paced": "The pace is known of {share:.0%} of the visits.",
    "work-is-untold": "Staffing questions cannot be answered with this model.",
    "response-too-good": (
        "The log does not tell why tickets wait for their first action while people are there; simulated ones do not,"
        " so response is better in the model than it was."
    ),
    "programs": "Actors that never go home are taken for programs and are no agents: {count}.",
    "groups-lumped": "{count} groups carry little each, {share:.0%} of the visits together: they are one team here.",
    "ways-by-priority": (
        "Priorities take different ways in the log, and the same here: how long each of them takes is less true than"
        " how long all do."
    ),
    "way-since": (
        "Tickets clearly took longer or shorter before {day}: their way and times are those of tickets opened since"
        " then."
    ),
    "kinds-left-out": "{count:,} tickets of rare kinds are left out.",
    "few-values": "few values ({count})",
    "far-from-values": "the family is off by {distance:.0%} at most",
    "mostly-censored": "{share:.0%} had not ended yet",
    "many-zeros": "{share:.0%} took no time at all",
    **doubts.SENTENCES,
}


def caution_words(caution: Caution) -> str:
    """Return a caution as a sentence; one that has none is its key and its numbers."""
    if caution.key in SENTENCES:
        return SENTENCES[caution.key].format(**dict(caution.numbers))
    figures = ", ".join(
        f"{name} {rounded(value) if isinstance(value, float) else value}" for name, value in caution.numbers
    )
    return caution.key.replace("-", " ") + (f" ({figures})" if figures else "")


def _comment(words: str, *, bullet: bool = False) -> Iterator[str]:
    first, further = ("- ", "  ") if bullet else ("", "")
    for line in textwrap.wrap(
        words, _WIDTH, initial_indent=first, subsequent_indent=further, break_on_hyphens=False
    ):
        yield f"# {line}"


def _listed(head: str, members: Sequence[str]) -> Iterator[str]:
    """Yield a statement that names many, in lines of a readable length."""
    line = head
    for number, each in enumerate(members):
        joined = f"{line} {each}" + ("," if number < len(members) - 1 else "")
        if len(joined) > _WIDTH and line.endswith(","):
            yield line
            joined = each + ("," if number < len(members) - 1 else "")
        line = joined
    yield line


def _profile(stream: StreamFit) -> Iterator[str]:
    profile = stream.arrivals.profile
    yield ""
    yield f'profile {stream.profile} "When {stream.heading} arrive" {{'
    yield f"timezone {profile.zone}"
    for line in profile.lines:
        windows = ", ".join(f"{hours(start, end)} {rounded(weight)}" for start, end, weight in line.windows)
        yield f"{weekdays(line.weekdays)} {windows}"
    if profile.holidays is not None:
        days = profile.holidays.days
        yield (
            f"holidays {profile.holidays.region} {rounded(profile.holidays.factor)}"
            f" # from {days} holiday{'' if days == 1 else 's'}"
        )
    yield "}"


def _team(team: TeamFit) -> Iterator[str]:
    yield ""
    yield (
        f"team {team.name}{_title(team.title)} {{" if team.words else f"team {team.name}{_title(team.title)}"
    )
    if team.words:
        yield from _listed("known as", [_quoted(word) for word in team.words])
        yield "}"


def _title(title: str) -> str:
    return f" {_quoted(title)}" if title else ""


def _quoted(text: str) -> str:
    one_line = text.replace("\r", " ").replace("\n", " ")
    return '"' + one_line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _staff(staff: StaffFit) -> Iterator[str]:
    yield ""
    if staff.is_shelf:
        yield from _comment(
            "No people: room for tickets that lie in somebody's hands, in the hours of the desk."
        )
    else:
        told = (
            f"inferred from {staff.actors:,} people of the log"
            if staff.actors
            else "inferred from the work alone"
        )
        more = (
            f"; {staff.raised:,} agents more than seen at work, who could not have kept up"
            if staff.raised
            else ""
        )
        yield from _comment(f"Staff is {told}{more}; {staff.utilisation:.0%} busy.")
    yield f"staff {staff.group} {{"
    yield f"timezone {staff.zone}"
    yield from (shift(each) for each in staff.shifts)
    if staff.regions:
        yield f"holidays {', '.join(staff.regions)}"
    if staff.by_priority:
        yield "queue by priority"
    if staff.is_shelf:
        yield "shift_end hands_over"
    yield "}"


def _load(model: LoadModel, draws: str | None) -> Iterator[str]:
    yield ""
    yield f'load {model.name} "Fitted on {model.first} .. {model.last}" {{'
    if draws is not None:
        yield f"uncertain {_quoted(draws)}"
    for number, stream in enumerate(model.streams):
        if number or draws is not None:
            yield ""
        yield from _stream(stream)
    yield "}"


def _stream(stream: StreamFit) -> Iterator[str]:
    yield f"{stream.heading} {{"
    yield from _rates(stream.arrivals)
    yield f"profile {stream.profile}"
    if stream.arrivals.burst_mean > _SINGLE:
        yield f"burst of geometric(mean {rounded(stream.arrivals.burst_mean)})"
    if stream.services:
        yield f"in {mix(stream.services)}"
    if stream.customers:
        yield f"customer {mix(stream.customers)}"
    for each in stream.priorities:
        where = f"in {each.service} " if each.service else ""
        yield f"priority {where}{mix(each.shares)} # n = {sum(part.count for part in each.shares):,}"
    yield ""
    yield f"start at {stream.start}"
    for step in stream.steps:
        yield from _step(step)
    if stream.customer_wait is not None:
        yield f"waits for customer {_chance(stream.customer_wait, 'for')}"
    if stream.reopens is not None:
        yield f"reopens {_chance(stream.reopens, 'after')}"
    yield "}"


def _rates(arrivals: ArrivalFit) -> Iterator[str]:
    for each in arrivals.rates:
        clauses = [f"rate {rounded(each.per_day)} per day"]
        clauses[0] += f" from {each.since}" if each.since else ""
        if arrivals.varying > 0:
            clauses.append(f"varying {percent(arrivals.varying)}")
            if arrivals.correlated > 0:
                clauses.append(f"correlated {rounded(arrivals.correlated, 2)}")
        if arrivals.growth is not None and arrivals.growth.share > 0:
            clauses.append(f"growing {percent(arrivals.growth.share)} per year as of {arrivals.growth.as_of}")
        yield ", ".join(clauses)


_REMARKS: Final = {
    "opening": "No work is done here: it says in which group tickets start.",
    "in_hand": "Visits that last longer than one sitting, in the hours of the desk.",
    "rest": "All groups that carry little each.",
    "elsewhere": "Waiting for a supplier or another part of the house.",
}


def _step(step: StepFit) -> Iterator[str]:
    if step.remark:
        yield f"# {_REMARKS[step.remark]}"
    yield f"step {step.name}{f' by {step.by}' if step.by else ''} {{"
    if step.answers is not None:
        yield f"answers in {length(step.answers)} {_goodness(step.answers)}"
    if step.gives_up is not None:
        yield f"gives up {_chance(step.gives_up, 'after')}"
    yield from (_work(each) for each in step.works)
    if step.waits is not None:
        yield f"waits {_on(step.waits)} {_goodness(step.waits)}"
    *routes, last = _listed("then", mix(step.routes).split(", "))
    yield from routes
    yield f"{last} # n = {step.visits:,}"
    yield "}"


def _work(work: WorkFit) -> str:
    whose = f"for {', '.join(work.priorities)} " if work.priorities else ""
    return f"works {whose}{length(work.length)} {_goodness(work.length)}"


def _chance(found: ChanceFit, word: str) -> str:
    return (
        f"{percent(max(found.share, 0.001))} {word} {_on(found.length)} # {found.count:,} of {found.of:,}"
        f"{_doubt(found.length)}"
    )


def _on(found: Length) -> str:
    return length(found) + (f" on {found.calendar}" if found.calendar else "")


def _goodness(found: Length) -> str:
    """Return the comment on a length: how many values, and how far the family is from them."""
    return f"# n = {found.count:,}{_doubt(found)}"


def _doubt(found: Length) -> str:
    if found.is_assumed:
        return "; assumed, the log does not tell"
    if found.fitted is None:
        return "; the median of few"
    words = f"; off by {found.fitted.distance:.0%}" if found.fitted.distance > _FAR else ""
    few = "; few values" if found.count < _FEW else ""
    return words + few


def _study(model: LoadModel) -> Iterator[str]:
    yield ""
    yield f'scenario {model.scenario} "As the log was" {{'
    yield f"load {model.name}"
    if model.agreements:
        yield f"slas {', '.join(model.agreements)}"
    yield "}"
    yield ""
    yield f'experiment {model.experiment} "The days that were fitted on, simulated" {{'
    yield f"scenarios {model.scenario}"
    yield f"horizon {model.first} .. {model.last}, warm up 4 weeks"
    yield "replications 20"
    yield "seed 1"
    yield "}"


def median_words(found: Length) -> str:
    """Return the median of a length, for tables."""
    return duration(found.median_us)

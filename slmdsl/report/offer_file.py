"""What a negotiation found as a file of the language: scenarios that promise it, and an experiment that runs them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import DAY, SECOND, Ratio, clock_words
from slmdsl.contract.edit_text import edit_text
from slmdsl.contract.model.studies import SetBound, SetGoal, SetLimit, SetNumber
from slmdsl.report.charts.words import money
from slmdsl.report.language import ENGLISH
from slmdsl.report.offers import answer
from slmdsl.report.study_words import chance_words
from slmdsl.study.negotiation.frames import asked_text
from slmdsl.study.running.looks import chance_of
from slmdsl.syntax.format import format_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from slmdsl.study.negotiation.talks import Negotiation, Offer

COUNTER_OFFER: Final = "counter_offer"
MORE_STAFF: Final = "with_more_staff"
EXPERIMENT: Final = "offers"
_WIDTH: Final = 110
_SEEDS: Final = 2**32


def has_offer(talks: Negotiation) -> bool:
    """Whether there is anything to write: other promises that hold, or people who carry what is asked."""
    return bool(talks.counter_offer and talks.counter_offer.levels) or talks.staffed_offer is not None


def experiment_name(taken: Iterable[str]) -> str:
    """Return what the experiment of the file is called, where some names are declared already."""
    return _free(EXPERIMENT, set(taken))


def offer_text(
    talks: Negotiation, *, command: str, version: str, imports: Sequence[str], taken: Iterable[str], file: str
) -> str:
    """Return the text of a file with what a negotiation found, as the formatter lays it out.

    Args:
        talks: of which `has_offer` holds.
        command: what was typed.
        version: of the tool.
        imports: the files in which the scenario and what is set are declared, as seen from this one.
        taken: names that are declared already: those that would be the same get a number.
        file: its name, for messages.
    """
    known = set(taken)
    lines = [
        *_head(talks, command, version),
        *(f'import "{each}"' for each in imports),
        "",
        *_scenarios(talks, known),
    ]
    return format_text("\n".join(lines) + "\n", file)


def _head(talks: Negotiation, command: str, version: str) -> Iterator[str]:
    """Yield comments: what was asked, how surely and how it was simulated, and what was answered."""
    setting = talks.setting
    yield f"# An answer to what `{talks.agreement.name}` asks, found by slm {version}:"
    yield f"#   {command}"
    yield from _comment(
        f"Each target is wanted with a chance of {100 * talks.wanted:.6g} % a period, at"
        f" {100 * talks.confidence:.3g} % confidence; {setting.replications:,} replications of {setting.first} .."
        f" {setting.last}, seed {setting.seed}."
    )
    yield "#"
    yield "# Asked, and the chance of it:"
    for each in talks.asked:
        said = each.reason if each.chance is None else chance_words(each.chance)
        yield from _comment(f"  {asked_text(each)}: {said}", "    ")
    yield "#"
    for paragraph in answer(talks, ENGLISH):
        yield from _comment(paragraph)
    yield "#"
    yield from _comment(
        f"The experiment has another seed than {setting.seed}, by which the offer was chosen: with that one it would"
        " look better than it is."
    )


def _comment(words: str, further: str = "") -> Iterator[str]:
    lines = textwrap.wrap(
        words, _WIDTH - 2, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )
    yield from (f"# {line}" for line in lines)


def _scenarios(talks: Negotiation, known: set[str]) -> Iterator[str]:
    scenario = talks.setting.variants[0].scenario
    written = [scenario]
    offer, staffed = talks.counter_offer, talks.staffed_offer
    if offer is not None and offer.levels:
        written.append(_free(COUNTER_OFFER, known))
        title = f"What {'holds' if _is_shown(talks, offer) else 'may hold'} with the present staff"
        yield from _scenario(talks, offer, written[-1], title)
    if staffed is not None and talks.carried_by is not None:
        written.append(_free(MORE_STAFF, known))
        more, currency = talks.carried_by.more_minor, talks.carried_by.currency
        price = f" for {money(more, currency)} more a month" if more is not None and currency else ""
        carries = "carries" if _is_shown(talks, staffed) else "may carry"
        yield from _scenario(talks, staffed, written[-1], f"Who {carries} what is asked{price}")
    yield from _experiment(talks, written, _free(EXPERIMENT, known))


def _scenario(talks: Negotiation, offer: Offer, name: str, title: str) -> Iterator[str]:
    forms = {each.target.qualified: each.target.form for each in talks.asked}
    yield f'scenario {name} "{title}" from {talks.setting.variants[0].scenario} {{'
    for each in offer.edits:
        if isinstance(each, SetLimit | SetGoal | SetBound | SetNumber):
            yield "  " + edit_text(each, None if isinstance(each, SetNumber) else forms[each.target])
    yield "}"
    yield ""


def _is_shown(talks: Negotiation, offer: Offer) -> bool:
    """Whether fresh replications show that all that an offer promises holds, but for what nothing was found of."""
    names = (each.target.qualified for each in talks.judged)
    chances = (
        chance_of(offer.confirmed.tally, name, talks.confidence) for name in names if name not in offer.left
    )
    return all(each is not None and each.low >= talks.wanted for each in chances)


def _experiment(talks: Negotiation, scenarios: Sequence[str], name: str) -> Iterator[str]:
    """Yield an experiment that runs the scenarios as they were found, but with other luck."""
    setting = talks.setting
    warm_up = setting.warm_up_of(scenarios[0])
    days, rest = divmod(warm_up, DAY)
    start = f", warm up {clock_words(warm_up)}" if rest else f", warm up {days} day{'' if days == 1 else 's'}"
    yield f'experiment {name} "What is asked, and what is offered" {{'
    yield f"  scenarios {', '.join(scenarios)}"
    yield f"  horizon {setting.first} .. {setting.last}{start if warm_up else ''}"
    opens = setting.open_start(scenarios[0])
    if opens is not None:
        yield f"  starts with open tickets of {opens.source}"
    elif not warm_up:
        yield "  starts empty"
    yield f"  replications {setting.replications}"
    yield f"  seed {(setting.seed + 1) % _SEEDS}"
    yield f"  confidence {Ratio(setting.confidence)}"
    if setting.tick_us != SECOND:
        yield f"  tick {clock_words(setting.tick_us)}"
    yield "}"


def _free(name: str, known: set[str]) -> str:
    """Return a name that is not declared yet, and take it."""
    found, number = name, 2
    while found in known:
        found, number = f"{name}_{number}", number + 1
    known.add(found)
    return found

"""What changes between two texts, as a document: in sentences, then a table for each agreement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slmdsl.contract.changes.change import Direction
from slmdsl.report.changes.effects import effect_section, effect_sentences
from slmdsl.report.changes.values import before_words, now_words
from slmdsl.report.document.tree import Cell, Column, Document, Paragraph, Section, Table, Trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.base.spans import Span
    from slmdsl.contract.changes.change import Change
    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.spec import Contract
    from slmdsl.report.changes.effects import Effects
    from slmdsl.report.document.tree import Tone
    from slmdsl.report.language import Language

_NAMED: Final = 5
"""So many changes are named in the summary, the heaviest ones."""
_OF_THE_CATALOGUE: Final = frozenset(
    "priority prose price known_as request_service customers users metrics party_title approval owner criticality"
    " contacts".split()
)
"""What changes of something that is no agreement, which is therefore named beside it."""
_TONES: Final[dict[Direction, Tone]] = {
    Direction.TIGHTER: "bad",
    Direction.WIDER: "bad",
    Direction.DEARER: "bad",
    Direction.LOOSER: "warning",
    Direction.NARROWER: "warning",
    Direction.CHEAPER: "warning",
    Direction.OTHER: "plain",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two texts and what differs.

    Attributes:
        old: what the first text is called, such as its path.
        new: what the second one is called.
        changes: the heaviest first.
        contracts: the old contract and the new one.
        effects: what simulating both says, where that was asked for.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    contracts: tuple[Contract, Contract]
    effects: Effects | None = None

    def agreement(self, name: str) -> Agreement | None:
        """Return an agreement as it is, or as it was if it is gone."""
        old, new = self.contracts
        return new.agreements.get(name) or old.agreements.get(name)


def changes_document(compared: Compared, say: Language) -> Document:
    """Return what changes between two texts as a document."""
    names = tuple(dict.fromkeys(each.agreement for each in compared.changes))
    title = say.say("changes.title_of", agreement=names[0]) if len(names) == 1 else say.say("changes.title")
    summary = Section(
        key="summary",
        title=say.say("changes.summary"),
        blocks=tuple(Paragraph(text=each) for each in _summary(compared, say)),
    )
    sections = [summary, *(_agreement(name, compared, say) for name in names)]
    if compared.effects is not None:
        sections.append(effect_section(compared.effects, say))
    return Document(
        kind="changes",
        title=title,
        language=say.code,
        heading=(say.say("changes.from_to", old=compared.old, new=compared.new),),
        sections=tuple(sections),
    )


def _summary(compared: Compared, say: Language) -> Iterator[str]:
    if not compared.changes:
        yield say.say("changes.none")
        return
    for name in dict.fromkeys(each.agreement for each in compared.changes):
        mine = [each for each in compared.changes if each.agreement == name]
        promiser, receiver = _parties(compared, name, say)
        for key, burden in (("harder", 1), ("easier", -1), ("either_way", 0)):
            found = [each for each in mine if each.direction.burden == burden]
            if found:
                yield say.say(
                    f"changes.{key}",
                    changes=say.counted(len(found), "changes.change"),
                    promiser=promiser,
                    receiver=receiver,
                    what=_named(found, say),
                )
    if compared.effects is not None:
        yield from effect_sentences(compared.effects, say)


def _parties(compared: Compared, name: str, say: Language) -> tuple[str, str]:
    agreement = compared.agreement(name)
    promiser = agreement.promiser if agreement else None
    receiver = agreement.receiver if agreement else None
    return promiser or say.say("changes.promiser"), receiver or say.say("changes.receiver")


def _named(changes: Sequence[Change], say: Language) -> str:
    words = list(dict.fromkeys(_what(each, say) for each in changes))
    more = len(words) - _NAMED
    rest = [say.counted(more, "changes.further")] if more > 0 else []
    return say.listed([*words[:_NAMED], *rest])


def _what(change: Change, say: Language) -> str:
    aspect = say.say(f"changes.aspect.{change.aspect}")
    of = change.target or (change.agreement if change.aspect in _OF_THE_CATALOGUE else None)
    return aspect if of is None else say.say("changes.of", target=of, aspect=aspect)


def _agreement(name: str, compared: Compared, say: Language) -> Section:
    mine = [each for each in compared.changes if each.agreement == name]
    heads = (("what", 3), ("old", 5), ("new", 5), ("effect", 4), ("clause", 3))
    table = Table(
        key=f"changes.{name}",
        caption=say.say("changes.caption", agreement=name),
        columns=tuple(
            Column(key=key, head=say.say(f"changes.head.{key}"), width=width) for key, width in heads
        ),
        rows=tuple(_row(each, _parties(compared, name, say), say) for each in mine),
    )
    agreement = compared.agreement(name)
    title = f"{name}  {agreement.title}" if agreement and agreement.title else name
    return Section(key=f"agreement.{name}", title=title, blocks=(table,))


def _row(change: Change, parties: tuple[str, str], say: Language) -> tuple[Cell, ...]:
    promiser, receiver = parties
    target = None if change.target is None else f"{change.agreement}.{change.target}"
    trace = Trace(clause=_place(change.new_span or change.old_span), target=target)
    means = say.say(f"changes.means.{change.direction.value}", promiser=promiser, receiver=receiver)
    return (
        Cell(text=_what(change, say), value=change.aspect, trace=trace),
        _value(before_words(change, say), _place(change.old_span), target),
        _value(now_words(change, say), _place(change.new_span), target),
        Cell(text=means, value=change.direction.value, tone=_TONES[change.direction]),
        Cell(text=trace.clause or "", value=trace.clause, tone="quiet"),
    )


def _value(words: str, place: str | None, target: str | None) -> Cell:
    return Cell(text=words, value=words, trace=Trace(clause=place, target=target))


def _place(span: Span | None) -> str | None:
    return span.where if span is not None else None


def change_words(change: Change, say: Language) -> str:
    """Return a change in one line: `p1_fix, limit: 4 h -> 2 h`."""
    return say.say(
        "changes.line",
        what=_what(change, say),
        old=before_words(change, say),
        new=now_words(change, say),
    )

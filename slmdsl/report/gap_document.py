"""The whole answer about gaps as a document: where misses come from, what would help, and what did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from slmdsl.report.document.tree import Document, Paragraph, Picture, Section
from slmdsl.report.gap_improvements import improvement_section, improvement_sentences
from slmdsl.report.gap_proofs import proof_section, proof_words
from slmdsl.report.gap_sections import answer, sections_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.report.language import Language
    from slmdsl.study.gaps.analysis import GapAnalysis


def gap_document(
    analysis: GapAnalysis,
    say: Language,
    *,
    provenance: Sequence[tuple[str, str]] = (),
    facts: dict[str, Any] | None = None,
) -> Document:
    """Return an analysis of gaps as a document.

    Args:
        analysis: what was found.
        say: the language.
        provenance: what it was made from, as label and words.
        facts: further facts for programs.

    For example `gap_document(slmdsl.gaps(spec, log), ENGLISH)`.
    """
    proofs = (proof_section(analysis.proofs, say),) if analysis.proofs else ()
    period = say.say("gaps.period", period=analysis.period) if analysis.period else say.say("gaps.whole")
    return Document(
        kind="gaps",
        title=say.say("gaps.document"),
        language=say.code,
        heading=(say.say("gaps.of", agreements=say.listed(analysis.agreements)), period),
        sections=(
            _answer(analysis, say),
            *sections_of(analysis.gaps, say, is_answered=True),
            improvement_section(analysis.predictions, say),
            *proofs,
        ),
        provenance=tuple(provenance),
        facts=facts or {},
    )


def _answer(analysis: GapAnalysis, say: Language) -> Section:
    return Section(
        key="answer",
        title=say.say("gaps.in_short"),
        blocks=tuple(Paragraph(text=each) for each in _sentences(analysis, say)),
    )


def _sentences(analysis: GapAnalysis, say: Language) -> Iterator[str]:
    yield from answer(analysis.gaps, say)
    found = say.sentences(improvement_sentences(analysis.predictions or (), say))
    if found:
        yield found
    for each in analysis.proofs:
        yield proof_words(each, say)


_DIMENSIONS: Final = 3


def brief(document: Document) -> Document:
    """Return what a terminal has room for: without pictures, and with the first dimensions alone."""
    return replace(document, sections=tuple(map(_brief, document.sections)))


def _brief(section: Section) -> Section:
    by = [each for each in section.sections if each.key.startswith("gaps_by_")]
    dropped = {each.key for each in by[_DIMENSIONS:]}
    return replace(
        section,
        blocks=tuple(each for each in section.blocks if not isinstance(each, Picture)),
        sections=tuple(_brief(each) for each in section.sections if each.key not in dropped),
    )

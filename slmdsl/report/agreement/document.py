"""An agreement as a document to sign: its chapters in order, numbered, made from rules and never from their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.report.agreement.counting import counting_chapter
from slmdsl.report.agreement.credits import credits_chapter
from slmdsl.report.agreement.drafts import numbered
from slmdsl.report.agreement.escalation import alerts_chapter, escalation_chapter
from slmdsl.report.agreement.hours import hours_chapter
from slmdsl.report.agreement.judging import exclusions_chapter, judging_chapter
from slmdsl.report.agreement.keeping import (
    backing_chapter,
    duties_chapter,
    review_chapter,
    signatures_chapter,
    versions_chapter,
)
from slmdsl.report.agreement.levels import level_key, levels_chapter
from slmdsl.report.agreement.parties import parties_chapter, subject_chapter
from slmdsl.report.agreement.services import priorities_chapter, services_chapter
from slmdsl.report.agreement.subject import Subject
from slmdsl.report.document.tree import Document
from slmdsl.report.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.reports import LanguageCode
    from slmdsl.contract.model.spec import Contract
    from slmdsl.report.agreement.drafts import Chapter


def agreement_document(
    contract: Contract,
    name: str,
    language: LanguageCode = "en",
    *,
    backing: bool = False,
    provenance: tuple[tuple[str, str], ...] = (),
) -> Document:
    """Return an agreement as a document to sign.

    Args:
        contract: without errors.
        name: of an SLA, an OLA or a supplier's contract.
        language: of the document.
        backing: list the agreements that back it, too, which a customer need not see.
        provenance: what it is made from, as label and words.

    Raises:
        KeyError: no agreement is called `name`.

    For example `agreement_document(spec.contract, "acme_gold", "zh")`.
    """
    agreement, say = contract.agreements[name], LANGUAGES[language]
    subject = Subject(contract=contract, agreement=agreement, say=say)
    sections, numbers = numbered(_chapters(subject, backing=backing))
    levels = {
        target.name: {"clause": numbers[level_key(target)], "where": target.span.where}
        for target in agreement.targets
    }
    return Document(
        kind="agreement",
        title=say.say(f"agreement.title.{agreement.kind}", title=agreement.title or agreement.name),
        language=language,
        heading=tuple(_heading(subject)),
        sections=sections,
        provenance=provenance,
        facts={"agreement": name, "version": agreement.version, "levels": levels},
    )


def _chapters(subject: Subject, *, backing: bool) -> Iterator[Chapter]:
    yield parties_chapter(subject)
    yield subject_chapter(subject)
    yield priorities_chapter(subject)
    yield services_chapter(subject)
    yield hours_chapter(subject)
    yield counting_chapter(subject)
    yield levels_chapter(subject)
    yield judging_chapter(subject)
    yield exclusions_chapter(subject)
    yield escalation_chapter(subject)
    yield credits_chapter(subject)
    yield alerts_chapter(subject)
    yield duties_chapter(subject)
    yield review_chapter(subject)
    if backing:
        yield backing_chapter(subject)
    yield versions_chapter(subject)
    yield signatures_chapter(subject)


def _heading(subject: Subject) -> Iterator[str]:
    agreement, say = subject.agreement, subject.say
    if agreement.promiser and agreement.receiver:
        sides = (subject.called(agreement.promiser), subject.called(agreement.receiver))
        yield say.say("agreement.between", promiser=sides[0], receiver=sides[1])
    if agreement.version:
        yield say.say("agreement.version.line", version=agreement.version)
    if agreement.valid_from and agreement.valid_to:
        yield say.say("agreement.from_to", first=agreement.valid_from, last=agreement.valid_to)

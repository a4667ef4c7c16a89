"""The report as a whole: its parts in the order of the text, once for each language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slmdsl.report.document.formats import rendered
from slmdsl.report.document.tree import Document, Section
from slmdsl.report.gap_sections import sections_of
from slmdsl.report.language import LANGUAGES
from slmdsl.report.service.availability import availability_section
from slmdsl.report.service.breaches import breaches_section
from slmdsl.report.service.control_charts import charts_section
from slmdsl.report.service.credits import credits_section
from slmdsl.report.service.escalations import escalations_section
from slmdsl.report.service.exclusions import exclusions_section
from slmdsl.report.service.feedback import feedback_section
from slmdsl.report.service.figures import instant_words
from slmdsl.report.service.improvements import improvements_section
from slmdsl.report.service.intake import intake_section
from slmdsl.report.service.making import part, with_something_to_say
from slmdsl.report.service.reviews import reviews_section
from slmdsl.report.service.risks import risks_section
from slmdsl.report.service.steady import Steadiness, steadiness
from slmdsl.report.service.summary import summary_section
from slmdsl.report.service.targets import targets_section
from slmdsl.report.service.trend import trend_section
from slmdsl.study.gaps.finding import gaps_of
from slmdsl.syntax.build.reports import PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from slmdsl.contract.model.reports import LanguageCode
    from slmdsl.report.language import Language
    from slmdsl.report.provenance import Provenance
    from slmdsl.report.service.facts import Facts
    from slmdsl.study.gaps.finding import Gaps

    Part = Callable[[Facts, Sequence[Steadiness], Language], Section]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ServiceReport:
    """The answer of `slmdsl.report`: a document for each language of the report, and what they were made from.

    For example `slmdsl.report(spec, log, "monthly", period="2027-03").documents[0].title`.
    """

    documents: tuple[Document, ...]
    facts: Facts

    def write(self, path: str | Path) -> None:
        """Write all languages to a file, in the format that its name ends in: .html, .pdf, .md, .xlsx or .json.

        Raises:
            FormatError: there is no such format, or what it needs is not installed.
        """
        file = Path(path)
        file.write_bytes(rendered(self.documents, file.suffix))

    def to_html(self) -> str:
        """Return the report as a page that stands alone."""
        return rendered(self.documents, ".html").decode()

    def _repr_html_(self) -> str:
        """Show the report in a notebook."""
        return self.to_html()


def report_of(
    facts: Facts, provenance: Provenance, languages: Sequence[LanguageCode] | None = None
) -> ServiceReport:
    """Return a report in some languages, by default in those that its text asks for."""
    steady, parts = steadiness(facts), _PARTS | {"gaps": _gaps_of(facts)}
    return ServiceReport(
        documents=tuple(
            _document(facts, steady, parts, provenance, LANGUAGES[code])
            for code in languages or facts.report.languages
        ),
        facts=facts,
    )


def _document(
    facts: Facts,
    steady: Sequence[Steadiness],
    parts: Mapping[str, Part],
    provenance: Provenance,
    say: Language,
) -> Document:
    report = facts.report
    made = (parts[each](facts, steady, say) for each in report.shows or PARTS)
    return Document(
        kind="report",
        title=report.title or report.name,
        language=say.code,
        heading=tuple(_heading(facts, say)),
        sections=tuple(made if report.shows else with_something_to_say(made, say)),
        provenance=provenance.lines(say),
        facts=_for_programs(facts, provenance),
    )


def _heading(facts: Facts, say: Language) -> list[str]:
    first = facts.agreements[0]
    stretch = facts.stretch(first)
    agreements = say.listed(each.title or each.name for each in facts.agreements)
    receivers = dict.fromkeys(each.receiver for each in facts.agreements if each.receiver)
    parties = facts.contract.parties
    names = [parties[each].title or each if each in parties else each for each in receivers]
    as_of = instant_words(facts.as_of_us, first)
    return [
        say.say("report.heading.about", agreements=agreements),
        *([say.say("report.heading.for", receivers=say.listed(names))] if names else []),
        say.say(
            "report.heading.period",
            period=facts.span.label,
            first=stretch.first,
            last=stretch.last,
            zone=first.zone,
        ),
        say.say("report.heading.at_end" if facts.is_at_end else "report.heading.as_of", at=as_of),
    ]


def _for_programs(facts: Facts, provenance: Provenance) -> dict[str, Any]:
    return {
        "report": facts.report.name,
        "period": facts.span.label,
        "agreements": [each.name for each in facts.agreements],
        "as_of_us": facts.as_of_us,
        "stretches": {
            name: {"from_us": each.from_us, "to_us": each.to_us, "first": each.first, "last": each.last}
            for name, each in facts.span.stretches.items()
        },
        "spec_hash": provenance.spec_hash,
        "log_hash": provenance.log_hash,
        "tool": provenance.tool,
    }


def _gaps_of(facts: Facts) -> Part:
    """Return the part on where misses come from, over all agreements; it is worked out once for all languages."""
    from_us = min(each.from_us for each in facts.span.stretches.values())

    @cache
    def found() -> Gaps:
        return gaps_of(facts.contract, facts.log, facts.verdicts, from_us=from_us, to_us=facts.span.to_us)

    def made(_facts: Facts, _steady: Sequence[Steadiness], say: Language) -> Section:
        sections = sections_of(found(), say)
        if len(sections) == 1 and sections[0].key == "gaps":
            return part("gaps", say, sections[0].blocks, sections[0].sections)
        return part("gaps", say, sections=sections)

    return made


def _without_charts(section: Callable[[Facts, Language], Section]) -> Part:
    def made(facts: Facts, _: Sequence[Steadiness], say: Language) -> Section:
        return section(facts, say)

    return made


_PARTS: dict[str, Part] = {
    "summary": summary_section,
    "charts": charts_section,
    "targets": _without_charts(targets_section),
    "trend": _without_charts(trend_section),
    "breaches": _without_charts(breaches_section),
    "availability": _without_charts(availability_section),
    "exclusions": _without_charts(exclusions_section),
    "credits": _without_charts(credits_section),
    "escalations": _without_charts(escalations_section),
    "risks": _without_charts(risks_section),
    "improvements": _without_charts(improvements_section),
    "feedback": _without_charts(feedback_section),
    "reviews": _without_charts(reviews_section),
    "intake": _without_charts(intake_section),
}
"""How each part is made but for the gaps, by the words of `slmdsl.syntax.build.reports.PARTS`."""
